"""What a file repeats or lists for orientation and nobody cites: tables of contents and running heads."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synthforge.sources.blocks import Block, runs_along

_CONTENTS = re.compile(r"(?i)(table of )?contents:?$")
_DOTS = re.compile(r"\s*(?:\.{4,}|(?:\. ){4,}|…{2,})\s*\d*\s*$")


_TAIL = 200
"""Dots before a page number are looked for in so many characters at the end: the pattern is quadratic."""


def _without_dots(text: str) -> str:
    return text[:-_TAIL] + _DOTS.sub("", text[-_TAIL:])


def without_contents(blocks: Sequence[Block], warnings: list[str]) -> list[Block]:
    """Drop tables of contents: what stands under that heading, and lines with dots up to a page number."""
    kept: list[Block] = []
    inside, dropped = False, 0
    for block in blocks:
        if block.kind in ("heading", "title") or _CONTENTS.match(block.text):
            inside = bool(_CONTENTS.match(block.text))
            text = _without_dots(block.text)
            if inside:
                dropped += 1
            elif text:
                kept.append(replace(block, text=text))
        elif (
            (inside and block.kind != "paragraph")
            or (inside and len(block.text) < 120)
            or _DOTS.search(block.text[-_TAIL:])
        ):
            dropped += 1
        else:
            inside = False
            kept.append(block)
    if dropped:
        warnings.append(f"a table of contents was left out ({dropped} lines)")
    return kept


def without_running_heads(blocks: list[Block], warnings: list[str]) -> list[Block]:
    """Drop running heads that a converter left in the text: the same line in capitals, four times or more."""
    counts = Counter(line for block in blocks if block.kind == "paragraph" for line in _running(block.text))
    heads = {line for line, count in counts.items() if count >= 4}
    kept = [b for b in blocks if b.kind not in ("paragraph", "heading") or not heads.intersection(_running(b.text))]
    if len(kept) < len(blocks):
        warnings.append(f"{len(blocks) - len(kept)} repeated running heads were left out")
    return kept


def _running(text: str) -> Iterator[str]:
    """The line that a block consists of, when it is in capitals; a converter may have doubled it."""
    if len(text) <= 240 and text.upper() == text and runs_along(text):
        half = text[: len(text) // 2].strip()
        yield half if text == f"{half} {half}" else text
