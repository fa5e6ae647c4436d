"""The ledger: every request with its end, dollars now and so far, and nothing where no teacher was asked."""

from collections.abc import Callable
from typing import Any

from synthforge.pipeline.summary import StageCount, Summary
from synthforge.records import Usage
from synthforge.report.ledger import dollars, ledger

Make = Callable[..., Summary]


def stage(**changes: Any) -> StageCount:
    return StageCount(name="generate", came_in=10, went_out=9, seconds=1.0, cached=False, **changes)


def test_a_run_without_a_teacher_has_no_ledger(bare: Make) -> None:
    assert ledger(bare(stages=[stage()])) == ""


def test_requests_ends_and_dollars_are_the_stages(bare: Make) -> None:
    paid = Usage(input_tokens=5000, cache_read_tokens=1200, output_tokens=700, cost_usd=0.75)
    asked = stage(
        requests=10, asked=9, endings={"reply": 5, "declined": 1, "overloaded": 2, "unusable": 1},
        usage=Usage(cost_usd=1.5), paid=paid,
    )  # fmt: skip
    said = ledger(bare(stages=[asked], paid=paid, spent_usd=2.25, budget_usd=20.0))
    row = [cell.strip() for cell in said.splitlines()[2].strip("|").split("|")]
    assert row == [
        "`generate`",
        "10",
        "9",
        "6",
        "2 told to slow down, 1 of no use",
        "5,000",
        "1,200",
        "700",
        "0.75",
        "1.50",
    ]
    assert "sent 9 requests and paid 0.75 USD" in said and "2.25 USD of 20.00" in said


def test_a_stage_that_used_stored_replies_alone_is_told_too(bare: Make) -> None:
    said = ledger(bare(stages=[stage(requests=10, usage=Usage(cost_usd=1.5))], spent_usd=1.5))
    assert "| 10 | 0 | 0 | – |" in " ".join(said.split()) and "sent 0 requests and paid 0.00 USD" in said


def test_small_sums_are_seen() -> None:
    assert [dollars(amount) for amount in (0, 0.0123, 1.5, 1234.5)] == ["0.00", "0.0123", "1.50", "1,234.50"]
