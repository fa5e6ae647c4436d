"""What every XML profile writes with: inline text with its italics, blocks with their lines, and counted omissions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from synthforge.readers.spans import BAR, SPARE, TOO_MANY
from synthforge.readers.xml_tree import Element
from synthforge.records import Locator
from synthforge.sections.blocks import Block, Kind, Reading, solid

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_CLOSING = ".,;:)]’”?!—–"
_OPENING = "([“‘—–"

Piece = tuple[str, bool]
"""A stretch of text, and whether it is in italics."""
Spans = tuple[tuple[int, int], ...]


def local(element: Element) -> str:
    """The tag without its namespace; empty for comments, instructions and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    return str(element.get(name) or "")


def elements(parent: Element) -> Iterator[Element]:
    return (child for child in parent if isinstance(child.tag, str))


def child(parent: Element, *names: str) -> Element | None:
    return next((element for element in elements(parent) if local(element) in names), None)


def plain(element: Element) -> str:
    """All text below an element, comments and instructions apart."""
    return "".join(_texts(element))


def _texts(element: Element) -> Iterator[str]:
    """Without recursion, so that depth costs nothing."""
    for node in element.iter():
        if isinstance(node.tag, str) and node.text:
            yield str(node.text)
        if node is not element and node.tail:
            yield str(node.tail)


def folded(pieces: Iterator[Piece]) -> tuple[str, Spans]:
    """One line of text and its italic stretches.

    A printer's line break inside brackets or before a full stop is layout: `( <I>see</I> )` reads `(see)`.
    """
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    size, blank, broken = 0, False, False
    for raw, italic in pieces:
        text = _BLANKS.sub(" ", raw)
        if text.startswith(" "):
            blank, broken = True, broken or "\n" in raw[: len(raw) - len(raw.lstrip())]
            text = text[1:]
        trailing = text.endswith(" ")
        text = text[:-1] if trailing else text
        if not text:
            continue
        if blank and size and not (broken and (text[0] in _CLOSING or out[-1][-1] in _OPENING)):
            out.append(" ")
            size += 1
        if italic:
            start = spans.pop()[0] if spans and spans[-1][1] >= size - 1 else size
            spans.append((start, size + len(text)))
        out.append(text)
        size += len(text)
        blank, broken = trailing, trailing and "\n" in raw[len(raw.rstrip()) :]
    return "".join(out), tuple(spans)


def is_outlined(heads: Iterable[Element]) -> bool:
    """Whether an extract is law of its own, a list in categories: the count starts again below two heads or more."""
    following = (head.getnext() for head in heads)
    firsts = (plain(e).lstrip().startswith(("(a)", "(1)")) for e in following if e is not None)
    return sum(firsts) > 1


@dataclass
class Inline:
    """How a vocabulary writes running text: what is italic, what is no text, what starts a line.

    `replaced` says what an element reads as (`^2`, `[1]`), None where its content is read as it is.
    """

    italic: Callable[[Element], bool]
    skipped: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    replaced: Callable[[Element], str | None] = lambda _: None

    def pieces(self, element: Element, italic: bool = False) -> Iterator[Piece]:
        """The text of an element in order; the parser keeps depth below 256."""
        if element.text:
            yield str(element.text), italic
        for node in element:
            name = local(node)
            if name and name not in self.skipped:
                if name in self.breaks:
                    yield " ", italic
                said = self.replaced(node)
                if said is None:
                    yield from self.pieces(node, italic or self.italic(node))
                else:
                    yield said, italic
            if node.tail:
                yield str(node.tail), italic

    def text(self, element: Element) -> str:
        return folded(self.pieces(element))[0]


@dataclass
class Writer:
    """Collects the blocks of one file."""

    reading: Reading
    name: str
    images: int = 0
    spare: int = SPARE
    """Characters that cells spanning rows may still add to the file."""

    def count(self, root: Element) -> int:
        visible = solid(plain(root))
        self.spare += visible
        return visible

    def may_repeat(self, size: int) -> bool:
        self.spare -= size
        return self.spare >= 0

    def row(
        self,
        element: Element,
        cells: Sequence[str],
        level: int,
        said: int | None = None,
        designators: tuple[str, ...] = (),
    ) -> None:
        """A table row, unless it is empty; `said` counts what the file says of it once, where cells repeat it."""
        if any(cells):
            text = BAR.join(cells)
            self.reading.added += solid(text) - (sum(map(solid, cells)) if said is None else said)
            self.say("row", element, text, level=level, designators=designators)

    def say(
        self,
        kind: Kind,
        element: Element,
        text: str,
        emphasis: Spans | None = None,
        *,
        level: int = 1,
        citation: str = "",
        edition: str = "",
        designators: tuple[str, ...] = (),
    ) -> None:
        if text.strip():
            place = Locator(line=element.sourceline)
            self.reading.blocks.append(Block(kind, text, level, place, citation, designators, edition, emphasis))

    def loose(self, parent: Element, text: str | None, kind: Kind = "paragraph") -> None:
        """Text that stands between elements where none is expected."""
        self.say(kind, parent, folded(iter([(text or "", False)]))[0])

    def within(self, parent: Element, kind: Kind = "paragraph") -> Iterator[Element]:
        """An element's children; loose text around them is written on the way."""
        self.loose(parent, parent.text, kind)
        for node in parent:
            if local(node):
                yield node
            self.loose(parent, node.tail, kind)

    def drop(self, kind: str, element: Element) -> None:
        self.reading.drop(kind, plain(element))

    def warn(self, text: str) -> None:
        self.reading.warnings.append(f"{self.name}: {text}")

    def state(self, facts: Mapping[str, str]) -> None:
        self.reading.metadata.update({key: value for key, value in facts.items() if value})

    def finish(self) -> None:
        if self.spare < 0:
            self.warn(TOO_MANY)
        if self.images:
            self.warn(f"{self.images} images or drawn formulas were left out; text inside images is not read")
