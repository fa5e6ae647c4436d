"""One pass over a page's tree, without recursion: text gathered between block boundaries becomes blocks."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from synthforge.readers import plain
from synthforge.readers.html_furniture import MARGINS, Attributes, LeftOut
from synthforge.readers.html_list import List, opened
from synthforge.readers.html_table import Rows, is_layout
from synthforge.readers.tags import INLINE, LINE
from synthforge.records import Locator
from synthforge.sections.blocks import LABEL, Block, fold, margin

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p pre search section"
    " summary table tbody td tfoot th thead tr ul".split()
)
_LISTS = frozenset("ul ol menu dir dl".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LONGEST_HEADING = 250
_LONGEST_ANCHOR = 200
_BLANK = re.compile(r"[ \t\n\r\f]+")
_LISTED = re.compile(r"(?:\(?[A-Za-z0-9]{1,4}[.)]|\([A-Za-z0-9]{1,4}\)|[-*•–◦▪]|\d+(?:\.\d+)+\.?)[ \u00a0]")


@dataclass
class _Line:
    """What stands between two line breaks, and the line of the file where it starts."""

    start: int = 0
    pieces: list[str] = field(default_factory=list)


class Walk:
    """Blocks of one subtree; each cell of a table is walked by a walk of its own."""

    def __init__(self, left_out: LeftOut, lined: bool, line: int = 1) -> None:
        self.left_out = left_out
        self.lined = lined
        self.line = line
        self.anchor = ""
        self.lines = [_Line()]
        self.level = 0  # of the last heading
        self.joining = False  # in a heading or a defined term, whose inner blocks are no boundaries
        self.term = ""
        self.lists: list[List] = []
        self.marker = ""
        self.main = 0  # open elements that hold the main text
        self.judged = 0  # open heads and feet that were kept
        self.listing: list[str] | None = None  # the text of an open <pre>
        self.first = 0  # its first line
        self.code = False
        self.raised = False
        self.linked = False

    def blocks(self, root: LexborNode) -> Iterator[Block]:
        opened: list[tuple[LexborNode, str, Attributes]] = []
        node = root.first_child
        while node is not None or opened:
            if node is None:
                node, tag, attributes = opened.pop()
                yield from self._leave(tag, attributes)
                node = node.next
                continue
            tag = node.tag or ""
            attributes = {} if tag[:1] in ("-", "") else node.attributes
            if (yield from self._enter(node, tag, attributes)):
                opened.append((node, tag, attributes))
                node = node.first_child
            else:
                node = node.next
        yield from self._flush()

    def _enter(self, node: LexborNode, tag: str, attributes: Attributes) -> Generator[Block, None, bool]:
        """Whether to go on to the node's children."""
        if tag == "-text":
            self._text(node.text_content or "")
        if tag[:1] in ("-", ""):
            return False
        if self._is_left_out(node, tag, attributes):
            return False
        if tag in _BLOCKS:
            yield from self._boundary()
        self._mark(tag, attributes)
        if tag == "table" and not is_layout(node, attributes.get("role") or ""):
            yield from self._table(node)
            return False
        if tag in _BLOCKS:
            self._open(node, tag, attributes)
        return True

    def _is_left_out(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        line = attributes.get(LINE) if self.lined and tag not in INLINE else None
        self.line = int(line) if line else self.line
        kind = self.left_out.kind(node, tag, attributes, self.main > 0, self.judged > 0)
        if kind:
            self.left_out.drop(kind, node, self.line)
        return bool(kind)

    def _mark(self, tag: str, attributes: Attributes) -> None:
        """What an element says without being a block: anchors, line breaks, images, quotes, superscripts."""
        anchor = attributes.get("id") or (attributes.get("name") if tag == "a" else "")
        if anchor and len(anchor) <= _LONGEST_ANCHOR:
            self.anchor = anchor
        match tag:
            case "br" if self.listing is not None:
                self.listing.append("\n")
            case "br":
                self.lines.append(_Line())
            case "img":
                self.left_out.images.append(self.line)
            case "q":
                self._append("“")
            case "sup":
                self.raised = True
            case "code":
                self.code = True
            case "a" if self.linked:  # two links side by side are two things
                self._append(" ")

    def _open(self, node: LexborNode, tag: str, attributes: Attributes) -> None:
        self.main += _is_main(tag, attributes)
        self.judged += tag in MARGINS
        if tag in _HEADINGS or tag == "dt":
            self.joining = True
        elif tag in _LISTS:
            self.lists.append(opened(node, tag, attributes))
        elif tag == "li":
            self.marker = (self.lists[-1] if self.lists else List()).marker(attributes.get("value"))
        elif tag == "pre" and self.listing is None:
            self.listing, self.first, self.code = [], self.line, False

    def _leave(self, tag: str, attributes: Attributes) -> Iterator[Block]:
        if tag == "q":
            self._append("”")
        self.raised = self.raised and tag != "sup"
        self.linked = tag == "a"
        if tag not in _BLOCKS:
            return
        self.main -= _is_main(tag, attributes)
        self.judged -= tag in MARGINS
        if tag in _HEADINGS:
            yield from self._heading(_HEADINGS[tag])
        elif tag == "dt":
            self._define()
        elif tag == "pre" and self.listing is not None:
            yield from self._preformatted("".join(self.listing))
        else:
            yield from self._boundary()
        if tag in _LISTS and self.lists:
            yield from self._undefined()
            self.lists.pop()
        if tag == "li":
            self.marker = ""

    def _text(self, text: str) -> None:
        text = text.replace("\u00ad", "")
        if self.listing is not None:
            self.listing.append(text)
        else:
            line = self.lines[-1]
            if not line.start and (words := text.lstrip(" \t\n\r\f")):
                line.start = self.line + text.count("\n", 0, len(text) - len(words))
            shown = _BLANK.sub(" ", text)
            line.pieces += ("^", shown) if self.raised and _is_exponent(line.pieces, shown) else (shown,)
        self.line += text.count("\n")
        self.raised = self.raised and not text.strip()
        self.linked = self.linked and not text

    def _append(self, text: str) -> None:
        (self.lines[-1].pieces if self.listing is None else self.listing).append(text)

    def _place(self, line: int) -> Locator:
        return Locator(line=line or self.line, pointer=f"#{self.anchor}" if self.anchor else None)

    def _boundary(self) -> Iterator[Block]:
        if self.listing is not None:
            self.listing.append("\n")
        elif self.joining:
            self._append(" ")
        else:
            yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        if len(self.lines) == 1 and not self.lines[0].pieces:
            return
        depth = max(len(self.lists), 1)
        for start, text in self._paragraphs():
            if not self.lists and not self.marker:
                yield Block("paragraph", text, 1, self._place(start))
                continue
            marker = self.term or ("" if _LISTED.match(text) else self.marker)
            self.left_out.added += 0 if self.term else len(marker.strip())
            self.marker = self.term = ""
            yield Block("item", f"{margin(depth)}{marker}{text}", depth, self._place(start))

    def _paragraphs(self) -> Iterator[tuple[int, str]]:
        """The gathered lines: broken where one is blank, or starts with a designator or a label; else joined."""
        lines = [(line.start, fold("".join(line.pieces))) for line in self.lines]
        self.lines, self.linked = [_Line()], False
        held, first = list[str](), 0
        for start, text in (*lines, (0, "")):
            if held and (not text or _LISTED.match(text) or LABEL.match(text)):
                yield first, " ".join(held)
                held = []
            if text:
                first = first if held else start
                held.append(text)

    def _joined(self) -> tuple[int, str]:
        found = list(self._paragraphs())
        self.joining = False
        return found[0][0] if found else 0, " ".join(text for _, text in found)

    def _heading(self, level: int) -> Iterator[Block]:
        start, text = self._joined()
        if len(text) > _LONGEST_HEADING or not any(map(str.isalnum, text)):
            if text:
                yield Block("paragraph", text, 1, self._place(start))
            return
        self.level = level
        yield Block("heading", text, level, self._place(start))

    def _define(self) -> None:
        """A term goes in front of its definition; several terms may share one."""
        term = self._joined()[1]
        if term:
            before = f"{self.term.rstrip(': ')}; " if self.term else ""
            self.term = f"{before}{term} " if term[-1] in ":.—–-" else f"{before}{term}: "

    def _undefined(self) -> Iterator[Block]:
        if self.term:
            depth, text = max(len(self.lists), 1), self.term.rstrip()
            self.term = ""
            yield Block("item", f"{margin(depth)}{text}", depth, self._place(0))

    def _table(self, table: LexborNode) -> Iterator[Block]:
        caption = table.css_first("caption")
        if caption is not None:
            text, place = self._cell(caption)
            if text:
                yield Block("paragraph", text, 1, place)
        rows = [row for row in table.css("tr") if not self._is_left_out(row, "tr", row.attributes)]
        table_rows = Rows(self._cell, self.left_out.may_repeat)
        yield from table_rows.blocks(rows)
        self.left_out.added += table_rows.spans.added

    def _cell(self, cell: LexborNode) -> tuple[str, Locator]:
        attributes = cell.attributes
        if self._is_left_out(cell, cell.tag or "", attributes):
            return "", self._place(0)
        self._mark(cell.tag or "", attributes)
        inner = Walk(self.left_out, self.lined, self.line)
        inner.anchor, inner.main, inner.judged = self.anchor, self.main, self.judged
        blocks = list(inner.blocks(cell))
        place = self._place(blocks[0].locator.line or 0) if blocks else self._place(0)
        self.line, self.anchor = inner.line, inner.anchor
        return " ".join(block.text.strip(" ") for block in blocks).replace("\n", " "), place

    def _preformatted(self, text: str) -> Iterator[Block]:
        """A listing, or a whole document that its author laid out with blanks: then headings are found in it."""
        self.listing = None
        if self.code or not plain.reads_as_text(text):
            listing = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
            if listing.strip():
                yield Block("code", listing, 1, self._place(self.first))
            return
        inner = plain.parse(text, first_line=self.first)
        self.left_out.inner.append(inner)
        below = self.level
        for block in inner.blocks:
            level = block.level + below if block.kind == "heading" else block.level
            yield replace(block, level=level, locator=self._place(block.locator.line or self.first))


def _is_main(tag: str, attributes: Attributes) -> bool:
    return tag in ("main", "article") or attributes.get("role") == "main"


def _is_exponent(before: list[str], text: str) -> bool:
    """10² is not 102, and 4th is not 4^th."""
    return text[:1] in "0123456789+-−n" and bool(before) and before[-1][-1:].isalnum() and text[:1] != ""
