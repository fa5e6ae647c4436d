"""Reading quantities: every number that measures something, with its unit and the bound its wording sets."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from synthforge.meaning.references import references
from synthforge.meaning.units import CURRENCY, UNIT, canonical, measure

Comparator = Literal["=", "<=", ">=", "<", ">", "~"]
Kind = Literal["number", "range", "tolerance", "ordinal", "year"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: i for i, word in enumerate(_SMALL)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "m": 10**6,
    "k": 1000,
}
_ONES = "|".join(sorted(_VALUES, key=len, reverse=True))
_WORDED = rf"(?:{_ONES})(?:(?:[ -]|\s+and\s+)(?:{_ONES}|hundred|thousand|million|billion))*"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = rf"(?:(?:(?<![\w)\u00a4])[-+])?{_DIGITS}|(?i:{_WORDED})(?![A-Za-z]))"
_NUMERAL = re.compile(rf"\d|\b(?:{_ONES})", re.IGNORECASE)
_QUALIFIER = (
    r"(?i:consecutive|full|complete|continuous|additional|further|cumulative|total|successive"
    r"|uninterrupted|whole"
    r"|clear|or more|or less|or fewer|on-duty|driving|extra|other|such|unbroken|straight)"
)
_COMPOUND = rf"(?:\s?/\s?{UNIT}|\s+(?:per|an?|each)\s+{UNIT})"
_QUANTITY = re.compile(
    rf"(?P<currency>{CURRENCY})?(?<![A-Za-z\d\u00a4.])(?<!\d,)(?P<number>{_NUMBER})(?P<ordinal>(?:st|nd|rd"
    rf"|th)\b)?"
    rf"(?:\s*\((?P<again>{_NUMBER})\))?"
    rf"(?P<scale>[ -]?(?i:million|billion|thousand|hundred|bn)\b)?"
    rf"(?:[\s-]?(?:{_QUALIFIER}[\s-]){{0,3}}(?P<unit>{UNIT}{_COMPOUND}?))?"
)
_LONGEST = 60
"""Characters of a number; a longer row of digits measures nothing."""
_PLAIN = str.maketrans({
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f", " "),
    "\u00b5": "\u03bc", "\u00ba": "\u00b0", "\u2019": "'",
})  # fmt: skip

_FILL = (
    r"(?:\s+(?:an?|the|of|any|total|as|by|to|for|period|radius|distance|combined|maximum|another|least"
    r"|long))*"
)
_THAN = (
    r"(?:more|greater|longer|later|older|higher|larger|further|warmer|hotter|heavier|farther|faster|bigger)"
    r"\s+than"
)
_UNDER = r"(?:less|fewer|shorter|earlier|lower|smaller|younger|colder|cooler|lighter|slower|sooner)\s+than"
_NOT = r"\b(?:not|never|no|nor|without|n't|cannot|neither)\s+(?:to\s+)?(?:be\s+|been\s+)?"
_LEFT_WORDS: tuple[tuple[Comparator, str], ...] = (
    ("<=", rf"{_NOT}(?:exceed(?:ing|s|ed)?{_FILL}|{_THAN}{_FILL}|above|over|beyond|past"
           rf"|in excess of{_FILL}|surpass{_FILL})"),
    (">=", rf"{_NOT}(?:{_UNDER}{_FILL}|below|under|fall below|drop below)"),
    (">=", rf"\b(?:at least|at a minimum|minimum(?: of)?|min\.?|not less|no fewer|starting at){_FILL}"
           rf"|\u2265|>="),
    ("<=", rf"\b(?:at most|at a maximum|maximum(?: of)?|max\.?|up to|within|no later|limited to|limit of"
           rf"|limit is|capped at){_FILL}|\u2264|<="),
    (">", rf"\b(?:{_THAN}|exceed(?:s|ed|ing)?|in excess of|surpass(?:es|ed|ing)?){_FILL}|\b(?:over|above"
          rf"|beyond|after|past)(?:\s+the)?|>"),
    ("<", rf"\b{_UNDER}{_FILL}|\b(?:under|below|before|short of)(?:\s+the)?|<"),
    ("~", r"\b(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|some)|~|\u2248"),
)  # fmt: skip
_LEFT = [(comparator, re.compile(rf"(?i)(?:{words})\s*\Z")) for comparator, words in _LEFT_WORDS]
_BOUNDING = re.compile(
    r"than|exceed|excess|least|most|minimum|min\b|maxi|max\b|up to|within|later|less|fewer|limit|capped|starting"
    r"|surpass|over|above|beyond|after|past|under|below|before|short|about|appro|around|roughly|nearly|almost|circa|some"
    r"|[<>~\u2264\u2265\u2248]",
    re.IGNORECASE,
)
_RIGHT_WORDS: tuple[tuple[Comparator, str], ...] = (
    (">=", r"(?:or|and) (?:more|longer|greater|above|over|older|higher|later|larger|upwards?)|at (?:the "
           r"|a )?(?:very )?(?:least|minimum)|minimum"),
    ("<=", r"(?:or|and) (?:less|fewer|shorter|under|below|lower|earlier|smaller|younger|sooner)|at (?:the "
           r"|a )?(?:very )?(?:most|maximum)|at the latest|maximum|max|or within"),
)  # fmt: skip
_RIGHT = [(comparator, re.compile(rf"(?i)\s*,?\s*(?:{words})\b")) for comparator, words in _RIGHT_WORDS]
_INSIDE: dict[str, Comparator] = {"or more": ">=", "or less": "<=", "or fewer": "<="}
_RANGE = re.compile(r"\s*(?:-|to|through|up to|and)\s*\Z", re.I)
_CHANGE = re.compile(r"(?i)\b(?:reduced|increased|changed|raised|lowered|extended|went|moved) from\s*\Z")
_BETWEEN = re.compile(r"(?i)\bbetween\s*\Z")
_TOLERANCE = re.compile(r"\s*(?:\u00b1|\+/-|\+-|plus or minus)\s*\Z", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its canonical unit ('' for a bare count) and the bound its own words set.

    `start:end` covers number and unit as written, not the comparator's words. A range gives two quantities
    of kind `range` (">=" and "<="); a `tolerance` is the distance from another value ("± 2 °C", "to within
    2 °C of").
    """

    value: Decimal
    unit: str
    comparator: Comparator
    start: int
    end: int
    kind: Kind = "number"
    worded: bool = False
    """Written as a word ("three") and not also in digits."""

    @property
    def dimension(self) -> str:
        return measure(self.unit)[0]

    @property
    def size(self) -> Fraction:
        """The value in its dimension's base unit; comparable between quantities of one dimension."""
        return _size(self.value, self.unit)

    def equals(self, other: "Quantity") -> bool:
        """Same amount: 60 minutes equals 1 hour, 7 days equals 1 week, 11 hours never equals 11 days."""
        if self.unit == other.unit:
            return self.value == other.value
        return self.dimension == other.dimension and self.size == other.size


