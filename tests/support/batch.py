"""A batch: requests handed in at once, answered after a while, shown in another order than they came.

Every item is answered when the batch is created, exactly as it would be alone, and shown when its time has come. A
fault drawn for an item errs it, a stall lets it expire.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.support.asked import Json

Item = tuple[Literal["succeeded", "errored", "expired"], Json]
Answered = Callable[[Json], Item]
"""What becomes of one request's parameters: how it ended, and the reply or the error."""


@dataclass
class Batch:
    """`about` is what its creator said of it and has to be told again."""

    name: str
    created: float
    seconds: float
    items: dict[str, Item]
    about: Json = field(default_factory=dict)
    cancelled: float | None = None

    def done(self, now: float) -> dict[str, Item]:
        """The items that were answered in time, in order; all of them once the batch has run its course."""
        until = now if self.cancelled is None else min(now, self.cancelled)
        share = 1.0 if until >= self.created + self.seconds else (until - self.created) / self.seconds
        return dict(list(self.items.items())[: int(share * len(self.items))])

    def ended(self, now: float) -> bool:
        return self.cancelled is not None or now >= self.created + self.seconds

    def cancel(self, now: float) -> bool:
        """Whether there was anything left to cancel."""
        if self.ended(now):
            return False
        self.cancelled = now
        return True
