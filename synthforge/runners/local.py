"""Generation on this machine: requests in flight up to the teacher's concurrency, replies in the order asked."""

import asyncio
from collections.abc import Sequence

from synthforge.context import Bar
from synthforge.errors import RowError, blamed
from synthforge.records import Reply, Request
from synthforge.store import Store, request_key
from synthforge.teacher.base import Teacher

Answered = tuple[str, Reply | RowError]


async def _ask_all(teacher: Teacher, requests: Sequence[Request], store: Store, bar: Bar) -> list[Answered]:
    slots = asyncio.Semaphore(teacher.concurrency)
    identity = teacher.asks_as()

    under_way: dict[str, asyncio.Future[Reply | RowError]] = {}

    async def ask(request: Request) -> Answered:
        key = request_key(identity, request)
        if key not in under_way:  # two orders may come down to one question; it is asked once
            under_way[key] = asyncio.ensure_future(answer(key, request))
        reply = await under_way[key]
        bar.advance()
        return key, reply

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

    return await asyncio.gather(*map(ask, requests))


def ask_all(teacher: Teacher, requests: Sequence[Request], store: Store, bar: Bar) -> list[Answered]:
    """(request key, reply or what went wrong) for each request; a stored reply is never asked for again."""
    return asyncio.run(_ask_all(teacher, requests, store, bar))
