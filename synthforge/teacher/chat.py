"""Teachers behind an HTTP API: every attempt is admitted, paid for and written down before its reply is used."""

import asyncio
import gc
import json
import os
import re
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError, field_validator

from synthforge.context import Desk
from synthforge.errors import RowError, StageError
from synthforge.money.prices import Price, Prices
from synthforge.records import Reply, Request, Usage
from synthforge.teacher.admission import Admission, Turn
from synthforge.teacher.base import Line, Teacher
from synthforge.teacher.breaker import Patience
from synthforge.teacher.rates import Rates

OVERLOADED = (429, 503, 529)
"""Too many requests, unavailable, overloaded: to be asked again, more slowly."""
TRANSIENT = (408, 409, 425)
"""Of the statuses below 500 those that may go better the next time: timeout, conflict, too early."""
SHUT_OUT = (401, 402, 403, 404)
"""No key, no money, no permission, no such model: no other request will go better."""

REFUSED_AT_FIRST, REFUSED_LATER = 5, 20
"""Requests refused as invalid in a row, before any was answered and afterwards, that show that it is not their own
fault but that of the settings or the account."""

NO_KEY = "none"
"""What is sent as the key to a server that wants none."""

USELESS = 40
"""Replies in a row that break off or do not fit, with no good one among them, that show that it is no accident."""

WRAPPING = 1_000
"""Input tokens, at most, that a provider adds to what is sent (its instructions for tools and formats)."""

Json = dict[str, JsonValue]
A = TypeVar("A", bound="Api")


class Chat(Teacher, ABC):
    """A model behind an HTTP API, asked for replies that fit the template's response model."""

    model: str = Field(min_length=1)
    """The provider's name for it."""

    base_url: str | None = None
    """Where the server is; the provider's own address when not set."""

    api_key_env: str = ""
    """Environment variable with the key, which stands in no recipe; empty for a server that wants none."""

    max_tokens: int = Field(8_000, ge=1)
    """Room for one reply, thinking included; a reply that does not fit is no use, and is paid for."""

    timeout: float = Field(180.0, gt=0)
    """Seconds until an answer is no longer waited for."""

    attempts: int = Field(8, ge=1)
    """Of one request, until a usable reply comes; being told to slow down is none."""

    requests_per_minute: float | None = Field(None, gt=0)
    """The provider's limit, if it is known; it is found out otherwise."""

    input_tokens_per_minute: float | None = Field(None, gt=0)

    output_tokens_per_minute: float | None = Field(None, gt=0)

    rate: Price | None = None
    """USD per million tokens, for a model that the price table lacks or for prices of your own."""

    alias: str = ""
    """What the model is called in request keys: replies that were paid for stay known when its name changes."""

    @field_validator("base_url")
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", address):
            raise ValueError(f"should be an address such as http://localhost:8000/v1 (got '{address}')")
        return address

    def lacks(self) -> str:
        """What a run will need and does not have; '' for nothing."""
        name = self.api_key_env
        return f"{name} is not set: a run will need the key" if name and not os.environ.get(name) else ""

    def asks_as(self) -> dict[str, Any]:
        """The model and what is sent with every request; not where the server is, nor how fast it may be asked."""
        identity = self.identity()
        return {"_target_": identity["_target_"], "model": self.alias or self.model, **self.parameters()}

    @property
    def called(self) -> str:
        return self.model

    @property
    def room(self) -> int:
        return self.max_tokens

    def price(self, prices: Prices) -> Price | None:
        return self.rate or prices.of(self.model)

    @abstractmethod
    def parameters(self) -> Json:
        """What is sent with every request and decides its reply. `max_tokens` does not: it only cuts one off, and
        raising it must not buy the others again."""

    @abstractmethod
    def api(self, key: str) -> "Api":
        """A client for the provider; imports its SDK."""

    @asynccontextmanager
    async def open(self, desk: Desk) -> AsyncIterator[Line]:
        line = ChatLine(self, desk)
        try:
            yield line
        finally:
            await line.close()

    async def ask(self, request: Request) -> Reply:
        """Answer one request outside a run: no store, no budget, one attempt."""
        api = self.api(self.key())
        try:
            received = await api.send(api.call(request))
        finally:
            await api.close()
        if received.ending != "whole" or received.content is None:
            raise RowError("reply.unusable", received.said)
        return Reply(content=received.content, usage=received.usage)

    def key(self) -> str:
        """The API key.

        Raises:
            StageError: the variable that should hold it is not set.
        """
        name = self.api_key_env
        if not name:
            return NO_KEY  # SDKs insist on one
        if key := os.environ.get(name, ""):
            if not key.isascii() or not key.isprintable() or " " in key:
                reason = f"what {name} holds is no API key: it has a blank, a line break or a letter outside ASCII"
                raise StageError("generate", reason, f"set {name} to the key alone")
            return key
        raise StageError(
            "generate", f"the environment variable {name} holds no API key for '{self.model}'",
            f"set {name}, or name another variable with teacher.api_key_env (empty for a server that wants no key)",
        )  # fmt: skip

    def closed(self, failure: "Unanswered") -> StageError:
        """What it means that the server does not even describe the model."""
        where = self.base_url or "the provider's server"
        if failure.status in (401, 403):
            name = self.api_key_env or "use (none: teacher.api_key_env is empty)"
            return StageError("generate", f"the API key in {name} is refused: {failure.said}", f"correct {name}")
        if failure.status:
            return StageError("generate", f"{where} answers {failure.said}", "correct teacher.base_url, or wait")
        return StageError("generate", f"{where} cannot be reached: {failure.said}", "see that it is up and reachable")


