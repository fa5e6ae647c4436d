"""What every format reader hands over: blocks of text in document order, and what was said about the file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from synthforge.records import NOWHERE, Locator

Kind = Literal["title", "heading", "paragraph", "item", "row", "code", "quote", "flush", "caption", "meta"]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item, table row or listing.

    `level` is the heading's level on the format's own scale (1 is outermost), or an item's nesting depth.
    `meta` stays in the canonical text but is nobody's section: version lines, source notes. Where the source itself
    says what a piece is cited as, a heading carries it as `citation`, and a paragraph of law its path of
    `designators` (("a", "1") for (a)(1)); nothing is then read out of the text. A `quote` is set off (an extract, an
    example, quoted law): designators in it are not the document's own. `flush` text stands at the margin below a
    list, and goes on with what introduced it; a `caption` stands above paragraphs of one section. Rows below a header
    row of their own have level 2.

    `edition` is a heading's own date, where it differs from the document's. `emphasis` holds the stretches in italics,
    None where the format does not say: in law they tell captions from sentences, and (1) of one level from another.
    """

    kind: Kind
    text: str
    level: int = 1
    locator: Locator = NOWHERE
    citation: str = ""
    designators: tuple[str, ...] = ()
    edition: str = ""
    emphasis: tuple[tuple[int, int], ...] | None = None


@dataclass
class Reading:
    """A file's blocks, its declared metadata (keys lower-case), and what had to be left out or guessed.

    `visible` counts the characters that a reader of the file sees, blanks apart; `dropped` those left out on purpose,
    and `added` those that the reader wrote of its own: bars between cells, names of columns in every record, cells
    that span rows once more in each, markers that the format computes. Comments that no reader of the original sees
    are in neither `visible` nor `dropped`; those of Word's margin, which he does see, are in both.
    `stated` says that the source divides and names itself (records): headings carry their citations, and nothing is
    read out of the text.
    """

    blocks: list[Block] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    visible: int = 0
    added: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    needs_ocr: list[int] = field(default_factory=list)
    stated: bool = False

    def drop(self, kind: str, text: str) -> None:
        """Count text that is left out on purpose: furniture, contents, running heads, …"""
        if size := solid(text):
            self.dropped[kind] += size


def solid(text: str) -> int:
    """Characters that are not blank."""
    return len(text) - sum(map(str.isspace, text))


LABEL = re.compile(r"([A-Z][A-Za-z .]{1,30}?|[A-Z]{2,}):[ \t]+(\S.*)", re.DOTALL)
"""`Effective date: 2026-03-01`, `Issue: …`: a line that names what it holds."""

_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def fold(text: str) -> str:
    """Wrapped lines as one: runs of ASCII white space become a space; U+2009, U+00A0 and controls stay."""
    return _SPACE.sub(" ", text).strip(" ")


def margin(depth: int) -> str:
    """What a list item is indented by; depth beyond reason is not drawn."""
    return "  " * min(depth - 1, 10)


def words(text: str) -> int:
    return len(text.split())


def ends_sentence(text: str) -> bool:
    return text.rstrip("\"'”’)]*_ ").endswith((".", "!", "?", ";"))


def runs_along(text: str) -> bool:
    """A line that could be a page's running head: three words or more, most capitalised, no sentence."""
    parts = text.split()
    capitals = sum(1 for part in parts if part[0].isupper() or not part[0].isalpha())
    return (
        len(text) >= 12
        and len(parts) >= 3
        and capitals >= 0.7 * len(parts)
        and not LABEL.match(text)
        and not any(mark in text for mark in ">|=")
        and not text.endswith((":", ".", ";", ",", "?"))
    )


def is_lead_in(text: str) -> bool:
    """Text that only introduces what follows: it ends in a colon or dash."""
    return text.rstrip("*_ ").endswith((":", "—", "–", ":-", "--"))


def unwrap(lines: Iterable[str]) -> Iterator[str]:
    """Join hard-wrapped lines of one paragraph, keeping `Label: value` lines apart.

    A label starts a new line only where the line before had ended: by punctuation, or by being short.
    """
    held = list[str]()
    rows = [fold(line) for line in lines]
    width = max(map(len, rows), default=0)
    previous = ""
    for row in filter(None, rows):
        ended = ends_sentence(previous) or len(previous) < 0.6 * width or LABEL.match(previous) is not None
        if held and LABEL.match(row) and ended:
            yield " ".join(held)
            held = []
        held.append(row)
        previous = row
    if held:
        yield " ".join(held)
