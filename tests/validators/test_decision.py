"""Verdicts against arithmetic, abstentions against the excerpt, and turns against each other."""

from pathlib import Path

import pytest

from synthforge.records import Claim, Evidence, Turn, Verdict
from synthforge.validators import Decision
from tests import rooms

REST, TRAILER = rooms.RULES[0], rooms.RULES[1]
SECTION = "FP-07#FP-07 §1"


def judged(tmp_path: Path, *turns: Turn, **order: object) -> Verdict:
    return Decision().check(rooms.example(order=rooms.order(**order), turns=turns), rooms.run(tmp_path))


@pytest.mark.parametrize(
    ("hours", "decision", "code"),
    [
        (8, "violation", ""),
        (8, "compliant", "decision.contradicts_limit"),
        (10, "compliant", ""),
        (10, "violation", "decision.contradicts_limit"),
    ],
)
def test_a_verdict_must_agree_with_the_arithmetic(tmp_path: Path, hours: int, decision: str, code: str) -> None:
    question = f"A driver rested for {hours} consecutive hours. Does this comply?"
    assert judged(tmp_path, rooms.turn(question=question, reasoning="", decision=decision)).code == code


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("A driver came back for a new shift and had slept. Does this comply?", "decision.fact_absent"),
        ("A driver rested for 11 hours. Does this comply?", ""),
        ("A driver did not rest. Does this comply?", ""),
        ("A driver exceeded what the rule allows. Does this comply?", ""),
    ],
)
def test_a_verdict_needs_the_fact_that_it_turns_on(tmp_path: Path, question: str, code: str) -> None:
    assert judged(tmp_path, rooms.turn(question=question, reasoning="", decision="compliant")).code == code


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("A driver rested for 8 consecutive hours before a new shift. Does this comply?", "abstention.decided"),
        ("A driver rested before a new shift. Does this comply?", ""),  # the fact is left out
        ("A visitor stayed on site for 8 hours. Does this comply?", ""),  # another matter
        ("How many hours must a driver rest before a new shift?", "abstention.decided"),
        ("How long may a forklift be parked on a ramp?", ""),
    ],
)
def test_an_abstention_fails_where_a_section_shown_decides(tmp_path: Path, question: str, code: str) -> None:
    turn = rooms.turn(
        question=question, claims=(), answer="", reasoning="", decision="insufficient_information",
        missing="the rule on this matter",
    )  # fmt: skip
    assert judged(tmp_path, turn).code == code


def test_what_the_student_is_not_shown_decides_nothing(tmp_path: Path) -> None:
    turn = rooms.turn(
        question="How many hours must a driver rest before a new shift?", claims=(), answer="", reasoning="",
        decision="insufficient_information", missing="the rule on rest",
    )  # fmt: skip
    assert judged(tmp_path, turn, excerpt=("FP-07#FP-07 §2",)).outcome == "passed"


def said(text: str) -> Turn:
    claim = Claim(text=text, evidence=Evidence(section=SECTION, quote=REST))
    return rooms.turn(claims=(claim,), answer="", reasoning="", decision="answered", question="What is the rule here?")


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (REST, ""),
        ("A driver must rest for at least 600 minutes before a new shift.", ""),
        ("A driver must rest for at least 12 consecutive hours before a new shift.", "dialogue.contradiction"),
        ("The trailer temperature shall not exceed 5 °C during loading.", ""),
    ],
)
def test_turns_may_not_contradict_each_other(tmp_path: Path, second: str, code: str) -> None:
    verdict = judged(tmp_path, said(REST), said(second))
    assert verdict.code == code
    if code:
        assert "turn 1 says" in verdict.reason
        assert "turn 2 says" in verdict.reason


def test_a_conditional_rule_decides_nothing_by_arithmetic(tmp_path: Path) -> None:
    rule = "A driver must rest for at least 10 hours unless the manager agrees to less."
    corpus = rooms.sections((rule,))
    [section] = corpus.values()
    claim = Claim(text=rule, evidence=Evidence(section=section.id, quote=rule))
    turn = rooms.turn(claims=(claim,), question="A driver rested for 8 hours. Does this comply?", decision="compliant")
    run = rooms.run(tmp_path, corpus)
    assert Decision().check(rooms.example(turns=(turn,)), run).outcome == "passed"


def test_a_follow_up_is_judged_by_what_the_conversation_has_said(tmp_path: Path) -> None:
    first = rooms.turn(question="A driver rested for 8 consecutive hours. Does this comply?", decision="violation")
    second = rooms.turn(question="What does the inspector conclude for this driver?", decision="violation", answer="")
    assert judged(tmp_path, first, second).outcome == "passed"
