"""Where a section stands: the law or document, its number and its designators, read from its own citation."""

import re
from dataclasses import dataclass

from synthforge.links.members import PATH
from synthforge.records import Section
from synthforge.sections.numbering import LEGAL_RANK, label

PREFIX = r"(?:\d{1,3} FR \d{1,6}, (?:proposed )?)?"
"""A rule in the Federal Register states sections of the CFR as they are to read: `89 FR 9757, 24 CFR 1006.377(c)`."""
_LAW = re.compile(
    rf"({PREFIX})(\d{{1,2}} (?:CFR|U\.S\.C\.))"
    rf"(?: (\d[\w.–-]*)((?:{PATH})*)(?: \(([^()]+)\)((?:{PATH})*))?(.*))?",
    re.DOTALL,
)
_REST = re.compile(r"(?: ¶\d+| \[\d+\])*\Z")
_BELOW = re.compile(r" §| > |#| ¶\d| \[\d")
_ANCHOR = re.compile(r" (?:Appendix|Annex|Article|Chapter|Schedule|Attachment|Exhibit) \w+\Z", re.IGNORECASE)
_NUMBER = re.compile(r" §([A-Z0-9]+(?:\.[A-Z0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Standing:
    """`code` is the code of law (`49 CFR`) or empty, `number` the section's own (`395.3`, `5.2`), `path` its letters.

    `term` is what a definition without a letter is cited by: ` (Direct costs)`, and its own letters follow that.
    `base` is what the numbers of this document are cited under (`SOP-014`); `sure` is false where relative places
    ("paragraph (a)") are not those of this section: in notes.
    """

    citation: str
    base: str
    code: str = ""
    number: str = ""
    path: tuple[str, ...] = ()
    term: str = ""
    prefix: str = ""
    sure: bool = False
    units: tuple[tuple[str, str], ...] = ()

    @property
    def regulations(self) -> str:
        """The code, where it is one of regulations."""
        return self.code if self.code.endswith("CFR") else ""

    @property
    def part(self) -> str:
        return self.number.split(".")[0] if self.regulations else ""

    def unit(self, noun: str) -> str:
        return dict(self.units).get(noun, "")


def standing(section: Section) -> Standing:
    citation = section.id.partition("#")[2] or section.citation
    if law := _LAW.match(citation):
        return _in_law(law, section.path)
    base = citation[: found.start()] if (found := _BELOW.search(citation)) else citation
    number = _NUMBER.match(citation, len(base))
    return Standing(f"{base} §{number[1]}" if number else citation, base, number=number[1] if number else "")


def _in_law(law: re.Match[str], path: tuple[str, ...]) -> Standing:
    prefix, code, number, steps, term, below, rest = (group or "" for group in law.groups())
    term = f"{steps} ({term})" if term else ""
    citation = f"{prefix}{code} {number}{term or steps}{below}".strip()
    return Standing(
        citation,
        citation,
        code,
        number,
        tuple(re.findall(r"\w+", below if term else steps)),
        term,
        prefix,
        sure=bool(number) and _REST.match(rest) is not None,
        units=units(path),
    )


def units(path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The legal units that a section stands in: ("part", "395"), ("subpart", "A")."""
    heads = (label(text) for text in path)
    found = [head.number.split(" ", 1) for head in heads if 0 < head.rank < LEGAL_RANK["section"]]
    return tuple((noun.lower(), number) for noun, number in found)


def document(base: str) -> str:
    """The document of `SOP-014 Appendix A` is SOP-014."""
    return _ANCHOR.sub("", base)
