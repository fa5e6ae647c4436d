"""Is the server there at all? When every request fails, one at a time finds out, and at last the run stops.

A circuit breaker: so many failures in a row open it. While it is open a single request goes out as a probe, after a
pause that doubles; the first success closes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long to go on when requests fail."""

    attempts: int = 8
    """Of one request, while others succeed; being refused for load is not one."""
    refusals: int = 40
    """Of one request for load, while others succeed: some can never pass, such as one larger than a whole minute's
    tokens."""
    failures: int = 20
    """In a row, over all requests, that open the breaker."""
    seconds: float = 60.0
    """From the first of them until the run stops."""
    backoff: float = 0.25
    """Seconds before a request's first retry, and before the first probe; doubled each time."""
    longest_backoff: float = 30.0
    longest_pause: float = 600.0
    """Retry-After beyond which waiting is left to the user."""

    def wait(self, failures: int) -> float:
        """Seconds before a retry after so many failures, without jitter."""
        return min(self.longest_backoff, self.backoff * 2.0 ** min(failures - 1, 20))


class Breaker:
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0
        self._since = 0.0
        self._probes = 0
        self.probe_at = 0.0
        """When an open breaker lets the next request through."""
        self._said = ""
        self._pause = 0.0

    @property
    def open(self) -> bool:
        return self._failures >= self._patience.failures

    def worked(self) -> None:
        self._failures = self._probes = 0
        self.probe_at = self._pause = 0.0

    def failed(self, now: float, said: str, pause: float = 0.0) -> None:
        """The server said so, and asked for a pause."""
        self._since = self._since if self._failures else now
        self._failures += 1
        self._said, self._pause = said, pause
        if self.open and now >= self.probe_at:
            self._probes += 1
            self.probe_at = now + self._patience.wait(self._probes)

    def verdict(self, now: float) -> str:
        """Why there is no use in going on, or ''."""
        if self._pause > self._patience.longest_pause:
            return f"the server asks to be left alone for {self._pause:,.0f} s: {self._said}"
        lasted = now - self._since
        if not self.open or lasted < max(self._patience.seconds, 3 * self._pause):
            return ""
        return f"{self._failures} requests in a row failed within {lasted:.0f} s; the last: {self._said}"
