"""Generation on this machine: requests in flight up to the teacher's concurrency, replies in the order asked."""

import asyncio
from collections.abc import Sequence

from synthforge.context import Bar
from synthforge.errors import RowError
from synthforge.records import Reply, Request
from synthforge.store import Store, request_key
from synthforge.teacher.base import Teacher

Answered = tuple[str, Reply | RowError]


async def _ask_all(teacher: Teacher, requests: Sequence[Request], store: Store, bar: Bar) -> list[Answered]:
    slots = asyncio.Semaphore(teacher.concurrency)
    identity = teacher.asks_as()

    async def ask(request: Request) -> Answered:
        key = request_key(identity, request)
        async with slots:
            reply: Reply | RowError | None = store.reply(key)
            if reply is None:
                try:
                    reply = await teacher.ask(request)
                    store.keep(key, reply)
                except RowError as error:
                    store.keep_failure(key, str(error))
                    reply = error
        bar.advance()
        return key, reply

    return await asyncio.gather(*map(ask, requests))


def ask_all(teacher: Teacher, requests: Sequence[Request], store: Store, bar: Bar) -> list[Answered]:
    """(request key, reply or what went wrong) for each request; a stored reply is never asked for again."""
    return asyncio.run(_ask_all(teacher, requests, store, bar))
