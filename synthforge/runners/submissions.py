"""What was handed in to a provider's batches: noted before it leaves, looked after, collected, read.

The store knows of every batch before the provider does, and of every answer before anybody reads it, so that a process
may end at any point: the next one finds what is under way before it hands in anything.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from synthforge.context import Desk
from synthforge.errors import RowError, StageError
from synthforge.money.prices import Price
from synthforge.records import Reply, Request, Usage
from synthforge.store import Submission
from synthforge.teacher import batches as limits
from synthforge.teacher.batches import Batched, Batches, Result, Trace
from synthforge.teacher.breaker import Patience
from synthforge.teacher.chat import OVERLOADED, REFUSED_AT_FIRST, TRANSIENT, Call, Unanswered, at_worst, paid

R = TypeVar("R")

GO_ON = "run again to go on: what was handed in is collected then, and not paid for again"

PATIENCE = Patience()


class Submissions:
    """One teacher's batches, for one stage."""

    def __init__(self, teacher: Batched, desk: Desk, poll_seconds: float) -> None:
        self._teacher = teacher
        self._desk = desk
        self._ledger = desk.ledger
        self._store = desk.ledger.store
        self._price = teacher.price(desk.prices) or Price(input=0, output=0)
        self._poll_seconds = poll_seconds
        self._api: Batches | None = None
        self._failures: Counter[str] = Counter()
        """By request key, how often no usable reply came in this process."""
        self._said: dict[str, str] = {}
        self._given_up: dict[str, RowError] = {}
        self._spent = ""
        """Why nothing more is handed in."""
        self._traces: dict[str, Trace] = {}
        """Where a batch may be whose name at the provider was not heard."""
        self._told: dict[str, int] = {}

    async def close(self) -> None:
        if self._api is not None:
            await self._api.close()

    def answer(self, key: str, request: Request) -> Reply | RowError | None:
        """What came of a request; None when it has to be handed in, or waited for."""
        if (stored := self._store.answer(key)) is not None:
            return stored
        while self._api is not None and (found := self._store.unread(key)) is not None:
            if (answer := self._read(self._api, key, request, *found)) is not None:
                return answer
        if (failures := self._failures[key]) >= self._teacher.attempts:
            return RowError("reply.gave_up", f"no usable reply in {failures} attempts; the last: {self._said[key]}")
        return self._given_up.get(key) or (RowError("budget.spent", self._spent) if self._spent else None)

    async def go_on(self, waiting: Mapping[str, Request]) -> None:
        """Collect what earlier runs left; then hand in what is in no batch, and wait until one has ended.

        Raises:
            StageError: there is no use in waiting on; what was handed in is collected by the next run.
        """
        try:
            if self._api is None:
                self._api = await self._open()
                await self._recover(self._api)
                await self._look(self._api, self._under_way())
                return
            await self._recover(self._api)
            await unbroken(self._hand_in(self._api, waiting))
            while mine := [batch for batch in self._under_way() if not batch.attempts.keys().isdisjoint(waiting)]:
                if await self._look(self._api, mine):
                    return
                await asyncio.sleep(self._poll_seconds)
        except Unanswered as failure:
            where = self._teacher.base_url or "the provider's server"
            raise StageError("generate", f"{where} answers: {failure.said}", GO_ON) from failure

    async def _open(self) -> Batches:
        """A client, once the server has shown that key and model are right and that it takes batches."""
        begun, used = time.perf_counter(), time.process_time()
        api = self._teacher.batches(self._teacher.key())
        try:
            await api.check()
        except Unanswered as failure:
            await api.close()
            raise self._teacher.closed(failure) from None
        except (StageError, asyncio.CancelledError):
            await api.close()
            raise
        self._ledger.opened(time.perf_counter() - begun, time.process_time() - used)
        return api

    def _under_way(self) -> list[Submission]:
        return self._store.open_batches(self._teacher.place)

    # Handing in

    async def _hand_in(self, api: Batches, waiting: Mapping[str, Request]) -> None:
        """What is in no batch yet, as far as there is money for it at its worst.

        The rest waits for what is under way, which will have cost less than its worst; with nothing under way, the
        budget is used up.
        """
        with self._store.alone():
            under_way = {key for batch in self._under_way() for key in batch.attempts}
            handed_in = not under_way.isdisjoint(waiting)
            for calls, worst in self._cut(api, {k: r for k, r in waiting.items() if k not in under_way}):
                await self._submit(api, calls, worst)
                handed_in = True
            if not handed_in:
                ...
