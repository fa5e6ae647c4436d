"""Delimited text to rows of cells, and what the csv format passes over in silence: quotes that are never closed."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t", "|")
_ALONE = "\x1f"
"""The separator of a file with one column: no text holds it."""
_NO = (False, 0.0, 0)
_SAMPLE = 200
_SAMPLED = 1_000_000
_SHARE = 0.3
"""Of the rows are as wide as the first one: enough, since people leave cells out or forget to quote a comma."""
_MOST = 0.9
"""Of the rows have several cells; or all the same number of them, where the first row is a title above the table."""
_LARGEST = 2**31 - 1
"""Characters of one cell: as many as every platform can count."""
WIDEST = 16_384
"""Columns of the widest spreadsheet."""


@dataclass(frozen=True)
class Cells:
    """One row: its number as a spreadsheet shows it, and its first and last line."""

    number: int
    first: int
    last: int
    texts: list[str]

    @property
    def blank(self) -> bool:
        return not any(text.strip() for text in self.texts)


def delimiter(lines: Sequence[str]) -> str:
    """The delimiter that most rows agree on, or one that never occurs if the file has a single column."""
    sample = _cut(lines)
    scores = {mark: _agreement(sample, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    return best if scores[best] > _NO else _ALONE


def _cut(lines: Sequence[str]) -> list[str]:
    sample, size = list[str](), 0
    for line in lines[:_SAMPLE]:
        sample.append(line[: _SAMPLED - size])
        size += len(line)
        if size >= _SAMPLED:
            break
    return sample


def _agreement(sample: Sequence[str], mark: str) -> tuple[bool, float, int]:
    """Whether the table begins with the first row, the share of rows as wide as its first one, and that width."""
    rows = [row for row in _reader((f"{line}\n" for line in sample), mark) if row]
    below = list(dropwhile(lambda row: len(row) == 1, rows))
    if not below:
        return _NO
    width = len(below[0])
    share = sum(len(row) == width for row in below) / len(below)
    if len(below) < len(rows):
        return (False, share, width) if share >= _MOST and not _is_prose(below) else _NO
    several = sum(len(row) > 1 for row in below) / len(below)
    return (True, share, width) if share >= _SHARE or several >= _MOST else _NO


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Blanks behind most commas: they are those of sentences."""
    behind = [cell[:1] == " " for row in rows for cell in row[1:]]
    return sum(behind) > 0.5 * len(behind)


class Table:
    """Reads rows one after the other. A row whose quotes are broken is read by its line alone, and noted."""

    def __init__(self, lines: Sequence[str], mark: str) -> None:
        self.lines = lines
        self.mark = mark
        self.broken: list[Cells] = []

    def rows(self, start: int = 0) -> Iterator[Cells]:
        """Rows from a line on; once as many lines as the file has were read in vain, each line is a row."""
        number, at, patience = 0, start, len(self.lines)
        while at < len(self.lines):
            reader = _reader(self._from(at), self.mark, strict=True)
            first = at
            try:
                while patience > 0 and (texts := next(reader, None)) is not None:
                    number += 1
                    yield Cells(number, first + 1, at + reader.line_num, texts)
                    first = at + reader.line_num
            except csv.Error:
                patience -= at + reader.line_num - first
                self.broken.append(Cells(number + 1, first + 1, first + 1, self._alone(first)))
            if first < len(self.lines):
                number += 1
                yield Cells(number, first + 1, first + 1, self._alone(first))
            at = first + 1

    def _alone(self, line: int) -> list[str]:
        return next(_reader([self.lines[line]], self.mark), [])

    def _from(self, at: int) -> Iterator[str]:
        return (f"{self.lines[i]}\n" for i in range(at, len(self.lines)))


def _reader(lines: Iterable[str], mark: str, strict: bool = False) -> "Reader":
    """The limit belongs to the process, and another part of it may have set its own."""
    csv.field_size_limit(_LARGEST)
    return csv.reader(lines, delimiter=mark, strict=strict)


def swallowed(row: Cells, lines: Sequence[str], mark: str, width: int) -> bool:
    """Whether a row over several lines holds lines that look like rows of their own: a quote closed too late."""
    inner = lines[row.first : row.last - 1]
    return width > 1 and sum(line.count(mark) == width - 1 for line in inner) * 2 > len(inner)
