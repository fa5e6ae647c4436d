"""One text in several claims is one statement on several quotes; its source is whole sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.agreement import Difference
from synthforge.records import Claim, Evidence, Span, Turn
from synthforge.validators.statements import (
    Statement,
    about,
    against,
    located,
    names,
    parts,
    quoted,
    source_sentences,
    statements,
)
from tests import rooms

TEXT = "Access is logged. Visitors must not leave the hall without an escort, and must wear a badge. The end."
CORPUS = rooms.sections((TEXT, "A badge is returned at the gate."), family="YP-2")
ONE, TWO = CORPUS


def claim(text: str, section: str = ONE, quote: str = "") -> Claim:
    return Claim(text=text, evidence=Evidence(section=section, quote=quote))


def turn(*claims: Claim) -> Turn:
    return rooms.turn(claims=claims)


@pytest.mark.parametrize(
    ("number", "of", "places"),
    [(1, 1, ["claim 1", "claim 2"]), (1, 2, ["turn 1 claim 1", "turn 1 claim 2"])],
)
def test_claims_of_one_text_are_one_statement_under_the_first_one_s_place(
    number: int, of: int, places: list[str]
) -> None:
    made = statements(turn(claim("a", ONE, "x"), claim("b", ONE), claim("a", TWO, "y")), number, of)
    assert [each.text for each in made] == ["a", "b"]
    assert [each.quote for each in made[0].evidence] == ["x", "y"]
    assert [each.place for each in made] == places


def test_a_span_covers_the_statement() -> None:
    [made] = statements(turn(claim("Badges are worn.")), 2, 2)
    assert made.span == Span(place="turn 2 claim 1", start=0, end=len("Badges are worn."))


def test_an_empty_quote_quotes_nothing() -> None:
    [made] = statements(turn(claim("a", ONE, " \n"), claim("a", TWO, "y")))
    assert quoted(made) == ["y"]


@pytest.mark.parametrize(
    ("quote", "whole"),
    [
        (
            "leave the hall without an escort",
            ["Visitors must not leave the hall without an escort, and must wear a badge."],
        ),
        ("wear a badge. The end", [TEXT[18:-9], "The end."]),
        ("Access is logged.", ["Access is logged."]),
        ("stands nowhere", ["stands nowhere"]),
    ],
)
def test_a_quote_stands_for_the_sentences_it_touches(quote: str, whole: list[str]) -> None:
    [made] = statements(turn(claim("a", ONE, quote)))
    assert source_sentences(made, CORPUS) == whole


def test_the_source_of_several_quotes_is_all_their_sentences_and_of_an_unknown_section_the_quote() -> None:
    made = statements(
        turn(claim("a", ONE, "Access is"), claim("a", TWO, "at the gate"), claim("a", "gone", "So it is."))
    )
    assert source_sentences(made[0], CORPUS) == ["Access is logged.", "A badge is returned at the gate.", "So it is."]


def test_a_verdict_shows_the_words_and_the_quote_that_they_are_against() -> None:
    made = (Evidence(section="gone", quote="x"), Evidence(section=ONE, quote="must wear a badge"))
    place = located(made, CORPUS)
    assert place is not None and place.place == ONE and TEXT[place.start : place.end] == "must wear a badge"
    assert located(made[:1], CORPUS) is None
    fault = Difference("modality.flip", "why", (4, 7), "may", "must")
    shown = against(fault, "answer", made, CORPUS, offset=10)
    assert shown["said"] is not None and (shown["said"].start, shown["said"].end) == (14, 17)
    assert (shown["source"], shown["found"], shown["expected"]) == (place, "may", "must")
    assert against(Difference("x", "why"), "answer", made, CORPUS)["said"] is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Yes. Badges are worn.", ["Yes.", "Badges are worn."]),
        ("Note: badges are worn.", ["Note: badges are worn."]),  # one label is no form
        ("Priority: high; Action: close the gate. Call.", ["high", "close the gate.", "Call."]),
        ("Priority: high\nAction: close the gate", ["high", "close the gate"]),
        ("", []),
    ],
)
def test_an_answer_falls_into_sentences_or_into_the_fields_of_a_form(answer: str, expected: list[str]) -> None:
    assert [answer[a:b] for a, b in parts(answer)] == expected


def test_a_section_goes_by_its_citation_id_edition_and_headings() -> None:
    section = CORPUS[ONE].model_copy(update={"edition": "2024", "path": ("Site", "Access"), "lead_in": "Everybody:"})
    assert names(section) == ("YP-2 §1", "YP-2 YP-2 §1", "2024", "Site", "Access")
    made = Statement("claim 1", "a", (Evidence(section=ONE, quote="x"), Evidence(section=ONE, quote="y")))
    assert list(about(made, {ONE: section})) == ["Everybody:", *names(section)]
    assert list(about(made, {})) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([ONE, TWO])), max_size=8))
def test_no_claim_is_lost_or_counted_twice(drawn: list[tuple[str, str]]) -> None:
    made = statements(turn(*(claim(text, section, f"q{n}") for n, (text, section) in enumerate(drawn))))
    assert sorted(e.quote for each in made for e in each.evidence) == sorted(f"q{n}" for n in range(len(drawn)))
    assert [each.text for each in made] == list(dict.fromkeys(text for text, _ in drawn))
    for each in made:
        assert drawn[int(each.place.removeprefix("claim ")) - 1][0] == each.text


def test_what_stands_before_the_fields_of_a_form_is_read_too() -> None:
    text = "The operator may skip the test.\nReason: the log is full\nAction: none"
    assert [text[a:b] for a, b in parts(text)] == ["The operator may skip the test.", "the log is full", "none"]
