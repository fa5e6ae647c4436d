"""The filter family: a set of checked examples in, one verdict for each out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from synthforge.context import Run
from synthforge.plugin import Plugin
from synthforge.records import Example, Verdict


class Filter(Plugin, ABC):
    """A choice among examples, made greedily in the order they are given."""

    @abstractmethod
    def keep(self, candidates: Sequence[Example], kept: Sequence[Example], run: Run) -> list[Verdict]:
        """One verdict per candidate, in order; only likeness to something kept (now or earlier) drops one.

        `kept` are the survivors of earlier rounds, which stay.
        """

    def passed(self, score: float | None = None) -> Verdict:
        return Verdict(stage="filter", by="", outcome="passed", score=score)

    def failed(self, code: str, reason: str, score: float | None = None) -> Verdict:
        return Verdict(stage="filter", by="", outcome="failed", code=code, reason=reason, score=score)
