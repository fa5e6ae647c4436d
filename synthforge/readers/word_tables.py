"""Tables of a Word file: each row's cells side by side, merged cells once, nested tables behind their row."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from synthforge.readers.word_package import Element, W
from synthforge.readers.word_text import text
from synthforge.sections.blocks import fold

_CONTROLS = (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo")
_MOST_SPANNED = 63
"""Columns that a Word table can have."""


@dataclass
class Row:
    """`paragraphs` are those the text was made of; `tables` stand inside its cells."""

    text: str = ""
    bars: int = 0
    paragraphs: list[Element] = field(default_factory=list)
    tables: list[Element] = field(default_factory=list)


def rows(table: Element, left_out: Counter[str]) -> Iterator[Row]:
    for element in _children(table, f"{W}tr"):
        row = Row()
        cells: list[str] = []
        spanned = 0
        for cell in _children(element, f"{W}tc"):
            own = [part for part in _parts(cell) if part.tag == f"{W}p"]
            row.paragraphs.extend(own)
            row.tables.extend(part for part in _parts(cell) if part.tag == f"{W}tbl")
            cells.append(fold(" ".join(text(paragraph, left_out) for paragraph in own)))
            spanned = _span(cell) - 1
            cells.extend([""] * spanned)
        if element.find(f"{W}trPr/{W}del") is not None:
            left_out["tracked deletions"] += sum(len("".join(cell.split())) for cell in cells)
        elif any(cells):
            row.bars = len(cells) - spanned - 1
            row.text = " | ".join(cells[: len(cells) - spanned])  # no empty columns behind a cell spanned to the end
        yield row


def framed(table: Element) -> Element | None:
    """The only cell of a table that has just one."""
    cells = [cell for row in _children(table, f"{W}tr") for cell in _children(row, f"{W}tc")]
    return cells[0] if len(cells) == 1 else None


def _span(cell: Element) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    value = (found.get(f"{W}val") or "") if found is not None else ""
    return max(1, min(int(value), _MOST_SPANNED)) if re.fullmatch(r"\d{1,3}", value, re.ASCII) else 1


def _children(parent: Element, tag: str) -> Iterator[Element]:
    """Children of a tag, through content controls."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _CONTROLS:
            yield from _children(element, tag)


def _parts(cell: Element) -> Iterator[Element]:
    """The paragraphs and tables of a cell, in order."""
    for element in cell:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag in _CONTROLS:
            yield from _parts(element)
