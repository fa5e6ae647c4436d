"""The runner family: many conversations with a teacher, to what comes of each."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from typing import ClassVar, TypeVar

from synthforge.context import Bar, Desk
from synthforge.errors import RowError
from synthforge.plugin import Plugin
from synthforge.records import Reply, Request
from synthforge.teacher.base import Teacher

T = TypeVar("T")

Answered = tuple[str, Reply | RowError]
"""The key of a request, and its reply or what went wrong."""

Conversation = Generator[Request, Answered, T]
"""Requests one behind the other, each made from the answers before it, to what comes of them."""


class Runner(Plugin, ABC):
    """Where and how a teacher is asked; it changes how long that takes and what it costs, never what comes out."""

    in_batches: ClassVar[bool] = False
    """Whether the provider takes its batch price."""

    def refuses(self, teacher: Teacher) -> str:
        """Why this teacher could not be asked; '' when it can."""
        return ""

    @abstractmethod
    def converse_all(self, teacher: Teacher, conversations: Sequence[Conversation[T]], desk: Desk, bar: Bar) -> list[T]:
        """What came of each conversation, in their order. A stored reply is never asked for again.

        Raises:
            StageError: there is no use in going on; what was finished is stored.
            KeyboardInterrupt: the user stopped it; likewise.
        """


def ask_all(runner: Runner, teacher: Teacher, requests: Sequence[Request], desk: Desk, bar: Bar) -> list[Answered]:
    """(request key, reply or what went wrong) for each of several single requests."""
    return runner.converse_all(teacher, [_once(request) for request in requests], desk, bar)


def _once(request: Request) -> Conversation[Answered]:
    answered = yield request
    return answered
