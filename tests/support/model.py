"""The model behind the server: it answers every request, the same each time, by the schema that was sent.

Answers may come from a test instead: a function `(Asked) -> answer`, named as `package.module:function`, or a file of
JSON lines `{"contains": "words of the prompt", "answer": …}` of which the first that fits is said. An answer is text,
or a value that is sent as JSON; None falls back on the schema.
"""

import hashlib
import importlib
import json
from collections.abc import Callable
from pathlib import Path

from pydantic import JsonValue

from tests.support.asked import CHARACTERS_A_TOKEN, Asked, Said, tokens
from tests.support.faults import Fault
from tests.support.instances import instance, violation

Answers = Callable[[Asked], JsonValue]

DECLINED = "I can't help with that."


def nothing(asked: Asked) -> JsonValue:
    """No answer of a test's own."""
    return None


def echo(asked: Asked) -> JsonValue:
    """Says the prompt again."""
    return asked.prompt


def answers(source: str) -> Answers:
    """The test's own answers: 'package.module:function' or the path of a .jsonl file; '' for none."""
    if not source:
        return nothing
    if source.endswith(".jsonl"):
        return _from_file(Path(source))
    module, _, name = source.partition(":")
    found: Answers = getattr(importlib.import_module(module), name)
    return found


class Model:
    """`cache_from` is the fewest tokens of a shared prefix that are cached."""

    def __init__(self, own: Answers, cache_from: int) -> None:
        self._own = own
        self._cache_from = cache_from
        self._cached: dict[bytes, float] = {}
        """When each prefix was first answered; read from then on, never forgotten."""

    def say(self, asked: Asked, fault: Fault, now: float, ready: float) -> Said:
        """The answer that leaves at `ready`."""
        read, written = self._cache(asked.shared, now, ready)
        if fault == "declined":
            return Said(DECLINED, None, "declined", read, written)
        value = self._own(asked)
        if value is None and asked.form != "text":
            value = instance(asked.schema or {"type": "object"}, int.from_bytes(asked.digest))
        if fault == "schema":
            value = violation(value)
        text = (
            value if isinstance(value, str) else f"Yes: {asked.digest.hex()}." if value is None else json.dumps(value)
        )
        room = (asked.max_tokens or 10**9) * CHARACTERS_A_TOKEN
        if fault == "cut":
            room = min(room, len(text) * 2 // 3)
        return Said(text[:room], value, "cut" if room < len(text) else "whole", read, written)

    def _cache(self, shared: str, now: float, ready: float) -> tuple[int, int]:
        """Tokens of the prefix that are read from the cache, and that are written to it."""
        count = tokens(shared)
        if count < max(1, self._cache_from):
            return 0, 0
        key = hashlib.blake2b(shared.encode(), digest_size=16).digest()
        if key in self._cached and self._cached[key] <= now:
            return count, 0
        self._cached[key] = min(ready, self._cached.get(key, ready))
        return 0, count


def _from_file(path: Path) -> Answers:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    def own(asked: Asked) -> JsonValue:
        return next((line["answer"] for line in lines if line["contains"] in asked.prompt), None)

    return own
