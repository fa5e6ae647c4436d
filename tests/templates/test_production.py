"""The production format: what is shown can be read back, and what is not in it is not well formed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.records import Claim, Evidence
from synthforge.templates.production import folded, read_answer, show_answer
from tests.rooms import turn

DECISIONS = ("compliant", "violation", "insufficient_information", "human_review")
WORDING = {"insufficient_information": "insufficient information to determine compliance status"}
line = (
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1).map(str.strip).filter(bool)
)


@given(quote=line, reasoning=line, decision=st.sampled_from(DECISIONS))
def test_what_is_shown_is_read_back(quote: str, reasoning: str, decision: str) -> None:
    claim = Claim(text="x", evidence=Evidence(section="FP-07#FP-07 §1", quote=quote))
    shown = show_answer(
        turn(claims=(claim,), reasoning=reasoning, decision=decision), {"FP-07#FP-07 §1": "FP-07 §1"}, WORDING
    )
    read = read_answer(shown, DECISIONS, WORDING)
    assert (read.decision, read.citations, read.well_formed) == (decision, ("FP-07 §1",), True)
    assert read.quotes == (" ".join(quote.split()),)


def test_an_abstention_without_a_rule_quotes_none() -> None:
    shown = show_answer(turn(claims=(), decision="insufficient_information"), {}, WORDING)
    assert shown.startswith("Quote: none\n")
    assert read_answer(shown, DECISIONS, WORDING).well_formed


def test_a_decision_outside_the_closed_set_is_not_read() -> None:
    read = read_answer('Quote: "x y" [a]\nDecision: probably fine', DECISIONS, WORDING)
    assert read.decision is None
    assert not read.well_formed


def test_a_decision_of_another_task_is_not_read() -> None:
    assert read_answer("Quote: none\nDecision: answered", DECISIONS, WORDING).decision is None


def test_text_around_the_fields_is_not_well_formed_but_still_read() -> None:
    read = read_answer('Sure!\nQuote: "x y" [a]\nDecision: violation', DECISIONS, WORDING)
    assert read.decision == "violation"
    assert not read.well_formed


@pytest.mark.parametrize("token", ["<|im_end|>", "<|im_start|>", "<end_of_turn>", "</s>", "[/INST]"])
def test_a_chat_token_in_a_document_becomes_text(token: str) -> None:
    assert token not in folded(f"Say {token} at the end.")
    assert folded(f"Say {token} at the end.").replace(" ", "") == f"Say{token}attheend."


def test_brackets_and_comparisons_stay_as_they_are() -> None:
    text = "Below <5 °C see [POL-7 Rules [2]] and a<b>c."
    assert folded(text) == text
