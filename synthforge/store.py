"""The SQLite store of everything that was paid for: one row an HTTP attempt, committed the moment it ends; and of what
the checks said.

The key of a request is a hash of what the provider sees, so the same question is never paid for twice, whichever
run asked it. An attempt has its row before it is sent, with the most that it may cost: one that a killed process never
heard the end of counts as that. Private metadata lives beside the reply and is read only by the report.
"""

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from synthforge.errors import RowError, StageError
from synthforge.records import SCHEMA_VERSION, Reply, Request, Usage, fingerprint

Ending = Literal["reply", "declined", "refused", "unusable", "overloaded", "failed", "lost"]
"""How an attempt ended: `reply` and `declined` (the model will not) are final and never asked for again."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
    key TEXT NOT NULL, attempt INTEGER NOT NULL, ending TEXT NOT NULL, payer TEXT NOT NULL, stage TEXT NOT NULL,
    said TEXT NOT NULL, body TEXT NOT NULL, raw TEXT NOT NULL, private TEXT NOT NULL, usage TEXT NOT NULL,
    cost_usd REAL NOT NULL, begun REAL NOT NULL, ended REAL, PRIMARY KEY (key, attempt)
);
CREATE INDEX IF NOT EXISTS attempts_by_payer ON attempts (payer);
CREATE TABLE IF NOT EXISTS batches (
    name TEXT PRIMARY KEY, place TEXT NOT NULL, provider TEXT NOT NULL, attempts TEXT NOT NULL, begun REAL NOT NULL,
    ended REAL
);
CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL) WITHOUT ROWID;
"""
_MANY = 500
"""Values in one statement; SQLite takes 999 at least."""


class Submission(NamedTuple):
    """Attempts that were handed in to a provider together, as one batch."""

    name: str
    """Ours, given before it is handed in, by which it is found again."""
    provider: str
    """The provider's; '' when a process ended before it heard it."""
    attempts: dict[str, int]
    """By request key."""


def request_key(teacher: dict[str, Any], request: Request) -> str:
    """Hash of teacher identity, messages, response schema and sample index: what decides a reply."""
    messages = [message.model_dump() for message in request.messages]
    return fingerprint("request", teacher, messages, request.response_schema, request.sample)


