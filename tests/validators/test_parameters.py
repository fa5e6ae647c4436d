from decimal import Decimal
from pathlib import Path

import pytest

from synthforge.meaning.units import CONVERT
from synthforge.validators.bounds import Bound, converted, convertible, dimension
from synthforge.validators.parameters import Parameters
from tests import rooms
from tests.validators.domains import alarms, judged, registry, said, texts


@pytest.mark.parametrize(
    "answer",
    [
        "The oven's temperature must be 121 °C for 15 minutes.",
        "Store at -80 °C, or at -459 °F.",
        "25 °C ± 2 °C and 60 % RH ± 5 % RH.",
        "Incubate at room temperature 30 minutes.",
        "The inlet temperature is 150 °F.",
        "A pH of 7.0 ± 0.2, between pH 6.8 and 7.2, never 14.",
        "The pH is 7.4 and 25 samples are taken.",
        "Adjust to pH 5 with 100 mL of acid.",
        "The tablet hardness is 8 kp, or 8 kg, or 80 N.",
        "Blood pressure of 120 mmHg, and a head pressure of 30 mm Hg.",
        "The yield was 5 kg.",
        "A blender speed of 50 %.",
        "Paddle speed: 50 rpm.",
        "The temperature is 25 °C and 5 bar are on the gauge.",
        "Drivers may drive 11 hours per day.",
        "The price is 500 USD per day.",
    ],
)
def test_keeps_what_can_be(tmp_path: Path, answer: str) -> None:
    assert said(Parameters(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("The temperature shall be 5 bar.", "dimension"),
        ("A temperature of 25 °C ± 2 bar.", "dimension"),
        ("The pressure is 3 °C.", "dimension"),
        ("The compression force is set to 12 MPa.", "dimension"),
        ("The paddle speed is 50 °C.", "dimension"),
        ("Freeze at -300 °C.", "impossible"),
        ("Freeze at -500 °F.", "impossible"),
        ("Keep 25 °C ± 300 °C.", "impossible"),
        ("It has a pH of 17.", "impossible"),
        ("The pH is between 6.5 and 17.", "impossible"),
        ("The relative humidity must not exceed 120 %.", "impossible"),
        ("At 25 °C / 120% RH.", "impossible"),
        ("An absolute pressure of -2 bar.", "impossible"),
    ],
)
def test_rejects_what_cannot(tmp_path: Path, answer: str, code: str) -> None:
    assert said(Parameters(), tmp_path, answer) == ("failed", f"parameters.{code}")


@pytest.mark.parametrize(
    "answer",
    [
        "A yield of 150 % was reached.",
        "The inlet temperature is 20 °C.",
        "The inlet temperature is 60 to 300 °C.",
        "A tablet hardness of 60 kp is asked for.",
        "A compression force of 90 kN.",
        "The friability is 2 %.",
        "A pH of 15.",
        "They drive 30 hours per day.",
    ],
)
def test_holds_what_nobody_would_expect(tmp_path: Path, answer: str) -> None:
    assert said(Parameters(), tmp_path, answer) == ("uncertain", "parameters.implausible")


def test_the_client_s_own_values_are_plausible(tmp_path: Path) -> None:
    own = rooms.sections(("The inlet temperature of the freeze dryer is 20 °C.",))
    assert judged(Parameters(), tmp_path, "The inlet temperature is 20 °C.", corpus=own).code == ""
    renamed = rooms.sections(("Of the dryer's inlet the temperature is 20 °C.", "It runs at 5 bar."))
    assert judged(Parameters(), tmp_path, "The inlet temperature is 20 °C.", corpus=renamed).code == ""
    confused = judged(Parameters(), tmp_path, "The temperature is 5 bar.", corpus=renamed)
    assert confused.code == "parameters.dimension"
    other = judged(Parameters(), tmp_path, "The inlet temperature is 21 °C.", corpus=own)
    assert other.code == "parameters.implausible"


def test_bounds_of_one_s_own(tmp_path: Path) -> None:
    header = "id,names,units,implausible_below,implausible_above,as_of,source\n"
    own = registry(tmp_path, "bioburden,bioburden|microbial count,CFU/mL,0,100,2026-01,SOP-7\n", header)
    part = Parameters(registry=own)
    verdict = judged(part, tmp_path, "The bioburden is at most 500 CFU/mL.")
    assert verdict.code == "parameters.implausible"
    assert verdict.reason == ("'500 CFU/mL' is above 100 CFU/mL: implausible for bioburden (SOP-7, as of 2026-01)")
    assert said(part, tmp_path, "The bioburden is 10 CFU/mL.") == ("passed", "")
    assert said(part, tmp_path, "The bioburden is 10 mL.") == ("failed", "parameters.dimension")


def test_what_pint_would_read_as_something_else() -> None:
    assert dimension("pH") == (("[pH]", "1"),)  # not a picohenry
    assert round(converted(Decimal(8), "kp", "N"), 1) == Decimal("78.5")
    assert not convertible("business day", "day")
    assert not convertible("CFU/mL", "mL")
    assert convertible("air mile", "mile")
    assert not convertible("degree", "%")
    assert converted(Decimal(25), "°C", "°C", Decimal(2), "°C") == 27


def test_pint_measures_every_unit_that_texts_are_read_in_as_they_are() -> None:
    """Units of one dimension there are of one dimension here, but for money, characters and billionths."""
    unknown = {unit for unit in CONVERT if dimension(unit) is None}
    assert unknown == {"ppb", "USD", "cent", "EUR", "GBP", "CHF", "JPY", "character"}
    for unit, (name, _) in CONVERT.items():
        first = (
            next(other for other, (kind, _) in CONVERT.items() if kind == name and other not in unknown | {"ppb"})
            if unit not in unknown
            else unit
        )
        assert dimension(unit) == dimension(first), unit


def test_bounds_are_inclusive() -> None:
    bound = Bound(id="x", units=("bar",), impossible_below=Decimal(0), implausible_above=Decimal(5), as_of="undated",
                  source="us")  # fmt: skip
    assert bound.beyond(Decimal(0)) is bound.beyond(Decimal(5)) is None
    assert bound.beyond(Decimal("-0.1")) == ("impossible", "below", Decimal(0))
    assert bound.beyond(Decimal("5.1")) == ("implausible", "above", Decimal(5))


def test_real_procedures_and_letters_raise_no_alarm() -> None:
    real = (
        "sop/**/*.md", "ticket/fda_crl/*.md", "regulation/fda_guidance/*.md", "manual/spl_lipitor.xml",
        "manual/opentrons/*", "manual/*.md", "policy/18f/*.md",
    )  # fmt: skip
    measured = sum(text.count("°C") + text.count(" pH ") for _, text in texts(*real))
    assert measured >= 20
    assert alarms(Parameters(), *real) == []


def test_a_tolerance_in_kelvin_belongs_to_a_temperature_in_degrees() -> None:
    assert list(Parameters().remarks("Store at a temperature of 25 °C ± 2 K.")) == []
