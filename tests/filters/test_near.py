import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthforge.filters import Near
from synthforge.records import Example, Verdict
from tests import rooms

WORDS = "rinse wash dry hold lift seal open close check sign load move park stop call wait".split()
LONG = (
    "During the night shift at the Dunmore terminal a relief driver came back from leave, rested for 8 "
    "consecutive "
    "hours at the motel, drank some coffee and then reported to dispatch for a fresh load. Does this comply?"
)


def said(id: str, question: str, **changes: object) -> Example:
    return rooms.example(id, turns=(rooms.turn(**{"question": question, "reasoning": "", "claims": (), **changes}),))


def judge(examples: Sequence[Example], kept: Sequence[Example] = (), **settings_: object) -> list[Verdict]:
    return Near.model_validate(settings_).keep(examples, kept, rooms.run(Path("unused-run-folder")))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_near_copy_goes_and_names_what_it_is_like() -> None:
    copy = said("b", LONG.replace("some coffee", "a coffee"))
    first, second = judge([said("a", LONG), copy])
    assert first.outcome == "passed"
    assert second.code == "near.duplicate"
    assert "a" in second.reason.split()
    assert second.score is not None and 0.8 <= second.score < 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8 consecutive", "14 consecutive"),
        ("hours", "days"),
        ("this comply", "this not comply"),
        ("8 ", "8.5 "),
    ],
)
def test_a_change_of_meaning_is_no_duplicate(old: str, new: str) -> None:
    pair = [said("a", LONG), said("b", LONG.replace(old, new))]
    assert [v.outcome for v in judge(pair)] == ["passed", "passed"]
    assert [v.outcome for v in judge(pair, guard=False)] == ["passed", "failed"]


def test_another_decision_or_section_is_no_duplicate() -> None:
    pair = [said("a", LONG, decision="compliant"), said("b", LONG, decision="violation")]
    assert [v.outcome for v in judge(pair)] == ["passed", "passed"]
    assert [v.outcome for v in judge([said("a", LONG), said("b", LONG, claims=rooms.turn().claims)])] == ["passed"] * 2


def test_only_likeness_to_something_kept_counts() -> None:
    words = [f"word{i}" for i in range(100)]

    def drifted(count: int) -> str:
        return " ".join(words[count:] + [f"late{i}" for i in range(count)])

    # b is like a, c is like b, but c is not like a: b goes, c stays.
    verdicts = judge([said("a", drifted(0)), said("b", drifted(8)), said("c", drifted(16))])
    assert [v.outcome for v in verdicts] == ["passed", "failed", "passed"]


def test_earlier_rounds_count() -> None:
    assert [v.outcome for v in judge([said("b", LONG)], kept=[said("a", LONG)])] == ["failed"]


texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=12).map(" ".join), min_size=1, max_size=12)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(texts)
def test_kept_survive_themselves(found: list[str]) -> None:
    examples = [said(f"{i:03}", text) for i, text in enumerate(found)]
    verdicts = judge(examples)
    assert len(verdicts) == len(examples)
    survivors = [e for e, v in zip(examples, verdicts, strict=True) if v.outcome == "passed"]
    assert survivors
    assert all(v.outcome == "passed" for v in judge(survivors))


@quick
@given(texts, st.integers(0, 99))
def test_the_order_of_equal_inputs_does_not_matter(found: list[str], seed: int) -> None:
    doubled = found + found
    shuffled = random.Random(seed).sample(doubled, len(doubled))

    def survivors(order: list[str]) -> int:
        examples = [said(f"{i:03}", text) for i, text in enumerate(order)]
        return sum(v.outcome == "passed" for v in judge(examples, threshold=1.0))

    assert survivors(doubled) == survivors(shuffled) == len(set(found))


@quick
@given(
    st.lists(st.sampled_from(WORDS), min_size=6, max_size=14),
    st.lists(st.sampled_from(WORDS), min_size=6, max_size=14),
)
def test_a_higher_threshold_keeps_no_fewer_of_a_pair(a: list[str], b: list[str]) -> None:
    pair = [said("a", " ".join(a)), said("b", " ".join(b))]
    counts = [sum(v.outcome == "passed" for v in judge(pair, threshold=t)) for t in (0.3, 0.6, 0.9)]
    assert counts == sorted(counts)


def test_recall_against_every_pair() -> None:
    """Of pairs whose exact Jaccard likeness is above 0.8, LSH and verification find 98 of 100."""
    rng = random.Random(7)
    missed = 0
    for case in range(150):
        words = [rng.choice(WORDS) + str(rng.randrange(30)) for _ in range(60)]
        edited = list(words)
        edited[rng.randrange(60)] = f"changed{case}"
        a, b = said("a", " ".join(words)), said("b", " ".join(edited))
        missed += judge([a, b], guard=False)[1].outcome == "passed"
    assert missed <= 3
