"""A sentence about something else than what the answer cites was added: dropped, or held where it is close."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from synthforge.records import Claim, Evidence, Span, Turn, Verdict
from synthforge.validators import Coverage
from tests import rooms

CORPUS = rooms.sections(
    (
        "A driver may drive 11 hours after 10 consecutive hours off duty.",
        "Vaccines must be stored in a locked refrigerator between 2 °C and 8 °C.",
        "The operator must rinse the filling line with purified water before the next batch.",
        "Administrators disable user accounts that were inactive for 45 days.",
        "The Receiving Party shall return or destroy all copies of Confidential Information upon request.",
        "A fund may hold up to 10 % of its assets in securities of one issuer.",
    )
)


def said(number: int, answer: str, question: str = "What applies?", **changes: object) -> Turn:
    key = list(CORPUS)[number]
    one = Claim(text=CORPUS[key].text, evidence=Evidence(section=key, quote=CORPUS[key].text))
    fields = {"question": question, "claims": (one,), "answer": answer, "decision": "answered", "reasoning": ""}
    return rooms.turn(**{**fields, **changes})


def judged(tmp_path: Path, *turns: Turn, check: Coverage | None = None) -> Verdict:
    return (check or Coverage()).check(rooms.example(turns=turns), rooms.run(tmp_path, CORPUS))


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        (0, "Yes. A driver who was off duty for 10 hours may drive for 11. [FP-07 §1]"),
        (1, "Between 2 °C and 8 °C, and the refrigerator for vaccines is kept locked."),
        (2, "Purified water is what the operator rinses the line with, before each batch."),
        (3, "An account without activity for 45 days gets disabled: inactive ones are disabled by administrators."),
        (4, "All copies are returned or destroyed when the Receiving Party is requested to do so."),
        (5, "At most 10 %: this is the part of its assets that a fund may hold in one issuer's securities."),
        (5, "No. This does not comply; the rule given in the section is not met."),
    ],
)
def test_keeps_answers_in_the_words_of_their_section(tmp_path: Path, number: int, answer: str) -> None:
    verdict = judged(tmp_path, said(number, answer))
    assert (verdict.outcome, verdict.code) == ("passed", "")
    assert verdict.score is not None and 0.32 <= verdict.score <= 1


@pytest.mark.parametrize(
    ("number", "added"),
    [
        (0, "Fatigue is the leading cause of accidents among young commuters."),
        (1, "Ice packs from several suppliers melt within an afternoon."),
        (2, "Auditors from the agency welcome such diligence."),
        (3, "Hackers often buy stolen credentials on underground markets."),
        (4, "Courts in most countries award generous damages for breaches."),
        (5, "Diversification has long been praised by economists."),
    ],
)
def test_drops_a_sentence_about_something_else_and_says_where_it_stands(
    tmp_path: Path, number: int, added: str
) -> None:
    own = CORPUS[list(CORPUS)[number]].text
    verdict = judged(tmp_path, said(number, f"{own} {added}"))
    assert (verdict.outcome, verdict.code) == ("failed", "addition.unsupported")
    assert verdict.found == added
    assert verdict.said == Span(place="answer", start=len(own) + 1, end=len(own) + 1 + len(added))
    assert verdict.score is not None and verdict.score < 0.25
    assert verdict.reason.startswith(f"{verdict.score:.0%} of the words of '{added[:40]}")


def test_holds_a_sentence_that_has_little_in_common(tmp_path: Path) -> None:
    close = "Drivers sleep on duty in bunks."  # two of four words stand there, and the others are rarer
    score = judged(tmp_path, said(0, close)).score
    assert score is not None and 0 < score < 1
    bands = ((0.0, 0.0, "passed"), (0.0, 1.0, "uncertain"), (1.0, 1.0, "failed"))
    for reject, accept, outcome in bands:
        verdict = judged(tmp_path, said(0, close), check=Coverage(reject_below=reject, accept_from=accept))
        assert (verdict.outcome, verdict.score) == (outcome, score)
    at = Coverage(reject_below=score, accept_from=score)
    assert judged(tmp_path, said(0, close), check=at).outcome == "passed"


def test_a_claim_is_read_too(tmp_path: Path) -> None:
    key = next(iter(CORPUS))
    claim = Claim(text="Insurers reimburse hotel invoices.", evidence=Evidence(section=key, quote="A driver may drive"))
    verdict = judged(tmp_path, said(0, "", claims=(claim,)))
    assert (verdict.code, verdict.said) == (
        "addition.unsupported", Span(place="claim 1", start=0, end=len(claim.text)),
    )  # fmt: skip


def test_what_an_answer_adds_of_its_own_is_named_before_its_claims_where_none_fails(tmp_path: Path) -> None:
    answer, worse = "Drivers sleep on duty in bunks.", "Drivers sleep in cheap bunks."
    key = next(iter(CORPUS))
    claim = Claim(text=worse, evidence=Evidence(section=key, quote="A driver may drive"))
    turn = said(0, answer, claims=(claim,))
    held = judged(tmp_path, turn, check=Coverage(reject_below=0, accept_from=1))
    failed = judged(tmp_path, turn, check=Coverage(reject_below=1, accept_from=1))
    assert (held.outcome, held.found) == ("uncertain", answer)
    assert (failed.outcome, failed.found) == ("failed", worse)


def test_in_a_conversation_the_turn_is_named(tmp_path: Path) -> None:
    added = "Insurers reimburse hotel invoices."
    key = next(iter(CORPUS))
    claim = Claim(text=added, evidence=Evidence(section=key, quote="A driver may drive"))
    for turns, place in (
        ((said(0, added), said(0, "")), "turn 1 answer"),
        ((said(0, ""), said(0, added)), "turn 2 answer"),
        ((said(0, ""), said(0, "", claims=(claim,))), "turn 2 claim 1"),
    ):
        verdict = judged(tmp_path, *turns)
        assert verdict.said == Span(place=place, start=0, end=len(added))


def test_a_conversation_may_go_back_to_what_was_asked_and_cited_before(tmp_path: Path) -> None:
    words = "Vaccines are stored in the locked refrigerator."
    assert judged(tmp_path, said(0, words)).code == "addition.unsupported"
    assert judged(tmp_path, said(1, ""), said(0, words)).code == ""
    assert judged(tmp_path, said(0, words, question="Are vaccines stored in a locked refrigerator?")).code == ""


def test_only_what_is_said_to_rest_on_something_is_held_against_it(tmp_path: Path) -> None:
    abstained = rooms.turn(claims=(), answer="Nothing is said of hotel invoices.", decision="insufficient_information")
    verdict = judged(tmp_path, abstained)
    assert (verdict.outcome, verdict.score) == ("passed", 1.0)


def test_names_and_headings_of_a_section_are_its_words(tmp_path: Path) -> None:
    key = next(iter(CORPUS))
    corpus = {**CORPUS, key: CORPUS[key].model_copy(update={"path": ("Fatigue prevention",), "lead_in": "Carriers:"})}
    turn = said(0, "Fatigue prevention binds carriers.")
    assert judged(tmp_path, turn).code == "addition.unsupported"
    assert Coverage().check(rooms.example(turns=(turn,)), rooms.run(tmp_path, corpus)).code == ""


def test_sentences_with_too_few_words_are_not_judged(tmp_path: Path) -> None:
    turn = said(0, "Insurers reimburse.")
    assert judged(tmp_path, turn).code == "addition.unsupported"
    assert judged(tmp_path, turn, check=Coverage(min_words=3)).code == ""


def test_the_two_bounds_are_in_order() -> None:
    with pytest.raises(ValidationError, match=r"reject_below \(0.5\) is above accept_from \(0.4\)"):
        Coverage(reject_below=0.5, accept_from=0.4)
