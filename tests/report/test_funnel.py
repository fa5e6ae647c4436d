"""Warnings: of kept examples alone, each once, with what it means."""

from synthforge.pipeline.summary import Summary, warnings
from synthforge.records import Verdict
from synthforge.report import funnel
from tests import rooms

WARNING = Verdict(stage="check", by="cfr", outcome="passed", code="cfr.unverified", reason="not in the registry")
FAILURE = Verdict(stage="check", by="quote", outcome="failed", code="quote.not_found")


def test_a_warning_counts_once_an_example_and_for_kept_ones_only() -> None:
    kept = rooms.example(verdicts=[WARNING, WARNING])
    assert warnings([kept, rooms.example(verdicts=[WARNING, FAILURE]), rooms.example(verdicts=[])]) == {
        "cfr.unverified": 1
    }


def test_the_report_says_what_warnings_mean_and_nothing_without_any(summary: Summary) -> None:
    assert funnel.warned(summary.model_copy(update={"warnings": {}})) == ""
    said = funnel.warned(summary.model_copy(update={"warnings": {"cfr.unverified": 2}}))
    assert "cfr.unverified" in said
    assert "Code of Federal Regulations" in said
