"""A small HTTP/1.1 server on asyncio: one call in, one answer out, as fast as the loop turns.

It is in no way a general server: bodies come with a length, a connection answers one call at a time. What it can do
that others cannot is misbehave on request: answer late, in dribbles, never, or with a reset.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

Manner = Literal["whole", "slow", "never", "reset"]

DRIBBLES = 10
"""Pieces of a slow body."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it stood on the wire; header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Answer:
    """What to send, `after` how many seconds, and in which manner; `slow` is how long a slow body takes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    manner: Manner = "whole"
    slow: float = 0.0
    over: Callable[[bool], None] | None = None
    """Called once: with True when the answer has been sent as meant, with False when the caller left before."""


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, handle: Callable[[Call], Answer]) -> None:
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._answer: Answer | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._over(sent=False)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answer is None:
            self._next()

    def _next(self) -> None:
        """Take the next whole call from what was received, if there is one."""
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        first, *lines = self._received[:head].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        end = head + 4 + int(headers.get("content-length", 0))
        if len(self._received) < end:
            return
        body = bytes(self._received[head + 4 : end])
        del self._received[:end]
        method, target, _ = first.split(" ", 2)
        path, _, query = target.partition("?")
        self._reply(self._handle(Call(method, path, query, headers, body)))

    def _reply(self, answer: Answer) -> None:
        self._answer = answer
        if answer.manner == "never":
            return
        if answer.after > 0:
            self._timer = self._loop.call_later(answer.after, self._send)
        else:
            self._send()

    def _send(self) -> None:
        answer = self._answer
        assert answer is not None
        if answer.manner == "reset":
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._over(sent=True)
            self._transport.abort()
            return
        extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        head = f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, 'Other')}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(answer.body)}\r\n{extra}\r\n"
        if answer.manner == "slow":
            self._transport.write(head.encode("latin-1"))
            self._dribble(answer, 0)
        else:
            self._transport.write(head.encode("latin-1") + answer.body)
            self._done()

    def _dribble(self, answer: Answer, start: int) -> None:
        end = start + max(1, -(-len(answer.body) // DRIBBLES))
        self._transport.write(answer.body[start:end])
        if end >= len(answer.body):
            self._done()
        else:
            self._timer = self._loop.call_later(answer.slow / DRIBBLES, self._dribble, answer, end)

    def _done(self) -> None:
        self._over(sent=True)
        self._next()

    def _over(self, sent: bool) -> None:
        answer, self._answer, self._timer = self._answer, None, None
        if answer is not None and answer.over is not None:
            answer.over(sent)


def as_json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode())
