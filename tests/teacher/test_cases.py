"""Cases: told in the past tense, on the side they were ordered for, with the comparison spelled out."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.teacher import cases
from synthforge.teacher.norms import norm
from tests.rooms import RULES

RULE = norm(RULES[0])


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from(["easy", "medium", "hard"]))
def test_a_picked_value_is_on_the_side_it_was_picked_for(seed: int, complies: bool, difficulty: str) -> None:
    assert RULE is not None and RULE.limit is not None
    value = cases.pick(RULE.limit, complies, difficulty, Random(seed))
    assert value is not None
    assert RULE.limit.allows(value) == complies
    case = cases.numeric(RULE, value, Random(seed))
    assert case is not None
    assert case.complies == complies
    assert RULE.limit.quantity(value) in case.told
    assert case.check.startswith(RULE.limit.quantity(value))


def test_hard_cases_lie_closer_to_the_limit_than_easy_ones() -> None:
    assert RULE is not None and RULE.limit is not None

    def distance(difficulty: str) -> float:
        values = [cases.pick(RULE.limit, False, difficulty, Random(i)) for i in range(50)]  # type: ignore[union-attr, arg-type]
        return sum(abs(v - 10) for v in values if v is not None) / 50

    assert distance("hard") < distance("medium") < distance("easy")


@pytest.mark.parametrize(
    ("sentence", "done", "told"),
    [
        (
            "The operator must clean the hopper before each batch.",
            True,
            "the operator cleaned the hopper before each batch",
        ),
        ("The operator must clean the hopper before each batch.", False, "the operator did not clean the hopper"),
        (
            "The gear must be raised before the trailer is moved.",
            True,
            "the gear was raised before the trailer was moved",
        ),
        ("Visitors may not leave the walkway.", True, "visitors left the walkway"),
        ("Parts shall be kept dry.", False, "parts were not kept dry"),
    ],
)
def test_what_happened_is_told_in_the_past(sentence: str, done: bool, told: str) -> None:
    rule = norm(sentence)
    assert rule is not None
    case = cases.boolean(rule, done, Random(1))
    assert case is not None
    assert told in case.told[:1].lower() + case.told[1:]
    assert case.complies == (done != rule.forbidden)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("A spill must be reported within 24 hours of its discovery.", "30 hours after its discovery"),
        ("A spill must be reported within 24 hours.", "after 30 hours"),
        ("Driving time must not exceed 24 hours.", "reached 30 hours"),
    ],
)
def test_delays_and_excesses_read_as_events(sentence: str, told: str) -> None:
    rule = norm(sentence)
    assert rule is not None
    case = cases.numeric(rule, 30.0, Random(0))
    assert case is not None and told in case.told and not case.complies


def test_a_dispute_tells_both_sides_and_decides_nothing() -> None:
    assert RULE is not None
    case = cases.disputed(RULE, "medium", Random(3))
    assert case is not None
    assert "disagree" in case.check and case.open


def test_an_undisclosed_case_does_not_give_the_deciding_value() -> None:
    assert RULE is not None
    case = cases.undisclosed(RULE, Random(5))
    assert case is not None
    assert not any(character.isdigit() for character in case.told)
    assert "10 consecutive hours" in case.open
