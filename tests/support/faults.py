"""Which fault a request meets: drawn from the seed, the request's digest and how often it was asked before.

Order of arrival, connection and worker count do not enter, so that a test can say exactly how many faults there will
be: the first time a request is asked it meets what `Faults.drawn(digest, 0)` says, the second time `(digest, 1)`.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Fault = Literal["none", "429", "500", "503", "529", "cut", "schema", "stall", "slow", "reset", "declined"]


@dataclass(frozen=True)
class Faults:
    """Shares of requests that meet each fault; they exclude one another."""

    rate429: float = 0.0
    """Refused with Retry-After, whatever the load."""
    rate500: float = 0.0
    rate503: float = 0.0
    rate529: float = 0.0
    cut: float = 0.0
    """Answered with JSON that breaks off, and a stop reason that says so."""
    schema: float = 0.0
    """Answered with whole JSON that the schema does not allow."""
    stall: float = 0.0
    """Never answered."""
    slow: float = 0.0
    """Answered a few bytes at a time."""
    reset: float = 0.0
    """The connection is reset in place of an answer."""
    declined: float = 0.0
    """Answered with the model's refusal to do it."""
    seed: int = 0

    def drawn(self, digest: bytes, before: int) -> Fault:
        """The fault of a request that was asked `before` times already."""
        salt = f"{self.seed}:{before}".encode()
        place = int.from_bytes(hashlib.blake2b(digest + salt, digest_size=7).digest()) / 2**56
        for fault, rate in RATES.items():
            place -= getattr(self, rate)
            if place < 0:
                return fault
        return "none"


RATES: dict[Fault, str] = {
    "429": "rate429",
    "500": "rate500",
    "503": "rate503",
    "529": "rate529",
    "cut": "cut",
    "schema": "schema",
    "stall": "stall",
    "slow": "slow",
    "reset": "reset",
    "declined": "declined",
}
