"""Plain text to blocks: paragraphs from blank lines, headings from numbers, capitals and underlines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from synthforge.readers.encoding import decode
from synthforge.records import Locator
from synthforge.sections.blocks import (
    LABEL,
    Block,
    Reading,
    ends_sentence,
    fold,
    solid,
    unwrap,
    words,
)
from synthforge.sections.furniture import running_heads
from synthforge.sections.numbering import Label, label, reads_as_heading

_ITEM = re.compile(r"([-*•–◦▪]|\(?[a-z0-9]{1,3}[.)]|\([A-Za-z0-9ivx]{1,4}\))[ \t]+\S")
_RULE = re.compile(r"([=\-~^\"'#*+_.:`])\1{2,}\s*\Z")
_SECTION = re.compile(r"(?:SECTION|SEC\.) (?!.*[a-z])")
"""`SEC. 2. DUTIES.`: in bills a heading of a section ends in a full stop, and is in capitals."""
_UNIT = re.compile(r"(?i:(?:sub)?(?:title|chapter|part)) \w{1,6}[—–‐]")
"""`Subpart B—Duties` as the last line before a blank one."""
_NUMBER_ALONE = re.compile(r"\s*(\d{1,4})\s*\Z")
_PREFIX_ALONE = re.compile(r"\s*([IVX]{1,5}|[A-Z]|\d{1,2}(?:\.\d{1,2})*)\.\s*\Z")


def read(data: bytes, name: str) -> Reading:
    text, warnings = decode(data, name)
    if text.lstrip()[:1] == "<":
        from synthforge.readers import html  # which reads the text of <pre> with this module

        if html.is_page(text):
            return html.parse(text, [*warnings, f"{name} is an HTML page and was read as one"])
    return parse(text, warnings)


def parse(text: str, warnings: Sequence[str] = (), first_line: int = 1) -> Reading:
    """`visible` is every character of the text; `first_line` is the line of the file where it starts."""
    reading = Reading(warnings=list(warnings), visible=solid(text))
    lines = list(_numbered(text, first_line))
    heads = running_heads([fold(line) for _, line in lines], paged="\f" in text)  # while page numbers are there
    lines = _without_running_heads(_without_line_numbers(lines, reading), heads, reading)
    scale = _Scale()
    for paragraph in _paragraphs(_joined_prefixes(lines)):
        rules = [line for _, line in paragraph if _RULE.match(line.strip())]
        reading.drop("rules", "".join(rules))
        if not reading.blocks and not rules and _is_front(paragraph):
            reading.blocks.extend(Block("paragraph", fold(line), 1, Locator(line=place)) for place, line in paragraph)
        else:
            reading.blocks.extend(_read_paragraph(paragraph, scale))
    return reading


def reads_as_text(text: str) -> bool:
    """Whether text that was laid out with blanks is prose and not a listing: lines of words, few other signs."""
    lines = [line for line in text.split("\n") if line.strip()]
    size = solid(text)
    if words(text) < 8 or words(text) < 3 * len(lines):
        return False
    coded = sum(1 for line in lines if line.rstrip().endswith(("{", "}", "{}", ");", "\\")) or " = " in line)
    letters = sum(map(str.isalnum, text)) + sum(text.count(mark) for mark in ",.;:'’“”()-§")
    return letters >= 0.9 * size and coded <= 0.1 * len(lines)


_LONGEST_HEADING = 200

Line = tuple[int, str]


class _Scale:
    """Heading levels in the order of a text's first use: underline styles; then I., A., 1. and 1.1."""

    def __init__(self) -> None:
        self.rules: list[str] = []
        self.forms: list[str] = []

    def rule(self, style: str) -> int:
        if style not in self.rules:
            self.rules.append(style)
        return self.rules.index(style) + 1

    def number(self, read: Label) -> int:
        if read.form not in self.forms:
            self.forms.append(read.form)
        return 2 + self.forms.index(read.form) + read.number.count(".")


def _numbered(text: str, first_line: int) -> Iterator[Line]:
    """Lines as an editor counts them; a form feed starts a line on the page, not in the file."""
    for place, line in enumerate(text.split("\n"), first_line):
        for piece in line.split("\f"):
            yield place, piece


