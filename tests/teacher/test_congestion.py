"""Adaptive concurrency against servers of every kind, in simulated time: it finds their limits and never collapses."""

import random

import pytest

from synthforge.teacher.admission import Admission
from tests.support.quota import Bucket, Window
from tests.support.simulated import run
from tests.teacher.servers import Closed, Server, ask_all


def uneven(rng: random.Random) -> float:
    return rng.uniform(0.5, 3.5)


def asked(server: Server, count: int = 1000, ceiling: int = 100, floor: int = 1) -> float:
    """Seconds to have `count` requests answered well."""
    took = run(ask_all(server, Admission(ceiling, floor=floor, seed=server.seed), count))
    assert server.answers["ok"] == count
    return took


def test_a_server_without_limits_is_used_to_the_full() -> None:
    server = Server()
    assert asked(server) == pytest.approx(2.0)
    assert (server.requests, server.most) == (1000, 100)


@pytest.mark.parametrize("refusal", [0.0, 0.2], ids=["quick refusals", "slow refusals"])
@pytest.mark.parametrize("kind", [Bucket(50, 50), Window(50)], ids=["bucket", "window"])
def test_a_limit_of_requests_a_second_is_found(kind: Bucket | Window, refusal: float) -> None:
    limit = Bucket(50, 50) if isinstance(kind, Bucket) else Window(50)
    server = Server(limit=limit, refusal=refusal)
    assert asked(server) <= 25
    assert server.requests <= 1150


@pytest.mark.parametrize("seed", range(3))
def test_refusals_that_come_at_any_load_do_not_slow_it_down(seed: int) -> None:
    """The failure of AIMD: every tenth answer is a 429, and the limit falls until a few rows a second come through."""
    server = Server(rates={"429": 0.1}, seed=seed)
    took = asked(server, 5000)
    assert 5000 / took > 200  # ideal 450; AIMD: 3.5


@pytest.mark.parametrize("seed", range(8))
def test_a_few_at_a_time_do_not_take_bad_luck_for_a_limit(seed: int) -> None:
    server = Server(rates={"429": 0.1}, seed=seed)
    assert asked(server, 1000, ceiling=8) < 3.5 * 1000 * 0.2 / 8 / 0.9


def test_what_was_borne_is_forgotten_when_it_is_gone() -> None:
    """One in ten at any load, then none, then a real limit: that one is kept."""
    server = Server(rates={"429": 0.1})
    admission = Admission(100)

    async def main() -> None:
        await ask_all(server, admission, 2000)
        server.rates = {}
        await ask_all(server, admission, 1000)
        server.limit = Window(400)
        server.answers.clear()
        await ask_all(server, admission, 5000)

    run(main())
    assert server.answers["429"] < 500


@pytest.mark.parametrize("seed", range(3))
def test_rare_refusals_cost_next_to_nothing(seed: int) -> None:
    server = Server(rates={"429": 0.02}, seed=seed)
    assert asked(server, 5000) < 1.25 * 10


@pytest.mark.parametrize("capacity", [3, 20])
def test_a_server_that_holds_few_at_once_is_kept_busy_and_not_flooded(capacity: int) -> None:
    server = Server(capacity=capacity)
    took = asked(server, 100 * capacity)
    assert took <= 1.4 * 100 * 0.2
    assert server.answers["503"] <= 2 * 100


def test_an_overload_lowers_the_limit_once_for_all_that_was_in_flight() -> None:
    server = Server(capacity=50)
    admission = Admission(100)
    run(ask_all(server, admission, 100))
    assert 25 <= admission.congestion.limit <= 50  # fifty refusals, one decrease: not 100 x 0.75^50


def test_the_limit_recovers_when_the_server_does() -> None:
    server = Server(limit=Bucket(50, 50))
    admission = Admission(100)

    async def main() -> None:
        await ask_all(server, admission, 300)
        server.limit = None
        await ask_all(server, admission, 5_000)

    run(main())
    assert admission.congestion.limit == 100


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6])
def test_a_ceiling_of_one_never_stalls(rate: float) -> None:
    server = Server(rates={"429": rate}, retry_after=0.5)
    asked(server, 100, ceiling=1)
    assert server.most == 1


def test_the_floor_holds() -> None:
    server = Server(limit=Window(5))
    admission = Admission(50, floor=10)
    run(ask_all(server, admission, 100))
    assert admission.congestion.limit >= 10


def test_nobody_asks_before_retry_after_is_over_when_everyone_is_refused() -> None:
    server = Server(limit=Closed(2.0), retry_after=3.0)
    asked(server, 50, ceiling=10)
    assert server.starts[9] == 0.0
    assert server.starts[10] >= 3.0


def test_one_at_a_time_waits_for_retry_after_too() -> None:
    server = Server(limit=Window(2, 5.0), retry_after=5.0)
    asked(server, 6, ceiling=1)
    refused_at = server.starts[2]
    assert server.starts[3] >= refused_at + 5


def test_long_and_uneven_answers_find_their_limit_too() -> None:
    server = Server(latency=uneven, capacity=20)
    took = asked(server, 600)
    assert took < 1.5 * 600 * 2 / 20
