"""The validator family: one example in, one verdict out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from synthforge.context import Run
from synthforge.errors import blamed
from synthforge.plugin import Plugin
from synthforge.records import Example, Verdict


class Validator(Plugin, ABC):
    """A check of one example by itself; the pipeline signs its verdict with the recipe's name for it."""

    threshold: ClassVar[str] = ""
    """The field that the score of its verdicts is compared with, below which nothing passes; '' for a check without
    scores."""

    @abstractmethod
    def check(self, example: Example, run: Run) -> Verdict:
        """Judge one example; what cannot be decided is `uncertain`, never an exception."""

    def check_many(self, examples: Sequence[Example], run: Run) -> list[Verdict]:
        """The verdicts on several examples, in their order; one that asks a model asks for all of them at once."""
        verdicts = []
        for example in examples:
            with blamed("check", self, f"example {example.id}"):
                verdict = self.check(example, run)
                if not isinstance(verdict, Verdict):
                    raise TypeError(f"check must return a Verdict, not {type(verdict).__name__}")
            verdicts.append(verdict)
        return verdicts

    def reads(self, example: Example, run: Run) -> object:
        """What a verdict depends on beside the example's turns, order and messages, the settings and the code.

        A stored verdict is used again only where this is the same. By default the whole corpus.
        """
        return run.corpus

    def passed(self) -> Verdict:
        return Verdict(stage="check", by="", outcome="passed")

    def noted(self, code: str, reason: str, **details: Any) -> Verdict:
        """Passed, with a warning that the report counts."""
        return Verdict(stage="check", by="", outcome="passed", code=code, reason=reason, **details)

    def failed(self, code: str, reason: str, **details: Any) -> Verdict:
        """`details` are the verdict's further fields: said, source, found, expected, score."""
        return Verdict(stage="check", by="", outcome="failed", code=code, reason=reason, **details)

    def uncertain(self, code: str, reason: str, **details: Any) -> Verdict:
        return Verdict(stage="check", by="", outcome="uncertain", code=code, reason=reason, **details)
