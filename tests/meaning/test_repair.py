"""What a bad copy means, and what is no copy any more."""

import pytest

from synthforge.meaning.repair import repaired

TEXT = (
    "The depot keeps a log. A driver must rest for at least 10 consecutive hours, away from the vehicle and its cab, "
    "before a new shift may begin at any terminal of the carrier. Records stay on file for 6 months."
)
RULE = TEXT[23 : TEXT.index(" Records")]


@pytest.mark.parametrize(
    "quote",
    [
        RULE.replace("away from the vehicle", "away from a vehicle"),
        RULE.replace("of the carrier", "of that carrier"),
        RULE.replace("terminal", "station"),  # a word of no consequence: the true one takes its place
        RULE.replace("and its cab", "and cab"),
    ],
)
def test_a_slip_of_the_pen_leads_to_the_true_words(quote: str) -> None:
    span = repaired(quote, TEXT)
    assert span is not None
    assert TEXT[slice(*span)].rstrip(".") == RULE.rstrip(".")


def test_an_ellipsis_means_all_that_it_leaves_out() -> None:
    span = repaired(
        "A driver must rest for at least 10 consecutive hours ... a new shift may begin at any terminal", TEXT
    )
    assert span is not None
    assert TEXT[slice(*span)] == RULE[: RULE.index(" of the carrier")]


@pytest.mark.parametrize(
    "quote",
    [
        RULE.replace("10", "12"),
        RULE.replace("hours", "minutes"),
        RULE.replace("10", "ten").replace("ten", "eleven"),
        RULE.replace("must", "should"),
        RULE.replace("must", "is encouraged to"),
        RULE.replace("must", "may"),
        RULE.replace("must rest", "must not rest"),
        RULE.replace("at least", "at most"),
        RULE.replace("before", "after"),
        RULE.replace("and its cab", "or its cab"),
        RULE.replace("may begin", "may only begin"),
        "Drivers have to take ten hours off between two shifts.",
        "a new shift may begin ... A driver must rest for at least 10 consecutive hours",
        "A driver ... at any terminal of the carrier",
        "",
    ],
)
def test_what_decides_the_meaning_is_never_repaired(quote: str) -> None:
    assert repaired(quote, TEXT) is None


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        ("The fee of £50 falls due in each calendar year, on the first day of the month.",
         "The fee of €50 falls due in each calendar year, on the first day of the month."),
        ("The carrier reports to the desk within 5 business days, in the form that the desk has published.",
         "The carrier reports to the desk within 5 days, in the form that the desk has published."),
        ("The carrier files the annual return with the desk, in the form that the desk has published.",
         "The carrier files the monthly return with the desk, in the form that the desk has published."),
        ("The carrier keeps each return for seven months, in the form that the desk has published.",
         "The carrier keeps each return for nine months, in the form that the desk has published."),
    ],
)  # fmt: skip
def test_signs_frequencies_and_kinds_of_day_are_never_repaired(source: str, quote: str) -> None:
    assert repaired(quote, source) is None
