"""What a person sees of a calibration: the table, the page, the figure, and the mistakes that slipped through."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from synthforge.artifacts import read_rows
from synthforge.evaluation.intervals import wilson
from synthforge.pipeline.calibration import Calibration, Detection, LeftOut, Untouched
from synthforge.pipeline.mutants import Good, Mutant
from synthforge.pipeline.thresholds import Point, Threshold
from synthforge.records import Verdict
from synthforge.report.calibration import drawn, page, write_calibration
from synthforge.report.slipped import listing, various
from tests import rooms

LOST = Verdict(stage="check", by="facts", outcome="failed", code="unit.mismatch", reason="h is not hours")
SVG = "{http://www.w3.org/2000/svg}"


def detection(kind: str, style: str, rejected: int, held: int, slipped: int) -> Detection:
    n = rejected + held + slipped
    by = {"facts:number.unsupported": rejected, "judge:judge.unsure": held}
    alone = {name: count for name, count in by.items() if count}
    fields: dict[str, Any] = {"kind": kind, "style": style, "n": n, "rejected": rejected, "held": held}
    return Detection(**fields, slipped=slipped, caught=wilson(n - slipped, n), by=alone, alone=alone)


def mutant(at: int = 0, **changes: str) -> Mutant:
    fields: dict[str, Any] = {
        "of": f"id{at}", "kind": "number", "style": "accepted", "label": "near", "where": "claim", "before": "10",
        "after": "12", "turn": 0, "example": rooms.example(f"m{at}"), **changes,
    }  # fmt: skip
    return Mutant(**fields)


@pytest.fixture
def made() -> Calibration:
    point = Point(value=0.5, false_alarms=wilson(9, 100), caught=wilson(60, 200))
    lower = point.model_copy(update={"value": 0.43})
    return Calibration(
        recipe="yard", seed=0, at_most=40, source="outputs/yard/20260301-120000", validators=("facts", "quote"),
        detections=(
            detection("number", "accepted", 30, 6, 4), detection("number", "extractive", 40, 0, 0),
            detection("overconfident", "accepted", 0, 0, 10),
        ),
        untouched=(
            Untouched(style="accepted", n=50, rejected=0, held=0, lost=wilson(0, 50), by={}),
            Untouched(style="extractive", n=60, rejected=2, held=1, lost=wilson(3, 60), by={"facts:unit.mismatch": 3}),
        ),
        thresholds=(
            Threshold(key="validators.near.least", now=point, proposed={"0.02": lower, "0.05": None}),
        ),
        left_out=(LeftOut(validator="judge", cost="money", questions=1200, tokens=340000, usd=4.5),),
        notes=("no example that passes untouched can carry: unit",),
        slipped=tuple(mutant(at) for at in range(4)),
        false_rejections=(Good(style="extractive", example=rooms.example("lost", [LOST])),),
    )  # fmt: skip


def test_the_terminal_says_what_is_stopped_by_whom_and_what_is_not_asked(made: Calibration, tmp_path: Path) -> None:
    said = write_calibration(made, "synthforge calibrate yard.yaml -n 40", tmp_path)
    lines = {line.split("  ")[0]: line.split() for line in said.splitlines()}
    assert lines["wrong number"] == "wrong number 90 % [77-96] 40 100 % [91-100] 40 4".split()
    assert lines["answer to a silent source"][5:] == "0 % [0-28] 10 – – 10".split()
    assert lines["no mistake (false alarms)"][4:] == "0 % [0-7] 50 5 % [2-14] 60 –".split()
    assert lines["facts"] == ["facts", "70", "70", "3"]
    assert lines["judge"] == ["judge", "6", "6", "0"]
    assert lines["quote"] == ["quote", "0", "0", "0"]
    assert "90 mistakes planted in 110 good examples" in said
    assert "at most 2 % false alarms: validators.near.least=0.43" in said
    assert "at most 5 % false alarms: no value that its other settings allow" in said
    assert "'judge' asks a paid model and was left out; with --with-models it is asked about 1,200 examples" in said
    assert "of about 340,000 tokens, about $4.50" in said
    assert "note: no example that passes untouched can carry: unit" in said


def test_everything_is_left_in_the_folder(made: Calibration, tmp_path: Path) -> None:
    write_calibration(made, "synthforge calibrate yard.yaml -n 40", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "calibration.md", "calibration.svg", "false_rejections.jsonl", "slipped.jsonl", "slipped.md", "summary.json",
    ]  # fmt: skip
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["command"] == "synthforge calibrate yard.yaml -n 40"
    assert [(d["kind"], d["slipped"]) for d in summary["detections"]] == [
        ("number", 4), ("number", 0), ("overconfident", 10),
    ]  # fmt: skip
    assert "slipped" not in summary and "false_rejections" not in summary
    assert tuple(read_rows(tmp_path / "slipped.jsonl", Mutant)) == made.slipped
    assert tuple(read_rows(tmp_path / "false_rejections.jsonl", Good)) == made.false_rejections


def test_the_page_has_a_row_for_each_kind_and_style(made: Calibration) -> None:
    said = page(made, "synthforge calibrate yard.yaml")
    assert "| wrong number | accepted | 40 | 75 % | 15 % | 10 % | 90 % [77-96] |" in said
    assert "`facts:number.unsupported` 30 (30), `judge:judge.unsure` 6 (6) |" in said
    assert "| `quote` | stopped nothing | 0 | 0 | 0 |" in said
    assert "| extractive | 60 | 2 | 1 | 5 % [2-14] | `facts:unit.mismatch` 3 |" in said
    assert (
        "- extractive: 8 consecutive hours is below the minimum of 10 consecutive hours (facts: h is not hours)" in said
    )
    assert "```sh\nsynthforge calibrate yard.yaml\n```" in said


def test_the_bars_of_the_figure_are_the_counts(made: Calibration) -> None:
    root = ElementTree.fromstring(drawn(made))
    bars = [(bar.get("class"), float(bar.get("width", 0)), bar.findtext(f"{SVG}title"))
            for bar in root.iter(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]  # fmt: skip
    first = bars[:3]
    assert [(name, said) for name, _, said in first] == [
        ("rejected", "30 of 40 rejected"), ("held", "6 of 40 held"), ("slipped", "4 of 40 slipped"),
    ]  # fmt: skip
    full = sum(width for _, width, _ in first)
    assert [width / full for _, width, _ in first] == pytest.approx([0.75, 0.15, 0.1], abs=0.002)
    assert bars[3][1] == pytest.approx(full, abs=0.2)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts.count("no example can carry it") == 1
    assert {"accepted", "extractive", "90 %", "wrong number", "no mistake (false alarms)"} <= set(texts)
    right = max(float(text.get("x", 0)) for text in root.iter(f"{SVG}text"))
    assert right <= float(root.get("width", 0))


def test_a_name_or_a_text_with_markup_in_it_breaks_neither_page_nor_figure(made: Calibration) -> None:
    odd = "<b>&yard|*x*"
    changed = made.model_copy(
        update={"recipe": odd, "slipped": (mutant(before="a|b", after="</svg><script>`", label="<i>"),)}
    )
    root = ElementTree.fromstring(drawn(changed))
    assert root.get("aria-label") == f"{odd}: what its checks stop, by kind of mistake"
    for text in (page(changed, "x"), listing(changed)):
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        inline = [child for token in tokens for child in token.children or []]
        assert not [t for t in (*tokens, *inline) if t.type.startswith("html")]
        assert f"# {odd}" in "# " + "".join(c.content for c in next(t for t in tokens if t.children).children or [])


def test_the_listing_shows_what_a_student_would_learn(made: Calibration) -> None:
    said = listing(made)
    assert "## wrong number: 4 of 80" in said
    assert said.count("**10 → 12**") == 4
    assert "near, in claim; accepted, example id0" in said
    assert "- claim: A driver must rest for at least 10 consecutive hours" in said
    assert "answer to a silent source" not in said
    none = listing(made.model_copy(update={"slipped": ()}))
    assert none.endswith("None did.\n")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("", "at once", "**added: at once**"), ("unless asked", "", "**dropped: unless asked**"), ("a", "b", "**a → b**")],
)
def test_what_was_added_or_dropped_is_called_so(made: Calibration, before: str, after: str, said: str) -> None:
    assert said in listing(made.model_copy(update={"slipped": (mutant(before=before, after=after),)}))


def test_of_many_the_various_are_listed_and_the_rest_is_counted(made: Calibration) -> None:
    many = [mutant(at, label="near") for at in range(30)] + [mutant(30 + at, label="far") for at in range(2)]
    assert [each.label for each in various(many, 4)] == ["near", "far", "near", "far"]
    said = listing(made.model_copy(update={"slipped": tuple(many)}))
    assert said.count("**10 → 12**") == 20 and "12 more in slipped.jsonl." in said
