"""Edge cases: what they need, how they bend an excerpt, what they ask for, and how they are recognised."""

from random import Random

import pytest

from synthforge.edge_cases import (
    ConflictingSources,
    EdgeCase,
    FalsePremise,
    HumanReview,
    InsufficientInformation,
    OutOfScope,
    SupersededVersion,
)
from synthforge.records import EXCEPTIONAL, Claim, Evidence, Link, Section, Turn
from tests import rooms

TARGET, OTHER = "FP-07#FP-07 §1", "FP-07#FP-07 §2"
ALL: tuple[EdgeCase, ...] = (
    InsufficientInformation(), HumanReview(), FalsePremise(), OutOfScope(), ConflictingSources(), SupersededVersion(),
)  # fmt: skip


def quoting(*keys: str, **changes: object) -> Turn:
    claims = tuple(Claim(text="x", evidence=Evidence(section=key, quote="y")) for key in keys)
    return rooms.turn(claims=claims, **changes)


def test_every_exceptional_decision_is_that_of_one_edge_case() -> None:
    decided = [case.decision for case in ALL if case.decision]
    assert sorted(decided) == sorted(EXCEPTIONAL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: type(case).__name__)
def test_the_teacher_is_told_the_canonical_words_and_the_user_is_told_none(case: EdgeCase) -> None:
    own = type(case)(wording="the agreed words")
    order = rooms.order(targets=(TARGET, OTHER))
    assert "'the agreed words'" in own.brief(order)
    assert own.user_brief(order) and "agreed" not in own.user_brief(order)


@pytest.mark.parametrize(("share", "left"), [(1.0, (OTHER,)), (0.0, (TARGET, OTHER))])
def test_the_deciding_section_is_taken_away_as_often_as_declared(share: float, left: tuple[str, ...]) -> None:
    case = InsufficientInformation(rule_absent=share)
    assert case.bend((TARGET,), (TARGET, OTHER), Random(0)) == left


def test_an_excerpt_is_never_emptied() -> None:
    assert InsufficientInformation(rule_absent=1).bend((TARGET,), (TARGET,), Random(0)) == (TARGET,)


def test_of_sections_that_answer_together_one_is_taken_away() -> None:
    case, excerpt = InsufficientInformation(rule_absent=1), (TARGET, OTHER, "FP-07#FP-07 §3")
    left = {case.bend((TARGET, OTHER), excerpt, Random(seed)) for seed in range(20)}
    assert left == {(TARGET, "FP-07#FP-07 §3"), (OTHER, "FP-07#FP-07 §3")}


def test_the_brief_says_which_of_the_two_is_wanted() -> None:
    case = InsufficientInformation()
    shown, withheld, closed = rooms.order(), rooms.order(excerpt=(OTHER,)), rooms.order(excerpt=())
    assert "leaves out exactly the fact" in case.brief(shown)
    assert "only the withheld section can answer" in case.brief(withheld)
    assert "leaves out exactly the fact" in case.brief(closed)
    assert case.user_brief(shown) != case.user_brief(withheld)


