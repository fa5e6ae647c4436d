"""How many requests may be in flight at once: as many as the server has shown that it takes.

A refusal is an answer of 429, 503 or 529. What it means depends on its company:

- Many in a row, more than a third of what is in flight and than chance explains: the server is at its limit.
- More than a few in a window of a hundred answers: too many are in flight, or refusals come at any load, as from a
  gateway that other people share. Slowing down helps against the first; against the second it would go on until
  nothing moves. So the lower limit is a trial. Where it does not halve the share of refusals, the former limit comes
  back and that share is borne: only more than twice as many count again.

Either way the limit falls once for all that was in flight, to what the server took meanwhile: by Little's law, good
answers a second (the pause included) times the seconds that an answer takes. Under a lowered limit, requests are
spread over an answer's time, so that a limit of requests a second is met by pace and not by bursts. Every few seconds
without trouble the limit rises, a little at first.

When the server names a time to wait (Retry-After), nothing is sent before; unless a request that was in flight is
answered well in the meantime, for then the refusal was not meant for everyone.
"""

from dataclasses import dataclass

HEAVY = 1 / 3
"""Of what is in flight, refused in a row: the server is at its limit."""

CHANCE = 0.001
"""A row of refusals that is likelier than this proves nothing."""

WINDOW = 100
"""Answers after which a window is over, and over which the usual share of refusals is averaged."""

BEARABLE = 3
"""Refusals in a window that count for nothing."""

TELLING = 8
"""A trial lasts until it would have seen so many refusals at the former share."""

CUT = 0.9
"""The limit falls at least to this part of itself."""

RAISE_SECONDS = 2.0
"""From one raise of the limit to the next; at least an answer's time."""

FIRST_RAISE, LARGEST_RAISE = 1 / 8, 1 / 4
"""Parts of the limit by which it rises; doubled from raise to raise."""


@dataclass
class Window:
    """Answers under one limit, since some moment; `seconds` is what the good ones took together."""

    since: float
    good: int = 0
    refused: int = 0
    seconds: float = 0.0

    @property
    def answers(self) -> int:
        return self.good + self.refused

    @property
    def share(self) -> float:
        """Of refusals."""
        return self.refused / max(1, self.answers)

    def __add__(self, later: "Window") -> "Window":
        good, refused = self.good + later.good, self.refused + later.refused
        return Window(self.since, good, refused, self.seconds + later.seconds)


@dataclass
class Overload:
    """A limit that proved too high: `awaited` of the requests then in flight are not back yet."""

    limit: float
    awaited: int
    heavy: bool = False
    share: float = 0.0


