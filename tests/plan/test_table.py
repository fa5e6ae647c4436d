"""Tables: every marginal and crossing within 1 of its due, with as many survivors in their places as that allows."""

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.plan.quotas import Cell, Quotas, largest_remainder
from synthforge.plan.table import Table, drawn, farthest, fitted
from tests.plan.test_quotas import quotas, shares

HALVES = [{"a": 0.5, "b": 0.5}, {"x": 0.5, "y": 0.5}]


def off(factors: list[dict[str, float]], cells: list[Cell]) -> int:
    """The most that a marginal or crossing is off its largest-remainder share, counted without the code under test."""
    found = 0
    for group in [(i,) for i in range(len(factors))] + list(combinations(range(len(factors)), 2)):
        names: list[Cell] = [()]
        exact = [1.0]
        for i in group:
            names = [(*name, value) for name in names for value in factors[i]]
            exact = [share * factors[i][value] for share in exact for value in factors[i]]
        counts = Counter(tuple(cell[i] for i in group) for cell in cells)
        due = largest_remainder(exact, len(cells))
        found = max(found, *(abs(counts[name] - n) for name, n in zip(names, due, strict=True)))
    return found


@given(st.lists(shares, min_size=1, max_size=5), st.integers(1, 150))
@settings(max_examples=60, deadline=None)
def test_every_marginal_and_crossing_is_within_one_of_its_due(factors: list[dict[str, float]], count: int) -> None:
    places = fitted(quotas(factors), count).places
    assert len(places) == count
    assert worst(quotas(factors), places) <= 1
    assert off(factors, places) <= 2, "counted by hand, where a tie of remainders may fall the other way"


def worst(plan: Quotas, cells: list[Cell]) -> int:
    _, has, due = farthest(plan, len(cells), cells)
    return abs(has - due)


@given(st.lists(shares, min_size=1, max_size=4), st.integers(1, 80), st.data())
@settings(max_examples=40, deadline=None)
def test_survivors_never_take_a_share_beyond_its_due_and_none_is_used_twice(
    factors: list[dict[str, float]], count: int, data: st.DataObject
) -> None:
    plan = quotas(factors)
    survivors = data.draw(st.lists(st.sampled_from(plan.cells), max_size=2 * count))
    table = fitted(plan, count, survivors)
    assert len(table.places) == count == len(table.filled) + len(table.open)
    assert not Counter(table.filled) - Counter(survivors)
    assert worst(plan, table.places) <= 1
    again = fitted(plan, count, survivors, table.places)
    assert sorted(again.places) == sorted(table.places), "nothing better is found a second time"


def test_a_longer_drawing_begins_like_a_shorter_one() -> None:
    plan = quotas([{"a": 0.3, "b": 0.7}, {"x": 0.2, "y": 0.5, "z": 0.3}])
    assert drawn(plan, 60)[:25] == drawn(plan, 25)


def test_a_share_of_zero_is_never_drawn() -> None:
    assert {cell[0] for cell in drawn(quotas([{"a": 1.0}]), 20)} == {"a"}


def test_survivors_of_one_stratum_are_not_taken_for_another() -> None:
    table = fitted(quotas(HALVES), 20, [("a", "x")] * 30)
    assert Counter(table.filled) == {("a", "x"): 6}
    assert Counter(cell[0] for cell in table.places) in ({"a": 10, "b": 10}, {"a": 11, "b": 9}, {"a": 9, "b": 11})


def test_a_place_is_moved_to_where_something_has_survived_as_long_as_no_share_suffers() -> None:
    before = [("a", "x"), ("b", "y")]
    table = fitted(quotas(HALVES), 2, [("a", "y"), ("b", "x")], before)
    assert sorted(table.filled) == [("a", "y"), ("b", "x")] and table.open == []


def test_nothing_is_placed_in_a_closed_stratum_beyond_what_survived() -> None:
    plan = quotas(HALVES).closing(lambda cell: cell == ("a", "y"), {("a", "y"): 0.1})
    table = fitted(plan, 20, [("a", "y")] * 2, [("a", "y")] * 5)
    assert Counter(table.places)["a", "y"] == 2 and ("a", "y") not in table.open


def test_when_nothing_more_can_be_had_survivors_fill_the_target_anyhow() -> None:
    table = fitted(quotas(HALVES), 8, [("a", "x")] * 6 + [("b", "y")])
    assert Counter(table.filled_anyhow()) == {("a", "x"): 6, ("b", "y"): 1}
    assert len(fitted(quotas(HALVES), 4, [("a", "x")] * 9).filled_anyhow()) == 4


def test_no_quota_is_an_empty_table() -> None:
    assert fitted(Quotas((), ()), 5) == Table(Quotas((), ()), 5)
