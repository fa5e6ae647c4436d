"""The server in a thread of the test's own process: every call can be looked at, and some answered by the test."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.http import Answer, Call, Connection
from tests.support.server import Server
from tests.support.settings import Settings
from tests.support.stats import Stats

MODEL_CALLS = ("/v1/chat/completions", "/v1/messages")

First = Callable[[Call], Answer | None]
"""Asked before the server; None leaves the call to it."""


@dataclass
class Listening:
    url: str
    server: Server
    calls: list[Call] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each call came, by a monotonic clock."""

    @property
    def stats(self) -> Stats:
        return self.server.stats

    def bodies(self) -> list[dict[str, Any]]:
        """What the model was asked."""
        return [json.loads(call.body) for call in self.calls if call.path in MODEL_CALLS]


@contextmanager
def listening(first: First = lambda call: None, **settings: Any) -> Iterator[Listening]:
    """A server with these settings, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def open_() -> tuple[asyncio.Server, Listening]:
        server = Server(Settings(**settings))
        heard = Listening("", server)

        def handle(call: Call) -> Answer:
            heard.calls.append(call)
            heard.times.append(time.monotonic())
            return first(call) or server.handle(call)

        opened = await loop.create_server(lambda: Connection(handle), "127.0.0.1", 0, backlog=4096)
        heard.url = f"http://127.0.0.1:{opened.sockets[0].getsockname()[1]}"
        return opened, heard

    opened, heard = asyncio.run_coroutine_threadsafe(open_(), loop).result()
    try:
        yield heard
    finally:
        loop.call_soon_threadsafe(opened.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
