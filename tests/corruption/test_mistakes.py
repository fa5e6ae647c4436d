"""Each mistake changes one place and says so, is wrong by the sections, and is made only where it can be."""

import re
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.corruption import MISTAKES, Fault
from synthforge.corruption.base import plain
from synthforge.corruption.inflection import forms, plural
from synthforge.corruption.limited import Limited
from synthforge.corruption.misstatement import has
from synthforge.corruption.names import NAMES, named
from synthforge.corruption.number import WrongNumber
from synthforge.corruption.quantities import mentions
from synthforge.records import Claim, Evidence, Section, Turn
from tests.corruption.cases import (
    ABSTAINED,
    ACCOUNTS,
    BACKUPS,
    CONFIDENCE,
    DRIVING,
    LIQUIDITY,
    RESETS,
    RESIDUE,
    RINSING,
    SECTIONS,
    TURNS,
    section,
)
from tests.corruption.test_kinds import rules

KINDS = (
    "number", "number_swap", "unit", "section_id", "wrong_section_near", "wrong_section_far", "modality", "negation",
    "comparator", "entity_foreign", "entity_in_document", "addition_generic", "addition_domain", "condition_dropped",
    "quote_altered", "decision_flipped", "overconfident",
)  # fmt: skip
MISSTATED = (
    "number_swap", "modality", "negation", "comparator", "entity_foreign", "entity_in_document", "condition_dropped",
)  # fmt: skip
"""Kinds that make one edit in the words of a claim."""


def planted(good: Turn, kind: str, seeds: int = 60, sections: dict[str, Section] = SECTIONS) -> list[Fault]:
    drawn = (MISTAKES[kind].plant(good, sections, Random(seed)) for seed in range(seeds))
    return [fault for fault in drawn if fault]


def told(fault: Fault) -> str:
    """The text that carries the mistake."""
    return fault.turn.answer if fault.where == "answer" else fault.turn.claims[0].text


def said(faults: Iterable[Fault]) -> set[str]:
    return {fault.turn.claims[0].text for fault in faults if fault.where != "answer"}


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.casefold())


def difference(old: str, new: str) -> tuple[list[str], list[str]]:
    """The words between the common beginning and the common end of two texts."""
    one, two = tokens(old), tokens(new)
    while one and two and one[0] == two[0]:
        one, two = one[1:], two[1:]
    while one and two and one[-1] == two[-1]:
        one, two = one[:-1], two[:-1]
    return one, two


def within(words: list[str], stated: str) -> bool:
    """Whether the words are the ones stated; an article may have been mended beside them."""
    return set(words) - {"a", "an"} <= set(tokens(stated))


def test_the_kinds_stand_in_their_order() -> None:
    assert tuple(MISTAKES) == KINDS
    assert all(kind == mistake.kind for kind, mistake in MISTAKES.items())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(TURNS))
def test_only_the_stated_place_differs(kind: str, name: str) -> None:
    good = TURNS[name]
    for seed in range(8):
        fault = MISTAKES[kind].plant(good, SECTIONS, Random(seed))
        assert fault == MISTAKES[kind].plant(good, SECTIONS, Random(seed))
        if fault is None:
            continue
        bad = fault.turn
        assert fault.kind == kind and fault.label and bad.question == good.question
        assert (bad.answer != good.answer) == ("answer" in fault.where)
        assert (bad.decision != good.decision) == ("decision" in fault.where)
        assert (bad.claims != good.claims) == ("claim" in fault.where or "evidence" in fault.where)
        quotes = [claim.evidence.quote for claim in bad.claims]
        assert (quotes != [claim.evidence.quote for claim in good.claims]) == (kind == "quote_altered")


@pytest.mark.parametrize("kind", MISSTATED)
@pytest.mark.parametrize("name", sorted(TURNS))
def test_before_and_after_are_what_changed(kind: str, name: str) -> None:
    good = TURNS[name]
    for fault in planted(good, kind, 12):
        old = good.answer if fault.where == "answer" else good.claims[0].text
        one, two = difference(old, told(fault))
        assert within(one, fault.before) and within(two, fault.after), fault
        assert fault.turn.claims[0].evidence == good.claims[0].evidence


