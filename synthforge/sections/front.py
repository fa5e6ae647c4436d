"""The front of a document: the heading that names it, and lines about it that are nobody's section."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synthforge.sections.blocks import LABEL, Block, Reading, fold
from synthforge.sections.numbering import LEGAL_RANK, label, leading_identifier

_NOTE = re.compile(r"(?:Citation:\s*)?\[\d+ (?:FR|Stat\.) \d+")
_CONTINUES = re.compile(r"(?i)\b(?:to|of|and|the|for|in|on|with|a|or)$")

_LONGEST = 200
"""Characters of a heading that may still go on in the next one."""


def joined_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Two headings of one level with nothing between, the first ending in `to` or `of`, are one heading."""
    held: Block | None = None
    for block in blocks:
        short = held is not None and len(held.text) < _LONGEST
        if held and short and block.kind == "heading" and block.level == held.level and _CONTINUES.search(held.text):
            held = replace(held, text=f"{held.text} {block.text}")
            continue
        if held:
            yield held
        held = block if block.kind == "heading" else None
        if not held:
            yield block
    if held:
        yield held


def heading_text(text: str) -> str:
    return fold(text.replace("\n", " ")).strip("# ").rstrip(".:").strip()


def find_title(blocks: Sequence[Block], reading: Reading) -> Block | None:
    """The block that names the whole document: a title, a lone top heading, or the first of several."""
    stated = next((block for block in blocks if block.kind == "title"), None)
    if stated:
        return stated
    headings = [block for block in blocks if block.kind == "heading"]
    lead = blocks[: blocks.index(headings[0])] if headings else list(blocks[:4])
    for block in lead[:4]:
        if block.kind == "paragraph" and len(block.text) < 120 and leading_identifier(block.text):
            return block
    if not headings:
        return None
    first, others = headings[0], headings[1:]
    form = label(first.text).form
    if form == "identifier":
        return first
    section = label(first.text).rank == LEGAL_RANK["section"]
    alone = others and not section and all(other.level > first.level for other in others)
    if alone and not any(label(other.text).number.startswith(f"{label(first.text).number}.") for other in others):
        return first
    if form != "words" and not (form == "legal" and label(first.text).rank < LEGAL_RANK["section"]):
        return _first_line(lead)
    outermost = min(block.level for block in headings)
    top = [block for block in headings if block.level == outermost]
    named = any(key in reading.metadata for key in ("title", "name"))
    if (
        others
        and len(top) == 1
        and not lead
        and all(block.level > top[0].level for block in headings if block is not top[0])
    ):
        return top[0] if headings.index(top[0]) <= 2 else None
    generic = re.match(r"(?i)(purpose|scope|introduction|overview|background|summary|abstract)\b", first.text)
    odd = generic or named or len(first.text) > 150 or not first.text[0].isalnum()
    return None if odd else first


def _first_line(lead: Sequence[Block]) -> Block | None:
    short = [
        b for b in lead[:2]
        if b.kind == "paragraph" and len(b.text) < 100 and b.text[0].isalnum() and b.text[-1] not in ".:"
    ]  # fmt: skip
    return short[-1] if short else None


_KNOWN = re.compile(r"(?i)(version|revision|rev|effective|edition|document|date|issued|published|approved)\b")


def mark_front(blocks: Sequence[Block], title: Block | None) -> Iterator[Block]:
    """Mark version lines, short lines before the title and sources of law as `meta`: nobody's section."""
    first_heading = next((i for i, b in enumerate(blocks) if b.kind == "heading" and b is not title), len(blocks))
    front = [i for i in range(min(first_heading, 12)) if blocks[i].kind in ("paragraph", "item", "row")]
    labelled = [i for i in front if LABEL.match(blocks[i].text.lstrip("-* ")) and len(blocks[i].text) < 160]
    known = any(_KNOWN.match(blocks[i].text.lstrip("-* ")) for i in labelled)
    before = blocks.index(title) if title in blocks else 0
    for i, block in enumerate(blocks):
        if block is title:
            yield replace(block, kind="title")
        elif (known and i in labelled) or (i < before and len(block.text) < 100 and block.kind == "paragraph"):
            yield replace(block, kind="meta")
        elif block.kind == "paragraph" and _NOTE.match(block.text):
            yield replace(block, kind="meta")
        else:
            yield block
