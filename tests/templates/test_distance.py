"""How far made questions are from real ones: known sets, and what must hold for any."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.templates.distance import distance, form

REAL = [
    "hi, how long do i have to rest before my next shift?",
    "can i take the trailer out at 6 degrees or do i have to wait",
    "do we have to report a small spill at the dock too?",
    "hi, whom do i call when the seal on the trailer is broken?",
]
LIKE = [
    "hi, do i have to report a broken seal on the trailer too?",
    "how long do i have to wait at the dock before my shift?",
]
UNLIKE = [
    "The Operator shall determine whether Section 4.2 applies. State the maximum.",
    "Enumerate the obligations incumbent upon personnel pursuant to the aforementioned provisions.",
]


def test_questions_in_the_tone_of_the_real_ones_are_nearer_than_others() -> None:
    near, far = distance(LIKE, REAL), distance(UNLIKE, REAL)
    assert near.likeness and far.likeness and near.likeness > far.likeness + 0.2
    assert near.shared and far.shared is not None and near.shared > far.shared
    assert near.gap is not None and far.gap is not None and near.gap < far.gap
    assert (near.copied, far.copied) == (0, 0)


def test_a_copied_question_is_told() -> None:
    assert distance(["Well, how long do I have to rest before?", LIKE[0]], REAL).copied == 0.5


def test_the_form_of_questions() -> None:
    found = form(["how long do i wait? thanks.", "State the 2 limits."])
    assert (found.asks, found.first_person, found.lower_case, found.numbers) == (0, 0.5, 0.5, 0.5)
    assert (found.words, found.sentences) == (5, 1.5)


def test_without_real_questions_there_is_no_distance() -> None:
    assert (distance(LIKE, []).likeness, distance([], REAL).gap, distance(LIKE, REAL[:1]).among) == (None, None, None)


questions = st.lists(st.text("abc de?1", min_size=1, max_size=30), min_size=1, max_size=6)


@given(questions, questions)
@settings(deadline=None, max_examples=60)
def test_figures_are_shares_and_do_not_depend_on_the_order(made: list[str], real: list[str]) -> None:
    found = distance(made, real)
    again = distance(made[::-1], real[::-1])
    assert found.likeness == pytest.approx(again.likeness) and found.shared == pytest.approx(again.shared)
    for figure in (found.likeness, found.among, found.shared, found.shared_among, found.copied):
        assert figure is None or -1e-6 <= figure <= 1 + 1e-6
    assert distance(real, real).likeness == pytest.approx(1, abs=1e-4)
