"""PDF to blocks: pages read, furniture set aside, and an account of what could not be read."""

from collections import Counter

from synthforge.errors import RowError
from synthforge.readers.pdf_blocks import blocks
from synthforge.readers.pdf_file import Printed, numbered, printed
from synthforge.readers.pdf_furniture import without_furniture
from synthforge.readers.pdf_headings import Style
from synthforge.readers.pdf_lines import Line
from synthforge.sections.blocks import Reading, fold


def read(data: bytes, name: str) -> Reading:
    """The file's blocks.

    Raises:
        RowError: no page of the file can be read, or none has text.
    """
    file = printed(data, name)
    reading = Reading(warnings=file.warnings, visible=sum(page.visible for page in file.pages))
    _account_for_pictures(file, reading, name)
    kept, furniture = without_furniture(file.pages)
    if furniture:
        _account_for_furniture(furniture, reading)
        reading.metadata.update(_title(kept, furniture))
    reading.blocks = list(blocks(kept, file.bookmarks, reading))
    reading.added = sum(block.text.count(" | ") for block in reading.blocks if block.kind == "row")
    return reading


def _account_for_pictures(file: Printed, reading: Reading, name: str) -> None:
    reading.needs_ocr = [page.number for page in file.pages if page.needs_ocr]
    blank = [page.number for page in file.pages if page.blank]
    if len(blank) + len(reading.needs_ocr) == len(file.pages):
        pages = "its only page" if len(file.pages) == 1 else f"any of its {len(file.pages)} pages"
        code, why = ("pdf.scanned", "it is scanned and") if reading.needs_ocr else ("pdf.blank", "it is blank, or")
        raise RowError(code, f"{name} has no text on {pages}: {why} needs OCR")
    if reading.needs_ocr:
        said = "has no text: it needs OCR" if len(reading.needs_ocr) == 1 else "have no text: they need OCR"
        reading.warnings.append(f"{numbered(reading.needs_ocr)} {said}")
    if blank:
        reading.warnings.append(f"{numbered(blank)} {'is' if len(blank) == 1 else 'are'} blank")


def _account_for_furniture(furniture: list[Line], reading: Reading) -> None:
    heads = Counter(line.text for line in furniture)
    for line in furniture:
        reading.drop("furniture", line.text.replace(" | ", " ") if line.cells > 1 else line.text)
    first = next(iter(heads))
    reading.warnings.append(f"{len(furniture)} lines of page furniture were left out (such as '{first[:60]}')")
    reading.metadata["running_head"] = " · ".join(list(heads)[:4])


def _title(kept: list[Line], furniture: list[Line]) -> dict[str, str]:
    """A title that every page repeats: the large lines among the first page's furniture."""
    body = Style.of(kept).size
    large = [line for line in furniture if line.page == furniture[0].page == 1 and line.size > 1.3 * body]
    return {"title": fold(" ".join(line.text.replace(" | ", " ") for line in large))} if large else {}
