"""Which lines of a PDF are headings: its bookmarks say so, or size, weight and number set them apart."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synthforge.readers.pdf_file import Bookmark
from synthforge.readers.pdf_lines import Line
from synthforge.sections.blocks import ends_sentence
from synthforge.sections.numbering import label, reads_as_heading

BULLET = re.compile(r"([•▪◦‣●○■–\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf06e\uf076-]|\(?[a-z0-9]{1,3}[.)]|\([A-Z]\))\s+\S")
"""What a list item starts with; the private characters are the bullets of Symbol and Wingdings."""
_DOTTED = re.compile(r"[A-Z\d]\.\d")
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Style:
    """What the running text looks like, against which headings stand out."""

    size: float
    bold: bool
    width: float
    sizes: tuple[float, ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Style":
        sizes, bold = Counter[float](), Counter[bool]()
        for line in lines:
            sizes[line.size] += len(line.text)
            bold[line.bold] += len(line.text)
        body = sizes.most_common(1)[0][0] if sizes else 10.0
        widths = sorted(line.right - line.left for line in lines if line.size == body)
        larger = sorted({line.size for line in lines if line.size > body * 1.08}, reverse=True)
        width = widths[int(len(widths) * 0.9)] if widths else 400.0
        return cls(body, bold[True] > bold[False], width, tuple(larger))


def level(line: Line, style: Style, before: Line | None) -> int:
    """A level from 1, or 0 for running text: larger sizes first, then bold, then numbered in body type."""
    text = line.text
    larger = line.size > style.size * 1.08
    bold = line.bold and not style.bold
    if line.cells > 1 or line.turn < 0 or len(text) > 160 or not (larger or bold or _DOTTED.search(text, 0, 24)):
        return 0
    if sum(map(str.isalpha, text)) < 0.5 * len(text.replace(" ", "")):
        return 0
    numbered = label(text)
    titled = numbered.form in ("number", "label", "legal", "roman", "letter") and reads_as_heading(
        numbered.title or text
    )
    if larger and not text.endswith((",", ";")):
        return 1 + style.sizes.index(line.size)
    stands_out = bold and len(text.split()) <= 22 and not text.endswith((".", ",", ";"))
    if stands_out and (titled or not BULLET.match(text)):
        return 2 + len(style.sizes) + (numbered.number.count(".") if numbered.form == "number" else 0)
    ended = before is None or ends_sentence(before.text) or line.gap > 0.9 * style.size
    if titled and "." in numbered.number and ended and line.right - line.left < 0.8 * style.width:
        return 3 + len(style.sizes) + numbered.number.count(".")
    return 0


def goes_on(last: Line, line: Line, style: Style) -> bool:
    """The second line of a heading that did not fit on one."""
    return (
        last.page == line.page
        and line.cells == 1
        and abs(last.size - line.size) < 0.3
        and last.bold == line.bold
        and line.gap < 0.8 * line.size
        and last.right - last.left > 0.55 * style.width
        and label(line.text).form == "words"
    )


def bookmarked(lines: Sequence[Line], bookmarks: Iterable[Bookmark]) -> dict[int, tuple[int, int]]:
    """Where the file's outline has a title: index of its first line → its level, and over how many lines it goes."""
    by_page: dict[int, dict[str, int]] = {}
    for mark in bookmarks:
        if plain := _plain(mark.title):
            by_page.setdefault(mark.page, {}).setdefault(plain, mark.level)
    found: dict[int, tuple[int, int]] = {}
    for index, line in enumerate(lines):
        titles = by_page.get(line.page)
        if titles and line.cells == 1 and (match := _match(lines, index, titles)):
            found[index] = match
    return found


def _match(lines: Sequence[Line], index: int, titles: dict[str, int]) -> tuple[int, int] | None:
    """A title stands in one to four lines, with its number or without."""
    for text in dict.fromkeys((lines[index].text, label(lines[index].text).title)):
        joined = ""
        for count, line in enumerate(lines[index : index + 4], 1):
            joined += _plain(text if count == 1 else line.text)
            if not joined or not any(title.startswith(joined) for title in titles):
                break
            if joined in titles:
                return titles.pop(joined), count
    return None


def _plain(text: str) -> str:
    return _MARKS.sub("", text).lower()


def scale(found: dict[int, tuple[int, int]], levels: Sequence[int]) -> dict[int, int]:
    """One scale for both kinds of evidence, by line: bookmarks' levels, and between them those read off the page.

    A heading without a bookmark stands below the bookmarked one whose type is next larger, or above all of them.
    """
    known = sorted((levels[index], depth) for index, (depth, _) in found.items() if levels[index])
    placed: dict[int, int] = {}
    for index, own in enumerate(levels):
        if index in found:
            placed[index] = 100 * found[index][0]
        elif own:
            above = [(type_level, depth) for type_level, depth in known if type_level <= own]
            same = [depth for type_level, depth in above if type_level == own]
            nearest = max((depth for _, depth in above), default=0)
            placed[index] = 100 * min(same) if same else 100 * nearest + own if above else own
    return placed
