from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.meaning.quantities import quantities


def read(text: str) -> list[tuple[str, str, str]]:
    return [(str(q.value), q.unit, q.comparator) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eleven (11) hours", [("11", "hour", "=")]),
        ("twenty-four hours", [("24", "hour", "=")]),
        ("one hundred and fifty air-miles", [("150", "air mile", "=")]),
        ("no one may enter; one must knock", []),
        ("one business day", [("1", "business day", "=")]),
        ("1,200 kg and 2.5 mL", [("1200", "kg", "="), ("2.5", "mL", "=")]),
        ("40 to 50 °C", [("40", "°C", ">="), ("50", "°C", "<=")]),
        ("2–8 °C", [("2", "°C", ">="), ("8", "°C", "<=")]),
        ("reduced from 10 to 7 days", [("10", "day", "="), ("7", "day", "=")]),
        ("25 ± 2 °C", [("25", "°C", "="), ("2", "°C", "=")]),
        ("-18 °C", [("-18", "°C", "=")]),
        ("12 percent, 5%", [("12", "%", "="), ("5", "%", "=")]),
        ("$1.5 million", [("1500000.0", "USD", "=")]),
        ("10 mg/cm² at 90 km/h", [("10", "mg/cm²", "="), ("90", "km/hour", "=")]),
        ("5 minutes per hour", [("5", "minute/hour", "=")]),
        ("34 or more consecutive hours", [("34", "hour", ">=")]),
        ("10 days or less", [("10", "day", "<=")]),
        ("11-hour limit", [("11", "hour", "=")]),
    ],
)
def test_numbers_and_units(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("at least", ">="), ("no less than", ">="), ("not less than", ">="), ("a minimum of", ">="),
        ("no more than", "<="), ("shall not exceed", "<="), ("at most", "<="), ("a maximum of", "<="),
        ("up to", "<="), ("within", "<="), ("no later than", "<="),
        ("more than", ">"), ("exceeds", ">"), ("over", ">"),
        ("above", ">"), ("less than", "<"), ("under", "<"), ("below", "<"), ("about", "~"), ("exactly", "="),
        ("no older than", "<="),
    ],
)  # fmt: skip
def test_the_words_before_a_number_set_its_bound(words: str, comparator: str) -> None:
    assert read(f"It is {words} 30 minutes.") == [("30", "minute", comparator)]


@pytest.mark.parametrize(
    "text",
    [
        "SOP-014 and form F-014-1", "see § 5.2.1", "49 CFR 395.3(a)(3)(i)", "395.3(a)(1)", "CVE-2021-44228",
        "sections 4.1 and "
        "4.2", "Table 2", "ISO 9001", "May 5, 2024", "before 4 a.m.", "at 14:30", "2021-03-01",
        "1. Wash\n2. Dry", "(1) wash; (2) dry", "TLS 1.2", "MS.AAD.1.1v1", "iOS 17",
    ],
)  # fmt: skip
def test_names_dates_times_and_list_numbers_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_trivially_equal_amounts_are_equal_and_others_are_not() -> None:
    def one(text: str):  # type: ignore[no-untyped-def]
        return quantities(text)[0]

    assert one("60 minutes").equals(one("1 h"))
    assert one("7 days").equals(one("one week"))
    assert one("1 g").equals(one("1000 mg"))
    assert not one("5 days").equals(one("5 business days"))
    assert not one("30 days").equals(one("1 month"))
    assert not one("5 °C").equals(one("5 °F"))


def test_a_deadline_is_a_number_and_a_distance_a_tolerance() -> None:
    assert quantities("within 24 hours of delivery")[0].kind == "number"
    assert quantities("within 2 °C of the set point")[0].kind == "tolerance"


@given(st.integers(2, 9999), st.sampled_from(["hours", "mg", "km/h", "%", "°C", "business days"]))
def test_a_span_covers_number_and_unit(number: int, unit: str) -> None:
    text = f"It lasts {number} {unit}, they say."
    (found,) = quantities(text)
    assert text[found.start : found.end] == f"{number} {unit}"
    assert found.value == Decimal(number)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for q in quantities(text):
        assert 0 <= q.start < q.end <= len(text)


def test_a_row_of_digits_that_measures_nothing_is_none() -> None:
    assert quantities("Serial " + "7" * 5000 + " hours.") == ()