@pytest.mark.parametrize(
    ("case", "turn", "lacks"),
    [
        (InsufficientInformation(), rooms.turn(decision="insufficient_information", missing="the duration"), ""),
        (InsufficientInformation(), rooms.turn(decision="insufficient_information"), "does not name what is missing"),
        (InsufficientInformation(), rooms.turn(), "decided violation, ordered insufficient_information"),
        (HumanReview(), rooms.turn(decision="human_review"), ""),
        (HumanReview(), rooms.turn(), "decided violation, ordered human_review"),
        (FalsePremise(), rooms.turn(decision="false_premise", answer="At least 10 hours."), ""),
        (FalsePremise(), rooms.turn(decision="false_premise"), "does not say what is right instead"),
        (FalsePremise(), quoting(decision="false_premise", answer="No."),
         "quotes nothing that contradicts the premise"),
        (FalsePremise(), rooms.turn(decision="answered", answer="Yes."), "decided answered, ordered false_premise"),
        (OutOfScope(), quoting(decision="out_of_scope", missing="pensions", answer="It covers rest."), ""),
        (OutOfScope(), rooms.turn(decision="out_of_scope", missing="pensions", answer="It covers rest."),
         "cites a section for what no section covers"),
        (OutOfScope(), quoting(decision="out_of_scope", answer="It covers rest."), "does not say what is not covered"),
        (OutOfScope(), quoting(decision="out_of_scope", missing="pensions"), "does not say what is covered"),
        (ConflictingSources(), quoting(TARGET, OTHER, decision="conflicting_sources", missing="which prevails"), ""),
        (ConflictingSources(), quoting(TARGET, decision="conflicting_sources", missing="which prevails"),
         "does not quote both sides"),
        (ConflictingSources(), quoting(TARGET, OTHER, decision="conflicting_sources"),
         "does not say what has to be settled"),
        (ConflictingSources(), quoting(TARGET, decision="answered"), "decided answered, ordered conflicting_sources"),
        (SupersededVersion(), quoting(TARGET, decision="answered", answer="10. The other edition is superseded."), ""),
        (SupersededVersion(), quoting(TARGET, reasoning="8; the other edition is superseded"), ""),
        (SupersededVersion(), quoting(OTHER, decision="answered"), "does not cite the edition in force"),
        (SupersededVersion(), quoting(TARGET, OTHER, decision="answered"), "rests on the superseded edition"),
        (SupersededVersion(), quoting(TARGET, decision="answered", answer="10 hours."),
         "does not say that 'the other edition is superseded'"),
        (SupersededVersion(), quoting(TARGET, decision="human_review"),
         "decided human_review, ordered an ordinary answer"),
    ],
)  # fmt: skip
def test_a_case_is_recognised_by_what_makes_it_one(case: EdgeCase, turn: Turn, lacks: str) -> None:
    assert case.shown(turn, rooms.order(targets=(TARGET, OTHER))) == lacks


def edition(name: str, text: str, number: int = 1) -> Section:
    return Section(
        id=f"SOP#SOP §{number}", document=f"SOP@{name}", citation=f"SOP §{number} ({name})", edition=name, text=text,
        start=0, end=len(text), versioned=True,
    )  # fmt: skip


def test_the_newest_edition_is_in_force_and_goes_with_each_older_one_that_differs() -> None:
    two, ten = edition("version 2", "Wait 2 hours."), edition("version 10", "Wait 3 hours.")
    same, one = edition("version 3", "Wait  3 hours."), edition("version 1", "Wait 1 hour.")
    found = SupersededVersion().companions([two, same, ten, one])
    assert found == {"SOP#SOP §1 (version 10)": [("SOP#SOP §1 (version 2)",), ("SOP#SOP §1 (version 1)",)]}


def test_editions_that_cannot_be_put_in_order_make_no_case() -> None:
    undated, version, dated = edition("", "a b"), edition("version 2", "a c"), edition("2024-05-01", "a d")
    assert SupersededVersion().companions([undated, version]) == {}
    assert SupersededVersion().companions([version, dated]) == {}
    assert SupersededVersion().companions([edition("version 2", "same"), edition("version 3", "same")]) == {}
    assert SupersededVersion().companions(list(rooms.sections().values())) == {}


KEPT = "Records must be kept for at least {} months by the clerk."


def test_sections_that_disagree_go_together_unless_one_says_that_it_comes_first() -> None:
    here, there = rooms.sections([KEPT.format(6)], "A"), rooms.sections([KEPT.format(12)], "B")
    both = [*here.values(), *there.values()]
    found = ConflictingSources().companions(both)
    assert found == {"A#A §1": [("B#B §1",)], "B#B §1": [("A#A §1",)]}
    settled = rooms.sections([KEPT.format(12) + " This rule prevails over all others."], "B")
    assert ConflictingSources().companions([*here.values(), *settled.values()]) == {}
    exception = Link(kind="exception", start=0, end=1, target="B §1", section="B#B §1")
    linked = [both[0].model_copy(update={"links": (exception,)}), both[1]]
    assert ConflictingSources().companions(linked) == {}
