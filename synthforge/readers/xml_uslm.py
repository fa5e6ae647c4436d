"""United States Legislative Markup: codes, regulations and acts whose every level says its number and identifier."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from synthforge.readers.xml_blocks import (
    Piece,
    Spans,
    Writer,
    attribute,
    child,
    elements,
    folded,
    is_outlined,
    local,
    plain,
)
from synthforge.readers.xml_tables import html_table
from synthforge.readers.xml_tree import Element
from synthforge.readers.xml_uslm_text import (
    INLINE,
    LEVELS,
    RUNNING,
    cell_text,
    head_of,
    inline_piece,
    lead_of,
    lines,
    number_of,
)
from synthforge.sections.blocks import Kind, fold
from synthforge.sections.citation import AS_OF, CITED_AS, date, worded_dates

_UNITS = {
    "title": 1, "subtitle": 2, "chapter": 3, "subchapter": 4, "part": 5, "subpart": 6, "division": 2, "subdivision": 3,
    "article": 5, "subarticle": 6, "level": 7, "appendix": 5,
}  # fmt: skip
_NOTES = frozenset(
    "source sourceCredit authority editorialNote notes footnote citationNote signature signatures action longTitle"
    " enactingFormula statutoryNote".split()
)
_CONTENTS = frozenset({"toc", "index"})
_FURNITURE = frozenset({"ear", "leftRunningHead", "rightRunningHead", "endMarker", "meta", "preface", "backMatter"})
_TEXTS = frozenset({"chapeau", "content", "continuation", "text"})
_CODE = re.compile(r"/us/(usc|cfr|pl|stat)/t?([\w-]+)(?:/(\d+)(?=/|$))?")
_NAMES = {"usc": "{} U.S.C.", "cfr": "{} CFR", "pl": "Pub. L. {}", "stat": "{} Stat."}
_LAW_PATH = re.compile(r"/s[^/]+((?:/[\w-]+)*)$")


def write(root: Element, writer: Writer) -> None:
    code = _code(root)
    as_of = _edition(root)
    uslm = _Uslm(writer, code, as_of)
    uslm.walk(root)
    numbers = sorted({number for number in uslm.parts if number})
    family = f"{code} {numbers[0]}" if len(numbers) == 1 and not uslm.whole else code or "Act"
    title = next((fold(plain(e)) for e in root.iter("{http://purl.org/dc/elements/1.1/}title")), "")
    writer.state({CITED_AS: family, AS_OF: as_of, "title": title, "instrument": code})


def _code(root: Element) -> str:
    """`27 CFR`, `21 U.S.C.`, `Pub. L. 117-58`: what most identifiers of the file begin with."""
    counts = Counter(found.groups() for e in root.iter() if (found := _CODE.match(attribute(e, "identifier"))))
    if not counts:
        return ""
    kind, number, second = counts.most_common(1)[0][0]
    return _NAMES[kind].format(f"{number}-{second}" if kind == "pl" and second else number)


def _edition(root: Element) -> str:
    """The release point or the date of publication, as the file's own metadata states it."""
    for name in ("docReleasePoint", "docPublicationDate", "approvedDate", "created", "date"):
        for element in root.iter(f"{{*}}{name}"):
            if found := date(attribute(element, "date") or fold(plain(element))):
                return found
    return ""


