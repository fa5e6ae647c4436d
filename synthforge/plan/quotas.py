"""Exact shares: how many of each kind to ask for, so that every declared proportion holds at every moment."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product

Cell = tuple[str, ...]
Margin = tuple[tuple[int, ...], Cell]
"""Which factors, and their values: ((0, 2), ("cited_answer", "none"))."""


def scaled(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares that add up to 1; zero shares are dropped."""
    total = sum(shares.values())
    return {name: share / total for name, share in sorted(shares.items()) if share > 0}


def draw(factors: Sequence[Mapping[str, float]], count: int, already: Mapping[Cell, int] | None = None) -> list[Cell]:
    """`count` cells of the crossed factors, in an order whose every prefix is close to the declared shares.

    Each step takes the cell whose marginals and two-way crossings lag their shares the most, so that every marginal
    ends within 1 of its share (property-tested) and the crossings stay balanced. `already` are cells counted before
    (what earlier waves kept), which later draws make up for. O(count x cells).
    """
    shares = [scaled(factor) for factor in factors]
    places = range(len(shares))
    groups: list[tuple[int, ...]] = [(i,) for i in places] + list(combinations(places, 2))
    counts: Counter[Margin] = Counter()
    for cell, number in (already or {}).items():
        for group in groups:
            counts[group, tuple(cell[i] for i in group)] += number
    cells = list(product(*shares))
    keys = {cell: [(group, tuple(cell[i] for i in group)) for group in groups] for cell in cells}
    share_of: dict[Margin, float] = {}
    for cell in cells:
        for group, names in keys[cell]:
            share_of[group, names] = math.prod(shares[i][name] for i, name in zip(group, names, strict=True))
    # A marginal that is off by one matters more than a crossing that is: it is what the recipe declares.
    weight = {group: 4.0 if len(group) == 1 else 1.0 for group in groups}
    drawn: list[Cell] = []
    placed = sum((already or {}).values())
    for step in range(placed + 1, placed + count + 1):
        lag = {key: weight[key[0]] * (share * step - counts[key]) for key, share in share_of.items()}
        best = max(cells, key=lambda cell: (round(sum(lag[key] for key in keys[cell]), 9), cell))
        for key in keys[best]:
            counts[key] += 1
        drawn.append(best)
    return drawn
