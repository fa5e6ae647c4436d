"""Cells that span rows and columns, filled in: one meaning for every format that has such tables."""

from collections.abc import Callable, Sequence

from synthforge.sections.blocks import solid

BAR = " | "
TOO_MANY = "cells span more rows and columns than can be filled in; the last were not"
SPARE = 100_000
"""Characters that cells spanning rows may add to a file, besides as many as it has."""


class Spans:
    """The rows of one table. A cell that spans rows is repeated in each, one that spans columns leaves blanks.

    `may` says whether so many characters may still be repeated: a few short tags could ask for any amount.
    """

    def __init__(self, may: Callable[[int], bool]) -> None:
        self.may = may
        self.added = 0
        """Characters of this table that stand once in the file and again in its rows, the bars between cells too."""
        self._below: dict[int, tuple[int, str]] = {}  # column: rows still to fill, and with what

    def fill(self, cells: list[str]) -> None:
        """Cells from rows above that reach down to here."""
        while len(cells) in self._below:
            rows, text = self._below.pop(len(cells))
            if not self.may(len(text) + len(BAR)):
                self._below.clear()
                return
            if rows > 1:
                self._below[len(cells)] = (rows - 1, text)
            cells.append(text)
            self.added += solid(text)

    def place(self, cells: list[str], text: str, across: int, down: int) -> None:
        """A cell behind those that the row has already."""
        for extra in range(across):
            if extra and not self.may(len(BAR)):
                break
            if down > 1:
                self._below[len(cells)] = (down - 1, "" if extra else text)
            cells.append("" if extra else text)

    def joined(self, cells: Sequence[str]) -> str:
        """The row's text, without the empty cells at its end; nothing if all are empty."""
        last = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
        self.added += max(0, last - 1)
        return BAR.join(cells[:last])
