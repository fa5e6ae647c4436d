"""Units of measure by family, and the wrong ones that a teacher mistakes them for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Form = Literal["one", "many", "short"]


@dataclass(frozen=True)
class Unit:
    """A unit's spellings; `short` holds abbreviations, which take no plural."""

    one: str
    many: str
    short: tuple[str, ...] = ()

    def written(self, form: Form) -> str:
        if form == "short" and self.short:
            return self.short[0]
        return self.one if form == "one" else self.many


def _row(line: str) -> Unit:
    one, many, *short = line.split("|")
    return Unit(one, many, tuple(short))


def _family(*lines: str) -> tuple[Unit, ...]:
    return tuple(_row(line) for line in lines)


FAMILIES: tuple[tuple[Unit, ...], ...] = (
    _family(
        "second|seconds|s|sec",
        "minute|minutes|min|mins",
        "hour|hours|h|hrs|hr",
        "day|days",
        "week|weeks",
        "month|months",
        "year|years|yr|yrs",
    ),
    _family("business day|business days", "calendar day|calendar days", "business hour|business hours"),
    _family("working day|working days", "calendar day|calendar days", "working hour|working hours"),
    _family(
        "consecutive day|consecutive days",
        "consecutive week|consecutive weeks",
        "consecutive hour|consecutive hours",
    ),
    _family(
        "nanometre|nanometres|nm",
        "micrometre|micrometres|µm",
        "millimetre|millimetres|mm",
        "centimetre|centimetres|cm",
        "metre|metres|m",
        "kilometre|kilometres|km",
    ),
    _family(
        "micrometer|micrometers|μm",
        "millimeter|millimeters|mm",
        "centimeter|centimeters|cm",
        "meter|meters|m",
        "kilometer|kilometers|km",
    ),
    _family("inch|inches", "foot|feet|ft", "yard|yards|yd", "meter|meters|m"),
    _family("mile|miles|mi", "kilometer|kilometers|km"),
    _family("mile per hour|miles per hour|mph", "kilometre per hour|kilometres per hour|km/h"),
    _family(
        "nanogram|nanograms|ng",
        "microgram|micrograms|µg|μg|mcg",
        "milligram|milligrams|mg",
        "gram|grams|g",
        "kilogram|kilograms|kg",
    ),
    _family("ounce|ounces|oz", "pound|pounds|lb|lbs", "kilogram|kilograms|kg", "ton|tons|t"),
    _family("microlitre|microlitres|µL|μL", "millilitre|millilitres|mL|ml", "litre|litres|L|l"),
    _family("microliter|microliters|µL", "milliliter|milliliters|mL|ml", "liter|liters|L", "gallon|gallons|gal"),
    _family(
        "milligram per litre|milligrams per litre|mg/L",
        "milligram per millilitre|milligrams per millilitre|mg/mL",
    ),
    _family("degree Celsius|degrees Celsius|°C", "degree Fahrenheit|degrees Fahrenheit|°F"),
    _family("degree C|degrees C|℃", "degree F|degrees F|°F"),
    _family(
        "pascal|pascals|Pa",
        "kilopascal|kilopascals|kPa",
        "millibar|millibars|mbar",
        "bar|bar|bar",
        "pound per square inch|pounds per square inch|psi",
    ),
    _family(
        "square millimetre|square millimetres|mm²",
        "square centimetre|square centimetres|cm²|cm2",
        "square metre|square metres|m²|m2",
    ),
    _family("square inch|square inches", "square foot|square feet|sq ft", "square yard|square yards|sq yd"),
    _family("kilobyte|kilobytes|kB|KB", "megabyte|megabytes|MB", "gigabyte|gigabytes|GB", "terabyte|terabytes|TB"),
    _family("bit|bits", "byte|bytes"),
    _family("millivolt|millivolts|mV", "volt|volts|V", "kilovolt|kilovolts|kV"),
    _family("milliampere|milliamperes|mA", "ampere|amperes|A"),
    _family("watt|watts|W", "kilowatt|kilowatts|kW", "megawatt|megawatts|MW"),
    _family("hertz|hertz|Hz", "kilohertz|kilohertz|kHz", "megahertz|megahertz|MHz", "gigahertz|gigahertz|GHz"),
    _family("newton metre|newton metres|Nm", "kilonewton metre|kilonewton metres|kNm"),
    _family("revolution per minute|revolutions per minute|rpm", "revolution per second|revolutions per second|rps"),
    _family("part per billion|parts per billion|ppb", "part per million|parts per million|ppm"),
    _family("percent|percent|%", "percentage point|percentage points"),
    _family("per cent|per cent", "percentage point|percentage points"),
    _family("character|characters", "word|words"),
    _family("US dollar|US dollars|USD", "euro|euros|EUR", "pound|pounds|GBP"),
    _family("dollar|dollars", "euro|euros"),
)
"""Neighbours in a family are the likeliest confusions; a unit may stand in several families."""

FREQUENCIES: tuple[tuple[str, ...], ...] = (
    ("hourly", "daily", "weekly", "monthly", "quarterly", "annually"),
    ("daily", "weekly", "monthly", "quarterly", "yearly"),
    ("annual", "monthly", "quarterly", "biennial"),
)
"""Words for how often; a neighbour in its row is a different frequency."""


def _spellings() -> Iterator[tuple[str, Form]]:
    for family in FAMILIES:
        for unit in family:
            yield unit.one, "one"
            yield unit.many, "many"
            for short in unit.short:
                yield short, "short"


FORMS: dict[str, Form] = {text: form for text, form in reversed(list(_spellings()))}
_ALTERNATIVES = "|".join(re.escape(text) for text in sorted(FORMS, key=lambda t: (-len(t), t)))
UNIT = re.compile(rf"(?:{_ALTERNATIVES})(?![\w²³/°])")
"""A unit at the position of the match; capitals matter, as mW is not MW."""


def wrong_units(text: str) -> list[tuple[str, str, str]]:
    """The (singular, plural, short) spellings of units that `text` is mistaken for, the likeliest first."""
    found: list[tuple[int, Unit]] = []
    for family in FAMILIES:
        for place, unit in enumerate(family):
            if text in (unit.one, unit.many, *unit.short):
                found += [(abs(place - at), other) for at, other in enumerate(family) if at != place]
    ranked = sorted(found, key=lambda pair: pair[0])
    return [(unit.one, unit.many, unit.written("short")) for _, unit in ranked]
