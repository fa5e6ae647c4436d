"""A dataset that came from elsewhere: the rows of its file, and who says what in each of them."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Literal

from synthforge.errors import RowError, StageError, UsageError
from synthforge.readers.cells import Table, delimiter
from synthforge.readers.encoding import decode

SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
QUESTIONS = ("instruction", "question", "prompt")
ANSWERS = ("output", "answer", "completion", "response", "expected_answer")
CHATS = ("messages", "conversations")
ROLES = {
    "system": "system", "developer": "system", "user": "user", "human": "user", "assistant": "assistant",
    "gpt": "assistant",
}  # fmt: skip
"""What those who speak are called in chat and ShareGPT rows, and who that is."""
FORMS = "write instruction and output, question and answer, prompt and completion, or messages"
DEEPEST = 50
LONGEST = 100_000
"""Characters of a question or an answer; what is longer is a document, and no example."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in a file of lines, else its number; what it holds, and why it cannot be read, if so."""

    unit: Literal["line", "row"]
    number: int
    content: object
    fault: RowError | None = None

    @property
    def place(self) -> str:
        return f"{self.unit} {self.number}"

    @property
    def id(self) -> str:
        """In the order of the file also where ids are sorted."""
        return f"{self.unit} {self.number:06}"


def read(file: Path) -> tuple[list[Row], list[str]]:
    """The rows of a file in their order, and what had to be guessed to read it; blank lines are no rows.

    Raises:
        UsageError: there is no such file, or it is no dataset.
        StageError: it is broken as a whole, or empty.
    """
    kind = file.suffix.lower()
    if kind not in SUFFIXES:
        raise UsageError(f"'{file}' is no dataset that can be read; give it as {', '.join(SUFFIXES)}")
    try:
        found, notes = (_parquet(file), []) if kind == ".parquet" else _text(file, kind)
    except FileNotFoundError:
        raise UsageError(f"there is no dataset '{file}'") from None
    except OSError as error:
        raise UsageError(f"'{file}' cannot be read: {error.strerror or error}") from error
    if not found:
        raise StageError("screen", f"'{file}' has no row", "write one JSON object a line, or a table with a header")
    return found, notes


def _text(file: Path, kind: str) -> tuple[list[Row], list[str]]:
    try:
        text, notes = decode(file.read_bytes(), file.name)
    except RowError as error:
        raise UsageError(error.reason) from error
    readers = {".csv": _table, ".tsv": _table, ".json": _json}
    return list(readers.get(kind, _lines)(text, file)), notes


def _lines(text: str, file: Path) -> Iterator[Row]:
    # Only line feeds end a line of JSON: U+2028 and its like may stand in a string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _checked("line", number, json.loads(line))
            except (ValueError, RecursionError) as error:
                fault = RowError("row.not_json", f"is no JSON: {error}; write one object a line")
                yield Row("line", number, line, fault)


