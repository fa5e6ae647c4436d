import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.meaning.sentences import sentence_at, sentences


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Rinse it, see § 5.2. Then dry it.", ["Rinse it, see § 5.2.", "Then dry it."]),
        ("Use solvents, e.g. Ethanol, as in No. 4 of the "
         "list.", ["Use solvents, e.g. Ethanol, as in No. 4 of the list."]),
        ("Section 395.3(a)(3)(i) applies. It binds.", ["Section 395.3(a)(3)(i) applies.", "It binds."]),
        ("Hold at 2.5 bar. Wait.", ["Hold at 2.5 bar.", "Wait."]),
        ("Carry at no more than 5 °C. A reading above 7 °C "
         "counts.", ["Carry at no more than 5 °C.", "A reading above 7 °C counts."]),
        ("Steps:\n- Lock out.\n- Wash.", ["Steps:", "- Lock out.", "- Wash."]),
        ("5.2. Rinse the parts. Dry them.", ["5.2. Rinse the parts.", "Dry them."]),
        ("# Purpose\nTo clean. To dry.", ["# Purpose", "To clean.", "To dry."]),
        ("The rule is\nwrapped over lines. Next.", ["The rule is\nwrapped over lines.", "Next."]),
        ("It starts before 4 a.m. and ends.", ["It starts before 4 a.m. and ends."]),
    ],
)  # fmt: skip
def test_dots_that_end_nothing(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@given(st.text(alphabet="aB1. \n-:§()", max_size=60))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


def test_a_slice_grows_to_its_sentence() -> None:
    text = "First. A driver may not exceed 11 hours. Last."
    start = text.index("exceed")
    a, b = sentence_at(text, start, start + 6)
    assert text[a:b] == "A driver may not exceed 11 hours."
