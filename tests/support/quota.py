"""The server's own limits: so many requests a second, so many tokens a minute, so many at once."""

from collections import deque
from typing import Literal

Limiter = Literal["bucket", "window"]


class Bucket:
    """Refilled continuously, and never holding more than `burst`: the way Anthropic describes its limits."""

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second = per_second
        self.burst = burst
        self._level = burst
        self._at: float | None = None

    def wait(self, now: float, amount: float) -> float:
        """Seconds until `amount` is there; 0 takes nothing yet."""
        if self._at is not None:
            self._level = min(self.burst, self._level + (now - self._at) * self.per_second)
        self._at = now
        return max(0.0, (min(amount, self.burst) - self._level) / self.per_second)

    def take(self, amount: float) -> None:
        self._level -= amount


class Window:
    """At most `count` in any `seconds`."""

    def __init__(self, count: int, seconds: float = 1.0) -> None:
        self.count = count
        self.seconds = seconds
        self._taken: deque[float] = deque()

    def wait(self, now: float, amount: float) -> float:
        while self._taken and self._taken[0] <= now - self.seconds + 1e-6:
            self._taken.popleft()
        self._now = now
        return 0.0 if len(self._taken) < self.count else self._taken[0] + self.seconds - now

    def take(self, amount: float) -> None:
        self._taken.append(self._now)


class Quota:
    """Requests a second and tokens a minute; 0 is no limit."""

    def __init__(self, per_second: float, limiter: Limiter, tokens_per_minute: float) -> None:
        self._requests: Bucket | Window | None = None
        if per_second:
            window = limiter == "window"
            self._requests = Window(int(per_second)) if window else Bucket(per_second, max(1.0, per_second))
        self._tokens = Bucket(tokens_per_minute / 60, tokens_per_minute) if tokens_per_minute else None

    def take(self, now: float, tokens: int) -> float:
        """0 when the request may pass, which counts it; else the seconds after which it may be asked again."""
        wait = max(
            self._requests.wait(now, 1) if self._requests else 0.0,
            self._tokens.wait(now, tokens) if self._tokens else 0.0,
        )
        if wait > 1e-9:
            return wait
        if self._requests:
            self._requests.take(1)
        if self._tokens:
            self._tokens.take(tokens)
        return 0.0
