"""A question that is examined closed-book is not trained on, however it was answered."""

from synthforge.pipeline.held_out import apart
from synthforge.records import Verdict
from tests import rooms


def test_the_same_question_in_other_letters_is_kept_out_and_others_stay() -> None:
    exam = [rooms.example("x", turns=(rooms.turn(question="How long must we rest?"),))]
    again = rooms.turn(question="how long must  we rest ?", decision="answered")
    same, other = rooms.example("a", turns=(rooms.turn(), again)), rooms.example("b")
    out = rooms.example("c", verdicts=[Verdict(stage="check", by="v", outcome="failed", code="v")], turns=same.turns)
    first, second, third = apart([same, other, out], exam)
    assert first.cause is not None
    assert (first.cause.code, first.cause.reason) == ("leak.question", "asks what x examines")
    assert (second, third) == (other, out)
