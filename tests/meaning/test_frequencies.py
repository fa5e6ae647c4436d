"""A frequency said in a word is the period that numbers and units say."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.frequencies import frequencies, periods
from synthforge.meaning.quantities import quantities
from synthforge.meaning.support import Ground, unsupported


@pytest.mark.parametrize(
    ("word", "duration"),
    [
        ("hourly", "60 minutes"),
        ("daily", "24 hours"),
        ("weekly", "7 days"),
        ("fortnightly", "14 days"),
        ("biweekly", "2 weeks"),
        ("monthly", "1 month"),
        ("quarterly", "3 months"),
        ("semi-annually", "6 months"),
        ("annual", "12 months"),
        ("per annum", "1 year"),
        ("biennial", "2 years"),
        ("triennially", "36 months"),
    ],
)
def test_a_word_for_a_period_is_that_long(word: str, duration: str) -> None:
    text = f"The freezer is checked {word} by its owner."
    [found] = frequencies(text)
    [same] = quantities(duration)
    assert text[found.start : found.end] == word
    assert (found.dimension, found.size) == (same.dimension, same.size)


@pytest.mark.parametrize(
    "text",
    ["A non-annual fee is due.", "A daily-use filter.", "The dailies went out.", "A month passed."],
)
def test_part_of_another_word_is_no_frequency(text: str) -> None:
    assert frequencies(text) == ()


@pytest.mark.parametrize(
    ("source", "claim", "code"),
    [
        ("Accounts are reviewed every month.", "Accounts are reviewed monthly.", ""),
        ("Accounts are reviewed every calendar month.", "The monthly review covers accounts.", ""),
        ("Accounts are reviewed every 3 months.", "Accounts are reviewed quarterly.", ""),
        ("Accounts are reviewed every quarter.", "Accounts are reviewed quarterly.", ""),
        ("Accounts are reviewed monthly.", "Accounts are reviewed every month.", ""),
        ("Accounts are reviewed monthly.", "Accounts are reviewed every week.", "frequency.unsupported"),
        ("The scale is calibrated once a year.", "The scale is calibrated annually.", ""),
        ("The scale is calibrated at intervals of 12 months.", "The annual calibration of the scale.", ""),
        ("Interest is paid per year.", "Interest is paid per annum.", ""),
        ("Accounts are reviewed every 3 months.", "Accounts are reviewed monthly.", "frequency.unsupported"),
        ("Accounts are reviewed.", "Accounts are reviewed weekly.", "frequency.unsupported"),
        ("The scale is calibrated annually.", "The scale is calibrated semi-annually.", "frequency.unsupported"),
        ("The freezer is read daily.", "The freezer is read hourly.", "frequency.unsupported"),
    ],
)
def test_how_often_must_stand_in_the_source(source: str, claim: str, code: str) -> None:
    fault = unsupported(claim, Ground.of((source,)))
    assert (fault.code if fault else "") == code


@settings(deadline=None)
@given(st.text("aemnrthly -.3", max_size=60) | st.text(max_size=60))
def test_spans_are_in_order_and_every_frequency_is_a_period(text: str) -> None:
    found = frequencies(text)
    assert [(each.start, each.end) for each in found] == sorted({(each.start, each.end) for each in found})
    assert {(each.dimension, each.size) for each in found} <= periods(text)


def test_a_period_is_measured_in_its_dimension_s_base_unit() -> None:
    assert periods("each year, weekly, for 2 hours") == {
        ("calendar", Fraction(12)), ("time", Fraction(7 * 86400)), ("time", Fraction(7200)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("The valve is inspected twice per year.", None),
        ("The valve is inspected twice per quarter.", "frequency.unsupported"),
        ("The valve is inspected twice every minute.", "frequency.unsupported"),
    ],
)
def test_a_period_is_carried_as_a_word_for_it_is(said: str, code: str | None) -> None:
    fault = unsupported(said, Ground.of(["Each year the valve must be inspected twice."]))
    assert (fault.code if fault else None) == code
