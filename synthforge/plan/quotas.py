"""Exact shares: how many of each kind to ask for, so that every declared proportion holds at every moment."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product

Cell = tuple[str, ...]
Margin = tuple[tuple[int, ...], Cell]
"""Which factors, and their values: ((0, 2), ("cited_answer", "none"))."""


def scaled(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares that add up to 1; zero shares are dropped."""
    total = sum(shares.values())
    return {name: share / total for name, share in sorted(shares.items()) if share > 0}


def draw(
    factors: Sequence[Mapping[str, float]],
    count: int,
    already: Mapping[Cell, int] | None = None,
    possible: Callable[[Cell], bool] = lambda cell: True,
) -> list[Cell]:
    """`count` cells of the crossed factors, in an order whose every prefix is close to the declared shares.

    Each step takes the cell whose marginals and two-way crossings lag their shares the most, so that every marginal
    ends within about 1 of its share (tested for up to four factors). `already` are cells counted before (what earlier
    waves kept), which later draws make up for. A cell that is not `possible` is never drawn; what its marginals lose is
    made up for by others as far as they can. O(count x cells).
    """
    import numpy as np

    shares = [scaled(factor) for factor in factors]
    places = range(len(shares))
    groups: list[tuple[int, ...]] = [(i,) for i in places] + list(combinations(places, 2))
    cells = [cell for cell in product(*shares) if possible(cell)]
    if not cells:
        return []
    margins: dict[Margin, int] = {}
    # (cells, groups): which margins a cell belongs to.
    belongs = np.array(
        [[margins.setdefault((g, tuple(cell[i] for i in g)), len(margins)) for g in groups] for cell in cells]
    )
    share = np.array([math.prod(shares[i][name] for i, name in zip(g, names, strict=True)) for g, names in margins])
    # A marginal that is off by one matters more than a crossing that is: it is what the recipe declares.
    weight = np.array([4.0 if len(g) == 1 else 1.0 for g, _ in margins])
    counts = np.zeros(len(margins))
    placed = 0
    for cell, number in (already or {}).items():
        placed += number
        for g in groups:
            if (margin := margins.get((g, tuple(cell[i] for i in g)))) is not None:
                counts[margin] += number
    drawn: list[Cell] = []
    for step in range(placed + 1, placed + count + 1):
        lag = weight * (share * step - counts)
        best = int(np.argmax(np.round(lag[belongs].sum(axis=1), 9)))  # the first of equals
        counts[belongs[best]] += 1
        drawn.append(cells[best])
    return drawn
