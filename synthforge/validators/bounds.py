"""Bounds of process parameters, and the units that they are compared in."""

from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from synthforge.meaning.units import measure
from synthforge.validators.registry import Row

if TYPE_CHECKING:
    from pint import UnitRegistry

PH = "pH"
"""Written as a unit in registries; to pint `7 pH` is seven picohenries, so it is kept out of it."""
_DEFINITIONS = (
    "kp = kilopond", "percentage_point = percent", "basis_point = 0.01 percent",
    "colony = [colony] = CFU", "business_day = [business_day]", "business_hour = [business_hour]",
    "air_mile = nautical_mile", "calendar_quarter = 3 month",
)  # fmt: skip
"""What pint lacks; its quarter is one of a hundredweight."""

Dimension = tuple[tuple[str, str], ...]
"""Base dimensions with their powers, in order; none for ratios, shares and angles."""


class Bound(Row):
    """The bounds of one parameter, in the first of its units; values in the others are let be. Without `names`, of all
    values in that unit."""

    names: tuple[str, ...] = ()
    units: tuple[str, ...] = Field(min_length=1)
    impossible_below: Decimal | None = None
    impossible_above: Decimal | None = None
    implausible_below: Decimal | None = None
    implausible_above: Decimal | None = None

    @field_validator("names", "units", mode="before")
    @classmethod
    def _apart(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split("|")) if isinstance(value, str) else value

    @field_validator("units")
    @classmethod
    def _is_known(cls, units: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := next((unit for unit in units if dimension(unit) is None), None):
            raise ValueError(f"'{unknown}' is no unit")
        return units

    @model_validator(mode="after")
    def _is_in_order(self) -> "Bound":
        outward = (self.impossible_below, self.implausible_below, self.implausible_above, self.impossible_above)
        said = [bound for bound in outward if bound is not None]
        if said != sorted(said):
            raise ValueError(f"the bounds of '{self.id}' are not in order: {', '.join(map(str, said))}")
        return self

    @property
    def unit(self) -> str:
        return self.units[0]

    def beyond(self, value: Decimal) -> tuple[str, str, Decimal] | None:
        """("impossible" or "implausible", "below" or "above", the bound), the worse of two."""
        for code, low, high in (
            ("impossible", self.impossible_below, self.impossible_above),
            ("implausible", self.implausible_below, self.implausible_above),
        ):
            if low is not None and value < low:
                return code, "below", low
            if high is not None and value > high:
                return code, "above", high
        return None


@lru_cache(maxsize=4096)
def dimension(unit: str) -> Dimension | None:
    """None for what pint does not know, such as a currency."""
    if unit == PH:
        return (("[pH]", "1"),)
    try:
        powers = _units().Unit(_spelled(unit)).dimensionality
    except (AttributeError, ValueError):  # pint's UndefinedUnitError, and what is no expression of units
        return None
    return tuple(sorted((name, f"{power:g}") for name, power in powers.items()))


def convertible(unit: str, other: str) -> bool:
    """Of ratios, angles and shares only what is one kind: degrees are no percents."""
    if unit == other:
        return True
    alike = dimension(unit) is not None and dimension(unit) == dimension(other)
    return alike and (bool(dimension(unit)) or measure(unit)[0] == measure(other)[0])


def misfits(unit: str, bound: Bound) -> bool:
    """Whether no unit of the bound can hold it. A share of something ("at 50 %") and a bare angle fit anywhere."""
    measured = dimension(unit) and dimension(bound.unit)
    return bool(measured) and not any(convertible(unit, each) for each in bound.units)


def converted(value: Decimal, unit: str, to: str, off: Decimal = Decimal(0), off_unit: str = "") -> Decimal:
    """A value, more or less a tolerance, in another unit: 25 °C + 2 °C is 27 °C, although both are temperatures."""
    if unit == to and not off:
        return value
    amount = _units().Quantity(float(value), _spelled(unit))
    if off:
        amount = amount + _units().Quantity(float(off), _difference(off_unit))
    return Decimal(f"{amount.to(_spelled(to)).magnitude:.9g}")


def _spelled(unit: str) -> str:
    """A canonical unit as pint reads it."""
    names = {"°C": "degC", "°F": "degF", "K": "kelvin", "%": "percent", "N·m": "N*m", "quarter": "calendar_quarter"}
    return "/".join(names.get(part, part.replace(" ", "_")) for part in unit.split("/"))


def _difference(unit: str) -> str:
    """Half a tolerance: "25 °C ± 2 K" is as usual as "± 2 °C"."""
    return {"°C": "delta_degC", "°F": "delta_degF", "K": "delta_degC"}.get(unit, _spelled(unit))


@cache
def _units() -> "UnitRegistry[float]":
    import pint

    units: UnitRegistry[float] = pint.UnitRegistry()
    for definition in _DEFINITIONS:
        units.define(definition)
    return units
