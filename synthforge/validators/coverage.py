"""The sixth check: does every sentence of an answer speak of what it cites, or was something added?"""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, model_validator

from synthforge.context import Run
from synthforge.meaning.coverage import covered, vocabulary
from synthforge.records import Example, Section, Span, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import names, parts, short, statements


class Coverage(Validator):
    """Rejects answers with a sentence that is about something else than the sections it cites.

    The score is the share of a sentence's words, weighed by their rarity in the corpus, that stand in the sections
    cited, in their names or in the conversation so far; that of an example is its lowest.
    """

    threshold: ClassVar[str] = "accept_from"

    reject_below: float = Field(0.25, ge=0, le=1)
    """A sentence with less in common was added."""
    accept_from: float = Field(0.32, ge=0, le=1)
    """One with less than this is left to a model or a person."""
    min_words: int = Field(2, ge=1)
    """Sentences with fewer words that are about something are not judged."""

    @model_validator(mode="after")
    def _ordered(self) -> "Coverage":
        if self.reject_below > self.accept_from:
            raise ValueError(f"reject_below ({self.reject_below:g}) is above accept_from ({self.accept_from:g})")
        return self

    def check(self, example: Example, run: Run) -> Verdict:
        found = [
            (score, span, said)
            for number, turn in enumerate(example.turns)
            for score, span, said in self._scores(number, len(example.turns), example.turns[: number + 1], run)
            if turn.claims
        ]
        score, span, said = min(found, key=lambda each: each[0], default=(1.0, None, ""))
        if score >= self.reject_below:  # what an answer adds of its own comes first: a model reads only the claims
            own = [each for each in found if "claim" not in each[1].place and each[0] < self.accept_from]
            score, span, said = min(own, key=lambda each: each[0], default=(score, span, said))
        score = round(score, 3)
        if score >= self.accept_from:
            return self.passed().model_copy(update={"score": score})
        reason = f"{score:.0%} of the words of '{short(said)}' stand in what the answer cites"
        verdict = self.failed if score < self.reject_below else self.uncertain
        return verdict("addition.unsupported", reason, score=score, said=span, found=said)

    def _scores(self, number: int, of: int, so_far: tuple[Turn, ...], run: Run) -> Iterator[tuple[float, Span, str]]:
        """(score, where, text) of each sentence of the last turn."""
        turn = so_far[-1]
        cited = [
            run.sections[c.evidence.section]
            for each in so_far
            for c in each.claims
            if c.evidence.section in run.sections
        ]
        told = [each.question for each in so_far]
        ground = vocabulary((*told, *(text for section in dict.fromkeys(cited) for text in _texts(section))))
        where = f"turn {number + 1} " if of > 1 else ""
        texts = [
            (f"{where}answer", turn.answer),
            *((each.place, each.text) for each in statements(turn, number + 1, of)),
        ]
        for place, text in texts:
            for start, end in parts(text):
                score = covered(text[start:end], ground, run.index, self.min_words)
                if score is not None:
                    yield score, Span(place=place, start=start, end=end), text[start:end]


def _texts(section: Section) -> tuple[str, ...]:
    return (section.text, section.lead_in, *names(section))
