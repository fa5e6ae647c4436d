"""Verdicts say no more on disk than they know, and together they decide what becomes of an example."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthforge.records import Example, Span, Verdict
from tests import rooms

CODES = ("modality.flip", "condition.dropped", "number.elsewhere")


def verdict(outcome: str, code: str = "", **changes: object) -> Verdict:
    return Verdict.model_validate({"stage": "check", "by": "x", "outcome": outcome, "code": code, **changes})


SPANS = st.builds(Span, place=st.text(max_size=9), start=st.integers(0, 99), end=st.integers(0, 99)) | st.none()
VERDICTS = st.builds(
    Verdict,
    stage=st.sampled_from(["generate", "check", "filter"]),
    by=st.text(max_size=5),
    outcome=st.sampled_from(["passed", "failed", "uncertain"]),
    code=st.sampled_from(["", *CODES]),
    reason=st.text(max_size=20),
    score=st.none() | st.floats(0, 1),
    said=SPANS,
    source=SPANS,
    found=st.text(max_size=9),
    expected=st.text(max_size=9),
    settles=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
)
HISTORIES = st.lists(VERDICTS, max_size=8)


def judged(*verdicts: Verdict) -> Example:
    return rooms.example(verdicts=verdicts)


def test_what_a_verdict_does_not_know_is_not_written() -> None:
    bare = json.loads(verdict("passed").model_dump_json())
    assert bare == {"stage": "check", "by": "x", "outcome": "passed", "code": "", "reason": "", "score": None}
    said = Span(place="turn 2 claim 1", start=3, end=7)
    full = verdict("failed", "quote.altered", said=said, found="may", expected="must", score=0.0)
    assert json.loads(full.model_dump_json()) == {
        **bare, "outcome": "failed", "code": "quote.altered", "score": 0.0, "found": "may", "expected": "must",
        "said": {"place": "turn 2 claim 1", "start": 3, "end": 7},
    }  # fmt: skip


@settings(deadline=None)
@given(VERDICTS)
def test_a_verdict_is_the_same_after_it_was_written(made: Verdict) -> None:
    assert Verdict.model_validate_json(made.model_dump_json()) == made


def test_a_verdict_has_no_other_fields_and_no_other_outcomes() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        verdict("passed", because="x")
    with pytest.raises(ValidationError, match="outcome"):
        verdict("maybe")


@pytest.mark.parametrize(
    ("verdicts", "fate", "cause"),
    [
        ([], "kept", None),
        ([verdict("passed"), verdict("passed", "cfr.unverified")], "kept", None),
        ([verdict("uncertain", "modality.flip")], "held", "modality.flip"),
        ([verdict("uncertain", "modality.flip"), verdict("passed", settles=CODES)], "kept", None),
        ([verdict("uncertain", "modality.flip"), verdict("passed", settles=CODES[1:])], "held", "modality.flip"),
        # Nobody settles what is only found afterwards.
        ([verdict("passed", settles=CODES), verdict("uncertain", "modality.flip")], "held", "modality.flip"),
        # One doubt settled leaves the other.
        (
            [verdict("uncertain", CODES[0]), verdict("uncertain", CODES[1]), verdict("passed", settles=CODES[:1])],
            "held",
            CODES[1],
        ),
        ([verdict("uncertain", CODES[0]), verdict("failed", "unit.mismatch")], "rejected", "unit.mismatch"),
        # What is settled is no failure.
        ([verdict("failed", "modality.flip"), verdict("passed", settles=CODES)], "rejected", "modality.flip"),
        ([verdict("failed", "a"), verdict("failed", "b")], "rejected", "a"),
        ([verdict("failed", "reply.schema", stage="generate")], "failed", "reply.schema"),
    ],
)
def test_what_becomes_of_an_example(verdicts: list[Verdict], fate: str, cause: str | None) -> None:
    example = judged(*verdicts)
    assert (example.fate, example.cause and example.cause.code) == (fate, cause)


@settings(deadline=None)
@given(HISTORIES)
def test_fate_cause_and_what_is_unsettled_agree(verdicts: list[Verdict]) -> None:
    example = judged(*verdicts)
    failures = [each for each in verdicts if each.outcome == "failed"]
    assert (example.fate in ("rejected", "failed")) is bool(failures)
    assert (example.fate == "held") is (not failures and bool(example.unsettled))
    assert (example.cause is None) is (example.fate == "kept")
    assert example.cause == next(iter([*failures, *example.unsettled]), None)


@settings(deadline=None)
@given(HISTORIES)
def test_the_unsettled_are_the_uncertain_that_nothing_later_settles_in_their_order(verdicts: list[Verdict]) -> None:
    expected = [
        each
        for at, each in enumerate(verdicts)
        if each.outcome == "uncertain" and not any(each.code in later.settles for later in (each, *verdicts[at + 1 :]))
    ]
    assert list(judged(*verdicts).unsettled) == expected


@settings(deadline=None)
@given(HISTORIES, VERDICTS)
def test_another_verdict_rejects_or_settles_and_never_revives(verdicts: list[Verdict], last: Verdict) -> None:
    worse = {"kept": 0, "held": 1, "rejected": 2, "failed": 3}
    before, after = judged(*verdicts), judged(*verdicts).judged(last)
    assert after.verdicts == (*before.verdicts, last)
    assert worse[after.fate] >= worse[before.fate] or (before.fate, after.fate) == ("held", "kept")
    if (before.fate, after.fate) == ("held", "kept"):
        assert {each.code for each in before.unsettled} <= set(last.settles)


@settings(deadline=None)
@given(HISTORIES)
def test_a_settling_verdict_of_all_that_is_open_keeps_what_nothing_rejected(verdicts: list[Verdict]) -> None:
    example = judged(*verdicts)
    open_codes = tuple({each.code for each in example.unsettled})
    settled = example.judged(verdict("passed", settles=open_codes))
    assert settled.unsettled == ()
    assert (settled.fate == "kept") is (example.fate in ("kept", "held"))
