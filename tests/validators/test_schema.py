from pathlib import Path

import pytest

from synthforge.records import Claim, Evidence
from synthforge.validators import Schema
from tests import rooms

ABSTAINING = {
    "decision": "insufficient_information",
    "claims": (),
    "reasoning": "",
    "answer": "Insufficient information.",
}


def code(tmp_path: Path, check: Schema | None = None, **changes: object) -> str:
    return (check or Schema()).check(rooms.example(turns=(rooms.turn(**changes),)), rooms.run(tmp_path)).code


def test_keeps_complete_drafts(tmp_path: Path) -> None:
    assert code(tmp_path) == ""
    assert code(tmp_path, **ABSTAINING, missing="the duration of the rest") == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"question": " Why? "}, "schema.question"),
        ({"claims": ()}, "schema.no_claims"),
        ({"reasoning": " ", "answer": ""}, "schema.no_answer"),
        (
            {"claims": (Claim(text="x", evidence=Evidence(section="FP-07#FP-07 §1", quote=" ")),)},
            "schema.no_quote",
        ),
        (
            {"claims": (Claim(text="", evidence=Evidence(section="FP-07#FP-07 §1", quote="q")),)},
            "schema.empty_claim",
        ),
        ({"answer": "Ask [insert name here] first."}, "schema.placeholder"),
        ({"answer": "Ask {{manager}} first."}, "schema.placeholder"),
        ({"answer": "A driver rested for 8 consecutive hours."}, "schema.answer_in_question"),
        (ABSTAINING, "schema.missing_fact"),
    ],
)
def test_drops_incomplete_drafts(tmp_path: Path, changes: dict[str, object], expected: str) -> None:
    assert code(tmp_path, **changes) == expected


def test_settings_decide(tmp_path: Path) -> None:
    assert code(tmp_path, Schema(decisions=("answered",))) == "schema.decision"
    assert code(tmp_path, Schema(max_words=5)) == "schema.length"


def test_a_draft_without_turns_is_dropped(tmp_path: Path) -> None:
    assert Schema().check(rooms.example(turns=()), rooms.run(tmp_path)).code == "schema.no_turns"
