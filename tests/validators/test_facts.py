from pathlib import Path

import pytest

from synthforge.records import Claim, Evidence, Verdict
from synthforge.validators import Facts
from tests import rooms

RULE = rooms.RULES[0]


def verdict(tmp_path: Path, text: str = RULE, quote: str = RULE, **changes: object) -> Verdict:
    claim = Claim(text=text, evidence=Evidence(section="FP-07#FP-07 §1", quote=quote))
    turn = rooms.turn(**{"claims": (claim,), **changes})
    return Facts().check(rooms.example(turns=(turn,)), rooms.run(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        RULE,
        "Before a new shift, at least ten (10) consecutive hours of rest are required.",
        "Under FP-07 §1 a driver must rest no less than 10 hours before a new shift.",
        "A driver must rest for 600 minutes or more.",
        "Two conditions apply to drivers.",
    ],
)
def test_keeps_true_claims(tmp_path: Path, text: str) -> None:
    assert verdict(tmp_path, text).outcome == "passed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (RULE.replace("10", "12"), "number.unsupported"),
        (RULE.replace("hours", "minutes"), "unit.mismatch"),
        (RULE.replace("must", "may"), "modality.flip"),
        (RULE.replace("must", "need not"), "negation.flip"),
        (RULE.replace("at least", "at most"), "comparator.flip"),
        (RULE + " This holds since 1 March 2024.", "date.unsupported"),
        (RULE + " See SOP-099.", "identifier.unsupported"),
    ],
)
def test_drops_claims_that_the_quote_does_not_carry(tmp_path: Path, text: str, code: str) -> None:
    assert verdict(tmp_path, text).code == code


def test_a_number_of_another_claim_s_quote_does_not_carry_a_claim(tmp_path: Path) -> None:
    assert verdict(tmp_path, "A driver must rest for 5 hours.").code == "number.unsupported"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("The driver rested 8 of the 10 hours, 2 hours too few.", ""),
        ("The driver rested 9 hours.", "number.unsupported"),
        ("The driver rested 8 days.", "unit.mismatch"),
        ("A driver may rest for at least 10 consecutive hours before a new shift.", "modality.flip"),
    ],
)
def test_an_answer_rests_on_quotes_question_and_their_differences(tmp_path: Path, answer: str, code: str) -> None:
    assert verdict(tmp_path, answer=answer).code == code


def test_a_quote_may_not_hide_the_negation_before_it(tmp_path: Path) -> None:
    rule = rooms.RULES[3]
    claim = Claim(
        text="Visitors may leave the marked walkway without an escort.",
        evidence=Evidence(section="FP-07#FP-07 §4", quote="leave the marked walkway without an escort"),
    )
    turn = rooms.turn(claims=(claim,), decision="answered", question="May visitors leave the walkway?", reasoning="")
    assert rule.startswith("Visitors may not")
    assert Facts().check(rooms.example(turns=(turn,)), rooms.run(tmp_path)).code == "negation.flip"
