"""The batch runner against both batch protocols of the loopback server: the same examples as local, paid for once.

Counts are exact: what was handed in, how each attempt ended, what it cost. No test measures time.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from synthforge.compose import load
from synthforge.context import Desk, Run
from synthforge.errors import RecipeError, StageError
from synthforge.money.budget import Budget
from synthforge.pipeline.generate import generate, request
from synthforge.records import Example
from synthforge.runners import Batch, Local, Runner
from synthforge.store import Ledger
from synthforge.teacher import Embedded
from synthforge.teacher import batches as limits
from synthforge.teacher.chat import Chat, at_worst
from synthforge.templates import CitedAnswer, SimulatedDialogue, Template
from tests import rooms
from tests.conftest import Execute
from tests.support.batch import Batch as Served
from tests.support.http import Answer, Call, as_json
from tests.support.listening import First, Listening, listening
from tests.teacher.asking import PROTOCOLS, QUOTING, RATE, At, claude, fates, openai, orders, rows

BATCH = Batch(poll_seconds=0.02)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")


def serving(first: First = lambda call: None, **settings: object) -> AbstractContextManager[Listening]:
    """A server whose batches are quick, unless a test says otherwise."""
    return listening(first, **{"answers": QUOTING, "batch_seconds": 0.05, **settings})


def desk(run: Run, limit: float | None = None, say: Callable[[str], None] = print) -> Desk:
    """A page for this run's money, as if it had just begun."""
    return Desk(Ledger(run.store, "acme", "round-1"), Budget(limit, run.store.spent("acme")), run.prices, say)


def written(
    teacher: Chat, count: int, run: Run, at: Desk | None = None, runner: Runner = BATCH,
    template: Template | None = None, **changes: object,
) -> list[Example]:  # fmt: skip
    templates = {"task": template or CitedAnswer()}
    return generate(orders(count, **changes), templates, teacher, run, runner=runner, desk=at or desk(run))


def content(examples: list[Example]) -> list[dict[str, Any]]:
    """All of each example but what was paid for it."""
    return [example.model_dump(mode="json", exclude={"usage"}) for example in examples]


def sizes(run: Run) -> list[int]:
    """How many requests each batch held, in the order in which they were handed in."""
    found = run.store._db.execute("SELECT attempts FROM batches ORDER BY begun")
    return [len(json.loads(attempts)) for (attempts,) in found]


def all_collected(run: Run) -> bool:
    return run.store._db.execute("SELECT COUNT(*) FROM batches WHERE ended IS NULL").fetchone() == (0,)


def served(heard: Listening) -> list[Served]:
    server = heard.server
    return [*server._openai_batches._batches.values(), *server._anthropic_batches._batches.values()]


def finish(heard: Listening) -> None:
    """A day passes."""
    for batch in served(heard):
        batch.seconds = 0.0


def hands_in(call: Call) -> bool:
    return call.method == "POST" and call.path.endswith("/batches")


# The same as local, at half the price


@PROTOCOLS
def test_the_examples_are_those_of_local_at_half_the_price(at: At, tmp_path: Path) -> None:
    run = rooms.run(tmp_path / "batch")
    with serving() as heard:
        examples = written(at(heard.url), 20, run)
        stats = heard.stats
        assert (stats.requests, stats.batches, stats.batched) == (0, 1, 20)
        local = written(at(heard.url), 20, rooms.run(tmp_path / "local"), runner=Local())
    assert fates(examples) == ["kept"] * 20 and content(examples) == content(local)
    paid = sum(e.usage.cost_usd for e in examples)
    assert paid == pytest.approx(sum(e.usage.cost_usd for e in local) / 2) and paid > 0
    assert run.store.spent("acme") == pytest.approx(paid)