@dataclass(frozen=True)
class Call:
    """One request in the provider's words, and the most that an attempt at it can use."""

    body: Mapping[str, Any]
    response: type[BaseModel]
    worst: Usage


@dataclass(frozen=True)
class Received:
    """An answer that came with status 200. `content` is there when it is whole and fits the response model."""

    ending: Literal["whole", "unusable", "declined"]
    usage: Usage
    raw: str
    content: dict[str, Any] | None = None
    said: str = ""


class Unanswered(Exception):
    """No answer of the API's. `status` is 0 when none came at all, and 200 when what came cannot be read; `sent` tells
    whether it may have been billed."""

    def __init__(self, status: int, said: str, retry_after: float | None = None, sent: bool = True) -> None:
        self.status = status
        self.said = said
        self.retry_after = retry_after
        self.sent = sent
        super().__init__(said)


class Api(ABC):
    """One provider's protocol over one client."""

    @abstractmethod
    def call(self, request: Request) -> Call: ...

    @abstractmethod
    async def send(self, call: Call) -> Received:
        """Raises: Unanswered."""

    @abstractmethod
    async def check(self) -> None:
        """Ask for the model's description, which costs nothing.

        Raises:
            Unanswered: with the status.
            StageError: the server does not have the model.
        """

    @abstractmethod
    async def close(self) -> None: ...


async def checked(api: A, teacher: Chat) -> A:
    """The client, once the server has shown that key and model are right: before anything is spent.

    Raises:
        StageError: they are not.
    """
    try:
        await api.check()
    except Unanswered as failure:
        await api.close()
        raise teacher.closed(failure) from None
    except BaseException:  # whatever it is goes on; a client left open would warn at the end
        await api.close()
        raise
    return api


