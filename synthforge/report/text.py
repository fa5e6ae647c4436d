"""Markdown and plain-text building blocks that text out of documents cannot break."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from synthforge.evaluation.intervals import Interval

MARKUP = re.compile(r"[\\`*|~$]|(?<![^\W_])_|_(?![^\W_])|\](?=[\[(:])|!(?=\[)")
LEADING = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+#=>\[])")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
HIDDEN = ("Cc", "Cf", "Cs")
"""Unicode categories with no place in a report: controls and direction marks hide or reorder text."""


class Markdown(str):
    """Text that is Markdown already; every other string is escaped before it is shown."""


def flat(text: str) -> str:
    """One line, without control characters."""
    shown = (c for c in text if c.isspace() or unicodedata.category(c) not in HIDDEN)
    return " ".join("".join(shown).split())


def escape(text: object) -> Markdown:
    """Text as Markdown that shows it literally, in a paragraph or a list item."""
    if isinstance(text, Markdown):
        return text
    return Markdown(LEADING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", inline(text)))


def inline(text: object) -> Markdown:
    """The same where a line has begun already, as in a table cell: a leading `+` or `#` means nothing
    there."""
    if isinstance(text, Markdown):
        return text
    return Markdown(MARKUP.sub(lambda m: "\\" + m[0], flat(str(text))).translate(ENTITIES))


def code(text: str) -> Markdown:
    """An identifier as a code span; anything else escaped, because a code span cannot hold every text."""
    return Markdown(f"`{text}`") if re.fullmatch(r"[\w.:/%=+,{}()-]+( [\w.:/%=+,{}()-]+)*", text) else escape(text)


def bold(text: object) -> Markdown:
    return Markdown(f"**{escape(text)}**")


def fenced(text: str, language: str = "text") -> Markdown:
    """A block shown as it is, in a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = (flat(line) if line.strip() else "" for line in re.split(r"\r\n|\r|\n", text))
    return Markdown("\n".join([f"{fence}{language}", *lines, fence]))


def table(header: Sequence[object], rows: Sequence[Sequence[object]], at_most: int = 40) -> Markdown:
    """A table, numbers to the right, cut at `at_most` rows with a count of what was left out."""
    numeric = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    rule = ["---:" if number else "---" for number in numeric]
    lines = [header, [Markdown(mark) for mark in rule], *rows[:at_most]]
    text = "\n".join("| " + " | ".join(map(inline, line)) + " |" for line in lines)
    return Markdown(text + _left_out(len(rows) - at_most))


def _is_number(cell: object) -> bool:
    return bool(re.fullmatch(r"[-+–]?|[-+]?[\d,.]+( %| s)?( \[.*\])?", str(cell)))


def bullets(items: Sequence[object], at_most: int = 20) -> Markdown:
    """A list, cut with a count of what was left out."""
    return Markdown("\n".join(f"- {escape(item)}" for item in items[:at_most]) + _left_out(len(items) - at_most))


def _left_out(more: int) -> str:
    return f"\n\n… and {more:,} more, left out here." if more > 0 else ""


def section(title: str, *parts: str) -> Markdown:
    """A heading and what stands under it; '' when there is nothing to say."""
    said = [part for part in parts if part]
    return Markdown("\n\n".join([f"## {title}", *said])) if said else Markdown("")


def plain_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned columns for a terminal: the first to the left, the others to the right."""
    lines = [[flat(cell) for cell in line] for line in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = (
        [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))] for line in lines
    )
    return "\n".join("  ".join(line).rstrip() for line in aligned)


def number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}"


def share(part: float, whole: float) -> str:
    return percent(part / whole) if whole else "–"


def percent(value: float) -> str:
    """A share in per cent; nothing is rounded up to 100 or down to 0 that is not there."""
    return f"{_percent(value)} %"


def _percent(value: float) -> str:
    whole = f"{100 * value + 0.0:.0f}"
    return f"{100 * value:.1f}" if whole in ("0", "100") and value not in (0, 1) else whole


def bounds(metric: Interval | None) -> tuple[float, float, float] | None:
    """Value, low and high; None where nothing was there to score."""
    if metric is None or metric.value is None or metric.low is None or metric.high is None:
        return None
    return metric.value, metric.low, metric.high


def interval(metric: Interval | None) -> str:
    """A share with its 95 % interval: `82 % [75-88]`."""
    if (known := bounds(metric)) is None:
        return "–"
    value, low, high = known
    return f"{percent(value)} [{_percent(low)}-{_percent(high)}]"


def points(metric: Interval | None) -> str:
    """A difference of shares in percentage points, with its 95 % interval: `+79 [+72 to +86]`."""
    if (known := bounds(metric)) is None:
        return "–"
    value, low, high = (f"{round(100 * x):+d}" for x in known)
    return f"{value} [{low} to {high}]"


def seconds(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def counted(count: int, noun: str) -> str:
    """`1 example`, `2 examples`, `3 categories`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def clip(text: str, at_most: int = 400) -> str:
    """One line of at most so many characters, with a mark where it was cut."""
    line = flat(text)
    return line if len(line) <= at_most else f"{line[:at_most].rstrip()} … ({len(line) - at_most:,} more characters)"
