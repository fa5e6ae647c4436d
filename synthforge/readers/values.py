"""What a record is made of once JSON, YAML or CSV is parsed: text, lists and named values, and where each stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from synthforge.errors import RowError
from synthforge.records import Locator
from synthforge.sections.blocks import fold, solid

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
"""Numbers, booleans and dates are text as it was written; None is an empty value and is not shown."""

DEEPEST = 100
"""Levels of nesting; no document that a person wrote has half as many."""


class Number(str):
    """A JSON number as printed: told apart from text because long arrays of them are data for machines."""

    __slots__ = ()


@dataclass(frozen=True)
class Place:
    """Where a value stands: its table row and line, or its JSON pointer and what lines the pointers stand on."""

    row: int | None = None
    line: int | None = None
    pointer: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def into(self, key: str | int) -> "Place":
        """The value below; in a table every cell stands where its row does."""
        return self if self.pointer is None else Place(self.row, self.line, below(self.pointer, key), self.lines)

    @cached_property
    def locator(self) -> Locator:
        line = self.lines.get(self.pointer or "", self.line)
        return Locator(row=self.row, line=line, pointer=self.pointer or None)


def below(pointer: str, key: str | int) -> str:
    """The JSON pointer (RFC 6901) of an entry."""
    escaped = key.replace("~", "~0").replace("/", "~1") if isinstance(key, str) else str(key)
    return f"{pointer}/{escaped}"


class Keys:
    """Names that are made unique in the order in which they come: one that comes again is called `name [2]`."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self.repeated: list[str] = []

    def add(self, name: str) -> str:
        if name not in self._last:
            self._last[name] = 1
            return name
        self.repeated.append(name)
        return self._free(name)

    def _free(self, name: str) -> str:
        while True:
            self._last[name] += 1
            if (given := f"{name} [{self._last[name]}]") not in self._last:
                self._last[given] = 1
                return given


def records(value: Value) -> list[dict[str, Value]]:
    """The objects of a list that holds nothing else; empty for any other value."""
    entries = value if isinstance(value, list) else []
    found = [entry for entry in entries if isinstance(entry, dict)]
    return found if len(found) == len(entries) else []


def visible(value: Value, name: str) -> int:
    """Non-blank characters of all text, numbers and booleans; field names and punctuation are not the content.

    Raises:
        RowError: the value is nested deeper than any document.
    """
    count, level, depth = 0, [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise too_deep(name)
        count += sum(solid(entry) for entry in level if isinstance(entry, str))
        level = [inner for entry in level if not isinstance(entry, str | None) for inner in inside(entry)]
    return count


def too_deep(name: str) -> RowError:
    return RowError(
        "tree.too_deep", f"{name} is nested more than {DEEPEST} levels deep; check what wrote it, or flatten it"
    )


def inside(value: "list[Value] | dict[str, Value]") -> Iterable[Value]:
    return value.values() if isinstance(value, dict) else value


def leaves(value: Value, path: str) -> Iterator[tuple[str, str]]:
    """A small value's texts, each under its path: `check.result: pass`, `tags: a, b`."""
    if isinstance(value, str):
        if shown := fold(value.replace("\n", " ")):
            yield path, shown
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, f"{path}.{fold(key)}" if path else fold(key))
    elif value:
        texts = [entry for entry in value if isinstance(entry, str) and entry.strip()]
        if texts:
            yield path, joined(texts)
        for n, entry in enumerate(value, 1):
            if isinstance(entry, dict):
                yield f"{path}[{n}]", ", ".join(f"{inner}: {text}" for inner, text in leaves(entry, ""))
            elif isinstance(entry, list):
                yield from leaves(entry, f"{path}[{n}]")


def joined(texts: Iterable[str]) -> str:
    folded = [fold(text.replace("\n", " ")) for text in texts]
    return ("; " if any("," in text for text in folded) else ", ").join(folded)


@dataclass(frozen=True)
class Root:
    """A value that a file holds, and its number among those beside it: a line of JSON lines, a YAML document."""

    number: int
    value: Value
    place: Place = Place(pointer="")


def listed(places: Sequence[str]) -> str:
    """The first ten of many places."""
    more = f" and {len(places) - 10} more" if len(places) > 10 else ""
    return f"{', '.join(places[:10])}{more}"