@pytest.mark.parametrize(
    ("good", "cannot"),
    [
        (CONFIDENCE, {"number", "number_swap", "unit"}),
        (RESIDUE, {"number_swap", "modality", "entity_foreign"}),
        (RESETS, {"number", "number_swap", "unit"}),
        (ABSTAINED, set(KINDS) - {"addition_generic", "overconfident"}),
        *((good, {"overconfident"}) for good in TURNS.values()),
    ],
)
def test_none_where_the_turn_cannot_carry_it(good: Turn, cannot: set[str]) -> None:
    assert not [kind for kind in cannot if planted(good, kind, 6)]


@pytest.mark.parametrize(
    ("good", "kind", "claims"),
    [
        (
            LIQUIDITY,
            "number_swap",
            {
                "A firm has to inform the Authority within 20 business days if its liquid assets drop "
                "below 25 % of its "
                "short-term liabilities, unless it holds a waiver granted under rule 12.7."
            },
        ),
        (
            BACKUPS,
            "number_swap",
            {
                "All copies are to be returned or destroyed within 90 days; backup copies need not be "
                "destroyed before 30 "
                "days."
            },
        ),
        (
            RINSING,
            "modality",
            {
                f"Before the next batch, the operator {other} rinse the filling line with purified water "
                f"for at least 15 "
                "minutes."
                for other in ("may", "should", "need not", "can", "is not required to")
            },
        ),
        (
            ACCOUNTS,
            "modality",
            {
                f"System administrators are {other} review all user accounts every 90 days and to disable "
                f"accounts that "
                "have been inactive for 45 days."
                for other in ("permitted to", "advised to", "free to", "under no obligation to")
            },
        ),
        (
            CONFIDENCE,
            "negation",
            {
                "The Receiving Party is not permitted to pass Confidential Information on to a third "
                "party with the prior "
                "written consent of the Disclosing Party.",
                "The Receiving Party is permitted to pass Confidential Information on to a third party "
                "without the prior "
                "written consent of the Disclosing Party.",
            },
        ),
        (
            DRIVING,
            "negation",
            {
                "After 8 consecutive hours off duty, a driver of a passenger-carrying vehicle must drive "
                "more than 10 hours."
            },
        ),
        (
            RINSING,
            "comparator",
            {
                "Before the next batch, the operator must rinse the filling line with purified water for "
                "at most 15 minutes.",
                "After the next batch, the operator must rinse the filling line with purified water for "
                "at least 15 minutes.",
            },
        ),
        (
            ACCOUNTS,
            "comparator",
            {
                "System administrators are required to review all user accounts every 90 days and to "
                "enable accounts that "
                "have been inactive for 45 days."
            },
        ),
        (
            RINSING,
            "entity_in_document",
            {
                "Before the next batch, the analyst must rinse the filling line with purified water for "
                "at least 15 minutes.",
                "Before the next batch, the operator must rinse the autoclave with purified water for at "
                "least 15 minutes.",
            },
        ),
        (RESETS, "condition_dropped", {"The help desk is allowed to reset a password."}),
        (
            RESIDUE,
            "condition_dropped",
            {"The line is blocked and quality assurance is informed."},
        ),
        (
            LIQUIDITY,
            "condition_dropped",
            {
                "A firm has to inform the Authority within 10 business days if its liquid assets drop "
                "below 25 % of its "
                "short-term liabilities."
            },
        ),
    ],
)
def test_expected_wordings_occur(good: Turn, kind: str, claims: set[str]) -> None:
    assert claims <= said(planted(good, kind, 120))


def test_the_answer_takes_the_change_where_it_words_the_claim_otherwise() -> None:
    fault = next(f for f in planted(ACCOUNTS, "entity_in_document") if f.where == "claim+answer")
    assert fault.turn.claims[0].text.startswith("Line managers are required")
    assert fault.turn.answer.startswith("Under AC-2, line managers are required")


def test_swapped_numbers_all_stand_in_the_section() -> None:
    for good in (LIQUIDITY, BACKUPS, DRIVING, ACCOUNTS):
        home = SECTIONS[good.claims[0].evidence.section]
        known = {mention.same for mention in mentions(home.text)}
        for fault in planted(good, "number_swap"):
            made = mentions(told(fault))
            assert made and all(mention.same in known for mention in made if mention.unit), fault


