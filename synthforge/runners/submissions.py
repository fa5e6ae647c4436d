"""Batches at a provider: noted before they leave, found again after a kill, looked after, collected.

The store knows of every batch before the provider does, and of every answer before anybody reads it, so that a process
may end at any point: the next one finds what is under way before it hands in anything.
"""

import asyncio
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from synthforge.context import Desk
from synthforge.errors import RowError, StageError
from synthforge.money.prices import Price
from synthforge.records import Reply, Request
from synthforge.runners.answers import Answers
from synthforge.runners.persistence import PATIENCE, passing, persistent, unbroken
from synthforge.store import Ending, Submission
from synthforge.teacher import batches as limits
from synthforge.teacher.batches import Batched, Batches, Result, Standing, Trace
from synthforge.teacher.chat import OVERLOADED, REFUSED_AT_FIRST, Call, Unanswered, at_worst, checked

GO_ON = "run again to go on: what was handed in is collected then, and not paid for again"
CORRECT = "correct the teacher's settings or the account, then run again"


class Load(NamedTuple):
    """What goes out as one batch: calls by request key, and the most that each may cost."""

    calls: dict[str, Call]
    worst: dict[str, float]


class Submissions:
    """One teacher's batches, for one stage."""

    def __init__(self, teacher: Batched, desk: Desk, poll_seconds: float) -> None:
        self._teacher = teacher
        self._desk = desk
        self._ledger, self._store = desk.ledger, desk.ledger.store
        self._price = teacher.price(desk.prices) or Price(input=0, output=0)
        self._poll_seconds = poll_seconds
        self._api: Batches | None = None
        self._answers = Answers(teacher, desk.ledger, self._price)
        self._guesses: dict[str, str] = {}
        """By our name, which batch of the provider's it may be; its results will tell."""
        self._room: int | None = None
        """Requests that the provider lets wait at once, once it has refused more."""
        self._told: dict[str, int] = {}
        """By our name, how much was done when that was last said."""

    async def close(self) -> None:
        if self._api is not None:
            await self._api.close()

    def answer(self, key: str, request: Request) -> Reply | RowError | None:
        """What came of a request; None when it has to be handed in, or waited for."""
        return self._answers.of(key, request, self._api)

    async def go_on(self, waiting: Mapping[str, Request]) -> None:
        """Collect what earlier runs left; from the second time on, hand in what is in no batch, wait until one has
        ended, and collect it.

        Raises:
            StageError: there is no use in going on now.
        """
        try:
            if self._api is None:
                self._api = await self._open()
                await self._recover(self._api)
                await self._take_up(self._api)
                return
            await self._recover(self._api)
            await unbroken(self._hand_in(self._api, waiting))
            while mine := [batch for batch in self._under_way() if not waiting.keys().isdisjoint(batch.attempts)]:
                if await self._look(self._api, mine):
                    return
                await asyncio.sleep(self._poll_seconds)
        except Unanswered as failure:
            where = self._teacher.base_url or "the provider's server"
            raise StageError("generate", f"{where} answers: {failure.said}", GO_ON) from failure

    async def _open(self) -> Batches:
        """A client, once the server has shown that key and model are right and that it takes batches."""
        begun, used = time.perf_counter(), time.process_time()
        api = await checked(self._teacher.batches(self._teacher.key()), self._teacher)
        self._ledger.opened(time.perf_counter() - begun, time.process_time() - used)
        return api

    def _under_way(self) -> list[Submission]:
        return self._store.open_batches(self._teacher.place)

    # The way out

    async def _hand_in(self, api: Batches, waiting: Mapping[str, Request]) -> None:
        """What is in no batch yet, as far as there is money for it at its worst.

        The rest waits for what is under way, which may cost less than its worst; when nothing is, the budget is used
        up.
        """
        with self._store.alone():
            under_way = {key for batch in self._under_way() for key in batch.attempts}
            todo = [key for key in waiting if key not in under_way]
            mine = len(waiting) - len(todo)
            going, room = mine > 0, None if self._room is None else max(0, self._room - mine)
            self._recount()
            for load in self._loads(api, {key: waiting[key] for key in todo[:room]}):
                await self._submit(api, load)
                self._recount()
                going = True
            if not going:
                self._answers.spent = (
                    f"the budget is used up: {self._desk.budget} spent, and the next request may cost more than is left"
                )

    def _recount(self) -> None:
        """The store knows what was spent: what is under way at its worst, what was collected as it is."""
        self._desk.budget.spent = self._ledger.spent

    def _loads(self, api: Batches, todo: Mapping[str, Request]) -> Iterator[Load]:
        """Calls, in their order, in batches that the provider takes and that the budget has room for."""
        load, size, reserved = Load({}, {}), 0, 0.0
        for key, request in todo.items():
            call = api.call(request)
            bytes_, cost = call.worst.input_tokens, at_worst(self._price, call.worst, batch=True).cost_usd
            if load.calls and (len(load.calls) == limits.MOST_REQUESTS or size + bytes_ > limits.MOST_BYTES):
                yield load
                load, size, reserved = Load({}, {}), 0, 0.0
            if not self._desk.budget.fits(reserved + cost):
                break
            load.calls[key], load.worst[key] = call, cost
            size, reserved = size + bytes_, reserved + cost
        if load.calls:
            yield load

    async def _submit(self, api: Batches, load: Load) -> None:
        batch = self._ledger.begin_batch(secrets.token_hex(6), self._teacher.place, load.worst)
        try:
            trace = await self._sent(api, batch, load.calls)
        except Unanswered as failure:
            if passing(failure):  # it may have arrived all the same, which the next run finds out
                raise
            self._end(batch, "refused", failure.said)
            raise StageError("generate", f"the batch is refused: {failure.said}", CORRECT) from failure
        self._heard(batch, trace)
        self._told[batch.name] = 0
        where = "" if self._teacher.base_url else f" ({api.console})"
        self._desk.say(
            f"batch {trace.provider}{where}: {len(load.calls):,} requests handed in, "
            f"${sum(load.worst.values()):,.2f} at most; it may take a day, and goes on without this process"
        )

    async def _sent(self, api: Batches, batch: Submission, calls: Mapping[str, Call]) -> Trace:
        """Hand a batch in; when no answer comes it may be there all the same, and is looked for before it goes again.

        Raises:
            Unanswered: it is not known to be there. The next run looks for it once more.
        """
        for failures in count(1):
            try:
                return Trace(await api.submit(batch.name, calls), sure=True)
            except Unanswered as failure:
                if not passing(failure) or failures == PATIENCE.failures:
                    raise
                overloaded, wait = failure.status in OVERLOADED, failure.retry_after or PATIENCE.wait(failures)
            if not overloaded and (trace := await persistent(lambda: self._found(api, batch))) is not None:
                return trace
            await asyncio.sleep(wait)
        raise AssertionError("counting has no end")

    async def _recover(self, api: Batches) -> None:
        """Find the batches whose process ended before it heard the provider's name for them."""
        with self._store.alone():
            for batch in self._under_way():
                if batch.provider or batch.name in self._guesses:
                    continue
                trace = await persistent(lambda batch=batch: self._found(api, batch))  # type: ignore[misc]
                if trace is None:
                    self._end(batch, "failed", "its batch was never handed in")
                else:
                    self._heard(batch, trace)

    async def _found(self, api: Batches, batch: Submission) -> Trace | None:
        known = self._store.batch_names() | set(self._guesses.values())
        return await api.find(batch.name, len(batch.attempts), known)

    def _heard(self, batch: Submission, trace: Trace) -> None:
        if trace.sure:
            self._store.name_batch(batch.name, trace.provider)
        else:
            self._guesses[batch.name] = trace.provider

    # The way back

    async def _take_up(self, api: Batches) -> None:
        """Collect whatever has ended by now, also what nobody here waits for; what went wrong with it is past."""
        for batch in self._under_way():
            try:
                await self._look(api, [batch])
            except StageError as past:
                self._desk.say(f"{past.reason} (handed in by an earlier run)")

    async def _look(self, api: Batches, batches: Sequence[Submission]) -> bool:
        """Ask how far batches are and collect those that have ended; whether there were any."""
        ended = False
        for batch in batches:
            provider = batch.provider or self._guesses.get(batch.name, "")
            if not provider:  # another process is about to hand it in
                continue
            try:
                standing = await persistent(lambda provider=provider: api.standing(provider))  # type: ignore[misc]
            except Unanswered as failure:
                if failure.status != 404:
                    raise
                self._lost(batch, provider, failure.said)
                ended = True
                continue
            if standing.failed:
                self._refused(batch, provider, standing)
                ended = True
            elif standing.ended:
                await self._collect(api, batch, provider)
                ended = True
            elif standing.done != self._told.get(batch.name):
                self._told[batch.name] = standing.done
                self._desk.say(f"batch {provider}: {standing.done:,} of {len(batch.attempts):,} done")
        return ended

    async def _collect(self, api: Batches, batch: Submission, provider: str) -> None:
        """Take every answer of a batch into the store; what has none is asked again."""
        left, refused = dict(batch.attempts), []

        async def take() -> None:
            async for result in api.results(provider, batch.name):
                if (attempt := left.pop(result.key, None)) is not None:
                    self._answers.take(result, attempt, api)
                    refused.extend([result.said] if result.refused else [])

        await persistent(take)
        if self._guesses.pop(batch.name, "") and len(left) == len(batch.attempts):
            return  # it was another one; it is looked for again
        for key, attempt in left.items():
            self._answers.take(Result(key, said="the batch ended without it"), attempt, api)
        self._store.end_batch(batch.name)
        self._desk.say(f"batch {provider}: collected, {len(batch.attempts) - len(left):,} results")
        if len(refused) == len(batch.attempts) >= REFUSED_AT_FIRST:
            raise StageError("generate", f"every request of batch {provider} was refused: {refused[-1]}", CORRECT)

    def _refused(self, batch: Submission, provider: str, standing: Standing) -> None:
        """Nothing of it was begun, which costs nothing; where it was too much at once, half of it is tried."""
        self._end(batch, "refused", standing.failed)
        said = f"batch {provider} was not begun: {standing.failed}"
        if not standing.full or len(batch.attempts) == 1:
            raise StageError("generate", said, CORRECT)
        self._room = len(batch.attempts) // 2
        self._desk.say(f"{said}; no more than {self._room:,} requests are handed in at once from now on")

    def _lost(self, batch: Submission, provider: str, said: str) -> None:
        """Its attempts have no end, and count as their worst."""
        self._store.end_batch(batch.name)
        self._desk.say(
            f"batch {provider} is not known to the provider under this key ({said}): its {len(batch.attempts):,} "
            "requests count as paid, and are asked again"
        )

    def _end(self, batch: Submission, ending: Ending, said: str) -> None:
        for key, attempt in batch.attempts.items():
            self._ledger.end(key, attempt, ending, said)
        self._store.end_batch(batch.name)
