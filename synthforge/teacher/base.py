"""The teacher family: one request in, one typed reply out."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Protocol

from pydantic import Field

from synthforge.context import Desk
from synthforge.errors import RowError, StageError
from synthforge.money.prices import Price, Prices
from synthforge.plugin import Plugin
from synthforge.records import Reply, Request


class Line(Protocol):
    """An open connection to a teacher, for one stage."""

    async def ask(self, key: str, request: Request) -> Reply:
        """The reply, stored under the request's key before anything is done with it.

        Raises:
            RowError: no usable reply could be had for this request.
            StageError: there is no use in asking on.
        """

    def stop(self, reason: str, remedy: str) -> None:
        """Send nothing more; what is in flight may come back. Whoever waits or comes later gets a StageError."""


class Teacher(Plugin, ABC):
    """Who writes the examples."""

    stand_in: ClassVar[bool] = False
    """True for a teacher that is not meant for production data; the report and the dataset card say so."""

    judges: ClassVar[bool] = True
    """Whether it can be asked anything at all; one that only writes examples makes no judge."""

    concurrency: int = Field(16, ge=1)
    """Requests in flight at once; changes how long a run takes, never what comes out."""

    @abstractmethod
    async def ask(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            RowError: no usable reply could be had for this request.
        """

    @asynccontextmanager
    async def open(self, desk: Desk) -> AsyncIterator[Line]:
        """A connection for as long as a stage lasts; overridden where requests share a client."""
        yield Direct(self, desk)

    def asks_as(self) -> dict[str, Any]:
        """The part of the identity that decides replies, for the request key."""
        return {k: v for k, v in self.identity().items() if k != "concurrency"}

    def lacks(self) -> str:
        """What a run will need of the machine and does not have; '' for nothing."""
        return ""

    def refuses(self, schema: Mapping[str, Any]) -> str:
        """Why it could not be asked for replies of this JSON schema; '' when it can."""
        return ""

    @property
    def called(self) -> str:
        """What a person calls it."""
        return type(self).__name__

    @property
    def room(self) -> int:
        """Tokens that one reply may take; 0 where nothing is paid by the token."""
        return 0

    def price(self, prices: Prices) -> Price | None:
        """What its replies cost; None when nobody knows."""
        return Price(input=0, output=0)


class Direct:
    """A teacher that answers by itself, and costs nothing: one attempt, so many at once."""

    def __init__(self, teacher: Teacher, desk: Desk) -> None:
        self._teacher = teacher
        self._ledger = desk.ledger
        self._slots = asyncio.Semaphore(teacher.concurrency)
        self._stopped: StageError | None = None

    async def ask(self, key: str, request: Request) -> Reply:
        async with self._slots:
            if self._stopped is not None:
                raise self._stopped
            attempt = self._ledger.begin(key)
            try:
                reply = await self._teacher.ask(request)
            except RowError as error:
                self._ledger.end(key, attempt, "failed", str(error))
                raise
            return self._ledger.replied(key, attempt, reply)

    def stop(self, reason: str, remedy: str) -> None:
        self._stopped = self._stopped or StageError("generate", reason, remedy)
