"""JSON and JSON lines to values: numbers as printed, every key kept, broken lines reported and left out."""

import json
import re
from collections import Counter

from synthforge.errors import RowError
from synthforge.readers.values import Keys, Number, Place, Root, Value, listed, too_deep, visible
from synthforge.sections.blocks import Reading, fold, solid

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def json_file(text: str, name: str, reading: Reading) -> list[Root]:
    """The one value of a file, or the values of its lines when it turns out to be JSON lines.

    Raises:
        RowError: it is neither, or nested too deep.
    """
    reader = _Reader(reading)
    try:
        value = reader.loads(text)
    except RecursionError:
        raise too_deep(name) from None
    except json.JSONDecodeError as error:
        if roots := _all_lines(text, name, reading):
            return roots
        raise RowError(
            "json.invalid",
            f"{name}, line {error.lineno}, column {error.colno}: {_reason(error)}; correct it or export it again",
        ) from error
    reading.visible += visible(value, name)
    reader.report()
    return [Root(1, value)]


def json_lines(text: str, name: str, reading: Reading) -> list[Root]:
    """A value a line; a line that is broken is reported by its number and left out.

    Raises:
        RowError: not one line can be read.
    """
    if _is_one(text):
        reading.warnings.append("one JSON value over several lines: read as one; call it .json to be sure")
        return json_file(text, name, reading)
    reader, roots, broken = _Reader(reading), list[Root](), list[str]()
    first = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = reader.loads(line)
            reading.visible += visible(value, name)
            roots.append(Root(number, value, Place(line=number, pointer="")))
        except (json.JSONDecodeError, RecursionError, RowError) as error:
            first = first or f"line {number}: {_reason(error)}"
            broken.append(str(number))
            reading.visible += solid(line)
            reading.drop("broken lines", line)
    if not roots:
        raise RowError("json.invalid", f"{name} holds no line that is JSON ({first}); correct it or export it again")
    if broken:
        reading.warnings.append(f"{len(broken)} lines are not JSON and were left out: {listed(broken)} ({first})")
    reader.report()
    return roots


def _is_one(text: str) -> bool:
    """JSON under the wrong suffix: its first line is no value, the whole is."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return not _is_json(first) and _is_json(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=Number)
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


def _all_lines(text: str, name: str, reading: Reading) -> list[Root]:
    """JSON lines under the wrong suffix: two lines or more, and the first is a value by itself."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or not _is_json(lines[0]):
        return []
    reading.warnings.append("one JSON value a line: read as JSON lines; call it .jsonl to be sure")
    return json_lines(text, name, reading)


class _Reader:
    """The standard library's parser, with what it would lose or let pass counted."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.repeated = Counter[str]()
        self.constants = Counter[str]()
        self.halves = 0
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=self._constant,
            strict=False,  # control characters inside a string are kept
        )

    def loads(self, text: str) -> Value:
        return self._value(self.decoder.decode(text))

    def report(self) -> None:
        if self.repeated:
            keys = listed([f"'{key}'" for key in self.repeated])
            self.reading.warnings.append(f"keys that an object has twice are kept as 'key', 'key [2]', …: {keys}")
        if self.constants:
            self.reading.warnings.append(f"{listed(list(self.constants))} is not JSON; kept as text")
        if self.halves:
            self.reading.warnings.append(f"{self.halves} halves of a character (lone surrogates) were replaced")

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        keys = Keys()
        kept = {keys.add(key): value for key, value in pairs}
        self.repeated.update(fold(key)[:80] for key in keys.repeated)
        return kept

    def _constant(self, text: str) -> Number:
        self.constants[text] += 1
        return Number(text)

    def _value(self, parsed: object) -> Value:
        if isinstance(parsed, dict):
            return {self._text(key): self._value(entry) for key, entry in parsed.items()}
        if isinstance(parsed, list):
            return [self._value(entry) for entry in parsed]
        if isinstance(parsed, bool):
            return "true" if parsed else "false"
        return self._text(parsed) if isinstance(parsed, str) else None

    def _text(self, text: str) -> str:
        if text.isascii():
            return text
        whole, count = _SURROGATE.subn("\ufffd", text)
        self.halves += count
        return whole


def _reason(error: Exception) -> str:
    """In lower case, as all messages are."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg[:1].lower() + error.msg[1:]
    return "nested too deep"
