"""What a file repeats or lists for orientation and nobody cites: tables of contents and running heads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synthforge.sections.blocks import Block, Reading, ends_sentence, runs_along
from synthforge.sections.numbering import label

_CONTENTS = re.compile(r"(?i)(table of )?contents:?$")
_LEADER = r"\s*(?:\.{4,}|(?:\. ){4,}|…{2,})\s*"
_DOTS = re.compile(rf"{_LEADER}(?:\d*|[ivxlc]+)\s*$")
_TO_A_PAGE = re.compile(rf"{_LEADER}(?:\|\s*)?(?:\d+|[ivxlc]+)\s*$")
_PAGE = re.compile(r"[\s.]\d{1,4}$")
_LETTERS = re.compile(r"[\W\d_]+")
_LONGEST = 120
"""Characters of an entry; a longer one is a paragraph of its own."""
_TAIL = 200
"""Dots before a page number are looked for in so many characters at the end: the pattern is quadratic."""
_LONGEST_HEAD = 240
_OFTEN = 4
"""Times that a running head is repeated."""
_NEAR = 3
"""Lines about a running head among which its page number stands."""
_RULE = re.compile(
    r"(?i)\b(?:must|shall|should|may|can|cannot|will|required?|not|no|never|always|do|warning|caution|danger|stop)\b"
)
_PAGE_NUMBER = re.compile(r"(?i)\W*(?:page:?\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*$")


def without_contents(blocks: Sequence[Block], reading: Reading) -> list[Block]:
    """Drop tables of contents: the entries below that heading, and lines with dots up to a page number.

    An entry repeats a heading of the document or leads to a page. Anything else below `Contents` stays, and so does
    the heading if nothing below it is an entry: a kit has contents too.
    """
    headings = {_plain(_without_dots(block.text)) for block in blocks if block.kind in ("heading", "title")} - {""}
    entries = {i for start, end in _listings(blocks) for i in _entries(blocks, start, end, headings)}
    kept: list[Block] = []
    dropped: list[Block] = []
    for index, block in enumerate(blocks):
        if index in entries or (block.kind not in ("heading", "title") and _TO_A_PAGE.search(block.text[-_TAIL:])):
            dropped.append(block)
        elif block.kind in ("heading", "title") and (text := _without_dots(block.text)) != block.text:
            reading.drop("contents", block.text[len(text) :])
            kept += [replace(block, text=text)] if text else []
        else:
            kept.append(block)
    if dropped:
        _drop("contents", dropped, reading)
        reading.warnings.append(f"a table of contents was left out ({len(dropped)} lines{_from(dropped[0])})")
    return kept


def _listings(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """A line that says `Contents`, and where what it lists ends: at a heading, or a paragraph that is no entry."""
    for start, block in enumerate(blocks):
        if not _CONTENTS.match(block.text):
            continue
        end = start + 1
        while end < len(blocks) and not _ends(blocks[end]):
            end += 1
        yield start, end


def _ends(block: Block) -> bool:
    if block.kind in ("heading", "title") or _CONTENTS.match(block.text):
        return True
    return block.kind == "paragraph" and len(block.text) >= _LONGEST and not _DOTS.search(block.text[-_TAIL:])


def _entries(blocks: Sequence[Block], start: int, end: int, headings: set[str]) -> list[int]:
    """The heading of a table of contents and its entries; a bare page number proves nothing on its own."""
    found, numbered = [], []
    for index in range(start + 1, end):
        text = blocks[index].text
        if _repeats(_plain(text), headings) or _DOTS.search(text[-_TAIL:]):
            found.append(index)
        elif not _RULE.search(text) and (_PAGE.search(text) or _wraps(blocks, index, end)):
            numbered.append(index)
    return [start, *found, *numbered] if found else []


def _wraps(blocks: Sequence[Block], index: int, end: int) -> bool:
    """The first line of an entry that goes on in the next one, up to its page number."""
    text = blocks[index].text
    following = blocks[index + 1].text[-_TAIL:] if index + 1 < end else ""
    return label(text).form != "words" and not ends_sentence(text) and bool(_TO_A_PAGE.search(following))


def _repeats(plain: str, headings: set[str]) -> bool:
    """Whether a text is a heading, or nothing but headings one behind the other."""
    while plain:
        heading = max((heading for heading in headings if plain.startswith(heading)), key=len, default="")
        if not heading:
            return False
        plain = plain[len(heading) :]
    return True


def _plain(text: str) -> str:
    """The letters alone: numbers, dots and page numbers differ between an entry and its heading."""
    return _LETTERS.sub("", text).lower()


def _without_dots(text: str) -> str:
    return text[:-_TAIL] + _DOTS.sub("", text[-_TAIL:])


def without_running_heads(blocks: list[Block], reading: Reading) -> list[Block]:
    """Drop running heads that a converter left in the text: the same line in capitals, four times or more."""
    texts = [block.text if block.kind in ("paragraph", "heading") else "" for block in blocks]
    heads = {text for text in running_heads(texts) if text.upper() == text and len(text) <= _LONGEST_HEAD}
    if not heads:
        return blocks
    kept, dropped = list[Block](), list[Block]()
    for block, text in zip(blocks, texts, strict=True):
        (dropped if text in heads else kept).append(block)
    _drop("running heads", dropped, reading)
    reading.warnings.append(f"{len(dropped)} repeated running heads were left out{_from(dropped[0])}")
    return kept


def running_heads(lines: Sequence[str], paged: bool = False) -> set[str]:
    """Which of a text's lines are running heads: repeated four times or more, in a text that was pages.

    It was if it says so (`paged`: form feeds), if page numbers stand near half of them, or if a converter doubled one.
    What rules or warns (`DO NOT OPERATE WITHOUT THE GUARD`) is repeated on purpose. Nor are `Subpart A—General`, which
    many parts of a law have, and blanks to be filled in.
    """
    lines = [line for line in lines if line]
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if runs_along(line) and "__" not in line and label(line).form == "words" and not _RULE.search(line):
            places.setdefault(_single(line), []).append(index)
    heads = {
        head
        for head, found in places.items()
        if len(found) >= _OFTEN and (paged or _on_pages(lines, found) or any(lines[i] != head for i in found))
    }
    return {lines[i] for head in heads for i in places[head]}


def _on_pages(lines: Sequence[str], places: Sequence[int]) -> bool:
    near = (lines[max(0, i - _NEAR) : i + _NEAR + 1] for i in places)
    return 2 * sum(any(map(_PAGE_NUMBER.match, around)) for around in near) >= len(places)


def _single(text: str) -> str:
    """The line, once where a converter doubled it."""
    half = text[: len(text) // 2].strip()
    return half if half and text == f"{half} {half}" else text


def _drop(kind: str, blocks: Sequence[Block], reading: Reading) -> None:
    for block in blocks:
        reading.drop(kind, block.text)


def _from(block: Block) -> str:
    place = str(block.locator)
    return f", from {place}" if place else ""
