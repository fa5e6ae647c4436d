"""The text inside one field to paragraphs, list items and listings, whatever markup its author wrote it in."""

import re
from collections.abc import Iterator, Sequence

from synthforge.readers.markdown import reads_as_prose, strip_html
from synthforge.records import Locator
from synthforge.sections.blocks import Block, ends_sentence, fold

_HTML = re.compile(r"</[A-Za-z][A-Za-z0-9]*>|<br\s*/?>", re.IGNORECASE)
"""What shows that angle brackets are HTML: a closing tag, or a line break."""
_PRE = re.compile(r"</?pre\b[^<>]*>", re.IGNORECASE)
_ADJACENT = re.compile(r"(?<=</a>)(?=<a\b)|(?<=</span>)(?=<span\b)", re.IGNORECASE)
"""Links and badges that only a style sheet keeps apart."""
_ITEM = re.compile(r"[ \t]*([-*+•–◦▪]|\(?[A-Za-z0-9]{1,4}[.)]|\d+(?:\.\d+)+\.?)[ \t]+\S")
_NARROW, _WIDE = 50, 120
"""Columns at which an editor wraps prose."""


def without_markup(text: str) -> str:
    """The text without formatting tags if it is HTML, else the same object."""
    return strip_html(_ADJACENT.sub(" ", _PRE.sub("\n\n", text))) if "<" in text and _HTML.search(text) else text


def prose(text: str, place: Locator) -> Iterator[Block]:
    """Paragraphs with their lines as meant: joined where an editor had wrapped them, kept in a listing."""
    for chunk in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in chunk.expandtabs(4).split("\n") if line.strip()]
        if len(lines) == 1 or reads_as_prose(chunk) or all(_ITEM.match(line) for line in lines):
            for line in _unwrapped(lines):
                yield Block("item" if _ITEM.match(line) else "paragraph", line, 1, place)
        elif lines:
            margin = min(len(line) - len(line.lstrip(" ")) for line in lines)
            yield Block("code", "\n".join(line[margin:].rstrip() for line in lines), 1, place)


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """A line goes on from the one before if its first word would not have fitted there, or no sentence ended there."""
    width = max(map(len, lines), default=0)
    held, previous = list[str](), ""
    for line in lines:
        item = _ITEM.match(line) is not None
        overflows = len(previous.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) > width
        goes_on = len(previous) > 0.4 * width and not ends_sentence(previous.rstrip().rstrip(":"))
        if held and not (_NARROW <= width <= _WIDE and (overflows or goes_on) and not item):
            yield " ".join(held)
            held = []
        held.append(f"{_margin(line)}{fold(line)}" if item else fold(line))
        previous = line
    if held:
        yield " ".join(held)


def _margin(line: str) -> str:
    return line[: min(len(line) - len(line.lstrip(" ")), 8)]
