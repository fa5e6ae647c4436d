"""What a turn states, and what each statement rests on: the same text in several claims is one statement on several
quotes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from synthforge.meaning.agreement import Difference
from synthforge.meaning.quotes import find
from synthforge.meaning.sentences import sentence_at, sentences
from synthforge.records import Evidence, Section, Span, Turn


class Details(TypedDict):
    """What a verdict says beside its code and reason."""

    said: Span | None
    source: Span | None
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Statement:
    """`place` names its first claim as spans do ("turn 2 claim 1"; without the turn where there is one)."""

    place: str
    text: str
    evidence: tuple[Evidence, ...]

    @property
    def span(self) -> Span:
        return Span(place=self.place, start=0, end=len(self.text))


def statements(turn: Turn, number: int = 1, of: int = 1) -> list[Statement]:
    """The claims of turn `number` of `of`, those of one text together."""
    by_text: dict[str, list[tuple[int, Evidence]]] = {}
    for at, claim in enumerate(turn.claims, 1):
        by_text.setdefault(claim.text, []).append((at, claim.evidence))
    where = f"turn {number} " if of > 1 else ""
    return [
        Statement(f"{where}claim {found[0][0]}", text, tuple(evidence for _, evidence in found))
        for text, found in by_text.items()
    ]


def short(text: str, most: int = 160) -> str:
    """A text on one line, for a reason."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def located(evidence: Sequence[Evidence], sections: Mapping[str, Section]) -> Span | None:
    """Where the first quote that can be found stands, in its section's own text."""
    for each in evidence:
        section = sections.get(each.section)
        if section and (span := find(each.quote, section.text)):
            return Span(place=each.section, start=span[0], end=span[1])
    return None


def against(
    fault: Difference, place: str, evidence: Sequence[Evidence], sections: Mapping[str, Section], offset: int = 0
) -> Details:
    """The fields of a verdict that show example and source against each other; `place` names the text that was checked,
    in which what was compared begins at `offset`."""
    said = Span(place=place, start=offset + fault.said[0], end=offset + fault.said[1]) if fault.said else None
    nearest = sorted(evidence, key=lambda each: fault.expected.lower() not in each.quote.lower())
    return {"said": said, "source": located(nearest, sections), "found": fault.found, "expected": fault.expected}


_FIELD = re.compile(r"(?:\A|;\s+|\n)[A-Z][\w /-]{1,24}:\s+")
"""The label of a field in an answer that is a form ("Priority: high; Action: …")."""


def parts(text: str) -> Iterator[tuple[int, int]]:
    """The spans of what an answer says one after the other: its sentences, or its fields without their labels."""
    labels = list(_FIELD.finditer(text))
    if len(labels) < 2:
        yield from sentences(text)
        return
    yield from sentences(text[: labels[0].start()])
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        for start, stop in sentences(text[label.end() : end]):
            yield label.end() + start, label.end() + stop


def quoted(statement: Statement) -> list[str]:
    return [each.quote for each in statement.evidence if each.quote.strip()]


def source_sentences(statement: Statement, sections: Mapping[str, Section]) -> list[str]:
    """The sentences that the quotes come from, whole: a quote may leave out the "not" before it."""
    return [sentence for each in statement.evidence for sentence in whole(each, sections)]


def whole(evidence: Evidence, sections: Mapping[str, Section]) -> list[str]:
    quote, section = evidence.quote, sections.get(evidence.section)
    span = find(quote, section.text) if section else None
    text = quote
    if section and span:
        start, end = sentence_at(section.text, *span)
        text = section.text[start:end]
    return [text[a:b] for a, b in sentences(text)]


def names(section: Section) -> tuple[str, ...]:
    """Under which names, headings and editions a section may be spoken of."""
    return (section.citation, section.id.replace("#", " "), section.edition, *section.path)


def about(statement: Statement, sections: Mapping[str, Section]) -> Iterator[str]:
    """What else may be said of the sections cited: what leads up to them, and their names."""
    for key in dict.fromkeys(each.section for each in statement.evidence):
        if section := sections.get(key):
            yield section.lead_in
            yield from names(section)
