"""Running text of United States Legislative Markup: inline elements, numbers with headings, the lines of notes."""

import re
from collections.abc import Iterator

from synthforge.readers.xml_blocks import Inline, Piece, attribute, child, elements, local, plain
from synthforge.readers.xml_tree import Element
from synthforge.sections.blocks import fold

LEVELS = frozenset({"subsection", "paragraph", "subparagraph", "clause", "subclause", "item", "subitem", "subsubitem"})


def _replaced(element: Element) -> str | None:
    name = local(element)
    if name == "ref" and attribute(element, "idref"):
        return f" [{plain(element).strip()}]"
    if name == "sup":
        text = plain(element).strip()
        return f"^{text}" if text.isdigit() else text
    if name == "inline" and attribute(element, "role") == "fraction":
        return f" {plain(element).strip()}"
    return None


INLINE = Inline(
    italic=lambda e: local(e) in ("i", "em") or attribute(e, "class").endswith("-0-3"),
    skipped=frozenset({"footnote", "img", "figure"}),
    breaks=frozenset({"br"}),
    replaced=_replaced,
)
RUNNING = frozenset(
    "inline i em b strong u sup sub ref date term quotedText br span shortTitle def img figure footnote amendingAction"
    " entity num".split()
)


def cell_text(cell: Element) -> str:
    return INLINE.text(cell)


def inline_piece(node: Element) -> Iterator[Piece]:
    said = _replaced(node)
    if local(node) in INLINE.skipped:
        return
    if said is not None:
        yield said, False
    else:
        yield from INLINE.pieces(node, INLINE.italic(node))


def lines(element: Element) -> Iterator[tuple[Element, list[Piece]]]:
    """The paragraphs of a note; a heading goes before the first of them."""
    held: list[Piece] = []
    inner = (local(e) for e in element.iter() if e is not element)
    if not any(name in ("p", "heading", "content") or name in LEVELS for name in inner):
        yield element, list(INLINE.pieces(element))
        return
    if (element.text or "").strip():
        held.append((str(element.text), False))
    for node in elements(element):
        name = local(node)
        if name == "table":
            pass
        elif name in ("heading", "num"):
            held.extend([*INLINE.pieces(node), (" ", False)])
        elif name in ("p", *RUNNING):
            yield node, [*held, *INLINE.pieces(node)]
            held = []
        else:
            below = list(lines(node))
            if below and held:
                below[0] = (below[0][0], [*held, *below[0][1]])
                held = []
            yield from below
        if (node.tail or "").strip():
            held.append((str(node.tail), False))
    if held:
        yield element, held


def lead_of(element: Element) -> tuple[Piece, ...]:
    """`(b) Definitions.`: the number and heading that a paragraph's text goes on from."""
    pieces: list[Piece] = []
    for part in elements(element):
        if local(part) in ("num", "heading"):
            italic = local(part) == "heading"
            pieces.extend((text, italic or own) for text, own in INLINE.pieces(part))
            pieces.append((" ", False))
    return tuple(pieces)


def head_of(element: Element) -> str:
    said = [INLINE.text(part) for part in elements(element) if local(part) in ("num", "heading")]
    return re.sub(r"([—–])\s+", r"\1", " ".join(filter(None, said)))


def number_of(element: Element) -> str:
    """As printed: identifiers of converted files lose letters (`478.33` for 478.33a)."""
    num = child(element, "num")
    said = fold(plain(num)) if num is not None else attribute(element, "identifier").rpartition("/s")[2]
    return re.sub(r"^(?:§|Sec(?:tion)?\.?)*\s*", "", said.replace("§", " ").strip(" []")).strip(". []")