def test_numbers_of_one_list_are_not_exchanged() -> None:
    key, rule = "Plan#§1", "The values 4, 6 and 9 apply to all lines."
    sections = {key: section("Plan", "§1", rule)}
    claim = Claim(text=rule, evidence=Evidence(section=key, quote=rule))
    good = Turn(question="Which values?", claims=(claim,), answer=rule, decision="answered")
    assert not planted(good, "number_swap", 40, sections)


def test_near_and_far_sections_do_not_carry_the_claim() -> None:
    near = {fault.after for fault in planted(RINSING, "wrong_section_near")}
    far = {fault.after for fault in planted(RINSING, "wrong_section_far")}
    assert near == {"SOP-021#§5.3"} and far and not any(key.startswith("SOP-021") for key in far)
    moved = next(f for f in planted(RINSING, "wrong_section_near") if f.where == "claim+answer")
    assert moved.turn.answer.endswith("[SOP-021 §5.3]") and moved.turn.claims[0].evidence.start is None


def test_a_section_that_says_the_same_in_other_words_is_not_wrong() -> None:
    sections = {
        one.id: one for one in (section("S", "1", "Doors are shut at night."), section("S", "2", "Gates stay closed."))
    }
    claim = Claim(text="Gates stay closed.", evidence=Evidence(section="S#1", quote="Doors are shut at night."))
    good = Turn(question="What?", claims=(claim,), answer=claim.text, decision="answered")
    assert not planted(good, "wrong_section_near", 20, sections)


def test_a_section_referred_to_is_near() -> None:
    sections = {key: one for key, one in SECTIONS.items() if key.startswith(("Rulebook", "NDA"))}
    sections["Rulebook#Annex"] = sections.pop("Rulebook#12.7").model_copy(update={"id": "Rulebook#Annex"})
    link = sections["Rulebook#12.3"].links[0].model_copy(update={"section": "Rulebook#Annex"})
    sections["Rulebook#12.3"] = sections["Rulebook#12.3"].model_copy(update={"links": (link,)})
    labels = {fault.label for fault in planted(LIQUIDITY, "wrong_section_near", sections=sections)}
    assert "linked" in labels and "sibling" not in labels


def test_a_wrong_id_names_nothing_or_a_neighbour() -> None:
    faults = planted(LIQUIDITY, "section_id", 300)
    assert {fault.label for fault in faults} >= {"made_up", "made_up_reference"}
    for fault in faults:
        if fault.label.startswith("made_up"):
            assert fault.after not in SECTIONS and not any(has(s.text, fault.after) for s in SECTIONS.values())
    siblings = [fault for fault in planted(CONFIDENCE, "section_id") if fault.label == "sibling"]
    assert siblings and all(fault.turn.answer.endswith("[NDA §4]") for fault in siblings)


def test_foreign_names_stand_nowhere_and_native_ones_in_the_document() -> None:
    for good in (LIQUIDITY, CONFIDENCE, DRIVING, RINSING, ACCOUNTS, RESETS):
        home = SECTIONS[good.claims[0].evidence.section]
        near = " ".join(one.text for one in SECTIONS.values() if one.document == home.document)
        for fault in planted(good, "entity_foreign", 12):
            assert not any(has(one.text, fault.after) for one in SECTIONS.values()), fault
        for fault in planted(good, "entity_in_document", 12):
            assert any(has(near, form) for form in (fault.after, plural(fault.after), fault.after[:-1])), fault


def test_names_within_longer_ones_stay() -> None:
    key, rule = "Risk#1", "The firm maps each risk driver, and counterparty risk is held by the firm or a bank."
    claim = Claim(text=rule, evidence=Evidence(section=key, quote=rule))
    good = Turn(question="Who?", claims=(claim,), answer=rule, decision="answered")
    sections = {key: section("Risk", "1", rule + " The driver rests. A counterparty may ask.")}
    assert {fault.before for fault in planted(good, "entity_foreign", 200, sections)} == {"firm", "bank"}


