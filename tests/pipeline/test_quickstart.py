"""The whole way, with the student that ships: tuned beats base on documents neither has seen."""

from pathlib import Path

from synthforge.pipeline.summary import Summary
from tests.conftest import Execute

LEFT_BEHIND = (
    "report.md",
    "summary.json",
    "funnel.csv",
    "manifest.json",
    "dataset/train.jsonl",
    "dataset/eval.jsonl",
    "dataset/README.md",
    "5-adapter/adapter_model.safetensors",
    "6-answers/base/items.jsonl",
)


def test_a_tuned_student_learns_the_format_and_nothing_is_tuned_twice(runs: Execute) -> None:
    settings = ("orders=60", "evaluation.orders=16", "tuner.steps=40", "teacher.fault_rate=0.1")
    first = runs(*settings)
    base, tuned = first.evaluation
    assert (base.student, tuned.student) == ("base", "tuned")
    assert value(tuned, "format_compliance") > value(base, "format_compliance")
    folder = Path(first.folder)
    assert [left for left in LEFT_BEHIND if not (folder / left).is_file()] == []
    assert Summary.model_validate_json((folder / "summary.json").read_text()) == first
    assert runs(*settings).redone == 0


def value(scores: object, metric: str) -> float:
    found = scores.metrics[metric].value  # type: ignore[attr-defined]
    assert found is not None
    return float(found)
