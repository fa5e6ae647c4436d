"""What a PDF prints on every page and nobody cites: running heads, page numbers, stamps."""

import math
import re
from collections.abc import Iterator, Sequence

from synthforge.readers.pdf_file import Page
from synthforge.readers.pdf_lines import Line

_DRIFT = 8.0
"""Points by which a running head may move up or down from page to page."""
_DIGITS = re.compile(r"\d+")


def without_furniture(pages: Sequence[Page]) -> tuple[list[Line], list[Line]]:
    """The lines that are text, and those that recur, digits aside, at one height of the edge on half the pages."""
    heights: dict[str, list[float]] = {}
    for page in pages:
        for line in _edges(page):
            heights.setdefault(_key(line), []).append(line.top)
    least = max(2, (sum(1 for page in pages if page.lines) + 1) // 2)
    usual = {key: sorted(tops)[len(tops) // 2] for key, tops in heights.items() if len(tops) >= least}
    usual = {key: top for key, top in usual.items() if sum(abs(t - top) < _DRIFT for t in heights[key]) >= least}
    kept: list[Line] = []
    furniture: list[Line] = []
    for line in (line for page in pages for line in page.lines):
        near = any(abs(line.top - top) < _DRIFT for top in usual.values())
        recurs = near and abs(line.top - usual.get(_key(line), math.inf)) < _DRIFT
        (furniture if recurs else kept).append(line)
    return kept, furniture


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text).lower()


def _edges(page: Page) -> Iterator[Line]:
    """Lines that may be furniture: the outermost by height on the page, and those turned or aslant."""
    ordered = sorted((line for line in page.lines if not line.turn), key=lambda line: -line.top)
    yield from ordered[:4]
    yield from ordered[4:][-4:]
    yield from (line for line in page.lines if line.turn)
