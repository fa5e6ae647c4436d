"""Screening: a recipe's checks and filters over a dataset from elsewhere; every row comes out with reasons."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from synthforge import __version__
from synthforge.artifacts import write_lines, write_text
from synthforge.context import Run
from synthforge.errors import RowError
from synthforge.pipeline.adoption import SCREEN, Adoption
from synthforge.pipeline.check import check
from synthforge.pipeline.collect import sections_of
from synthforge.pipeline.filter import filter
from synthforge.pipeline.foreign import Row, read
from synthforge.pipeline.library import Library
from synthforge.pipeline.stages import Stages
from synthforge.recipe import Recipe
from synthforge.records import Example, Record, Verdict

FIELD = "screening"
"""The one field that is added to a row."""
_SAMPLES = 8
_MANY = 100
"""Rows between two steps of the progress bar."""

End = Literal["passed", "rejected", "held", "unreadable"]
ENDS: Mapping[str, End] = {"kept": "passed", "rejected": "rejected", "held": "held", "failed": "rejected"}


class Sample(Record):
    """One row that did not pass, and why."""

    place: str
    end: End
    by: str
    code: str
    reason: str
    question: str = ""


class Screened(Record):
    """What a dataset came to: each row is passed, rejected, held or unreadable, and the four add up."""

    recipe: str
    data: str
    version: str
    folder: str
    seconds: float
    rows: int
    passed: int = 0
    rejected: int = 0
    held: int = 0
    unreadable: int = 0
    """They stand in rejected.jsonl with the others."""
    codes: dict[str, int] = {}
    """Rows that did not pass, by the first thing that was wrong with each, the most frequent first."""
    checks: list[str] = []
    filters: list[str] = []
    samples: list[Sample] = []
    """For each of the most frequent codes the first row that it kept out."""
    notes: list[str] = []


@dataclass(frozen=True)
class _Ended:
    """A row with what became of it; `example` is None where it could not be read."""

    row: Row
    end: End
    verdicts: Sequence[Verdict]
    example: Example | None = None

    @property
    def cause(self) -> Verdict | None:
        return self.example.cause if self.example else self.verdicts[0]


def screen(file: Path, stages: Stages) -> Screened:
    """Judge every row of a file by the recipe, and write it into the run's folder with what was said of it.

    Raises:
        UsageError: there is no such file, or it is no dataset.
        StageError: the file is broken as a whole, or the documents cannot be read.
    """
    started = time.perf_counter()
    rows, notes = read(file)
    corpus = stages.collect().training
    run = replace(stages.run, sections={section.key: section for section in sections_of(corpus)})
    recipe = stages.recipe
    adoption = Adoption(Library(corpus), recipe.templates, recipe.edge_cases, run)
    ended = _judged(rows, adoption, recipe, run)
    _write(ended, run.folder)
    counts = Counter[End](each.end for each in ended)
    summary = Screened(
        recipe=recipe.name, data=str(file), version=__version__, folder=str(run.folder),
        seconds=round(time.perf_counter() - started, 1), rows=len(rows), **dict(counts), codes=_codes(ended),
        checks=list(recipe.validators), filters=list(recipe.filters), samples=_samples(ended), notes=notes,
    )  # fmt: skip
    write_text(run.folder / "summary.json", summary.model_dump_json(indent=2) + "\n")
    return summary


def _judged(rows: Sequence[Row], adoption: Adoption, recipe: Recipe, run: Run) -> list[_Ended]:
    """Every row in its place, after checks and filters; of rows that say the same, the first one stays."""
    read: dict[str, Example | RowError] = {}
    with run.progress.bar("read", len(rows)) as bar:
        for number, row in enumerate(rows, 1):
            read[row.id] = _adopted(row, adoption)
            bar.advance(0 if number % _MANY else _MANY)
        bar.advance(len(rows) % _MANY)
    examples = [each for each in read.values() if isinstance(each, Example)]
    checked = check(examples, recipe.validators, recipe.edge_cases, run, recipe.strictness)
    judged = {example.id: example for example in filter(checked, (), recipe.filters, run)}
    return [_ended(row, judged.get(row.id), read[row.id]) for row in rows]


def _adopted(row: Row, adoption: Adoption) -> Example | RowError:
    if row.fault is not None or not isinstance(row.content, dict):
        return row.fault or RowError("row.not_object", "is no object")
    try:
        return adoption.example({name: said for name, said in row.content.items() if name != FIELD}, row.id)
    except RowError as fault:
        return fault


def _ended(row: Row, example: Example | None, read: Example | RowError) -> _Ended:
    if isinstance(read, RowError):
        fault = Verdict(stage="check", by=SCREEN, outcome="failed", code=read.code, reason=read.reason)
        return _Ended(row, "unreadable", (fault,))
    example = example or read
    return _Ended(row, ENDS[example.fate], [v for v in example.verdicts if v.code], example)


def _write(ended: Sequence[_Ended], folder: Path) -> None:
    for name, ends in (("passed", ("passed",)), ("rejected", ("rejected", "unreadable")), ("held", ("held",))):
        write_lines(folder / f"{name}.jsonl", (_line(each) for each in ended if each.end in ends))


def _line(each: _Ended) -> str:
    """The row as it was, and one field more: where it stood, what was said of it, and what it was found to rest on."""
    content = each.row.content if isinstance(each.row.content, dict) else {"row": each.row.content}
    turns = each.example.turns if each.example else ()
    said = {
        "row": each.row.place,
        "outcome": each.end,
        "verdicts": [verdict.model_dump(mode="json", exclude_none=True) for verdict in each.verdicts],
        "claims": [claim.model_dump(mode="json") for turn in turns for claim in turn.claims],
    }
    line = json.dumps({**content, FIELD: said}, ensure_ascii=False, default=str)
    try:
        line.encode()
    except UnicodeEncodeError:  # half a character, which UTF-8 has no bytes for
        return json.dumps({**content, FIELD: said}, default=str)
    return line


def _codes(ended: Sequence[_Ended]) -> dict[str, int]:
    counts = Counter(cause.code for each in ended if (cause := each.cause))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _samples(ended: Sequence[_Ended]) -> list[Sample]:
    first: dict[str, Sample] = {}
    for each in ended:
        if cause := each.cause:
            first.setdefault(cause.code, _sample(each, cause))
    return [first[code] for code in list(_codes(ended))[:_SAMPLES]]


def _sample(each: _Ended, cause: Verdict) -> Sample:
    turns = each.example.turns if each.example else ()
    return Sample(
        place=each.row.place, end=each.end, by=cause.by, code=cause.code, reason=cause.reason,
        question=turns[-1].question if turns else "",
    )  # fmt: skip