@lru_cache(maxsize=8192)
def _size(value: Decimal, unit: str) -> Fraction:
    return Fraction(value) * measure(unit)[1]


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text, in order. Dates, times, identifiers and list numbers are not among them."""
    if not _NUMERAL.search(text):
        return ()
    plain = text if text.isascii() else text.translate(_PLAIN)
    masked = _mask(plain)
    found = [quantity for match in _QUANTITY.finditer(masked) if (quantity := _read(plain, masked, match))]
    return tuple(_related(plain, found))


def _mask(text: str) -> str:
    """The text with every reference blanked out, so that offsets stay."""
    pieces, position = [], 0
    for reference in references(text):
        pieces.append(text[position : reference.start])
        pieces.append("\u00a4" * (reference.end - reference.start))
        position = reference.end
    return "".join([*pieces, text[position:]])


def _read(plain: str, masked: str, match: re.Match[str]) -> Quantity | None:
    if len(match["number"]) > _LONGEST:
        return None
    number = match["again"] if match["again"] and match["again"][0].isdigit() else match["number"]
    written = match["unit"] or match["currency"] or ""
    unit = canonical(re.sub(r"\s(?:an?|each)\s", " per ", written))
    worded = not match["number"].lstrip("+-")[0].isdigit() and not match["again"]
    if worded and match["number"].lower() == "one" and not unit:
        return None
    value = _value(number) * _SCALES.get((match["scale"] or "").strip(" -").lower(), 1)
    kind: Kind = "ordinal" if match["ordinal"] else "number"
    if not unit and not match["ordinal"] and re.fullmatch(r"(?:19|20)\d\d", number):
        kind = "year"
    inside = next((c for words, c in _INSIDE.items() if words in match.group().lower()), None)
    comparator = inside or _comparator(plain, masked, match.start(), match.end())
    if _TOLERANCE.search(plain, max(0, match.start() - 15), match.start()):
        kind = "tolerance"
    elif comparator == "<=" and _departs(plain, match.start(), match.end(), unit):
        kind = "tolerance"
    return Quantity(value, unit, comparator, match.start(), match.end(), kind, worded)


def _departs(text: str, start: int, end: int, unit: str) -> bool:
    """Whether "within X of" speaks of a distance from a value and not of a deadline."""
    if re.search(r"\bto within\s*\Z", text[max(0, start - 12) : start]):
        return True
    timely = measure(unit)[0] in ("time", "calendar", "business")
    return not timely and bool(re.search(r"\bwithin\s*\Z", text[:start])) and text[end:].lstrip().startswith("of ")


def _comparator(plain: str, masked: str, start: int, end: int) -> Comparator:
    left = plain[max(0, start - 48) : start]
    if _BOUNDING.search(left):  # most numbers follow none of these words
        for comparator, pattern in _LEFT:
            if pattern.search(left):
                return comparator
    right = masked[end : end + 24]
    return next((comparator for comparator, pattern in _RIGHT if pattern.match(right)), "=")


def _value(written: str) -> Decimal:
    if written.lstrip("+-")[0].isdigit():
        return Decimal(written.replace(",", "").lstrip("+"))
    total = current = 0
    for word in re.split(r"[\s-]+", written.lower()):
        scale = _SCALES.get(word, 0)
        if scale == 100:
            current = max(current, 1) * scale
        elif scale:
            total, current = total + max(current, 1) * scale, 0
        else:
            current += _VALUES.get(word, 0)
    return Decimal(total + current)


def _related(text: str, found: list[Quantity]) -> list[Quantity]:
    """Neighbours read together: the bounds of a range, a unit named once for a list, a tolerance's unit."""
    for i in range(len(found) - 1, 0, -1):
        low, high = found[i - 1], found[i]
        between = text[low.end : high.start]
        before = text[max(0, low.start - 24) : low.start]
        shares = not low.unit and bool(high.unit) and bool(re.fullmatch(r"\s*(?:-|to|or|and|,|through)\s*", between))
        if high.kind == "tolerance":
            found[i - 1] = replace(low, unit=low.unit or high.unit)
        elif shares:
            found[i - 1] = low = replace(low, unit=high.unit)
        if not _RANGE.match(between) or low.unit != high.unit or low.value >= high.value or _CHANGE.search(before):
            continue
        if between.strip().lower() != "and" or _BETWEEN.search(before):
            found[i - 1] = replace(low, comparator=">=", kind="range")
            found[i] = replace(high, comparator="<=", kind="range")
    return found
