"""Taking norms apart: who, what, under which limit; and leaving alone what is too knotty."""

import pytest

from synthforge.teacher.norms import norm


@pytest.mark.parametrize(
    ("sentence", "side", "value", "phrase"),
    [
        ("A driver must rest for at least 10 consecutive hours.", "minimum", 10, "at least 10 consecutive hours"),
        ("Total driving time must not exceed 11 hours.", "maximum", 11, "no more than 11 hours"),
        ("Engines shall not idle for more than 5 minutes.", "maximum", 5, "no more than 5 minutes"),
        ("A spill must be reported within 24 hours.", "maximum", 24, "within 24 hours"),
        (
            "Trailers may not be moved with the gear less than 12 in above the ground.",
            "minimum",
            12,
            "no less than 12 in",
        ),
        ("A load must weigh no more than 1,500 lb.", "maximum", 1500, "no more than 1,500 lb"),
        ("The deposit must be at least $40.", "minimum", 40, "at least $40"),
    ],
)
def test_a_limit_is_read_with_its_side(sentence: str, side: str, value: float, phrase: str) -> None:
    found = norm(sentence)
    assert found is not None and found.limit is not None
    assert (found.limit.side, found.limit.value, found.limit.phrase) == (side, value, phrase)


def test_a_value_on_the_limit_is_allowed_unless_the_limit_is_strict() -> None:
    loose, strict = norm("The tank must hold at least 5 litres."), norm("The tank must hold more than 5 litres.")
    assert loose and loose.limit and strict and strict.limit
    assert loose.limit.allows(5) and not loose.limit.allows(4)
    assert not strict.limit.allows(5) and strict.limit.allows(6)


def test_a_leading_condition_and_an_exception_are_set_apart() -> None:
    found = norm("If a spotter is used, the vehicle must stop at once, unless the dock is empty.")
    assert found is not None
    assert (found.lead_word, found.lead, found.subject) == ("If", "a spotter is used", "the vehicle")
    assert (found.verb_phrase, found.exception) == ("stop at once", "unless the dock is empty")


@pytest.mark.parametrize(
    "sentence",
    [
        "The press stands in Suite B.",
        "A driver may take a break.",
        "Nobody may ride on the platform.",
        "The card expires after 36 months and must be renewed.",
        "It must be taken.",
        "The carrier must neither permit nor require it.",
        "must be cleaned",
    ],
)
def test_what_is_no_plain_norm_is_left_alone(sentence: str) -> None:
    assert norm(sentence) is None


def test_two_limits_in_one_sentence_are_no_limit_at_all() -> None:
    found = norm("Speed must not exceed 10 mph in the yard and no more than 5 mph beside the docks.")
    assert found is not None and found.limit is None
