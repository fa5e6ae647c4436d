"""Markdown to blocks: front matter, headings, paragraphs, lists, tables and listings, as plain text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from synthforge.readers import html, plain
from synthforge.readers.encoding import decode
from synthforge.readers.front_matter import front_matter
from synthforge.readers.tags import bounded
from synthforge.records import Locator
from synthforge.sections.blocks import LABEL, Block, Reading, ends_sentence, fold, margin, solid, unwrap, words

_TAGS = (
    "a abbr article aside b big blockquote body br caption center cite code col colgroup dd del details dfn"
    " div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img input ins kbd"
    " label li link main mark meta nav ol p picture pre q script section small source span strong style sub"
    " summary sup table tbody td tfoot th thead title tr tt u ul var video"
).split()
_TAG = re.compile(r"</?(" + "|".join(_TAGS) + r")(?=[\s/>])[^<>]*>", re.IGNORECASE)
"""HTML that only formats. Anything else in angle brackets (`<|im_start|>`, `<s>`, `<company>`) is text."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(r"<(script|style)(?=[\s>]).*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img(?=[\s/>])", re.IGNORECASE)
_WRAPPER = re.compile(r"\s*```(?:markdown|md)[ \t]*\n")
_MARKERS = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])(?=[\s>]|$)[\s>]*)*")
_LEAVES = frozenset("heading_open paragraph_open table_open fence html_block hr".split())
_DEPTH = 100
"""Nested lists and quotes; the parser drops what stands deeper, and it is then read line by line."""
_SIGNS = 1_000_000
"""Signs that may be markup; with more of them the parser needs minutes and gigabytes."""
_LONGEST_HEADING = 250


def read(data: bytes, name: str) -> Reading:
    text, warnings = decode(data, name)
    if html.is_page(text):
        return html.parse(text, [*warnings, f"{name} is an HTML page and was read as one"])
    return parse(text, warnings)


def parse(text: str, warnings: Sequence[str] = ()) -> Reading:
    """`visible` is what a renderer shows: no front matter, comments, link targets or texts for images."""
    text, offset = _unwrapped(text)
    body, metadata, skipped = front_matter(text)
    first_line = offset + skipped + 1
    reading = Reading(metadata=metadata, warnings=list(warnings))
    signs = sum(body.count(sign) for sign in "[*_`<&\\!")
    if signs > _SIGNS:
        reading.warnings.append(f"{signs:,} signs may be markup, too many to be read as such: read as plain text")
    parser, found = _parser(), dict[str, Any]()
    tokens = parser.parse(body, found) if signs <= _SIGNS else []
    if not any(token.type == "heading_open" for token in tokens):
        flat = plain.parse(body, reading.warnings, first_line)
        return replace(flat, metadata={**flat.metadata, **metadata})
    rendered, _ = bounded(parser.renderer.render(tokens, parser.options, found))
    reading.visible = html.shown(rendered)
    walk = _Walk(first_line)
    lost = list(_lost(body, tokens, found, first_line))
    # The sort is stable: it moves nothing but what the parser had dropped.
    reading.blocks = sorted([*walk.blocks(tokens), *lost], key=_line) if lost else list(walk.blocks(tokens))
    if lost:
        first = lost[0].locator
        reading.warnings.append(f"{len(lost)} lines had no place in the markup and were read as they are, from {first}")
    reading.added = walk.added
    if walk.images:
        reading.warnings.append(
            f"{len(walk.images)} images were left out, the first in line {walk.images[0]};"
            " text inside images is not read"
        )
    return reading


def _unwrapped(text: str) -> tuple[str, int]:
    """A whole document in one ```` ```markdown ```` fence without it, and how many lines came off the top."""
    opening = _WRAPPER.match(text)
    if not opening:
        return text, 0
    return text[opening.end() :].rstrip().removesuffix("\n```"), opening.group().count("\n")


def _parser() -> MarkdownIt:
    """CommonMark and tables, without indented code: what is indented is far more often wrapped prose."""
    return MarkdownIt("commonmark", {"maxNesting": _DEPTH}).enable("table").disable("code")


def _lost(body: str, tokens: Sequence[Token], found: Mapping[str, Any], first_line: int) -> Iterator[Block]:
    """Lines that no token stands for: nested too deeply, or footnotes, which CommonMark takes for link targets."""
    lines = body.split("\n")
    seen = bytearray(len(lines))
    targets = [target["map"] for name, target in found.get("references", {}).items() if not name.startswith("^")]
    targets += [target["map"] for target in found.get("duplicate_refs", ())]
    for start, end in (*targets, *(token.map for token in tokens if token.map and token.type in _LEAVES)):
        seen[start:end] = b"\1" * (min(end, len(lines)) - start)
    for number, line in enumerate(lines):
        if not seen[number] and (text := fold(line[_leading(line) :])) and any(map(str.isalnum, text)):
            yield Block("paragraph", text, 1, Locator(line=number + first_line))


def _leading(line: str) -> int:
    found = _MARKERS.match(line)
    return found.end() if found else 0


