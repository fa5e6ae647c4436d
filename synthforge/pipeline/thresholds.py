"""Thresholds: which score a check should ask for, from the scores it gave to true examples and to corrupted ones."""

import math
from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from synthforge.evaluation.intervals import Interval, wilson
from synthforge.records import Example, Record
from synthforge.validators.base import Validator

FALSE_ALARMS = (0.02, 0.05)
"""Shares of true examples that a proposed threshold may cost."""


class Point(Record):
    """One setting of a threshold: the share of true examples that score below it, and of corrupted ones."""

    value: float
    false_alarms: Interval
    caught: Interval


class Threshold(Record):
    """A check's threshold as it is set, and what is proposed for each share of false alarms; None where the check takes
    no value that costs so little. `key` is the recipe's."""

    key: str
    now: Point
    proposed: dict[str, Point | None]


def thresholds(
    validators: Mapping[str, Validator],
    true: Callable[[str], Sequence[Example]],
    corrupted: Sequence[Example],
) -> tuple[Threshold, ...]:
    """A sweep for each check that compares a score with one of its fields.

    Args:
        true: for a check's name the examples that it had no part in choosing.
    """
    swept = (
        _threshold(name, part, field, scores(true(name), name), scores(corrupted, name))
        for name, part in validators.items()
        if (field := part.threshold)
    )
    return tuple(each for each in swept if each is not None)


def scores(examples: Sequence[Example], name: str) -> list[float]:
    return sorted(v.score for e in examples for v in e.verdicts if v.by == name and v.score is not None)


def _threshold(
    name: str, part: Validator, field: str, true: list[float], corrupted: list[float]
) -> Threshold | None:  # fmt: skip
    if not true or not corrupted:
        return None

    def point(value: float) -> Point:
        below = (wilson(sum(s < value for s in each), len(each)) for each in (true, corrupted))
        return Point(value=value, false_alarms=next(below), caught=next(below))

    values = {f"{share:g}": highest(true, share) for share in FALSE_ALARMS}
    return Threshold(
        key=f"validators.{name}.{field}",
        now=point(float(getattr(part, field))),
        proposed={share: point(value) if allowed(part, field, value) else None for share, value in values.items()},
    )


def highest(true: Sequence[float], share: float) -> float:
    """The highest threshold, to four digits, that at most this share of (ascending) true scores is below."""
    return math.floor(true[math.floor(share * len(true))] * 1e4) / 1e4


def allowed(part: Validator, field: str, value: float) -> bool:
    """Whether the check takes it as its threshold, beside its other settings."""
    try:
        type(part).model_validate({**part.model_dump(), field: value})
    except ValidationError:
        return False
    return True
