"""The calibration's figure, as SVG: for each kind of mistake what was rejected, held, and slipped through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from synthforge.evaluation.intervals import Interval
from synthforge.report.text import bounds, percent

WIDTH, LABEL, EDGE, GAP = 1000, 210, 24, 28
"""Of the figure, its first column, its margin, and the space between two panels (SVG units)."""
ROW, BAR, TOP = 24, 14, 112
SHARE, COUNT = 52, 92
"""Right of a bar: where its share ends, and of how many that is."""

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-size: 17px; font-weight: 600 }
.muted { fill: #57606a } .end { text-anchor: end } .paper { fill: #ffffff }
.rejected { fill: #4a9cb8 } .held { fill: #b5dbe7 } .slipped { fill: #e58a5b } .passed { fill: #d3d8de }
.whisker { stroke: #1f2328; stroke-width: 1.5 } .rule { stroke: #d3d8de }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .muted { fill: #9aa4af } .paper { fill: #0d1117 } .rejected { fill: #2e86a3 }
  .held { fill: #1f4f60 } .slipped { fill: #c4642f } .passed { fill: #3b434c }
  .whisker { stroke: #ffffff } .rule { stroke: #3b434c }
}"""


@dataclass(frozen=True)
class Bar:
    """Counts by class (rejected, held, slipped or passed), in the order in which they are drawn; `share` is of what
    was stopped."""

    parts: tuple[tuple[str, int], ...]
    share: Interval


@dataclass(frozen=True)
class Row:
    """One line of bars, one a panel; None where there was nothing. A line above it sets it `apart`."""

    label: str
    bars: tuple[Bar | None, ...]
    apart: bool = False


def figure(title: str, panels: Sequence[str], rows: Sequence[Row]) -> str:
    """The figure; the colours follow the reader's light or dark scheme."""
    width = (WIDTH - EDGE - LABEL - GAP * (len(panels) - 1) - EDGE) / len(panels)
    height = TOP + ROW * len(rows) + ROW * sum(row.apart for row in rows) + EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        _text(EDGE, 34, title, "title"),
        *_legend(),
        *(line for at, name in enumerate(panels) for line in _head(name, _left(at, width), width)),
        *_rows(rows, width),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _left(panel: int, width: float) -> float:
    return EDGE + LABEL + panel * (width + GAP)


def _head(name: str, left: float, width: float) -> Iterator[str]:
    yield _text(left, TOP - 14, name)
    yield _text(left + width - COUNT + SHARE, TOP - 14, "stopped", "muted end")
    yield _text(left + width, TOP - 14, "of", "muted end")


def _legend() -> Iterator[str]:
    x = float(EDGE)
    words = (("rejected", "rejected"), ("held", "held for a person"), ("slipped", "slipped through"))
    for name, said in words:
        yield f'<rect class="{name}" x="{x:.1f}" y="49" width="{BAR}" height="{BAR}" rx="2"/>'
        yield _text(x + BAR + 6, 61, said, "muted")
        x += BAR + 26 + 7 * len(said)
    yield f'<line class="whisker" x1="{x:.1f}" x2="{x + 26:.1f}" y1="56" y2="56"/>'
    yield _text(x + 34, 61, "95 % interval of the share stopped", "muted")


def _rows(rows: Sequence[Row], width: float) -> Iterator[str]:
    y = float(TOP)
    for row in rows:
        if row.apart:
            yield f'<line class="rule" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y + 12:.1f}" y2="{y + 12:.1f}"/>'
            y += ROW
        yield _text(EDGE, y + BAR - 2, row.label)
        for at, bar in enumerate(row.bars):
            left = _left(at, width)
            if bar is None:
                yield _text(left, y + BAR - 2, "no example can carry it", "muted")
            else:
                yield from _bar(bar, left, y, width - COUNT)
        y += ROW


def _bar(bar: Bar, left: float, y: float, width: float) -> Iterator[str]:
    n = sum(count for _, count in bar.parts)
    x = left
    for name, count in bar.parts:
        if count:
            size = width * count / n
            hint = f"<title>{count:,} of {n:,} {name}</title>"
            yield f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{BAR}">{hint}</rect>'
            x += size
    if (known := bounds(bar.share)) is not None:
        share, low, high = known
        yield _line(left + width * low, left + width * high, y + BAR / 2, y + BAR / 2)
        yield from (_line(left + width * at, left + width * at, y + 3, y + BAR - 3) for at in (low, high))
        yield _text(left + width + SHARE, y + BAR - 2, percent(share), "end")
        yield _text(left + width + COUNT, y + BAR - 2, f"{n:,}", "muted end")


def _line(x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line class="whisker" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, said: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{escape(said)}</text>'
