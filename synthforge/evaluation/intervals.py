"""Intervals: bootstrap ones over documents, with which scores move most, and Wilson's for a plain share.

Two levels are resampled: documents, then the items of each drawn document, because items of one document
share its wording and its mistakes. A score is a ratio of two sums over items, so all scores of all resamples
come from two matrix products with the same item counts, which also keeps comparisons paired.
"""

import math
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from synthforge.records import Record

Floats = NDArray[np.float64]

LEVEL = 0.95
Z = 1.959964
"""Of the middle 95 % of the normal distribution."""


class Interval(Record):
    """A score with its 95 % interval; all None where nothing was there to score (`n` = 0).

    `n` is the number of items behind the score.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def wilson(hits: int, n: int) -> Interval:
    """A share with Wilson's 95 % score interval (JASA 22:209, 1927)."""
    if not n:
        return Interval(value=None, low=None, high=None, n=0)
    p, z = hits / n, Z
    centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)
    return Interval(value=p, low=min(max(low, 0.0), p), high=max(min(high, 1.0), p), n=n)


def counts(documents: Sequence[str], resamples: int, rng: Random) -> Floats:
    """How often each item is drawn: resamples × items, from a two-level draw (documents, then items in
    each)."""
    generator = np.random.default_rng(rng.getrandbits(64))
    places: dict[str, list[int]] = {}
    for place, document in enumerate(documents):
        places.setdefault(document, []).append(place)
    drawn = np.zeros((resamples, len(documents)))
    if not places:
        return drawn
    times = generator.multinomial(len(places), np.full(len(places), 1 / len(places)), size=resamples)
    for column, members in enumerate(places.values()):
        size = len(members)
        drawn[:, members] = generator.multinomial(times[:, column] * size, np.full(size, 1 / size))
    return drawn


def ratio(hits: Floats, among: Floats, drawn: Floats) -> Floats:
    """Each resample's score; NaN where it drew no item that counts. `hits` and `among` are per item, 0 or
    1."""
    below = drawn @ among
    share: Floats = np.divide(drawn @ hits, below, out=np.full(len(drawn), np.nan), where=below > 0)
    return share


def interval(hits: Floats, among: Floats, drawn: Floats) -> Interval:
    """A share of the items in `among`, with its interval.

    Where all items agree the bootstrap has no width; then the exact binomial bound stands in (0 of 160 could
    still be 2 %), so that a small set never claims certainty.
    """
    n = int(among.sum())
    if n == 0:
        return Interval(value=None, low=None, high=None, n=0)
    value = float(hits.sum() / n)
    low, high = _percentiles(ratio(hits, among, drawn), value)
    low, high = (max(0.0, value - doubt(n)), value) if value == 1 else (low, high)
    low, high = (0.0, doubt(n)) if value == 0 else (low, high)
    return Interval(value=value, low=low, high=high, n=n)


def difference(a: tuple[Floats, Floats], b: tuple[Floats, Floats], drawn: Floats) -> Interval:
    """b − a for two students on the same items (hits and among of each), paired: both see the same
    resamples."""
    n = int(min(a[1].sum(), b[1].sum()))
    if n == 0:
        return Interval(value=None, low=None, high=None, n=0)
    value = float(b[0].sum() / b[1].sum() - a[0].sum() / a[1].sum())
    low, high = _percentiles(ratio(*b, drawn) - ratio(*a, drawn), value)
    if low == high:
        low, high = max(-1.0, value - doubt(n)), min(1.0, value + doubt(n))
    return Interval(value=value, low=low, high=high, n=n)


def doubt(n: int) -> float:
    """The largest share that n items without a single case are still compatible with (Clopper and
    Pearson)."""
    return 1 - math.pow((1 - LEVEL) / 2, 1 / n)


def _percentiles(scores: Floats, value: float) -> tuple[float, float]:
    """The middle 95 %, widened to the score itself where few documents make the resamples lopsided."""
    known = scores[~np.isnan(scores)]
    if not len(known):
        return value, value
    low, high = np.percentile(known, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return min(float(low), value), max(float(high), value)
