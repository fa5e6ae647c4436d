"""The rule leaves it to judgement, or the records disagree: the right answer hands the case to a person."""

from typing import ClassVar

from synthforge.edge_cases.base import EdgeCase
from synthforge.records import Decision, Order, Turn


class HumanReview(EdgeCase):
    """A case that the text alone cannot settle."""

    decision: ClassVar[Decision] = "human_review"

    wording: str = "this scenario requires human review"

    def brief(self, order: Order) -> str:
        return (
            "Write a case that the quoted rule covers but cannot settle: two records of the deciding fact disagree, or "
            "the rule itself asks for judgement (reasonable, appropriate, case by case). Quote the rule, say in "
            "`reasoning` why it is open and in `missing` what a person has to settle, and decide human_review: "
            f"'{self.wording}'."
        )

    def user_brief(self, order: Order) -> str:
        return "Report a case on which two records, or two people, say opposite things, and ask how it stands."

    def shown(self, turn: Turn, order: Order) -> str:
        return self.decided(turn)
