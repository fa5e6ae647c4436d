"""What a file repeats or lists for orientation and nobody cites: tables of contents and running heads."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synthforge.sections.blocks import Block, Reading, runs_along
from synthforge.sections.numbering import label

_CONTENTS = re.compile(r"(?i)(table of )?contents:?$")
_DOTS = re.compile(r"\s*(?:\.{4,}|(?:\. ){4,}|…{2,})\s*\d*\s*$")


_TAIL = 200
"""Dots before a page number are looked for in so many characters at the end: the pattern is quadratic."""


def _without_dots(text: str) -> str:
    return text[:-_TAIL] + _DOTS.sub("", text[-_TAIL:])


def without_contents(blocks: Sequence[Block], reading: Reading) -> list[Block]:
    """Drop tables of contents: what stands under that heading, and lines with dots up to a page number."""
    kept: list[Block] = []
    dropped: list[Block] = []
    inside = False
    for block in blocks:
        if block.kind in ("heading", "title") or _CONTENTS.match(block.text):
            inside = bool(_CONTENTS.match(block.text))
            text = _without_dots(block.text)
            if inside:
                dropped.append(block)
            elif text:
                reading.drop("contents", block.text[len(text) :])
                kept.append(replace(block, text=text))
        elif (
            (inside and block.kind != "paragraph")
            or (inside and len(block.text) < 120)
            or _DOTS.search(block.text[-_TAIL:])
        ):
            dropped.append(block)
        else:
            inside = False
            kept.append(block)
    if dropped:
        _drop("contents", dropped, reading)
        reading.warnings.append(f"a table of contents was left out ({len(dropped)} lines{_from(dropped[0])})")
    return kept


def without_running_heads(blocks: list[Block], reading: Reading) -> list[Block]:
    """Drop running heads that a converter left in the text: the same line in capitals, four times or more."""
    counts = Counter(line for block in blocks if block.kind == "paragraph" for line in _running(block.text))
    heads = {line for line, count in counts.items() if count >= 4}
    if not heads:
        return blocks
    kept, dropped = list[Block](), list[Block]()
    for block in blocks:
        repeated = block.kind in ("paragraph", "heading") and not heads.isdisjoint(_running(block.text))
        (dropped if repeated else kept).append(block)
    _drop("running heads", dropped, reading)
    reading.warnings.append(f"{len(dropped)} repeated running heads were left out{_from(dropped[0])}")
    return kept


def _drop(kind: str, blocks: Sequence[Block], reading: Reading) -> None:
    for block in blocks:
        reading.drop(kind, block.text)


def _from(block: Block) -> str:
    place = str(block.locator)
    return f", from {place}" if place else ""


def _running(text: str) -> Iterator[str]:
    """The line that a block consists of, when it is in capitals; a converter may have doubled it."""
    if len(text) <= 240 and text.upper() == text and runs_along(text) and label(text).form == "words":
        half = text[: len(text) // 2].strip()
        yield half if text == f"{half} {half}" else text
