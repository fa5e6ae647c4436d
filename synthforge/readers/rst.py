"""reStructuredText to blocks: markup becomes plain text first, then the rules for plain text apply."""

import re
from collections.abc import Iterator, Sequence

from synthforge.readers import plain
from synthforge.readers.encoding import decode
from synthforge.records import Locator
from synthforge.sections.blocks import Block, Reading, fold, solid

_DIRECTIVE = re.compile(r"\s*\.\.\s+(?:\|[^|]+\|\s+)?([\w:-]+)::(?:\s+(.*))?$")
_FOOTNOTE = re.compile(r"(\s*)\.\.\s+(\[[^\]]+\]\s.*)$")
_TARGET = re.compile(r"\s*(?:\.\.\s+_|__\s)")
_COMMENT = re.compile(r"\s*\.\.(?:\s|$)")
_FIELD = re.compile(r"\s*:([\w:. -]+):(?:\s+(.*))?$")
_ROLE = re.compile(r":[\w.+-]+(?::[\w.+-]+){0,3}:`([^`]+)`")
_LINK = re.compile(r"`([^`<]+)<[^`>]+>`__?")
_LITERAL = re.compile(r"``([^`]+)``")
_PLAIN = re.compile(r"(?<![\w`])`([^`]+)`_{0,2}")
_STRONG = re.compile(r"(?<![\w*])(\*\*|\*)(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_CELL = re.compile(r"(\s*)(?:\*\s+)?-(?:\s+(.*))?$")
_LISTINGS = frozenset("code code-block sourcecode math parsed-literal prompt productionlist doctest".split())
_UNSEEN = frozenset("toctree contents image index meta raw include literalinclude highlight currentmodule".split())


def read(data: bytes, name: str) -> Reading:
    """`visible` is what a renderer shows, and comments: an author may have meant one as a directive."""
    text, warnings = decode(data, name)
    flat = _Flat(text.split("\n"))
    reading = plain.parse("\n".join(flat.lines), warnings)
    reading.blocks = sorted([*reading.blocks, *flat.blocks], key=lambda block: block.locator.line or 0)
    reading.metadata = flat.fields
    reading.visible += sum(solid(block.text) for block in flat.blocks)
    if flat.comments:
        comments = [line for _, line in flat.comments]
        reading.visible += solid("".join(comments))
        reading.drop("comments", "".join(comments))
        reading.warnings.append(f"{len(comments)} lines of comments were left out, from line {flat.comments[0][0]}")
    if flat.images:
        count, first = len(flat.images), flat.images[0]
        reading.warnings.append(
            f"{count} images were left out, the first in line {first}; text inside images is not read"
        )
    return reading


class _Flat:
    """The text without markup, line for line, and the listings and tables taken out of it."""

    def __init__(self, source: Sequence[str]) -> None:
        self.source = source
        self.lines: list[str] = []
        self.blocks: list[Block] = []
        self.comments: list[tuple[int, str]] = []
        self.fields: dict[str, str] = {}
        self.images: list[int] = []
        self.begun = False  # whether there was text
        while len(self.lines) < len(source):
            self._read(source[len(self.lines)])

    def _read(self, line: str) -> None:
        bare = line.strip()
        if bare.startswith(("..", "__ ")):
            self._explicit(line)
        elif bare.startswith(":") and (field := _FIELD.match(line)):
            self._field(field.group(1), field.group(2) or "")
        elif bare.endswith("::"):
            self._show(inline(line.rstrip()[:-1]))
            self._listing(line)
        else:
            self._show(inline(line) if bare else "")

    def _explicit(self, line: str) -> None:
        """What starts with two dots: a directive, a footnote, a target, or a comment."""
        if directive := _DIRECTIVE.match(line):
            self._directive(directive.group(1), directive.group(2) or "", line)
        elif footnote := _FOOTNOTE.match(line):
            self._show(inline("".join(footnote.groups())))
        elif _TARGET.match(line):
            self.lines.append("")
        elif _COMMENT.match(line):
            self._comment(line)
        else:
            self._show(inline(line))

    def _show(self, line: str) -> None:
        self.lines.append(line)
        self.begun = self.begun or bool(line)

    def _directive(self, name: str, argument: str, line: str) -> None:
        """An admonition shows its text, a listing what it lists; others say something to the renderer only."""
        unseen = name in (*_LISTINGS, *_UNSEEN, "list-table", "figure")
        number = len(self.lines) + 1
        self._show("" if unseen else inline(argument))
        while len(self.lines) < len(self.source) and (option := self.source[len(self.lines)]).strip():
            if not _FIELD.match(option) or _indent(option) <= _indent(line):
                break
            self.lines.append("")
        if name in ("image", "figure"):
            self.images.append(number)
        if name in _LISTINGS:
            self._listing(line)
        elif name == "list-table":
            self.blocks += _rows(self._below(line))
        elif name in _UNSEEN:
            self._below(line)

    def _comment(self, line: str) -> None:
        number = len(self.lines) + 1
        self.lines.append("")
        found = [(number, line.strip().removeprefix("..")), *self._below(line)]
        self.comments += [(place, text) for place, text in found if text.strip()]

    def _field(self, name: str, text: str) -> None:
        """Fields at the very top are about the document; below, they are its text."""
        if self.begun:
            self._show(inline(f"{name}: {text}" if text else f"{name}:"))
            return
        self.lines.append("")
        self.fields[name.strip().lower().replace(" ", "_")] = fold(text)

    def _listing(self, line: str) -> None:
        body = self._below(line)
        shown = [text for _, text in body]
        if any(map(str.strip, shown)):
            margin = min(_indent(text) for text in shown if text.strip())
            listing = "\n".join(text[margin:].rstrip() for text in shown).strip("\n")
            number = next(place for place, text in body if text.strip())
            self.blocks.append(Block("code", listing, 1, Locator(line=number)))

    def _below(self, line: str) -> list[tuple[int, str]]:
        """Take what is indented below a line out of the text."""
        first = last = len(self.lines)
        while last < len(self.source) and (not self.source[last].strip() or _indent(self.source[last]) > _indent(line)):
            last += 1
        self.lines += [""] * (last - first)
        return list(enumerate(self.source[first:last], first + 1))


def _rows(body: Sequence[tuple[int, str]]) -> Iterator[Block]:
    """The rows of a list-table: `* -` opens a row, `-` at the same depth a cell."""
    rows: list[tuple[int, list[list[str]]]] = []
    depth = 0
    for number, line in body:
        opens = line.lstrip().startswith("* ")
        cell = _CELL.match(line)
        if cell and opens and (not rows or _indent(line) <= depth):
            depth = _indent(line)
            rows.append((number, [[cell.group(2) or ""]]))
        elif cell and rows and _indent(line) == depth + 2:
            rows[-1][1].append([cell.group(2) or ""])
        elif rows:
            rows[-1][1][-1].append(line.strip())
    for place, (number, cells) in enumerate(rows):
        text = " | ".join(inline(fold(" ".join(cell))) for cell in cells)
        yield Block("row", text, 2 if place else 1, Locator(line=number))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def inline(text: str) -> str:
    text = _ROLE.sub(lambda found: _shown(found.group(1)), text)
    text = _LINK.sub(lambda found: found.group(1).rstrip(), text)
    text = _LITERAL.sub(r"\1", text)
    text = _PLAIN.sub(r"\1", text)
    return _STRONG.sub(r"\2", text)


def _shown(role: str) -> str:
    """`Title <target>` shows the title, `~.Module.heat` the name without its sign."""
    title = role[: role.rindex("<")].rstrip() if role.endswith(">") and "<" in role else ""
    return (title or role).lstrip("~!.")
