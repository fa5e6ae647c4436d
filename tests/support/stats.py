"""What the server saw: counted as it happens, read and reset over HTTP by whoever tests a client."""

from collections import Counter
from dataclasses import dataclass, field

from tests.support.asked import Json


@dataclass
class Stats:
    """Requests to the model; questions about models, batches and these counts are not among them."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    """By kind, drawn ones only: what a fault-free client would have had to ask again."""
    limited: int = 0
    """Refused because of the server's own limits."""
    good: int = 0
    """Answered whole, by the schema, and sent."""
    repeated: int = 0
    """Asked again though a good answer had already been sent: paid for twice."""
    abandoned: int = 0
    """The caller left before the answer was sent."""
    by_key: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    most_in_flight: int = 0
    first_start: float | None = None
    last_start: float | None = None
    last_end: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    latency: float = 0.0
    """Seconds that all answers together were held back: over the concurrency, the least time a client can take."""
    batches: int = 0
    batched: int = 0

    def start(self, now: float, key: str) -> None:
        self.requests += 1
        self.by_key[key] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.first_start = now if self.first_start is None else self.first_start
        self.last_start = now

    def end(self, now: float, status: int, sent: bool) -> None:
        self.in_flight -= 1
        self.last_end = now
        if sent:
            self.statuses[str(status)] += 1
        else:
            self.abandoned += 1

    def as_json(self) -> Json:
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}
