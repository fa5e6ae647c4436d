"""How much of a sentence its ground carries: all of itself, nothing of another matter, and rare words weigh more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.coverage import covered, vocabulary
from synthforge.meaning.ranking import Index
from tests import rooms

INDEX = Index(rooms.sections())
RINSING = "The operator must rinse the filling line with purified water before the next batch."
WORDS = st.text("abcdeinorst ,.10-'", max_size=60) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "ground", "share"),
    [
        (RINSING, (RINSING,), 1.0),
        ("Before the next batch, the filling line is rinsed by an operator with purified water.", (RINSING,), 1.0),
        ("According to the section, the operator complies: the filling line is rinsed.", (RINSING,), 1.0),
        ("Shareholders receive their dividend in spring.", (RINSING,), 0.0),
        ("Drivers receive dividends.", ("A driver rests.", "They received letters."), 2 / 3),
    ],
)
def test_the_share_of_words_in_any_form_that_stand_in_the_ground(
    text: str, ground: tuple[str, ...], share: float
) -> None:
    score = covered(text, vocabulary(ground), Index({}))
    assert score == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "Yes.", "It is so.", "It complies.", "12 of 15.", "Rinse."])
def test_a_text_about_too_little_is_not_judged(text: str) -> None:
    assert covered(text, vocabulary([RINSING]), INDEX) is None


def test_how_little_is_too_little_is_for_the_caller_to_say() -> None:
    assert covered("Rinse.", vocabulary([RINSING]), INDEX, least=1) == 1.0
    assert covered("Rinse the filling line.", vocabulary([RINSING]), INDEX, least=4) is None


def test_a_word_of_few_sections_weighs_more_and_an_unknown_one_most() -> None:
    corpus = Index(rooms.sections(["The driver rests.", "The driver eats.", "The driver sleeps in a bunk."]))
    ground = vocabulary(["driver"])
    common, rare, unknown = (covered(f"driver {word}", ground, corpus) for word in ("driver rests", "bunk", "yacht"))
    assert common and rare and unknown and common == rare > unknown
    assert rare < 0.5  # of two words


@settings(deadline=None)
@given(WORDS, st.lists(WORDS, max_size=3))
def test_a_text_covers_itself_and_more_ground_never_covers_less(text: str, others: list[str]) -> None:
    own = covered(text, vocabulary([text]), INDEX)
    assert own in (None, 1.0)
    part, whole = (covered(text, vocabulary(ground), INDEX) for ground in (others[:1], others))
    assert (part is None) is (whole is None) is (own is None)
    assert part is None or (whole is not None and 0 <= part <= whole <= 1)
