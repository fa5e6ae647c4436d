"""The strata of a plan: its factors, which of their values mean something to a template, and the share of each cell."""

import math
from collections.abc import Callable, Mapping
from itertools import product
from typing import NamedTuple

from synthforge.plan.quotas import Quotas, raked
from synthforge.templates.base import Template


class Stratum(NamedTuple):
    """One value of every factor; length and turns are '' for a template to which they mean nothing."""

    template: str
    difficulty: str
    edge_case: str
    category: str
    length: str = ""
    turns: str = ""


FACTORS = Stratum._fields


Shares = Mapping[str, Mapping[str, float]]
"""By factor, the share of each value; they add up to 1, those of length and turns among the templates heeding them."""


def crossed(templates: Mapping[str, Template], declared: Shares, possible: Callable[[str, str, str], bool]) -> Quotas:
    """The declared shares over all cells that are `possible` (template, edge case, category)."""
    weights: dict[tuple[str, ...], float] = {}
    for name, share in declared["template"].items():
        lengths = declared["length"] if templates[name].heeds_length else {"": 1.0}
        turns = declared["turns"] if templates[name].converses else {"": 1.0}
        others = (declared["difficulty"], declared["edge_case"], declared["category"], lengths, turns)
        for values in product(*others):
            if possible(name, values[1], values[2]):
                crossing = (each[value] for each, value in zip(others, values, strict=True))
                weights[Stratum(name, *values)] = share * math.prod(crossing)
    return raked(weights, [_among(factor, templates, declared) for factor in FACTORS])


def _among(factor: str, templates: Mapping[str, Template], declared: Shares) -> Mapping[str, float]:
    """A factor's shares of all examples."""
    heeding = {"length": lambda t: t.heeds_length, "turns": lambda t: t.converses}.get(factor)
    if heeding is None:
        return declared[factor]
    among = sum(share for name, share in declared["template"].items() if heeding(templates[name]))
    return {"": 1 - among, **{value: among * share for value, share in declared[factor].items()}}
