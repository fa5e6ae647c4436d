"""Collect: sources → documents whose sections can be cited, the corpus of a run."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TextIO

from synthforge.artifacts import read_rows, replacing, write_lines, write_rows
from synthforge.context import Run
from synthforge.errors import StageError, blamed
from synthforge.links.directory import Directory
from synthforge.records import Document, Locator, Record, Section
from synthforge.sources.base import Source
from synthforge.sources.redaction import masked
from synthforge.sources.unify import Entry, settle

PLACES = "places.jsonl"


class Places(Record):
    """A document's places, in a file beside the corpus."""

    document: str
    places: tuple[tuple[int, Locator], ...]


def collect(sources: Mapping[str, Source], run: Run, folder: Path) -> None:
    """Write every document of every source as documents.jsonl, names made unique over the corpus, links resolved.

    One document is in memory at a time. `warnings.txt` has what could not be used, and what was guessed.

    Raises:
        StageError: when the sources match no file, or no file has a citable section.
    """
    with tempfile.TemporaryFile() as rows:
        entries, errors = [], []
        for document in _read(sources, run):
            entries.append(Entry.of(document, place=rows.tell()))
            errors += [document.error] if document.error else []
            rows.write(document.model_dump_json().encode() + b"\n")
        settled, warnings = settle(entries)
        if not any(name for entry in settled for name in entry.names):
            raise StageError("collect", "no document has a section that can be cited", "\n  ".join(errors[:10]))
        directory = Directory()
        for document in _named(rows, settled):
            for section in document.sections:
                directory.add(section)
        said: list[str] = []
        with replacing(folder / PLACES) as places:
            write_rows(folder / "documents.jsonl", _linked(_named(rows, settled), directory, said, places))
    write_lines(folder / "warnings.txt", said + warnings)


def _read(sources: Mapping[str, Source], run: Run) -> Iterator[Document]:
    for name, source in sorted(sources.items()):
        count = 0
        with blamed("collect", source, f"sources.{name}"):
            for document in source.read(run):
                count += 1
                yield document if source.masks or not run.redact else masked(document, run.redact)[0]
        if not count:
            looked = ", ".join(f"'{root}'" for root in run.roots)
            raise StageError(
                "collect",
                f"sources.{name} matches no file: {source.model_dump(exclude_none=True)} (looked from {looked})",
                "correct its path; relative paths start at the recipe's folder",
            )


def _named(rows: IO[bytes], settled: Sequence[Entry]) -> Iterator[Document]:
    """The documents once more, in their final order and under their final names."""
    for entry in settled:
        rows.seek(entry.place)
        yield entry.named(Document.model_validate_json(rows.readline()))


def _linked(documents: Iterable[Document], directory: Directory, said: list[str], places: TextIO) -> Iterator[Document]:
    """The documents with the keys of the sections that their links lead to; their warnings are `said`.

    Their places are written apart: only `trace` asks for them, and they are as many as there are paragraphs.
    """
    for document in documents:
        places.write(Places(document=document.id, places=document.places).model_dump_json() + "\n")
        said += [document.error, *document.warnings] if document.error else document.warnings
        sections = (s.model_copy(update={"links": directory.resolved(s)}) for s in document.sections)
        yield document.model_copy(update={"sections": tuple(sections), "places": ()})


def read_corpus(folder: Path) -> tuple[list[Document], list[str]]:
    warnings = (folder / "warnings.txt").read_text(encoding="utf-8").splitlines()
    return list(read_rows(folder / "documents.jsonl", Document)), warnings


def read_placed(folder: Path) -> Iterator[Document]:
    """The corpus with the places of its blocks."""
    pairs = zip(read_rows(folder / "documents.jsonl", Document), read_rows(folder / PLACES, Places), strict=True)
    return (document.model_copy(update={"places": beside.places}) for document, beside in pairs)


def sections_of(documents: list[Document]) -> Iterator[Section]:
    return (section for document in documents for section in document.sections)


def hold_out(documents: list[Document], share: float, run: Run) -> tuple[list[Document], list[Document]]:
    """(training, held-out) documents: whole families (all editions of one document), drawn by seed in each category.

    At least one family stays on either side.

    Raises:
        StageError: there are fewer than two.
    """
    usable = [d for d in documents if d.sections]
    families: dict[str, list[Document]] = {}
    for document in usable:
        families.setdefault(family(document), []).append(document)
    if len(families) < 2:
        raise StageError(
            "collect",
            "only one document has sections, so none can be held out for the evaluation",
            "add documents, set evaluation.sources to documents of the same kind, or stop before: until=tune",
        )
    wanted = min(max(1, round(share * len(families))), len(families) - 1)
    by_category: dict[str, list[str]] = {}
    for name in sorted(families, key=lambda name: run.rng("hold out", name).random()):
        by_category.setdefault(families[name][0].category, []).append(name)
    held: set[str] = set()
    # One from each category in turn; a category gives its last one only when no other has one to spare.
    while len(held) < wanted:
        spare = [group for group in by_category.values() if len(group) > 1] or [g for g in by_category.values() if g]
        for group in spare[: wanted - len(held)]:
            held.add(group.pop())
    return [d for d in usable if family(d) not in held], [d for d in usable if family(d) in held]


def family(document: Document) -> str:
    """What all editions of a document share: its first section's id up to the citation."""
    return document.sections[0].id.partition("#")[0] if document.sections else document.id


SHARED_WORDS = 8
"""Sections shorter than this ("Not applicable.") may stand on both sides."""


def without_shared(training: Sequence[Document], held_out: Sequence[Document]) -> tuple[list[Document], list[str]]:
    """The held-out documents without the sections that training has word for word, and what was taken out.

    Raises:
        StageError: a document has more than half of its sections in common with training: it is on both sides.
    """
    known = {_folded(s): d for d in training for s in d.sections if len(s.text.split()) >= SHARED_WORDS}
    kept: list[Document] = []
    warnings: list[str] = []
    for document in held_out:
        rest = tuple(section for section in document.sections if _folded(section) not in known)
        shared = [section for section in document.sections if _folded(section) in known]
        if shared:
            other = known[_folded(shared[0])].uri
            if len(shared) > len(document.sections) / 2:
                pair = f"'{document.uri}'" + ("" if other == document.uri else f" and '{other}'")
                raise StageError(
                    "collect",
                    f"the same document is in sources and in evaluation.sources: {pair}",
                    "a student must not be examined on what it was trained on; take it out of one of the two",
                )
            warnings.append(f"{document.uri}: {len(shared)} sections stand in {other} too, and are not examined")
        kept.append(document.model_copy(update={"sections": rest}))
    return kept, warnings


def _folded(section: Section) -> str:
    return " ".join(section.text.split()).casefold()
