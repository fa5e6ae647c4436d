"""The store: a reply that arrived is never asked for again, and never lost."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from synthforge.errors import RowError, StageError
from synthforge.records import Message, Reply, Request, Usage
from synthforge.store import _MANY, Ledger, Store, request_key
from tests import rooms


def keep(store: Store, key: str, reply: Reply) -> Reply:
    ledger = Ledger(store)
    return ledger.replied(key, ledger.begin(key), reply)


def request(text: str = "Write.", sample: int = 0) -> Request:
    return Request(
        messages=(Message(role="user", content=text),), response_schema={"title": "X"}, sample=sample,
        order=rooms.order(), sections=(),
    )  # fmt: skip


def test_a_reply_is_found_again_with_its_private_metadata(tmp_path: Path) -> None:
    reply = Reply(content={"answer": "ünï"}, usage=Usage(input_tokens=3), private={"fault": "unit"})
    keep(Store(tmp_path / "s.sqlite"), "k", reply)
    again = Store(tmp_path / "s.sqlite")
    assert again.reply("k") == reply
    assert again.private("k") == {"fault": "unit"}
    assert again.reply("other") is None


def test_a_failed_attempt_is_counted_and_not_taken_for_a_reply(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    ledger = Ledger(store)
    ledger.end("k", ledger.begin("k"), "failed", "timeout")
    assert store.answer("k") is None
    ledger.replied("k", ledger.begin("k"), Reply(content={"a": 1}))
    assert store.reply("k") == Reply(content={"a": 1})
    assert ledger.endings == {"failed": 1, "reply": 1} and ledger.asked == 2


def test_what_the_model_declined_is_final_and_keeps_its_reason(tmp_path: Path) -> None:
    ledger = Ledger(Store(tmp_path / "s.sqlite"))
    ledger.declined("k", ledger.begin("k"), RowError("reply.refused", "it will not"), Usage(output_tokens=4))
    answer = ledger.store.answer("k")
    assert isinstance(answer, RowError) and (answer.code, answer.reason) == ("reply.refused", "it will not")
    assert ledger.store.reply("k") is None and ledger.usage.output_tokens == 4


def test_an_attempt_without_an_end_counts_as_the_most_that_it_may_have_cost(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    mine, other = Ledger(store, "acme", "round-1"), Ledger(store, "other", "round-1")
    mine.begin("cut off by a kill", 0.25)
    other.begin("somebody else's", 9.0)
    attempt = mine.begin("k", 0.25)
    assert store.spent("acme") == 0.5
    mine.replied("k", attempt, Reply(content={}, usage=Usage(cost_usd=0.125)))
    again = mine.begin("k2", 0.25)
    mine.end("k2", again, "unusable", "JSON breaks off", Usage(cost_usd=0.0625))
    assert store.spent("acme") == 0.4375
    assert mine.usage.cost_usd == 0.1875


@pytest.mark.parametrize("other", [request("Write!"), request(sample=1)])
def test_the_key_depends_on_what_decides_the_reply(other: Request) -> None:
    assert request_key({"model": "m"}, request()) == request_key({"model": "m"}, request())
    assert request_key({"model": "m"}, request()) != request_key({"model": "m"}, other)
    assert request_key({"model": "m"}, request()) != request_key({"model": "n"}, request())


def test_a_store_of_another_schema_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    store = Store(path)
    store._db.execute("UPDATE meta SET value = '0'")
    store.close()
    with pytest.raises(StageError, match=r"schema version 0, this synthforge reads \d+"):
        Store(path)


def test_a_file_that_is_no_store_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(StageError, match="cannot be used: file is not a database"):
        Store(path)


def test_the_first_reply_under_a_key_stays_the_reply(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    assert keep(store, "k", Reply(content={"a": 1})) == keep(store, "k", Reply(content={"a": 2}))


def _write_until_killed(path: str, ready: "multiprocessing.synchronize.Event") -> None:  # type: ignore[name-defined]
    store = Store(Path(path))
    for number in range(100_000):
        keep(store, f"k{number}", Reply(content={"n": number}))
        if number == 50:
            ready.set()


def test_what_was_committed_survives_kill_9(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_write_until_killed, args=(str(tmp_path / "s.sqlite"), ready))
    writer.start()
    assert ready.wait(60)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    store = Store(tmp_path / "s.sqlite")
    assert all(store.reply(f"k{n}") == Reply(content={"n": n}) for n in range(51))
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_batch_is_noted_with_all_its_attempts_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    ledger = Ledger(store, "acme", "round-1")

    class Cut(dict[str, float]):
        """Ends the process in the middle."""

        def items(self) -> Any:
            yield from [("a", 0.25), ("b", 0.25)]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.begin_batch("first", "here", Cut())
    assert store.spent("acme") == 0 and store.open_batches("here") == []
    batch = ledger.begin_batch("second", "here", {"a": 0.25, "b": 0.25})
    assert store.spent("acme") == 0.5 and store.open_batches("here") == [batch] and store.open_batches("there") == []


def test_an_answer_is_kept_unread_at_its_price_until_somebody_reads_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    ledger = Ledger(store, "acme", "round-1")
    batch = ledger.begin_batch("first", "here", {"a": 0.25, "b": 0.25})
    assert store.in_batches() == {"a", "b"}
    store.receive("a", batch.attempts["a"], "raw", Usage(input_tokens=9, cost_usd=0.125))
    store.receive("b", batch.attempts["b"], "of a server that does not count", Usage())
    store.end_batch("first")
    assert store.spent("acme") == 0.375 and store.answer("a") is None and store.in_batches() == {"a", "b"}
    assert store.unread("b") == (1, "of a server that does not count", Usage(cost_usd=0.25))
    ledger.replied("a", 1, Reply(content={"x": 1}, usage=Usage(input_tokens=9, cost_usd=0.125)), "raw")
    store.receive("a", 1, "once more", Usage(input_tokens=9, cost_usd=9.0))
    assert store.reply("a") is not None and store.unread("a") is None and store.spent("acme") == 0.375


def test_what_a_check_said_is_found_again_by_its_key_and_no_other(tmp_path: Path) -> None:
    Store(tmp_path / "s.sqlite").keep_verdicts({"a": "{}", "b": "x"})
    again = Store(tmp_path / "s.sqlite")
    assert again.verdicts(["b", "c", "a", "a"]) == {"a": "{}", "b": "x"}
    assert again.verdicts([]) == {}


def test_the_first_verdict_under_a_key_stays(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    store.keep_verdicts({"a": "first"})
    store.keep_verdicts({"a": "second", "b": "new"})
    store.keep_verdicts({})
    assert store.verdicts(["a", "b"]) == {"a": "first", "b": "new"}


@pytest.mark.parametrize("count", [_MANY - 1, _MANY, _MANY + 1, 3 * _MANY])
def test_more_verdicts_than_one_statement_takes(tmp_path: Path, count: int) -> None:
    store = Store(tmp_path / "s.sqlite")
    said = {f"k{n}": str(n) for n in range(count)}
    store.keep_verdicts(said)
    assert store.verdicts(list(said)) == said


def test_verdicts_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    class Cut(dict[str, str]):
        """Ends the process in the middle."""

        def items(self) -> Any:
            yield from [("a", "1"), ("b", "2")]
            raise KeyboardInterrupt

    store = Store(tmp_path / "s.sqlite")
    with pytest.raises(KeyboardInterrupt):
        store.keep_verdicts(Cut({"a": "1"}))
    assert store.verdicts(["a", "b"]) == {}
    store.keep_verdicts({"b": "3"})  # the store is not left locked
    assert Store(tmp_path / "s.sqlite").verdicts(["a", "b"]) == {"b": "3"}


def test_verdicts_are_kept_apart_from_replies(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    keep(store, "k", Reply(content={"a": 1}))
    store.keep_verdicts({"k": "said"})
    assert (store.reply("k"), store.verdicts(["k"])) == (Reply(content={"a": 1}), {"k": "said"})


def _judge_until_killed(path: str, ready: "multiprocessing.synchronize.Event") -> None:
    store = Store(Path(path))
    for number in range(100_000):
        store.keep_verdicts({f"k{number}-{part}": str(number) for part in range(7)})
        if number == 50:
            ready.set()


def test_verdicts_survive_kill_9_by_whole_transactions(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_judge_until_killed, args=(str(tmp_path / "s.sqlite"), ready))
    writer.start()
    assert ready.wait(60)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    store = Store(tmp_path / "s.sqlite")
    assert len(store.verdicts([f"k{n}-{part}" for n in range(51) for part in range(7)])) == 51 * 7
    [(kept,)] = store._db.execute("SELECT COUNT(*) FROM verdicts").fetchall()
    assert kept % 7 == 0
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
