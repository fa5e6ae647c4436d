"""The queue: who is admitted when, what becomes of failures, and how it stops. Time is simulated throughout."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.errors import OutOfBudget, RowError, StageError
from synthforge.money.budget import Budget
from synthforge.records import Usage
from synthforge.teacher.admission import Admission
from synthforge.teacher.breaker import Patience
from synthforge.teacher.rates import Rates
from tests.support.quota import Window
from tests.support.simulated import run
from tests.teacher.servers import COST, WORST, Closed, Server, ask, ask_all


def now() -> float:
    return asyncio.get_running_loop().time()


async def outcomes(*asking: Coroutine[Any, Any, None]) -> list[BaseException | None]:
    return await asyncio.gather(*asking, return_exceptions=True)


# Every request is answered, and nothing is asked more often than it must be


@pytest.mark.parametrize("seed", range(5))
def test_as_many_requests_as_there_are_faults_and_not_one_more(seed: int) -> None:
    server = Server(rates={"429": 0.1, "500": 0.05, "cut": 0.1}, seed=seed)
    took = run(ask_all(server, Admission(100, seed=seed), 1000))
    faults = server.answers["429"] + server.answers["500"] + server.answers["cut"]
    assert server.answers["ok"] == 1000
    assert server.requests == 1000 + faults
    assert took <= 10


@pytest.mark.parametrize("start", [0.0, 1e6], ids=["at zero", "at any hour"])
def test_equal_seeds_make_equal_runs(start: float) -> None:
    def starts(at: float) -> list[float]:
        server = Server(rates={"429": 0.1, "500": 0.1}, seed=2)
        run(ask_all(server, Admission(10, rates=Rates(requests=2000), seed=7), 300), at)
        return [start - at for start in server.starts]

    assert starts(start) == pytest.approx(starts(0.0))


def test_backoff_takes_no_slot() -> None:
    """While one request waits out its Retry-After, others use its place."""
    server = Server(rates={"500": 0.5}, seed=3)
    patience = Patience(backoff=60.0, longest_backoff=60.0, attempts=50)
    admission = Admission(2, patience=patience)

    async def main() -> float:
        first = [asyncio.ensure_future(ask(server, admission)) for _ in range(40)]
        while server.requests < 40:
            await asyncio.sleep(0.1)
        reached = now()
        await asyncio.gather(*first)
        return reached

    assert run(main()) == pytest.approx(40 * 0.2 / 2, abs=0.3)


def test_first_ready_first_admitted_retries_included() -> None:
    """A retry queues behind those that were ready before it, and before those that came later."""
    order: list[str] = []
    admission = Admission(1, patience=Patience(backoff=0.5))

    async def one(name: str, after: float, fails: bool = False) -> None:
        await asyncio.sleep(after)
        async for turn in admission.turns(WORST):
            async with turn:
                order.append(name)
                await asyncio.sleep(1.0)
                if fails:
                    fails = False
                    turn.failed("500")
                else:
                    turn.settle(COST)

    async def main() -> None:
        await asyncio.gather(one("fails", 0.0, True), one("early", 0.1), one("late", 2.5), one("later", 2.6))

    run(main())
    assert order == ["fails", "early", "fails", "late", "later"]


def test_whoever_is_ready_goes_before_a_retry_that_still_waits() -> None:
    server = Server(rates={"500": 1.0})
    admission = Admission(1, patience=Patience(backoff=60.0, longest_backoff=60.0))

    async def main() -> float:
        failing = asyncio.ensure_future(ask(server, admission))
        await asyncio.sleep(1.0)
        server.rates = {}
        await ask(server, admission)
        passed = now()
        await failing
        return passed

    assert run(main()) == pytest.approx(1.2)


def test_a_server_that_answers_is_not_left_alone_for_longer_and_longer() -> None:
    """Useless replies are asked again at once, and end a row of failures."""
    fates = iter(["500", "500", "500", "cut", "500", "ok"])
    admission = Admission(1, patience=Patience(backoff=1.0))
    asked: list[float] = []

    async def main() -> None:
        async for turn in admission.turns(WORST):
            async with turn:
                asked.append(now())
                match next(fates):
                    case "500":
                        turn.failed("500")
                    case "cut":
                        turn.unusable("JSON breaks off", COST)
                    case _:
                        turn.settle(COST)

    run(main())
    waits = [late - early for early, late in itertools.pairwise(asked)]
    assert waits[3] == 0
    assert [0.5 <= waits[0] <= 1, 1 <= waits[1] <= 2, 2 <= waits[2] <= 4, 0.5 <= waits[4] <= 1] == [True] * 4


def test_many_new_requests_do_not_starve_a_retry() -> None:
    admission = Admission(1, patience=Patience(backoff=1.0))
    server = Server(latency=lambda rng: 0.1)

    async def flood() -> None:
        for _ in range(500):
            asking.append(asyncio.ensure_future(ask(server, admission)))
            await asyncio.sleep(0.1)

    async def main() -> float:
        async for turn in admission.turns(WORST):
            async with turn:
                if now() == 0.0:
                    turn.failed("500")
                    asking.append(asyncio.ensure_future(flood()))
                else:
                    turn.settle(COST)
        retried = now()
        await asking[0]
        await asyncio.gather(*asking)
        return retried

    asking: list[asyncio.Future[None]] = []
    assert run(main()) < 2.0


# Published limits


def test_requests_a_minute_are_kept() -> None:
    server = Server(latency=lambda rng: 0.01)
    run(ask_all(server, Admission(100, rates=Rates(requests=600)), 200))
    assert all(late - early >= 1.0 - 1e-6 for early, late in zip(server.starts, server.starts[20:], strict=False))
    assert server.starts[-1] == pytest.approx(19.0, abs=0.2)  # ten at once, ten a second after


def test_output_tokens_are_reserved_at_their_worst_and_given_back() -> None:
    """Twenty worst cases of 100 fill the bucket of 2,000; at 20 tokens used, 100 requests a minute go on from there."""
    server = Server()
    rates = Rates(output_tokens=2000)
    run(ask_all(server, Admission(100, rates=rates), 120))
    assert sum(start == 0.0 for start in server.starts) == 20
    assert server.starts[-1] == pytest.approx((120 * 20 - 2000) / 2000 * 60, rel=0.25)


def test_a_request_larger_than_a_minute_goes_when_the_bucket_is_full() -> None:
    server = Server()
    admission = Admission(10, rates=Rates(input_tokens=60))
    took = run(ask_all(server, admission, 2))
    assert took == pytest.approx(100.2)  # the first leaves a debt of 40, the second waits until 60 are there


# Patience


def test_a_request_that_keeps_failing_is_given_up_while_others_succeed() -> None:
    server = Server()
    admission = Admission(5, patience=Patience(attempts=3))

    async def hopeless() -> None:
        async for turn in admission.turns(WORST):
            async with turn:
                await asyncio.sleep(0.1)
                turn.failed("500 this one breaks me")

    async def main() -> list[BaseException | None]:
        return await outcomes(hopeless(), *(ask(server, admission) for _ in range(50)))

    first, *others = run(main())
    assert isinstance(first, RowError) and first.code == "reply.gave_up"
    assert str(first) == "reply.gave_up: no usable reply in 3 attempts; the last: 500 this one breaks me"
    assert others == [None] * 50


def test_being_refused_for_load_is_not_a_failed_attempt() -> None:
    server = Server(rates={"429": 0.6}, retry_after=0.1)
    run(ask_all(server, Admission(10, patience=Patience(attempts=2)), 50))
    assert server.answers["ok"] == 50


def test_an_outage_is_waited_out_with_one_probe_at_a_time() -> None:
    server = Server(down=(1.0, 30.0))
    run(ask_all(server, Admission(20), 500))
    assert server.answers["ok"] == 500
    during = [start for start in server.starts if 2.0 < start < 30.0]
    assert 3 <= len(during) <= 10
    assert server.answers["500"] <= 20 + 20 + 10


@pytest.mark.parametrize("count", [10, 500])
def test_a_server_that_stays_down_stops_the_run_with_its_words(count: int) -> None:
    server = Server(down=(0.0, 1e9))

    async def main() -> tuple[list[BaseException | None], float]:
        return await outcomes(*(ask(server, admission) for _ in range(count))), now()

    admission = Admission(100, patience=Patience(failures=20, seconds=60))
    errors, took = run(main())
    assert {type(error) for error in errors} == {StageError}
    assert "requests in a row failed" in str(errors[0]) and "500 went wrong" in str(errors[0])
    assert "run again" in str(errors[0])
    assert 60 <= took <= 300
    assert server.requests <= 150
    assert server.in_flight == 0


def test_a_wait_that_the_server_asked_for_is_not_an_outage() -> None:
    """Twice in vain, longer than any patience with failures."""
    server = Server(limit=Closed(100.0), retry_after=45.0)
    run(ask_all(server, Admission(40), 60))
    assert server.answers["ok"] == 60
    assert min(start for start in server.starts if start > 46) > 90


def test_a_pause_of_hours_is_left_to_the_user() -> None:
    server = Server(limit=Window(1, 1e9), retry_after=7200.0)

    async def main() -> list[BaseException | None]:
        return await outcomes(*(ask(server, admission) for _ in range(5)))

    admission = Admission(1)
    errors = run(main())
    assert errors[0] is None
    assert "the server asks to be left alone for 7,200 s: 429 slow down" in str(errors[1])


# Stopping


def test_after_a_stop_what_is_in_flight_finishes_and_nothing_starts() -> None:
    server = Server(latency=lambda rng: 1.0)
    admission = Admission(10)

    async def main() -> list[BaseException | None]:
        asyncio.get_running_loop().call_later(2.5, admission.stop, "interrupted", "run the same command again")
        return await outcomes(*(ask(server, admission) for _ in range(100)))

    ended = run(main())
    assert sum(outcome is None for outcome in ended) == server.requests == 30
    assert {str(e) for e in ended if e is not None} == {"generate: interrupted\n  run the same command again"}
    assert admission.in_flight == 0


def test_after_a_stop_whoever_comes_is_turned_away() -> None:
    admission = Admission(10)
    admission.stop("interrupted", "run again")
    with pytest.raises(StageError, match="interrupted"):
        run(ask_all(Server(), admission, 1))


def test_a_cancelled_request_leaves_its_place() -> None:
    """In the queue or in flight: its slot and its money come back, those in flight at their worst."""
    server = Server(latency=lambda rng: 1.0)
    budget = Budget()
    admission = Admission(2, budget=budget)

    async def main() -> None:
        asking = [asyncio.ensure_future(ask(server, admission)) for _ in range(6)]
        await asyncio.sleep(0.5)
        asking[0].cancel()  # in flight
        asking[3].cancel()  # in the queue
        await asyncio.gather(*asking, return_exceptions=True)

    run(main())
    assert admission.in_flight == 0 and budget.idle
    assert budget.spent == pytest.approx(4 * COST.cost_usd + WORST.cost_usd)


def test_a_request_cancelled_as_it_is_admitted_costs_nothing() -> None:
    budget = Budget()
    admission = Admission(1, budget=budget)
    server = Server()

    async def main() -> None:
        async for turn in admission.turns(WORST):
            async with turn:
                second = asyncio.ensure_future(ask(server, admission))
                await asyncio.sleep(0.1)
                turn.settle(COST)  # which admits the second, whose task has not run yet
                second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        await ask(server, admission)

    run(main())
    assert admission.in_flight == 0 and budget.idle
    assert server.requests == 1
    assert budget.spent == pytest.approx(2 * COST.cost_usd)


def test_a_turn_that_ends_without_a_word_may_have_been_billed() -> None:
    budget = Budget()
    admission = Admission(1, budget=budget)

    async def broken() -> None:
        async for turn in admission.turns(WORST):
            async with turn:
                raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        run(broken())
    assert budget.spent == WORST.cost_usd and admission.in_flight == 0


def test_a_turn_ends_once() -> None:
    async def twice() -> None:
        async for turn in Admission(1).turns(WORST):
            async with turn:
                turn.settle(COST)
                turn.failed("after all")

    with pytest.raises(RuntimeError, match="a turn that is settled cannot become failed"):
        run(twice())


# Money


def test_the_budget_is_a_hard_stop_that_says_how_to_go_on() -> None:
    server = Server()
    budget = Budget(1.0)

    async def main() -> list[BaseException | None]:
        return await outcomes(*(ask(server, admission) for _ in range(1000)))

    admission = Admission(100, budget=budget)
    ended = run(main())
    answered = sum(outcome is None for outcome in ended)
    assert budget.spent == pytest.approx(answered * 0.004) and budget.spent <= 1.0
    assert budget.spent + 0.01 > 1.0  # all of it was used
    message = str(next(outcome for outcome in ended if outcome is not None))
    assert "the budget is used up: $0.99 of $1.00 spent, and the next request may cost $0.0100" in message
    assert "raise budget_usd and run again" in message


def test_a_resumed_run_goes_on_from_what_was_spent() -> None:
    budget = Budget(1.0, spent=0.995)
    with pytest.raises(StageError, match="used up"):
        run(ask_all(Server(), Admission(10, budget=budget), 1))


def test_two_teachers_share_a_budget_and_neither_waits_for_ever() -> None:
    budget = Budget(0.1)
    server = Server()

    async def main() -> list[BaseException | None]:
        teacher, judge = Admission(20, budget=budget), Admission(20, budget=budget)
        return await outcomes(*(ask(server, each) for each in (teacher, judge) for _ in range(40)))

    ended = run(main())
    assert 0.09 < budget.spent <= 0.1
    assert sum(outcome is None for outcome in ended) == server.requests


prices = st.tuples(st.floats(0, 0.5), st.floats(0, 1), st.floats(0.01, 3), st.sampled_from(["ok", "429", "500", "die"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(prices, min_size=1, max_size=40), st.floats(0.1, 3), st.integers(1, 10), st.integers(0, 3))
def test_the_budget_is_never_passed(
    requests: list[tuple[float, float, float, str]], limit: float, ceiling: int, seed: int
) -> None:
    """Any prices, durations and failures; at no moment is more spent and promised than there is."""
    budget = Budget(limit)
    admission = Admission(ceiling, budget=budget, seed=seed, patience=Patience(attempts=3))

    async def one(worst: float, share: float, seconds: float, fate: str) -> None:
        async for turn in admission.turns(Usage(cost_usd=worst)):
            async with turn:
                assert budget.spent + budget.reserved <= limit + 1e-9
                await asyncio.sleep(seconds)
                fate, met = "ok", fate
                match met:
                    case "ok":
                        turn.settle(Usage(cost_usd=worst * share))
                    case "429":
                        turn.overloaded("429", 1.0)
                    case "500":
                        turn.failed("500", Usage(cost_usd=worst * share))
                    case _:
                        raise TimeoutError

    async def main() -> list[BaseException | None]:
        return await outcomes(*(one(*request) for request in requests))

    ended = run(main())
    assert budget.spent <= limit + 1e-9
    assert budget.idle and admission.in_flight == 0
    assert {type(outcome) for outcome in ended} <= {type(None), OutOfBudget, StageError, TimeoutError}
