"""Calls about batches, and how long they are tried: their failures say nothing of the requests in them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from synthforge.teacher.breaker import Patience
from synthforge.teacher.chat import OVERLOADED, TRANSIENT, Unanswered

R = TypeVar("R")

PATIENCE = Patience()


def passing(failure: Unanswered) -> bool:
    """Whether the same call may be answered in a while."""
    return failure.status < 400 or failure.status >= 500 or failure.status in (*OVERLOADED, *TRANSIENT)


async def persistent(call: Callable[[], Awaitable[R]]) -> R:
    """What a call gives, once the provider answers it.

    Raises:
        Unanswered: it will not, or has not for some minutes.
    """
    for failures in range(1, PATIENCE.failures):
        try:
            return await call()
        except Unanswered as failure:
            if not passing(failure) or (failure.retry_after or 0) > PATIENCE.longest_pause:
                raise
            await asyncio.sleep(failure.retry_after or PATIENCE.wait(failures))
    return await call()


async def unbroken(doing: Coroutine[Any, Any, R]) -> R:
    """A Ctrl-C takes effect when it is done."""
    task = asyncio.ensure_future(doing)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
