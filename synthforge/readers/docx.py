"""Word files to blocks: headings by style, outline level, numbering or short bold line; tables row by row."""

import re
from collections.abc import Iterator

from synthforge.readers.word_notes import Notes
from synthforge.readers.word_numbering import Numbering
from synthforge.readers.word_package import Element, Package, W
from synthforge.readers.word_tables import framed, rows
from synthforge.readers.word_text import ANCHORS, DELETED, UNKNOWN, boxes, on, references, text, visible
from synthforge.records import Locator
from synthforge.sections.blocks import LABEL, Block, Reading, fold, solid

_HEADING_STYLE = re.compile(r"(?i)heading\s*([1-9])\b")
_CONTENTS_STYLE = re.compile(r"(?i)toc (?:\d|heading)")
_WRAPPERS = {f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml")}


def read(data: bytes, name: str) -> Reading:
    """The file's blocks.

    Raises:
        RowError: the file is locked, damaged, no Word document, or a bomb.
    """
    package = Package(data, name)
    reading = Reading(visible=visible(package.body))
    walk = _Walk(package, reading)
    reading.blocks = list(walk.document())
    _margins(package, reading)
    _comments(package, reading)
    _pictures(package.body, walk.boxes, reading)
    reading.warnings = [*package.warnings, *reading.warnings]
    return reading


class _Walk:
    """One pass over the body, content controls and text boxes included."""

    def __init__(self, package: Package, reading: Reading) -> None:
        self.reading = reading
        self.body = package.body
        styles = package.part("styles")
        self.styles = {
            style.get(f"{W}styleId") or "": style for style in (styles.iter(f"{W}style") if styles is not None else ())
        }
        self.numbering = Numbering(package.part("numbering"), styles)
        self.notes = Notes(package, reading)
        self.block = 0
        self.boxes = 0
        self._chains: dict[str, list[tuple[str, Element]]] = {}

    def document(self) -> Iterator[Block]:
        """The body's blocks, each note behind the paragraph that refers to it, or the list which that introduces."""
        for block in self.blocks(self.body):
            if block.kind not in ("item", "row"):
                yield from self.notes.due(but=self.block)
            yield block
        yield from self.notes.due()
        self.notes.close()

    def blocks(self, parent: Element) -> Iterator[Block]:
        for element in parent:
            if element.tag == f"{W}p":
                self.block += 1
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self.block += 1
                yield from self._table(element)
            elif element.tag in _WRAPPERS:
                yield from self.blocks(element)
            elif element.tag in DELETED:
                self.reading.drop("tracked deletions", "".join(map(self._said, element.iter(f"{W}p"))))

    def _said(self, element: Element) -> str:
        return fold(text(element, self.reading.dropped))

    def _paragraph(self, element: Element) -> Iterator[Block]:
        said = self._said(element)
        chain = self._chain(element)
        number, depth = self.numbering.next(element, [_numbered(style) for _, style in chain], bool(said))
        if any(_CONTENTS_STYLE.match(name) for name, _ in chain):
            self.reading.drop("contents", said)
            return
        if said:
            yield self._block(element, said, chain, number, depth)
        yield from self._anchored(element)

    def _anchored(self, paragraph: Element) -> Iterator[Block]:
        """The text boxes of a paragraph; its notes wait until it is done with."""
        if next(paragraph.iter(*ANCHORS), None) is None:
            return
        self.notes.refer(references(paragraph), self.block)
        for box in boxes(paragraph):
            self.boxes += 1
            yield from self.blocks(box)

    def _block(self, element: Element, said: str, chain: list[tuple[str, Element]], number: str, depth: int) -> Block:
        place = Locator(block=self.block)
        if any(name.lower() == "title" for name, _ in chain):
            return Block("title", said, 0, place)
        level = self._level(element, chain)
        if not level and _short_and_bold(element, said):
            level = 1 + depth if number else 8
        self.reading.visible += solid(number)
        if level:
            return Block("heading", f"{number} {said}".strip(), level, place)
        if number:
            return Block("item", f"{'  ' * depth}{number} {said}", depth + 1, place)
        return Block("paragraph", said, 1, place)

    def _chain(self, element: Element) -> list[tuple[str, Element]]:
        """Name and definition of the paragraph's style and of those it is based on, nearest first."""
        properties = element.find(f"{W}pPr/{W}pStyle")
        first = properties.get(f"{W}val") if properties is not None else None
        if not first:
            return []
        if first not in self._chains:
            chain: list[tuple[str, Element]] = []
            name: str | None = first
            while name in self.styles and len(chain) < 12:
                style = self.styles[name]
                chain.append((_value(style, "name") or "", style))
                name = _value(style, "basedOn")
            self._chains[first] = chain
        return self._chains[first]

    def _level(self, element: Element, chain: list[tuple[str, Element]]) -> int:
        """Heading style, else outline level (of the paragraph, then of its styles), else 0."""
        for name, _ in chain:
            if found := _HEADING_STYLE.match(name):
                return int(found.group(1))
        for holder in (element, *(style for _, style in chain)):
            value = _value(holder, "pPr", "outlineLvl")
            if value is not None and re.fullmatch(r"\d{1,4}", value, re.ASCII):
                return int(value) + 1 if int(value) < 9 else 0
        return 0

    def _table(self, table: Element) -> Iterator[Block]:
        """A row is a block. A table of one cell is a frame around text, and is read as that text."""
        if (frame := framed(table)) is not None:
            yield from self.blocks(frame)
            return
        for number, row in enumerate(rows(table, self.reading.dropped), 1):
            if row.text:
                self.reading.added += row.bars
                yield Block("row", row.text, 1, Locator(block=self.block, row=number))
            for paragraph in row.paragraphs:
                yield from self._anchored(paragraph)
            for nested in row.tables:
                yield from self._table(nested)


def _numbered(style: Element) -> Element | None:
    return style.find(f"{W}pPr/{W}numPr")


def _value(element: Element, *path: str) -> str | None:
    found = element.find("/".join(f"{W}{tag}" for tag in path))
    return found.get(f"{W}val") if found is not None else None


def _short_and_bold(element: Element, said: str) -> bool:
    """At most twelve words, all of them bold, not a sentence."""
    if (
        LABEL.match(said)
        or len(said.split()) > 12
        or said.endswith((".", ";", ","))
        or not any(c.isalpha() for c in said)
    ):
        return False
    runs = [run for run in element.iter(f"{W}r") if text(run).strip()]
    return bool(runs) and all(on(run.find(f"{W}rPr/{W}b")) for run in runs)


# --- what is not the body's text -----------------------------------------------------------------------


def _margins(package: Package, reading: Reading) -> None:
    """Headers and footers are left out, each text once; what they say names the document's edition."""
    lines: dict[str, None] = {}
    for kind in ("header", "footer"):
        for part in package.parts(kind):
            lines.update(dict.fromkeys(said for p in part.iter(f"{W}p") if (said := fold(text(p)))))
    if not lines:
        return
    for line in lines:
        reading.drop("furniture", line)
        reading.visible += solid(line)
    first = next(iter(lines))
    reading.warnings.append(f"{_count(len(lines), 'header and footer line')} left out (such as '{first[:60]}')")
    reading.metadata["running_head"] = " · ".join(list(lines)[:4])


def _comments(package: Package, reading: Reading) -> None:
    found = [text(comment) for part in package.parts("comments") for comment in part.iter(f"{W}comment")]
    for comment in found:
        reading.drop("comments", comment)
        reading.visible += solid(comment)
    if found:
        reading.warnings.append(f"{_count(len(found), 'comment')} left out")
    for kind in ("tracked deletions", "hidden text"):
        if reading.dropped[kind]:
            reading.warnings.append(f"{kind}: {_count(reading.dropped[kind], 'character')} left out")
    reading.dropped = +reading.dropped


def _pictures(body: Element, text_boxes: int, reading: Reading) -> None:
    pictures = sum(1 for _ in body.iter(f"{W}drawing")) - text_boxes
    if pictures > 0:
        reading.warnings.append(f"{_count(pictures, 'picture')} left out; text inside images is not read")
    embedded = sum(1 for _ in body.iter(f"{W}altChunk", f"{W}subDoc"))
    if embedded:
        reading.warnings.append(f"{_count(embedded, 'embedded file')} left out; paste their text into the document")
    unknown = [block.locator for block in reading.blocks if UNKNOWN in block.text]
    if unknown:
        reading.warnings.append(
            f"{unknown[0]}: a symbol font's sign could not be read (in {_count(len(unknown), 'place', '')}); "
            f"it stands as '{UNKNOWN}': type it as a character"
        )


def _count(number: int, noun: str, verb: str = " was/ were") -> str:
    one, many = verb.split("/") if verb else ("", "")
    return f"{number} {noun}{one}" if number == 1 else f"{number} {noun}s{many}"
