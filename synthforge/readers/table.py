"""CSV and TSV to blocks: a record a row, cited by its identifier or its row number in the spreadsheet."""

import re
from collections.abc import Sequence
from itertools import dropwhile
from statistics import median

from synthforge.errors import RowError
from synthforge.readers.cells import WIDEST, Cells, Table, delimiter, swallowed
from synthforge.readers.encoding import decode
from synthforge.readers.fields import Fields
from synthforge.readers.values import Keys, Place, Root, Value, listed
from synthforge.sections.blocks import Block, Reading, ends_sentence, fold, solid, words
from synthforge.sections.stated import identify

_SEPARATOR = re.compile(r"sep=(.)$", re.IGNORECASE)
"""Excel's own first line, which no reader of the table sees."""
_NUMBER = re.compile(r"[-+]?[\d.,:/ %€$-]*\d[\d.,:/ %€$-]*$")
_LONGEST = 80
"""Characters of a column's name."""


def read(data: bytes, name: str) -> Reading:
    """What a reader sees of a table are its cells; column names count where they are shown.

    Raises:
        RowError: there is no row.
    """
    text, warnings = decode(data, name)
    reading = Reading(warnings=warnings, stated=True)
    lines = text.split("\n")
    told = _SEPARATOR.match(lines[0])
    mark = told.group(1) if told else delimiter(lines)
    table = Table(lines, mark)
    rows = [row for row in table.rows(1 if told else 0) if not row.blank]
    if not rows:
        raise RowError("table.empty", f"{name} has no row; export it again or remove it from the corpus")
    widest = max(rows, key=lambda row: len(row.texts))
    if len(widest.texts) > WIDEST:
        raise RowError(
            "table.too_wide",
            f"{name}, line {widest.first}: a row of {len(widest.texts)} cells is no table; name it .txt if it is text",
        )
    header, titles, records = _parts(rows)
    reading.visible = sum(solid("".join(row.texts)) for row in (*titles, *records))
    reading.blocks += [Block("paragraph", _line(row), 1, _place(row).locator) for row in titles]
    reading.added += sum(max(0, sum(map(bool, map(str.strip, row.texts))) - 1) for row in titles)
    columns = _columns(header, len(widest.texts), reading)
    _report(table, records, len(header.texts) if header else len(columns), reading)
    roots = [Root(row.number, _record(columns, row.texts), _place(row)) for row in records]
    fields = Fields(reading)
    fields.records(roots, identify({}, name).root)
    return reading


def _place(row: Cells) -> Place:
    return Place(row=row.number, line=row.first)


def _line(row: Cells) -> str:
    return " | ".join(fold(text.replace("\n", " ")) for text in row.texts if text.strip())


def _record(columns: Sequence[str], texts: Sequence[str]) -> dict[str, Value]:
    return dict(zip(columns, texts, strict=False))


def _parts(rows: Sequence[Cells]) -> tuple[Cells | None, Sequence[Cells], Sequence[Cells]]:
    """The header, the lines above the table, and its records; a table without names begins with a record."""
    width = median(len(row.texts) for row in rows)
    below = list(dropwhile(lambda row: len(row.texts) < width and len(row.texts) == 1, rows))
    titles = rows[: len(rows) - len(below)]
    if below and _is_header(below):
        return below[0], titles, below[1:]
    return None, titles, below


def _is_header(rows: Sequence[Cells]) -> bool:
    """Names are short, differ, and are no numbers; a lone column's name is shorter than what stands below it."""
    names = [fold(text) for text in rows[0].texts]
    named = [name for name in names if name]
    if len(rows) < 2 or not named or len(set(named)) < 0.5 * len(named):
        return False
    if any(len(name) > _LONGEST or _NUMBER.match(name) or ends_sentence(name) for name in named):
        return False
    if len(names) == 1:
        return words(names[0]) <= 3 and median(len(row.texts[0]) for row in rows[1:]) > 1.5 * len(names[0])
    return True


def _columns(header: Cells | None, width: int, reading: Reading) -> list[str]:
    """A name for every cell: one that repeats is numbered, one that is missing is `column 3`."""
    texts = header.texts if header else []
    keys = Keys()
    given = [fold(texts[n].replace("\n", " ")) if n < len(texts) else "" for n in range(width)]
    columns = [keys.add(name or f"column {n}") for n, name in enumerate(given, 1)]
    if keys.repeated:
        names = listed([f"'{name}'" for name in keys.repeated])
        reading.warnings.append(f"columns of the same name are kept as 'name', 'name [2]', …: {names}")
    if not header:
        reading.warnings.append("the first row holds no column names; columns are called 'column 1', 'column 2', …")
    return columns


def _report(table: Table, records: Sequence[Cells], width: int, reading: Reading) -> None:
    ragged = [str(row.number) for row in records if len(row.texts) < width or any(map(str.strip, row.texts[width:]))]
    if ragged:
        reading.warnings.append(f"{len(ragged)} rows have more or fewer than {width} cells: row {listed(ragged)}")
    if table.broken:
        places = listed([f"row {row.number} (line {row.first})" for row in table.broken])
        reading.warnings.append(f"quotes are not closed or not doubled in {places}; each was read to its line's end")
    late = [row for row in records if swallowed(row, table.lines, table.mark, width)]
    if late:
        places = listed([f"row {row.number} (lines {row.first} to {row.last})" for row in late])
        reading.warnings.append(f"a quote may be closed too late in {places}: the lines in it look like rows")
