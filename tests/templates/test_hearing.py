"""What a user who must not see the source hears: everything but the source's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.templates.hearing import ELIDED, retold
from tests.rooms import RULES


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (RULES[0], f"{ELIDED}."),
        (f"According to the text, a{RULES[0][1:].replace(' driver', '  DRIVER')} So 8 hours are not enough.",
         f"According to the text, {ELIDED}. So 8 hours are not enough."),
        ("Yes: at least 10 consecutive hours.", "Yes: at least 10 consecutive hours."),
        ("You need to sleep for at least 10 consecutive hours before a new shift, it says.",
         f"You need to sleep {ELIDED}, it says."),
        ("The operator must clean the hopper before each batch, always.", f"{ELIDED}, always."),
        ("", ""),
    ],
)  # fmt: skip
def test_what_repeats_the_source_is_elided_and_nothing_else(said: str, heard: str) -> None:
    assert retold(said, RULES) == heard


def test_a_short_sentence_of_the_source_is_elided_as_a_whole() -> None:
    heard = retold("It says: keep the gate shut. So do it.", ["Keep the gate shut. Lock it."])
    assert heard == f"It says: {ELIDED}. So do it."


@given(st.sampled_from(RULES), st.text(max_size=30), st.text(max_size=30))
def test_no_sentence_of_the_source_is_ever_heard(rule: str, before: str, after: str) -> None:
    assert rule.rstrip(".").lower() not in retold(f"{before} {rule} {after}", RULES).lower()
