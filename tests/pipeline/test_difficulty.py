"""Difficulty: what kept examples involve by bucket, and a word where an easier bucket is the harder one."""

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.difficulty import doubts, signals
from synthforge.records import Claim, Evidence, Example
from tests import rooms

PLAIN = "The operator must clean the hopper."
INVOLVED = "Unless the shift is shorter than 4 hours, a driver must rest for 10 hours if 2 runs were made."


def example(n: int, difficulty: str, quote: str, sections: int) -> Example:
    claim = Claim(text=quote, evidence=Evidence(section="FP-07#FP-07 §1", quote=quote))
    shown = tuple(f"FP-07#FP-07 §{i + 1}" for i in range(sections))
    return rooms.example(
        str(n), order=rooms.order(difficulty=difficulty, excerpt=shown, sample=n),
        turns=(rooms.turn(question="What applies?", claims=(claim,)),),
    )  # fmt: skip


def test_signals_are_counted_from_the_record_by_difficulty() -> None:
    found = signals([example(1, "hard", INVOLVED, 4), example(2, "easy", PLAIN, 2), example(3, "easy", PLAIN, 3)])
    assert list(found) == ["easy", "hard"]
    assert (found["easy"].examples, found["easy"].sections.value, found["easy"].conditions.value) == (2, 2.5, 0.0)
    assert (found["hard"].conditions.value, found["hard"].numbers.value) == (1.0, 3.0)
    assert signals([]) == {}


def test_buckets_in_their_order_raise_no_doubt() -> None:
    rising = [example(n, d, q, s) for n in range(9) for d, q, s in (("easy", PLAIN, 2), ("hard", INVOLVED, 4))]
    accuracy = {"easy": {"decision_accuracy": interval(0.8)}, "hard": {"decision_accuracy": interval(0.5)}}
    assert list(doubts(signals(rising), accuracy)) == []


def test_an_easy_bucket_that_involves_more_is_told_by_signal() -> None:
    falling = [example(n, d, q, s) for n in range(9) for d, q, s in (("easy", INVOLVED, 4), ("hard", PLAIN, 2))]
    assert list(doubts(signals(falling), {})) == [
        "difficulty: easy examples involve more sections than hard ones (4.0 against 2.0 a turn)",
        "difficulty: easy examples involve more conditions than hard ones (1.0 against 0.0 a turn)",
        "difficulty: easy examples involve more numbers than hard ones (3.0 against 0.0 a turn)",
    ]


def test_what_may_be_chance_is_no_doubt() -> None:
    mixed = [
        example(n, d, INVOLVED if n % 5 == at else PLAIN, 3) for n in range(10) for d, at in (("easy", 0), ("hard", 9))
    ]
    found = signals(mixed)
    assert found["easy"].numbers.value > found["hard"].numbers.value
    assert [said for said in doubts(found, {}) if "conditions" in said or "numbers" in said] == []


def interval(value: float) -> Interval:
    return Interval(value=value, low=value - 0.1, high=value + 0.1, n=60)


def test_a_base_student_that_does_better_on_harder_cases_is_a_doubt_beyond_the_intervals_alone() -> None:
    base = {
        name: {"decision_accuracy": interval(value)} for name, value in (("easy", 0.4), ("medium", 0.7), ("hard", 0.75))
    }
    assert list(doubts({}, base)) == [
        "difficulty: the base student decides more medium cases right than easy ones (70% against 40%, beyond their "
        "intervals)"
    ]
