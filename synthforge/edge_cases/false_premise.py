"""The question takes for granted what the source contradicts, and the right answer corrects it first."""

from typing import ClassVar

from synthforge.edge_cases.base import EdgeCase
from synthforge.records import Decision, Order, Turn


class FalsePremise(EdgeCase):
    """A question that rests on a rule that is not so: a wrong limit, a duty that is none, a permission not given.

    It has a decision of its own: an answer that goes along with the premise would else be scored as right.
    """

    decision: ClassVar[Decision] = "false_premise"

    wording: str = "the question rests on a false premise"

    def brief(self, order: Order) -> str:
        return (
            "Write a question that takes something for granted, in passing and in good faith, which the quoted rule "
            "contradicts (another limit, a duty or a permission that is not there). Quote the rule; say in `reasoning` "
            "what the question presupposes and what the rule says, and in `answer` what is right instead. Decide "
            f"false_premise: '{self.wording}'."
        )

    def user_brief(self, order: Order) -> str:
        return (
            "Take for granted that the rule is other than you were told (another limit, no duty at all), without "
            "remarking on it, and ask what follows."
        )

    def shown(self, turn: Turn, order: Order) -> str:
        if fault := self.decided(turn):
            return fault
        if not turn.claims:
            return "quotes nothing that contradicts the premise"
        return "" if turn.answer.strip() else "does not say what is right instead"