@PROTOCOLS
def test_conversations_are_advanced_together(at: At, tmp_path: Path) -> None:
    """There are as many batches as the longest conversation has turns, however many conversations there are."""
    talk, changes = SimulatedDialogue(), {"turns": 2, "moves": ("opening", "follow_up")}
    with serving() as heard:
        examples = written(at(heard.url), 6, rooms.run(tmp_path / "batch"), template=talk, **changes)
        asked = {key for example in examples for key in example.replies}
        longest = max(len(example.replies) for example in examples)
        assert (heard.stats.batches, heard.stats.batched) == (longest, len(asked)) and longest > 2
        local = written(
            at(heard.url), 6, rooms.run(tmp_path / "local"), runner=Local(), template=talk, **changes
        )  # fmt: skip
    assert content(examples) == content(local)


@PROTOCOLS
def test_either_runner_goes_on_where_the_other_stopped(at: At, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving() as heard:
        for count, runner in ((5, Local()), (10, BATCH), (12, Local())):
            assert fates(written(at(heard.url), count, run, runner=runner)) == ["kept"] * count
        assert (heard.stats.requests, heard.stats.batched, heard.stats.repeated) == (7, 5, 0)


def test_no_client_is_made_when_all_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = rooms.run(tmp_path)
    with serving() as heard:
        teacher = openai(heard.url, api_key_env="OPENAI_API_KEY")
        written(teacher, 5, run)
    monkeypatch.delenv("OPENAI_API_KEY")
    page = desk(run)
    assert fates(written(teacher, 5, run, page)) == ["kept"] * 5 and page.ledger.asked == 0


def test_a_question_that_two_orders_ask_is_handed_in_once(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving() as heard:
        twice = [*orders(3), *orders(3)]
        examples = generate(twice, {"task": CitedAnswer()}, claude(heard.url), run, runner=BATCH, desk=desk(run))
        assert fates(examples) == ["kept"] * 6 and heard.stats.batched == 3


@PROTOCOLS
def test_a_whole_run_leaves_the_same_dataset(at: At, runs: Execute, tmp_path: Path) -> None:
    with serving() as heard:
        address = [f"teacher={at.__name__}", f"teacher.base_url={at(heard.url).base_url}", "teacher.model=small-model"]
        common = [*address, "teacher.effort=null", "templates=[cited_answer]", "orders=30", "~mix.edge_cases",
                  "evaluation.orders=12", "until=filter"]  # fmt: skip
        local = runs(*common, cache="local")
        asked = heard.stats.requests
        batch = runs(*common, "runner=batch", "runner.poll_seconds=0.02", cache="batch")
        assert heard.stats.batched == asked > 0 and heard.stats.requests == asked
    assert batch.fates == local.fates and batch.fates.kept > 0
    written = [(Path(run.folder) / "dataset" / "train.jsonl").read_bytes() for run in (local, batch)]
    assert written[0] == written[1] != b""


# What goes wrong with single requests


@PROTOCOLS
def test_what_failed_is_asked_again_and_nothing_else(at: At, tmp_path: Path) -> None:
    """Errored, expired, cut and misshapen replies go into the next batch."""
    run = rooms.run(tmp_path)
    page = desk(run)
    with serving(rate500=0.15, stall=0.15, cut=0.15, schema=0.1, seed=3) as heard:
        assert fates(written(at(heard.url, attempts=20), 40, run, page)) == ["kept"] * 40
        stats = heard.stats
    faults = stats.faults.total()
    assert {kind for kind, number in stats.faults.items() if number} == {"500", "stall", "cut", "schema"}
    assert (stats.requests, stats.batched, stats.good, stats.repeated) == (0, 40 + faults, 40, 0)
    assert page.ledger.endings["reply"] == 40 and page.ledger.asked == 40 + faults
    used = page.ledger.usage
    assert (used.input_tokens, used.output_tokens) == (stats.input_tokens, stats.output_tokens)
    assert run.store.spent("acme") == pytest.approx(used.cost_usd)


@PROTOCOLS
def test_a_request_is_given_up_after_so_many_attempts(at: At, tmp_path: Path) -> None:
    with serving(cut=1.0) as heard:
        [example] = written(at(heard.url, attempts=3), 1, rooms.run(tmp_path))
        assert (heard.stats.batches, heard.stats.batched) == (3, 3)
    assert example.cause is not None and example.cause.code == "reply.unusable"
    assert "no usable reply in 3 attempts; the last: the reply breaks off" in example.cause.reason


@PROTOCOLS
def test_what_the_model_declines_is_final(at: At, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving(declined=1.0) as heard:
        for _ in range(2):
            assert fates(written(at(heard.url), 3, run)) == ["reply.refused"] * 3
        assert (heard.stats.batches, heard.stats.batched) == (1, 3)


def test_requests_that_the_provider_will_not_take_are_not_asked_again(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving(context=1) as heard:
        assert fates(written(claude(heard.url), 3, run)) == ["request.refused"] * 3
        assert heard.stats.batched == 3 and {ending for _, ending, _ in rows(run)} == {"refused"}
        with pytest.raises(StageError, match=r"every request of batch msgbatch_2 was refused: .*prompt is too long"):
            written(claude(heard.url), 6, rooms.run(tmp_path / "more"))
    assert run.store.spent("acme") == 0


# Money


def worst_of(teacher: Chat, run: Run) -> float:
    """The most that the first order's request may cost in a batch."""
    call = teacher.api("key").call(request(orders(1)[0], CitedAnswer(), run))
    return at_worst(RATE, call.worst, batch=True).cost_usd


@PROTOCOLS
def test_a_batch_is_cut_to_what_the_budget_has_room_for(at: At, tmp_path: Path) -> None:
    """Replies cost less than their worst: the next batch goes out with what the first has left."""
    run = rooms.run(tmp_path)
    with serving() as heard:
        written(at(heard.url), 1, run)
        limit = 11 * run.store.spent("acme") + 3 * worst_of(at(heard.url), run)
        assert fates(written(at(heard.url), 10, run, desk(run, limit))) == ["kept"] * 10
        assert (heard.stats.batched, heard.stats.repeated) == (10, 0)
    assert run.store.spent("acme") <= limit
    assert len(sizes(run)) > 2 and all(size < 9 for size in sizes(run))


@PROTOCOLS
def test_the_budget_is_never_passed_and_the_rest_can_be_bought_later(at: At, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving() as heard:
        written(at(heard.url), 1, run)
        worst = worst_of(at(heard.url), run)
        limit = 4 * run.store.spent("acme") + worst
        examples = written(at(heard.url), 10, run, desk(run, limit))
        assert set(fates(examples)) == {"kept", "budget.spent"}
        assert run.store.spent("acme") <= limit < run.store.spent("acme") + 1.1 * worst
        said = next(e.cause.reason for e in examples if e.cause)
        assert said.startswith("the budget is used up: $")
        before = heard.stats.batched
        assert fates(written(at(heard.url), 10, run, desk(run, 100.0))) == ["kept"] * 10
        assert heard.stats.batched == 10 and before == fates(examples).count("kept")


@PROTOCOLS
def test_what_is_under_way_counts_at_its_worst(at: At, tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with serving() as heard:
        seen: list[float] = []
        written(at(heard.url), 4, run, desk(run, 1.0, lambda said: seen.append(run.store.spent("acme"))))
        assert seen[0] == pytest.approx(4 * worst_of(at(heard.url), run), rel=0.01) and seen[0] > 2 * seen[-1]


@PROTOCOLS
def test_batches_stay_within_the_limits(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as heard:
        monkeypatch.setattr(limits, "MOST_REQUESTS", 4)
        run = rooms.run(tmp_path / "requests")
        assert fates(written(at(heard.url), 10, run)) == ["kept"] * 10 and sizes(run) == [4, 4, 2]
        monkeypatch.setattr(limits, "MOST_BYTES", 1)
        run = rooms.run(tmp_path / "bytes")
        assert fates(written(at(heard.url), 3, run)) == ["kept"] * 3 and sizes(run) == [1, 1, 1]


# Before anything is handed in


def test_key_model_and_server_are_looked_at_first(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)

    def no_batches(call: Call) -> Answer | None:
        return as_json({"error": {"message": "Not Found"}}, 404) if "batches" in call.path else None

    with serving(keys="another") as heard, pytest.raises(StageError, match=r"the API key in .* is refused"):
        written(openai(heard.url), 2, run)
    with serving() as heard, pytest.raises(StageError, match="there is no model 'smal-model'; did you mean"):
        written(claude(heard.url, model="smal-model"), 2, run)
    for at in (openai, claude):
        with serving(no_batches) as heard, pytest.raises(StageError, match="takes no batches: 404 Not Found") as caught:
            written(at(heard.url), 2, run)
        assert "runner=local" in str(caught.value)
    assert rows(run) == [] and sizes(run) == []


def test_a_teacher_without_batches_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        load("quickstart", ["runner=batch"])
    [finding] = caught.value.findings
    assert finding.key == "runner"
    assert finding.reason == "cannot ask this teacher: Embedded takes no batches: say runner=local"
    assert isinstance(load("quickstart", ["runner=batch", "teacher=claude"]).recipe.runner, Batch)


def test_an_evaluation_teacher_without_batches_is_asked_all_the_same(tmp_path: Path) -> None:
    run, said = rooms.run(tmp_path), list[str]()
    examples = generate(
        orders(3), {"task": CitedAnswer()}, Embedded(), run, runner=BATCH, desk=desk(run, say=said.append)
    )
    assert len(examples) == 3 and said == ["Embedded takes no batches: it is asked request by request"]


# A process ends

SCRIPT = """
    import sys
    from pathlib import Path
    from tests import rooms
    from tests.runners.test_batch import BATCH, desk, written
    from tests.teacher.asking import claude, openai

    protocol, url, folder, count = sys.argv[1:]
    run = rooms.run(Path(folder))
    written({"openai": openai, "claude": claude}[protocol](url), int(count), run)
"""


def start(at: At, url: str, folder: Path, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), at.__name__, url, str(folder), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Killed(Exception):
    """The end of a process, as far as the store and the provider can tell."""


def leave(at: At, heard: Listening, run: Run, count: int) -> None:
    """Hand in a batch and end."""

    def end(said: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        written(at(heard.url), count, run, desk(run, None, end))


def until(true: Callable[[], object]) -> None:
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")


def polls(heard: Listening) -> bool:
    """Whether somebody has asked how far a batch is."""
    names = [f"/{batch.name}" for batch in served(heard)]
    return any(call.method == "GET" and call.path.endswith(name) for call in heard.calls for name in names)


@PROTOCOLS
def test_a_kill_while_polling_costs_nothing(at: At, tmp_path: Path) -> None:
    with serving(batch_seconds=3600.0) as heard:
        process = start(at, heard.url, tmp_path, 8)
        until(lambda: polls(heard))
        process.kill()
        process.wait()
        run = rooms.run(tmp_path)
        assert [ending for _, ending, _ in rows(run)] == ["asking"] * 8
        heard.server.settings = heard.server.settings.__class__(answers=QUOTING, batch_seconds=0.05)
        page = desk(run, None, lambda said: finish(heard))  # not before it is seen that it is under way
        assert fates(written(at(heard.url), 10, run, page)) == ["kept"] * 10
        assert (heard.stats.batches, heard.stats.batched, heard.stats.repeated) == (2, 10, 0)
    assert sizes(run) == [8, 2] and all_collected(run)


@PROTOCOLS
@pytest.mark.parametrize("ended", [True, False], ids=["ended", "under way"])
def test_a_kill_before_the_answer_to_handing_in_costs_nothing(at: At, ended: bool, tmp_path: Path) -> None:
    """The batch is found again: by its metadata, or by what its requests are called."""
    started: list[subprocess.Popen[str]] = []
    heard: Listening

    def kill(call: Call) -> Answer | None:
        if not (started and hands_in(call)):
            return None
        answer = heard.server.handle(call)
        heard.server.handle(_other(at, heard, 5))  # one of the same size, and more recent
        started.pop().kill()
        return answer

    with serving(kill, batch_seconds=3600.0) as heard:
        for other in range(2):  # of the account, but not ours
            heard.server.handle(_other(at, heard, 5 + other))
        process = start(at, heard.url, tmp_path, 5)
        started.append(process)
        process.wait()
        assert heard.stats.batches == 4
        run = rooms.run(tmp_path)
        assert run.store.open_batches(at(heard.url).place)[0].provider == ""
        said: list[str] = []
        if ended:
            finish(heard)

        def say(text: str) -> None:
            said.append(text)
            finish(heard)

        assert fates(written(at(heard.url), 5, run, desk(run, None, say))) == ["kept"] * 5
        assert (heard.stats.batches, heard.stats.batched) == (4, 5 + 5 + 6 + 5)
    assert all_collected(run) and sizes(run) == [5]


@PROTOCOLS
def test_a_batch_that_was_never_handed_in_is_handed_in(at: At, tmp_path: Path) -> None:
    started: list[subprocess.Popen[str]] = []

    def kill(call: Call) -> Answer | None:
        if started and (hands_in(call) or call.path.endswith("/files")):
            started.pop().kill()
            return Answer(500, b"{}")
        return None

    with serving(kill) as heard:
        process = start(at, heard.url, tmp_path, 5)
        started.append(process)
        process.wait()
        run = rooms.run(tmp_path)
        assert [ending for _, ending, _ in rows(run)] == ["asking"] * 5
        assert fates(written(at(heard.url), 5, run)) == ["kept"] * 5
        assert (heard.stats.batches, heard.stats.batched) == (1, 5)
    assert [ending for _, ending, _ in rows(run)] == ["failed"] * 5 + ["reply"] * 5


@PROTOCOLS
@pytest.mark.parametrize("arrived", [True, False])
def test_an_answer_that_does_not_come_is_no_reason_to_pay_twice(at: At, arrived: bool, tmp_path: Path) -> None:
    failed: list[Call] = []
    heard: Listening

    def broken(call: Call) -> Answer | None:
        if failed or not hands_in(call):
            return None
        failed.append(call)
        if arrived:
            heard.server.handle(call)
        return as_json({"error": {"message": "Bad Gateway"}}, 502)

    with serving(broken) as heard:
        assert fates(written(at(heard.url), 5, rooms.run(tmp_path))) == ["kept"] * 5
        assert (heard.stats.batches, heard.stats.batched) == (1, 5)


@PROTOCOLS
def test_answers_of_another_recipe_s_batch_are_kept_and_settled(at: At, tmp_path: Path) -> None:
    """Whoever comes next collects it, and whoever knows what was asked reads it."""
    with serving(batch_seconds=3600.0) as heard:
        leave(at, heard, rooms.run(tmp_path), 4)
        finish(heard)
        run = rooms.run(tmp_path)
        heard.server.settings = heard.server.settings.__class__(answers=QUOTING, batch_seconds=0.05)
        others = [order.model_copy(update={"sample": 100 + order.sample}) for order in orders(2)]
        page = Desk(Ledger(run.store, "other", "round-1"), Budget(), run.prices)
        generate(others, {"task": CitedAnswer()}, at(heard.url), run, runner=BATCH, desk=page)
        assert [ending for _, ending, _ in rows(run)] == ["unread"] * 4 + ["reply"] * 2
        assert 0 < run.store.spent("acme") < 4 * worst_of(at(heard.url), run) / 2
        assert fates(written(at(heard.url), 4, run)) == ["kept"] * 4
        assert (heard.stats.batched, heard.stats.repeated) == (6, 0)


@PROTOCOLS
def test_local_does_not_pay_again_for_what_is_in_a_batch(at: At, tmp_path: Path) -> None:
    with serving(batch_seconds=3600.0) as heard:
        leave(at, heard, rooms.run(tmp_path), 2)
        run = rooms.run(tmp_path)
        with pytest.raises(StageError, match=r"is asked in a batch that an earlier run handed in") as caught:
            written(at(heard.url), 2, run, runner=Local())
        assert "runner=batch" in str(caught.value) and heard.stats.requests == 0


@PROTOCOLS
def test_ctrl_c_leaves_the_batch_to_the_next_run(at: At, tmp_path: Path) -> None:
    with serving(batch_seconds=3600.0) as heard:
        process = start(at, heard.url, tmp_path, 3)
        until(lambda: polls(heard))
        os.kill(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        assert "batches that were handed in go on at the provider; run again to collect them" in out
        finish(heard)
        assert fates(written(at(heard.url), 3, rooms.run(tmp_path))) == ["kept"] * 3
        assert (heard.stats.batches, heard.stats.repeated) == (1, 0)


def test_a_batch_that_is_gone_counts_as_paid_and_is_asked_again(tmp_path: Path) -> None:
    run, said = rooms.run(tmp_path), list[str]()
    with serving() as heard:
        leave(claude, heard, run, 3)
        heard.server._forget()
        assert fates(written(claude(heard.url), 3, run, desk(run, None, said.append))) == ["kept"] * 3
    assert "is not known to the provider under this key" in said[0]
    assert [ending for _, ending, _ in rows(run)] == ["asking"] * 3 + ["reply"] * 3


def test_a_batch_that_the_provider_does_not_begin_says_why(tmp_path: Path) -> None:
    limit = {"code": "billing_hard_limit_reached", "message": "Billing hard limit has been reached"}
    failed = {
        "id": "batch_1", "object": "batch", "endpoint": "/v1/chat/completions", "input_file_id": "file-1",
        "completion_window": "24h", "created_at": 0, "status": "failed", "errors": {"data": [limit]},
    }  # fmt: skip

    def fails(call: Call) -> Answer | None:
        return as_json(failed) if call.path.endswith("/batches/batch_1") else None

    run = rooms.run(tmp_path)
    with serving(fails) as heard, pytest.raises(StageError, match="batch_1 was not begun: Billing hard limit"):
        written(openai(heard.url), 3, run)
    assert run.store.spent("acme") == 0 and all_collected(run)
    other, said = rooms.run(tmp_path / "other"), list[str]()
    with serving(fails) as heard:
        leave(openai, heard, other, 3)
        heard.server._openai_batches._batches["batch_2"] = Served("batch_2", 0.0, 0.0, {})
        assert fates(written(openai(heard.url), 3, other, desk(other, None, said.append))) == ["kept"] * 3
    assert said[0].endswith("Billing hard limit has been reached (handed in by an earlier run)")


def test_an_account_with_little_room_is_asked_for_less_at_once(tmp_path: Path) -> None:
    """OpenAI bounds what may wait in batches; how much is found out."""
    limit = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached for small-model"}
    heard: Listening

    def crowded(call: Call) -> Answer | None:
        named = call.path.rpartition("/")[2]
        batch = heard.server._openai_batches._batches.get(named)
        if batch is None or call.method != "GET" or len(batch.items) <= 3:
            return None
        failed = {**heard.server._openai_batches._said(batch, 0.0), "status": "failed", "errors": {"data": [limit]}}
        return as_json(failed)

    run, said = rooms.run(tmp_path), list[str]()
    with serving(crowded) as heard:
        assert fates(written(openai(heard.url), 9, run, desk(run, None, said.append))) == ["kept"] * 9
    assert sizes(run) == [9, 4, 2, 2, 2, 2, 1]
    assert "no more than 2 requests are handed in at once" in said[3]
    assert Counter(ending for _, ending, _ in rows(run)) == {"refused": 13, "reply": 9}


def _other(at: At, heard: Listening, count: int) -> Call:
    """Somebody else's batch of the same account."""
    headers = {"authorization": "Bearer key"} | ({"anthropic-version": "2023-06-01"} if at is claude else {})
    asked = [
        {"model": "small-model", "max_tokens": 9, "messages": [{"role": "user", "content": f"Count {n} of {count}."}]}
        for n in range(count)
    ]
    if at is claude:
        requests = [{"custom_id": f"theirs-{n}", "params": params} for n, params in enumerate(asked)]
        return Call("POST", "/v1/messages/batches", "", headers, json.dumps({"requests": requests}).encode())
    lines = [
        {"custom_id": f"theirs-{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}
        for n, body in enumerate(asked)
    ]
    file = heard.server._openai_batches._keep("\n".join(map(json.dumps, lines)).encode(), "theirs.jsonl", "batch")
    body = {"input_file_id": file["id"], "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    return Call("POST", "/v1/batches", "", headers, json.dumps(body).encode())
