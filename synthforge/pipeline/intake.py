"""Intake: what the documents of a run came to, in numbers, and what has changed since they were last collected."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from synthforge.artifacts import write_text
from synthforge.records import Document, Record

LENGTHS = (10, 25, 50, 100, 200)
"""Upper bounds, in words, of the bars of the section-length histogram; the last bar is open."""


class Group(Record):
    """The documents of one category."""

    documents: int = 0
    sections: int = 0
    languages: dict[str, int] = {}
    """Documents by ISO 639-1 code; '' where it could not be told."""


class Changes(Record):
    """Sections by id against the collect before; a new edition that leaves a section's text alone changes nothing."""

    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    unchanged: int = 0


class Remembered(Record):
    """The collect before: the corpus' key, what had changed by then, and the hashes of its texts by section id."""

    key: str
    changes: Changes | None
    sections: dict[str, list[str]]


class Intake(Record):
    """A corpus in numbers; characters are those that are not blank."""

    categories: dict[str, Group] = {}
    lengths: dict[str, int] = {}
    """Sections by number of words."""
    visible: int = 0
    extracted: int = 0
    dropped: dict[str, int] = {}
    masked: dict[str, int] = {}
    """Values masked, by kind."""
    links: dict[str, int] = {}
    """By kind, and those of them whose place is in the corpus as `kind, resolved`."""
    needs_ocr: dict[str, list[int]] = {}
    """Pages without text, by file."""
    errors: list[str] = []
    changes: Changes | None = None
    """None at a recipe's first collect."""


def intake(documents: Sequence[Document], changes: Changes | None) -> Intake:
    sections = [section for document in documents for section in document.sections]
    links = Counter[str]()
    for link in (link for section in sections for link in section.links):
        links.update([link.kind, f"{link.kind}, resolved"] if link.section else [link.kind])
    return Intake(
        categories={name: _group(documents, name) for name in sorted({d.category for d in documents})},
        lengths=_lengths(len(section.text.split()) for section in sections),
        visible=sum(d.account.visible for d in documents),
        extracted=sum(d.account.extracted for d in documents if d.account.visible),
        dropped=_summed(d.account.dropped for d in documents),
        masked=_summed(d.account.masked for d in documents),
        links=dict(sorted(links.items())),
        needs_ocr={d.uri: list(d.account.needs_ocr) for d in documents if d.account.needs_ocr},
        errors=[d.error for d in documents if d.error],
        changes=changes,
    )


def _group(documents: Sequence[Document], category: str) -> Group:
    own = [document for document in documents if document.category == category]
    return Group(
        documents=len(own),
        sections=sum(len(document.sections) for document in own),
        languages=dict(sorted(Counter(document.language for document in own if document.sections).items())),
    )


def _lengths(words: Iterable[int]) -> dict[str, int]:
    counts = Counter(bisect_left(LENGTHS, count) for count in words)
    lows = (1, *(bound + 1 for bound in LENGTHS))
    names = [f"{low}-{high}" for low, high in zip(lows, LENGTHS, strict=False)] + [f"over {LENGTHS[-1]}"]
    return {name: counts[place] for place, name in enumerate(names)}


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def changes_since(file: Path, key: str, documents: Sequence[Document]) -> Changes | None:
    """What differs from the collect that `file` remembers, which then remembers this one.

    `key` names the corpus: the same one collected again reports the same changes.
    """
    before = _remembered(file)
    if before is not None and before.key == key:
        return before.changes
    now: dict[str, list[str]] = {}
    for section in (section for document in documents for section in document.sections):
        now.setdefault(section.id, []).append(section.hash)
    found = None if before is None else _compared(before.sections, now)
    write_text(file, Remembered(key=key, changes=found, sections=now).model_dump_json())
    return found


def _remembered(file: Path) -> Remembered | None:
    """None when nothing is remembered, or nothing that this version can read."""
    try:
        return Remembered.model_validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _compared(before: dict[str, list[str]], now: dict[str, list[str]]) -> Changes:
    both = before.keys() & now.keys()
    changed = sorted(name for name in both if set(before[name]) != set(now[name]))
    return Changes(
        added=sorted(now.keys() - before.keys()),
        changed=changed,
        removed=sorted(before.keys() - now.keys()),
        unchanged=len(both) - len(changed),
    )
