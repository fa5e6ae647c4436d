"""Teachers whose provider also takes many requests at once, answers them within a day, and asks less for it."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping
from typing import ClassVar, NamedTuple

from pydantic import BaseModel

from synthforge.errors import StageError
from synthforge.records import Usage
from synthforge.teacher.chat import Api, Call, Chat, Received

MOST_REQUESTS, MOST_BYTES = 20_000, 100_000_000
"""Of one batch. Anthropic takes 100,000 requests and 256 MB, OpenAI 50,000 and 200 MB; less fits in memory."""

UPLOAD = 900.0
"""Seconds for handing a batch in, and for taking its answers."""

RECENT = 200
"""Batches of an account, the latest first, among which a lost one is looked for."""


class Batched(Chat):
    """A teacher whose requests can be handed in together."""

    @abstractmethod
    def batches(self, key: str) -> "Batches":
        """A client for the provider's batches; imports its SDK."""

    @property
    def place(self) -> str:
        """Where batches are handed in, so that they are asked for at the same place again."""
        return f"{type(self).__name__} {self.base_url or ''}".strip()


class Standing(NamedTuple):
    """How far a batch is; `failed` says why the provider began none of it, `full` that a smaller one may do better."""

    ended: bool
    done: int
    failed: str = ""
    full: bool = False


class Result(NamedTuple):
    """What became of one request: `raw` is the provider's answer as it came, '' when there is none for what is `said`;
    `refused` means that there never will be one."""

    key: str
    raw: str = ""
    said: str = ""
    refused: bool = False


class Trace(NamedTuple):
    """A batch that may be the one looked for; only its results tell where it is not `sure`."""

    provider: str
    sure: bool


class Batches(Api):
    """One provider's batch protocol over one client. Every verb raises Unanswered where no answer comes."""

    console: ClassVar[str]
    """Where a person can look at the account's batches."""

    @abstractmethod
    async def submit(self, name: str, calls: Mapping[str, Call]) -> str:
        """Hand in calls by request key; returns the provider's name for the batch."""

    @abstractmethod
    async def find(self, name: str, count: int, known: Collection[str]) -> Trace | None:
        """A batch of so many requests that was handed in under this name, among recent ones that are not `known`."""

    @abstractmethod
    async def standing(self, provider: str) -> Standing: ...

    @abstractmethod
    def results(self, provider: str, name: str) -> AsyncIterator[Result]:
        """What became of the requests of a batch that has ended, in any order; those of other names are left out."""

    @abstractmethod
    def read(self, raw: str, response: type[BaseModel]) -> Received:
        """An answer as it came, validated by the response model of its request."""

    @abstractmethod
    def used(self, raw: str) -> Usage:
        """What an answer used, which can be told without knowing its request."""


def custom_id(name: str, key: str) -> str:
    """What a request is called at the provider: 33 characters of the 64 that both allow."""
    return f"{name}-{key}"


def request_of(custom_id: str, name: str) -> str:
    """The request key in a custom id of this batch; '' in one of another."""
    batch, _, key = custom_id.rpartition("-")
    return key if batch == name else ""


def no_batches(teacher: Chat, said: str) -> StageError:
    where = teacher.base_url or "the provider's server"
    return StageError("generate", f"{where} takes no batches: {said}", "say runner=local to ask one by one")
