"""Edge cases: how they bend an excerpt, what they ask for, and how they are recognised."""

from random import Random

import pytest

from synthforge.edge_cases import HumanReview, InsufficientInformation
from tests import rooms

TARGET, OTHER = "FP-07#FP-07 §1", "FP-07#FP-07 §2"


@pytest.mark.parametrize(("share", "left"), [(1.0, (OTHER,)), (0.0, (TARGET, OTHER))])
def test_the_deciding_section_is_taken_away_as_often_as_declared(share: float, left: tuple[str, ...]) -> None:
    case = InsufficientInformation(rule_absent=share)
    assert case.bend((TARGET,), (TARGET, OTHER), Random(0)) == left


def test_an_excerpt_is_never_emptied() -> None:
    assert InsufficientInformation(rule_absent=1).bend((TARGET,), (TARGET,), Random(0)) == (TARGET,)


def test_the_brief_says_which_of_the_two_is_wanted() -> None:
    case = InsufficientInformation(wording="not enough to tell")
    shown, withheld = rooms.order(), rooms.order(excerpt=(OTHER,))
    assert "leaves out exactly the fact" in case.brief(shown)
    assert "only the withheld section can answer" in case.brief(withheld)
    assert "'not enough to tell'" in case.brief(shown)


def test_insufficient_information_is_recognised_by_decision_and_named_gap() -> None:
    case = InsufficientInformation()
    assert case.shown(rooms.turn(decision="insufficient_information", missing="the duration")) == ""
    assert case.shown(rooms.turn(decision="insufficient_information")) == "does not name what is missing"
    assert case.shown(rooms.turn()) == "decided violation, ordered insufficient_information"


def test_human_review_keeps_the_excerpt_and_is_recognised_by_decision() -> None:
    case = HumanReview()
    assert case.bend((TARGET,), (TARGET, OTHER), Random(0)) == (TARGET, OTHER)
    assert case.shown(rooms.turn(decision="human_review")) == ""
    assert case.shown(rooms.turn()) == "decided violation, ordered human_review"
