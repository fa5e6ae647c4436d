"""Units of measurement: how they are written, which are the same, and which convert exactly.

Conversions are those that nobody would dispute in a compliance text (60 minutes = 1 hour, 1 kg = 1000 g).
Celsius to Fahrenheit, business days to days or months to days are not: a claim that converts those must be
able to quote it.
"""

import re
from fractions import Fraction
from functools import lru_cache

_TABLE = """
time 1 second | seconds second secs sec | s
time 60 minute | minutes minute mins min
time 3600 hour | hours hour hrs hr | h
time 86400 day | calendar-days calendar-day days day
time 604800 week | weeks week
time 1/1000 millisecond | milliseconds millisecond | ms
calendar 1 month | calendar-months calendar-month months month
calendar 3 quarter | calendar-quarters calendar-quarter quarters
calendar 12 year | calendar-years calendar-year years year yrs yr
business_hour 1 business hour | business-hours business-hour working-hours working-hour
business 1 business day | business-days business-day working-days working-day workdays workday
length 1/1000000000 nm | nanometres nanometers nanometre nanometer | nm
length 1/1000000 \u03bcm | micrometres micrometers micrometre micrometer microns micron | \u03bcm um
length 1/1000 mm | millimetres millimeters millimetre millimeter | mm
length 1/100 cm | centimetres centimeters centimetre centimeter | cm
length 1 m | metres meters metre meter | m
length 1000 km | kilometres kilometers kilometre kilometer | km
imperial 1 inch | inches inch
imperial 12 foot | feet foot ft
imperial 36 yard | yards yard yd
imperial 63360 mile | miles mile mi
sea 1 air mile | air-miles air-mile nautical-miles nautical-mile | nmi
area 1 cm\u00b2 | square-centimetres square-centimeters | cm\u00b2 cm2
area 1/100 mm\u00b2 | square-millimetres square-millimeters | mm\u00b2 mm2
area 10000 m\u00b2 | square-metres square-meters square-metre square-meter | m\u00b2 m2
area_ft 1 ft\u00b2 | square-feet square-foot sq-ft | ft\u00b2 ft2
mass 1/1000000000 ng | nanograms nanogram | ng
mass 1/1000000 \u03bcg | micrograms microgram mcg | \u03bcg ug
mass 1/1000 mg | milligrams milligram | mg
mass 1 g | grams gram | g
mass 1000 kg | kilograms kilogram kilos kg
mass 1000000 tonne | tonnes tonne metric-tons metric-ton | t
pound 1 lb | pounds pound lbs lb
pound 2000 ton | tons ton
pound 1/16 ounce | ounces ounce oz
volume 1/1000000 \u03bcL | microlitres microliters microliter | \u03bcL uL \u03bcl
volume 1/1000 mL | millilitres milliliters millilitre milliliter | mL ml
volume 1 L | litres liters litre liter | L l
volume 1000 m\u00b3 | cubic-metres cubic-meters | m\u00b3 m3
gallon 1 gallon | gallons gallon gal
celsius 1 \u00b0C | degrees-celsius degree-celsius degrees-c deg-c | \u00b0C \u00b0\u00a0C C \u2103
fahrenheit 1 \u00b0F | degrees-fahrenheit degree-fahrenheit degrees-f deg-f | \u00b0F F
kelvin 1 K | kelvin | K
angle 1 degree | degrees degree | \u00b0
share 1 % | percent per-cent pct | %
share 1/100 basis point | basis-points basis-point bps bp
points 1 percentage point | percentage-points percentage-point
parts 1 ppm | ppm
parts 1/1000 ppb | ppb
pressure 1 Pa | pascals pascal | Pa
pressure 100 mbar | millibars millibar mbar | hPa
pressure 1000 kPa | kilopascals kilopascal | kPa
pressure 100000 bar | bars bar
pressure 1000000 MPa | megapascals megapascal | MPa
psi 1 psi | pounds-per-square-inch psig psi
mmhg 1 mmHg | mmhg
force 1 N | newtons newton | N
force 1000 kN | kilonewtons kilonewton | kN
kilopond 1 kp | kiloponds kp
torque 1 N\u00b7m | newton-metres newton-meters | Nm N\u00b7m
energy 1 J | joules joule | J
energy 1000 kJ | kilojoules | kJ
power 1 W | watts watt | W
power 1000 kW | kilowatts kilowatt | kW
voltage 1/1000 mV | millivolts | mV
voltage 1 V | volts volt | V
voltage 1000 kV | kilovolts | kV
current 1/1000 mA | milliamps milliamperes | mA
current 1 A | amperes ampere amps amp
frequency 1 Hz | hertz | Hz
frequency 1000 kHz | kilohertz | kHz
frequency 1000000 MHz | megahertz | MHz
frequency 1000000000 GHz | gigahertz | GHz
rotation 1 rpm | revolutions-per-minute rpm
data 1 bit | bits bit
data 8 byte | bytes byte
data 8000 kB | kilobytes kilobyte | kB KB
data 8000000 MB | megabytes megabyte | MB
data 8000000000 GB | gigabytes gigabyte | GB
data 8000000000000 TB | terabytes terabyte | TB
rate 1 kbit/s | kbps
rate 1000 Mbit/s | mbps
speed 1 mile/hour | miles-per-hour mph
speed_km 1 km/hour | kilometres-per-hour kilometers-per-hour kph kmh
sound 1 dB | decibels decibel | dB dBA
light 1 lux | lux lx
colony 1 CFU | cfu colony-forming-units
amount 1 mol | moles mole | mol
amount 1/1000 mmol | mmol
usd 1 USD | us-dollars dollars dollar usd | $ US$
usd 1/100 cent | cents cent
eur 1 EUR | euros euro eur | \u20ac
gbp 1 GBP | pounds-sterling gbp | \u00a3
chf 1 CHF | swiss-francs chf
jpy 1 JPY | yen jpy | \u00a5
text 1 character | characters character chars char
"""

