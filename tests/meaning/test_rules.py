import pytest

from synthforge.meaning.quantities import quantities
from synthforge.meaning.rules import Rule, modalities, rules


def only(text: str) -> Rule:
    (rule,) = rules(text)
    return rule


@pytest.mark.parametrize(
    ("text", "modality", "allowed", "value", "unit"),
    [
        ("A driver may not drive more than 11 hours.", "must_not", "<=", 11, "hour"),
        ("Total driving time must not exceed 11 hours.", "must_not", "<=", 11, "hour"),
        ("A driver may not drive after the 14th consecutive hour on duty.", "must_not", "<=", 14, "hour"),
        ("Fruit must not be held below 13 °C.", "must_not", ">=", 13, "°C"),
        ("The rest must be no less than 10 hours.", "must", ">=", 10, "hour"),
        ("The spill shall be reported within 24 hours.", "must", "<=", 24, "hour"),
        ("Parts may be held for no more than 7 days.", "may", "<=", 7, "day"),
        ("The carrier must keep time records for 6 months.", "must", ">=", 6, "month"),
        ("The driver is required to rest for at least 45 minutes before work.", "must", ">=", 45, "minute"),
        (
            "A driver must not drive after 60 hours on duty in any 7 consecutive days.",
            "must_not",
            "<=",
            60,
            "hour",
        ),
    ],
)
def test_limits(text: str, modality: str, allowed: str, value: int, unit: str) -> None:
    rule = only(text)
    assert rule.limit is not None
    assert (rule.modality, rule.allowed, rule.limit.value, rule.limit.unit) == (
        modality,
        allowed,
        value,
        unit,
    )


@pytest.mark.parametrize(
    "text",
    [
        "A driver must not drive once 8 hours have accumulated without a break of at least 30 minutes.",
        "Records must be archived for 5 years, other records for 2 years.",
        "Rinse water must be at 40 to 50 °C for at least 10 minutes.",
        "The clock must agree with network time to within 2 minutes.",
        "Holes larger than 25 mm must be repaired.",
    ],
)
def test_no_limit_rather_than_a_wrong_one(text: str) -> None:
    assert only(text).limit is None


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("No driver may share an account.", "must_not"),
        ("No disciplinary note may be written.", "must_not"),
        ("The carrier must neither permit nor require it.", "must_not"),
        ("Smoking is prohibited in the bay.", "must_not"),
        ("The agent is not permitted to edit the log.", "must_not"),
        ("Drivers need not take the break.", "need_not"),
        ("No permit is required for this load.", "need_not"),
        ("The log should be reviewed weekly.", "should"),
        ("A driver who cannot finish in time may extend the window.", "may"),
        ("If it rains, the driver must stop.", "must"),
    ],
)
def test_modality(text: str, modality: str) -> None:
    assert only(text).modality == modality


def test_parts_of_a_rule() -> None:
    rule = only("Every driver must be offered at least 48 hours at home unless the driver declines in writing.")
    assert rule.subject == "Every driver"
    assert rule.action == "be offered at least 48 hours at home"
    assert rule.passive
    assert rule.condition == "unless the driver declines in writing"
    assert not rule.discretion


@pytest.mark.parametrize(
    "words", ["where practicable", "case by case", "as necessary", "in the judgement of the manager"]
)
def test_discretion(words: str) -> None:
    assert only(f"The manager may grant leave {words}.").discretion


def test_an_action_ends_before_the_next_rule() -> None:
    assert only("The driver must stop and the carrier must call.").action == "stop"


def test_permits() -> None:
    rule = only("A driver may not drive more than 11 hours.")
    assert rule.permits(quantities("660 minutes")[0]) is True
    assert rule.permits(quantities("12 hours")[0]) is False
    assert rule.permits(quantities("12 km")[0]) is None


def test_the_month_of_may_is_no_permission() -> None:
    assert rules("The audit took place in May and June.") == ()
    assert modalities("He left in May.") == ()
