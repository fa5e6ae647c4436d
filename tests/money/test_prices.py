import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.money.prices import Long, Price, Prices
from synthforge.records import Usage

MILLION = 1_000_000
PRICE = Price(input=2, output=10, cache_read=0.1, cache_write=2.5)
LONG = PRICE.model_copy(update={"long": Long(above=MILLION, input=2, output=1.5)})


def usage(prompt: int = 0, reply: int = 0, read: int = 0, write: int = 0) -> Usage:
    return Usage(input_tokens=prompt, output_tokens=reply, cache_read_tokens=read, cache_write_tokens=write)


def table(**models: Price) -> Prices:
    return Prices(as_of=datetime.date(2026, 1, 1), source="here", models=models)


def test_prices_are_per_million_tokens() -> None:
    assert PRICE.cost(usage(MILLION)) == 2
    assert PRICE.cost(usage(0, MILLION)) == 10
    assert PRICE.cost(usage(1000, 500)) == pytest.approx(0.007)


def test_what_the_cache_took_part_in_is_a_part_of_the_prompt_at_its_own_price() -> None:
    assert PRICE.cost(usage(MILLION, read=MILLION)) == pytest.approx(0.1)
    assert PRICE.cost(usage(MILLION, write=MILLION)) == 2.5
    assert PRICE.cost(usage(4 * MILLION, read=MILLION, write=MILLION)) == pytest.approx(2 * 2 + 0.1 + 2.5)


def test_without_prices_of_its_own_the_cache_costs_what_the_prompt_does() -> None:
    plain = Price(input=2, output=10)
    assert plain.cost(usage(3 * MILLION, read=MILLION, write=MILLION)) == plain.cost(usage(3 * MILLION)) == 6
    free = Price(input=2, output=10, cache_read=0)
    assert free.cost(usage(MILLION, read=MILLION)) == 0


def test_a_batch_is_at_half_price_unless_the_table_says_another() -> None:
    assert PRICE.cost(usage(MILLION, MILLION), batch=True) == 6
    assert PRICE.model_copy(update={"batch": 1.0}).cost(usage(MILLION, MILLION), batch=True) == 12


def test_a_long_prompt_makes_the_whole_request_dearer() -> None:
    assert LONG.cost(usage(MILLION, 1000)) == PRICE.cost(usage(MILLION, 1000))
    over = usage(MILLION + 1, MILLION, read=MILLION)
    assert LONG.cost(over) == pytest.approx((0.1 + 0.000002) * 2 + 10 * 1.5)
    assert LONG.cost(usage(1000, 2 * MILLION)) == 20.002  # a long reply is no long prompt


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7), st.booleans())
def test_a_request_of_which_nothing_was_cached_before_costs_no_less(
    plain: int, read: int, write: int, reply: int, batch: bool
) -> None:
    """What a reservation relies on: everything written to the cache and nothing read from it is the worst."""
    prompt = plain + read + write
    for price in (PRICE, LONG):
        said = price.cost(usage(prompt, reply, read, write), batch)
        assert 0 <= said <= price.cost(usage(prompt, reply, write=prompt), batch) * (1 + 1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "claude-x-5",
        "anthropic/claude-x-5",
        "openrouter/anthropic/claude-x-5",
        "claude-x-5-20260101",
        "claude-x-5-2026-01-01",
        "anthropic/claude-x-5-20260101",
    ],
)
def test_a_model_is_found_with_its_provider_or_its_date(name: str) -> None:
    assert table(**{"claude-x-5": PRICE}).of(name) == PRICE


@pytest.mark.parametrize("name", ["claude-x", "claude-x-5-5", "claude-x-5-mini", "x-claude-x-5", "claude-x-5-2026", ""])
def test_a_model_of_another_name_has_no_price(name: str) -> None:
    assert table(**{"claude-x-5": PRICE}).of(name) is None


def test_the_name_as_it_is_comes_first() -> None:
    dated, gateway = Price(input=7, output=7), Price(input=8, output=8)
    prices = table(**{"x": PRICE, "x-20260101": dated, "gateway/x": gateway})
    assert prices.of("x-20260101") == dated
    assert prices.of("gateway/x") == gateway
    assert prices.of("gateway/x-20260101") == dated


@pytest.mark.parametrize("value", [-0.1, float("inf"), float("nan")])
def test_a_price_is_a_number_of_dollars(value: float) -> None:
    with pytest.raises(ValidationError):
        Price(input=value, output=1)


def test_the_packaged_table_is_dated_and_every_price_in_it_is_plausible() -> None:
    prices = load("quickstart").recipe.prices
    assert prices.as_of >= datetime.date(2026, 10, 16)
    assert prices.of("anthropic/claude-opus-5-5") is not None
    for name, price in prices.models.items():
        assert name.startswith(("claude-", "gpt-"))
        read, write = price.cache_read or 0, price.cache_write or 0
        assert 0 < read < price.input < write < price.output and price.batch == 0.5
        assert price.long is None or price.long.above >= 100_000


def test_a_recipe_corrects_and_adds_a_price_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme.yaml").write_text(
        "# @package _global_\n# ?\ndefaults:\n  - _self_\nsources: {a: {path: x}}\norders: 1\nbudget_usd: 20\n"
        "prices: {models: {our-70b: {input: 0.3, output: 0.9}, gpt-6.2-sol: {input: 3}}}\n"
    )
    monkeypatch.chdir(tmp_path)
    recipe = load("acme.yaml").recipe
    assert recipe.budget_usd == 20
    assert recipe.prices.of("our-70b") == Price(input=0.3, output=0.9)
    corrected = recipe.prices.of("gpt-6.2-sol")
    assert corrected is not None and (corrected.input, corrected.output) == (3, 10)
    assert recipe.prices.of("claude-opus-5-5") == load("quickstart").recipe.prices.of("claude-opus-5-5")


@pytest.mark.parametrize(
    ("override", "key", "reason"),
    [
        ("budget_usd=0", "budget_usd", "should be greater than 0 (got 0)"),
        ("budget_usd=inf", "budget_usd", "should be a finite number"),
        ("prices.models.x={input: -1, output: 1}", "prices.models.x.input", "greater than or equal to 0 (got -1)"),
        ("prices.models.claude-opus-5-5.cached=1", "prices.models.claude-opus-5-5.cached", "unknown key"),
        ("prices.as_of=soon", "prices.as_of", "date"),
        ("prices=lst", "prices", "did you mean"),
    ],
)
def test_a_faulty_price_is_told_by_its_key(override: str, key: str, reason: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load("quickstart", [override])
    (finding,) = caught.value.findings
    assert finding.key == key and reason in finding.reason
    assert override in (finding.place or "")


def test_a_price_names_both_directions() -> None:
    with pytest.raises(RecipeError) as caught:
        load("quickstart", ["prices.models.x.input=1"])
    (finding,) = caught.value.findings
    assert (finding.key, finding.reason[:11]) == ("prices.models.x.output", "must be set")
