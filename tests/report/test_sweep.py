import csv
from pathlib import Path

import pytest
import yaml

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.summary import Scores, Summary, scalars
from synthforge.report import compare_sweep
from synthforge.report.sweep import Variant, best


def scored(value: float, low: float, high: float, name: str = "decision_accuracy") -> Scores:
    return Scores(student="tuned", metrics={name: Interval(value=value, low=low, high=high, n=100)})


def leave(folder: Path, overrides: list[str], summary: Summary | None = None, error: str = "") -> None:
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "overrides.yaml").write_text(yaml.safe_dump(overrides), encoding="utf-8")
    if summary:
        (folder / "summary.json").write_text(summary.model_dump_json(indent=2), encoding="utf-8")
    if error:
        (folder / "error.txt").write_text(error, encoding="utf-8")


@pytest.fixture
def sweep(summary: Summary, tmp_path: Path) -> Path:
    folder = tmp_path / "near-20261122"
    better = summary.model_copy(update={"evaluation": [summary.evaluation[0], scored(0.95, 0.9, 0.98)]})
    said = ["orders=8", "filters.near.threshold=0.7", "+tuner.r=4"]
    leave(folder / "2_filters.near.threshold=0.7", said, summary)
    leave(folder / "10_threshold=0.9", ["orders=8", "filters.near.threshold=0.9"], better)
    leave(
        folder / "11",
        ["orders=8", "~filters.near"],
        error='Traceback (most recent call last):\n  x\nKeyError: "a|b"\n',
    )
    leave(folder / "12", ["orders=8"])
    leave(folder / "13", ["orders=8"])
    (folder / "13" / "summary.json").write_text('{"recipe": "old"}', encoding="utf-8")
    (folder / "logs").mkdir()
    (folder / "multirun.yaml").write_text("", encoding="utf-8")
    return folder


def test_runs_csv_has_a_row_per_variant_and_every_scalar(sweep: Path, summary: Summary) -> None:
    compare_sweep(sweep)
    with (sweep / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["variant"] for row in rows] == [
        "2_filters.near.threshold=0.7",
        "10_threshold=0.9",
        "11",
        "12",
        "13",
    ]
    assert [row["status"] for row in rows] == ["finished", "finished", "failed", "unfinished", "unreadable"]
    assert rows[0]["tuner.r"] == "4" and rows[1]["tuner.r"] == "" and rows[1]["filters.near.threshold"] == "0.9"
    assert rows[2]["filters.near"] == "dropped" and rows[2]["error"] == 'KeyError: "a|b"'
    assert rows[0]["orders (override)"] == rows[0]["orders"] == "8"
    for name, value in scalars(summary).items():
        assert float(rows[0][name]) == value


def test_the_page_names_settings_winner_and_failures(sweep: Path) -> None:
    shown = compare_sweep(sweep)
    page = (sweep / "compare.md").read_text(encoding="utf-8")
    assert "5 variants, 2 finished." in page and "The same in all: `orders=8`." in page
    assert "[10](<10_threshold=0.9/report.md>)" in page
    assert "- decision right: variant 10, 95 % [90-98]" in page
    assert '- 11 (failed): KeyError: "a\\|b"' in page and "- 12 (unfinished): it left no summary.json" in page
    assert "- 13 (unreadable): summary.json is not one of this version" in page
    assert "1 of 6, 5 replies asked" in page
    assert "95 % [90-98] (best)" in shown and "82 % [75-88] (best)" not in shown
    assert "orders" not in shown.splitlines()[0]


def variant(name: str, scores: Scores, summary: Summary) -> Variant:
    return Variant(name, "finished", summary=summary.model_copy(update={"evaluation": [scores]}))


def test_best_needs_intervals_that_do_not_overlap(summary: Summary) -> None:
    low = variant("low", scored(0.5, 0.4, 0.6), summary)
    near = variant("near", scored(0.65, 0.6, 0.7), summary)
    high = variant("high", scored(0.8, 0.71, 0.9), summary)
    assert best([low, near, high], "decision_accuracy") is high
    assert best([low, near], "decision_accuracy") is None
    assert best([high], "decision_accuracy") is None
    assert best([low, high], "citation_exact") is None


def test_fewer_false_abstentions_are_best(summary: Summary) -> None:
    few = variant("few", scored(0.1, 0.05, 0.15, "false_abstention"), summary)
    many = variant("many", scored(0.5, 0.4, 0.6, "false_abstention"), summary)
    assert best([many, few], "false_abstention") is few


def test_no_difference_is_said(summary: Summary, tmp_path: Path) -> None:
    for name in ("0", "1"):
        leave(tmp_path / name, [f"tuner.r={name}"], summary)
    assert "(best)" not in compare_sweep(tmp_path)
    page = (tmp_path / "compare.md").read_text(encoding="utf-8")
    assert "- decision right: no difference shown" in page and "Not finished" not in page


def test_an_empty_sweep(tmp_path: Path) -> None:
    assert compare_sweep(tmp_path) == f"no variant under '{tmp_path}'"
    assert (tmp_path / "runs.csv").read_text(encoding="utf-8").startswith("variant,status")
