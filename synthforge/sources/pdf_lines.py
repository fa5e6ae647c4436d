"""The lines of a PDF page with font size, weight and position, through pdfium's C interface."""

import ctypes
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from synthforge.errors import RowError

_MOST_PAGES = 20_000
_GAP = re.compile(r"(?<=\S)[ \t\u00a0]+(?=\S)")
_MARKER = re.compile(r"[^\w\s]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})[.)]?|§.*")


@dataclass(frozen=True)
class Line:
    """One printed line. `gap` is the white space above it in points; `cells` counts columns set far apart."""

    text: str
    page: int
    size: float
    bold: bool
    left: float
    right: float
    top: float
    bottom: float
    gap: float
    cells: int


@dataclass(frozen=True)
class Page:
    number: int
    lines: tuple[Line, ...]


def pages(data: bytes, name: str) -> list[Page]:
    """Every page in order.

    Raises:
        RowError: the file is not a PDF, is cut off, or asks for a password.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RowError("pdf.password", f"{name} is password-protected; save a copy without the password") from error
        raise RowError("pdf.broken", f"{name} is not a readable PDF; export it again") from error
    try:
        return [_page(document, index, name) for index in range(min(len(document), _MOST_PAGES))]
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, name: str) -> Page:
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise RowError("pdf.broken", f"page {index + 1} of {name} cannot be read; export the file again") from error
    try:
        return Page(index + 1, tuple(_Reader(text_page.raw, index + 1).lines()))
    finally:
        text_page.close()
        page.close()


class _Reader:
    """Lines of one page. Text offsets are UTF-16 units; character indices count pdfium's own characters."""

    def __init__(self, raw: object, number: int) -> None:
        self.raw = raw
        self.number = number
        self._box = [ctypes.c_double() for _ in range(4)]
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()

    def lines(self) -> list[Line]:
        count = pdfium.FPDFText_CountChars(self.raw)
        if count <= 0:
            return []
        buffer = (ctypes.c_ushort * (count + 1))()
        length = pdfium.FPDFText_GetText(self.raw, 0, count, buffer)
        units = bytes(buffer)[: max(0, length - 1) * 2]
        text = units.decode("utf-16-le", errors="replace")
        found: list[Line] = []
        position = 0
        bottom: float | None = None
        for piece in text.split("\n"):
            size = len(piece.encode("utf-16-le", errors="replace")) // 2
            line = self._line(piece.rstrip("\r"), position, bottom)
            position += size + 1
            if line is not None:
                found.append(line)
                bottom = line.bottom
        return found

    def _line(self, text: str, position: int, above: float | None) -> Line | None:
        solid = [i for i, c in enumerate(text) if not c.isspace() and c != "\ufffe"]
        if not solid:
            return None
        wide = any(ord(c) > 0xFFFF for c in text)
        offset = (lambda i: position + len(text[:i].encode("utf-16-le")) // 2) if wide else (lambda i: position + i)
        left, _, bottom, top = self._bounds(offset(solid[0]))
        _, right, last_bottom, last_top = self._bounds(offset(solid[-1]))
        samples = sorted({solid[0], solid[len(solid) // 2], solid[-1]})
        sizes = [self._size(offset(i)) for i in samples]
        bold = all(self._bold(offset(i)) for i in samples)
        size = sorted(sizes)[len(sizes) // 2]
        shown, cells = self._columns(text, offset, size)
        low, high = min(bottom, last_bottom), max(top, last_top)
        gap = above - high if above is not None else 0.0
        return Line(shown, self.number, size, bold, left, max(right, left), high, low, gap, cells)

    def _columns(self, text: str, offset: Callable[[int], int], size: float) -> tuple[str, int]:
        """The line with ` | ` where the white space between two words is wider than a letter is high.

        A number or bullet set off by a tab is the line's marker, not a column.
        """
        parts: list[str] = []
        start = 0
        for gap in _GAP.finditer(text):
            before = self._bounds(offset(gap.start() - 1))[1]
            after = self._bounds(offset(gap.end()))[0]
            if after - before > 1.2 * size:
                parts.append(text[start : gap.start()].strip())
                start = gap.end()
        parts.append(text[start:].strip())
        marked = len(parts) == 2 and _MARKER.fullmatch(parts[0]) is not None
        return (" | ".join(parts), len(parts)) if len(parts) > 1 and not marked else (text, 1)

    def _index(self, unit: int) -> int:
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self.raw, unit))

    def _bounds(self, unit: int) -> tuple[float, float, float, float]:
        """Left, right, bottom, top of one character."""
        left, right, bottom, top = self._box
        if not pdfium.FPDFText_GetCharBox(self.raw, self._index(unit), left, right, bottom, top):
            return 0.0, 0.0, 0.0, 0.0
        return left.value, right.value, bottom.value, top.value

    def _size(self, unit: int) -> float:
        index = self._index(unit)
        scale = 1.0
        if pdfium.FPDFText_GetMatrix(self.raw, index, self._matrix):
            scale = math.hypot(self._matrix.b, self._matrix.d) or 1.0
        size: float = pdfium.FPDFText_GetFontSize(self.raw, index) * scale
        return round(size * 2) / 2

    def _bold(self, unit: int) -> bool:
        index = self._index(unit)
        if pdfium.FPDFText_GetFontWeight(self.raw, index) >= 600:
            return True
        length = pdfium.FPDFText_GetFontInfo(self.raw, index, self._name, 256, self._flags)
        name = self._name.raw[: max(0, min(length, 256) - 1)].decode("utf-8", errors="replace").lower()
        return any(word in name for word in ("bold", "black", "heavy", "semibold", "demi"))
