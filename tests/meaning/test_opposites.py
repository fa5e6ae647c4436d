"""Opposites are found in both directions, and forms of one word share their beginning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.opposites import opposite, root

WORDS = st.text("abcdefghilmnoprstuvy", max_size=14)


@pytest.mark.parametrize(
    ("word", "among", "found"),
    [
        ("minimum", {"the", "maximum"}, "maximum"),
        ("maximum", {"minimum"}, "minimum"),
        ("less", {"more"}, "more"),
        ("fewer", {"more"}, "more"),
        ("approved", {"rejected"}, "rejected"),
        ("advance", {"arrears"}, "arrears"),
        ("unencrypted", {"encrypted"}, "encrypted"),
        ("sterile", {"non-sterile"}, "non-sterile"),
        ("flammable", {"inflammable", "nonflammable"}, "nonflammable"),
        ("before", {"minimum"}, ""),
        ("driver", {"drivers", "undriver"}, "undriver"),
    ],
)
def test_an_opposite_is_one_of_a_pair_or_the_same_word_with_a_prefix(word: str, among: set[str], found: str) -> None:
    assert opposite(word, among) == found


@pytest.mark.parametrize("word", ["side", "come"])
def test_short_words_do_not_become_others_by_a_prefix(word: str) -> None:
    assert opposite(word, {f"in{word}"}) == opposite(f"in{word}", {word}) == ""


@settings(deadline=None)
@given(WORDS, WORDS)
def test_an_opposite_of_a_word_has_the_word_as_its_own(one: str, other: str) -> None:
    assert bool(opposite(one, {other})) is bool(opposite(other, {one}))


@pytest.mark.parametrize(
    "forms",
    [
        ("notify", "notified", "notifies"),
        ("record", "records", "recorded"),
        ("authorise", "authorised", "authority"),
        ("calibrate", "calibration", "calibrated"),
    ],
)
def test_the_forms_of_a_word_share_their_root(forms: tuple[str, ...]) -> None:
    assert len({root(form) for form in forms}) == 1


@settings(deadline=None)
@given(WORDS)
def test_a_root_is_the_beginning_of_its_word_and_its_own_root(word: str) -> None:
    assert word.startswith(root(word))
    assert len(root(word)) == min(len(word), 5) or len(root(word)) == 6
    assert root(root(word)) in (root(word), root(word)[:5])
