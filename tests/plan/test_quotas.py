"""Quotas: every prefix of a drawing keeps every declared share."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.plan.quotas import draw, scaled

shares = st.dictionaries(st.sampled_from("abcde"), st.floats(0.05, 1.0), min_size=1, max_size=4)


@given(st.lists(shares, min_size=1, max_size=4), st.integers(1, 120))
@settings(max_examples=60, deadline=None)
def test_every_marginal_is_within_about_one_of_its_share(factors: list[dict[str, float]], count: int) -> None:
    cells = draw(factors, count)
    assert len(cells) == count
    for i, factor in enumerate(factors):
        counts = Counter(cell[i] for cell in cells)
        for name, share in scaled(factor).items():
            assert abs(counts[name] - share * count) <= 1.5


def test_a_later_wave_makes_up_for_what_an_earlier_one_lost() -> None:
    kept = {("easy",): 10, ("hard",): 0}
    second = Counter(draw([{"easy": 0.5, "hard": 0.5}], 10, kept))
    assert second == {("hard",): 10}


def test_a_share_of_zero_is_never_drawn() -> None:
    assert {cell[0] for cell in draw([{"a": 1.0, "b": 0.0}], 20)} == {"a"}


def test_drawing_is_a_function_of_its_arguments() -> None:
    factors = [{"a": 0.3, "b": 0.7}, {"x": 0.5, "y": 0.5}]
    assert draw(factors, 50) == draw(factors, 50)


def test_what_is_not_possible_is_never_drawn_and_the_margins_are_kept_by_the_others() -> None:
    factors = [{"a": 0.5, "b": 0.5}, {"x": 0.75, "y": 0.25}]
    cells = Counter(draw(factors, 40, possible=lambda cell: cell != ("a", "y")))
    assert cells["a", "y"] == 0
    assert 9 <= cells["b", "y"] <= 10 and 19 <= cells["a", "x"] <= 20
    assert draw(factors, 5, possible=lambda cell: False) == []
