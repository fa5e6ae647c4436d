"""Rules that cannot both be followed are found, and rules that can are not."""

import pytest

from synthforge.meaning.disagreement import MOST, disagree, disagreements
from synthforge.meaning.rules import rules
from synthforge.records import Section
from tests import rooms

KEPT = "Inspection records must be kept for at least {} months."


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        (KEPT.format(6), KEPT.format(12), True),
        (KEPT.format(6), KEPT.format(6), False),
        (KEPT.format(12), KEPT.replace("months", "year").format(1), False),
        ("Speed must not exceed 10 mph in the yard.", "Speed must not exceed 15 mph in the yard.", True),
        ("A spill must be reported within 24 hours.", "A fire must be reported to the chief within 2 hours.", False),
        ("Visitors may enter the loading area.", "Visitors must not enter the loading area.", True),
        ("Drivers must wear a safety vest.", "Drivers need not wear a safety vest.", True),
        ("Drivers must wear a safety vest.", "Drivers may wear a safety vest.", False),
        ("The gate must be closed at night.", "The gate must be closed at night.", False),
        ("A log must hold at least 5 lines.", "A log must hold at most 9 lines.", False),
        ("Drivers must take an appropriate break.", "Drivers must not take an appropriate break.", False),
    ],
)
def test_same_matter_and_other_bound_or_opposite_duty(one: str, other: str, against: bool) -> None:
    [first], [second] = rules(one), rules(other)
    assert disagree(first, second) is disagree(second, first) is against
    assert bool(disagreements([_section(one, "A"), _section(other, "B")])) is against


def test_editions_of_one_document_do_not_disagree_and_a_section_not_with_itself() -> None:
    plain = {n: _section(KEPT.format(n), "A") for n in (6, 12)}
    editions = [each.model_copy(update={"edition": str(n), "versioned": True}) for n, each in plain.items()]
    assert disagreements(editions) == {}
    assert disagreements([_section(f"{KEPT.format(6)} {KEPT.format(12)}", "A")]) == {}


def test_every_section_names_those_against_it_in_their_order_and_not_too_many() -> None:
    sections = [_section(KEPT.format(n + 1), f"D{n}") for n in range(20)]
    found = disagreements(sections)
    assert found["D0#D0 §1"] == [f"D{n}#D{n} §1" for n in range(1, MOST + 1)]
    assert len(found) == 20 and max(map(len, found.values())) == MOST


def _section(text: str, family: str) -> Section:
    return next(iter(rooms.sections([text], family).values()))