class Store:
    """Replies by request key. Safe for several threads and several processes on one local disk (WAL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            version = self._open()
        except (OSError, sqlite3.Error) as error:
            raise StageError(
                "store", f"'{path}' cannot be used: {error}", "repair or move it, or set cache_dir to another folder"
            ) from error
        if int(version) != SCHEMA_VERSION:
            raise StageError(
                "store",
                f"'{path}' was written under schema version {version}, this synthforge reads {SCHEMA_VERSION}",
                "point cache_dir (or SYNTHFORGE_CACHE) at another folder, or use the version that wrote it",
            )
        self._tables()

    def _open(self) -> str:
        """Connect, and return the schema version that the store was written under."""
        self._db = sqlite3.connect(self.path, timeout=60, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A power cut may cost the last replies (they would be asked again); kill -9 costs none.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        (version,) = self._db.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        return str(version)

    def _tables(self) -> None:
        for statement in filter(str.strip, _TABLES.split(";")):
            self._rows(statement)

    def answer(self, key: str) -> Reply | RowError | None:
        """What the teacher said to this request: its reply, or that it declined; None while nothing is final."""
        rows = self._rows(
            "SELECT ending, body, private FROM attempts WHERE key = ? AND ending IN ('reply', 'declined') "
            "ORDER BY attempt LIMIT 1",
            (key,),
        )
        if not rows:
            return None
        ending, body, private = rows[0]
        if ending == "declined":
            return RowError(*json.loads(body))
        return Reply.model_validate({**json.loads(body), "private": json.loads(private)})

    def reply(self, key: str) -> Reply | None:
        """The stored reply, or None."""
        answer = self.answer(key)
        return answer if isinstance(answer, Reply) else None

    def private(self, key: str) -> dict[str, Any]:
        """What the teacher noted for the report alone (an embedded teacher: the planted fault)."""
        reply = self.reply(key)
        return dict(reply.private) if reply else {}

    def spent(self, payer: str) -> float:
        """Dollars that a recipe's attempts have cost in all its runs; an attempt without an end counts its worst."""
        [(spent,)] = self._rows("SELECT TOTAL(cost_usd) FROM attempts WHERE payer = ?", (payer,))
        return float(spent)

    def verdicts(self, keys: Sequence[str]) -> dict[str, str]:
        """What was said before, by key."""
        found: dict[str, str] = {}
        for at in range(0, len(keys), _MANY):
            some = tuple(keys[at : at + _MANY])
            marks = ",".join("?" * len(some))
            found.update(self._rows(f"SELECT key, verdict FROM verdicts WHERE key IN ({marks})", some))
        return found

    def keep_verdicts(self, verdicts: Mapping[str, str]) -> None:
        """All of them in one transaction; what is there already stays."""
        if verdicts:
            with self._at_once():
                for row in verdicts.items():
                    self._rows("INSERT OR IGNORE INTO verdicts VALUES (?, ?)", row)

    def begin(self, key: str, payer: str, stage: str, worst: float) -> int:
        """Note an attempt before it is sent; returns its number."""
        return self._insert(key, "asking", payer, stage, worst)

    def end(
        self, key: str, attempt: int, ending: Ending, said: str, body: object, raw: str, private: object, usage: Usage
    ) -> None:
        """Note how an attempt ended, before anything is done with it."""
        self._rows(
            "UPDATE attempts SET ending = ?, said = ?, body = ?, raw = ?, private = ?, usage = ?, cost_usd = ?, "
            "ended = ? WHERE key = ? AND attempt = ? AND ended IS NULL",
            (ending, said, json.dumps(body), raw, json.dumps(private, sort_keys=True), usage.model_dump_json(),
             usage.cost_usd, time.time(), key, attempt),
        )  # fmt: skip

    def begin_batch(self, name: str, place: str, payer: str, stage: str, worst: Mapping[str, float]) -> Submission:
        """Note a batch and all its attempts, or none of them, before it is handed in."""
        with self._at_once():
            attempts = {key: self.begin(key, payer, stage, cost) for key, cost in worst.items()}
            self._rows(
                "INSERT INTO batches VALUES (?, ?, '', ?, ?, NULL)", (name, place, json.dumps(attempts), time.time())
            )
        return Submission(name, "", attempts)

    def name_batch(self, name: str, provider: str) -> None:
        """Note what the provider calls it."""
        self._rows("UPDATE batches SET provider = ? WHERE name = ?", (provider, name))

    def receive(self, key: str, attempt: int, raw: str, usage: Usage) -> None:
        """Keep an answer that is paid for until somebody reads it, who knows what it has to look like.

        One that does not say what it used may have cost its worst.
        """
        cost = usage.cost_usd if usage.input_tokens else None
        self._rows(
            "UPDATE attempts SET ending = 'unread', raw = ?, usage = ?, cost_usd = COALESCE(?, cost_usd) "
            "WHERE key = ? AND attempt = ? AND ending = 'asking'",
            (raw, usage.model_dump_json(), cost, key, attempt),
        )

    def end_batch(self, name: str) -> None:
        """Every attempt of it has its answer or its end."""
        self._rows("UPDATE batches SET ended = ? WHERE name = ?", (time.time(), name))

    def open_batches(self, place: str) -> list[Submission]:
        """What was handed in there and is not collected, the oldest first."""
        rows = self._rows(
            "SELECT name, provider, attempts FROM batches WHERE place = ? AND ended IS NULL ORDER BY begun, name",
            (place,),
        )
        return [Submission(name, provider, json.loads(attempts)) for name, provider, attempts in rows]

    def batch_names(self) -> set[str]:
        """What providers call the batches that were ever handed in, as far as it was heard."""
        return {provider for (provider,) in self._rows("SELECT provider FROM batches WHERE provider != ''")}

    def unread(self, key: str) -> tuple[int, str, Usage] | None:
        """(attempt, answer as it came, what it used) of the first answer that nobody has read."""
        rows = self._rows(
            "SELECT attempt, raw, usage, cost_usd FROM attempts WHERE key = ? AND ending = 'unread' "
            "ORDER BY attempt LIMIT 1",
            (key,),
        )
        if not rows:
            return None
        attempt, raw, usage, cost = rows[0]
        return attempt, raw, Usage.model_validate_json(usage).model_copy(update={"cost_usd": cost})

    def in_batches(self) -> set[str]:
        """Keys of requests that are in a batch, or whose answer came from one and is unread."""
        held = self._rows("SELECT attempts FROM batches WHERE ended IS NULL")
        unread = self._rows("SELECT key FROM attempts WHERE ending = 'unread'")
        return {key for (attempts,) in held for key in json.loads(attempts)} | {key for (key,) in unread}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time, of all that use this store; the others wait."""
        from filelock import FileLock

        with FileLock(self.path.with_suffix(".lock")):
            yield

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        with self._lock:  # no other thread writes in between, and loses it should this be rolled back
            self._rows("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:  # a Ctrl-C too: all of it or nothing
                self._rows("ROLLBACK")
                raise
            self._rows("COMMIT")

    def _insert(self, key: str, ending: str, payer: str, stage: str, cost: float) -> int:
        [(attempt,)] = self._rows(
            "INSERT INTO attempts SELECT ?, COALESCE(MAX(attempt), 0) + 1, ?, ?, ?, '', 'null', '', '{}', '{}', ?, ?, "
            "NULL FROM attempts WHERE key = ? RETURNING attempt",
            (key, ending, payer, stage, cost, time.time(), key),
        )
        return int(attempt)

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """What a statement gives, committed.

        Raises:
            StageError: the disk, another program or damage to the file stands in the way.
        """
        try:
            with self._lock:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StageError(
                "store", f"'{self.path}' cannot be used: {error}",
                "free the disk, end what holds the file, or set cache_dir to another folder; then run again: what was "
                "stored is not asked for again",
            ) from error  # fmt: skip

    def close(self) -> None:
        with self._lock:
            self._db.close()


class Ledger:
    """What one stage of one recipe asks for, written to the store, and counted for this process."""

    def __init__(self, store: Store, payer: str = "", stage: str = "") -> None:
        self.store = store
        self._payer = payer
        self._stage = stage
        self.endings: Counter[str] = Counter()
        """Attempts of this process by how they ended."""
        self.usage = Usage()
        """What they used together, failed ones included."""
        self.opening = (0.0, 0.0)
        """Seconds and CPU seconds that it took to load a client and to see that key and model are right."""

    def opened(self, seconds: float, cpu_seconds: float) -> None:
        self.opening = (seconds, cpu_seconds)

    @property
    def asked(self) -> int:
        return self.endings.total()

    @property
    def spent(self) -> float:
        """Dollars, in all runs of the recipe; an attempt without an end counts its worst."""
        return self.store.spent(self._payer)

    def begin_batch(self, name: str, place: str, worst: Mapping[str, float]) -> Submission:
        return self.store.begin_batch(name, place, self._payer, self._stage, worst)

    def begin(self, key: str, worst: float = 0.0) -> int:
        return self.store.begin(key, self._payer, self._stage, worst)

    def end(
        self, key: str, attempt: int, ending: Ending, said: str = "", usage: Usage | None = None, raw: str = ""
    ) -> None:
        """An attempt that brought no reply."""
        self._end(key, attempt, ending, said, None, raw, {}, usage or Usage())

    def replied(self, key: str, attempt: int, reply: Reply, raw: str = "") -> Reply:
        """The reply as it is stored: the first one under this key, if another process was faster."""
        body = reply.model_dump(mode="json", exclude={"private"})
        self._end(key, attempt, "reply", "", body, raw, dict(reply.private), reply.usage)
        return self.store.reply(key) or reply

    def declined(self, key: str, attempt: int, error: RowError, usage: Usage, raw: str = "") -> None:
        """The model will not do it, and would not the next time."""
        self._end(key, attempt, "declined", error.reason, [error.code, error.reason], raw, {}, usage)

    def _end(
        self, key: str, attempt: int, ending: Ending, said: str, body: object, raw: str, private: object, usage: Usage
    ) -> None:
        self.store.end(key, attempt, ending, said, body, raw, private, usage)
        self.endings[ending] += 1
        self.usage += usage