def _line(block: Block) -> int:
    return block.locator.line or 0


class _Walk:
    """One pass over markdown-it's flat token list."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.images: list[int] = []
        self.added = 0

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        lists: list[tuple[str, int]] = []  # the marker and next number of every open list
        marker, heading, row = "", 0, Locator()
        cells: list[str] | None = None
        for token in tokens:
            match token.type:
                case "bullet_list_open":
                    lists.append(("-", 0))
                case "ordered_list_open":
                    lists.append((token.markup, int(token.attrGet("start") or 1)))
                case "bullet_list_close" | "ordered_list_close":
                    lists.pop()
                case "list_item_open":
                    kind, number = lists[-1]
                    marker = "- " if kind == "-" else f"{number}{kind} "
                    lists[-1] = (kind, number + 1)
                case "heading_open":
                    heading = int(token.tag[1])
                case "heading_close":
                    heading = 0
                case "tr_open":
                    cells, row = [], self._place(token)
                case "tr_close":
                    yield Block("row", " | ".join(cells or ()), 1, row)
                    self.added += max(0, len(cells or ()) - 1)
                    cells = None
                case "inline" if cells is not None:
                    cells.append(fold(self._plain(token)))
                case "inline":
                    yield from self._inline(token, heading, marker, len(lists))
                    marker = ""
                case "fence":
                    yield from self._listing(token)
                case "html_block":
                    yield from self._html(token)

    def _place(self, token: Token) -> Locator:
        return Locator(line=token.map[0] + self.first_line) if token.map else Locator()

    def _inline(self, token: Token, heading: int, marker: str, depth: int) -> Iterator[Block]:
        text = self._plain(token)
        place = self._place(token)
        if heading and len(text) <= _LONGEST_HEADING and any(map(str.isalnum, text)):
            yield Block("heading", fold(text), heading, place)
        elif depth:
            if fold(text):
                self.added += solid(marker)
                yield Block("item", margin(depth) + marker + fold(text), depth, place)
        else:
            for part in _paragraphs(text):
                yield Block("paragraph", part, 1, place)

    def _plain(self, token: Token) -> str:
        parts: list[str] = []
        for child in token.children or ():
            match child.type:
                case "text" | "code_inline" | "text_special":
                    parts.append(child.content)
                case "softbreak" | "hardbreak":
                    parts.append("\n")
                case "image":
                    self._count_images(token, 1)
                case "html_inline":
                    self._count_images(token, len(_IMAGE.findall(child.content)))
                    parts.append(strip_html(child.content))
        return "".join(parts)

    def _count_images(self, token: Token, count: int) -> None:
        self.images += [self._place(token).line or self.first_line] * count

    def _listing(self, token: Token) -> Iterator[Block]:
        place = self._place(token)
        if token.info.strip() or not reads_as_prose(token.content):
            text = token.content.rstrip("\n")
            if text.strip():
                yield Block("code", text, 1, place)
            return
        for paragraph in re.split(r"\n[ \t]*\n", token.content):
            for part in unwrap(paragraph.split("\n")):
                yield Block("paragraph", part, 1, place)

    def _html(self, token: Token) -> Iterator[Block]:
        self._count_images(token, len(_IMAGE.findall(token.content)))
        text = strip_html(token.content)
        for paragraph in re.split(r"\n[ \t]*\n", text):
            if " | " in paragraph:
                for row in filter(None, map(fold, paragraph.split("\n"))):
                    yield Block("row", row.strip("| "), 1, self._place(token))
            elif fold(paragraph):
                yield Block("paragraph", fold(paragraph), 1, self._place(token))


def _paragraphs(text: str) -> Iterator[str]:
    """A paragraph as one line, unless every line of it is a `Label: value` of its own."""
    lines = [line for line in map(fold, text.split("\n")) if line]
    if len(lines) > 1 and all(LABEL.match(line) for line in lines):
        yield from lines
    elif fold(text):
        yield fold(text)


def strip_html(text: str) -> str:
    """Formatting tags removed; cells and rows keep their borders, superscripts their sense (10² not 102)."""
    text = _UNSEEN.sub("", _COMMENT.sub("", text))

    def plain(match: re.Match[str]) -> str:
        tag, closing = match.group(1).lower(), match.group(0).startswith("</")
        if tag == "sup" and not closing:
            return "^"
        if tag in ("td", "th") and closing:
            return " | "
        if tag in ("p", "div", "table", "ul", "ol", "details") or tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return "\n\n"
        return "\n" if tag in ("br", "tr", "li", "summary", "dt", "dd") else ""

    return unescape(_TAG.sub(plain, text))


def reads_as_prose(text: str) -> bool:
    """A listing without a language that is really text: long lines of words, as PDF converters leave it."""
    lines = [line for line in map(fold, text.split("\n")) if line]
    if not lines or words(text) < 8:
        return False
    letters = sum(c.isalpha() or c in " ,.;:'’()-" for c in text.strip()) / len(text.strip())
    return letters > 0.9 and (words(text) / len(lines) >= 5 or (len(lines) == 1 and ends_sentence(text)))
