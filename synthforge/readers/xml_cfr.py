"""The Code of Federal Regulations in XML, as eCFR (DIV1 … DIV9) and as the annual edition (PART, SECTION, SECTNO)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from synthforge.readers.xml_blocks import Writer, attribute, child, elements, local, plain
from synthforge.readers.xml_gpo import CONTENTS, FURNITURE, INLINE, Gpo
from synthforge.readers.xml_tree import Element, remarks
from synthforge.sections.blocks import fold
from synthforge.sections.citation import AS_OF, CITED_AS, date, worded_dates

_DIVISION = re.compile(r"DIV[1-9]$")
_LEVELS = {
    "TITLE": 1, "SUBTITLE": 2, "CHAPTER": 3, "SUBCHAP": 4, "SUBCHAPTER": 4, "PART": 5, "SUBPART": 6, "SUBJGRP": 7,
    "SECTION": 8, "APPENDIX": 9,
}  # fmt: skip
_HEADING = ("HEAD", "HD", "RESERVED")
_NUMBER = re.compile(r"(?i)\b(?:sub)?(?:title|chapter|chap|part)\s+([IVXLC]+|\d+|[A-Z]{1,2})\b")
_IN_NAME = re.compile(r"(?i)(?:^|[^a-z\d])(\d{1,2})[-_ ]?cfr|title[-_ ]?(\d{1,2})(?!\d)")
_VOLUME = re.compile(r"\s*[-–—]+\s*Volume \d+\s*$")
CFR = re.compile(r"\b(\d{1,2}) CFR\b")
_EFFECTIVE = re.compile(r"(?i)\beffective\s+(?:date[:\s]+)?([A-Z][a-z]+\.?\s+\d{1,2},\s+\d{4})")


def divisions(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if isinstance(e.tag, str) and _DIVISION.match(e.tag) and e.get("TYPE"))


def write(root: Element, writer: Writer) -> None:
    title = _title_number(root, writer.name)
    code = f"{title} CFR" if title else "CFR"
    if not title:
        writer.warn("does not say of which CFR title it is; sections are cited as 'CFR …'")
    cfr = _Cfr(writer, Gpo(writer), code)
    amended = root.find(".//AMDDATE")
    revised = root.find(".//REVISED")
    as_of = date(fold(plain(amended))) if amended is not None else date(plain(revised)) if revised is not None else ""
    cfr.as_of = as_of
    if level := _level(root):
        cfr.unit(root, level)
    else:
        cfr.walk(root)
    parts = sorted({number for number in cfr.parts if number})
    family = f"{code} {parts[0]}" if len(parts) == 1 and not cfr.whole else code
    writer.state({CITED_AS: family, AS_OF: as_of, "instrument": code})


def _title_number(root: Element, name: str) -> str:
    """As the file says it in one of the places that the publishers use, else as its name says."""
    for said in (
        *(attribute(e, "N") for e in root.iter("DIV1")),
        *(plain(e) for e in root.iter("IDNO") if attribute(e, "TYPE") == "title"),
        *(attribute(e, "NODE").partition(":")[0] for e in divisions(root)),
        *(plain(e) for e in root.iter("TITLENUM")),
    ):
        if found := re.search(r"\d{1,2}", said):
            return found.group()
    if named := _IN_NAME.search(name.rpartition("/")[2]):
        return named[1] or named[2]
    stated = next(filter(None, (CFR.search(remark) for remark in remarks(root))), None)
    return stated[1] if stated else ""


@dataclass
class _Cfr:
    """One walk over the hierarchy; `path` holds the citations of the open units, `source` the dates they state."""

    writer: Writer
    gpo: Gpo
    code: str
    as_of: str = ""
    whole: bool = False
    parts: set[str] = field(default_factory=set)
    source: list[str] = field(default_factory=list)

    def walk(self, parent: Element, above: str = "") -> None:
        heads = heads_of(parent) if _level(parent) else []
        for element in self.writer.within(parent):
            level, name = _level(element), local(element)
            if element in heads:
                continue
            if level:
                self.unit(element, level, above)
            elif name in CONTENTS:
                self.writer.drop("contents", element)
            elif name in FURNITURE or name in _FRONT:
                self.writer.drop("front matter", element)
            elif any(_level(e) for e in element.iter() if isinstance(e.tag, str)):
                self.walk(element, above)
            else:
                self.gpo.element(element)

    def unit(self, element: Element, level: int, above: str = "") -> None:
        head = _head(element)
        self.whole = self.whole or level < 5
        if level == 8:
            self.section(element, self._edition(element))
            return
        citation = self._citation(element, head, level, above)
        if level == 1:
            self._title(element, head)
        else:
            self.writer.say("heading", element, head, level=level, citation=citation)
        self.source.append(_source(element))
        if level == 9:
            Gpo(self.writer, heads=10).body(element, without=heads_of(element))
        else:
            self.walk(element, citation if level > 1 else "")
        self.source.pop()

    def _title(self, element: Element, head: str) -> None:
        """A title in several volumes names itself in each."""
        if any(block.kind == "title" for block in self.writer.reading.blocks):
            self.writer.reading.drop("repeated title", head)
        else:
            self.writer.say("title", element, head)
            self.writer.state({"title": _VOLUME.sub("", head)})

    def _citation(self, element: Element, head: str, level: int, above: str) -> str:
        number = attribute(element, "N") or (found[1] if (found := _NUMBER.search(head)) else "")
        match level:
            case 3:
                return f"{self.code} chapter {number}"
            case 5:
                number = number.removeprefix("Part ").strip()
                self.parts.add(number)
                return f"{self.code} {number}"
            case 6:
                return f"{above or self.code} Subpart {number}" if number else f"{above or self.code} > {head}"
            case 9:
                named = re.split(r"(?i)\s+to\s+(?:sub)?(?:part|chapter)\b", attribute(element, "N") or head)[0]
                base = re.split(r" Subpart | > ", above)[0]
                return f"{base or self.code} {re.split(r'[—–]', named)[0].strip()}"
        return f"{above or self.code} > {head}"

    def section(self, element: Element, edition: str, prefix: str = "") -> None:
        number, head = section_number(element), _head(element)
        if not any(self.parts):
            self.parts.add(number.split(".")[0])
        self.writer.say(
            "heading", element, head, level=8, citation=f"{prefix}{self.code} {number}".strip(), edition=edition
        )
        announced = [part for part in elements(element) if local(part) in ("EFFDNOT", "EFFDNOTP")]
        self.gpo.body(element, without=[*heads_of(element), *announced])
        for part in announced:
            self._announced(part, number, head)

    def _announced(self, note: Element, number: str, head: str) -> None:
        """An effective date note, and the text as it will stand: another edition under the same citation."""
        later = [part for part in elements(note) if local(part) in ("SECTION", "DIV8", "EXTRACT", "REGTEXT")]
        for part in self.writer.within(note, "meta"):
            if part not in later:
                self.gpo.note(part)
        found = _EFFECTIVE.search(fold(plain(note)))
        edition = date(found[1]) if found else ""
        for part in later:
            if _level(part) == 8:
                self.section(part, edition)
            elif edition:
                self.writer.say("heading", part, head, level=8, citation=f"{self.code} {number}", edition=edition)
                self.gpo.body(part)
            else:
                self.gpo.body(part, quoted=True)

    def _edition(self, element: Element) -> str:
        """The latest date in the section's own source note, else in the one of what it stands in."""
        own = [when for note in elements(element) if local(note) == "CITA" for when in worded_dates(plain(note))]
        return max(own, default=next((when for when in reversed(self.source) if when), self.as_of))


