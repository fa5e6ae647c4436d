"""The SQLite store of everything that was paid for: one row per attempt, committed the moment a reply arrives.

The key of a request is a hash of what the provider sees, so the same question is never paid for twice, whichever
run asked it. Private metadata lives beside the reply and is read only by the report.
"""

import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from synthforge.errors import StageError
from synthforge.records import SCHEMA_VERSION, Reply, Request, fingerprint

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
    key TEXT NOT NULL, attempt INTEGER NOT NULL, outcome TEXT NOT NULL, body TEXT NOT NULL, private TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (key, attempt)
);
"""


def request_key(teacher: dict[str, Any], request: Request) -> str:
    """Hash of teacher identity, messages, response schema and sample index: what decides a reply."""
    messages = [message.model_dump() for message in request.messages]
    return fingerprint("request", teacher, messages, request.response_schema, request.sample)


class Store:
    """Replies by request key. Safe for several threads and several processes on one local disk (WAL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self.asked = 0
        """Attempts recorded by this process."""
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

    def _open(self) -> str:
        """Connect, make the tables, and return the schema version that the store was written under."""
        self._db = sqlite3.connect(self.path, timeout=60, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A power cut may cost the last replies (they would be asked again); kill -9 costs none.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        (version,) = self._db.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        return str(version)

    def reply(self, key: str) -> Reply | None:
        """The stored reply, or None when none has arrived yet."""
        with self._lock:
            row = self._db.execute(
                "SELECT body, private FROM attempts WHERE key = ? AND outcome = 'reply' ORDER BY attempt LIMIT 1",
                (key,),
            ).fetchone()
        if row is None:
            return None
        return Reply.model_validate({**json.loads(row[0]), "private": json.loads(row[1])})

    def keep(self, key: str, reply: Reply) -> Reply:
        """Commit a reply before anything is done with it; returns the first reply that arrived under this key."""
        body = reply.model_dump_json(exclude={"private"})
        self._insert(key, "reply", body, json.dumps(dict(reply.private), sort_keys=True))
        return self.reply(key) or reply

    def keep_failure(self, key: str, reason: str) -> None:
        """Record an attempt that brought no reply, so that attempts add up with the provider's bill."""
        self._insert(key, "failure", json.dumps(reason), "{}")

    def _insert(self, key: str, outcome: str, body: str, private: str) -> None:
        try:
            with self._lock:
                self.asked += 1
                self._db.execute(
                    "INSERT INTO attempts "
                    "SELECT ?, COALESCE(MAX(attempt), 0) + 1, ?, ?, ?, ? FROM attempts WHERE key = ?",
                    (key, outcome, body, private, time.time(), key),
                )
        except sqlite3.Error as error:
            remedy = "free the disk or set cache_dir to another one, then run again: what was stored is not asked again"
            raise StageError("store", f"a reply could not be written to '{self.path}': {error}", remedy) from error

    def private(self, key: str) -> dict[str, Any]:
        """What the teacher noted for the report alone (an embedded teacher: the planted fault)."""
        reply = self.reply(key)
        return dict(reply.private) if reply else {}

    def close(self) -> None:
        with self._lock:
            self._db.close()
