"""Generation in the provider's batches: all conversations are advanced together, and ask as one."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Generic

from pydantic import Field

from synthforge.context import Bar, Desk
from synthforge.errors import RowError
from synthforge.records import Reply, Request
from synthforge.runners.base import Conversation, Runner, T
from synthforge.runners.local import Local
from synthforge.runners.submissions import Submissions
from synthforge.store import request_key
from synthforge.teacher.base import Teacher
from synthforge.teacher.batches import Batched


class Batch(Runner):
    """At the provider's batch price, for an answer within a day instead of seconds."""

    in_batches: ClassVar[bool] = True

    poll_seconds: float = Field(60.0, gt=0)
    """Between two looks at the batches under way."""

    def refuses(self, teacher: Teacher) -> str:
        if isinstance(teacher, Batched):
            return ""
        return f"{type(teacher).__name__} takes no batches: say runner=local"

    def converse_all(self, teacher: Teacher, conversations: Sequence[Conversation[T]], desk: Desk, bar: Bar) -> list[T]:
        if not isinstance(teacher, Batched):
            desk.say(f"{type(teacher).__name__} takes no batches: it is asked request by request")
            return Local().converse_all(teacher, conversations, desk, bar)
        try:
            return asyncio.run(_converse_all(teacher, conversations, desk, bar, self.poll_seconds))
        except KeyboardInterrupt:
            desk.say("stopped: batches that were handed in go on at the provider; run again to collect them")
            raise


async def _converse_all(
    teacher: Batched, conversations: Sequence[Conversation[T]], desk: Desk, bar: Bar, poll_seconds: float
) -> list[T]:
    talks = Talks(teacher, conversations, bar)
    submissions = Submissions(teacher, desk, poll_seconds)
    try:
        while talks.waiting:
            if not talks.advance(submissions):
                await submissions.go_on(talks.waiting)
    finally:
        await submissions.close()
    return [talks.ends[number] for number in range(len(conversations))]


class Talks(Generic[T]):
    """Conversations side by side, each waiting for the answer to its next request."""

    def __init__(self, teacher: Teacher, conversations: Sequence[Conversation[T]], bar: Bar) -> None:
        self._identity = teacher.asks_as()
        self._bar = bar
        self._conversations = conversations
        self._asked_by: dict[str, list[int]] = {}
        self.waiting: dict[str, Request] = {}
        """By request key; a question that several ask is asked once."""
        self.ends: dict[int, T] = {}
        for number in range(len(conversations)):
            self._step(number, None)

    def advance(self, submissions: Submissions) -> bool:
        """Hand every answer that is there to whoever waits for it; whether there was one."""
        answers = {key: submissions.answer(key, request) for key, request in self.waiting.items()}
        for key, answer in answers.items():
            if answer is not None:
                del self.waiting[key]
                for number in self._asked_by.pop(key):
                    self._step(number, (key, answer))
        return any(answer is not None for answer in answers.values())

    def _step(self, number: int, answered: tuple[str, Reply | RowError] | None) -> None:
        conversation = self._conversations[number]
        try:
            request = next(conversation) if answered is None else conversation.send(answered)
        except StopIteration as finished:
            self.ends[number] = finished.value
            self._bar.advance()
            return
        key = request_key(self._identity, request)
        self.waiting.setdefault(key, request)
        self._asked_by.setdefault(key, []).append(number)
