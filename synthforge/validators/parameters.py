"""Process parameters: is a value of its parameter's dimension, and can it be?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from synthforge.meaning.quantities import Quantity, quantities
from synthforge.meaning.sentences import sentences
from synthforge.meaning.units import UNIT, measure
from synthforge.validators.bounds import PH, Bound, converted, convertible, misfits
from synthforge.validators.domain import Domain, Mention, Remark
from synthforge.validators.registry import Row

_BETWEEN = re.compile(
    r"(?:\s|[:=≤≥<>~±+-]|\b(?:is|are|was|were|of|be|must|shall|should|may|will|can|not|never|exceeds?|stays?|remains?"
    r"|between|from|the|ranges?|ranging|limit|value|level|maximum|minimum|at least|at most|no more|not more|no less"
    r"|not less|than|up to|above|below|over|under|about|approximately|reach(?:es)?|equal to|equals|has"
    r"|(?:set|maintained|kept|held|controlled|adjusted|brought) (?:at|to|below|above|between|within))\b)*"
)
"""What may stand between a parameter's name and its value, so that no other thing's value is taken for it."""
_JOINED = re.compile(r"\s*(?:-|–|—|to|and|or|±|\+/-|plus or minus)\s*")
_END = rf"(?![\w/]|\.\d|\s?(?:%|{UNIT}))"
_ACIDITY = re.compile(
    rf"(?:(?P<between>\bbetween\s)|(?<![\w.±])(?<!± ))(?P<value>[-−]?\d+(?:\.\d+)?){_END}"
    rf"(?:(?(between)\sand\s|(?:\s?[-–]\s?|\sto\s))(?P<upper>\d+(?:\.\d+)?){_END})?"
)
"""A bare number that measures nothing else, or two of a range."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A value as written, what it is a value of, and the distance that it may be off by."""

    bound: Bound
    value: Decimal
    unit: str
    start: int
    end: int
    tolerance: Quantity | None = None
    said: bool = True
    """Whether words say so ("temperature of 5 bar"); what only stands together ("room temperature 30 minutes") may be
    two things."""

    def extremes(self) -> list[Decimal]:
        """The value in the bound's unit, and where its tolerance lets it go."""
        ends = [converted(self.value, self.unit, self.bound.unit)]
        if self.tolerance and convertible(self.tolerance.unit, self.unit):
            for off in (-self.tolerance.value, self.tolerance.value):
                ends.append(converted(self.value, self.unit, self.bound.unit, off, self.tolerance.unit))
        return ends


@dataclass(frozen=True, slots=True)
class _Name:
    """Where a parameter is named."""

    bound: Bound
    start: int
    end: int


class Parameters(Domain):
    """Rejects values of the wrong dimension and those that cannot be; holds those that nobody would expect."""

    topic: ClassVar[str] = "parameters"
    row: ClassVar[type[Row]] = Bound

    def remarks(self, text: str) -> Iterator[Remark]:
        bounds = tuple(self.known(Bound).rows.values())
        for start, end in sentences(text):
            sentence = text[start:end]
            names = list(_named(sentence, bounds))
            for reading in (*_measured(sentence, names, bounds), *_acidities(sentence, names)):
                said = f"{reading.bound.id} {reading.value} {reading.unit}"
                if remark := _judged(Mention(said, start + reading.start, start + reading.end), reading):
                    yield remark

    def is_said(self, remark: Remark, text: str) -> bool:
        """A value that the client has is as it should be, whatever it is called there; another dimension is not."""
        if remark.code == "dimension":
            return super().is_said(remark, text)
        amounts = {f" {q.value} {q.unit or PH}" for q in quantities(text)}
        return any(remark.mention.id.endswith(amount) for amount in amounts)


