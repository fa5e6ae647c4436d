"""Evaluate: base and tuned student answer the same held-out questions; each answer is read, and scored by code."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from synthforge.artifacts import read_rows
from synthforge.context import Run
from synthforge.evaluation import Item, item
from synthforge.evaluation.intervals import Interval
from synthforge.evaluation.metrics import breakdown, compare, score
from synthforge.pipeline.summary import Scores
from synthforge.records import Example, Message
from synthforge.student import Student
from synthforge.student.answering import answer
from synthforge.templates.base import Template


def answer_all(
    student: Student, adapter: Path | None, exam: Sequence[Example], templates: Mapping[str, Template], run: Run
) -> list[Item]:
    """One item per assistant turn: the student sees the turns before it as they should have been."""
    asked = [(example, turn, prompt) for example in exam for turn, prompt in enumerate(prompts(example))]
    texts = answer(student, adapter, [prompt for _, _, prompt in asked], run)
    return [
        item(example, turn, text, templates[example.order.template].read(text, run), run.sections)
        for (example, turn, _), text in zip(asked, texts, strict=True)
    ]


def prompts(example: Example) -> list[tuple[Message, ...]]:
    """What comes before each assistant message."""
    return [example.messages[:i] for i, message in enumerate(example.messages) if message.role == "assistant"]


def scores(name: str, items: Path, resamples: int, run: Run) -> Scores:
    rows = list(read_rows(items, Item))
    rng = run.rng("bootstrap")
    return Scores(
        student=name,
        metrics=score(rows, resamples, rng, run.wording),
        by_template=breakdown(rows, "template", resamples, rng, run.wording),
        by_edge_case=breakdown(rows, "edge_case", resamples, rng, run.wording),
        by_difficulty=breakdown(rows, "difficulty", resamples, rng, run.wording),
    )


def difference(base: Path, tuned: Path, resamples: int, run: Run) -> dict[str, Interval]:
    """Tuned minus base for every metric, paired on the same questions."""
    return compare(
        list(read_rows(base, Item)), list(read_rows(tuned, Item)), resamples, run.rng("bootstrap"), run.wording
    )
