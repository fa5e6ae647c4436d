"""Generation on this machine: each conversation goes on by itself, as many at once as the teacher takes."""

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from synthforge.context import Bar, Desk
from synthforge.errors import OutOfBudget, RowError, StageError, blamed
from synthforge.records import Reply, Request
from synthforge.runners.base import Answered, Conversation, Runner, T
from synthforge.store import request_key
from synthforge.teacher.base import Line, Teacher

AHEAD = 10
"""Conversations under way for each request that may be in flight: enough that those which wait out a backoff hold up no
other, and few enough that not every prompt of a large run is in memory at once."""

GO_ON = "run again to go on: what was finished is stored and not asked for again"


class Local(Runner):
    """One request after the other, over as many connections as the teacher's `concurrency`."""

    def converse_all(self, teacher: Teacher, conversations: Sequence[Conversation[T]], desk: Desk, bar: Bar) -> list[T]:
        return asyncio.run(_converse_all(teacher, conversations, desk, bar))


async def _converse_all(teacher: Teacher, conversations: Sequence[Conversation[T]], desk: Desk, bar: Bar) -> list[T]:
    ends: dict[int, T] = {}
    waiting = iter(enumerate(conversations))
    async with teacher.open(desk) as line:
        asking = Asking(teacher, line, desk)

        async def work(place: int) -> None:
            """Take conversations to their ends, one after the other, as long as there are any."""
            for _ in range(place // teacher.concurrency):  # let the first ones be sent before more are written
                await asyncio.sleep(0)
            for number, conversation in waiting:
                ends[number] = await asking.finish(conversation)
                bar.advance()

        with finishing_first(line, desk):
            await _all([work(n) for n in range(min(len(conversations), AHEAD * teacher.concurrency))], line)
    return [ends[number] for number in range(len(conversations))]


async def _all(workers: Sequence[Coroutine[Any, Any, None]], line: Line) -> None:
    """Run them to their ends; the first fault stops the others, once what they have in flight is back and stored."""
    tasks = [asyncio.ensure_future(worker) for worker in workers]
    if not tasks:
        return
    try:
        done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        if running:
            line.stop("stopped by a fault of another request", GO_ON)
            await asyncio.wait(running)
    except asyncio.CancelledError:  # what is in flight is dropped, and each end taken note of
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    faults = [fault for task in (*done, *running) if (fault := task.exception()) is not None]
    if faults:
        raise faults[0]


class Asking:
    """The questions of one stage: the store is looked up first, and a question that several ask is asked once."""

    def __init__(self, teacher: Teacher, line: Line, desk: Desk) -> None:
        self._teacher = teacher
        self._line = line
        self._desk = desk
        self._identity = teacher.asks_as()
        self._in_batches = desk.ledger.store.in_batches()
        self._under_way: dict[str, asyncio.Future[Reply | RowError]] = {}

    async def finish(self, conversation: Conversation[T]) -> T:
        """Take a conversation to its end."""
        try:
            request = next(conversation)
            while True:
                request = conversation.send(await self.ask(request))
        except StopIteration as finished:
            result: T = finished.value
            return result

    async def ask(self, request: Request) -> Answered:
        key = request_key(self._identity, request)
        if key not in self._under_way:
            self._under_way[key] = asyncio.ensure_future(self._answer(key, request))
        try:
            return key, await self._under_way[key]
        finally:
            self._under_way.pop(key, None)  # whoever asks now finds it in the store

    async def _answer(self, key: str, request: Request) -> Reply | RowError:
        if (stored := self._desk.ledger.store.answer(key)) is not None:
            return stored
        if key in self._in_batches:
            raise StageError(
                "generate", f"order {request.order.id} is asked in a batch that an earlier run handed in",
                "say runner=batch to collect it: asking now would be paid for twice",
            )  # fmt: skip
        try:
            with blamed("generate", self._teacher, f"order {request.order.id}"):
                return await self._line.ask(key, request)
        except RowError as error:
            return error
        except OutOfBudget as spent:
            return RowError("budget.spent", spent.reason)


@contextmanager
def finishing_first(line: Line, desk: Desk) -> Iterator[None]:
    """Ctrl-C, or being told to end (SIGTERM), lets what is in flight come back, since it is paid for; the second time
    it does not wait.

    Raises:
        KeyboardInterrupt: after the block, when it was asked for.
    """
    if threading.current_thread() is not threading.main_thread():  # only there can signals be taken
        yield
        return
    loop, task, asked = asyncio.get_running_loop(), asyncio.current_task(), False

    def interrupt() -> None:
        nonlocal asked
        if asked and task is not None:
            task.cancel()
            return
        asked = True
        desk.say("stopping: what is in flight comes back first (Ctrl-C again to drop it)")
        line.stop("stopped by Ctrl-C", GO_ON)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, interrupt)
    try:
        yield
    except (Exception, asyncio.CancelledError) as ended:
        if asked:
            raise KeyboardInterrupt from ended
        raise
    finally:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
    if asked:
        raise KeyboardInterrupt
