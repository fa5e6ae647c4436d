"""Each kind of fault changes what it says, nothing else, and only where it can."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.corruption import KINDS, corrupt, plant
from synthforge.corruption.base import plain
from synthforge.corruption.inventions import BY_DOMAIN, CLAUSES, GENERIC
from synthforge.corruption.quantities import mentions
from synthforge.records import Claim, Evidence, Section, Turn

RULE = "The operator must rinse the contact parts at 40 to 50 °C for at least 10 minutes before the next batch."
LOG = "The log is kept for five (5) years, and QA reviews it within 24 hours if applicable."
OTHER = "Visitors wear a badge. The gate closes at 18 o'clock sharp on weekdays."
SECTIONS = {
    section.id: section
    for section in (
        Section(
            id="SOP-014#§5.2",
            document="SOP-014",
            citation="SOP-014 §5.2",
            text=f"{RULE} {LOG}",
            start=0,
            end=1,
        ),
        Section(id="SOP-014#§5.4", document="SOP-014", citation="SOP-014 §5.4", text=OTHER, start=2, end=3),
    )
}


def turn(rule: str = RULE, **changes: object) -> Turn:
    claim = Claim(text=rule, evidence=Evidence(section="SOP-014#§5.2", quote=rule, start=0, end=len(rule)))
    base = Turn(question="What applies?", claims=(claim,), answer=f"{rule} [SOP-014 §5.2]", decision="answered")
    return base.model_copy(update=changes)


ABSTAINED = Turn(question="Is a fee due?", decision="insufficient_information", answer="It is not said.", missing="fee")
UNCHANGED = {
    "number": ("question", "decision", "missing"),
    "unit": ("question", "decision", "missing"),
    "citation": ("question", "decision", "missing"),
    "modality": ("question", "decision", "missing"),
    "addition": ("question", "decision", "missing", "reasoning"),
    "quote": ("question", "decision", "missing", "reasoning"),
    "near_copy": ("claims", "decision", "missing", "reasoning", "answer"),
    "trivial": ("decision", "missing", "reasoning"),
    "decision": ("question", "claims"),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("rule", [RULE, LOG])
def test_a_fault_is_a_change_and_leaves_the_rest_alone(kind: str, rule: str) -> None:
    for seed in range(40):
        good = turn(rule)
        fault = plant(good, kind, SECTIONS, Random(seed))
        if kind == "modality" and fault is None:
            continue
        assert fault is not None and fault.kind == kind and fault.turn != good
        assert all(getattr(fault.turn, field) == getattr(good, field) for field in UNCHANGED[kind])
        assert corrupt(good, kind, SECTIONS, Random(seed)) == fault.turn


@pytest.mark.parametrize("kind", ["number", "unit", "modality", "addition"])
def test_faults_of_content_leave_the_evidence(kind: str) -> None:
    for seed in range(40):
        fault = plant(turn(), kind, SECTIONS, Random(seed))
        assert fault and fault.turn.claims[0].evidence == turn().claims[0].evidence
        told = (fault.turn.claims[0].text, fault.turn.answer)
        assert told != (RULE, turn().answer)


def test_number_differs_in_value_and_the_answer_follows() -> None:
    values = [m.value for m in mentions(RULE)]
    seen = set()
    for seed in range(60):
        fault = plant(turn(), "number", SECTIONS, Random(seed))
        assert fault
        seen.add(fault.label)
        changed = fault.turn.answer if fault.where == "answer" else fault.turn.claims[0].text
        assert [m.value for m in mentions(changed)][:3] != values
        if fault.where == "claim+answer":
            assert fault.turn.answer == f"{fault.turn.claims[0].text} [SOP-014 §5.2]"
    assert seen == {"near", "transposed", "factor_ten", "neighbour"} or seen >= {
        "near",
        "factor_ten",
        "neighbour",
    }


def test_unit_keeps_the_numbers() -> None:
    for seed in range(40):
        fault = plant(turn(), "unit", SECTIONS, Random(seed))
        assert fault
        changed = fault.turn.answer if fault.where == "answer" else fault.turn.claims[0].text
        assert [m.value for m in mentions(changed)][:3] == [m.value for m in mentions(RULE)]
        assert [m.unit for m in mentions(changed)][:3] != [m.unit for m in mentions(RULE)]


def test_cited_section_does_not_carry_the_quote() -> None:
    labels = set()
    for seed in range(60):
        fault = plant(turn(), "citation", SECTIONS, Random(seed))
        assert fault
        labels.add(fault.label)
        evidence = fault.turn.claims[0].evidence
        assert evidence.quote == RULE
        if fault.where != "answer":
            assert evidence.section not in SECTIONS or plain(RULE) not in plain(SECTIONS[evidence.section].text)
            assert evidence.start is None and "§5.2]" not in fault.turn.answer
    assert labels == {"sibling", "made_up"}


def test_altered_quote_is_not_in_the_section() -> None:
    labels = set()
    for seed in range(80):
        fault = plant(turn(LOG), "quote", SECTIONS, Random(seed))
        assert fault
        labels.add(fault.label)
        evidence = fault.turn.claims[0].evidence
        assert plain(evidence.quote) not in plain(SECTIONS[evidence.section].text)
        assert fault.turn.claims[0].text == LOG
    assert {"number", "paraphrased", "spliced"} <= labels
    assert "clause_dropped" not in labels  # the only clause stands at the end: without it the quote is still verbatim


def test_decisions_flip_with_their_reasons() -> None:
    case = turn(decision="violation", reasoning="8 minutes is below 10 minutes.", answer="No. It violates the rule.")
    fault = plant(case, "decision", SECTIONS, Random(1))
    assert fault and fault.turn.decision == "compliant"
    assert fault.turn.answer == "Yes. It complies with the rule."
    assert fault.turn.reasoning == "8 minutes exceeds 10 minutes."
    silent = plant(ABSTAINED, "decision", SECTIONS, Random(1))
    assert silent and silent.turn.decision == "answered" and not silent.turn.missing
    evidence = silent.turn.claims[0].evidence
    assert evidence.quote in SECTIONS[evidence.section].text


def test_none_when_the_turn_cannot_carry_it() -> None:
    bare = turn("Visitors wear a badge.")
    for kind in ("number", "unit", "modality"):
        assert corrupt(bare, kind, SECTIONS, Random(0)) is None
    for kind in ("number", "unit", "modality", "citation", "quote"):
        assert corrupt(ABSTAINED, kind, SECTIONS, Random(0)) is None
    assert corrupt(ABSTAINED, "decision", {}, Random(0)) is None


def test_enough_inventions() -> None:
    patterns = {*GENERIC, *CLAUSES, *(p for found in BY_DOMAIN.values() for p in found)}
    assert len(patterns) >= 25


@st.composite
def rules(draw: st.DrawFn) -> str:
    subject = draw(st.sampled_from(["The driver", "Employees", "Each carrier", "The records of a batch", "You"]))
    modal = draw(st.sampled_from(["must", "shall", "may", "must not", "shall not", "need not", "should"]))
    verb = draw(st.sampled_from(["rest for", "keep the log for", "stop after", "inform QA within", "wait"]))
    bound = draw(st.sampled_from(["", "at least ", "no more than ", "up to ", "more than "]))
    number = draw(st.one_of(st.integers(2, 5000).map(str), st.sampled_from(["two", "eleven", "thirty", "five (5)"])))
    unit = draw(st.sampled_from(["hours", "days", "business days", "minutes", "km", "%", "°C", "months", "tablets"]))
    tail = draw(st.sampled_from(["", " before driving", " of receipt", ", unless QA agrees", " in writing"]))
    return f"{subject} {modal} {verb} {bound}{number} {unit}{tail}."


@given(rules(), st.sampled_from(sorted(KINDS)), st.integers(0, 10**6))
@settings(max_examples=400, deadline=None)
def test_any_rule_is_faulted_deterministically(rule: str, kind: str, seed: int) -> None:
    section = Section(id="D#§1.1", document="D", citation="D §1.1", text=f"{rule} {OTHER}", start=0, end=1)
    claim = Claim(text=rule, evidence=Evidence(section=section.id, quote=rule))
    good = Turn(question="What applies?", claims=(claim,), answer=rule, decision="answered")
    sections = {section.id: section, **SECTIONS}
    fault = plant(good, kind, sections, Random(seed))
    assert fault == plant(good, kind, sections, Random(seed))
    assert fault is None or fault.turn != good
    if kind in ("number", "unit", "modality", "addition") and fault:
        assert fault.turn.claims[0].evidence == claim.evidence
    if kind == "number":
        assert fault
        told = fault.turn.answer if fault.where == "answer" else fault.turn.claims[0].text
        assert [m.value for m in mentions(told)] != [m.value for m in mentions(rule)]
    if kind == "modality" and fault:
        assert [m.value for m in mentions(fault.turn.claims[0].text)] == [m.value for m in mentions(rule)]
