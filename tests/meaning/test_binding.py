"""A number or a name beside another matter than in the source is a doubt; beside its own it never is."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.binding import misbound, places

REVIEW = ("Administrators review accounts every 90 days and disable accounts that were inactive for 45 days.",)
DEPOSIT = ("The notice is served 30 days before termination and the deposit is repaid 60 days after it.",)
ISSUERS = ("Holdings in a single issuer are limited to 10 % and holdings in one sector to 25 %.",)
RINSE = ("The filling line is rinsed for 15 minutes.", "The transfer hose is dried at the drain for 30 minutes.")
COLD = ("Vaccines are stored in the pharmacy refrigerator at 5 °C.", "The courier's box may reach 8 °C in transit.")
HANDLED = ("Complaints are logged by the help desk under SOP-014.", "Recalls are decided by the board under SOP-021.")


@pytest.mark.parametrize(
    ("statement", "source", "written"),
    [
        ("Administrators review accounts every 45 days.", REVIEW, "45 days"),
        ("The notice is served 60 days before termination.", DEPOSIT, "60 days"),
        ("Holdings in a single issuer are limited to 25 %.", ISSUERS, "25 %"),
        ("The filling line is rinsed for 30 minutes.", RINSE, "30 minutes"),
        ("Vaccines are stored in the pharmacy refrigerator at 8 °C.", COLD, "8 °C"),
        ("Complaints are logged by the help desk under SOP-021.", HANDLED, "SOP-021"),
    ],
)
def test_a_value_of_another_matter(statement: str, source: Sequence[str], written: str) -> None:
    [fault] = misbound(statement, source)
    assert fault.code == "number.elsewhere"
    assert fault.reason == f"'{written}' stands in the source beside another matter"


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Accounts are reviewed by administrators every 90 days.", REVIEW),
        ("Accounts that were inactive for 45 days are disabled.", REVIEW),
        ("The deposit is repaid 60 days after termination.", DEPOSIT),
        ("Holdings in one sector may reach 25 %.", ISSUERS),
        ("For 30 minutes the transfer hose is dried.", RINSE),
        ("In transit the courier's box may reach 8 °C.", COLD),
        ("The board decides on recalls under SOP-021.", HANDLED),
        ("Administrators review accounts every 12 days.", REVIEW),  # stands nowhere: for another check to say
        ("Administrators review accounts.", REVIEW),
        ("Administrators review accounts every 2160 hours.", REVIEW),  # 90 days
    ],
)
def test_a_value_of_its_own_matter(statement: str, source: Sequence[str]) -> None:
    assert list(misbound(statement, source)) == []


@pytest.mark.parametrize(
    ("statement", "source", "written"),
    [
        (
            "The line is rinsed for 30 minutes and dried for 15 minutes.",
            "The line is rinsed for 15 minutes and dried for 30 minutes.",
            ["30 minutes", "15 minutes"],
        ),
        (
            "The seller pays 2 % of the price and the buyer 5 %.",
            "The seller pays 5 % of the price and the buyer 2 %.",
            ["2 %", "5 %"],
        ),
        (
            "The line is dried for 30 minutes and rinsed for 15 minutes.",
            "The line is rinsed for 15 minutes and dried for 30 minutes.",
            [],
        ),
    ],
)
def test_two_values_that_change_places_are_doubted_both(statement: str, source: str, written: list[str]) -> None:
    assert [fault.found for fault in misbound(statement, [source])] == written


def test_the_margin_is_how_much_more_alike_a_rival_must_be() -> None:
    said = "Administrators review accounts every 45 days."
    assert list(misbound(said, REVIEW, margin=0.9)) == []


def test_small_counts_in_words_are_no_places() -> None:
    assert [(each.kind, each.value) for each in places("Two firms, 3 banks, two days, SOP-014.")] == [
        ("q ", "3"), ("q time", "172800"), ("r code", "sop-014"),
    ]  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*REVIEW, *DEPOSIT, *ISSUERS, *RINSE, *COLD, *HANDLED]), min_size=1), st.text(max_size=40)
)
def test_what_the_source_says_itself_is_in_its_place(sources: list[str], other: str) -> None:
    for source in (*sources, other):
        assert list(misbound(source, [other, *sources])) == []
