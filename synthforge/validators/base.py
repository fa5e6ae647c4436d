"""The validator family: one example in, one verdict out."""

from abc import ABC, abstractmethod

from synthforge.context import Run
from synthforge.plugin import Plugin
from synthforge.records import Example, Verdict


class Validator(Plugin, ABC):
    """A check of one example by itself; the pipeline signs its verdict with the recipe's name for it."""

    @abstractmethod
    def check(self, example: Example, run: Run) -> Verdict:
        """Judge one example; what cannot be decided is `uncertain`, never an exception."""

    def passed(self) -> Verdict:
        return Verdict(stage="check", by="", outcome="passed")

    def failed(self, code: str, reason: str) -> Verdict:
        return Verdict(stage="check", by="", outcome="failed", code=code, reason=reason)

    def uncertain(self, code: str, reason: str) -> Verdict:
        return Verdict(stage="check", by="", outcome="uncertain", code=code, reason=reason)
