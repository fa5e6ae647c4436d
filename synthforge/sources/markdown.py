"""Markdown to blocks: front matter, headings, paragraphs, lists, tables and listings, as plain text."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from synthforge.records import Locator
from synthforge.sources.blocks import LABEL, Block, Reading, ends_sentence, fold, unwrap, words
from synthforge.sources.encoding import decode

_TAGS = (
    "a abbr article aside b big blockquote body br caption center cite code col colgroup dd del details dfn"
    " div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img input ins kbd"
    " label li link main mark meta nav ol p picture pre q script section small source span strong style sub"
    " summary sup table tbody td tfoot th thead title tr tt u ul var video"
).split()
_TAG = re.compile(r"</?(" + "|".join(_TAGS) + r")(?=[\s/>])[^<>]*>", re.IGNORECASE)
"""HTML that only formats. Anything else in angle brackets (`<|im_start|>`, `<s>`, `<company>`) is text."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FRONT_KEY = re.compile(r"[A-Za-z_][\w .-]*:(\s|$)")
_WRAPPER = re.compile(r"\A\s*```(?:markdown|md)[ \t]*\n(.*?)(?:\n```[ \t]*)?\s*\Z", re.DOTALL)


def read(data: bytes, name: str) -> Reading:
    text, warnings = decode(data, name)
    return parse(text, warnings)


def parse(text: str, warnings: Sequence[str] = ()) -> Reading:
    wrapped = _WRAPPER.match(text)
    offset = 1 if wrapped else 0
    body, metadata, skipped = front_matter(wrapped.group(1) if wrapped else text)
    tokens = _parser().parse(body)
    reading = Reading(metadata=metadata, warnings=list(warnings))
    if not any(token.type == "heading_open" for token in tokens):
        from synthforge.sources import plain

        flat = plain.parse(body, reading.warnings, first_line=offset + skipped + 1)
        return Reading(flat.blocks, {**flat.metadata, **metadata}, flat.warnings)
    walk = _Walk(first_line=offset + skipped + 1)
    reading.blocks = list(walk.blocks(tokens))
    if walk.images:
        reading.warnings.append(f"{walk.images} images were left out; text inside images is not read")
    return reading


def _parser() -> MarkdownIt:
    """CommonMark and tables, without indented code: what is indented is far more often wrapped prose."""
    return MarkdownIt("commonmark").enable("table").disable("code")


def front_matter(text: str) -> tuple[str, dict[str, str], int]:
    """The body, the flattened front matter, and how many lines it took; the opening `---` may be missing."""
    lines = text.split("\n")
    opened = bool(lines) and lines[0].rstrip() == "---"
    if not opened and not _FRONT_KEY.match(lines[0]):
        return text, {}, 0
    first = 1 if opened else 0
    end = next((i for i in range(first, min(len(lines), 400)) if lines[i].rstrip() in ("---", "...")), None)
    if end is None:
        return text, {}, 0
    try:
        loaded = yaml.load("\n".join(lines[first:end]), Loader=_FrontMatter)
    except (yaml.YAMLError, RecursionError):
        return text, {}, 0
    if not isinstance(loaded, dict):
        return text, {}, 0
    return "\n".join(lines[end + 1 :]), dict(_leaves(loaded)), end + 1


class _FrontMatter(yaml.BaseLoader):
    """Strings only, and no aliases: a few lines of them can stand for millions of values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def _leaves(tree: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _leaves(value, str(name).strip().lower().replace("-", "_").replace(" ", "_"))
    elif isinstance(tree, str) and key:
        yield key, fold(tree)


class _Walk:
    """One pass over markdown-it's flat token list."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.images = 0

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
        if heading:
            if any(c.isalnum() for c in text):
                yield Block("heading", fold(text), heading, place)
        elif depth:
            if fold(text):
                yield Block("item", "  " * (depth - 1) + marker + fold(text), depth, place)
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
                    self.images += 1
                case "html_inline":
                    parts.append(strip_html(child.content))
        return "".join(parts)

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
    text = _COMMENT.sub("", text)

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
