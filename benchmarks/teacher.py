"""How long do 1,000 drafts take from a teacher on a server, how many requests, and how near is that to the ideal?

    python benchmarks/teacher.py [--orders 1000] [--only faults]

The real command over the quickstart's documents, against the tests' loopback server; its summary.json is what is told.
`ideal` is what no client can beat: the seconds for which the server held its answers back over 100 connections, or the
orders over its limit a second; neither counts the waits that its refusals ask for. Beside it in the same run is
instructor as its documentation shows it: 100 at once, `max_retries=3`, prompts of the same kind made beforehand and
nothing written down. Loading of clients is left out on both sides. Faults and latencies are drawn from the requests,
and are the same in every run.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the server is the tests'

from tests.support.asked import Json  # noqa: E402
from tests.support.llm_server import Running, running  # noqa: E402

CONNECTIONS = 100
WORKLOADS: dict[str, dict[str, float]] = {
    "latency 0.2 s": {"latency": 0.2},
    "latency 2 ± 1.5 s": {"latency": 2.0, "jitter": 1.5},
    "faults": {"latency": 0.2, "rate429": 0.1, "rate500": 0.05, "cut": 0.1},
    "limit 50/s": {"latency": 0.2, "limit": 50},
}
BELOW = {"openai": "/v1", "claude": ""}
"""Where under a server's address each protocol's client starts."""
KEYS = {**os.environ, "OPENAI_API_KEY": "any", "ANTHROPIC_API_KEY": "any"}


@dataclass(frozen=True)
class Result:
    good: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


def command(server: Running, orders: int, teacher: str) -> Result:
    """Through the command, in a process of its own, with a store that holds nothing yet."""
    with tempfile.TemporaryDirectory() as home:
        said = [
            "recipes=quickstart", f"orders={orders}", "until=generate", "templates=[cited_answer]",
            f"teacher={teacher}", "teacher.model=small-model", "teacher.effort=null",
            f"teacher.base_url={server.url}{BELOW[teacher]}", f"teacher.concurrency={CONNECTIONS}",
            f"outputs={home}", f"cache_dir={home}/cache",
        ]  # fmt: skip
        subprocess.run([sys.executable, "-m", "synthforge", *said], check=True, capture_output=True, env=KEYS, cwd=ROOT)
        [path] = Path(home, "quickstart").glob("*/summary.json")
        summary = json.loads(path.read_text())
    [stage] = [stage for stage in summary["stages"] if stage["name"] == "generate"]
    return Result(stage["went_out"], stage["seconds"], stage["cpu_seconds"], summary["peak_mb"])


def peer(server: Running, orders: int) -> Result:
    """instructor, in a process of its own."""
    command = [sys.executable, __file__, "--peer", server.url, "--orders", str(orders)]
    told = subprocess.run(command, check=True, capture_output=True, env=KEYS)
    return Result(**json.loads(told.stdout.splitlines()[-1]))


async def instructed(url: str, orders: int) -> Result:
    """Every order asked through instructor; one that it gives up is not good."""
    import instructor
    from openai import AsyncOpenAI

    from synthforge.pipeline.generate import request
    from synthforge.templates import CitedAnswer
    from tests import rooms

    client = instructor.from_openai(AsyncOpenAI(base_url=f"{url}/v1"))
    slots = asyncio.Semaphore(CONNECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        run = rooms.run(Path(folder))
        asked = [request(rooms.order(template="task", sample=number), CitedAnswer(), run) for number in range(orders)]

    async def one(number: int) -> bool:
        messages = [{"role": m.role, "content": m.content} for m in asked[number].messages]
        async with slots:
            try:
                await client.chat.completions.create(
                    model="small-model", messages=messages, response_model=asked[number].response, max_retries=3
                )
            except Exception:  # instructor raises what its client does, and kinds of its own
                return False
        return True

    begun, used = time.perf_counter(), time.process_time()
    good = sum(await asyncio.gather(*map(one, range(orders))))
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - used
    return Result(good, seconds, cpu_seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


COLUMNS = ("wall s", "ideal", "ratio", "CPU s", "MB", "good", "requests", "faults")


def row(client: str, result: Result, stats: Json, ideal: float) -> str:
    faults = stats["faults"]
    assert isinstance(faults, dict)
    drawn = sum(count for count in faults.values() if isinstance(count, int))
    times = f"{result.seconds:8.1f} {ideal:8.1f} {result.seconds / ideal:8.2f} {result.cpu_seconds:8.1f}"
    return f"  {client:<20} {times} {result.peak_mb:8.0f} {result.good:8,} {stats['requests']:8,} {drawn:8,}"


def measured(settings: dict[str, float], orders: int) -> Iterator[str]:
    """One workload's rows; the peer has none under a limit, where its retries are soon used up."""
    with running(answers="tests.support.answers:quoting", **settings) as server:
        for client in ("synthforge, openai", "synthforge, claude", "instructor, openai"):
            if client.startswith("instructor") and "limit" in settings:
                continue
            server.forget()
            asks = command(server, orders, client[12:]) if client.startswith("synthforge") else peer(server, orders)
            stats = server.stats()
            assert isinstance(stats["latency"], float)
            ideal = orders / settings["limit"] if "limit" in settings else stats["latency"] / CONNECTIONS
            yield row(client, asks, stats, ideal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--only", default="", help="workloads whose name holds this")
    parser.add_argument("--peer", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        print(json.dumps(vars(asyncio.run(instructed(args.peer, args.orders)))))
        return
    print(" " * 22, *(f"{column:>8}" for column in COLUMNS))
    for name, settings in WORKLOADS.items():
        if args.only in name:
            print(name)
            for line in measured(settings, args.orders):
                print(line, flush=True)


if __name__ == "__main__":
    main()
