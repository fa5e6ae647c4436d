from hypothesis import given
from hypothesis import strategies as st

from synthforge.money.budget import Budget


def test_what_is_set_aside_counts_until_it_is_settled() -> None:
    budget = Budget(1.0, spent=0.2)
    assert budget.fits(0.8) and not budget.fits(0.81)
    budget.reserve(0.5)
    assert not budget.idle and budget.fits(0.3) and not budget.fits(0.31)
    budget.settle(0.5, 0.1)
    assert budget.idle and budget.fits(0.69) and str(budget) == "$0.30 of $1.00"


def test_without_a_limit_everything_fits() -> None:
    budget = Budget()
    budget.reserve(1e9)
    assert budget.fits(1e9) and str(budget) == "$0.00"


def test_a_settlement_is_told() -> None:
    told: list[float] = []
    budget = Budget(1.0)
    budget.when_freed(lambda: told.append(budget.spent))
    budget.reserve(0.5)
    budget.settle(0.5, 0.25)
    assert told == [0.25]


@given(st.lists(st.tuples(st.floats(0.001, 1), st.floats(0, 1), st.booleans()), max_size=40))
def test_whatever_fits_is_never_too_much(requests: list[tuple[float, float, bool]]) -> None:
    budget = Budget(3.0)
    open_: list[tuple[float, float]] = []
    for worst, share, finish in requests:
        if budget.fits(worst):
            budget.reserve(worst)
            open_.append((worst, worst * share))
        if finish and open_:
            budget.settle(*open_.pop(0))
        assert budget.spent + budget.reserved <= 3.0 + 1e-9
    for worst, actual in open_:
        budget.settle(worst, actual)
    assert budget.idle and budget.reserved == 0.0 and budget.spent <= 3.0 + 1e-9
