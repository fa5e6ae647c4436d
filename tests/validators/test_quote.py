from pathlib import Path

import pytest

from synthforge.records import Claim, Evidence, Verdict
from synthforge.validators import Quote
from tests import rooms


def verdict(tmp_path: Path, quote: str, section: str = "FP-07#FP-07 §1") -> Verdict:
    claim = Claim(text="x", evidence=Evidence(section=section, quote=quote))
    return Quote().check(rooms.example(turns=(rooms.turn(claims=(claim,)),)), rooms.run(tmp_path))


@pytest.mark.parametrize(
    "quote",
    [
        rooms.RULES[0],
        "rest for at least 10 consecutive",
        "a driver must  rest\nfor at least 10 con\u00adsecutive hours",
    ],
)
def test_keeps_what_stands_in_the_section(tmp_path: Path, quote: str) -> None:
    assert verdict(tmp_path, quote).outcome == "passed"


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        ("A driver may rest for at least 10 consecutive hours", "quote.not_found"),
        ("A driver must rest for at least 11 consecutive hours", "quote.not_found"),
        ("must rest for at least 1", "quote.not_found"),
        ("at least 10", "quote.too_short"),
        ("Rule 1", "quote.not_found"),
        (rooms.RULES[1], "quote.wrong_section"),
    ],
)
def test_drops_what_does_not(tmp_path: Path, quote: str, code: str) -> None:
    assert verdict(tmp_path, quote).code == code


def test_a_wrong_section_is_named_with_the_right_one(tmp_path: Path) -> None:
    assert "FP-07#FP-07 §2" in verdict(tmp_path, rooms.RULES[1]).reason


def test_neither_the_lead_in_nor_the_heading_is_the_sections_own_text(tmp_path: Path) -> None:
    corpus = rooms.sections(["Storage of clean glass parts\n(a) rinse them twice"])
    (section,) = corpus.values()
    section = section.model_copy(update={"lead_in": "The operator must:", "path": ("Storage of clean glass parts",)})
    run = rooms.run(tmp_path, {section.id: section})

    def code(quote: str) -> str:
        claim = Claim(text="x", evidence=Evidence(section=section.id, quote=quote))
        check = Quote(min_words=3)
        return check.check(rooms.example(turns=(rooms.turn(claims=(claim,)),)), run).code

    assert code("The operator must") == "quote.not_found"
    assert code("(a) rinse them twice") == ""
    assert code("Storage of clean glass parts") == "quote.too_short"