def _judged(mention: Mention, reading: _Reading) -> Remark | None:
    bound = reading.bound
    if reading.said and misfits(reading.unit, bound):
        reason = f"cannot be a {bound.id}, which is measured in {' or '.join(bound.units)}"
        return Remark(mention, "failed", "dimension", reason)
    if not convertible(reading.unit, bound.unit):
        return None
    beyond = next((beyond for value in reading.extremes() if (beyond := bound.beyond(value))), None)
    if beyond is None:
        return None
    code, side, limit = beyond
    reason = f"is {side} {limit} {bound.unit}: {code} for {bound.id} ({bound.says})"
    return Remark(mention, "failed" if code == "impossible" and not bound.recalled else "uncertain", code, reason)


def _measured(sentence: str, names: list[_Name], bounds: tuple[Bound, ...]) -> Iterator[_Reading]:
    """Each quantity with the parameter named next to it, and with what holds for every value in its unit."""
    found = [quantity for quantity in quantities(sentence) if quantity.unit]
    named: tuple[Bound, bool] | None = None
    for before, quantity, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if before is None or not _shared(sentence, before, quantity):
            named = None
        named = named or _parameter(sentence, quantity.start, quantity.end, names)
        off = after if after and after.kind == "tolerance" and _joined(sentence, quantity, after) else None
        for bound, said in (*((named,) if named else ()), *_unnamed(quantity, bounds)):
            # A distance has no bounds of its own, but must be of the same dimension.
            if quantity.kind != "tolerance" or misfits(quantity.unit, bound):
                yield _Reading(bound, quantity.value, quantity.unit, quantity.start, quantity.end, off, said)


def _joined(sentence: str, first: Quantity, second: Quantity) -> bool:
    return bool(_JOINED.fullmatch(sentence, first.end, second.start))


def _shared(sentence: str, first: Quantity, second: Quantity) -> bool:
    """Whether a second value is of the first's parameter: "2 to 8 °C", but not "25 °C and 5 bar"."""
    return _joined(sentence, first, second) and (second.kind == "tolerance" or convertible(first.unit, second.unit))


def _unnamed(quantity: Quantity, bounds: tuple[Bound, ...]) -> list[tuple[Bound, bool]]:
    return [(bound, True) for bound in bounds if not bound.names and measure(bound.unit)[0] == quantity.dimension]


def _acidities(sentence: str, names: list[_Name]) -> Iterator[_Reading]:
    """pH has numbers without a unit, and "7 pH" is what its name stands behind."""
    acid = [name for name in names if name.bound.unit == PH]
    for found in _ACIDITY.finditer(sentence) if acid else ():
        if named := _parameter(sentence, found.start("value"), found.end(), acid):
            for value in ("value", "upper"):
                if found[value]:
                    yield _Reading(named[0], Decimal(found[value].replace("−", "-")), PH, *found.span(value))


def _parameter(sentence: str, start: int, end: int, names: list[_Name]) -> tuple[Bound, bool] | None:
    """What is named before a value, with nothing but words of measure between them, or right behind it; and whether
    there are such words."""
    for name in names:
        if name.end <= start and _BETWEEN.fullmatch(sentence, name.end, start):
            return name.bound, not sentence[name.end : start].isspace()
        if name.start >= end and not sentence[end : name.start].strip():
            return name.bound, False
    return None


def _named(sentence: str, bounds: tuple[Bound, ...]) -> Iterator[_Name]:
    owners = {name: bound for bound in bounds for name in bound.names}
    for found in _any_name(tuple(owners)).finditer(sentence):
        bound = owners.get(found.group()) or owners.get(" ".join(found.group().lower().split()))
        if bound:
            yield _Name(bound, *found.span())


@lru_cache(maxsize=32)
def _any_name(names: tuple[str, ...]) -> re.Pattern[str]:
    """The longest first; abbreviations as they are written, words in any case and over the end of a line."""
    spelled = (
        f"(?i:{re.escape(name)})".replace(r"\ ", r"\s+") if name.islower() else re.escape(name)
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled) or '(?!)'})(?![\w-])")
