"""The third filter: examples from which nothing is learned, since the answer stands in the question."""

from collections.abc import Sequence

from pydantic import Field

from synthforge.context import Run
from synthforge.filters.base import Filter
from synthforge.meaning.agreement import coverage, words
from synthforge.meaning.quotes import fold
from synthforge.records import ABSTENTIONS, Example, Turn, Verdict


class Trivial(Filter):
    """Drops an example if every one of its turns is trivial; one real question makes a dialogue worth
    keeping."""

    copied: float = Field(0.9, gt=0, le=1)
    """From this share of its content words standing in the question, an answer is a copy of it."""
    min_words: int = Field(4, ge=1)
    """A shorter question or answer is not judged by its words."""

    def keep(self, candidates: Sequence[Example], kept: Sequence[Example], run: Run) -> list[Verdict]:
        return [self._judge(example) for example in candidates]

    def _judge(self, example: Example) -> Verdict:
        found = [self._fault(turn) for turn in example.turns]
        if not found or not all(found):
            return self.passed()
        code, reason, score = next(fault for fault in found if fault)
        return self.failed(code, reason, score)

    def _fault(self, turn: Turn) -> tuple[str, str, float] | None:
        question, answer = _plain(turn.question), _plain(turn.answer)
        for claim in turn.claims:
            quote = _plain(claim.evidence.quote)
            if len(question.split()) >= self.min_words and question in quote:
                return "trivial.copy", "the question is copied from the evidence", 1.0
        if turn.decision in ABSTENTIONS or len(answer.split()) < self.min_words:
            return None
        if answer in question:
            return "trivial.answer_in_question", "the answer stands word for word in the question", 1.0
        share = coverage(turn.answer, turn.question)
        # A judgement repeats the case it judges; what is learned there is the decision.
        if turn.decision == "answered" and share >= self.copied and _told(turn.answer) <= _told(turn.question):
            return (
                "trivial.answer_in_question",
                f"{share:.0%} of the answer's words stand in the question",
                share,
            )
        return None


_POLAR = frozenset("yes no not never cannot only neither nor must may".split())


def _told(text: str) -> set[str]:
    """The words that may be an answer by themselves: numbers and polarity."""
    return {word for word in words(text) if word in _POLAR or word[0].isdigit()}


def _plain(text: str) -> str:
    return fold(text).lower().strip(" .?!:;\"'")
