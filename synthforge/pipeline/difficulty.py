"""Whether hard orders came out harder than easy ones: what a kept example involves, and how the base student fares."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, stdev

from synthforge.evaluation.intervals import Interval
from synthforge.meaning.quantities import quantities
from synthforge.meaning.rules import rules
from synthforge.records import Example, Record

DIFFICULTIES = ("easy", "medium", "hard")
SURE = 2.0
"""Standard errors of a difference from which two means are told apart."""


class Mean(Record):
    """Of a signal over the examples of one difficulty, with its standard error."""

    value: float
    error: float = 0.0


class Signals(Record):
    """What a turn of that difficulty involves on average: sections shown, conditions and exceptions in what is quoted,
    quantities in the question and the quotes."""

    examples: int
    sections: Mean
    conditions: Mean
    numbers: Mean


SIGNALS = ("sections", "conditions", "numbers")


def signals(examples: Sequence[Example]) -> dict[str, Signals]:
    """By difficulty, in their order; of examples with turns."""
    groups = {name: [e for e in examples if e.order.difficulty == name and e.turns] for name in DIFFICULTIES}
    return {
        name: Signals(
            examples=len(group),
            sections=_mean([len(e.order.excerpt or e.order.targets) for e in group]),
            conditions=_mean([_conditions(e) for e in group]),
            numbers=_mean([_numbers(e) for e in group]),
        )
        for name, group in groups.items()
        if group
    }


def doubts(found: Mapping[str, Signals], base: Mapping[str, Mapping[str, Interval]]) -> Iterator[str]:
    """Where an easier bucket involves more than a harder one, or the base student finds it harder, beyond chance."""
    for easier, harder in pairwise(name for name in DIFFICULTIES if name in found):
        for signal in SIGNALS:
            one, other = getattr(found[easier], signal), getattr(found[harder], signal)
            if one.value - other.value > SURE * (one.error**2 + other.error**2) ** 0.5:
                yield (
                    f"difficulty: {easier} examples involve more {signal} than {harder} ones "
                    f"({one.value:.1f} against {other.value:.1f} a turn)"
                )
    for easier, harder in pairwise(name for name in DIFFICULTIES if name in base):
        first, second = (base[name].get("decision_accuracy") for name in (easier, harder))
        if first and second and first.high is not None and second.low is not None and second.low > first.high:
            yield (
                f"difficulty: the base student decides more {harder} cases right than {easier} ones "
                f"({second.value:.0%} against {first.value:.0%}, beyond their intervals)"
            )


def _conditions(example: Example) -> float:
    return fmean(sum(bool(rule.condition) for quote in quotes for rule in rules(quote)) for _, quotes in _said(example))


def _numbers(example: Example) -> float:
    return fmean(sum(len(quantities(text)) for text in (question, *quotes)) for question, quotes in _said(example))


def _said(example: Example) -> Iterator[tuple[str, set[str]]]:
    for turn in example.turns:
        yield turn.question, {claim.evidence.quote for claim in turn.claims}


def _mean(values: Sequence[float]) -> Mean:
    error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return Mean(value=round(fmean(values), 4), error=round(error, 4))