def _without_line_numbers(lines: list[Line], reading: Reading) -> list[Line]:
    """Line-numbered drafts: at least 30 lines that hold nothing but the next number."""
    found, expected = list[Line](), 1
    for line in lines:
        number = _NUMBER_ALONE.match(line[1])
        if number and expected <= int(number.group(1)) <= expected + 3:
            found.append(line)
            expected = int(number.group(1)) + 1
    if len(found) < 30:
        return lines
    reading.drop("line numbers", "".join(line for _, line in found))
    reading.warnings.append(f"{len(found)} printed line numbers were left out, from line {found[0][0]}")
    numbers = set(found)
    return [line for line in lines if line not in numbers]


def _without_running_heads(lines: list[Line], heads: set[str], reading: Reading) -> list[Line]:
    dropped = [line for line in lines if fold(line[1]) in heads] if heads else []
    if not dropped:
        return lines
    reading.drop("running heads", "".join(line for _, line in dropped))
    reading.warnings.append(f"{len(dropped)} repeated running heads were left out, the first in line {dropped[0][0]}")
    return [line for line in lines if fold(line[1]) not in heads]


def _joined_prefixes(lines: list[Line]) -> Iterator[Line]:
    """`III.` alone on its line belongs to the heading on the next one."""
    prefix: Line | None = None
    for place, line in lines:
        if prefix and line.strip():
            yield prefix[0], f"{prefix[1].strip()} {line.strip()}"
            prefix = None
        elif prefix:
            yield prefix
            yield place, line
            prefix = None
        elif _PREFIX_ALONE.match(line):
            prefix = (place, line)
        else:
            yield place, line
    if prefix:
        yield prefix


def _paragraphs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Runs of non-blank lines."""
    for blank, run in groupby(lines, key=lambda line: not line[1].strip()):
        if not blank:
            yield list(run)


def _is_front(lines: list[Line]) -> bool:
    """The lines at the top of a page: short ones, `Label: value` among them, each a line of its own."""
    labelled = sum(1 for _, line in lines if LABEL.match(line.strip()))
    return labelled >= 1 and len(lines) >= 2 and all(len(line) < 90 and not ends_sentence(line) for _, line in lines)


def _read_paragraph(lines: list[Line], scale: _Scale) -> Iterator[Block]:
    """One paragraph may hold underlined headings, headings without a blank line after them, and items."""
    held: list[Line] = []
    width = max(len(text.strip()) for _, text in lines)
    runs_on = len(lines) > 1 and lines[1][1].lstrip()[:1].islower()
    for i, (place, text) in enumerate(lines):
        line = text.strip()
        rule = _RULE.match(line)
        alone = len(lines) == 1 or (i == len(lines) - 1 and _UNIT.match(line) is not None)
        if rule and len(held) == 1 and len(line) >= 0.6 * min(len(held[0][1].strip()), 60):
            yield Block("heading", fold(held[0][1]), scale.rule(rule.group(1)), Locator(line=held[0][0]))
            held = []
        elif rule:
            yield from _flush(held)
            held = []
        elif level := _heading(line, scale, alone, i == 0 and not runs_on, width > 60 and len(line) < 0.6 * width):
            yield from _flush(held)
            held = []
            yield Block("heading", fold(text), level, Locator(line=place))
        else:
            if held and _ITEM.match(line):
                yield from _flush(held)
                held = []
            held.append((place, text))
    yield from _flush(held)


def _flush(held: list[Line]) -> Iterator[Block]:
    if not held:
        return
    place = Locator(line=held[0][0])
    first = held[0][1]
    if _ITEM.match(first.strip()):
        depth = (len(first) - len(first.lstrip())) // 2
        yield Block("item", fold(" ".join(text for _, text in held)), depth + 1, place)
    else:
        for text in unwrap(text for _, text in held):
            yield Block("paragraph", text, 1, place)


def _heading(text: str, scale: _Scale, alone: bool, first: bool, short: bool) -> int:
    """The level of a line that is a heading, else 0.

    A heading stands alone, opens its paragraph with a dotted number, or is much shorter than the other lines.
    """
    if len(text) > _LONGEST_HEADING:
        return 0
    read = label(text)
    if read.form in ("number", "roman", "letter"):
        set_off = alone or (first and "." in read.number) or (short and not read.number.isdigit())
        title = read.title.rstrip(".") if alone and _SECTION.match(text) else read.title
        return scale.number(read) if set_off and reads_as_heading(title) else 0
    if read.form in ("legal", "label") and alone and reads_as_heading(text.rstrip(".")):
        return 1 + read.rank
    letters = [c for c in text if c.isalpha()]
    capitals = len(letters) >= 4 and text.upper() == text and reads_as_heading(text.rstrip(":"))
    return 1 if capitals and (alone or (short and first)) else 0
