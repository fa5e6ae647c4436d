"""The first check: is the draft complete enough to be judged at all?"""

import re
from collections.abc import Iterator

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.quotes import fold
from synthforge.meaning.sentences import sentences
from synthforge.privacy.found import LABEL
from synthforge.records import ABSTENTIONS, EXCEPTIONAL, ORDINARY, Decision, Example, Turn, Verdict
from synthforge.validators.base import Validator

_PLACEHOLDER = re.compile(
    r"\[(?:insert|your|name|date|company|number|section|todo|tbd|placeholder|x+|\.\.\.)\b[^\]]*\]"
    r"|<(?:insert|your|placeholder)\b[^>]*>"
    r"|\{\{.*?\}\}|\{[a-z_]+\}|\bTODO\b|\bTBD\b|\bXXX+\b|lorem ipsum|(?<!\w)_{3,}(?!\w)",
    re.I,
)
_COPIED_WORDS = 4


class Schema(Validator):
    """Rejects drafts with missing or leftover parts, by response type."""

    decisions: tuple[Decision, ...] = (*ORDINARY, *EXCEPTIONAL)
    """The decisions that this recipe's templates may give."""
    min_question_words: int = Field(3, ge=1)
    """A question of fewer words cannot stand alone."""
    max_words: int = Field(900, ge=1)
    """Most words that a question, an answer or a reasoning may have."""

    def check(self, example: Example, run: Run) -> Verdict:
        if not example.turns:
            return self.failed("schema.no_turns", "the draft has no turns")
        for number, turn in enumerate(example.turns, 1):
            for code, reason in self._faults(turn, example):
                where = f"turn {number}: " if len(example.turns) > 1 else ""
                return self.failed(f"schema.{code}", where + reason)
        return self.passed()

    def _faults(self, turn: Turn, example: Example) -> Iterator[tuple[str, str]]:
        if turn.decision not in self.decisions:
            yield "decision", f"decision '{turn.decision}' is not one of {', '.join(self.decisions)}"
        if len(turn.question.split()) < self.min_question_words:
            yield (
                "question",
                f"the question has fewer than {self.min_question_words} words: '{turn.question.strip()}'",
            )
        for name in ("question", "answer", "reasoning"):
            count = len(getattr(turn, name).split())
            if count > self.max_words:
                yield "length", f"the {name} has {count} words; at most {self.max_words} are allowed"
        yield from _abstention(turn, example) if turn.decision in ABSTENTIONS else _substance(turn)
        yield from _leftovers(turn)


def _abstention(turn: Turn, example: Example) -> Iterator[tuple[str, str]]:
    if not turn.missing.strip():
        yield "missing_fact", f"'{turn.decision}' does not name what is missing or who must judge"
    if not (example.order.excerpt or example.order.targets or turn.claims):
        yield "consulted", f"'{turn.decision}' names no section that was consulted"


def _substance(turn: Turn) -> Iterator[tuple[str, str]]:
    if not turn.claims:
        yield "no_claims", f"'{turn.decision}' rests on no claim"
    if not (turn.answer.strip() or turn.reasoning.strip()):
        yield "no_answer", "answer and reasoning are both empty"
    for claim in turn.claims:
        if not claim.text.strip():
            yield "empty_claim", "a claim has no text"
        if not claim.evidence.quote.strip():
            yield "no_quote", f"no quote carries the claim '{claim.text}'"


def _leftovers(turn: Turn) -> Iterator[tuple[str, str]]:
    quoted = " ".join(claim.evidence.quote for claim in turn.claims)
    for text in (turn.question, turn.answer, turn.reasoning, *(claim.text for claim in turn.claims)):
        for found in _PLACEHOLDER.finditer(text):
            if found.group() not in quoted and not LABEL.fullmatch(found.group()):
                yield "placeholder", f"'{found.group()}' was left unfilled"
    question = fold(turn.question).lower()
    pieces = [fold(turn.answer[a:b]).lower().rstrip(".") for a, b in sentences(turn.answer)]
    if pieces and all(len(p.split()) >= _COPIED_WORDS and p in question for p in pieces):
        yield "answer_in_question", "the question already contains the answer word for word"
