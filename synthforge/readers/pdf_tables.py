"""Tables of a PDF made whole: a row's wrapped cells, and rows whose cells were printed one after the other."""

from collections.abc import Sequence

from synthforge.readers.pdf_geometry import union
from synthforge.readers.pdf_lines import Line
from synthforge.sections.blocks import ends_sentence

_NEAR = 3.0
"""Points by which a cell's lines may be out of line with its column."""
_MOST_STACKED = 12


def whole_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines, with every table row in one of them: cells divided by ` | `, a cell's lines by line breaks.

    Only what stands in the columns of a row with all its cells on one line is taken for a part of that table.
    """
    found: list[Line] = []
    columns: tuple[float, ...] = ()
    for line in lines:
        row = found[-1] if found and found[-1].cells > 1 else None
        if row is not None and (cells := _continuation(row, line)):
            found[-1] = _merged(row, line, cells)
            continue
        if line.cells > 1:
            if row is None or row.page != line.page:
                _gather(found, line.columns)
            columns = line.columns
        elif columns and row is None and found and _beside(found[-1], line, columns):
            _gather(found, columns, line)
            continue
        elif row is None and found and not _in_columns(found[-1], columns):
            columns = ()
        found.append(line)
    return found


def _column(left: float, columns: Sequence[float]) -> int | None:
    return next((i for i, edge in enumerate(columns) if abs(left - edge) <= _NEAR), None)


def _in_columns(line: Line, columns: Sequence[float]) -> bool:
    return _column(line.left, columns) is not None


def _continuation(row: Line, line: Line) -> list[int]:
    """The columns whose cells the line goes on with; empty when it is a row or paragraph of its own."""
    found = [_column(edge, row.columns) for edge in line.columns]
    cells = [cell for cell in found if cell is not None]
    if len(cells) < len(found) or line.turn != row.turn:
        return []
    if line.page != row.page:
        begins = line.page == row.page + 1 and (line.gap == 0.0 or line.gap < -3 * line.size)
        return cells if begins and cells[0] > 0 and not ends_sentence(row.text) else []
    tight = line.gap < (0.9 if cells[0] else 0.6) * line.size
    inside = cells[0] > 0 or (len(cells) == 1 and line.gap > -line.size and line.right < row.columns[1])
    return cells if tight and inside else []


def _merged(row: Line, line: Line, cells: Sequence[int]) -> Line:
    texts = row.text.split(" | ")
    for cell, text in zip(cells, line.text.split(" | "), strict=True):
        texts[cell] = f"{texts[cell]}\n{text}" if texts[cell] else text
    box = row.box if line.page != row.page else union([row.box, line.box])
    return row._replace(text=" | ".join(texts), bottom=line.bottom, box=box, right=max(row.right, line.right))


def _beside(last: Line, line: Line, columns: Sequence[float]) -> bool:
    """Whether the line steps back up, from a cell that is finished to the next one of the same row."""
    before, own = _column(last.left, columns), _column(line.left, columns)
    return (
        before is not None
        and own is not None
        and before < own
        and last.page == line.page
        and line.gap < -0.5 * line.size
        and line.bottom < last.top + _MOST_STACKED * line.size
    )


def _gather(found: list[Line], columns: tuple[float, ...], last: Line | None = None) -> None:
    """Put the cells that were printed one below the other at the end of `found` together as one row."""
    stacked = [last] if last is not None else []
    while found and len(stacked) < _MOST_STACKED:
        line = found[-1]
        cell = _column(line.left, columns)
        if line.cells > 1 or cell is None:
            break
        if stacked:
            below = stacked[0]
            after = _column(below.left, columns) or 0
            if line.page != below.page or not (
                (after > cell and below.gap < -0.5 * below.size)
                or (after == cell and 0 <= below.gap < 0.9 * below.size)
            ):
                break
        stacked.insert(0, found.pop())
    kinds = {_column(line.left, columns) for line in stacked}
    if len(kinds) < 2 or _column(stacked[0].left, columns) != 0:
        found.extend(stacked)
        return
    texts = [""] * len(columns)
    for line in stacked:
        cell = _column(line.left, columns) or 0
        texts[cell] = f"{texts[cell]}\n{line.text}" if texts[cell] else line.text
    top, bottom = max(line.top for line in stacked), min(line.bottom for line in stacked)
    found.append(
        stacked[0]._replace(
            text=" | ".join(texts), columns=columns, top=top, bottom=bottom,
            right=max(line.right for line in stacked), box=union([line.box for line in stacked]),
        )
    )  # fmt: skip
