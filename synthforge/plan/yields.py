"""What became of the orders so far: how much of a stratum survives, and which strata give nothing at all."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from synthforge.plan.quotas import Cell, Margin

FIRST_GUESS = 0.5
"""The share that survives, before anything is known."""

PRIOR = 10
"""How many orders the more general estimate counts for beside a stratum's own outcomes."""

LEAST = 0.02
"""No stratum is taken to yield less, so that none makes a wave grow without bounds."""

TRIES = 50
"""Orders of a stratum in a row, over whole waves, of which none survives before it is given up: at a yield of one in
ten that happens to one such stratum in two hundred."""

EVERYTHING: Margin = ((), ())


@dataclass(frozen=True)
class Outcomes:
    """One wave's orders by cell, and how many of them survived the checks and filters."""

    asked: Counter[Cell] = field(default_factory=Counter)
    kept: Counter[Cell] = field(default_factory=Counter)


class Yields:
    """Smoothed estimates: a cell's own yield, drawn towards its marginals' and those towards the overall one."""

    def __init__(self, waves: Sequence[Outcomes]) -> None:
        self._asked: Counter[Margin] = Counter()
        self._kept: Counter[Margin] = Counter()
        for wave in waves:
            for cell, asked in wave.asked.items():
                for margin in {EVERYTHING, *_marginals(cell), whole(cell)}:
                    self._asked[margin] += asked
                    self._kept[margin] += wave.kept[cell]

    def __call__(self, cell: Cell) -> float:
        """The share of this cell's orders that is expected to survive."""
        overall = self.overall
        ratios = (self._drawn(margin, overall) / overall for margin in _marginals(cell))
        return min(1.0, max(LEAST, self._drawn(whole(cell), min(1.0, overall * math.prod(ratios)))))

    @property
    def overall(self) -> float:
        """The share of all orders that is expected to survive."""
        return self._drawn(EVERYTHING, FIRST_GUESS)

    def _drawn(self, margin: Margin, towards: float) -> float:
        return (self._kept[margin] + PRIOR * towards) / (self._asked[margin] + PRIOR)


def hopeless(waves: Sequence[Outcomes]) -> list[Margin]:
    """Marginals, two-way crossings and cells of which nothing has survived for `TRIES` orders.

    The one with the most fruitless orders first; what lies in it counts for no other, so that a crossing is not blamed
    on its marginals.
    """
    found: list[Margin] = []
    while (worst := _most_fruitless(waves, found)) is not None:
        found.append(worst)
    return found


def _most_fruitless(waves: Sequence[Outcomes], found: Sequence[Margin]) -> Margin | None:
    fruitless: Counter[Margin] = Counter()
    for wave in waves:
        asked: Counter[Margin] = Counter()
        kept: Counter[Margin] = Counter()
        for cell, count in wave.asked.items():
            if not any(within(whole(cell), margin) for margin in found):
                for margin in {EVERYTHING, *_marginals(cell), *_crossings(cell), whole(cell)}:
                    asked[margin] += count
                    kept[margin] += wave.kept[cell]
        for margin, count in asked.items():
            fruitless[margin] = 0 if kept[margin] else fruitless[margin] + count
    tried = [margin for margin, count in fruitless.items() if count >= TRIES]
    return min(tried, key=lambda margin: (-fruitless[margin], len(margin[0]), margin), default=None)


def within(margin: Margin, wider: Margin) -> bool:
    """Whether everything in a margin is in the wider one."""
    said = dict(zip(*margin, strict=True))
    return all(said.get(factor) == value for factor, value in zip(*wider, strict=True))


def whole(cell: Cell) -> Margin:
    """A cell as the margin that holds it alone."""
    return tuple(range(len(cell))), cell


def _marginals(cell: Cell) -> Iterator[Margin]:
    return (((i,), (value,)) for i, value in enumerate(cell))


def _crossings(cell: Cell) -> Iterator[Margin]:
    return ((pair, (cell[pair[0]], cell[pair[1]])) for pair in combinations(range(len(cell)), 2))
