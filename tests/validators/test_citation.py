from pathlib import Path

import pytest

from synthforge.records import Claim, Evidence
from synthforge.validators import Citation
from tests import rooms


def code(tmp_path: Path, section: str = "FP-07#FP-07 §1", **changes: object) -> str:
    claim = Claim(text="x", evidence=Evidence(section=section, quote="q"))
    turn = rooms.turn(**{"claims": (claim,), **changes})
    return Citation().check(rooms.example(turns=(turn,)), rooms.run(tmp_path)).code


@pytest.mark.parametrize(
    "answer", ["", "As [FP-07 §1] says.", "Section 1 asks for rest.", "It is 8 hours.", "Under ISO 9001."]
)
def test_keeps_citations_that_agree_with_the_evidence(tmp_path: Path, answer: str) -> None:
    assert code(tmp_path, answer=answer) == ""


@pytest.mark.parametrize(
    ("section", "answer", "expected"),
    [
        ("FP-07#FP-07 §99", "", "citation.unknown"),
        ("FP-07#FP-07 §3", "", "citation.not_shown"),
        ("FP-07#FP-07 §1", "As [FP-07 §2] says.", "citation.mismatch"),
        ("FP-07#FP-07 §1", "As section 77.3 says.", "citation.unknown"),
    ],
)
def test_drops_the_others(tmp_path: Path, section: str, answer: str, expected: str) -> None:
    assert code(tmp_path, section, answer=answer) == expected


def test_a_section_that_the_question_names_may_be_answered_about(tmp_path: Path) -> None:
    question = "Does section 2 matter here, or only the rest rule?"
    assert code(tmp_path, question=question, answer="Section 2 does not.") == ""


def test_an_abstention_may_name_what_was_consulted(tmp_path: Path) -> None:
    changes = {"claims": (), "decision": "insufficient_information", "missing": "FP-07 §2 does not say"}
    assert code(tmp_path, **changes) == ""
    assert code(tmp_path, **{**changes, "missing": "FP-07 §5 does not say"}) == "citation.mismatch"
