"""The first filter: the same question with the same answer is worth training on once."""

from collections.abc import Sequence

from synthforge.context import Run
from synthforge.filters.base import Filter
from synthforge.meaning.quotes import fold
from synthforge.records import Example, Verdict


class Exact(Filter):
    """Drops an example whose questions and answers equal a kept one's, letter case and typography aside."""

    def keep(self, candidates: Sequence[Example], kept: Sequence[Example], run: Run) -> list[Verdict]:
        seen: dict[tuple[object, ...], str] = {}
        for example in kept:
            seen.setdefault(_said(example), example.id)
        verdicts = []
        for example in candidates:
            first = seen.setdefault(_said(example), example.id)
            # An id may come back with the set it was kept in; it is no duplicate of itself.
            same = first == example.id
            reason = f"says word for word what {first} says"
            verdicts.append(self.passed() if same else self.failed("exact.duplicate", reason, 1.0))
        return verdicts


def _said(example: Example) -> tuple[object, ...]:
    return tuple((fold(t.question).lower(), fold(t.answer).lower(), t.decision) for t in example.turns)