def _json(text: str, file: Path) -> Iterator[Row]:
    """A list of rows; or, whatever the suffix says, JSON lines."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip().startswith("["):
            raise StageError("screen", f"'{file}' is no JSON: {error}", "put it right, or write JSON lines") from error
        yield from _lines(text, file)
        return
    for number, row in enumerate(content if isinstance(content, list) else [content], 1):
        yield _checked("row", number, row)


def _table(text: str, file: Path) -> Iterator[Row]:
    """A row for every one below the header, by its number in a spreadsheet."""
    lines = text.split("\n")
    filled = (row for row in Table(lines, delimiter(lines)).rows() if not row.blank)
    header = next(filled, None)
    names = [name.strip() or f"column {n}" for n, name in enumerate(header.texts if header else (), 1)]
    if len(set(names)) < len(names):
        raise StageError("screen", f"'{file}' has columns of the same name: {', '.join(names)}", "rename one of them")
    for row in filled:
        if len(row.texts) > len(names):
            reason = f"has {len(row.texts)} cells below {len(names)} names; put what holds a separator in quotes"
            yield Row("row", row.number, row.texts, RowError("row.cells", reason))
        else:
            yield _checked("row", row.number, dict(zip_longest(names, row.texts, fillvalue="")))


def _parquet(file: Path) -> list[Row]:
    from datasets import load_dataset  # type: ignore[import-untyped]

    if not file.is_file():
        raise FileNotFoundError(file)
    # What it would log is said below.
    logging.getLogger("datasets.packaged_modules.parquet.parquet").setLevel(logging.CRITICAL)
    try:
        found = load_dataset("parquet", data_files=str(file), split="train", streaming=True)
        return [_checked("row", number, dict(row)) for number, row in enumerate(found, 1)]
    except ValueError as error:  # as pyarrow's own errors are
        raise StageError("screen", f"'{file}' is no Parquet: {error}", "write it again") from error


def _checked(unit: Literal["line", "row"], number: int, content: object) -> Row:
    if _nested(content) > DEEPEST:
        reason = f"is nested more than {DEEPEST} deep, and left out here; {FORMS}"
        return Row(unit, number, f"{unit} {number}", RowError("row.nested", reason))
    try:
        json.dumps(content, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        return Row(unit, number, content, RowError("row.text", f"holds half a character ({half!a}); write it as UTF-8"))
    if isinstance(content, dict):
        return Row(unit, number, content)
    kind = type(content).__name__
    return Row(unit, number, content, RowError("row.not_object", f"is a {kind} and no object; {FORMS}"))


def _nested(content: object, depth: int = 0) -> int:
    """How deep a row is nested, as far as that matters: what is deeper could be read and not be written again."""
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return depth if depth > DEEPEST else max((_nested(each, depth + 1) for each in inner), default=depth)


def conversation(row: Mapping[str, object]) -> list[tuple[str, str]]:
    """The questions of a row, each with its answer.

    Raises:
        RowError: it has none of the forms, or a part of its form is missing.
    """
    if chat := next((name for name in CHATS if row.get(name) not in (None, "")), None):
        return _paired(_messages(row, chat))
    asked, answered = _filled(row, QUESTIONS), _filled(row, ANSWERS)
    if asked is None or answered is None:
        known = ", ".join(f"'{name}'" for name in list(row)[:12]) or "nothing"
        raise RowError("row.form", f"holds {known}, which is no question with an answer; {FORMS}")
    if all(isinstance(structured(row[name]), list) for name in (asked, answered)):
        return _paired([*_messages(row, asked), *_messages(row, answered)])
    question = _said(row[asked], f"'{asked}'")
    if row.get("input") not in (None, ""):
        more = _said(row["input"], "'input'")
        question = f"{question}\n\n{more}"
    return [(question, _said(row[answered], f"'{answered}'"))]


def _filled(row: Mapping[str, object], names: Sequence[str]) -> str | None:
    """The first of these names under which a row says something, else one that it has."""
    there = [name for name in names if row.get(name) is not None]
    return next((name for name in there if row[name] != ""), next(iter(there), None))


def structured(content: object) -> object:
    """A list or an object, also where a table could only hold it as JSON; all else as it is."""
    if isinstance(content, str) and content.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            return content
    return content


def _messages(row: Mapping[str, object], name: str) -> list[tuple[str, str]]:
    """(role, content) of every message; both spellings, of chats and of ShareGPT."""
    messages = structured(row[name])
    if not isinstance(messages, list):
        raise RowError("row.messages", f"'{name}' is no list of messages; write [{{role, content}}, …]")
    found = []
    for number, message in enumerate(messages, 1):
        where = f"message {number} of '{name}'"
        if not isinstance(message, dict):
            raise RowError("row.messages", f"{where} is no object; write {{role, content}}")
        who = message.get("role", message.get("from"))
        role = ROLES.get(who) if isinstance(who, str) else None
        if role is None:
            raise RowError("row.role", f"{where} is by '{who}', who is none of {', '.join(ROLES)}")
        if role != "system":
            found.append((role, _said(message.get("content", message.get("value")), where)))
    return found


def _paired(messages: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    roles = [role for role, _ in messages]
    turned = roles[:1] == ["user"] and roles[-1:] == ["assistant"]
    if not turned or any(one == other for one, other in pairwise(roles)):
        given = ", ".join(roles) or "none"
        raise RowError("row.order", f"messages have to alternate, user first and assistant last (they are: {given})")
    contents = [content for _, content in messages]
    return list(zip(contents[::2], contents[1::2], strict=True))


def _said(content: object, where: str) -> str:
    if not isinstance(content, str):
        raise RowError("row.text", f"{where} is {json.dumps(content, default=str)[:60]} and no text")
    if not content.strip():
        raise RowError("row.empty", f"{where} is empty")
    if len(content) > LONGEST:
        raise RowError("row.long", f"{where} has {len(content):,} characters; at most {LONGEST:,} are read")
    return content
