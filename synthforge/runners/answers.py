"""What came of the requests of a batch: read from the store, counted against the teacher's patience."""

from collections import Counter

from synthforge.errors import RowError
from synthforge.money.prices import Price
from synthforge.records import Reply, Request, Usage
from synthforge.store import Ledger
from synthforge.teacher.batches import Batched, Batches, Result
from synthforge.teacher.chat import paid


class Answers:
    """Answers arrive without their requests, which may be another run's; they are kept as they came until one asks."""

    def __init__(self, teacher: Batched, ledger: Ledger, price: Price) -> None:
        self._attempts = teacher.attempts
        self._ledger = ledger
        self._price = price
        self._failures: Counter[str] = Counter()
        """By request key, how often no usable reply came in this process."""
        self._last: dict[str, tuple[str, str]] = {}
        """And how the last of them ended: as a code, and in words."""
        self._refused: dict[str, RowError] = {}
        self.spent = ""
        """Why nothing more may be paid for; '' as long as there is money."""

    def of(self, key: str, request: Request, api: Batches | None) -> Reply | RowError | None:
        """The answer to a request; None when it has to be handed in, or waited for."""
        store = self._ledger.store
        if (stored := store.answer(key)) is not None:
            return stored
        while api is not None and (unread := store.unread(key)) is not None:
            if (answer := self._read(api, key, request, *unread)) is not None:
                return answer
        if (failures := self._failures[key]) >= self._attempts:
            code, said = self._last[key]
            return RowError(code, f"no usable reply in {failures} attempts; the last: {said}")
        return self._refused.get(key) or (RowError("budget.spent", self.spent) if self.spent else None)

    def _read(
        self, api: Batches, key: str, request: Request, attempt: int, raw: str, usage: Usage
    ) -> Reply | RowError | None:
        assert request.response is not None
        received = api.read(raw, request.response)
        if received.ending == "declined":
            error = RowError("reply.refused", received.said)
            self._ledger.declined(key, attempt, error, usage, raw)
            return error
        if received.content is None:
            self._ledger.end(key, attempt, "unusable", received.said, usage, raw)
            self._count(key, received.said, "reply.unusable")
            return None
        return self._ledger.replied(key, attempt, Reply(content=received.content, usage=usage), raw)

    def take(self, result: Result, attempt: int, api: Batches) -> None:
        """Note how an attempt ended, at the price of batches; one without an answer costs nothing."""
        if result.raw:
            usage = paid(self._price, api.used(result.raw), batch=True)
            self._ledger.store.receive(result.key, attempt, result.raw, usage)
        elif result.refused:
            self._ledger.end(result.key, attempt, "refused", result.said)
            self._refused[result.key] = RowError("request.refused", result.said)
        else:
            self._ledger.end(result.key, attempt, "failed", result.said)
            self._count(result.key, result.said)

    def _count(self, key: str, said: str, code: str = "reply.gave_up") -> None:
        self._failures[key] += 1
        self._last[key] = code, said