CONVERT: dict[str, tuple[str, Fraction]] = {}
"""Canonical unit → its dimension and its size in that dimension's base unit."""
_WORDS: dict[str, str] = {}
_SYMBOLS: dict[str, str] = {}
for _row in _TABLE.strip().splitlines():
    _head, *_writings = (part.strip() for part in _row.split("|"))
    _dimension, _factor, _name = _head.split(" ", 2)
    CONVERT[_name] = (_dimension, Fraction(_factor))
    _WORDS.update({word.replace("-", " "): _name for word in _writings[0].split()})
    if len(_writings) > 1:
        _SYMBOLS.update({symbol.replace("\u00a0", " "): _name for symbol in _writings[1].split(" ")})


def _alternatives(writings: dict[str, str]) -> str:
    longest = sorted(writings, key=len, reverse=True)
    return "|".join(re.escape(writing).replace(r"\ ", r"[ -]?") for writing in longest)


UNIT = rf"(?:(?i:{_alternatives(_WORDS)})(?![A-Za-z0-9])|(?:{_alternatives(_SYMBOLS)})(?![A-Za-z0-9]))"
"""A regular expression for one written unit; matches whole words only."""
CURRENCY = r"(?:US\$|[$\u00a3\u20ac\u00a5]|(?:USD|EUR|GBP|CHF|JPY) ?)"


def canonical(written: str) -> str:
    """The canonical name of a unit as written ("hrs" → "hour", "mg / cm2" → "mg/cm²"); '' when unknown."""
    if whole := _single(written):  # "pounds per square inch" is one unit and no ratio
        return whole
    pieces = [piece.strip() for piece in re.split(r"/|\bper\b", written.strip()) if piece.strip()]
    names = [_single(piece) for piece in pieces]
    return "" if "" in names else "/".join(names)


def _single(written: str) -> str:
    symbol = re.sub(r"\s", "", written)
    word = re.sub(r"[ -]+", " ", written.lower())
    return _SYMBOLS.get(written) or _SYMBOLS.get(symbol) or _WORDS.get(word) or _WORDS.get(word.replace(" ", "")) or ""


@lru_cache(maxsize=4096)
def measure(unit: str) -> tuple[str, Fraction]:
    """Dimension and size of a canonical unit, compound or not; a bare number is a dimension of its own."""
    dimension, size = "", Fraction(1)
    for place, name in enumerate(unit.split("/")):
        kind, factor = CONVERT.get(name, (name, Fraction(1)))
        dimension, size = (kind, factor) if place == 0 else (f"{dimension}/{kind}", size / factor)
    return dimension, size
