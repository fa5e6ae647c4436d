"""Servers in simulated time, and a client that asks one of them through the admission as a teacher would."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from synthforge.records import Usage
from synthforge.teacher.admission import Admission
from tests.support.quota import Bucket, Window

WORST = Usage(input_tokens=100, output_tokens=100, cost_usd=0.01)
COST = Usage(input_tokens=100, output_tokens=20, cost_usd=0.004)

Answer = str
"""'ok', 'cut' (paid, and no use), or a status."""


@dataclass(frozen=True)
class Closed:
    """A limit of nothing until some moment."""

    until: float

    def wait(self, now: float, amount: float) -> float:
        return max(0.0, self.until - now)

    def take(self, amount: float) -> None:
        """There is no end to it afterwards."""


@dataclass
class Server:
    """Answers after `latency` seconds; refuses after `refusal` seconds what its limits or its luck forbid."""

    latency: Callable[[random.Random], float] = lambda rng: 0.2
    refusal: float = 0.0
    retry_after: float | None = 1.0
    limit: Bucket | Window | Closed | None = None
    capacity: int = 10**9
    rates: dict[Answer, float] = field(default_factory=dict)
    """Shares of requests that meet each fault, at any load."""
    down: tuple[float, float] = (0.0, 0.0)
    """From when until when everything is answered with 500."""
    seed: int = 0
    requests: int = 0
    answers: Counter[Answer] = field(default_factory=Counter)
    starts: list[float] = field(default_factory=list)
    in_flight: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    async def ask(self) -> Answer:
        now = asyncio.get_running_loop().time()
        self.requests += 1
        self.starts.append(now)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            answer = self._decide(now)
            self.answers[answer] += 1
            await asyncio.sleep(self.refusal if answer in ("429", "503") else self.latency(self._rng))
        finally:
            self.in_flight -= 1
        return answer

    def _decide(self, now: float) -> Answer:
        if self.down[0] <= now < self.down[1]:
            return "500"
        if self.in_flight > self.capacity:
            return "503"
        if self.limit is not None:
            if self.limit.wait(now, 1) > 1e-9:
                return "429"
            self.limit.take(1)
        place = self._rng.random()
        for answer, share in self.rates.items():
            place -= share
            if place < 0:
                return answer
        return "ok"


async def ask(server: Server, admission: Admission, worst: Usage = WORST, cost: Usage = COST) -> None:
    """One request, asked until it is answered well."""
    async for turn in admission.turns(worst):
        async with turn:
            match await server.ask():
                case "ok":
                    turn.settle(cost)
                case "cut":
                    turn.unusable("JSON breaks off", cost)
                case "429":
                    turn.overloaded("429 slow down", server.retry_after)
                case "503":
                    turn.overloaded("503 overloaded")
                case other:
                    turn.failed(f"{other} went wrong")


async def ask_all(server: Server, admission: Admission, count: int) -> float:
    """The time it took."""
    await asyncio.gather(*(ask(server, admission) for _ in range(count)))
    return asyncio.get_running_loop().time()
