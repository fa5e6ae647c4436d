"""The limits that a provider publishes: requests, input tokens and output tokens a minute, kept by token buckets."""

from dataclasses import dataclass

from synthforge.records import Usage


@dataclass(frozen=True)
class Rates:
    """Limits a minute; None where there is none, or none is known."""

    requests: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None


class Bucket:
    """Fills continuously up to `burst`; a take larger than that waits for a full bucket and leaves a debt."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._level = burst
        self._at = 0.0

    def wait(self, now: float, amount: float) -> float:
        """Seconds until `amount` can be taken."""
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now
        return max(0.0, (min(amount, self._burst) - self._level) / self._per_second)

    def take(self, amount: float) -> None:
        """Take (or, below 0, give back) without asking."""
        self._level -= amount


class Meter:
    """All three limits at once: the worst case is taken at admission, what was not used is given back.

    Requests are spread out (a second's worth at a time), since a server may enforce 60 a minute as one a second;
    tokens come a minute's worth at a time, or the worst cases of a few large requests would fill the bucket.
    """

    def __init__(self, rates: Rates) -> None:
        self._requests = Bucket(rates.requests, max(1.0, rates.requests / 60)) if rates.requests else None
        self._input = Bucket(rates.input_tokens, rates.input_tokens) if rates.input_tokens else None
        self._output = Bucket(rates.output_tokens, rates.output_tokens) if rates.output_tokens else None

    def wait(self, now: float, worst: Usage) -> float:
        """Seconds until a request of this size may go."""
        return max(
            self._requests.wait(now, 1) if self._requests else 0.0,
            self._input.wait(now, worst.input_tokens) if self._input else 0.0,
            self._output.wait(now, worst.output_tokens) if self._output else 0.0,
        )

    def take(self, worst: Usage) -> None:
        if self._requests:
            self._requests.take(1)
        self._tokens(worst.input_tokens, worst.output_tokens)

    def settle(self, worst: Usage, actual: Usage) -> None:
        self._tokens(actual.input_tokens - worst.input_tokens, actual.output_tokens - worst.output_tokens)

    def _tokens(self, read: int, written: int) -> None:
        if self._input:
            self._input.take(read)
        if self._output:
            self._output.take(written)
