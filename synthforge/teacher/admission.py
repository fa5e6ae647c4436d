"""Who may ask now: every attempt at every request waits in one queue, for a slot, the provider's limits and money.

    async for turn in admission.turns(worst):     # at most so many; each waits out its backoff in the queue
        async with turn:                          # admitted
            reply = await send(...)
            if reply.status in (429, 503, 529):
                turn.overloaded(said, retry_after)
            elif reply.status != 200:
                turn.failed(said)                 # not billed
            else:
                turn.settle(usage)
                return reply

Time is the event loop's, so that a loop with a simulated clock makes every run the same.
"""

import asyncio
import heapq
import math
import random
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, NamedTuple

from synthforge.errors import OutOfBudget, RowError, StageError
from synthforge.money.budget import Budget
from synthforge.records import Usage
from synthforge.teacher.breaker import Breaker, Patience
from synthforge.teacher.congestion import Congestion
from synthforge.teacher.rates import Meter, Rates

Outcome = Literal["waiting", "asking", "settled", "unusable", "overloaded", "failed", "lost"]

JITTER = 0.1
"""Seconds, at most, by which requests that were told to wait equally long come back apart."""

GO_ON = "see that the server is up and has room, then run again: what was finished is stored and not asked for again"

NOTHING = Usage()
_NEVER = math.inf


class Stop(NamedTuple):
    """Why nothing more is admitted, and how to go on."""

    reason: str
    remedy: str
    kind: type[StageError] = StageError