class Congestion:
    """Told of every request sent and of every answer, it knows how many may be in flight."""

    def __init__(self, ceiling: int, floor: int = 1) -> None:
        self.ceiling = ceiling
        self.floor = floor
        self.limit = float(ceiling)
        self.resume = 0.0
        """Nothing is to be sent before; a good answer brings it back to `_rest`."""
        self.in_flight = 0
        self._sent = 0
        self._judged_from = 0
        """Requests with lower numbers were sent under another limit and say nothing of this one."""
        self._earlier = self._window = Window(0.0)
        self._row = 0
        self._usual = 0.0
        self._latency = 0.0
        self._rest = 0.0
        """The end of the pause that the server asked for when it was at its limit."""
        self._overload: Overload | None = None
        self._trial: Overload | None = None
        self._borne = 0.0
        self._raise = FIRST_RAISE
        self._raise_at = 0.0

    @property
    def room(self) -> bool:
        return self.in_flight < round(self.limit)

    @property
    def spacing(self) -> float:
        """Seconds from one request to the next; none as long as nothing was refused."""
        return self._latency / self.limit if self.limit < self.ceiling else 0.0

    def sent(self, now: float) -> int:
        """A request goes out; its number comes back with its answer."""
        if not self._sent:
            self._earlier = self._window = Window(now)
        self._sent += 1
        self.in_flight += 1
        return self._sent

    def answered(self, number: int, now: float, seconds: float) -> None:
        if self._telling(number):
            self._row = 0
            self._usual -= self._usual / WINDOW
            self._window.good += 1
            self._window.seconds += seconds
        if self._overload is None or not self._overload.heavy:
            self.resume = self._rest  # somebody got through
        self._judge(now)

    def lost(self, number: int, now: float) -> None:
        """No answer, or one that says nothing of the load."""
        self._telling(number)
        self._judge(now)

    def refused(self, number: int, now: float, pause: float) -> None:
        """The server asks for `pause` seconds of rest; 0 when it does not say."""
        if self._telling(number):
            self._row += 1
            self._usual += (1 - self._usual) / WINDOW
            self._window.refused += 1
            heavy = self._row > HEAVY * (self._row + self.in_flight) and self._usual**self._row < CHANCE
            if self._row > 1 or not self.in_flight or not self._latency:
                self.resume = max(self.resume, now + pause)
            self._refuse(now, heavy)
        self._judge(now)

    def _telling(self, number: int) -> bool:
        """Whether an answer tells of the present limit, or of the overload that is being taken in."""
        self.in_flight -= 1
        if self._overload is None:
            return number >= self._judged_from
        self._overload.awaited -= number < self._judged_from
        return True

    def _refuse(self, now: float, heavy: bool) -> None:
        bearable = BEARABLE + 2 * self._borne * max(WINDOW, self._window.answers)
        many = self._trial is None and self._window.refused > bearable
        if self._overload is None and (heavy or many):
            self._overload = Overload(self.limit, self.in_flight)
            self._trial = None
            self._judged_from = self._sent + 1
            self.limit -= self._row - 1
        if self._overload is not None:
            self.limit = max(self.floor, self.limit - 1)  # a refused request is not replaced
            self._overload.heavy |= heavy

    def _judge(self, now: float) -> None:
        if self._overload is not None:
            if self._overload.awaited <= self._overload.limit / 10:
                self._take_in(now, self._overload)
        elif self._trial is not None:
            if self._window.answers >= TELLING / self._trial.share:
                self._conclude(now, self._trial)
        elif self._window.answers >= max(WINDOW, self.limit):
            self._turn_over(now)
        elif now >= self._raise_at and self.limit < self.ceiling:
            self._measure()
            self._set(self.limit * (1 + self._raise), now)
            self._raise = min(2 * self._raise, LARGEST_RAISE)

    def _take_in(self, now: float, overload: Overload) -> None:
        """All (but stragglers) that were in flight are back: lower the limit, and see whether that helps."""
        overload.share = self._usual
        if overload.heavy:
            self._rest = self.resume
        recent, until = self._recent, max(now, self._rest)
        taken = self._taken(overload.limit, until, overload.awaited) if recent.good else overload.limit / 2
        self._overload = None
        self._trial = overload if recent.share <= HEAVY else None
        self._borne = 0.0
        self._raise = FIRST_RAISE
        self._set(min(taken, CUT * overload.limit), until)

    def _conclude(self, now: float, trial: Overload) -> None:
        """Did the lower limit help?"""
        share, limit = self._window.share, self.limit
        self._trial = None
        if share >= 2 * trial.share:
            limit = min(self._taken(limit, now), CUT * limit)
        elif share > trial.share / 2:
            limit, self._borne = trial.limit, (trial.share + share) / 2
        self._set(limit, now)

    def _turn_over(self, now: float) -> None:
        if self._window.share < self._borne / 4:
            self._borne = 0.0  # what caused them is gone
        self._measure()
        self._earlier, self._window = self._window, Window(now)

    def _set(self, limit: float, since: float) -> None:
        self.limit = min(max(limit, self.floor), self.ceiling)
        self._row = 0
        self._judged_from = self._sent + 1
        self._earlier, self._window = self._window, Window(since)
        self._raise_at = since + max(RAISE_SECONDS, self._latency)

    @property
    def _recent(self) -> Window:
        return self._window if self._earlier is self._window else self._earlier + self._window

    def _measure(self) -> None:
        if self._window.good:
            self._latency = self._window.seconds / self._window.good

    def _taken(self, limit: float, until: float, awaited: int = 0) -> float:
        """How many the server had in flight, at the rate at which it answered well until then."""
        recent = self._recent
        if recent.good:
            self._latency = recent.seconds / recent.good
        sending = max(until - recent.since - self._latency, 1e-9)  # the first answer came an answer's time after it
        return min((recent.good + awaited) * self._latency / sending, (1 - recent.share) * limit)
