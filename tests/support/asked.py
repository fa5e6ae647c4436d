"""What a call asks of the model and what the model says, whichever protocol carries them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from pydantic import JsonValue

from tests.support.instances import Schema

Json = dict[str, JsonValue]
Kind = Literal["key", "model", "request", "context", "limit", "server", "unavailable", "overloaded", "missing"]

CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True)
class Asked:
    """One request to the model.

    `shared` is the leading text that the caller marked as worth caching; `name` that of the tool to be called or of
    the format to be kept.
    """

    model: str
    prompt: str
    form: Literal["text", "json", "tool"] = "text"
    schema: Schema | None = None
    name: str = ""
    max_tokens: int | None = None
    shared: str = ""

    @cached_property
    def digest(self) -> bytes:
        """Equal for equal requests, by any connection, in a batch or alone: what answers and faults are drawn from."""
        parts = (self.model, self.prompt, self.form, self._schema, self.name, str(self.max_tokens))
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()

    @cached_property
    def input_tokens(self) -> int:
        return tokens(self.prompt) + tokens(self._schema)

    @cached_property
    def _schema(self) -> str:
        return json.dumps(self.schema) if self.schema else ""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the model: `text`, which is JSON where that was asked for, and `value`, what the JSON holds."""

    text: str
    value: JsonValue = None
    ending: Literal["whole", "cut", "declined"] = "whole"
    cache_read: int = 0
    cache_written: int = 0

    @property
    def output_tokens(self) -> int:
        return tokens(self.text)


class Refused(Exception):
    """The server does not do what was asked."""

    def __init__(self, status: int, kind: Kind, message: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(message)


class Wait(Refused):
    """Refused now; to be asked again after so many seconds (0: the server does not say)."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(429, "limit", "Rate limit reached")


class Dialect(Protocol):
    """How a provider's protocol says things."""

    overload: int
    """The status that says that the server is overloaded."""

    def key(self, headers: Mapping[str, str]) -> str: ...

    def read(self, body: Json, headers: Mapping[str, str]) -> Asked: ...

    def reply(self, asked: Asked, said: Said, number: int, batch: bool = False) -> Json: ...

    def refusal(self, refused: Refused) -> Json: ...


def tokens(text: str) -> int:
    """About as many as a provider would count; the same for the same text."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def texts(content: JsonValue) -> str:
    """All text of a message's content, given as text or as blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(map(texts, content))
    if isinstance(content, dict):
        inner = (content.get(key) for key in ("text", "content", "input", "arguments", "function", "source"))
        return "\n".join(texts(part) for part in inner if part is not None)
    return ""


def closed(schema: JsonValue, banned: frozenset[str] = frozenset(), every: bool = False, path: str = "") -> str:
    """Why a provider refuses this schema for constrained answers, or ''.

    Every object must be closed (`additionalProperties: false`); with `every`, all its properties must be required;
    and no key of `banned` may occur.
    """
    if isinstance(schema, list):
        return next(filter(None, (closed(s, banned, every, f"{path}/{n}") for n, s in enumerate(schema))), "")
    if not isinstance(schema, dict):
        return ""
    for key in ("const", "enum", "default", "examples"):
        schema = {k: v for k, v in schema.items() if k != key}
    if found := sorted(banned & schema.keys()):
        return f"For '{schema.get('type')}' type, property '{found[0]}' is not supported (at {path or '/'})"
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, dict):
        if schema.get("additionalProperties") is not False:
            return f"'additionalProperties' is required to be supplied and to be false (at {path or '/'})"
        required = schema.get("required")
        named = required if isinstance(required, list) else []
        if every and isinstance(properties, dict) and (missing := [p for p in properties if p not in named]):
            return f"'required' must name every key in properties; missing '{missing[0]}' (at {path or '/'})"
    names = ("properties", "$defs")
    parts = [(f"{path}/{key}/{name}", part)
             for key in names if isinstance(held := schema.get(key), dict) for name, part in held.items()]  # fmt: skip
    parts += [(f"{path}/{key}", part) for key, part in schema.items() if key not in names]
    return next(filter(None, (closed(part, banned, every, where) for where, part in parts)), "")
