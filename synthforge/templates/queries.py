"""Real questions of a client's users, as anchors of tone and form: read, masked, and a few drawn for each order."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.privacy import Redact
from synthforge.privacy.mask import Masker
from synthforge.records import fingerprint

COLUMNS = ("query", "question", "text", "message", "prompt")
"""Where a CSV or JSONL file has its questions, the first of these that it has; a CSV file without: its first column."""


def load(queries: str | Sequence[str], run: Run) -> tuple[str, ...]:
    """The distinct questions of a list, or of the file or files that a path names, in their order.

    What the recipe masks in documents is masked here too: a question tells more of a person than a policy does.

    Raises:
        StageError: there is no such file, or it cannot be read; with the line.
    """
    if not isinstance(queries, str):
        return _masked(tuple(queries), _settings(run))
    files = run.files(queries)
    if not files:
        looked = ", ".join(f"'{root}'" for root in run.roots)
        raise StageError(
            "generate", f"queries: no file matches '{queries}' (looked from {looked})",
            "correct the path; relative ones start at the recipe's folder",
        )  # fmt: skip
    return tuple(dict.fromkeys(query for file in files for query in _file(file, _stamp(file), _settings(run))))


def drawn(queries: str | Sequence[str], count: int, rng: Random, run: Run) -> tuple[str, ...]:
    """`count` of them, or all when there are fewer."""
    known = load(queries, run) if queries else ()
    return tuple(rng.sample(known, min(count, len(known))))


def state(queries: str | Sequence[str], run: Run) -> str:
    """Changes when a question does."""
    return fingerprint(load(queries, run)) if queries else ""


def _settings(run: Run) -> str:
    return run.redact.model_dump_json() if run.redact else ""


def _stamp(file: Path) -> tuple[int, int]:
    about = file.stat()
    return about.st_mtime_ns, about.st_size


@lru_cache(maxsize=64)
def _file(file: Path, stamp: tuple[int, int], redact: str) -> tuple[str, ...]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "save it as UTF-8 text, one question a line, as CSV or as JSONL"
        raise StageError("generate", f"queries: '{file.name}' cannot be read: {error}", remedy) from error
    readers = {".csv": _csv, ".jsonl": _jsonl}
    rows = readers.get(file.suffix.lower(), _lines)(text, file.name)
    return _masked(tuple(" ".join(row.split()) for row in rows if row.strip()), redact)


@lru_cache(maxsize=64)
def _masked(queries: tuple[str, ...], redact: str) -> tuple[str, ...]:
    return Masker(Redact.model_validate_json(redact)).mask(queries).texts if redact else queries


def _lines(text: str, name: str) -> Iterator[str]:
    yield from text.splitlines()


def _csv(text: str, name: str) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(text)))
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    column = next((heads.index(each) for each in COLUMNS if each in heads), None)
    for row in rows if column is None else rows[1:]:
        yield from row[column or 0 : (column or 0) + 1]


def _jsonl(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _unusable(name, number, f"is not JSON: {error}") from error
        value = row if isinstance(row, str) else _field(row)
        if not isinstance(value, str):
            raise _unusable(name, number, f"has none of {', '.join(COLUMNS)} as text")
        yield value


def _field(row: object) -> object:
    return next((row[each] for each in COLUMNS if each in row), None) if isinstance(row, dict) else None


def _unusable(name: str, line: int, reason: str) -> StageError:
    remedy = 'write one JSON string a line, or objects like {"query": "…"}'
    return StageError("generate", f"queries: '{name}', line {line} {reason}", remedy)
