"""Rewording keeps numbers, negations and protected text, and is a function of its seed."""

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.corruption import paraphrase
from synthforge.corruption.quantities import mentions
from synthforge.corruption.synonyms import PAIRS
from tests.corruption.test_kinds import rules


def negations(text: str) -> int:
    """Negations that turn a rule; "no more than" and its like are bounds."""
    bounds = r"\b(?:not?) (?:more|less|fewer|later|greater) than\b"
    capped = re.sub(r"\b(?:must|shall|may|should) not exceed\b", "at most", text, flags=re.IGNORECASE)
    return len(
        re.findall(r"\b(?:not|no|never|cannot|nothing)\b|n't\b", re.sub(bounds, "", capped, flags=re.IGNORECASE))
    )


@given(rules(), st.integers(0, 10**6))
@settings(max_examples=500, deadline=None)
def test_numbers_and_negations_stay(rule: str, seed: int) -> None:
    said = paraphrase(rule, Random(seed))
    assert said == paraphrase(rule, Random(seed))
    assert sorted(m.value for m in mentions(said)) == sorted(m.value for m in mentions(rule))
    free = re.sub(r"\bneed not\b", "do not have to", rule)
    assert negations(said) == negations(free)


@pytest.mark.parametrize(
    ("rule", "wordings"),
    [
        ("The driver must rest for at least ten hours.", {"The driver has to rest for ten hours or more."}),
        (
            "Before driving, the driver must check the brakes.",
            {"The driver must check the brakes before driving."},
        ),
        (
            "QA is notified within 24 hours of receipt.",
            {"QA is notified no later than 24 hours after receipt."},
        ),
    ],
)
def test_expected_wordings_occur(rule: str, wordings: set[str]) -> None:
    assert wordings <= {paraphrase(rule, Random(seed)) for seed in range(400)}


def test_quoted_text_and_code_stay() -> None:
    rule = "Employees must use `check --verify` and the form “Notify and retain” within 24 hours."
    for seed in range(50):
        said = paraphrase(rule, Random(seed))
        assert "`check --verify`" in said and "“Notify and retain”" in said


def test_table_is_large() -> None:
    assert PAIRS >= 120
