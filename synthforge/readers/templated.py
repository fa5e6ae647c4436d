"""YAML that is a template (jinja, Helm) to YAML that parses: control lines go and are reported, text stays."""

import re
from collections.abc import Sequence

_MARK = re.compile(r"\{\{|\{%")
_LINE = re.compile(r"[ \t]*(?:\{\{.*\}\}|\{%.*%\}|\{#.*#\})[ \t]*$")
"""A line that is nothing but template: `{{% if product %}}`, `{{{ macro() }}}`."""
_OPENS = re.compile(r"( *+(?:- ++)*+)(?:[^\s#][^\n]*?:[ \t]++)?[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
"""A line that opens a block of literal text: `check: |-`."""
_VALUE = re.compile(r"( *+(?:- ++)*+(?:[^\s#\"'{\[][^:\n]*+:[ \t]++)?)(\{\{.*\}\})[ \t]*$")
"""A value that starts with braces, which YAML would read as a mapping: `replicas: {{ count }}`."""

_IF = re.compile(r"\{%-?\s*(?:if|for)\b")
_END = re.compile(r"\{%-?\s*end(?:if|for)\b")


def is_templated(text: str) -> bool:
    return bool(_MARK.search(text))


def plain(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with as many lines, and the template lines (number, text) that were blanked.

    A template line inside a block of text is moved in to stay a line of that text, as its author meant it.
    """
    lines, gone, block = text.split("\n"), list[tuple[int, str]](), _Block()
    for i, (line, below) in enumerate(zip(lines, _indents_below(lines), strict=True)):
        if not _LINE.match(line):
            lines[i] = block.passed(line, below)
        elif block.holds(line, below):
            lines[i] = line if _indent(line) >= block.margin else " " * block.margin + line.strip()
        else:
            gone.append((i + 1, line))
            lines[i] = ""
    return "\n".join(lines), gone


class _Block:
    """The block of literal text that is open, if one is: the least indent inside it, and that of its lines."""

    def __init__(self) -> None:
        self.least: int | None = None
        self.margin = 0
        self.conditions = 0

    def holds(self, line: str, below: int) -> bool:
        """Whether a template line is part of the text: it stands in it, the text goes on, or a condition ends."""
        if self.least is None:
            return False
        ends = bool(_END.search(line))
        if _indent(line) < self.least and below < self.least and not (ends and self.conditions):
            self.least = None
            return False
        self.conditions += bool(_IF.search(line)) - ends
        return True

    def passed(self, line: str, below: int) -> str:
        """Any other line; a value that starts with braces is quoted, since YAML would read a mapping."""
        if self.least is not None and line.strip() and _indent(line) < self.least:
            self.least = None
        if self.least is not None:
            return line
        if opened := _OPENS.match(line):
            bare = line.lstrip(" -")[:1] in ("|", ">")  # `- |`: the text stands behind the dash, not behind a key
            self.least = len(opened.group(1).rstrip(" ") if bare else opened.group(1)) + (not bare)
            self.margin, self.conditions = max(below, self.least), 0
        elif value := _VALUE.match(line):
            quoted = value.group(2).replace("'", "''")
            return f"{value.group(1)}'{quoted}'"
        return line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indents_below(lines: Sequence[str]) -> list[int]:
    """For every line, the indent of the next one below that is neither blank nor template; -1 at the end."""
    found, indent = [-1] * len(lines), -1
    for i in range(len(lines) - 1, -1, -1):
        found[i] = indent
        line = lines[i]
        if line.strip() and not _LINE.match(line):
            indent = _indent(line)
    return found