class ChatLine:
    """A client, its queue and its page in the ledger, for one stage; the client is made when it is first needed."""

    def __init__(self, teacher: Chat, desk: Desk) -> None:
        self._teacher = teacher
        self._desk = desk
        self._price = teacher.price(desk.prices) or Price(input=0, output=0)
        self._opening = asyncio.Lock()
        self._api: Api | None = None
        self._shut: StageError | None = None
        self._good = False
        self._refused = 0
        self._useless = 0
        self._admission = Admission(
            teacher.concurrency,
            rates=Rates(
                teacher.requests_per_minute, teacher.input_tokens_per_minute, teacher.output_tokens_per_minute
            ),
            budget=desk.budget,
            patience=Patience(attempts=teacher.attempts),
        )  # fmt: skip

    def stop(self, reason: str, remedy: str) -> None:
        self._admission.stop(reason, remedy)

    async def close(self) -> None:
        self._admission.close()
        if self._api is not None:
            gc.unfreeze()
            await self._api.close()

    async def ask(self, key: str, request: Request) -> Reply:
        api = self._api or await self._open()
        call = api.call(request)
        worst = at_worst(self._price, call.worst)
        async for turn in self._admission.turns(worst):
            async with turn:
                if (reply := await self._attempt(api, key, call, turn)) is not None:
                    return reply
        raise AssertionError("turns end with a settled one, or an error")

    async def _open(self) -> Api:
        """The client, once the server has shown that key and model are right: before anything is spent."""
        async with self._opening:
            if self._shut is not None:  # whoever waited here need not knock again
                raise self._shut
            if self._api is None:
                begun, used = time.perf_counter(), time.process_time()
                try:
                    api = await checked(self._teacher.api(self._teacher.key()), self._teacher)
                except StageError as shut:
                    self._shut = shut
                    raise
                # What is loaded by now stays: collections that walk all of it cost more than what is freed.
                gc.collect()
                gc.freeze()
                self._desk.ledger.opened(time.perf_counter() - begun, time.process_time() - used)
                self._api = api
        return self._api

    async def _attempt(self, api: Api, key: str, call: Call, turn: Turn) -> Reply | None:
        """One HTTP request; None when it has to be asked again."""
        ledger = self._desk.ledger
        attempt = ledger.begin(key, turn.worst.cost_usd)
        try:
            received = await api.send(call)
        except Unanswered as failure:
            self._unanswered(failure, key, attempt, turn)
            return None
        # A server that does not count may have charged anything.
        uncounted = Usage(cost_usd=turn.worst.cost_usd)
        usage = paid(self._price, received.usage) if received.usage.input_tokens else uncounted
        self._good, self._refused = True, 0
        if received.ending == "declined":
            turn.settle(usage)
            error = RowError("reply.refused", received.said)
            ledger.declined(key, attempt, error, usage, received.raw)
            raise error
        if received.content is None:
            ledger.end(key, attempt, "unusable", received.said, usage, received.raw)
            turn.unusable(received.said, usage)
            self._useless += 1
            if self._useless >= USELESS:
                reason = f"{self._useless} replies in a row were of no use; the last: {received.said}"
                self.stop(reason, "correct teacher.max_tokens, the model or the template, then run again")
            return None
        turn.settle(usage)
        self._useless = 0
        return ledger.replied(key, attempt, Reply(content=received.content, usage=usage), received.raw)

    def _unanswered(self, failure: Unanswered, key: str, attempt: int, turn: Turn) -> None:
        """What an error of the server or of the connection means for the request, and for the run."""
        status, said, ledger = failure.status, failure.said, self._desk.ledger
        if status in OVERLOADED:
            ledger.end(key, attempt, "overloaded", said)
            turn.overloaded(said, failure.retry_after)
        elif status >= 500 or status in TRANSIENT or not (status or failure.sent):
            ledger.end(key, attempt, "failed", said)
            turn.failed(said)
        elif status in (0, 200):
            ledger.end(key, attempt, "lost", said, turn.worst)
            turn.lost(said)
        else:
            self._invalid(status, said)
            ledger.end(key, attempt, "refused", said)
            turn.unusable(said, Usage())
            raise RowError("request.refused", said)

    def _invalid(self, status: int, said: str) -> None:
        """The server will not take this request; stop when it takes none."""
        self._refused += 1
        if status in SHUT_OUT:
            where = "base_url (it usually ends in /v1) or model" if status == 404 else "key or account"
            self.stop(f"the server refuses: {said}", f"correct the teacher's {where}, then run again")
        elif self._refused >= (REFUSED_LATER if self._good else REFUSED_AT_FIRST):
            reason = f"{self._refused} requests in a row were refused; the last: {said}"
            self.stop(reason, "correct the teacher's settings or the account, then run again")


def paid(price: Price, usage: Usage, batch: bool = False) -> Usage:
    """What was used, with what it costs."""
    return usage.model_copy(update={"cost_usd": price.cost(usage, batch)})


def at_worst(price: Price, worst: Usage, batch: bool = False) -> Usage:
    """With the most that it may cost: nothing comes from a cache, and everything may have to be written to it."""
    written = worst.model_copy(update={"cache_write_tokens": worst.input_tokens})
    dearest = max(price.cost(worst, batch), price.cost(written, batch))
    return worst.model_copy(update={"cost_usd": dearest})


def bound(body: Mapping[str, Any], max_tokens: int) -> Usage:
    """The most that a request can use: no tokenizer makes more tokens than there are bytes."""
    return Usage(input_tokens=len(json.dumps(body, ensure_ascii=False).encode()) + WRAPPING, output_tokens=max_tokens)


def misfit(error: ValidationError) -> str:
    """Why a reply does not fit its response model, in one line."""
    faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}".lstrip(": ") for each in error.errors()[:3])
    return f"the reply does not fit: {'; '.join(faults)}"
