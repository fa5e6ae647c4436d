"""The printed lines of one PDF page with place, size, weight and columns, through pdfium's C interface."""

import ctypes
import math
import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from synthforge.readers.pdf_geometry import Box, Frame, along
from synthforge.sections.blocks import fold

_GAP = re.compile(r"(?<=\S)[ \t\u00a0]+(?=\S)")
_MARKER = re.compile(r"[^\w\s]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})[.)]?|§.*")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_WIDE = 1.2
"""White space between two words, in letter heights, from which on they stand in two columns."""
_LIKELY = 0.6
"""The same without the white about the letters' ink, which is measured faster."""
_NARROW = 0.2
"""No word is narrower than so many letter heights a letter."""
_TILTED = 0.05
"""Radians by which a line may lean and still count as upright."""

HYPHEN = "\ufffe"
"""What pdfium puts for a hyphen that divides a word at a line's end."""


class Line(NamedTuple):
    """One printed line.

    `left` to `bottom` are measured in the direction of writing, so that a sideways table reads like an upright one;
    `box` is the place on the page as shown. `turn` counts the quarters by which the line stands turned on the page
    as shown, -1 when it stands aslant. `gap` is the white space above it in points; `columns` holds the left edge
    of every column set far apart.
    """

    text: str
    page: int
    size: float
    bold: bool
    left: float
    right: float
    top: float
    bottom: float
    gap: float
    columns: tuple[float, ...]
    box: Box
    turn: int = 0

    @property
    def cells(self) -> int:
        return len(self.columns)


class _Style(NamedTuple):
    """Of one text object: its letters' height in points, their weight, and their direction in quarter turns."""

    size: float
    bold: bool
    quarter: int