class Turn:
    """One attempt. Enter it to wait until it is admitted; say how it ended before leaving.

    One that ends without a word (an exception, a cancellation) is lost: whether it was billed is not known, so it
    counts as if it had cost its worst.
    """

    def __init__(self, admission: "Admission", worst: Usage, ready: float) -> None:
        self.worst = worst
        self.ready = ready
        self.outcome: Outcome = "waiting"
        self.said = ""
        self.retry_after: float | None = None
        self.number = 0
        self.started = 0.0
        self._admission = admission

    async def __aenter__(self) -> "Turn":
        await self._admission._admit(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.outcome == "asking":
            self.lost(f"{kind.__name__}: {error}" if kind else "no answer")

    def settle(self, usage: Usage) -> None:
        """A good reply."""
        self._admission._end(self, "settled", "", usage)

    def unusable(self, said: str, usage: Usage) -> None:
        """A reply that was paid for and is no use (JSON that breaks off): to be asked again, at once."""
        self._admission._end(self, "unusable", said, usage)

    def overloaded(self, said: str, retry_after: float | None = None) -> None:
        """429, 503, 529; with the seconds of Retry-After."""
        self.retry_after = retry_after
        self._admission._end(self, "overloaded", said, NOTHING)

    def failed(self, said: str, usage: Usage = NOTHING) -> None:
        """Anything else that may go better next time: another 5xx, a connection that could not be made."""
        self._admission._end(self, "failed", said, usage)

    def lost(self, said: str) -> None:
        """No answer came to a request that may have been billed: a timeout, a connection that broke."""
        self._admission._end(self, "lost", said, self.worst)


class Turns:
    """The attempts at one request, until one is settled.

    Raises:
        RowError: the patience with this request is at an end, while others succeed.
    """

    def __init__(self, admission: "Admission", worst: Usage) -> None:
        self._admission = admission
        self._worst = worst
        self._turn: Turn | None = None
        self._failures = 0
        self._refusals = 0
        self._unanswered = 0
        """Attempts in a row after which the server has to be left alone for longer and longer."""

    def __aiter__(self) -> "Turns":
        return self

    async def __anext__(self) -> Turn:
        now = asyncio.get_running_loop().time()
        wait = self._backoff(self._turn) if self._turn is not None else 0.0
        self._turn = Turn(self._admission, self._worst, now + wait)
        return self._turn

    def _backoff(self, turn: Turn) -> float:
        """Seconds before the next attempt, after this one."""
        patience, jitter = self._admission.patience, self._admission.jitter
        if turn.outcome == "settled":
            raise StopAsyncIteration
        if turn.outcome == "overloaded":
            self._refusals += 1
            given_up = self._refusals >= patience.refusals
        else:
            self._failures += 1
            given_up = self._failures >= patience.attempts
        if given_up and not self._admission.breaker.open:
            tries = self._failures + self._refusals
            code = "reply.unusable" if turn.outcome == "unusable" else "reply.gave_up"
            raise RowError(code, f"no usable reply in {tries} attempts; the last: {turn.said}")
        if turn.outcome == "unusable":
            self._unanswered = 0
            return 0.0
        if turn.retry_after is not None:
            return turn.retry_after + jitter(JITTER)
        self._unanswered += 1
        wait = patience.wait(self._unanswered)
        return wait / 2 + jitter(wait / 2)


@dataclass(order=True)
class _Waiting:
    ready: float
    number: int
    turn: Turn = field(compare=False)
    admitted: asyncio.Future[None] = field(compare=False)


class Admission:
    """One queue, first ready first admitted, for one provider.

    Nothing overtakes: a request that has to wait for tokens or money holds up those behind it, so that a large one is
    not starved by small ones. Use it within one event loop.
    """

    def __init__(
        self,
        ceiling: int,
        *,
        floor: int = 1,
        rates: Rates | None = None,
        budget: Budget | None = None,
        patience: Patience | None = None,
        seed: int = 0,
        stage: str = "generate",
    ) -> None:
        self.patience = patience or Patience()
        self.breaker = Breaker(self.patience)
        self.congestion = Congestion(ceiling, floor)
        self.budget = budget if budget is not None else Budget()
        self.budget.when_freed(self._pump)
        self._meter = Meter(rates or Rates())
        self._rng = random.Random(seed)
        self._stage = stage
        self._queue: list[_Waiting] = []
        self._count = 0
        self._last_sent = -_NEVER
        self._timer: asyncio.TimerHandle | None = None
        self._stop: Stop | None = None

    @property
    def in_flight(self) -> int:
        return self.congestion.in_flight

    def turns(self, worst: Usage) -> Turns:
        """Ask for turns for one request, of which each costs `worst` at most."""
        return Turns(self, worst)

    def jitter(self, most: float) -> float:
        return self._rng.uniform(0, most)

    def stop(self, reason: str, remedy: str) -> None:
        """Admit nothing more; what is in flight may finish. Whoever waits, or comes later, gets a StageError."""
        self._stop = self._stop or Stop(reason, remedy)
        self._pump()

    def close(self) -> None:
        """Nobody asks any more; others who pay from the budget need not wake this queue."""
        self.budget.forget(self._pump)

    async def _admit(self, turn: Turn) -> None:
        """Wait for one's turn."""
        self._count += 1
        waiting = _Waiting(turn.ready, self._count, turn, asyncio.get_running_loop().create_future())
        heapq.heappush(self._queue, waiting)
        self._pump()
        try:
            await waiting.admitted
        except asyncio.CancelledError:
            if turn.outcome == "asking":  # admitted and cancelled in the same breath: nothing was sent
                self._end(turn, "failed", "cancelled", NOTHING)
            raise
        if self._stop is not None and turn.outcome == "waiting":
            raise self._stop.kind(self._stage, self._stop.reason, self._stop.remedy)

    def _pump(self) -> None:
        """Admit everyone whose turn it is, and come back when the next one's may be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue:
            head, loop = self._queue[0], asyncio.get_running_loop()
            if self._stop is None and not head.admitted.done() and (wait := self._wait(head.turn, loop.time())) > 0:
                if wait < _NEVER:
                    self._timer = loop.call_later(wait, self._pump)
                return
            heapq.heappop(self._queue)
            if head.admitted.done():  # cancelled while it waited
                continue
            if self._stop is None:
                self._let_in(head.turn, loop.time())
            head.admitted.set_result(None)

    def _wait(self, turn: Turn, now: float) -> float:
        """Seconds until this turn may be admitted: 0 for now, `_NEVER` for not before something ends."""
        if not self.congestion.room or (self.breaker.open and self.in_flight):
            return _NEVER
        paced = self._last_sent + self.congestion.spacing
        wait = max(turn.ready, self.congestion.resume, paced, self.breaker.probe_at) - now
        wait = max(wait, self._meter.wait(now, turn.worst))
        if wait > 1e-9:  # less is rounding: a timer may come that much early
            return wait
        if not self.budget.fits(turn.worst.cost_usd):
            if not self.budget.idle:
                return _NEVER
            self._stop = self._broke(turn)
        return 0.0

    def _broke(self, turn: Turn) -> Stop:
        return Stop(
            f"the budget is used up: {self.budget} spent, and the next request may cost ${turn.worst.cost_usd:,.4f}",
            "raise budget_usd and run again: what was bought is stored and not asked for again",
            OutOfBudget,
        )

    def _let_in(self, turn: Turn, now: float) -> None:
        self._meter.take(turn.worst)
        self.budget.reserve(turn.worst.cost_usd)
        turn.number = self.congestion.sent(now)
        turn.outcome, turn.started = "asking", now
        self._last_sent = now

    def _end(self, turn: Turn, outcome: Outcome, said: str, usage: Usage) -> None:
        if turn.outcome != "asking":
            raise RuntimeError(f"a turn that is {turn.outcome} cannot become {outcome}")
        now = asyncio.get_running_loop().time()
        turn.outcome, turn.said = outcome, said
        if outcome in ("settled", "unusable"):
            self.congestion.answered(turn.number, now, now - turn.started)
            self.breaker.worked()
        elif outcome == "overloaded":
            pause = turn.retry_after + self.jitter(JITTER) if turn.retry_after else 0.0
            self.congestion.refused(turn.number, now, pause)
            self.breaker.failed(now, said, pause)
        else:
            self.congestion.lost(turn.number, now)
            self.breaker.failed(now, said)
        if why := self.breaker.verdict(now):
            self._stop = self._stop or Stop(why, GO_ON)
        self._meter.settle(turn.worst, usage)
        self.budget.settle(turn.worst.cost_usd, usage.cost_usd)  # which wakes the queue
