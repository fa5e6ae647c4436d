"""What may be spent: the worst case is set aside before a request is sent, and settled when its reply is there."""

from collections.abc import Callable


class Budget:
    """Dollars for one run, shared by everything in it that pays: `spent` and `reserved` never exceed `limit`.

    That holds for any interleaving as long as no reply costs more than what was set aside for it; one that does is
    counted as it is, and nothing more is admitted.
    """

    def __init__(self, limit: float | None = None, spent: float = 0.0) -> None:
        self.limit = limit
        """None: no limit."""
        self.spent = spent
        """What earlier runs spent counts: a resumed run goes on from there."""
        self.reserved = 0.0
        self._open = 0
        self._freed: list[Callable[[], None]] = []

    def __str__(self) -> str:
        return f"${self.spent:,.2f} of ${self.limit:,.2f}" if self.limit is not None else f"${self.spent:,.2f}"

    @property
    def idle(self) -> bool:
        """Whether nothing is set aside, so that waiting frees nothing."""
        return self._open == 0

    def fits(self, worst: float) -> bool:
        return self.limit is None or self.spent + self.reserved + worst <= self.limit

    def reserve(self, worst: float) -> None:
        self._open += 1
        self.reserved += worst

    def settle(self, worst: float, actual: float) -> None:
        """Replace what was set aside by what it cost."""
        self._open -= 1
        self.reserved = self.reserved - worst if self._open else 0.0  # rounding does not add up
        self.spent += actual
        for tell in self._freed:
            tell()

    def when_freed(self, tell: Callable[[], None]) -> None:
        """Have `tell` called whenever something was settled, until it is forgotten."""
        self._freed.append(tell)

    def forget(self, tell: Callable[[], None]) -> None:
        self._freed.remove(tell)
