"""An LLM server on the loopback that speaks OpenAI's and Anthropic's protocols and errs on purpose.

    python -m tests.support.llm_server --latency 0.2 --rate429 0.1 --limit 50

prints its address and serves until it is ended. Tests start it in a process of its own:

    with running(latency=0.2, cut=0.1) as server:
        client = AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0)
        ...
        assert server.stats()["requests"] == 1000

`GET /_stats` tells what was seen, `DELETE /_stats` forgets it (batches and how often each request was asked, too),
`POST /_settings` changes any setting on the way.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tests.support.asked import Json
from tests.support.http import Connection
from tests.support.server import Server
from tests.support.settings import Settings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """A server in another process."""

    url: str

    def stats(self) -> Json:
        return self._call("GET", "/_stats")

    def forget(self) -> None:
        self._call("DELETE", "/_stats")

    def renew(self, **settings: object) -> None:
        """As if it had just been started with these settings."""
        self.set(**{**asdict(Settings()), **settings})
        self.forget()

    def set(self, **settings: object) -> None:
        self._call("POST", "/_settings", settings)

    def _call(self, method: str, path: str, body: object = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=10) as reply:
            found: Json = json.load(reply)
        return found


@contextmanager
def running(**settings: object) -> Iterator[Running]:
    """A server that ends with the block, or with this process if that is killed."""
    command = [sys.executable, "-m", "tests.support.llm_server", "--until-stdin-ends"]
    for name, value in settings.items():
        command += [_option(name)] if value is True else [_option(name), str(value)]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert server.stdin is not None and server.stdout is not None
    try:
        line = server.stdout.readline()
        assert line, "the server did not start; its reason stands above"
        yield Running(line.split()[-1])
    finally:
        server.stdin.close()
        server.wait(timeout=10)
        server.stdout.close()


async def serve(settings: Settings, port: int, until_stdin_ends: bool) -> None:
    loop = asyncio.get_running_loop()
    server = Server(settings)
    listening = await loop.create_server(lambda: Connection(server.handle), "127.0.0.1", port, backlog=4096)
    print(f"listening on http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", flush=True)
    if until_stdin_ends:
        ended = asyncio.Event()
        loop.add_reader(sys.stdin.fileno(), lambda: ended.set() if not os.read(sys.stdin.fileno(), 4096) else None)
        await ended.wait()
    else:
        await asyncio.Event().wait()


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until-stdin-ends", action="store_true")
    for setting in fields(Settings):
        if isinstance(setting.default, bool):
            parser.add_argument(_option(setting.name), action="store_true")
        else:
            parser.add_argument(_option(setting.name), type=type(setting.default), default=setting.default)
    options = vars(parser.parse_args())
    port, until_stdin_ends = options.pop("port"), options.pop("until_stdin_ends")
    try:
        asyncio.run(serve(Settings(**options), port, until_stdin_ends))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
