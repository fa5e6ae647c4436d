"""The fourth check: is every number, unit, date and identifier carried by the quotes, and do the words agree?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.agreement import Difference, difference, likeness
from synthforge.meaning.sentences import sentences
from synthforge.meaning.support import Ground, unsupported
from synthforge.records import Evidence, Example, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import Statement, about, against, names, quoted, source_sentences, statements


class Facts(Validator):
    """Rejects what the quotes do not carry. What it cannot tell, it passes."""

    near: float = Field(0.6, gt=0, le=1)
    """Likeness of content words from which a sentence counts as a copy of its source, so that modality,
    negation and bounds are compared too; further away such rules are no better than chance."""

    def check(self, example: Example, run: Run) -> Verdict:
        for number in range(len(example.turns)):
            for place, fault, evidence in self._faults(number, example, run):
                return self.failed(fault.code, fault.reason, **against(fault, place, evidence, run.sections))
        return self.passed()

    def _faults(self, number: int, example: Example, run: Run) -> Iterator[tuple[str, Difference, Sequence[Evidence]]]:
        """(which text, what is wrong with it, what it rests on) for a turn's claims, reasoning and answer."""
        turn, so_far = example.turns[number], example.turns[: number + 1]
        stated = statements(turn, number + 1, len(example.turns))
        for statement in stated:
            for fault in self._statement(statement, turn, run):
                yield statement.place, fault, statement.evidence
        told = [text for each in so_far for text in (each.question, *_carried(each, run))]
        shown = [run.sections[i] for i in (*example.order.excerpt, *example.order.targets) if i in run.sections]
        if not turn.claims:  # an abstention may speak of what it consulted
            told += [text for section in shown for text in (section.text, section.lead_in)]
        ground = Ground.of([*told, *(name for section in shown for name in names(section))])
        sources = [sentence for statement in stated for sentence in source_sentences(statement, run.sections)]
        where = f"turn {number + 1} " if len(example.turns) > 1 else ""
        cited = [claim.evidence for claim in turn.claims]
        for name, text in (("reasoning", turn.reasoning), ("answer", turn.answer)):
            carried = unsupported(text, ground, derived=True, counts=False)
            for fault in (carried,) if carried else self._wording(text, sources):
                yield f"{where}{name}", fault, cited

    def _statement(self, statement: Statement, turn: Turn, run: Run) -> Iterator[Difference]:
        quotes = quoted(statement)
        if not quotes:
            return
        near = max(likeness(statement.text, quote) for quote in quotes) >= self.near
        told = () if near or statement.text not in turn.answer else (turn.question,)
        ground = Ground.of((*quotes, *about(statement, run.sections), *told))
        if fault := unsupported(statement.text, ground, counts=near):
            yield fault
        yield from self._wording(statement.text, source_sentences(statement, run.sections))

    def _wording(self, text: str, sources: list[str]) -> Iterator[Difference]:
        """Modality, negation and bounds of each sentence against the source sentence it is most like."""
        for start, end in sentences(text):
            said = text[start:end]
            best = max(sources, key=lambda source: likeness(said, source), default="")
            if best and (fault := difference(said, best, self.near)):
                span = (start + fault.said[0], start + fault.said[1]) if fault.said else (start, end)
                yield replace(fault, said=span)


def _carried(turn: Turn, run: Run) -> Iterator[str]:
    """The quotes of a turn, with what belongs to their sections."""
    for claim in turn.claims:
        yield claim.evidence.quote
        if section := run.sections.get(claim.evidence.section):
            yield section.lead_in
