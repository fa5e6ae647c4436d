"""The batch runner against both batch protocols of the loopback server: the same examples as local, paid for once.

Counts are exact: what was handed in, how each attempt ended, what it cost. No test measures time.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synthforge.context import Desk, Run
from synthforge.errors import StageError
from synthforge.money.budget import Budget
from synthforge.pipeline.generate import generate
from synthforge.records import Example, Usage
from synthforge.runners import Batch, Local, Runner
from synthforge.store import Ledger, Store
from synthforge.teacher import batches as limits
from synthforge.teacher.chat import Chat
from synthforge.templates import CitedAnswer, SimulatedDialogue, Template
from tests import rooms
from tests.support.llm_server import Running, running
from tests.teacher.asking import PROTOCOLS, QUOTING, RATE, At, claude, fates, openai, orders, rows

BATCH = Batch(poll_seconds=0.02)


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def server(process: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Quick and without faults, until a test says otherwise."""
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "key")
    process.renew(answers=QUOTING, batch_seconds=0.05)
    return process


def desk(run: Run, limit: float | None = None, said: list[str] | None = None) -> Desk:
    """A page for this run's money, as if it had just begun."""
    say = said.append if said is not None else print
    return Desk(Ledger(run.store, "acme", "round-1"), Budget(limit, run.store.spent("acme")), run.prices, say)


def written(
    teacher: Chat, count: int, run: Run, at: Desk | None = None, runner: Runner = BATCH, template: Template | None = None,
    **changes: object,
) -> list[Example]:  # fmt: skip
    templates = {"task": template or CitedAnswer()}
    return generate(orders(count, **changes), templates, teacher, run, runner=runner, desk=at or desk(run))


def content(examples: list[Example]) -> list[dict[str, Any]]:
    """All of each example but what was paid for it."""
    return [example.model_dump(mode="json", exclude={"usage"}) for example in examples]


def stats(server: Running, *names: str) -> list[object]:
    found = server.stats()
    return [found[name] for name in names]


def batches(run: Run) -> list[tuple[str, bool]]:
    """What the provider calls each batch, and whether it was collected."""
    found = run.store._db.execute("SELECT provider, ended IS NOT NULL FROM batches ORDER BY begun")
    return [(provider, bool(ended)) for provider, ended in found]


# The same as local, at half the price


@PROTOCOLS
def test_the_examples_are_those_of_local_at_half_the_price(at: At, server: Running, tmp_path: Path) -> None:
    local = written(at(server.url), 20, rooms.run(tmp_path / "local"), runner=Local())
    server.forget()
    run = rooms.run(tmp_path / "batch")
    examples = written(at(server.url), 20, run)
    assert content(examples) == content(local)
    assert stats(server, "requests", "batches", "batched", "repeated") == [0, 1, 20, 0]
    assert run.store.spent("acme") == pytest.approx(sum(e.usage.cost_usd for e in local) / 2)
    assert sum(e.usage.cost_usd for e in examples) == pytest.approx(run.store.spent("acme"))


@PROTOCOLS
def test_conversations_are_advanced_together(at: At, server: Running, tmp_path: Path) -> None:
    """As many batches as turns have the longest of them, not as many as conversations."""
    talk = SimulatedDialogue(seeds=("A spill at the dock.",))
    changes = {"turns": 2, "moves": ("ask", "follow_up")}
    run = rooms.run(tmp_path / "batch")
    examples = written(at(server.url), 6, run, template=talk, **changes)
    in_batches = stats(server, "batches", "batched")
    local = written(at(server.url), 6, rooms.run(tmp_path / "local"), runner=Local(), template=talk, **changes)
    assert content(examples) == content(local)
    longest = max(len(example.replies) for example in examples)
    asked = len({key for example in examples for key in example.replies})
    assert longest > 1 and in_batches == [longest, asked]


