import pytest

from synthforge.meaning.agreement import difference, meaning

SOURCE = "A driver must rest for at least 10 consecutive hours before a new shift."


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("A driver may rest for at least 10 consecutive hours before a new shift.", "modality.flip"),
        ("A driver must not rest for at least 10 consecutive hours before a new shift.", "comparator.flip"),
        ("A driver must rest for at most 10 consecutive hours before a new shift.", "comparator.flip"),
        ("A driver must rest for at least 10 consecutive hours after a new shift.", "comparator.flip"),
        ("A driver must rest for at least 12 consecutive hours before a new shift.", "number.unsupported"),
        ("A driver must rest for at least 10 consecutive hours not before a new shift.", "negation.flip"),
        ("A driver need not rest for at least 10 consecutive hours before a new shift.", "negation.flip"),
    ],
)
def test_one_word_that_turns_a_copy_around(claim: str, code: str) -> None:
    found = difference(claim, SOURCE)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (SOURCE, SOURCE),
        ("A driver is required to rest for no less than 10 consecutive hours before a new shift.", SOURCE),
        ("Driving time may be at most 11 hours.", "Driving time must not exceed 11 hours."),
        ("Driving time may not be more than 11 hours.", "Driving time must not exceed 11 hours."),
        (
            "Updates must be managed so that they do not raise the amount.",
            "Updates must not raise the amount.",
        ),
        ("Coffee is served.", SOURCE),
    ],
)
def test_rewording_is_no_contradiction(claim: str, source: str) -> None:
    assert difference(claim, source) is None


def test_meaning_sees_what_likeness_does_not() -> None:
    assert meaning("It takes 60 minutes.") == meaning("It takes 1 hour.")
    for other in ("It takes 61 minutes.", "It takes 60 seconds.", "It never takes 60 minutes."):
        assert meaning("It takes 60 minutes.") != meaning(other)
