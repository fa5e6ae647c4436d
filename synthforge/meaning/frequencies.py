"""How often something happens, said in a word: monthly, annual, every quarter."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from synthforge.meaning.quantities import quantities
from synthforge.meaning.units import CONVERT, canonical

_PERIODS = {
    "hour": (1, "hourly"),
    "day": (1, "daily nightly"),
    "week": (1, "weekly"),
    "fortnight": (2, "fortnightly bi-weekly biweekly"),
    "month": (1, "monthly"),
    "two months": (2, "bi-monthly bimonthly"),
    "quarter": (1, "quarterly"),
    "half-year": (6, "half-yearly semi-annual semi-annually semiannual semiannually biannual biannually bi-annual "
                     "six-monthly"),
    "year": (1, "annual annually yearly per-annum p.a"),
    "two years": (2, "biennial biennially two-yearly"),
    "three years": (3, "triennial triennially three-yearly"),
}  # fmt: skip
_UNITS = {"fortnight": "week", "two months": "month", "half-year": "month", "two years": "year", "three years": "year"}


class Frequency(NamedTuple):
    """`size` in the base unit of `dimension`, as those of quantities are."""

    dimension: str
    size: Fraction
    start: int
    end: int


def _sizes() -> dict[str, tuple[str, Fraction]]:
    sizes = {}
    for period, (count, writings) in _PERIODS.items():
        dimension, factor = CONVERT[_UNITS.get(period, period)]
        for word in writings.split():
            sizes[word.replace("per-annum", "per annum")] = (dimension, factor * count)
    return sizes


_SIZES = _sizes()
_WORD = re.compile(rf"(?i)(?<![\w-])(?:{'|'.join(sorted(map(re.escape, _SIZES), key=len, reverse=True))})(?!\w|-\w)")
_EVERY = re.compile(r"(?i)\b(?:each|every|per|once an?|twice an?)\s+(?:calendar |financial |fiscal )?([a-z]+)\b")
_EACH = re.compile(
    r"(?i)\b(?:each|every|per|a|once an?|this|the|any|in an?)\s+(?:calendar |financial |fiscal )?([a-z]+)\b"
)


@lru_cache(maxsize=8192)
def frequencies(text: str) -> tuple[Frequency, ...]:
    """The frequencies that a text says, in a word ("monthly") or by their period ("every month"), in their order."""
    found = [Frequency(*_SIZES[m.group().lower()], m.start(), m.end()) for m in _WORD.finditer(text)]
    named = ((_unit(m[1]), m) for m in _EVERY.finditer(text))
    found += [Frequency(*CONVERT[unit], m.start(), m.end()) for unit, m in named if unit]
    return tuple(sorted(found, key=lambda each: each.start))


@lru_cache(maxsize=8192)
def periods(text: str) -> frozenset[tuple[str, Fraction]]:
    """Every period that a text speaks of: its frequencies, its durations, and "each year"."""
    found = {(each.dimension, each.size) for each in frequencies(text)}
    found |= {(quantity.dimension, quantity.size) for quantity in quantities(text) if quantity.unit}
    named = (_unit(match[1]) for match in _EACH.finditer(text))
    return frozenset(found | {CONVERT[unit] for unit in named if unit})


def _unit(written: str) -> str:
    """A quarter is a period behind "every", and a fraction elsewhere."""
    return "quarter" if written.lower() == "quarter" else canonical(written)
