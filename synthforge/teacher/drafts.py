"""A file of drafts: one JSON object a line, each with what it answers, read once and checked as a whole."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from synthforge.records import Request

Kind = tuple[str, str, str]
"""Template, section and edge case."""

REMEDY = 'every line is {"order": "…", "reply": {…}}, or {"template": "…", "section": "…", "reply": {…}}'


class Row(BaseModel):
    """One line: a draft, and the order that it answers, by its id or by what is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: str = ""
    template: str = ""
    section: str = ""
    """The citation, or the key, of the (first) section that it is about."""
    edge_case: str = "none"
    reply: dict[str, Any] | list[dict[str, Any]] = Field(min_length=1)
    """What the template's response model holds; a list for a task that makes several requests, in their sequence."""

    @model_validator(mode="after")
    def _belongs(self) -> "Row":
        by_kind = bool(self.template and self.section)
        if bool(self.order) == by_kind or (self.order and self.model_fields_set - {"order", "reply"}):
            raise ValueError("say the order it answers, or the template and the section that it is written for")
        return self

    @property
    def kind(self) -> Kind:
        return (self.template, self.section.strip(), self.edge_case)

    def __str__(self) -> str:
        case = f" as {self.edge_case}" if self.edge_case != "none" else ""
        return f"order {self.order}" if self.order else f"{self.template} on '{self.section}'{case}"


@dataclass(frozen=True)
class Drafts:
    """The rows of a file by line number, counted from 1, and which of them a request gets."""

    name: str
    hash: str
    rows: dict[int, Row]
    by_order: dict[str, int]
    by_kind: dict[Kind, tuple[int, ...]]

    def line(self, request: Request) -> int | None:
        """The line of an order's draft: the one with its id, else of its kind the one with its sample number."""
        order = request.order
        if order.id in self.by_order:
            return self.by_order[order.id]
        for section in (citation(request), order.targets[0]):
            lines = self.by_kind.get((order.template, section, order.edge_case), ())
            if order.sample < len(lines):
                return lines[order.sample]
        return None


def citation(request: Request) -> str:
    """The citation of what an order is about, first of all; a user's side that sees no source is told none."""
    key = request.order.targets[0]
    shown = (section.citation for section in request.sections if section.key == key and section.citation)
    return next(shown, key.partition("#")[2] or key)


def read_drafts(file: Path) -> Drafts:
    """The file's rows.

    Raises:
        ValueError: it cannot be read, or a line cannot belong to an order; with the line.
    """
    try:
        about = file.stat()
    except OSError as error:
        raise ValueError(f"'{file}' cannot be read: {error.strerror}") from error
    return _read(file, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=8)
def _read(file: Path, _changed_ns: int, _size: int) -> Drafts:
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"'{file}' cannot be read as UTF-8 text: {error}") from error
    rows: dict[int, Row] = {}
    by_order: dict[str, int] = {}
    by_kind: dict[Kind, tuple[int, ...]] = {}
    for number, row in _rows(text.split("\n"), file.name):
        rows[number] = row
        if not row.order:
            by_kind[row.kind] = (*by_kind.get(row.kind, ()), number)
        elif (first := by_order.setdefault(row.order, number)) != number:
            raise ValueError(f"'{file.name}', line {number}: line {first} answers the order '{row.order}' already")
    if not rows:
        raise ValueError(f"'{file.name}' holds no draft: {REMEDY}")
    return Drafts(file.name, hashlib.sha256(content).hexdigest(), rows, by_order, by_kind)


def _rows(lines: Sequence[str], name: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, Row.model_validate(json.loads(line))
        except ValidationError as error:
            raise ValueError(f"'{name}', line {number}: {misfit(error)}; {REMEDY}") from error
        except (ValueError, RecursionError) as error:
            raise ValueError(f"'{name}', line {number} is not JSON ({error}); {REMEDY}") from error


def misfit(error: ValidationError) -> str:
    """What does not fit, as far as a line has room for it."""
    return "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
        if each["loc"]
        else each["msg"].removeprefix("Value error, ")
        for each in error.errors(include_url=False)[:3]
    )