class PageText:
    """The text of one page. Offsets are pdfium's characters; `text` has one UTF-16 unit for each where `exact`."""

    def __init__(self, raw: object, number: int, frame: Frame, fonts: dict[bytes, bool]) -> None:
        self.raw = raw
        self.number = number
        self.frame = frame
        self._fonts = fonts
        self._styles: dict[int, _Style] = {}
        self._box = tuple(ctypes.c_double() for _ in range(4))
        self._loose = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()
        count = max(0, pdfium.FPDFText_CountChars(raw))
        buffer = (ctypes.c_ushort * (count + 1))()
        units = max(0, pdfium.FPDFText_GetText(raw, 0, count, buffer) - 1) if count else 0
        self.text = bytes(buffer)[: units * 2].decode("utf-16-le", errors="replace")
        self._wide = len(self.text) != units
        self._exact = units == count
        self._plain = self._exact and not self._wide
        self.guessed = 0
        """Characters of lines whose font does not say which letters it draws, judged by each line's middle."""

    def lines(self) -> list[Line]:
        found: list[Line] = []
        position = 0
        for piece in self.text.split("\n"):
            line = self._line(piece, position, found[-1] if found else None)
            position += len(piece) + 1
            if line is not None:
                found.append(line)
        return _downwards(found) if any(line.turn > 0 for line in found) else found

    def _line(self, piece: str, position: int, above: Line | None) -> Line | None:
        text = piece.strip()
        if not text.strip(HYPHEN):
            return None
        start = position + piece.index(text)
        ends = start + len(text) - len(text.lstrip(HYPHEN)), start + len(text.rstrip(HYPHEN)) - 1
        first, last = self._bounds(ends[0]), self._bounds(ends[1])
        styles = [self._style(ends[0]), self._style(ends[1])]
        middle = start + len(text) // 2 - text[len(text) // 2].isspace()
        if styles[0] is not styles[1]:  # the middle breaks the tie
            styles.append(self._style(middle))
        if pdfium.FPDFText_HasUnicodeMapError(self.raw, self._index(middle)) == 1:
            self.guessed += len(text)
        size = sorted(style.size for style in styles)[len(styles) // 2]
        quarter = styles[0].quarter
        left, bottom = min(first[0], last[0]), min(first[1], last[1])
        right, top = max(first[2], last[2]), max(first[3], last[3])
        shown, columns = self._columns(text, start, size, quarter)
        upright = along((left, bottom, right, top), quarter)
        turn = (quarter - self.frame.turns) % 4 if quarter >= 0 else -1
        return Line(
            fold(shown) if "  " in shown or "\t" in shown else shown, self.number, size,
            all(style.bold for style in styles), upright[0], upright[2], upright[3], upright[1],
            above.bottom - upright[3] if above is not None and above.turn == turn else 0.0,
            columns or (upright[0],), self.frame.place(left, bottom, right, top), turn,
        )  # fmt: skip

    def _columns(self, text: str, start: int, size: float, quarter: int) -> tuple[str, tuple[float, ...]]:
        """The line with ` | ` where the white space between two words is wider than a letter is high.

        A number or bullet set off by a tab is the line's marker, not a column.
        """
        parts: list[str] = []
        edges: list[float] = []
        begin, word = 0, 0
        edge = behind = self._begins(start, quarter)
        for gap in _GAP.finditer(text):
            end, after = gap.span()
            here = self._begins(start + after, quarter)
            # Most words are too close to the next for a column between them: the letter before need not be measured.
            if (
                abs(here - behind) > (_WIDE + _NARROW * (end - word)) * size
                and abs(here - self._ends(start + end - 1, quarter)) > _LIKELY * size
                and self._white(start + end - 1, start + after, quarter) > _WIDE * size
            ):
                parts.append(text[begin:end].strip())
                edges.append(edge)
                begin, edge = after, here
            word, behind = after, here
        if not parts:
            return text, ()
        parts.append(text[begin:].strip())
        edges.append(edge)
        if len(parts) == 2 and _MARKER.fullmatch(parts[0]):
            return text, ()
        return " | ".join(parts), tuple(edges)

    def _index(self, offset: int) -> int:
        """pdfium's own count of the character at an offset of the text."""
        if self._plain:
            return offset
        if self._wide:
            offset = len(self.text[:offset].encode("utf-16-le", "surrogatepass")) // 2
        return offset if self._exact else int(pdfium.FPDFText_GetCharIndexFromTextIndex(self.raw, offset))

    def _bounds(self, offset: int) -> Box:
        left, right, bottom, top = self._box
        if not pdfium.FPDFText_GetCharBox(self.raw, self._index(offset), left, right, bottom, top):
            return 0.0, 0.0, 0.0, 0.0
        return left.value, bottom.value, right.value, top.value

    def _begins(self, offset: int, quarter: int) -> float:
        """Where a character begins in the direction of writing, the white about its ink included."""
        loose = self._loose
        if not pdfium.FPDFText_GetLooseCharBox(self.raw, self._index(offset), loose):
            return 0.0
        if quarter <= 0:
            return float(loose.left)
        return along((loose.left, loose.bottom, loose.right, loose.top), quarter)[0]

    def _ends(self, offset: int, quarter: int) -> float:
        begins = self._begins(offset, quarter)
        loose = self._loose
        return begins + float(loose.top - loose.bottom if quarter in (1, 3) else loose.right - loose.left)

    def _white(self, before: int, after: int, quarter: int) -> float:
        """Points between the ink of two characters, whichever way the line is written."""
        first, second = along(self._bounds(before), quarter), along(self._bounds(after), quarter)
        return max(second[0] - first[2], first[0] - second[2])

    def _style(self, offset: int) -> _Style:
        index = self._index(offset)
        drawn = pdfium.FPDFText_GetTextObject(self.raw, index)
        key = ctypes.addressof(drawn.contents) if drawn else -1 - index
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._measured(index)
        return style

    def _measured(self, index: int) -> _Style:
        scale, quarter = 1.0, 0
        if pdfium.FPDFText_GetMatrix(self.raw, index, self._matrix):
            a, b, d = self._matrix.a, self._matrix.b, self._matrix.d
            scale = math.hypot(b, d) or 1.0
            if b:
                angle = math.atan2(b, a) / (math.pi / 2)
                quarter = round(angle) % 4 if abs(angle - round(angle)) < _TILTED else -1
            elif a < 0 and d < 0:
                quarter = 2
        size = round(pdfium.FPDFText_GetFontSize(self.raw, index) * scale * 2) / 2
        return _Style(size, self._is_bold(index), quarter)

    def _is_bold(self, index: int) -> bool:
        length = pdfium.FPDFText_GetFontInfo(self.raw, index, self._name, 256, self._flags)
        name = self._name.raw[: max(0, min(length, 256) - 1)]
        known = self._fonts.get(name)
        if known is None:
            known = bool(_BOLD.search(name.decode("utf-8", "replace")))
            known = known or pdfium.FPDFText_GetFontWeight(self.raw, index) >= 600
            if name:  # two nameless fonts need not be of one weight
                self._fonts[name] = known
        return known


def _downwards(lines: Sequence[Line]) -> list[Line]:
    """Turned lines from the first to the last as they are read: pdfium lists some of them from the last."""
    ordered: list[Line] = []
    for turn, run in groupby(lines, key=lambda line: line.turn):
        group = list(run)
        if turn > 0 and group[0].top < group[-1].top:
            group.sort(key=lambda line: -line.top)
            gaps = [0.0, *(above.bottom - line.top for above, line in pairwise(group))]
            group = [line._replace(gap=gap) for line, gap in zip(group, gaps, strict=True)]
        ordered.extend(group)
    return ordered
