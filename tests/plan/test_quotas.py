"""Quotas: shares by largest remainder, over what is possible, and closed strata whose share goes to the others."""

from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.plan.quotas import Cell, Quotas, largest_remainder, raked, scaled

shares = st.dictionaries(st.sampled_from("abcde"), st.floats(0.05, 1.0), min_size=1, max_size=4).map(scaled)


def quotas(factors: list[dict[str, float]], impossible: tuple[Cell, ...] = ()) -> Quotas:
    names = [list(factor) for factor in factors]
    weights = {cell: prod(f[v] for f, v in zip(factors, cell, strict=True)) for cell in product(*names)}
    return raked({cell: weight for cell, weight in weights.items() if cell not in impossible}, factors)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8), st.integers(0, 500))
def test_largest_remainder_adds_up_and_is_off_by_less_than_one(weights: list[float], count: int) -> None:
    share = [weight / sum(weights) for weight in weights]
    whole = largest_remainder(share, count)
    assert sum(whole) == count
    assert all(abs(each - s * count) < 1 + 1e-4 for each, s in zip(whole, share, strict=True))


def test_largest_remainder_gives_what_is_left_to_the_largest_fractions() -> None:
    assert largest_remainder([0.42, 0.33, 0.25], 10) == [4, 3, 3]
    assert largest_remainder([0.1] * 10, 30) == [3] * 10


@given(st.lists(shares, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_shares_over_everything_are_products(factors: list[dict[str, float]]) -> None:
    plan = quotas(factors)
    assert sum(plan.shares) == pytest.approx(1)
    for cell, share in zip(plan.cells, plan.shares, strict=True):
        assert share == pytest.approx(prod(f[v] for f, v in zip(factors, cell, strict=True)), abs=1e-6)


def test_what_one_crossing_cannot_give_the_others_do() -> None:
    plan = quotas([{"a": 0.5, "b": 0.5}, {"x": 0.75, "y": 0.25}], (("a", "y"),))
    known = dict(zip(plan.cells, plan.shares, strict=True))
    assert known == pytest.approx({("a", "x"): 0.5, ("b", "x"): 0.25, ("b", "y"): 0.25}, abs=1e-5)


def test_a_value_that_is_impossible_everywhere_leaves_its_share_to_its_factor() -> None:
    plan = quotas([{"a": 0.5, "b": 0.5}, {"x": 0.5, "y": 0.3, "z": 0.2}], (("a", "z"), ("b", "z")))
    assert plan.marginals[0] == pytest.approx({"a": 0.5, "b": 0.5})
    assert plan.marginals[1] == pytest.approx({"x": 0.625, "y": 0.375})


def test_a_closed_stratum_keeps_what_it_has_and_the_rest_of_its_share_goes_to_the_others() -> None:
    plan = quotas([{"a": 0.5, "b": 0.5}, {"x": 0.5, "y": 0.5}])
    less = plan.closing(lambda cell: cell == ("a", "y"), {("a", "y"): 0.05, ("b", "y"): 0.1})
    known = dict(zip(less.cells, less.shares, strict=True))
    assert less.closed == {("a", "y")} and known["a", "y"] == 0.05
    assert less.marginals[0] == pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-4)
    assert less.marginals[1] == pytest.approx({"x": 0.5, "y": 0.5}, abs=1e-4)


def test_nothing_possible_is_no_quota() -> None:
    assert raked({}, []).cells == () and raked({}, []).due(5).tolist() == []