@PROTOCOLS
def test_either_runner_goes_on_where_the_other_stopped(at: At, server: Running, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    first = written(at(server.url), 5, run, runner=Local())
    both = written(at(server.url), 10, run)
    assert stats(server, "requests", "batched") == [5, 5]
    assert content(first) == [each for each in content(both) if each in content(first)]
    assert content(written(at(server.url), 12, run, runner=Local())[:0]) == []
    assert stats(server, "requests", "batched", "repeated") == [7, 5, 0]


def test_no_client_is_made_when_all_is_stored(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = rooms.run(tmp_path)
    written(openai(server.url, api_key_env="OPENAI_API_KEY"), 5, run)
    monkeypatch.delenv("OPENAI_API_KEY")
    page = desk(run)
    written(openai(server.url, api_key_env="OPENAI_API_KEY"), 5, run, page)
    assert page.ledger.asked == 0


# What goes wrong with single requests


@PROTOCOLS
def test_what_failed_is_asked_again_exactly(at: At, server: Running, tmp_path: Path) -> None:
    """Errored, expired, cut and misshapen replies go into the next batch, and nothing else does."""
    server.set(rate500=0.15, stall=0.15, cut=0.15, schema=0.1, seed=3)
    run, page = rooms.run(tmp_path), None
    page = desk(run)
    assert fates(written(at(server.url, attempts=20), 40, run, page)) == ["kept"] * 40
    faults = sum(server.stats()["faults"].values())  # type: ignore[union-attr,arg-type]
    assert stats(server, "requests", "batched", "good", "repeated") == [0, 40 + faults, 40, 0]
    assert page.ledger.endings["reply"] == 40 and page.ledger.asked == 40 + faults
    used = page.ledger.usage
    assert stats(server, "input_tokens", "output_tokens") == [used.input_tokens, used.output_tokens]
    assert run.store.spent("acme") == pytest.approx(used.cost_usd)


@PROTOCOLS
def test_a_request_is_given_up_after_so_many_attempts(at: At, server: Running, tmp_path: Path) -> None:
    server.set(cut=1.0)
    [example] = written(at(server.url, attempts=3), 1, rooms.run(tmp_path))
    assert example.cause is not None and example.cause.code == "reply.gave_up"
    assert "no usable reply in 3 attempts; the last: the reply breaks off" in example.cause.reason
    assert stats(server, "batches", "batched") == [3, 3]


@PROTOCOLS
def test_what_the_model_declines_is_final(at: At, server: Running, tmp_path: Path) -> None:
    server.set(declined=1.0)
    run = rooms.run(tmp_path)
    assert fates(written(at(server.url), 3, run)) == ["reply.refused"] * 3
    server.set(declined=0.0)
    assert fates(written(at(server.url), 3, run)) == ["reply.refused"] * 3
    assert stats(server, "batches", "batched") == [1, 3]


def test_requests_that_the_provider_will_not_take_are_not_asked_again(server: Running, tmp_path: Path) -> None:
    server.set(context=1)
    run = rooms.run(tmp_path)
    assert fates(written(claude(server.url), 3, run)) == ["request.refused"] * 3
    assert stats(server, "batched") == [3] and {ending for _, ending, _ in rows(run)} == {"refused"}
    with pytest.raises(StageError, match="every request of batch msgbatch_2 was refused: .*prompt is too long"):
        written(claude(server.url), 6, rooms.run(tmp_path / "more"))


# Money


@PROTOCOLS
def test_a_batch_is_cut_to_what_the_budget_has_room_for(at: At, server: Running, tmp_path: Path) -> None:
    """Replies cost less than their worst, so that the rest goes out when the first are settled."""
    run = rooms.run(tmp_path)
    written(at(server.url), 1, run)
    (_, _, cost), worst = rows(run)[0], _worst(at(server.url), run)
    limit = 11 * cost + 3 * worst
    server.forget()
    examples = written(at(server.url), 10, run, desk(run, limit))
    assert fates(examples) == ["kept"] * 10
    sizes = [len(attempts) for attempts in _sizes(run)]
    assert len(sizes) > 2 and all(size <= 5 for size in sizes)
    assert run.store.spent("acme") <= limit


@PROTOCOLS
def test_the_budget_is_never_passed_and_the_rest_can_be_bought_later(at: At, server: Running, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    written(at(server.url), 1, run)
    (_, _, cost), worst = rows(run)[0], _worst(at(server.url), run)
    limit = 4 * cost + worst
    examples = written(at(server.url), 10, run, desk(run, limit))
    ends = fates(examples)
    assert set(ends) == {"kept", "budget.spent"}
    assert run.store.spent("acme") <= limit < run.store.spent("acme") + worst
    said = next(e.cause.reason for e in examples if e.cause)
    assert said.startswith("the budget is used up: $")
    bought = ends.count("kept")
    server.forget()
    assert fates(written(at(server.url), 10, run, desk(run, 100.0))) == ["kept"] * 10
    assert stats(server, "batched") == [10 - bought]


def _worst(teacher: Chat, run: Run) -> float:
    """What one request may cost: what the store held of it while it was under way."""
    from synthforge.pipeline.generate import request
    from synthforge.teacher.chat import at_worst

    api = teacher.api("key")
    call = api.call(request(orders(1)[0], CitedAnswer(), run))
    return at_worst(RATE, call.worst, batch=True).cost_usd


def _sizes(run: Run) -> list[dict[str, int]]:
    import json

    return [json.loads(attempts) for (attempts,) in run.store._db.execute("SELECT attempts FROM batches")]


@PROTOCOLS
def test_batches_stay_within_the_limits(
    at: At, server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_REQUESTS", 4)
    assert fates(written(at(server.url), 10, rooms.run(tmp_path / "requests"))) == ["kept"] * 10
    assert stats(server, "batches", "batched") == [3, 10]
    server.forget()
    monkeypatch.setattr(limits, "MOST_BYTES", 1)
    assert fates(written(at(server.url), 3, rooms.run(tmp_path / "bytes"))) == ["kept"] * 3
    assert stats(server, "batches", "batched") == [3, 3]


# Before anything is handed in


def test_key_model_and_server_are_looked_at_first(server: Running, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    server.set(keys="another")
    with pytest.raises(StageError, match="the API key in .* is refused"):
        written(openai(server.url), 2, run)
    server.set(keys="")
    with pytest.raises(StageError, match="there is no model 'smal-model'; did you mean small-model"):
        written(claude(server.url, model="smal-model"), 2, run)
    assert rows(run) == [] and batches(run) == []


# Restarts

SCRIPT = """
    import sys
    from pathlib import Path
    from tests.runners.test_batch import Batch, desk, rooms, written
    from tests.teacher.asking import claude, openai

    protocol, url, folder, count = sys.argv[1:]
    run = rooms.run(Path(folder))
    written({"openai": openai, "claude": claude}[protocol](url), int(count), run, runner=Batch(poll_seconds=0.02))
"""


def start(at: At, server: Running, folder: Path, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), at.__name__, server.url, str(folder), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until(true: Any) -> None:
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")


def handed_in(folder: Path) -> Store:
    """The store, once a batch has its name."""
    path = folder / "cache" / "store.sqlite"
    until(path.exists)
    store = Store(path)
    until(store.batch_names)
    return store


@PROTOCOLS
def test_a_kill_while_polling_costs_nothing(at: At, server: Running, tmp_path: Path) -> None:
    server.set(batch_seconds=3600.0)
    first = start(at, server, tmp_path, 8)
    handed_in(tmp_path)
    first.kill()
    first.wait()
    run = rooms.run(tmp_path)
    assert len(rows(run)) == 8
    _age(server)
    assert fates(written(at(server.url), 10, run)) == ["kept"] * 10
    assert stats(server, "batches", "batched", "repeated") == [2, 10, 0]
    assert all(collected for _, collected in batches(run))
