"""Generation on this machine: requests in flight up to the teacher's concurrency, results in the order asked."""

import asyncio
from collections.abc import Generator, Sequence
from typing import TypeVar

from synthforge.context import Bar
from synthforge.errors import RowError, blamed
from synthforge.records import Reply, Request
from synthforge.store import Store, request_key
from synthforge.teacher.base import Teacher

T = TypeVar("T")

Answered = tuple[str, Reply | RowError]
"""The key of a request, and its reply or what went wrong."""

Conversation = Generator[Request, Answered, T]
"""Requests one behind the other, each made from the answers before it, to what comes of them."""


def converse_all(teacher: Teacher, conversations: Sequence[Conversation[T]], store: Store, bar: Bar) -> list[T]:
    """What came of each conversation. They do not wait for each other, and a stored reply is never asked for again."""
    return asyncio.run(_converse_all(teacher, conversations, store, bar))


def ask_all(teacher: Teacher, requests: Sequence[Request], store: Store, bar: Bar) -> list[Answered]:
    """(request key, reply or what went wrong) for each of several single requests."""
    return converse_all(teacher, [_once(request) for request in requests], store, bar)


def _once(request: Request) -> Conversation[Answered]:
    answered = yield request
    return answered


async def _converse_all(teacher: Teacher, conversations: Sequence[Conversation[T]], store: Store, bar: Bar) -> list[T]:
    slots = asyncio.Semaphore(teacher.concurrency)
    identity = teacher.asks_as()

    under_way: dict[str, asyncio.Future[Reply | RowError]] = {}

    async def converse(conversation: Conversation[T]) -> T:
        try:
            request = next(conversation)
            while True:
                request = conversation.send(await ask(request))
        except StopIteration as finished:
            bar.advance()
            result: T = finished.value
            return result

    async def ask(request: Request) -> Answered:
        key = request_key(identity, request)
        if key not in under_way:  # two orders may come down to one question; it is asked once
            under_way[key] = asyncio.ensure_future(answer(key, request))
        return key, await under_way[key]

    async def answer(key: str, request: Request) -> Reply | RowError:
        async with slots:
            if (stored := store.reply(key)) is not None:
                return stored
            try:
                with blamed("generate", teacher, f"order {request.order.id}"):
                    return store.keep(key, await teacher.ask(request))
            except RowError as error:
                store.keep_failure(key, str(error))
                return error

    return await asyncio.gather(*map(converse, conversations))
