"""Numbered paragraphs (`4.1 Any IP created…`) that continue the outline become headings; other numbers stay text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice

from synthforge.sections.blocks import Block, Reading
from synthforge.sections.numbering import dotted, label

LEVEL = 100
"""Numbered paragraphs stand below every heading of the format's own, but those of their own row."""

_MISSING = 2
"""How far a number may be ahead of the one before it: one left out does not end a sequence."""

_AHEAD = 64
"""Numbers of the same row that are looked at for what comes next."""

_QUOTED = "\"'`“”„‘’‚«»‹›「『《〈([（［¿¡"

_UNITS = frozenset(
    """
    s sec secs second seconds min mins minute minutes h hr hrs hour hours day days week weeks month months year years
    ng µg μg mcg mg g kg t lb lbs oz ton tons tonne tonnes µl μl µL μL ml mL l L litre litres liter liters
    nm µm μm mm cm m km inch inches ft foot feet mile miles yard yards metre metres meter meters
    C F K degrees bar mbar psi Pa hPa kPa MPa N kN J kJ mV V kV mA W kW MW Hz kHz MHz GHz rpm ppm ppb mol mmol
    bit bits byte bytes kB KB MB GB TB KiB MiB GiB x fold times percent per hundred thousand million billion trillion
    Sekunden Minuten Stunde Stunden Tag Tage Tagen Woche Wochen Monate Monaten Jahr Jahre Jahren Prozent Grad
    Millionen Milliarden heure heures jour jours semaine semaines mois année années hora horas día días semana semanas
    meses año años ora ore giorni settimane uur dagen weken
    мг г кг мл л мм см м км ч час часа часов мин минут минуты дня дней недель месяца лет года раза млн
    秒 秒間 分 分間 時間 日 日間 週間 か月 年 年間 度 倍 小时 小時 分钟 分鐘 天 周 个月 个 毫克 公斤 毫升 毫米 厘米 米
    시간 분 초 일 주 개월 년 배 도 ساعة ساعات دقيقة دقائق يوم أيام घंटे मिनट दिन
    """.split()
)
"""Words that make a measurement of the number before them, as printed. `A` and `in` more often begin a sentence."""

_WORD = re.compile(r"[^\s/·.,;:)\]]+")
_NO_SPACES = re.compile("秒間?|分間|時間|日間|週間|か月|年間|倍|小时|小時|天|个月|毫克|公斤|毫升|毫米|厘米")
"""Units of scripts without blanks between words: what follows them is part of the same run of letters."""
_SIGN = re.compile(r"[%‰°℃℉×±·=/]|[€$£¥](?!\s?\d)|(?:[<>≤≥≈~+–—-]\s*|(?:to|or|and|bis|oder|und|à|до)\s+)\d")
"""`1.5 % of`, `1.5 × 10`, `1.5 € a copy`, `1.5 to 2.5 bar`."""


class _Opening(IntEnum):
    """How a numbered text begins, from the least to the most like a paragraph of its own."""

    MEASUREMENT = 0
    OTHER = 1
    CAPITAL = 2
    HEADING = 3


@dataclass
class _Row:
    """The numbers given right below one number, in document order; one that comes anew starts those below it again."""

    members: list["_Number"] = field(default_factory=list)
    below: dict[str, "_Row"] = field(default_factory=dict)
    latest: int = 0

    def at(self, path: Sequence[str]) -> "_Row":
        row = self
        for step in path:
            row = row.below.setdefault(step, _Row())
        return row


@dataclass(frozen=True)
class _Number:
    """The number that a block starts with, what follows it, and where it stands in its row."""

    path: tuple[str, ...]
    own: int
    rest: str
    opening: _Opening
    row: _Row
    place: int


def clauses(blocks: Sequence[Block], reading: Reading) -> Iterator[Block]:
    """The blocks, with a heading of its own for every numbered paragraph that continues the outline."""
    before: tuple[str, ...] = ()
    doubted: set[tuple[str, ...]] = set()
    for block, number in list(_numbered(blocks)):  # to its end first: what comes later counts as well
        if number is None or not _continues(number, before):
            if number is not None and number.path not in doubted and _doubtful(number, before):
                doubted.add(number.path)
                reading.warnings.append(_doubt(block, before))
            yield block
            continue
        number.row.latest, before = number.own, number.path
        if block.kind == "heading":
            yield block
        else:
            yield Block("heading", ".".join(number.path), LEVEL + len(number.path), block.locator)
            yield Block("paragraph", number.rest, 1, block.locator)


