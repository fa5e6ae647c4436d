"""Steps: imperatives and duties in their order, without their marks; statements are none."""

import pytest

from synthforge.meaning.steps import steps
from synthforge.meaning.terms import used
from tests import rooms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. Stop the belt.\n2. Lock the gate.", ["Stop the belt.", "Lock the gate."]),
        ("- Check the seal.\n- Then sign the sheet.", ["Check the seal.", "Then sign the sheet."]),
        ("(a) Close the valve; (b) drain the tank.", ["Close the valve; (b) drain the tank."]),
        ("The clerk shall sign each report. Reports must be filed.",
         ["The clerk shall sign each report.", "Reports must be filed."]),
        ("The belt stops by itself. Visitors may watch.", []),
        ("Visitors must not touch the belt.", []),
        ("Opening hours", []),
    ],
)  # fmt: skip
def test_what_instructs_is_a_step(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in steps(text)] == found


def test_terms_are_found_as_whole_words_in_either_number_in_the_order_of_their_use() -> None:
    text = "Reports of incidents go to the Safety Desk; incidental costs do not."
    section = next(iter(rooms.sections([text]).values()))
    defining = {"safety desk": "a", "Incident": "b", "cost centre": "c", "port": "d", "report": section.key}
    assert used(section, defining) == ["b", "a"]
