"""The second check: does every quote stand, word for word, in the section it is said to come from?"""

from collections.abc import Iterator

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.quotes import find, fold
from synthforge.meaning.sentences import sentences
from synthforge.records import Evidence, Example, Section, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import short


class Quote(Validator):
    """Rejects quotes that were altered, invented, too short to prove anything, or taken from another
    section."""

    min_words: int = Field(4, ge=1)
    """A shorter quote counts only when it is a whole sentence or list item of its section."""

    def check(self, example: Example, run: Run) -> Verdict:
        for turn in example.turns:
            for claim in turn.claims:
                if claim.evidence.quote.strip():
                    for code, reason in self._faults(claim.evidence, example, run):
                        return self.failed(f"quote.{code}", reason, found=claim.evidence.quote)
        return self.passed()

    def _faults(self, evidence: Evidence, example: Example, run: Run) -> Iterator[tuple[str, str]]:
        quote, section = evidence.quote, run.sections.get(evidence.section)
        if section is None or not stands(quote, section):
            other = _elsewhere(quote, evidence.section, example, run)
            if other is not None:
                yield "wrong_section", f"'{short(quote)}' stands in {other.key}, not in {evidence.section}"
            else:
                yield "not_found", f"'{short(quote)}' does not stand in {evidence.section}"
            return
        plain = fold(quote).strip(" .,;:\"'").lower()
        if plain in (fold(section.heading).lower().strip(" ."), fold(section.citation).lower()):
            yield "too_short", f"'{short(quote)}' is only the heading of {section.id}"
        elif len(plain.split()) < self.min_words and not _whole_sentence(plain, section):
            yield "too_short", f"'{short(quote)}' has fewer than {self.min_words} words"


def stands(quote: str, section: Section) -> bool:
    """Whether a quote stands in the section's own text; a lead-in belongs to another one, and is quoted from there."""
    return find(quote, section.text) is not None


def _elsewhere(quote: str, cited: str, example: Example, run: Run) -> Section | None:
    """Another section with this quote: one that was shown, else any of the corpus."""
    needle = fold(quote).strip(" \"'.,;:")
    if not needle:
        return None
    shown = [i for i in (*example.order.excerpt, *example.order.targets) if i in run.sections]
    for section_id in dict.fromkeys((*shown, *run.sections)):
        section = run.sections[section_id]
        # The plain search is a fast filter; most sections of a corpus fail it.
        if section_id != cited and needle[:40].lower() in fold(section.text).lower() and stands(quote, section):
            return section
    return None


def _whole_sentence(plain: str, section: Section) -> bool:
    text = section.text
    return any(fold(text[a:b]).strip(" .,;:\"'-*").lower() == plain for a, b in sentences(text))