def test_names_listed_side_by_side_are_not_taken_for_each_other() -> None:
    key = "Risk#2"
    quote = "The register is kept by all firms and banks."
    claim = Claim(text="Firms must keep the register.", evidence=Evidence(section=key, quote=quote))
    good = Turn(question="Who?", claims=(claim,), answer=claim.text, decision="answered")
    assert not planted(good, "entity_in_document", 40, {key: section("Risk", "2", quote)})


@pytest.mark.parametrize(
    ("kind", "quote", "claim", "never"),
    [
        ("modality", "Staff should lock the door.", "Staff must lock the door.", "Staff should lock the door."),
        ("modality", "Staff can use the gate.", "Staff must use the gate.", "Staff may use the gate."),
        (
            "comparator",
            "The tank is kept below 40 °C.",
            "The tank is kept above 40 °C.",
            "The tank is kept below 40 °C.",
        ),
        ("negation", "The seal is not broken here.", "The seal is broken here.", "The seal is not broken here."),
    ],
)
def test_an_edit_never_mends_a_claim(kind: str, quote: str, claim: str, never: str) -> None:
    good = Turn(
        question="What?",
        claims=(Claim(text=claim, evidence=Evidence(section="S#1", quote=quote)),),
        answer=claim,
        decision="answered",
    )
    for sections in ({"S#1": section("S", "1", quote)}, {}):
        assert never not in said(planted(good, kind, 60, sections))


def test_what_another_section_says_is_no_mistake() -> None:
    rule = "A driver may drive 10 hours after 8 hours off duty."
    sections = {
        "H#1": section("H", "1", rule),
        "H#2": section("H", "2", "A driver must drive 10 hours after 8 hours off duty."),
    }
    good = Turn(
        question="What?",
        claims=(Claim(text=rule, evidence=Evidence(section="H#1", quote=rule)),),
        answer=rule,
        decision="answered",
    )
    made = said(planted(good, "modality", 200, sections))
    assert made and sections["H#2"].text not in made


def test_a_dropped_condition_leaves_a_sentence_and_its_other_words() -> None:
    for good in (LIQUIDITY, CONFIDENCE, DRIVING, RINSING, RESIDUE, RESETS):
        faults = planted(good, "condition_dropped", 60)
        assert faults
        for fault in faults:
            old = good.answer if fault.where == "answer" else good.claims[0].text
            new = told(fault)
            assert len(new) < len(old) and set(tokens(new)) <= set(tokens(old)) and fault.after == ""
            assert new[0].isupper() and "  " not in new and " ." not in new


def test_pairs_of_opposites_are_left_alone() -> None:
    rule = "The operator may open or close the valve before or after the test, at his discretion."
    good = Turn(
        question="What?",
        claims=(Claim(text=rule, evidence=Evidence(section="S#1", quote=rule)),),
        answer=rule,
        decision="answered",
    )
    assert not planted(good, "comparator", 60, {"S#1": section("S", "1", rule)})


def test_quoted_words_and_code_are_left_alone() -> None:
    rule = "The form says “the driver must sign within 3 days”, and `must_sign` is set."
    good = Turn(
        question="What?",
        claims=(Claim(text=rule, evidence=Evidence(section="S#1", quote=rule)),),
        answer=rule,
        decision="answered",
    )
    sections = {"S#1": section("S", "1", rule + " The dispatcher waits 5 days.")}
    assert not any(planted(good, kind, 30, sections) for kind in ("modality", "number_swap", "entity_foreign"))


def test_additions_say_something_new_and_fit_the_field() -> None:
    fields = {"liquidity": "finance", "confidence": "contract", "driving": "transport", "residue": "pharma"}
    for name, field in fields.items():
        faults = planted(TURNS[name], "addition_domain", 60)
        assert {fault.label.removesuffix("_clause") for fault in faults} & {field}
        assert all(fault.turn.answer != TURNS[name].answer and fault.before == "" for fault in faults)
    everything = plain(" ".join(one.text for one in SECTIONS.values()))
    faults = planted(RINSING, "addition_generic", 200)
    assert all(plain(fault.after) not in everything for fault in faults)
    assert len({re.sub(r"\d+", "#", fault.after) for fault in faults}) > 40


