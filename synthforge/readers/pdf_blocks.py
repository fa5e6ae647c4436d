"""A PDF's lines to blocks: headings, paragraphs rejoined over lines and pages, list items, table rows, footnotes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from synthforge.readers import pdf_headings
from synthforge.readers.pdf_file import Bookmark
from synthforge.readers.pdf_geometry import union
from synthforge.readers.pdf_headings import BULLET, Style
from synthforge.readers.pdf_lines import HYPHEN, Line
from synthforge.readers.pdf_tables import whole_rows
from synthforge.records import Locator
from synthforge.sections.blocks import Block, Reading, ends_sentence, fold

_SIGN = re.compile(r"^[•▪◦‣●○■–\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf06e\uf076]\s+")
_CLAUSE = re.compile(r"(?:§\s*)?(?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,3})+[.)]?(?:\s|$)|[A-Z]\.\d{1,3}[.)]?\s")
_ENTRY = re.compile(r"(?:§\s*)?\d+(?:\.\d+)+(?:-[\d.]+)?[a-z]?\s?[—–]")
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡])\s{0,2}[^\s\d.)]")
_SMALL = 0.92
"""Footnotes are set smaller than the text by at least this factor."""


def blocks(lines: Sequence[Line], bookmarks: Sequence[Bookmark], reading: Reading) -> Iterator[Block]:
    """The blocks in reading order; what is left out is counted in `reading`."""
    rows = whole_rows(lines)
    return _Writer(rows, Style.of(lines), bookmarks, reading).blocks()


class _Writer:
    """Holds the lines of the block that is being read until a line comes that does not belong to it."""

    def __init__(self, lines: Sequence[Line], style: Style, bookmarks: Sequence[Bookmark], reading: Reading) -> None:
        self.lines = lines
        self.style = style
        self.reading = reading
        self.notes = _footnotes(lines, style)
        self.marked = pdf_headings.bookmarked(lines, bookmarks) if bookmarks else {}

    def blocks(self) -> Iterator[Block]:
        levels = self._levels()
        held: list[Line] = []
        notes: list[list[Line]] = []
        heading, end = 0, 0  # of a heading that a bookmark names: the line behind it
        for index, line in enumerate(self.lines):
            if index in self.notes:
                if notes and not _NOTE.match(line.text):
                    notes[-1].append(line)
                else:
                    notes.append([line])
                continue
            level = levels.get(index, 0)
            if held and not (index < end or (not end and self._belongs(held, line, heading, level))):
                yield self._finished(held, heading)
                yield from (self._finished(note, 0) for note in notes)
                held, notes = [], []
            if not held:
                heading = level
                end = index + self.marked[index][1] if index in self.marked else 0
            held.append(line)
        if held:
            yield self._finished(held, heading)
        yield from (self._finished(note, 0) for note in notes)

    def _levels(self) -> dict[int, int]:
        """Line → heading level. Whether a line before it ended counts, so headings are found in order."""
        levels: list[int] = []
        before: Line | None = None
        for index, line in enumerate(self.lines):
            level = 0 if index in self.notes else pdf_headings.level(line, self.style, before)
            before = None if level else line
            levels.append(level)
        if not self.marked:
            return {index: level for index, level in enumerate(levels) if level}
        return pdf_headings.scale(self.marked, levels)

    def _belongs(self, held: Sequence[Line], line: Line, heading: int, level: int) -> bool:
        if not heading:
            return not level and _continues(held, line, self.style)
        stands_out = held[-1].size > self.style.size * 1.08 or (held[-1].bold and not self.style.bold)
        return bool(level or stands_out) and pdf_headings.goes_on(held[-1], line, self.style)

    def _finished(self, held: Sequence[Line], heading: int) -> Block:
        text = self._joined(held)
        left, bottom, right, top = union([line.box for line in held if line.page == held[0].page])
        place = Locator(page=held[0].page, box=(round(left, 1), round(bottom, 1), round(right, 1), round(top, 1)))
        if heading and len(text) <= 240 and not (text.endswith(".") and len(text.split()) > 8):
            return Block("heading", text, heading, place)
        if held[0].cells > 1:
            return Block("row", text, 1, place)
        if BULLET.match(text):
            return Block("item", _SIGN.sub("- ", text), 1, place)
        return Block("paragraph", text, 1, place)

    def _joined(self, lines: Sequence[Line]) -> str:
        """One line of text; a word divided at a line end is rejoined as the rest of the document writes it."""
        text = "\n".join([line.text for line in lines])
        if _DIVIDED.search(text):
            text = _RANGE.sub("-", _BREAK.sub(self._rejoined, text)).replace(HYPHEN, "-")
        return fold(text) if "\n" in text else text

    def _rejoined(self, match: re.Match[str]) -> str:
        first, second = match.group(1), match.group(2)
        if self.words[f"{first}-{second}".lower()] > self.words[f"{first}{second}".lower()]:
            return f"{first}-{second}"
        self.reading.drop("hyphens at line ends", "-")
        return f"{first}{second}"

    @cached_property
    def words(self) -> Counter[str]:
        return Counter(word.lower() for line in self.lines for word in _WORD.findall(line.text))


_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_DIVIDED = re.compile(r"[\ufffe\u00ad\x02]|-\n")
_RANGE = re.compile(r"(?<=\d)-\n(?=\d)")
_BREAK = re.compile(r"([A-Za-z]{1,40})(?:\ufffe|[\u00ad\x02]|-[ \t]*\n|\ufffe\n)[ \t]*([a-z]+)")


def _continues(held: Sequence[Line], line: Line, style: Style) -> bool:
    """Whether a line goes on with the paragraph: no marker of its own, no gap, a full line before."""
    last = held[-1]
    if line.cells > 1 or last.cells > 1 or line.turn != last.turn or abs(last.size - line.size) > 1.5:
        return False
    if BULLET.match(line.text) or _ENTRY.match(line.text):
        return False
    if _CLAUSE.match(line.text) and ends_sentence(last.text):
        return False
    open_ended = not ends_sentence(last.text) and not last.text.endswith(":") and line.text[:1].islower()
    if last.page != line.page or line.gap < -3 * style.size:  # over to the next page or column
        return open_ended
    if line.gap > 0.9 * style.size or _outdented(held, line):
        return False
    return last.right - held[0].left > 0.7 * style.width or open_ended


def _outdented(held: Sequence[Line], line: Line) -> bool:
    """A line left of the item's own marker, or indented behind a finished sentence, opens a new paragraph."""
    if line.left < held[0].left - 4 and BULLET.match(held[0].text):
        return True
    return len(held) > 1 and line.left > held[-1].left + 0.8 * line.size and ends_sentence(held[-1].text)


def _footnotes(lines: Sequence[Line], style: Style) -> set[int]:
    """Lines in small type at a page's foot, from the first that starts with a mark on; text stands above them."""
    found: set[int] = set()
    run: list[int] = []
    above = False
    for index, line in enumerate([*lines]):
        if run and lines[run[-1]].page != line.page:
            found.update(run)
            run = []
        if index and lines[index - 1].page != line.page:
            above = False
        small = line.size <= _SMALL * style.size and line.cells == 1
        if small and above and (run or _NOTE.match(line.text)):
            run.append(index)
        else:
            run = []
            above = above or not small
    return found | set(run)
