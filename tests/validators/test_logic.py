"""What words may have turned is held, with the doubt's code and where it stands; nothing is rejected."""

from pathlib import Path

import pytest

from synthforge.meaning.sentences import sentences
from synthforge.records import Claim, Evidence, Span, Turn, Verdict
from synthforge.validators import Logic
from tests import rooms
from tests.corruption.cases import ABSTAINED, SECTIONS, TURNS, turn


def judged(tmp_path: Path, *turns: Turn) -> Verdict:
    return Logic().check(rooms.example(turns=turns), rooms.run(tmp_path, SECTIONS))


@pytest.mark.parametrize("name", TURNS)
def test_keeps_what_is_said_in_other_words(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, TURNS[name]).outcome == "passed"


@pytest.mark.parametrize(
    ("key", "quote", "claim", "code"),
    [
        (
            "Hours#395.4(a)",
            "must not drive more than 10 hours following 8 consecutive hours off duty",
            "After 8 hours off duty, a driver of a passenger-carrying vehicle may drive without any limit of hours.",
            "negation.flip",
        ),
        (
            "Hours#395.4(b)",
            "The dispatcher is not required to sign the trip log.",
            "The dispatcher has to sign the trip log.",
            "negation.flip",
        ),
        (
            "SOP-021#§5.2",
            "The operator must rinse the filling line with purified water for at least 15 minutes",
            "The operator is free to rinse the filling line with purified water for 15 minutes before the next batch.",
            "modality.flip",
        ),
        (
            "SOP-021#§5.3",
            "The autoclave is opened after 2 hours.",
            "The autoclave is closed after 2 hours.",
            "comparator.flip",
        ),
        (
            "NDA#§3",
            "The Receiving Party may disclose it to its affiliates",
            "The Receiving Party may disclose it to its affiliates.",
            "condition.dropped",
        ),
        (
            "IT-Policy#AC-2",
            "System administrators must review all user accounts every 90 days",
            "System administrators must review all user accounts every 45 days.",
            "number.elsewhere",
        ),
        (
            "Rulebook#12.3",
            "The auditor must confirm the amount within 20 business days.",
            "At its discretion, the auditor may confirm the amount within 20 business days.",
            "modality.flip",
        ),
    ],
)
def test_holds_what_may_turn_its_source(tmp_path: Path, key: str, quote: str, claim: str, code: str) -> None:
    verdict = judged(tmp_path, turn(key, quote, claim))
    assert (verdict.outcome, verdict.code) == ("uncertain", code)
    section = SECTIONS[key]
    assert verdict.source == Span(
        place=key, start=section.text.index(quote), end=section.text.index(quote) + len(quote)
    )
    assert verdict.said is not None and verdict.said.place == "claim 1"
    assert claim[verdict.said.start : verdict.said.end] == verdict.found != ""


def test_a_condition_told_in_the_question_is_not_dropped(tmp_path: Path) -> None:
    quote = "The Receiving Party may disclose it to its affiliates"
    case = "The affiliates are bound by obligations that are no less strict. May it be disclosed to them?"
    made = turn("NDA#§3", quote, f"{quote}.", question=case)
    assert judged(tmp_path, made).outcome == "passed"


def test_a_sentence_of_the_answer_is_held_against_all_that_is_cited(tmp_path: Path) -> None:
    quote = "The dispatcher is not required to sign the trip log."
    added = "So the dispatcher must sign the trip log."
    verdict = judged(tmp_path, turn("Hours#395.4(b)", quote, quote, f"{quote} {added}"))
    start = len(f"{quote} So the dispatcher ")
    assert (verdict.code, verdict.found) == ("negation.flip", "must")
    assert verdict.said == Span(place="answer", start=start, end=start + len("must"))


@pytest.mark.parametrize("decision", ["violation", "compliant", "insufficient_information"])
def test_a_verdict_speaks_of_its_case_and_not_of_the_rule(tmp_path: Path, decision: str) -> None:
    quote = "The dispatcher is not required to sign the trip log."
    made = turn("Hours#395.4(b)", quote, quote, "The dispatcher must sign the trip log.", decision=decision)
    assert judged(tmp_path, made).outcome == "passed"


def test_in_a_conversation_the_turn_is_named(tmp_path: Path) -> None:
    wrong = turn("Hours#395.4(b)", "Records are kept at the terminal.", "Records are not kept at the terminal.")
    verdict = judged(tmp_path, TURNS["driving"], wrong)
    assert verdict.reason == "turn 2: 'kept' is denied here and not in the source"
    assert verdict.said is not None and verdict.said.place == "turn 2 claim 1"


def test_what_an_answer_adds_of_its_own_is_named_before_its_claims(tmp_path: Path) -> None:
    wrong = "The dispatcher has to sign the trip log."
    added = "The dispatcher must sign it at the terminal."
    made = turn("Hours#395.4(b)", "The dispatcher is not required to sign the trip log.", wrong, f"{wrong} {added}")
    found = judged(tmp_path, made).said
    assert found is not None and (found.place, found.start) == ("answer", len(f"{wrong} The dispatcher "))


def test_an_abstention_and_a_quote_without_section_raise_no_doubt(tmp_path: Path) -> None:
    lost = Claim(text="Drivers may rest.", evidence=Evidence(section="gone", quote=""))
    assert judged(tmp_path, ABSTAINED).outcome == "passed"
    assert judged(tmp_path, rooms.turn(claims=(lost,), answer="")).outcome == "passed"


def test_the_whole_sentence_is_the_source_of_a_quote_that_hides_its_negation(tmp_path: Path) -> None:
    made = turn("Hours#395.4(a)", "drive more than 10 hours", "Drivers of such vehicles may drive more than 10 hours.")
    assert judged(tmp_path, made).code == "negation.flip"


@pytest.mark.parametrize("key", SECTIONS)
def test_the_sentences_of_a_section_as_claims_on_themselves_pass(tmp_path: Path, key: str) -> None:
    text = SECTIONS[key].text
    said = [text[a:b] for a, b in sentences(text)]
    claims = tuple(Claim(text=each, evidence=Evidence(section=key, quote=each)) for each in said)
    assert judged(tmp_path, turn(key, said[0], said[0], text, claims=claims)).outcome == "passed"


def test_a_field_of_a_form_is_compared_without_its_label(tmp_path: Path) -> None:
    quote = "The autoclave is opened after 2 hours."
    form = "Step: the autoclave is closed after 2 hours; Owner: the microbiologist releases the isolator"
    verdict = judged(tmp_path, turn("SOP-021#§5.3", quote, quote, form))
    assert (verdict.code, verdict.found) == ("comparator.flip", "closed")
    assert verdict.said is not None and form[verdict.said.start : verdict.said.end] == "closed"


def test_what_an_answer_adds_of_its_own_is_reported_before_what_a_model_can_settle(tmp_path: Path) -> None:
    quote = "The dispatcher is not required to sign the trip log."
    claim = "The dispatcher has to sign the trip log."
    made = turn("Hours#395.4(b)", quote, claim, f"{claim} So the dispatcher must sign the trip log.")
    verdict = judged(tmp_path, made)
    assert verdict.said is not None and verdict.said.place == "answer"