def test_decisions_flip_in_field_words_or_both() -> None:
    faults = planted(DRIVING, "decision_flipped", 60)
    by_label = {fault.label: fault.turn for fault in faults}
    assert set(by_label) == {"flipped", "field", "words"}
    assert by_label["field"].decision == "compliant" and by_label["field"].answer == DRIVING.answer
    assert by_label["words"].decision == "violation" and by_label["words"].answer.startswith("No, this complies")
    assert by_label["flipped"].decision == "compliant" and by_label["flipped"].answer.startswith("No, this complies")
    silent = [fault for fault in planted(RINSING, "decision_flipped", 60)]
    assert {fault.after for fault in silent} == {"insufficient_information", "human_review", "out_of_scope"}
    assert all(fault.turn.missing and fault.turn.claims == RINSING.claims for fault in silent)


def test_an_abstention_becomes_confident_in_several_ways() -> None:
    faults = planted(ABSTAINED, "overconfident")
    assert {fault.label for fault in faults} == {"confident", "habit", "guessed"}
    for fault in faults:
        assert fault.turn.decision == "answered" and not fault.turn.missing
        evidence = fault.turn.claims[0].evidence
        assert evidence.quote in SECTIONS[evidence.section].text
        assert not re.search(r"[.!?] [a-z]", fault.turn.answer)
    assert len({fault.turn.answer for fault in faults}) > 15


def test_limited_keeps_to_its_labels_and_takes_its_name() -> None:
    only = Limited("tenfold", WrongNumber(), frozenset({"factor_ten"}))
    faults = [only.plant(DRIVING, SECTIONS, Random(seed)) for seed in range(40)]
    assert {(fault.kind, fault.label) for fault in faults if fault} == {("tenfold", "factor_ten")}
    assert Limited("none", WrongNumber(), frozenset({"no such label"})).plant(DRIVING, SECTIONS, Random(0)) is None


def test_every_kind_has_variants() -> None:
    single = {"unit", "wrong_section_near", "wrong_section_far"}
    for kind in KINDS:
        labels = {fault.label for good in (*TURNS.values(), ABSTAINED) for fault in planted(good, kind, 8)}
        assert len(labels) >= (1 if kind in single else 2), kind


def test_names_belong_to_one_group() -> None:
    groups: dict[str, set[int]] = {}
    for name in NAMES:
        groups.setdefault(name.one.casefold(), set()).add(name.group)
    assert not {form for form, found in groups.items() if len(found) > 1}
    found = named("The system administrators call the PRA; the pra and a vice-driver do not.")
    assert [(mention.name.one, mention.is_many) for mention in found] == [
        ("system administrator", True),
        ("PRA", False),
    ]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("stop", "stop stops stopped stopped stopping"),
        ("deny", "deny denies denied denied denying"),
        ("withdraw", "withdraw withdraws withdrew withdrawn withdrawing"),
        ("dispose of", "dispose of disposes of disposed of disposed of disposing of"),
    ],
)
def test_forms_of_verbs(verb: str, expected: str) -> None:
    one = forms(verb)
    assert " ".join((one.base, one.third, one.past, one.participle, one.gerund)) == expected


def test_plurals() -> None:
    assert [plural(noun) for noun in ("policy", "bus", "certificate of analysis", "survey")] == [
        "policies",
        "buses",
        "certificates of analysis",
        "surveys",
    ]


@given(rules(), st.sampled_from(KINDS), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_any_rule_is_corrupted_in_one_place(rule: str, kind: str, seed: int) -> None:
    home = section("D", "§1.1", f"{rule} The auditor must sign within 4 hours, or after 7 days, or 9 months.")
    claim = Claim(text=rule, evidence=Evidence(section=home.id, quote=rule))
    good = Turn(question="What applies?", claims=(claim,), answer=f"In short: {rule}", decision="answered")
    sections = {home.id: home, **SECTIONS}
    fault = MISTAKES[kind].plant(good, sections, Random(seed))
    assert fault == MISTAKES[kind].plant(good, sections, Random(seed))
    if fault is None:
        return
    assert fault.turn != good and fault.kind == kind
    if kind != "quote_altered":
        assert fault.turn.claims[0].evidence.quote == rule
    if kind in MISSTATED:
        one, two = difference(good.answer if fault.where == "answer" else rule, told(fault))
        assert within(one, fault.before) and within(two, fault.after), fault
        assert "  " not in told(fault)
