"""Tables of XML files to rows: one header row however many the source draws, cells by column, spans filled in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from synthforge.readers.spans import Spans
from synthforge.readers.xml_blocks import Writer, attribute, elements, local
from synthforge.readers.xml_tree import Element
from synthforge.sections.blocks import solid

_CELLS = ("td", "th")
ReadCell = Callable[[Element], str]


@dataclass(frozen=True)
class Cell:
    text: str
    across: int = 1
    down: int = 1


def html_table(table: Element, read: ReadCell, writer: Writer, designators: tuple[str, ...] = ()) -> None:
    """A table of tr, th and td, in any case and namespace: eCFR, USLM, SPL. Its caption stands above the rows."""
    for caption in (part for part in elements(table) if local(part).lower() == "caption"):
        writer.say("quote", caption, read(caption), designators=designators)
    rows = [row for row in table.iter() if local(row).lower() == "tr" and _nearest(row, "table") is table]
    heads = [row for row in rows if _in_head(row)]
    headed = set(heads)
    spans = Spans(writer.may_repeat)
    if heads:
        grid = [[_cell(cell, read) for cell in _cells(row)] for row in heads]
        said = sum(solid(cell.text) for row in grid for cell in row)
        writer.row(heads[0], header(grid), 1, said, designators)
    for row in rows:
        if row not in headed:
            writer.say("row", row, _filled(row, read, spans), level=2, designators=designators)
    writer.reading.added += spans.added
    for text in _stray(table):
        writer.loose(table, text, "quote")


def _filled(row: Element, read: ReadCell, spans: Spans) -> str:
    texts: list[str] = []
    for cell in (_cell(cell, read) for cell in _cells(row)):
        spans.fill(texts)
        spans.place(texts, cell.text, cell.across, cell.down)
    spans.fill(texts)
    return spans.joined(texts)


def _stray(element: Element) -> Iterator[str]:
    """Text of a table that stands in no cell of a row; broken files have it."""
    yield element.text or ""
    row = local(element).lower() == "tr"
    for part in element:
        name = local(part).lower()
        if name and name != "caption" and not (row and name in _CELLS):
            yield from _stray(part)
        yield part.tail or ""


def _cells(row: Element) -> list[Element]:
    return [cell for cell in elements(row) if local(cell).lower() in _CELLS]


def _in_head(row: Element) -> bool:
    if local_parent(row) == "thead":
        return True
    cells = _cells(row)
    return local_parent(row) != "tfoot" and bool(cells) and all(local(c).lower() == "th" for c in cells)


def local_parent(element: Element) -> str:
    parent = element.getparent()
    return local(parent).lower() if parent is not None else ""


def _nearest(element: Element, name: str) -> Element | None:
    return next((above for above in element.iterancestors() if local(above).lower() == name), None)


def _cell(cell: Element, read: ReadCell) -> Cell:
    return Cell(read(cell), _span(cell, "colspan"), _span(cell, "rowspan"))


def _span(cell: Element, name: str) -> int:
    said = attribute(cell, name)
    return min(max(int(said), 1), 50) if said.isascii() and said.isdigit() else 1


def header(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Several header rows as one: each column with the heads above it, `Limit: Hours`."""
    columns: list[list[str]] = []
    taken: dict[int, int] = {}
    for row in rows:
        column = 0
        free = {at: left for at, left in taken.items() if left > 0}
        taken = {at: left - 1 for at, left in free.items()}
        for cell in row:
            while column in free:
                column += 1
            for at in range(column, column + cell.across):
                columns.extend([] for _ in range(at + 1 - len(columns)))
                if cell.text and cell.text not in columns[at]:
                    columns[at].append(cell.text)
                if cell.down > 1:
                    taken[at] = cell.down - 1
            column += cell.across
    return [": ".join(texts) for texts in columns]


def gpo_table(table: Element, read: ReadCell, writer: Writer, quoted: bool = False) -> None:
    """GPOTABLE: a title, boxed heads of several levels, rows of entries, notes."""
    for part in writer.within(table, "quote"):
        match local(part):
            case "BOXHD":
                heads = list(_boxed(writer.within(part, "quote"), read))
                writer.row(part, heads, 1, sum(solid(read(head)) for head in elements(part)))
            case "ROW":
                writer.row(part, [read(entry) for entry in writer.within(part, "quote")], 2)
            case _:
                writer.say("quote", part, read(part))


def _boxed(heads: Iterable[Element], read: ReadCell) -> Iterable[str]:
    """The heads of the columns, each with those of the levels above it."""
    held: list[tuple[int, str]] = []
    leaf = ""
    for head in heads:
        level = int(attribute(head, "H") or 1)
        if held and level <= held[-1][0]:
            yield leaf
        while held and held[-1][0] >= level:
            held.pop()
        held.append((level, read(head)))
        leaf = ": ".join(text for _, text in held if text)
    if held:
        yield leaf
