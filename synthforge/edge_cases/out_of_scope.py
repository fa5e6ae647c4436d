"""The question is about something that the documents do not cover, and the right answer says what they do cover."""

from typing import ClassVar

from synthforge.edge_cases.base import EdgeCase
from synthforge.records import Decision, Order, Turn


class OutOfScope(EdgeCase):
    """A question of another field, asked in the same place; unlike insufficient information, no rule is missing."""

    decision: ClassVar[Decision] = "out_of_scope"

    wording: str = "this question is outside the scope of these documents"

    def brief(self, order: Order) -> str:
        return (
            "Ask about something that none of these documents can be expected to cover (another department, a private "
            "matter, general knowledge), as somebody in this job might all the same. Make no claims and cite nothing. "
            "Say in `answer`, in one sentence, what the sections do cover, in `missing` what the question is about, "
            f"and decide out_of_scope: '{self.wording}'."
        )

    def user_brief(self, order: Order) -> str:
        return "Ask about something quite different that has nothing to do with these rules."

    def shown(self, turn: Turn, order: Order) -> str:
        if fault := self.decided(turn):
            return fault
        if turn.claims:
            return "cites a section for what no section covers"
        if not turn.missing.strip():
            return "does not say what is not covered"
        return "" if turn.answer.strip() else "does not say what is covered"
