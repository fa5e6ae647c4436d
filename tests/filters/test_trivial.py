from pathlib import Path

import pytest

from synthforge.filters import Trivial
from synthforge.records import Claim, Evidence
from tests import rooms

RULE = "Records must be kept for at least 6 months."
CLAIMS = (Claim(text=RULE, evidence=Evidence(section="FP-07#FP-07 §6", quote=RULE)),)


def code(tmp_path: Path, question: str, answer: str, decision: str = "answered") -> str:
    turn = rooms.turn(question=question, answer=answer, claims=CLAIMS, reasoning="", decision=decision)
    (verdict,) = Trivial().keep([rooms.example(turns=(turn,))], [], rooms.run(tmp_path))
    return verdict.code


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("For how long must records be kept?", "For at least 6 months.", ""),
        (
            "May a clerk shred records after 3 months?",
            "No, a clerk may not shred records after 3 months.",
            "",
        ),
        ("Records must be kept for at least 6 months?", "Yes, they must.", "trivial.copy"),
        (
            "Given that records must be kept for at least 6 months, how long?",
            "Records must be kept for at least 6 months",
            "trivial.answer_in_question",
        ),
        (
            "If records must be kept for at least 6 months, how long is that?",
            "They must be kept at least 6 months.",
            "trivial.answer_in_question",
        ),
    ],
)
def test_the_answer_in_the_question(tmp_path: Path, question: str, answer: str, expected: str) -> None:
    assert code(tmp_path, question, answer) == expected


def test_a_judgement_may_repeat_its_case(tmp_path: Path) -> None:
    case = "A clerk shredded records after 3 months of storage. Was this compliant?"
    assert code(tmp_path, case, "The clerk shredded records after 3 months.", "violation") == ""


def test_one_real_question_keeps_a_dialogue(tmp_path: Path) -> None:
    real = rooms.turn(
        question="For how long must records be kept?",
        answer="For at least 6 months.",
        claims=CLAIMS,
        decision="answered",
    )
    copied = rooms.turn(question=RULE, answer="Yes, they must.", claims=CLAIMS, decision="answered")
    run = rooms.run(tmp_path)
    assert [v.code for v in Trivial().keep([rooms.example(turns=(real, copied))], [], run)] == [""]
    assert [v.code for v in Trivial().keep([rooms.example(turns=(copied, copied))], [], run)] == ["trivial.copy"]
