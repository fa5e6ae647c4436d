"""HTML tables to rows that stand on their own: spans filled in, headers marked, rows of a register cited by name."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from selectolax.lexbor import LexborNode

from synthforge.readers.spans import Spans
from synthforge.records import Locator
from synthforge.sections.blocks import Block
from synthforge.sections.numbering import leading_identifier

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_NAMES = re.compile(r"(?i)\b(id|identifier|control|policy|requirement|rule|clause|reference|ref)\b")
_NUMBER = re.compile(r"\d{1,5}")
_BELOW_ALL = 7


def is_layout(table: LexborNode, role: str) -> bool:
    """A table that only arranges: it says so, holds tables or headings, or has one cell."""
    nested = any(inner.mem_id != table.mem_id for inner in table.css("table"))
    if nested or role in ("presentation", "none"):
        return True
    return len(table.css("td, th")) < 2 or table.css_first(_HEADINGS) is not None


class Rows:
    """The rows of one table as blocks; `spans` fills in what one cell says for several."""

    def __init__(self, text: Callable[[LexborNode], tuple[str, Locator]], may: Callable[[int], bool]) -> None:
        self.text = text
        self.spans = Spans(may)

    def blocks(self, rows: Sequence[LexborNode]) -> Iterator[Block]:
        headed = False
        for row in rows:
            cells, head, place = self._cells(row)
            if not (text := self.spans.joined(cells)):
                continue
            header = head and not headed
            yield Block("row", text, 2 if headed and not header else 1, place)
            headed = headed or head

    def _cells(self, row: LexborNode) -> tuple[list[str], bool, Locator]:
        cells: list[str] = []
        head, place = True, Locator()
        node = row.first_child
        while node is not None:
            if node.tag in ("td", "th"):
                self.spans.fill(cells)
                text, found = self.text(node)
                place = place if cells else found
                head = head and (node.tag == "th" or not text)
                attributes = node.attributes
                self.spans.place(cells, text, _span(attributes.get("colspan")), _span(attributes.get("rowspan")))
            node = node.next
        self.spans.fill(cells)
        return cells, head, place


def _span(value: str | None) -> int:
    return max(1, min(int(found.group()), 1000)) if value and (found := _NUMBER.match(value.strip())) else 1


def by_identifier(blocks: Sequence[Block]) -> Iterator[Block]:
    """A register, whose header names identifiers and whose rows start with one each, is cut into its rows.

    Each is headed by its identifier and keeps the header. Text that follows such a table would count as its last
    row's, so one that is followed by text stays whole.
    """
    starts = [i for i, block in enumerate(blocks) if _starts(blocks, i)]
    borders = [*starts, len(blocks)]
    yield from blocks[: borders[0]]
    following = [_is_register(blocks[a:b]) or blocks[a].kind == "heading" for a, b in pairwise(borders)][1:]
    for (start, end), clear in zip(pairwise(borders), [*following, True], strict=False):
        group = blocks[start:end]
        if clear and _is_register(group):
            for row in group[1:]:
                yield Block("heading", row.text.split(" | ")[0], _BELOW_ALL, row.locator)
                yield group[0]
                yield row
        else:
            yield from group


def _starts(blocks: Sequence[Block], i: int) -> bool:
    """Whether a block begins a table, or something other than a table."""
    block = blocks[i]
    in_table = block.kind == "row" and block.level == 2
    return not in_table and (i == 0 or block.kind in ("heading", "row") or blocks[i - 1].kind == "row")


def _is_register(group: Sequence[Block]) -> bool:
    rows = group[1:]
    if not rows or group[0].kind != "row" or not all(row.kind == "row" and row.level == 2 for row in rows):
        return False
    names = [row.text.split(" | ")[0] for row in rows]
    whole = all((found := leading_identifier(name)) and not found[1] for name in names)
    return whole and len(set(names)) == len(names) and bool(_NAMES.search(group[0].text.split(" | ")[0]))
