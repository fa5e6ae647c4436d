"""Everything that can be set of the server; each is an option of its command line."""

from dataclasses import dataclass

from tests.support.faults import Faults
from tests.support.quota import Limiter


@dataclass(frozen=True)
class Settings(Faults):
    latency: float = 0.0
    """Seconds until an answer; a refusal takes `refusal_latency`."""
    jitter: float = 0.0
    """Answers take latency ± jitter, evenly spread, drawn from the request's digest."""
    refusal_latency: float = 0.0
    slow_seconds: float = 1.0
    retry_after: float = 1.0
    """Seconds named by drawn 429s; 0 names none."""
    retry_after_ms: bool = False
    """Say retry-after-ms too, which both SDKs prefer."""
    limit: float = 0.0
    """Requests a second beyond which 429 is answered."""
    limiter: Limiter = "bucket"
    """A bucket refilled continuously that holds one second's worth, or a sliding window of one second."""
    tokens_per_minute: float = 0.0
    """Input tokens, by a bucket that holds one minute's worth."""
    capacity: int = 0
    """Requests in flight beyond which 503 (OpenAI) or 529 (Anthropic) is answered."""
    keys: str = ""
    """Accepted keys, with commas; empty accepts any but none."""
    models: str = "small-model,large-model"
    context: int = 200_000
    """Most input tokens of a request."""
    cache_from: int = 1024
    """Fewest tokens of a prefix that is cached."""
    batch_seconds: float = 0.5
    answers: str = ""
    """Where answers come from: 'package.module:function' or a .jsonl file (model.py); empty for the schema."""