@dataclass
class _Uslm:
    writer: Writer
    code: str
    as_of: str
    depth: int = 1
    whole: bool = False
    parts: set[str] = field(default_factory=set)

    def walk(self, parent: Element, level: int = 0, above: str = "", headed: bool = False) -> None:
        """`headed` says that the number and heading of the unit have been written."""
        for element in self.writer.within(parent):
            name = local(element)
            if name == "section":
                self._section(element)
            elif name in _UNITS and not self._outermost(element):
                self._unit(element, max(_UNITS[name], level + 1), above)
            elif name in ("num", "heading") and (headed or self._outermost(parent)):
                if not headed:
                    self._title(element)
            elif not self._left_out(element):
                if name in _TEXTS or name == "p":
                    self._text(element, (), trusted=True)
                else:
                    self.walk(element, level, above)

    def _outermost(self, element: Element) -> bool:
        """The title that the whole file is: its document, and no level of its own."""
        parent = element.getparent()
        return local(element) == "title" and parent is not None and local(parent) in ("main", "cfrDoc", "uscDoc")

    def _title(self, element: Element) -> None:
        if any(block.kind == "title" for block in self.writer.reading.blocks) or local(element) == "num":
            self.writer.say("meta", element, INLINE.text(element))
        else:
            self.writer.say("title", element, INLINE.text(element))

    def _left_out(self, element: Element) -> bool:
        name = local(element)
        if name in _CONTENTS:
            self.writer.drop("contents", element)
        elif name in _FURNITURE:
            self.writer.drop("furniture" if "Head" in name or name == "ear" else "front and back matter", element)
        elif name in _NOTES or name == "note":
            self._note(element)
        elif name == "table":
            html_table(element, cell_text, self.writer)
        else:
            return False
        return True

    def _unit(self, element: Element, level: int, above: str) -> None:
        head = head_of(element)
        name, num = local(element), child(element, "num")
        number = attribute(num, "value") if num is not None else ""
        self.whole = self.whole or level < 5
        if name == "part" and self.code.endswith("CFR"):
            citation = f"{self.code} {number}"
            self.parts.add(number)
        elif name == "subpart" and above:
            citation = f"{above} Subpart {number}"
        elif name in ("chapter", "subchapter") and number and not above:
            citation = f"{self.code} {name} {number}"
        else:
            citation = f"{above or self.code} > {head}"
        if head:
            self.writer.say("heading", element, head, level=level, citation=citation)
        kept = name in ("part", "subpart") or not self.code.endswith("CFR")
        self.walk(element, level, citation if kept else "", headed=True)

    def _section(self, element: Element) -> None:
        number = number_of(element)
        sign = "" if self.code.endswith(("CFR", "U.S.C.")) else "§ "
        if self.code.endswith("CFR") and not any(self.parts):
            self.parts.add(number.split(".")[0])
        own = [when for note in element.iter("{*}source", "{*}sourceCredit") for when in worded_dates(plain(note))]
        self.writer.say(
            "heading", element, head_of(element), level=8, citation=f"{self.code} {sign}{number}".strip(),
            edition=max(own, default=self.as_of),
        )  # fmt: skip
        self._body(element, (), self._trusted(element))

    def _trusted(self, section: Element) -> bool:
        """Whether the identifiers of the levels count. Those of the CFR come from a converter that takes `(a)` within a
        definition for a paragraph of the section; its own text is read instead."""
        identifiers = [attribute(e, "identifier") for e in section.iter() if local(e) in LEVELS]
        return not self.code.endswith("CFR") and all(identifiers) and len(set(identifiers)) == len(identifiers)

    def _body(self, element: Element, path: tuple[str, ...], trusted: bool, lead: tuple[Piece, ...] = ()) -> None:
        """What stands in a section or level; `lead` goes before its first text."""
        headed = local(element) in (*LEVELS, "section")
        for part in self.writer.within(element):
            name = local(part)
            if headed and name in ("num", "heading"):
                continue
            if name in LEVELS:
                self._level(part, trusted, lead)
            elif name in _TEXTS:
                self._text(part, path, trusted, lead)
            else:
                self._other(part, path, trusted)
            lead = ()

    def _level(self, element: Element, trusted: bool, before: tuple[Piece, ...]) -> None:
        """A number without text of its own goes before the level below it, as printed: `(c)(1) Any period…`."""
        found = _LAW_PATH.search(attribute(element, "identifier"))
        path = tuple(filter(None, found[1].split("/"))) if trusted and found else ()
        lead = (*before, *lead_of(element))
        first = next((e for e in elements(element) if local(e) not in ("num", "heading")), None)
        joined = (
            first is not None
            and local(first) in LEVELS
            and (child(element, "heading") is None or "inline" in attribute(first, "class"))
        )
        if not joined and (first is None or local(first) not in _TEXTS):
            text, emphasis = folded(iter(lead))
            self._say("paragraph", element, text, emphasis, path)
            lead = ()
        self._body(element, path, trusted, lead)

    def _text(self, element: Element, path: tuple[str, ...], trusted: bool, lead: tuple[Piece, ...] = ()) -> None:
        """Running text, paragraphs in it, and what is set off between them; the number goes before the first."""
        kind: Kind = "flush" if local(element) == "continuation" else "paragraph"
        held: list[Piece] = list(lead)
        if element.text:
            held.append((str(element.text), False))
        for node in element:
            name = local(node)
            if name in RUNNING:
                held.extend(inline_piece(node))
            elif name == "p":
                if held and "".join(text for text, _ in held).strip() and not lead:
                    self._flush(kind, element, held, path)
                    held = []
                held.extend([(" ", False), *INLINE.pieces(node)])
                self._flush(kind, node, held, path)
                held, lead = [], ()
                for note in node.iter("{*}footnote"):
                    self._note(note)
            elif name:
                self._flush(kind, element, held, path)
                held, lead = [], ()
                self._other(node, path, trusted)
            if node.tail:
                held.append((str(node.tail), False))
        self._flush(kind, element, held, path)

    def _flush(self, kind: Kind, element: Element, held: list[Piece], path: tuple[str, ...]) -> None:
        text, emphasis = folded(iter(held))
        self._say(kind, element, text, emphasis, path)

    def _say(self, kind: Kind, element: Element, text: str, emphasis: Spans, path: tuple[str, ...]) -> None:
        self.writer.say(kind, element, text, emphasis, designators=path)

    def _other(self, element: Element, path: tuple[str, ...], trusted: bool) -> None:
        """What stands between the paragraphs: headings, tables, extracts, notes."""
        name = local(element)
        if name == "table":
            html_table(element, cell_text, self.writer, path)
            for note in element.iter("{*}footnote"):
                self._note(note)
        elif name in ("heading", "subheading", "crossHeading"):
            text, emphasis = folded(INLINE.pieces(element))
            self.writer.say("caption", element, text, emphasis, level=self.depth, designators=path)
        elif name in ("note", "quotedContent", "explanationNote", "list"):
            if attribute(element, "role") == "approval":
                self._note(element)
            elif is_outlined(e for e in elements(element) if local(e) == "heading"):
                replace(self, depth=2)._text(element, path, trusted)
            else:
                self._quoted(element, path)
        elif name == "section":
            self._quoted(element, path)
        elif not self._left_out(element):
            if name in _TEXTS or name == "p":
                self._text(element, path, trusted)
            else:
                self._body(element, path, trusted)

    def _quoted(self, element: Element, path: tuple[str, ...]) -> None:
        """An example, a note, quoted law: text of this paragraph, whatever it is numbered."""
        for place, pieces in lines(element):
            text, emphasis = folded(iter(pieces))
            self._say("quote", place, text, emphasis, path)
        for table in element.iter("{*}table"):
            html_table(table, cell_text, self.writer, path)

    def _note(self, element: Element) -> None:
        for place, pieces in lines(element):
            self.writer.say("meta", place, folded(iter(pieces))[0])
