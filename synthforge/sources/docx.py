"""Word files to blocks: headings by style, outline level, numbering or short bold line; tables row by row."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol, cast

from docx import Document as open_document
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError

from synthforge.errors import RowError
from synthforge.records import Locator
from synthforge.sources.blocks import LABEL, Block, Reading, fold
from synthforge.sources.word_numbering import Numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {
    f"{W}{tag}" for tag in ("txbxContent", "del", "moveFrom", "instrText", "footnoteReference", "endnoteReference")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_HEADING_STYLE = re.compile(r"(?i)heading\s*([1-9])\b")
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, PackageNotFoundError, KeyError, ValueError,
    AttributeError, NotImplementedError, RuntimeError, EOFError, OSError, SyntaxError,
)  # fmt: skip
"""What zipfile, lxml and python-docx raise on damaged input: not one type between them."""
_MOST_BYTES = 300_000_000
_MOST_RATIO = 200


class Element(Protocol):
    """The part of lxml's element that is used here."""

    tag: str
    text: str | None

    def find(self, path: str) -> "Element | None": ...
    def iter(self, *tags: str) -> "Iterator[Element]": ...
    def get(self, key: str) -> str | None: ...
    def __iter__(self) -> "Iterator[Element]": ...


def read(data: bytes, name: str) -> Reading:
    document = _open(data, name)
    body = cast(Element, document.element.body)
    walk = _Walk(document)
    reading = Reading(blocks=list(walk.blocks(body)))
    boxes = sum(1 for _ in body.iter(f"{W}txbxContent"))
    if boxes:
        reading.warnings.append(f"{name}: {boxes} text boxes were left out; move text that matters into the body")
    pictures = sum(1 for _ in body.iter(f"{W}drawing"))
    if pictures > boxes:
        reading.warnings.append(f"{name}: {pictures - boxes} pictures were left out; text inside images is not read")
    return reading


def _open(data: bytes, name: str) -> WordDocument:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RowError(
            "docx.locked", f"{name} is password-protected or in the old .doc format; save it as an open .docx"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _MOST_BYTES or size > _MOST_RATIO * len(data) + 1_000_000:
            raise RowError(
                "docx.bomb",
                f"{name} unpacks to {size:,} bytes; it is not read: save it again without attachments",
            )
        return open_document(io.BytesIO(data))
    except _BROKEN as error:
        raise RowError(
            "docx.broken", f"{name} is not a readable Word file ({error}); open it in Word and save it again"
        ) from error


class _Walk:
    """One pass over the body, content controls included."""

    def __init__(self, document: WordDocument) -> None:
        self.styles = {style.style_id: style for style in document.styles}
        self.numbering = Numbering(document)
        self.block = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        for element in parent:
            if element.tag == f"{W}p":
                self.block += 1
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self.block += 1
                yield from self._table(element)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}smartTag", f"{W}customXml"):
                yield from self.blocks(element)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        text = fold(_text(element))
        place = Locator(block=self.block)
        chain = self._styles(element)
        number, depth = self.numbering.next(element, [_properties(style) for _, style in chain], bool(text))
        if not text:
            return
        names = [name for name, _ in chain]
        if any(name.lower() == "title" for name in names):
            yield Block("title", text, 0, place)
            return
        level = self._level(element, chain)
        if not level and number and _short_and_bold(element, text):
            level = 1 + depth
        elif not level and not number and _short_and_bold(element, text):
            level = 8
        if level:
            yield Block("heading", f"{number} {text}".strip(), level, place)
        elif number:
            yield Block("item", f"{'  ' * depth}{number} {text}", depth + 1, place)
        else:
            yield Block("paragraph", text, 1, place)

    def _styles(self, element: Element) -> list[tuple[str, Element]]:
        """The paragraph's style and those it is based on, nearest first."""
        properties = element.find(f"{W}pPr/{W}pStyle")
        style_id = properties.get(f"{W}val") if properties is not None else None
        chain: list[tuple[str, Element]] = []
        while style_id in self.styles and len(chain) < 12:
            style = self.styles[style_id]
            xml = cast(Element, style.element)
            chain.append((style.name or "", xml))
            base = xml.find(f"{W}basedOn")
            style_id = base.get(f"{W}val") if base is not None else None
        return chain

    def _level(self, element: Element, chain: list[tuple[str, Element]]) -> int:
        """Heading style, else outline level (of the paragraph, then of its styles), else 0."""
        for name, _ in chain:
            if found := _HEADING_STYLE.match(name):
                return int(found.group(1))
        for holder in (element, *(style for _, style in chain)):
            outline = holder.find(f"{W}pPr/{W}outlineLvl")
            value = outline.get(f"{W}val") if outline is not None else None
            if value is not None and value.isdigit():
                return int(value) + 1 if int(value) < 9 else 0
        return 0

    def _table(self, table: Element) -> Iterator[Block]:
        for row in _children(table, f"{W}tr"):
            cells = [fold(" ".join(_cell(cell))) for cell in _children(row, f"{W}tc")]
            if any(cells):
                yield Block("row", " | ".join(cells), 1, Locator(block=self.block))


def _children(parent: Element, tag: str) -> Iterator[Element]:
    """Children of a tag, through content controls."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _children(element, tag)


def _cell(parent: Element) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{W}p":
            yield _text(element)
        elif element.tag in (f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}sdt", f"{W}sdtContent"):
            yield from _cell(element)


def _text(element: Element) -> str:
    """Visible text: insertions and links included, deletions and text boxes not."""
    parts: list[str] = []
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{W}tab", f"{W}br", f"{W}cr"):
            parts.append(" ")
        elif child.tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif child.tag != f"{W}pPr":
            parts.append(_text(child))
    return "".join(parts)


def _properties(style: Element) -> Element | None:
    return style.find(f"{W}pPr/{W}numPr")


def _short_and_bold(element: Element, text: str) -> bool:
    """At most twelve words, all of them bold, not a sentence."""
    if (
        LABEL.match(text)
        or len(text.split()) > 12
        or text.endswith((".", ";", ","))
        or not any(c.isalpha() for c in text)
    ):
        return False
    runs = [run for run in element.iter(f"{W}r") if _text(run).strip()]
    return bool(runs) and all(_bold(run) for run in runs)


def _bold(run: Element) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    return bold is not None and (bold.get(f"{W}val") or "true") not in ("0", "false", "none")
