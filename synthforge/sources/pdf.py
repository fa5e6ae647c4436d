"""PDF to blocks: page furniture removed, paragraphs rejoined, headings by size, weight and number."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthforge.records import Locator
from synthforge.sources.blocks import Block, Reading, ends_sentence, fold
from synthforge.sources.numbering import label, reads_as_heading
from synthforge.sources.pdf_lines import Line, Page, pages

_BULLET = re.compile(r"([•▪◦‣●○■–-]|\(?[a-z0-9]{1,3}[.)]|\([A-Z]\))\s+\S")
_FEWEST = 20
"""Characters below which a page counts as scanned."""


def read(data: bytes, name: str) -> Reading:
    found = pages(data, name)
    reading = Reading()
    for page in found:
        if sum(len(line.text.strip()) for line in page.lines) < _FEWEST:
            reading.warnings.append(f"page {page.number} of {name} has no text: needs OCR")
    kept, heads = _without_furniture(found)
    body = _style(kept).size
    large = [line for page in found[:1] for line in page.lines if line not in kept and line.size > 1.3 * body]
    if large:
        reading.metadata["title"] = fold(" ".join(line.text.replace(" | ", " ") for line in large))
    if heads:
        count = sum(heads.values())
        reading.warnings.append(
            f"{name}: {count} lines of page furniture were left out (such as '{next(iter(heads))[:60]}')"
        )
        reading.metadata["running_head"] = " · ".join(list(heads)[:4])
    vocabulary = Counter(word.lower() for line in kept for word in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", line.text))
    reading.blocks = list(_blocks(kept, vocabulary))
    return reading


# --- furniture ------------------------------------------------------------------------------------------


_DRIFT = 8.0
"""Points by which a running head may move up or down from page to page."""


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text)).lower()


def _edges(page: Page) -> list[Line]:
    """Lines that may be furniture: the outermost by height on the page."""
    ordered = sorted(page.lines, key=lambda line: -line.top)
    return [*ordered[:4], *ordered[4:][-4:]]


def _without_furniture(found: Sequence[Page]) -> tuple[list[Line], dict[str, int]]:
    """Drop lines that recur, digits aside, at one height of the edge on half the pages (at least two)."""
    heights: dict[str, list[float]] = {}
    for page in found:
        for line in _edges(page):
            heights.setdefault(_key(line), []).append(line.top)
    least = max(2, (sum(1 for page in found if page.lines) + 1) // 2)
    usual = {key: sorted(tops)[len(tops) // 2] for key, tops in heights.items()}
    repeated = {key for key, tops in heights.items() if sum(abs(top - usual[key]) < _DRIFT for top in tops) >= least}
    kept: list[Line] = []
    heads: dict[str, int] = {}
    for page in found:
        for line in page.lines:
            key = _key(line)
            if key in repeated and abs(line.top - usual[key]) < _DRIFT:
                heads[fold(line.text)] = heads.get(fold(line.text), 0) + 1
            else:
                kept.append(line)
    return kept, heads


# --- headings and paragraphs ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Style:
    """What the running text looks like, against which headings stand out."""

    size: float
    bold: bool
    width: float
    sizes: tuple[float, ...]


def _style(lines: Sequence[Line]) -> _Style:
    sizes, bold = Counter[float](), Counter[bool]()
    for line in lines:
        sizes[line.size] += len(line.text)
        bold[line.bold] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    widths = sorted(line.right - line.left for line in lines if line.size == body)
    larger = sorted({line.size for line in lines if line.size > body * 1.08}, reverse=True)
    return _Style(body, bold[True] > bold[False], widths[int(len(widths) * 0.9)] if widths else 400.0, tuple(larger))


def _blocks(lines: Sequence[Line], vocabulary: Counter[str]) -> Iterator[Block]:
    style = _style(lines)
    held: list[Line] = []
    heading = 0
    for line in lines:
        level = _heading(line, style, held[-1] if held and not heading else None)
        if held and not (
            _same_heading(held[-1], line, style)
            if heading and level
            else not heading and not level and _continues(held, line, style)
        ):
            yield _finished(held, heading, vocabulary)
            held = []
        if not held:
            heading = level
        held.append(line)
    if held:
        yield _finished(held, heading, vocabulary)


def _heading(line: Line, style: _Style, before: Line | None) -> int:
    """A level from 1, or 0 for running text: larger sizes first, then bold, then numbered in body type."""
    text = fold(line.text)
    if line.cells > 1 or sum(c.isalpha() for c in text) < 0.5 * len(text.replace(" ", "")) or len(text) > 160:
        return 0
    numbered = label(text)
    titled = numbered.form in ("number", "label", "legal", "roman", "letter") and reads_as_heading(
        numbered.title or text
    )
    if line.size > style.size * 1.08 and not text.endswith((",", ";")):
        return 1 + style.sizes.index(line.size)
    stands_out = line.bold and not style.bold and len(text.split()) <= 22 and not text.endswith((".", ",", ";"))
    if (stands_out and not _BULLET.match(text)) or (stands_out and titled):
        return 2 + len(style.sizes) + (numbered.number.count(".") if numbered.form == "number" else 0)
    ended = before is None or ends_sentence(before.text) or line.gap > 0.9 * style.size
    if titled and "." in numbered.number and ended and line.right - line.left < 0.8 * style.width:
        return 3 + len(style.sizes) + numbered.number.count(".")
    return 0


def _same_heading(last: Line, line: Line, style: _Style) -> bool:
    """The second line of a heading that did not fit on one."""
    return (
        last.page == line.page
        and abs(last.size - line.size) < 0.3
        and last.bold == line.bold
        and line.gap < 0.8 * line.size
        and label(fold(line.text)).form == "words"
        and last.right - last.left > 0.55 * style.width
    )


def _continues(held: Sequence[Line], line: Line, style: _Style) -> bool:
    """Whether a line goes on with the paragraph: no marker of its own, no gap, a full line before."""
    last = held[-1]
    if line.cells > 1 or last.cells > 1 or _BULLET.match(line.text.strip()) or abs(last.size - line.size) > 1.5:
        return False
    form = label(line.text.strip())
    if form.form == "number" and "." in form.number and ends_sentence(last.text):
        return False
    if last.page != line.page:
        return (
            not ends_sentence(last.text) and not last.text.rstrip().endswith(":") and line.text.lstrip()[:1].islower()
        )
    if line.gap > 0.9 * style.size or line.gap < -3 * style.size:
        return False
    full = last.right - held[0].left > 0.7 * style.width
    return full or (
        not (ends_sentence(last.text) or last.text.rstrip().endswith(":")) and line.text.lstrip()[:1].islower()
    )


def _finished(held: Sequence[Line], heading: int, vocabulary: Counter[str]) -> Block:
    text = _joined([line.text for line in held], vocabulary)
    place = Locator(page=held[0].page)
    if heading and len(text) <= 240 and not (text.endswith(".") and len(text.split()) > 8):
        return Block("heading", text, heading, place)
    if held[0].cells > 1:
        return Block("row", text, 1, place)
    if _BULLET.match(text):
        return Block("item", re.sub(r"^[•▪◦‣●○■–]\s+", "- ", text), 1, place)
    return Block("paragraph", text, 1, place)


_BREAK = re.compile(r"([A-Za-z]{1,40})(?:\ufffe|[\u00ad\x02]|-[ \t]*\n|\ufffe\n)[ \t]*([a-z]+)")


def _joined(lines: Sequence[str], vocabulary: Counter[str]) -> str:
    """One line of text; a word divided at a line end is rejoined as the rest of the document writes it."""

    def rejoin(match: re.Match[str]) -> str:
        first, second = match.group(1), match.group(2)
        hyphenated = vocabulary[f"{first}-{second}".lower()]
        return f"{first}-{second}" if hyphenated > vocabulary[f"{first}{second}".lower()] else f"{first}{second}"

    text = _BREAK.sub(rejoin, "\n".join(line.strip() for line in lines))
    return fold(text.replace("\ufffe", "-"))
