"""The sentences that a statement rests on: verbatim slices, few, the best first, numbers before words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.evidence import MOST, rarity, supporting
from synthforge.meaning.sentences import sentences

PUMP = "The pump must be primed for 15 minutes before use."
LOG = "The carrier keeps the log for 6 months."
PASSAGES = (f"The line is cleaned first. {PUMP} Nothing else applies.", f"{LOG} It is kept at the terminal.")
TEXTS = st.lists(
    st.sampled_from([*"pump log carrier primed 15 minutes SOP-014 6 months . terminal the and".split()]), max_size=30
).map(" ".join) | st.text(max_size=60)


def found(statement: str, *passages: str) -> list[str]:
    return [passages[number][a:b] for number, (a, b) in supporting(statement, passages)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Prime the pump for 15 minutes before use.", [PUMP]),
        ("For 6 months the carrier keeps logs.", [LOG]),
        ("The pump is primed for 15 minutes, the carrier keeps a log for 6 months.", [LOG, PUMP]),
        ("Whales sing.", []),
        ("", []),
    ],
)
def test_the_sentences_that_carry_a_statement(statement: str, expected: list[str]) -> None:
    assert found(statement, *PASSAGES) == expected


def test_a_sentence_with_the_number_comes_before_one_with_more_of_the_words() -> None:
    words, number = "The courier signs for every frozen vaccine box.", "The box stays below 8 °C."
    assert found("Every frozen vaccine box the courier signs for is at 8 °C.", words, number)[:2] == [words, number]
    assert found("A frozen box is at 8 °C.", "A frozen box.", "There it is 8 °C.")[0] == "There it is 8 °C."


def test_a_sentence_that_adds_little_and_no_fact_is_left_out() -> None:
    long = "Buyer seller notary broker lender surveyor trustee tenant landlord witness sign."
    assert found(f"{long[:-1]} twice today.", long, "It rains today.") == [long]
    assert found(f"{long[:-1]} in 2 days.", long, "In 2 days it rains.") == [long, "In 2 days it rains."]


def test_what_was_said_once_adds_nothing() -> None:
    assert found(PUMP, PUMP, PUMP) == [PUMP]


def test_no_more_sentences_than_a_person_can_check() -> None:
    many = [f"Item {word} weighs {n} kg." for n, word in enumerate("abcdefgh", 11)]
    assert len(found(" ".join(many), *many)) == MOST


def test_rare_words_decide_between_sentences() -> None:
    statement, common, rare = "bank waiver", "The bank.", "A waiver."
    assert found(statement, common, rare)[0] == common  # as they come, where nothing tells them apart
    weights = rarity([common, "The bank opens.", "A bank closes.", rare])
    [best, *_] = supporting(statement, [common, rare], weights)
    assert best[0] == 1


def test_rarity_falls_with_the_number_of_texts() -> None:
    weights = rarity(["a rare valve", "a pump", "a pump and a valve", "a pump"])
    assert weights["rare"] > weights["valve"] > weights["pump"] > 0


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_evidence_is_whole_sentences_of_its_passages_each_once(statement: str, passages: list[str]) -> None:
    chosen = supporting(statement, passages)
    assert len(chosen) == len(set(chosen)) <= MOST
    assert all(span in sentences(passages[number]) and passages[number][slice(*span)] for number, span in chosen)
    assert chosen == supporting(statement, passages)


@settings(deadline=None)
@given(TEXTS)
def test_a_sentence_rests_on_itself_alone(text: str) -> None:
    for a, b in sentences(text):
        alone = found(text[a:b], "Whales sing.", text[a:b])
        assert alone in ([], [text[a:b]])
