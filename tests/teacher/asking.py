"""A teacher of each protocol at a loopback server, and orders to ask it for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from synthforge.context import Desk, Run
from synthforge.money.prices import Price
from synthforge.pipeline.generate import generate
from synthforge.records import Example, Order
from synthforge.teacher import Claude, OpenAI
from synthforge.teacher.chat import Chat
from synthforge.templates import CitedAnswer, Template
from tests import rooms

RATE = Price(input=2, output=10, cache_read=0.2, cache_write=2.5)

At = Callable[..., Chat]
"""A teacher at a server's address, with further settings."""

QUOTING = "tests.support.answers:quoting"


def openai(url: str, **settings: Any) -> OpenAI:
    return OpenAI(**{"model": "small-model", "base_url": f"{url}/v1", "max_tokens": 1000, "rate": RATE, **settings})


def claude(url: str, **settings: Any) -> Claude:
    return Claude(**{"model": "small-model", "base_url": url, "max_tokens": 1000, "rate": RATE, **settings})


def through_tools(at: At) -> At:
    return lambda url, **settings: at(url, structure="tools", **settings)


PROTOCOLS = pytest.mark.parametrize("at", [openai, claude], ids=["openai", "claude"])
STRUCTURES = pytest.mark.parametrize(
    "at", [openai, through_tools(openai), claude, through_tools(claude)],
    ids=["openai", "openai-tools", "claude", "claude-tools"],
)  # fmt: skip


def orders(count: int, **changes: object) -> list[Order]:
    return [rooms.order(template="task", sample=number, **changes) for number in range(count)]


def written(
    teacher: Chat, count: int, run: Run, desk: Desk | None = None, template: Template | None = None, **changes: object
) -> list[Example]:
    return generate(orders(count, **changes), {"task": template or CitedAnswer()}, teacher, run, desk=desk)


def fates(examples: Sequence[Example]) -> list[str]:
    """How each ended: 'kept', or the code of what kept it out."""
    return sorted("kept" if each.cause is None else each.cause.code for each in examples)


def rows(run: Run, columns: str = "key, ending, cost_usd") -> list[tuple[Any, ...]]:
    """The store's attempts in the order in which they were begun."""
    return list(run.store._db.execute(f"SELECT {columns} FROM attempts ORDER BY rowid"))


def room(folder: Path) -> Run:
    return rooms.run(folder)
