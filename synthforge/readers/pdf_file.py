"""A PDF file opened: its pages in order, which of them are pictures of text, and its bookmarks."""

import ctypes
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from synthforge.errors import RowError
from synthforge.readers.pdf_bombs import refuse_bombs
from synthforge.readers.pdf_geometry import Frame
from synthforge.readers.pdf_lines import HYPHEN, Line, PageText
from synthforge.sections.blocks import fold, solid

_MOST_PAGES = 100_000
_MOST_BOOKMARKS = 5_000
_LITTLE = 200
"""Characters below which a page may be a scan with a stamp on it."""
_COVERED = 0.5
"""Share of a page that pictures cover from which on a page with little text counts as scanned."""
_STRANGE = 0.1
"""Share of characters without meaning from which on a page's text cannot be trusted."""


class Page(NamedTuple):
    """`visible` counts pdfium's characters, blanks apart; `strange` those that stand for no letter.

    A page that needs OCR shows more than its text says; a `blank` one shows nothing.
    """

    number: int
    lines: tuple[Line, ...]
    visible: int
    strange: int
    needs_ocr: bool
    blank: bool
    height: float


class Bookmark(NamedTuple):
    title: str
    page: int
    level: int


@dataclass
class Printed:
    pages: list[Page] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def printed(data: bytes, name: str) -> Printed:
    """Every page that can be read, and what must be said about the others.

    Raises:
        RowError: the file is not a PDF, asks for a password, unpacks without bound, has more pages than a file
            should, or not one that can be read.
    """
    document = _open(data, name)
    try:
        return _printed(document, data, name)
    finally:
        document.close()


def _open(data: bytes, name: str) -> pypdfium2.PdfDocument:
    if b"%PDF-" not in data[:1024]:
        start = re.sub(r"\s+", " ", data[:24].decode("latin-1"))
        raise RowError("pdf.broken", f"{name} is not a PDF (it starts with '{start.strip()}'); name it as what it is")
    refuse_bombs(data, name)
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RowError("pdf.password", f"{name} is password-protected; save a copy without the password") from error
        raise RowError("pdf.broken", f"{name} is damaged and cannot be opened; export it again") from error


def _printed(document: pypdfium2.PdfDocument, data: bytes, name: str) -> Printed:
    found = Printed()
    count = len(document)
    if count > _MOST_PAGES:
        raise RowError("pdf.too_long", f"{name} says it has {count:,} pages; split it into files of {_MOST_PAGES:,}")
    fonts: dict[bytes, bool] = {}
    broken: list[int] = []
    for index in range(count):
        page = _page(document, index, fonts)
        if page is None:
            broken.append(index + 1)
        else:
            found.pages.append(page)
    if not found.pages:
        raise RowError("pdf.broken", f"none of the {count} pages of {name} can be read; export it again")
    if broken:
        found.warnings.append(f"{numbered(broken)} cannot be read; export the file again")
    if b"%%EOF" not in data[-2048:]:
        found.warnings.append("the file is cut off (it has no end mark), and what followed is missing; copy it again")
    strange = [page.number for page in found.pages if page.strange > _STRANGE * page.visible]
    if strange:
        found.warnings.append(
            f"{numbered(strange)}: the font does not say which letters it draws, so the text cannot be trusted; "
            "export the file again or run OCR over it"
        )
    found.bookmarks = list(_bookmarks(document))
    return found


def numbered(pages: Iterable[int]) -> str:
    """`page 4`, `pages 2, 5-7`."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    said = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return f"page {said}" if len(spans) == 1 and spans[0][0] == spans[0][1] else f"pages {said}"


def _page(document: pypdfium2.PdfDocument, index: int, fonts: dict[bytes, bool]) -> Page | None:
    """None when the page is damaged."""
    try:
        page = document[index]
        try:
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            page.close()
            return None
    except pypdfium2.PdfiumError:
        return None
    try:
        frame = _frame(page)
        text = PageText(text_page.raw, index + 1, frame, fonts)
        visible = solid(text.text)
        scanned = visible < _LITTLE and _is_picture(page, frame, text.text)
        blank = not visible and not scanned
        lines = tuple(text.lines())
        return Page(index + 1, lines, visible, text.guessed + _strange(text.text), scanned, blank, frame.shown_height)
    finally:
        text_page.close()
        page.close()


def _frame(page: pypdfium2.PdfPage) -> Frame:
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right - left, top - bottom, page.get_rotation() // 90 % 4)


def _is_picture(page: pypdfium2.PdfPage, frame: Frame, text: str) -> bool:
    """Whether a page with little text shows more than that: a scan, or letters drawn as outlines.

    A page without marks, or with nothing but white space, is blank.
    """
    drawn, covered = False, 0.0
    for index in range(max(0, pdfium.FPDFPage_CountObjects(page.raw))):
        mark = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(mark)
        drawn = drawn or kind != pdfium.FPDF_PAGEOBJ_TEXT
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == pdfium.FPDF_PAGEOBJ_FORM and _holds_picture(mark)):
            covered += _area(mark, frame)
    return (drawn and not text.strip()) or covered >= _COVERED * frame.width * frame.height


def _holds_picture(form: object, depth: int = 0) -> bool:
    for index in range(max(0, pdfium.FPDFFormObj_CountObjects(form))):
        mark = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(mark)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 4 and _holds_picture(mark, depth + 1):
            return True
    return False


def _area(mark: object, frame: Frame) -> float:
    """Square points that a mark covers within the page."""
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(mark, *sides):
        return 0.0
    left, bottom, right, top = (side.value for side in sides)
    width = min(right, frame.left + frame.width) - max(left, frame.left)
    height = min(top, frame.bottom + frame.height) - max(bottom, frame.bottom)
    return max(0.0, width) * max(0.0, height)


_PLAIN = re.compile(r"[\t\n\r -~\u00a0-\u02ff\u2010-\u2027]+")
_BULLETS = frozenset("\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf06e\uf06f\uf076\uf071\uf02d\uf0e0\uf0be")


def _strange(text: str) -> int:
    """Characters that stand for no letter: private use, controls, replacements; a symbol font's bullets excepted."""
    rest = _PLAIN.sub("", text)
    return sum(
        c == "\ufffd" or (c not in _BULLETS and c != HYPHEN and unicodedata.category(c) in ("Co", "Cc", "Cn"))
        for c in rest
        if c != "\x02"
    )


def _bookmarks(document: pypdfium2.PdfDocument) -> Iterator[Bookmark]:
    """The file's own outline, as far as it says on which page a title stands."""
    for mark in islice(document.get_toc(), _MOST_BOOKMARKS):
        place = mark.get_dest()
        page = place.get_index() if place else None
        if page is not None and (title := fold(mark.get_title())):
            yield Bookmark(title, page + 1, mark.level + 1)
