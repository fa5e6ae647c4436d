"""The check stage: every validator speaks, and an example must be the kind that was ordered."""

from pathlib import Path

import pytest

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.pipeline.check import as_ordered, check
from synthforge.records import Example, Verdict
from synthforge.validators.base import Validator
from tests import rooms


class Grumpy(Validator):
    """Fails everything."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.failed("mood.bad", "it is Monday")


class Content(Validator):
    """Passes everything."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.passed()


def test_every_validator_signs_with_the_name_the_recipe_gave_it(tmp_path: Path) -> None:
    [example] = check([rooms.example()], {"b": Grumpy(), "a": Content()}, rooms.EDGE_CASES, rooms.run(tmp_path))
    assert [(v.by, v.outcome) for v in example.verdicts] == [("order", "passed"), ("a", "passed"), ("b", "failed")]
    assert example.fate == "rejected"
    assert example.cause is not None and example.cause.code == "mood.bad"


def test_a_failed_draft_is_not_checked(tmp_path: Path) -> None:
    failed = rooms.example(verdicts=[Verdict(stage="generate", by="teacher", outcome="failed", code="reply.schema")])
    [example] = check([failed], {"a": Content()}, rooms.EDGE_CASES, rooms.run(tmp_path))
    assert (example, example.fate) == (failed, "failed")


@pytest.mark.parametrize(
    ("edge_case", "decision", "code"),
    [
        ("none", "violation", ""),
        ("none", "human_review", "edge_case.not_ordered"),
        ("human_review", "human_review", ""),
        ("human_review", "compliant", "edge_case.not_shown"),
        ("insufficient_information", "answered", "edge_case.not_shown"),
        ("none", "false_premise", "edge_case.not_ordered"),
        ("none", "conflicting_sources", "edge_case.not_ordered"),
    ],
)
def test_an_example_must_be_the_kind_that_was_ordered(edge_case: str, decision: str, code: str) -> None:
    turn = rooms.turn(decision=decision, missing="who signed")
    verdict = as_ordered(rooms.example(order=rooms.order(edge_case=edge_case), turns=(turn,)), rooms.EDGE_CASES)
    assert (verdict.outcome, verdict.code) == ("failed" if code else "passed", code)


def test_insufficient_information_must_name_what_is_missing() -> None:
    turn = rooms.turn(decision="insufficient_information", missing="")
    order = rooms.order(edge_case="insufficient_information")
    verdict = as_ordered(rooms.example(order=order, turns=(turn,)), rooms.EDGE_CASES)
    assert verdict.reason == "does not name what is missing"


class Broken(Validator):
    """Raises, exits or returns nonsense, as told."""

    how: str

    def check(self, example: Example, run: Run) -> Verdict:
        if self.how == "raises":
            raise KeyError("no such key")
        if self.how == "exits":
            raise SystemExit(0)
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("how", "said"), [("raises", "KeyError: 'no such key'"), ("exits", "SystemExit: 0"), ("nothing", "not NoneType")]
)
def test_a_validator_that_breaks_is_named_with_its_line(tmp_path: Path, how: str, said: str) -> None:
    with pytest.raises(StageError, match=rf"test_check\.Broken failed on example a: .*{said}.*\.py:\d+"):
        check([rooms.example()], {"b": Broken(how=how)}, {}, rooms.run(tmp_path))


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [
        (("answered", "insufficient_information", "human_review"), ""),
        (("answered", "violation", "human_review"), "turn 2: answered with violation what calls for none"),
        (("human_review", "human_review", "human_review"), "turn 1: an ordinary order was answered with human_review"),
        (("answered", "human_review", "violation"), "turn 3: decided violation, ordered human_review"),
    ],
)
def test_every_turn_of_a_conversation_is_held_against_what_was_planned_for_it(
    decisions: tuple[str, ...], reason: str
) -> None:
    order = rooms.order(edge_case="human_review", moves=("opening", "refusal", "edge_case"))
    turns = tuple(rooms.turn(decision=decision, missing="x") for decision in decisions)
    assert as_ordered(rooms.example(order=order, turns=turns), rooms.EDGE_CASES).reason == reason
