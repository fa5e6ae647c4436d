"""The fact or the rule that would decide is absent, and the right answer says which."""

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from synthforge.edge_cases.base import EdgeCase
from synthforge.records import Decision, Order, Turn


class InsufficientInformation(EdgeCase):
    """Made in two ways: a deciding section is taken out of the excerpt, or the deciding fact out of the case."""

    decision: ClassVar[Decision] = "insufficient_information"

    wording: str = "insufficient information to determine compliance status"
    rule_absent: float = Field(0.5, ge=0, le=1)
    """Share made by taking the section away; the rest omit a fact of the case."""

    def bend(self, targets: Sequence[str], excerpt: Sequence[str], rng: Random) -> tuple[str, ...]:
        rest = tuple(section for section in excerpt if section not in targets)
        if not rest or rng.random() >= self.rule_absent:
            return tuple(excerpt)
        # Of sections that answer together, one is enough to take away.
        taken = rng.choice(targets) if len(targets) > 1 else targets[0]
        return tuple(section for section in excerpt if section != taken)

    def brief(self, order: Order) -> str:
        if not self._withheld(order):
            return (
                "The question must be one that the rule would decide, but the case leaves out exactly the "
                "fact it turns on (do not say that it is left out). Quote the rule, name the absent fact in `missing`, "
                f"and decide insufficient_information: '{self.wording}'."
            )
        return (
            "Ask what only the withheld section can answer; the student will not see that section. Make no claims. "
            "Name the absent rule in `missing` without giving its content away, and decide insufficient_information: "
            f"'{self.wording}'."
        )

    def user_brief(self, order: Order) -> str:
        if self._withheld(order):
            return "Ask what the rule on this matter is."
        return "Report a case without the one fact it turns on (how much, how long, whether it was done): ask about it."

    def shown(self, turn: Turn, order: Order) -> str:
        return self.decided(turn) or ("" if turn.missing else "does not name what is missing")

    @staticmethod
    def _withheld(order: Order) -> bool:
        """Whether a section was taken away; a closed-book question has no excerpt to take one from."""
        return bool(order.excerpt) and not set(order.targets) <= set(order.excerpt)
