"""What a PDF prints on every page and nobody cites: running heads, page numbers, stamps."""

import re
from collections.abc import Iterator, Sequence

from synthforge.readers.pdf_file import Page
from synthforge.readers.pdf_lines import Line

_DRIFT = 8.0
"""Points by which a running head may move up or down from page to page."""
_OUTERMOST = 4
_FEW = 3
"""Pages from which on recurrence says something; on fewer a line must also stand in the margin."""
_MARGIN = 0.1
"""Share of the page's height in which heads and feet are printed."""
_CLEAR = 1.2
"""White space between a margin and the text, in letter heights."""
_COUNTS = re.compile(
    r"(?i)\bpage:?\s*[\divxlc]+\b(?:\s*(?:of|/)\s*\d+)?|\b\d+\s+of\s+\d+\b|^\W*(?:\d+|[ivxlc]+)\W*$"
    r"|\b\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b|\brev(?:ision|\.)?\s*\d+"
)
"""What differs from page to page in one running head: its page number, the date, the revision of a chapter."""
_AT_AN_END = re.compile(r"^(\d{1,4})(?=\W*\s)|(?<=\s)(\d{1,4})$")
_OFFSET = re.compile(r"#-?\d+")


def without_furniture(pages: Sequence[Page]) -> tuple[list[Line], list[Line]]:
    """The lines that are text, and those that recur, page numbers aside, at one height of the edge on half the pages.

    A measure that differs (`Limit: 11 hours`, `Limit: 10 hours`) is text; so is a line of a short file that is not
    set off from what stands below or above it.
    """
    printed = [page for page in pages if page.lines]
    least = max(2, (len(printed) + 1) // 2)
    heights: dict[str, list[float]] = {}
    for page in printed:
        for line in _edges(page, strict=len(printed) < _FEW):
            heights.setdefault(_key(line), []).append(line.top)
    usual = {key: sorted(tops)[len(tops) // 2] for key, tops in heights.items() if len(tops) >= least}
    usual = {key: top for key, top in usual.items() if sum(abs(t - top) < _DRIFT for t in heights[key]) >= least}
    known = {_OFFSET.sub("#", key): top for key, top in usual.items()}  # a few pages may be counted on their own
    kept: list[Line] = []
    furniture: list[Line] = []
    for line in (line for page in pages for line in page.lines):
        top = known.get(_OFFSET.sub("#", _key(line)))
        (kept if top is None or abs(line.top - top) >= _DRIFT else furniture).append(line)
    return kept, furniture


def _key(line: Line) -> str:
    """The text; a number at an end counts from the page: `Rules 7` on page 9 goes with `Rules 8` on page 10."""
    text = _COUNTS.sub("#", line.text).lower()
    return _AT_AN_END.sub(lambda found: f"#{int(found[0]) - line.page}", text)


def _edges(page: Page, strict: bool) -> Iterator[Line]:
    """Lines that may be furniture: the outermost by height on the page, and those turned or aslant."""
    ordered = sorted((line for line in page.lines if not line.turn), key=lambda line: -line.top)
    if strict:
        yield from _margins(ordered, page.height)
    else:
        yield from ordered[:_OUTERMOST]
        yield from ordered[_OUTERMOST:][-_OUTERMOST:]
    yield from (line for line in page.lines if line.turn)


def _margins(ordered: Sequence[Line], height: float) -> Iterator[Line]:
    """The lines near the upper and lower edge that clear white space sets off from the text between them."""
    head = [line for line in ordered if line.box[1] > (1 - _MARGIN) * height]
    foot = [line for line in ordered if line.box[3] < _MARGIN * height]
    body = [line for line in ordered if line not in head and line not in foot]
    if not body:
        return
    top, bottom = max(line.box[3] for line in body), min(line.box[1] for line in body)
    if head and min(line.box[1] for line in head) - top > _CLEAR * max(line.size for line in head):
        yield from head
    if foot and bottom - max(line.box[3] for line in foot) > _CLEAR * max(line.size for line in foot):
        yield from foot