def _numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, _Number | None]]:
    """Each block with the number it starts with."""
    root = _Row()
    for block in blocks:
        number = None
        if block.kind == "heading" and (heading := label(block.text)).form == "number":
            number = _placed(heading.number, heading.title, _Opening.HEADING, root)
        elif block.kind in ("paragraph", "item") and (found := dotted(block.text.lstrip("-* "))):
            number = _placed(*found, _opening(*found), root)
        yield block, number


def _placed(text: str, rest: str, opening: _Opening, root: _Row) -> _Number:
    *above, own = text.split(".")
    row = root.at(above)
    if opening is _Opening.HEADING:
        row.below.pop(own, None)
    number = _Number((*above, own), int(own), rest, opening, row, len(row.members))
    row.members.append(number)
    return number


def _opening(number: str, rest: str) -> _Opening:
    word = _WORD.match(rest)
    if _SIGN.match(rest) or _NO_SPACES.match(rest) or (word and word.group() in _UNITS):
        return _Opening.MEASUREMENT
    if rest.lstrip(_QUOTED)[:1].isupper():
        return _Opening.CAPITAL
    figures = sum(map(str.isdigit, rest)) >= sum(map(str.isalpha, rest))
    return _Opening.MEASUREMENT if figures or number.startswith("0.") else _Opening.OTHER


def _continues(number: _Number, before: tuple[str, ...]) -> bool:
    """A capital needs only to be due. Any other opening needs a neighbour as well, and a measurement needs two."""
    due = 0 < number.own - number.row.latest <= _MISSING
    if not due or number.opening >= _Opening.CAPITAL:
        return due or number.opening is _Opening.HEADING
    measured = number.opening is _Opening.MEASUREMENT
    if measured and not number.own - 1 == number.row.latest > 0:
        return False
    ahead = _ahead(number)
    follows = ahead is not None and ahead.own > number.own
    if measured:
        return follows
    if follows:
        return number.row.latest > 0 or _opens(number, before)
    return ahead is None and _adjoins(number, before)


def _ahead(number: _Number) -> _Number | None:
    """The next number where it follows in the row, or this one where it comes again first, with a better opening."""
    for other in islice(number.row.members, number.place + 1, number.place + 1 + _AHEAD):
        better = other.own == number.own and other.opening > number.opening
        if better or other.own == number.own + 1:
            return other
        if other.own < number.own:
            break
    return None


def _adjoins(number: _Number, before: tuple[str, ...]) -> bool:
    """Whether it is the next of its row, and nothing outside of that row was numbered in between."""
    above = number.path[:-1]
    return number.own - 1 == number.row.latest > 0 and before[: len(above)] == above


def _opens(number: _Number, before: tuple[str, ...]) -> bool:
    """Whether a first number may come here: below its own chapter, in a chapter due next, or before all others."""
    *higher, chapter = above = number.path[:-1]
    depth = len(higher)
    if not before or before[: depth + 1] == above or not chapter.isdigit():
        return True
    reached = before[depth] if len(before) > depth and before[:depth] == tuple(higher) else "0"
    return reached.isdigit() and 0 < int(chapter) - int(reached) <= _MISSING


def _doubtful(number: _Number, before: tuple[str, ...]) -> bool:
    """Whether the sequence says paragraph, the wording says measurement, and nothing behind it decides."""
    return number.opening is _Opening.MEASUREMENT and _adjoins(number, before) and _ahead(number) is None


def _doubt(block: Block, before: tuple[str, ...]) -> str:
    text = block.text.strip()
    said = text if len(text) <= 60 else f"{text[:59]}…"
    return (
        f"{block.locator}: '{said}' may be a paragraph of its own or a measurement; "
        f"it was read as text of {'.'.join(before)}"
    )
