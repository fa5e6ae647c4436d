"""Registries: dated tables of facts, each row with who says so and since when."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from synthforge.records import fingerprint

FOLDER = Path(__file__).parent / "registries"


class Row(BaseModel):
    """One fact. A source that begins with "recalled" was not looked up: such a row warns, and never rejects."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1)
    as_of: str = Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?|undated)$")
    source: str = Field(min_length=1)

    @property
    def recalled(self) -> bool:
        return self.source.startswith("recalled")

    @property
    def says(self) -> str:
        """Who says so, for a reason."""
        return self.source if self.as_of == "undated" else f"{self.source}, as of {self.as_of}"


class Entry(Row):
    """Something that has an id. `complete`: everything that stands below it is listed, so that what is not does not
    exist. `paragraphs` are the innermost ones of a section ("(a)(1)"), apart by spaces in the file."""

    status: Literal["current", "reserved", "withdrawn"]
    title: str = ""
    complete: bool = False
    paragraphs: tuple[str, ...] = ()

    @field_validator("paragraphs", mode="before")
    @classmethod
    def _apart(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


R = TypeVar("R", bound=Row)
C = TypeVar("C", bound=Row, covariant=True)


@dataclass(frozen=True)
class Table(Generic[C]):
    """Rows by id; `hash` changes with any byte of the files they were read from."""

    rows: Mapping[str, C]
    hash: str


def table(topic: str, own: str | None, kind: type[R]) -> Table[R]:
    """The packaged registry of a topic, if there is one, with the user's own rows added or in place of packaged ones.

    Raises:
        ValueError: there is neither, a file cannot be read, or a row is not one; with file and line.
    """
    packaged = FOLDER / f"{topic}.csv"
    files = [*([packaged] if packaged.is_file() else []), *([Path(own)] if own else [])]
    if not files:
        raise ValueError(f"no registry of '{topic}' is packaged; name a CSV file of your own")
    try:
        stamps = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    except OSError as error:
        raise ValueError(f"registry '{error.filename}' cannot be read: {error.strerror}") from error
    return cast("Table[R]", _table(stamps, kind))


@lru_cache(maxsize=32)
def _table(stamps: tuple[tuple[Path, int, int], ...], kind: type[Row]) -> Table[Row]:
    texts = [_text(file) for file, _, _ in stamps]
    rows: dict[str, Row] = {}
    for (file, _, _), text in zip(stamps, texts, strict=True):
        rows |= _rows(text, file.name, kind)
    return Table(rows, fingerprint("registry", *texts))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"registry '{file}' cannot be read as UTF-8 text: {error}") from error


def _rows(text: str, name: str, kind: type[Row]) -> dict[str, Row]:
    lines = csv.DictReader(io.StringIO(text, newline=""), restkey="(more cells than the header has)", strict=True)
    known = list(kind.model_fields)
    if missing := {"id", "as_of", "source"} - set(lines.fieldnames or ()):
        raise ValueError(f"registry '{name}' has no column {_listed(missing)}; the columns are {', '.join(known)}")
    rows: dict[str, Row] = {}
    try:
        for cells in lines:
            # A short line leaves cells out, an empty cell says nothing: both take the column's default.
            row = kind.model_validate({key: cell for key, cell in cells.items() if cell not in ("", None)})
            if row.id in rows:
                raise ValueError(f"registry '{name}', line {lines.line_num}: '{row.id}' stands there twice")
            rows[row.id] = row
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = f"registry '{name}', line {lines.line_num}: {'.'.join(map(str, fault['loc'][:1])) or 'row'}"
        raise ValueError(f"{where}: {fault['msg']}; the columns are {', '.join(known)}") from error
    except csv.Error as error:
        raise ValueError(f"registry '{name}', after line {lines.line_num}: {error}") from error
    if not rows:
        raise ValueError(f"registry '{name}' has no rows; the columns are {', '.join(known)}")
    return rows


def _listed(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
