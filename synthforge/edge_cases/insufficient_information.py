"""The fact or the rule that would decide is absent, and the right answer says which."""

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from synthforge.edge_cases.base import EdgeCase
from synthforge.records import Decision, Order, Turn


class InsufficientInformation(EdgeCase):
    """Made in two ways: the deciding section is taken out of the excerpt, or the deciding fact out of the case."""

    decision: ClassVar[Decision] = "insufficient_information"

    wording: str = "insufficient information to determine compliance status"
    rule_absent: float = Field(0.5, ge=0, le=1)
    """Share made by taking the section away; the rest omit a fact of the case."""

    def bend(self, targets: Sequence[str], excerpt: Sequence[str], rng: Random) -> tuple[str, ...]:
        rest = tuple(section for section in excerpt if section not in targets)
        return rest if rest and rng.random() < self.rule_absent else tuple(excerpt)

    def brief(self, order: Order) -> str:
        if set(order.targets) <= set(order.excerpt):
            return (
                "The question must be one that the excerpt's rule would decide, but the case leaves out exactly the "
                "fact it turns on (do not say that it is left out). Quote the rule, name the absent fact in `missing`, "
                f"and decide insufficient_information: '{self.wording}'."
            )
        return (
            "Ask what only the withheld section can answer; the student will not see that section. Make no claims. "
            "Name the absent rule in `missing` without giving its content away, and decide insufficient_information: "
            f"'{self.wording}'."
        )

    def shown(self, turn: Turn) -> str:
        if turn.decision != self.decision:
            return f"decided {turn.decision}, ordered {self.decision}"
        return "" if turn.missing else "does not name what is missing"
