"""Which section speaks of a statement: its own first, one of the same words as well, another one less."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.ranking import Index, terms
from tests import rooms

CORPUS = rooms.sections(
    (
        "A driver may drive 11 hours after 10 consecutive hours off duty.",
        "A driver may extend the 14-hour window once a week at the home terminal.",
        "Vaccines must be stored between 2 °C and 8 °C in a locked refrigerator.",
        "The filling line must be rinsed with purified water for 15 minutes under SOP-021.",
        "User accounts that were inactive for 45 days are disabled by administrators.",
        "The Receiving Party shall not disclose Confidential Information to third parties.",
        "A fund may hold up to 10 % of its assets in securities of one issuer.",
    )
)
KEYS = list(CORPUS)
INDEX = Index(CORPUS)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("After 10 hours off duty, driving for 11 hours is allowed.", 0),
        ("The window is extended at the terminal.", 1),
        ("Refrigerators for vaccines are kept locked.", 2),
        ("What does SOP-021 ask for?", 3),
        ("Administrators disable an inactive account.", 4),
        ("Third parties receive no confidential information.", 5),
        ("At most 10 % may be in one issuer's securities.", 6),
    ],
)
def test_the_section_that_speaks_of_a_statement_stands_first(statement: str, number: int) -> None:
    assert INDEX.best(statement) == KEYS[number]
    assert INDEX.standing(statement, [KEYS[number]]) == 1.0
    assert INDEX.standing(statement, [KEYS[(number + 3) % 7]]) < 0.6


def test_the_best_of_the_cited_sections_counts() -> None:
    statement = "User accounts are disabled by administrators."
    assert INDEX.standing(statement, [KEYS[0], KEYS[4]]) == 1.0
    assert INDEX.standing(statement, []) == INDEX.standing(statement, ["no such section"]) == 0.0


@pytest.mark.parametrize("statement", ["", "Whales sing.", "It is so."])
def test_where_no_section_has_anything_to_say_none_is_outranked(statement: str) -> None:
    assert INDEX.scores(statement).tolist() == [0.0] * 7
    assert INDEX.standing(statement, [KEYS[3]]) == 1.0


def test_an_empty_corpus_outranks_nothing() -> None:
    assert Index({}).standing("A driver may drive.", ["x"]) == 1.0


def test_a_section_is_also_found_by_its_heading_and_its_lead_in() -> None:
    plain = rooms.sections(("First item.", "Second item."))
    (one, first), (two, second) = plain.items()
    index = Index(
        {
            one: first.model_copy(update={"path": ("Quarantine",)}),
            two: second.model_copy(update={"lead_in": "Each pallet must carry:"}),
        }
    )
    assert (index.best("quarantine"), index.best("pallet")) == (one, two)


def test_scores_are_bm25() -> None:
    """By hand, k1 = 1.2 and b = 0.75: "valve" twice in a section of 4 terms, the mean being 3; in 1 of 2 sections."""
    sections = rooms.sections(("valve valve pump hose", "clerk clerk"))
    bare = {key: section.model_copy(update={"path": ()}) for key, section in sections.items()}
    rarity = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    expected = rarity * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
    assert Index(bare).scores("Valves.").tolist() == pytest.approx([expected, 0.0])


def test_a_term_of_most_sections_tells_none_apart() -> None:
    sections = rooms.sections([f"The driver checks item{chr(97 + n)}." for n in range(12)])
    index = Index(sections)
    assert not index.scores("driver").any()
    assert index.best("driver itemc") == list(sections)[2]


def test_a_text_is_looked_up_by_roots_amounts_and_names() -> None:
    assert terms("The drivers rest 60 minutes under SOP-014, drivers!") == [
        "drive", "rest", "minut", "sop", "drive", "3600 time", "code sop-014",
    ]  # fmt: skip
    assert {"drive", "3600 time", "code sop-014"} <= set(terms("For 1 hour a driver rests (SOP-014)."))


@settings(deadline=None)
@given(st.sets(st.frozensets(st.sampled_from("abcdefghij"), min_size=3, max_size=3), min_size=1, max_size=8))
def test_of_distinct_sections_each_stands_first_for_its_own_text(chosen: set[frozenset[str]]) -> None:
    sections = rooms.sections(
        [" ".join(letter * 4 for letter in sorted(words)) for words in sorted(map(sorted, chosen))]
    )
    index = Index(sections)
    for key, section in sections.items():
        assert index.best(section.text) == key
        assert index.standing(section.text, [key]) == 1.0


@settings(deadline=None)
@given(st.text(max_size=60), st.permutations(KEYS))
def test_the_order_of_the_corpus_changes_no_score(statement: str, order: list[str]) -> None:
    shuffled = Index({key: CORPUS[key] for key in order})
    for said in (statement, CORPUS[order[0]].text):
        scores = dict(zip(order, shuffled.scores(said).tolist(), strict=True))
        assert scores == pytest.approx(dict(zip(KEYS, INDEX.scores(said).tolist(), strict=True)))
