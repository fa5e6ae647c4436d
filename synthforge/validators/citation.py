"""The third check: does every cited section exist, was it shown, and does the wording cite the same one?"""

from collections.abc import Iterable, Iterator

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.quotes import find
from synthforge.meaning.ranking import terms
from synthforge.meaning.references import Reference, identifiers
from synthforge.meaning.support import related
from synthforge.records import Example, Section, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import statements


class Citation(Validator):
    """Rejects citations of sections that do not exist, were not shown, are not the ones the evidence is from, or say
    much less of the matter than another section does."""

    rank: float = Field(0.65, ge=0, le=1)
    """BM25 score that a cited section must have, in those of the corpus' best section for the statement."""
    min_terms: int = Field(5, ge=1)
    """Statements with fewer words and numbers are too short to be looked up."""

    def check(self, example: Example, run: Run) -> Verdict:
        for code, reason in self._faults(example, run):
            return self.failed(f"citation.{code}", reason)
        return self.passed()

    def _faults(self, example: Example, run: Run) -> Iterator[tuple[str, str]]:
        shown = {*example.order.excerpt, *example.order.targets}
        for turn in example.turns:
            for claim in turn.claims:
                cited = claim.evidence.section
                if cited not in run.sections:
                    yield "unknown", f"no section '{cited}' exists in the corpus"
                elif cited not in shown:
                    yield "not_shown", f"'{cited}' was not among the sections shown"
        for turn in example.turns:
            yield from self._outranked(turn, run)
        for number, turn in enumerate(example.turns):
            yield from _named(turn, example, example.turns[: number + 1], run)

    def _outranked(self, turn: Turn, run: Run) -> Iterator[tuple[str, str]]:
        for statement in statements(turn):
            if len(set(terms(statement.text))) < self.min_terms:
                continue
            cited = [each.section for each in statement.evidence]
            if any(find(statement.text, run.sections[key].text) for key in cited if key in run.sections):
                continue  # its own words stand there; a shorter section may still score more
            if (score := run.index.standing(statement.text, cited)) < self.rank:
                better = run.index.best(statement.text)
                yield "outranked", f"{better} says {1 / max(score, 0.01):.1f} times as much of '{statement.text}'"


def _named(turn: Turn, example: Example, so_far: Iterable[Turn], run: Run) -> Iterator[tuple[str, str]]:
    """Faults of the citations written inside a turn's own words."""
    written = [
        (text[reference.start : reference.end], reference)
        for text in (turn.answer, turn.reasoning, turn.missing)
        for reference in identifiers(text)
        if reference.kind != "label"
    ]
    if not written:
        return
    cited = list(dict.fromkeys(claim.evidence.section for each in so_far for claim in each.claims))
    consulted = cited if turn.claims else [*cited, *example.order.excerpt, *example.order.targets]
    sections = [run.sections[i] for i in consulted if i in run.sections]
    passages = [text for section in sections for text in (section.text, section.lead_in)]
    own = [found for section in sections for found in _own(section)]
    mentioned = [*(each.question for each in so_far), *passages]
    for words, reference in written:
        if any(_agree(reference, offered) for offered in own):
            continue
        if any(_agree(reference, offered) for text in mentioned for offered in identifiers(text)):
            continue
        if reference.kind == "code" and not _is_document(reference, run):
            continue  # a code that names no document of the corpus is a fact, not a citation
        if any(_agree(reference, offered) for section in run.sections.values() for offered in _own(section)):
            evidence = ", ".join(dict.fromkeys(section.citation for section in sections))
            yield "mismatch", f"the answer cites '{words}', its evidence is {evidence or 'none'}"
        else:
            yield "unknown", f"the answer cites '{words}', which exists nowhere in the corpus"


def _own(section: Section) -> tuple[Reference, ...]:
    """The identifiers by which a section may be cited."""
    return (*identifiers(section.citation), *identifiers(section.id.replace("#", " ")))


def _agree(asked: Reference, own: Reference) -> bool:
    """Equal, or a paragraph of the cited section, or the section of a cited paragraph."""
    return asked.value == own.value or (asked.kind == own.kind == "section" and related(asked.value, own.value))


def _is_document(reference: Reference, run: Run) -> bool:
    return any(reference.value in section.id.lower() for section in run.sections.values())
