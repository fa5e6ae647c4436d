"""reStructuredText to blocks: markup becomes plain text first, then the rules for plain text apply."""

import re
from collections.abc import Iterator

from synthforge.records import Locator
from synthforge.sources import plain
from synthforge.sources.blocks import Block, Reading
from synthforge.sources.encoding import decode

_DIRECTIVE = re.compile(r"(\s*)\.\.\s+(?:\|[^|]+\|\s+)?([\w:-]+)::\s*(.*)$")
_COMMENT = re.compile(r"\s*\.\.(?:\s|$)")
_FIELD = re.compile(r"\s*:[\w:. -]+:(?:\s|$)")
_ROLE = re.compile(r":[\w:.+-]+:`([^`]+)`")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]+>`__?")
_LITERAL = re.compile(r"``([^`]+)``")
_PLAIN = re.compile(r"(?<![\w`])`([^`]+)`_{0,2}")
_STRONG = re.compile(r"(?<![\w*])(\*\*|\*)(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_TARGET = re.compile(r"^(.*?)\s*<[^<>]+>$")
_CODE = ("code", "code-block", "sourcecode", "literalinclude", "math", "parsed-literal", "image", "figure")


def read(data: bytes, name: str) -> Reading:
    text, warnings = decode(data, name)
    flattened, code = _flatten(text.split("\n"))
    reading = plain.parse("\n".join(flattened), warnings)
    blocks = [*reading.blocks, *code]
    reading.blocks = sorted(blocks, key=lambda block: block.locator.line or 0)
    return reading


def _flatten(lines: list[str]) -> tuple[list[str], list[Block]]:
    """The text without markup, line for line, and the listings taken out of it."""
    out: list[str] = []
    code: list[Block] = []
    literal: tuple[int, int, list[str]] | None = None
    skipping = -1
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if literal is not None:
            if not line.strip() or indent > literal[0]:
                literal[2].append(line)
                out.append("")
                continue
            code.extend(_listing(literal))
            literal = None
        if skipping >= 0 and line.strip() and indent > skipping:
            out.append("")
            continue
        skipping = -1 if line.strip() else skipping
        if found := _DIRECTIVE.match(line):
            out.append("" if found.group(2) in (*_CODE, "list-table", "toctree") else inline(found.group(3)))
            if found.group(2) in _CODE:
                literal = (indent, number + 1, [])
            elif found.group(2) == "toctree":
                skipping = indent
        elif _COMMENT.match(line):
            out.append("")
            skipping = indent
        elif _FIELD.match(line):
            out.append("")
        elif line.rstrip().endswith("::"):
            out.append(inline(line.rstrip()[:-1]))
            literal = (indent, number + 1, [])
        else:
            out.append(inline(line))
    if literal is not None:
        code.extend(_listing(literal))
    return out, code


def _listing(literal: tuple[int, int, list[str]]) -> Iterator[Block]:
    _, number, lines = literal
    body = [line for line in lines if not _FIELD.match(line)]
    if any(line.strip() for line in body):
        margin = min(len(line) - len(line.lstrip()) for line in body if line.strip())
        yield Block("code", "\n".join(line[margin:].rstrip() for line in body).strip("\n"), 1, Locator(line=number))


def inline(text: str) -> str:
    text = _ROLE.sub(lambda m: _TARGET.sub(r"\1", m.group(1)).lstrip("~!."), text)
    text = _LINK.sub(r"\1", text)
    text = _LITERAL.sub(r"\1", text)
    text = _PLAIN.sub(r"\1", text)
    return _STRONG.sub(r"\2", text)
