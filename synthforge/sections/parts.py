"""A section body cut into pieces short enough to quote: between paragraphs, items and rows, or sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from synthforge.sections.blocks import ends_sentence, is_lead_in, words
from synthforge.sections.outline import Placed

LIMIT = 200
"""Words. A section is quoted and shown to a small model, so it must be short."""

_SENTENCE = re.compile(r"(?<=[.!?;])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")


@dataclass(frozen=True)
class Part:
    """A stretch of the canonical text. `suffix` goes behind the section's citation; `introduces` as in records."""

    start: int
    end: int
    first: Placed
    suffix: str = ""
    lead_in: str = ""
    introduces: bool = False


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    size: int
    place: Placed
    lead_in: str = ""
    opens: bool = False


def cut(body: Sequence[Placed], text: str, limit: int = LIMIT) -> list[Part]:
    """One part when the body is short, else parts of up to about `limit` words with suffixes ¶1, ¶2, …"""
    if not body:
        return []
    if sum(words(place.block.text) for place in body) <= limit * 1.15:
        return [Part(body[0].start, body[-1].end, body[0])]
    groups = list(_packed(list(_pieces(body, text, limit)), limit))
    if len(groups) == 1:
        return [Part(groups[0][0].start, groups[0][-1].end, groups[0][0].place)]
    return [
        Part(group[0].start, group[-1].end, group[0].place, f" ¶{n}", group[0].lead_in)
        for n, group in enumerate(groups, 1)
    ]


def _pieces(body: Sequence[Placed], text: str, limit: int) -> Iterator[_Piece]:
    """What must not be broken up, each with the lead-in or table header it needs when it starts a part."""
    lead_in, header, below = "", "", False
    for i, place in enumerate(body):
        block = place.block
        listed = block.kind in ("item", "code", "quote")
        if block.kind != "row" or place.block.locator.page:  # the first line of a PDF table need not be its head
            header, below = "", False
        elif block.level == 1 and (below or not header):
            header, below = block.text, False
        else:
            below = block.level == 2
        if not listed and block.kind != "row":
            lead_in = ""
        context = header if block.kind == "row" and header != block.text else lead_in if listed else ""
        following = body[i + 1].block if i + 1 < len(body) else None
        broken = following is not None and not ends_sentence(block.text) and following.text[:1].islower()
        opens = following is not None and (is_lead_in(block.text) or (broken and block.kind == following.kind))
        for start, end in _spans(place, limit):
            yield _Piece(start, end, words(text[start:end]), place, context, opens and end == place.end)
        if opens and not listed:
            lead_in = block.text if words(block.text) <= 60 else ""


def _spans(place: Placed, limit: int) -> Iterator[tuple[int, int]]:
    """A very long paragraph in runs of whole sentences, a long listing in runs of lines; all else whole."""
    text = place.block.text
    if words(text) <= limit * 1.25:
        yield place.start, place.end
        return
    pattern = re.compile(r"\n") if place.block.kind == "code" else _SENTENCE
    borders = [match.span() for match in pattern.finditer(text)]
    start, count = 0, 0
    previous = 0
    for left, right in borders:
        size = words(text[previous:left])
        if count and count + size > limit:
            yield place.start + start, place.start + _trimmed(text, previous)
            start, count = previous, 0
        count += size
        previous = right
    if count and count + words(text[previous:]) > limit * 1.25:
        yield place.start + start, place.start + _trimmed(text, previous)
        start = previous
    yield place.start + start, place.end


def _trimmed(text: str, end: int) -> int:
    """`end` moved before the white space that ends there."""
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _packed(pieces: Sequence[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Greedy, but a lead-in goes with what it leads into, and a scrap at the end joins the part before it."""
    groups: list[list[_Piece]] = []
    group: list[_Piece] = []
    size = 0
    for i, piece in enumerate(pieces):
        whole = piece.size if not piece.opens else sum(p.size for p in _listed(pieces, i))
        glued = group and group[-1].opens and size + piece.size <= 1.5 * limit
        if group and not glued and size + (whole if whole <= limit else piece.size) > limit:
            carried = [group.pop()] if len(group) > 1 and group[-1].opens else []
            groups.append(group)
            group, size = carried, sum(p.size for p in carried)
        group.append(piece)
        size += piece.size
    if group:
        groups.append(group)
    if len(groups) > 1 and sum(p.size for p in groups[-1]) < limit // 8:
        last = groups.pop()
        groups[-1].extend(last)
    yield from groups


def _listed(pieces: Sequence[_Piece], start: int) -> list[_Piece]:
    """A lead-in and the items it leads into."""
    rest = takewhile(lambda piece: bool(piece.lead_in), pieces[start + 1 : start + 1 + 2 * LIMIT])
    return [pieces[start], *rest]
