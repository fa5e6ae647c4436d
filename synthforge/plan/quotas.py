"""Quotas: the crossed factors as cells, the share of each, and what every margin is due of a number of examples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

Cell = tuple[str, ...]
"""One value of every factor."""

Margin = tuple[tuple[int, ...], Cell]
"""Which factors, and their values: ((0, 2), ("cited_answer", "none")). One factor is a marginal, two are a crossing."""

ROUNDS = 60
"""Passes of the raking; shares that can be reached at all are reached to six digits well before."""


def scaled(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares that add up to 1; zero shares are dropped."""
    total = sum(shares.values())
    return {name: share / total for name, share in sorted(shares.items()) if share > 0}


def largest_remainder(shares: Sequence[float], count: int) -> list[int]:
    """Whole numbers that add up to `count`, each its share rounded down or up (Hamilton); the first of equals wins."""
    exact = [share * count for share in shares]
    whole = [int(each + 1e-6) for each in exact]  # a share that is whole but for the arithmetic stays so
    order = sorted(range(len(exact)), key=lambda i: (-round(exact[i] - whole[i], 6), i))
    for i in order[: count - sum(whole)]:
        whole[i] += 1
    return whole


@dataclass(frozen=True)
class Quotas:
    """What is possible, and the share of each cell; a cell that is not there has none.

    All marginals and all two-way crossings of the factors are kept to. Crossings of three or more are not: there are
    more of them than examples.
    """

    cells: tuple[Cell, ...]
    shares: tuple[float, ...]
    closed: frozenset[Cell] = frozenset()
    """Cells of which no more can be had than there are."""

    @cached_property
    def groups(self) -> list[tuple[int, ...]]:
        factors = range(len(self.cells[0]) if self.cells else 0)
        return [(i,) for i in factors] + list(combinations(factors, 2))

    @cached_property
    def margins(self) -> list[Margin]:
        return sorted({(g, tuple(cell[i] for i in g)) for cell in self.cells for g in self.groups})

    @cached_property
    def belongs(self) -> "Whole":
        """(cells, groups): which margin of each group a cell belongs to."""
        import numpy as np

        place = {margin: number for number, margin in enumerate(self.margins)}
        rows = [[place[g, tuple(cell[i] for i in g)] for g in self.groups] for cell in self.cells]
        return np.array(rows, dtype=np.int64).reshape(len(self.cells), len(self.groups))

    @cached_property
    def number(self) -> dict[Cell, int]:
        return {cell: number for number, cell in enumerate(self.cells)}

    @cached_property
    def expected(self) -> "Floats":
        """The share of every margin."""
        import numpy as np

        totals = np.zeros(len(self.margins))
        np.add.at(totals, self.belongs, np.array(self.shares)[:, None])
        return totals

    def due(self, count: int) -> "Whole":
        """What every margin is due of `count` examples: its share by largest remainder, among those of its group."""
        import numpy as np

        due = np.zeros(len(self.margins), dtype=np.int64)
        for group in self.groups:
            members = [number for number, (g, _) in enumerate(self.margins) if g == group]
            due[members] = largest_remainder([float(self.expected[m]) for m in members], count)
        return due

    def counted(self, cells: Sequence[Cell]) -> "Whole":
        """How many of the cells lie in each margin; those that are not possible lie in none."""
        import numpy as np

        counts = np.zeros(len(self.margins), dtype=np.int64)
        if known := [self.number[cell] for cell in cells if cell in self.number]:
            np.add.at(counts, self.belongs[known], 1)
        return counts

    @property
    def marginals(self) -> list[dict[str, float]]:
        """The share of every value, factor by factor."""
        found: list[dict[str, float]] = [{} for _ in (self.cells[0] if self.cells else ())]
        for (group, values), share in zip(self.margins, self.expected, strict=True):
            if len(group) == 1:
                found[group[0]][values[0]] = float(share)
        return found

    def closing(self, closed: Callable[[Cell], bool], kept: Mapping[Cell, float]) -> "Quotas":
        """The same without more of the cells that are closed: they have the share that is `kept` of them, and what
        they were to have beyond it goes to the open ones, as far as the marginals allow."""
        shut = {cell: kept.get(cell, 0.0) for cell in self.cells if closed(cell)}
        marginals = [
            {value: max(0.0, share - sum(each for cell, each in shut.items() if cell[factor] == value))
             for value, share in marginal.items()}
            for factor, marginal in enumerate(self.marginals)
        ]  # fmt: skip
        weights = {cell: share for cell, share in zip(self.cells, self.shares, strict=True) if cell not in shut}
        left = raked(weights, marginals)
        rest = 1 - sum(shut.values())
        shares = {**{cell: rest * share for cell, share in zip(left.cells, left.shares, strict=True)}, **shut}
        cells = tuple(sorted(shares))
        return Quotas(cells, tuple(shares[cell] for cell in cells), frozenset(shut))


def raked(weights: Mapping[Cell, float], marginals: Sequence[Mapping[str, float]]) -> Quotas:
    """Weights of the possible cells, fitted to the declared marginals (iterative proportional fitting).

    Where everything is possible and the weights are products, they are left as they are. Where not, what a marginal
    loses in one crossing it gets back in the others; what no crossing can give goes to the factor's other values.
    """
    import numpy as np

    cells = sorted(cell for cell, weight in weights.items() if weight > 0)
    if not cells:
        return Quotas((), ())
    table = np.array([weights[cell] for cell in cells])
    for _ in range(ROUNDS):
        for factor, marginal in enumerate(marginals):
            names = sorted({cell[factor] for cell in cells})
            of = np.array([names.index(cell[factor]) for cell in cells])
            aims = np.array([marginal.get(name, 0.0) for name in names])
            have = np.bincount(of, table, len(names))
            if aims.sum() > 0:
                table = table * np.divide(aims / aims.sum(), have, out=np.zeros(len(have)), where=have > 0)[of]
    return Quotas(tuple(cells), tuple(np.round(table / table.sum(), 9).tolist()))
