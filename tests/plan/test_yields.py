"""Yields: estimates drawn towards what is known more generally, and strata that are given up, the cause alone."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from synthforge.plan.quotas import Cell
from synthforge.plan.yields import EVERYTHING, FIRST_GUESS, LEAST, TRIES, Outcomes, Yields, hopeless, within

AX, AY, BX, BY = (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"))


def wave(**outcomes: tuple[int, int]) -> Outcomes:
    """By cell, how many were asked and how many survived."""
    cells = {tuple(name): each for name, each in outcomes.items()}
    return Outcomes(
        Counter({cell: asked for cell, (asked, _) in cells.items()}),
        Counter({cell: kept for cell, (_, kept) in cells.items()}),
    )


def test_before_anything_is_known_there_is_the_first_guess() -> None:
    assert Yields([])(AX) == FIRST_GUESS


def test_a_stratum_that_was_never_asked_is_judged_by_its_marginals() -> None:
    known = Yields([wave(ax=(200, 160), by=(200, 20))])
    assert known(AX) > known(AY) > known(BY)
    assert 0.75 < known(AX) < 0.82 and 0.08 < known(BY) < 0.14


def test_a_few_outcomes_move_an_estimate_a_little_and_many_decide_it() -> None:
    others = wave(bx=(200, 100), by=(200, 100))
    few, many = (Yields([others, wave(ax=(n, 0))])(AX) for n in (2, 500))
    assert 0.3 < few < 0.5 and many == LEAST


@given(st.lists(st.tuples(st.sampled_from([AX, AY, BX, BY]), st.integers(0, 60), st.integers(0, 60)), max_size=12))
def test_an_estimate_is_a_share_whatever_happened(said: list[tuple[Cell, int, int]]) -> None:
    waves = [Outcomes(Counter({cell: a + k}), Counter({cell: k})) for cell, a, k in said]
    assert all(LEAST <= Yields(waves)(cell) <= 1 for cell in (AX, AY, BX, BY))
    given_up = hopeless(waves)
    assert all(not within(one, other) for one in given_up for other in given_up if one != other)


def test_what_gives_nothing_is_given_up_after_enough_tries_and_not_before() -> None:
    alive = {"bx": (30, 10), "by": (30, 10), "ax": (30, 10)}
    assert hopeless([wave(ay=(TRIES - 1, 0), **alive)]) == []
    assert hopeless([wave(ay=(TRIES, 0), **alive)]) == [((0, 1), AY)]
    assert hopeless([wave(ay=(TRIES // 2, 0), **alive)] * 2) == [((0, 1), AY)]


def test_a_survivor_starts_the_count_again() -> None:
    alive = {"bx": (30, 10), "ax": (30, 10)}
    waves = [wave(ay=(TRIES - 1, 0), **alive), wave(ay=(9, 1), **alive), wave(ay=(TRIES - 1, 0), **alive)]
    assert hopeless(waves) == []


def test_the_widest_stratum_is_given_up_and_none_within_it() -> None:
    assert hopeless([wave(ax=(60, 0), ay=(60, 0), bx=(60, 20), by=(60, 20))]) == [((0,), ("a",))]
    assert hopeless([wave(ax=(60, 0), by=(60, 0))]) == [EVERYTHING]


def test_a_marginal_is_not_blamed_for_one_of_its_crossings() -> None:
    """Of z nothing survives; then something does, and it is its crossing with y that gives nothing."""
    cells = {("a", "x", "z"): (20, 0), ("a", "y", "z"): (60, 0), ("a", "x", "w"): (60, 30), ("a", "y", "w"): (60, 30)}
    asked = Outcomes(Counter({c: n for c, (n, _) in cells.items()}), Counter({c: k for c, (_, k) in cells.items()}))
    assert hopeless([asked]) == [((2,), ("z",))]
    less = Outcomes(asked.asked, asked.kept + Counter({("a", "x", "z"): 3}))
    assert hopeless([less]) == [((1, 2), ("y", "z"))]


def test_within() -> None:
    assert within(((0, 1), AX), ((1,), ("x",))) and within(((0, 1), AX), EVERYTHING)
    assert not within(((0, 1), AX), ((1,), ("y",))) and not within(((1,), ("x",)), ((0, 1), AX))
