"""What a limit says of a case: the one value that is compared with it, or that there is none."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.cases import limiting, scenario, silent
from synthforge.meaning.rules import Rule

REST = "A driver must rest for at least 10 consecutive hours before a new shift."
COLD = "The trailer temperature shall not exceed 5 °C during loading."
LOGS = "Access logs must be kept for at least 6 months."
STAKE = "A fund must not hold more than 10 % in one issuer."


def rule(text: str) -> Rule:
    found = limiting([text])
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("sentences", "limit"),
    [
        ([REST], "10 hour"),
        ([COLD], "5 °C"),
        ([LOGS, "The clerk signs them."], "6 month"),
        ([STAKE, STAKE], "10 %"),
        ([REST, LOGS], None),  # which of them?
        ([REST.replace("must", "should")], None),
        ([REST.replace("must", "need not")], None),
        (["A driver must rest for at least 10 hours unless relieved."], None),
        (["A driver must rest for at least 10 hours where practicable."], None),
        (["Rest took at least 10 hours."], None),  # a fact
        (["At most 3 visitors may enter."], None),  # no unit to compare
        (["The floor must be clean."], None),
        ([], None),
    ],
)
def test_one_unconditional_limit_or_none(sentences: list[str], limit: str | None) -> None:
    found = limiting(sentences)
    assert (found and found.limit and f"{found.limit.value} {found.limit.unit}") == limit


@pytest.mark.parametrize(
    ("case", "text", "value"),
    [
        ("A driver rested for 8 consecutive hours.", REST, 8),
        ("A driver rested for 480 minutes.", REST, 480),
        ("The sensor shows 7 °C.", COLD, 7),
        ("The fund has 12 % in one bank.", STAKE, 12),
        ("A driver rested 8 hours, then once more 8 hours.", REST, 8),
        ("A driver rested 8 hours and drove 11 hours.", REST, None),  # which of them?
        ("A driver rested for at least 8 hours.", REST, None),  # a bound, no value
        ("A driver did not rest for 8 hours.", REST, None),
        ("The trailer weighs 7 kg.", COLD, None),
        ("A driver rested.", REST, None),
    ],
)
def test_the_value_that_is_compared(case: str, text: str, value: int | None) -> None:
    found = scenario(case, rule(text))
    assert (found and found.value) == (None if value is None else Decimal(value))


def test_the_value_must_be_the_one_that_is_argued_with() -> None:
    case = "A driver rested for 8 hours."
    assert scenario(case, rule(REST), "8 hours is below 10 hours") is not None
    assert scenario(case, rule(REST), "9 hours is below 10 hours") is None


def test_a_rule_with_a_second_value_of_its_dimension_is_not_compared() -> None:
    window = "A driver must not drive more than 60 hours in any 7 consecutive days."
    assert scenario("A driver drove for 70 hours.", rule(window)) is None
    assert scenario("A driver drove for 70 hours.", rule(window.replace(" in any 7 consecutive days", ""))) is not None


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("A driver came back for a new shift and had slept.", REST, True),
        ("The loader closed the door of the trailer.", COLD, True),
        ("The trailer weighs 7 kg.", COLD, True),
        ("A driver rested for 8 hours.", REST, False),
        ("A driver did not rest.", REST, False),
        ("A driver rested too briefly.", REST, False),
        ("The logs are as old as always.", LOGS, False),
    ],
)
def test_a_case_is_silent_without_value_and_judgement(case: str, text: str, expected: bool) -> None:
    assert silent(case, rule(text)) is expected


@settings(deadline=None)
@given(
    st.text(max_size=60) | st.from_regex(r"(The driver (rested|drove|slept) (\d{1,2} (hours|days)|soon)[., ]*){1,2}")
)
def test_no_case_is_silent_and_has_a_value(case: str) -> None:
    for text in (REST, LOGS, STAKE):
        assert not (silent(case, rule(text)) and scenario(case, rule(text)))