_FRONT = frozenset({"HEADER", "FMTR", "BMTR", "AMDDATE", "TITLEPG", "PTHD", "VOLUME", "SECHD"})


def _level(element: Element) -> int:
    name = local(element)
    if _DIVISION.match(name):
        return int(name[3]) if element.get("TYPE") else 0
    return _LEVELS.get(name, 0) if name != "TITLE" or child(element, "CHAPTER", "SUBTITLE", "PART") is not None else 0


def _head(element: Element) -> str:
    return " ".join(filter(None, map(INLINE.text, heads_of(element)))) or attribute(element, "N")


def heads_of(element: Element) -> list[Element]:
    """The number and subject that head a section, or the heading of a unit."""
    number = child(element, "SECTNO")
    heads = (number, child(element, "SUBJECT")) if number is not None else (child(element, *_HEADING),)
    return [head for head in heads if head is not None]


def section_number(element: Element) -> str:
    number = child(element, "SECTNO")
    said = INLINE.text(number) if number is not None else attribute(element, "N")
    return re.sub(r"^(?:§|Sec(?:tion)?\.?)*\s*", "", said.replace("§", " ").strip()).strip(". ")


def _source(element: Element) -> str:
    notes = [note for note in elements(element) if local(note) == "SOURCE"]
    return max((when for note in notes for when in worded_dates(plain(note))), default="")
