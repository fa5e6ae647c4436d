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


RANKED = rooms.sections(
    (
        "Vaccines must be stored in a locked refrigerator between 2 °C and 8 °C.",
        "A refrigerator must be cleaned by the pharmacy assistant every Monday.",
        "The Receiving Party shall return all copies of Confidential Information within 30 days.",
        "Copies are made by the office.",
    )
)
OUTRANKED = "Vaccines are stored between 2 °C and 8 °C in a locked refrigerator."


@pytest.mark.parametrize(
    ("statement", "cited", "expected"),
    [
        (OUTRANKED, 0, ""),
        (OUTRANKED, 1, "citation.outranked"),
        ("All copies of Confidential Information are returned within 30 days.", 2, ""),
        ("All copies of Confidential Information are returned within 30 days.", 3, "citation.outranked"),
        ("The pharmacy assistant cleans the refrigerator every Monday.", 1, ""),
        ("Vaccines are locked.", 1, ""),  # too short to be looked up
        ("Nobody ever mentions whales, octopuses, jellyfish, dolphins or plankton.", 1, ""),  # no section does
    ],
)
def test_a_cited_section_must_say_about_as_much_as_the_best_one(
    tmp_path: Path, statement: str, cited: int, expected: str
) -> None:
    assert _ranked(tmp_path, Citation(), (statement, cited)) == expected


def _ranked(tmp_path: Path, check: Citation, *claims: tuple[str, int]) -> str:
    keys = list(RANKED)
    made = tuple(Claim(text=text, evidence=Evidence(section=keys[n], quote="q")) for text, n in claims)
    example = rooms.example(
        order=rooms.order(keys[0], excerpt=tuple(keys)), turns=(rooms.turn(claims=made, reasoning="", answer=""),)
    )
    return check.check(example, rooms.run(tmp_path, RANKED)).code


def test_of_a_statement_on_several_sections_the_best_one_counts(tmp_path: Path) -> None:
    assert _ranked(tmp_path, Citation(), (OUTRANKED, 1), (OUTRANKED, 0)) == ""
    assert _ranked(tmp_path, Citation(), (OUTRANKED, 1), (OUTRANKED, 3)) == "citation.outranked"


def test_how_much_less_and_how_short_are_settings(tmp_path: Path) -> None:
    assert _ranked(tmp_path, Citation(rank=0), (OUTRANKED, 3)) == ""
    both = "The refrigerator that the assistant cleans is locked, with vaccines stored inside."  # 1 and 0.76 of it
    assert _ranked(tmp_path, Citation(rank=0.7), (both, 1)) == ""
    assert _ranked(tmp_path, Citation(rank=0.8), (both, 1)) == "citation.outranked"
    assert _ranked(tmp_path, Citation(min_terms=50), (OUTRANKED, 1)) == ""
    assert _ranked(tmp_path, Citation(min_terms=1), ("Vaccines are locked.", 1)) == "citation.outranked"


def test_the_reason_names_the_better_section_and_a_missing_one_is_named_first(tmp_path: Path) -> None:
    keys = list(RANKED)
    claim = Claim(text=OUTRANKED, evidence=Evidence(section=keys[1], quote="q"))
    order = rooms.order(keys[1], excerpt=tuple(keys))
    run = rooms.run(tmp_path, RANKED)
    said = Citation().check(rooms.example(order=order, turns=(rooms.turn(claims=(claim,)),)), run)
    assert said.outcome == "failed"
    assert said.reason.startswith(f"{keys[0]} says ") and said.reason.endswith(f" times as much of '{OUTRANKED}'")
    gone = Claim(text="x", evidence=Evidence(section="gone", quote="q"))
    both = rooms.example(order=order, turns=(rooms.turn(claims=(claim, gone)),))
    assert Citation().check(both, run).code == "citation.unknown"
