"""Collect: sources → documents whose sections can be cited, the corpus of a run."""

import gc
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TextIO

from synthforge.artifacts import read_rows, replacing, write_lines, write_rows
from synthforge.context import Run
from synthforge.errors import StageError, blamed
from synthforge.links.directory import Directory
from synthforge.records import Document, Locator, Record, Section
from synthforge.sections.citation import title_of
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
        settled = settle(entries, lambda uri: _masked_title(uri, run))
        if not any(name for entry in settled for name in entry.names):
            raise StageError("collect", "no document has a section that can be cited", "\n  ".join(errors))
        directory = Directory()
        for document in _named(rows, settled):
            for section in document.sections:
                directory.add(section)
        said: list[str] = []
        with replacing(folder / PLACES) as places:
            write_rows(folder / "documents.jsonl", _linked(_named(rows, settled), directory, said, places))
    write_lines(folder / "warnings.txt", said)


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


def _masked_title(uri: str, run: Run) -> str:
    """A title made of a file's name; where the recipe masks, its values are masked too."""
    title = title_of(uri)
    if run.redact is None:
        return title
    from synthforge.privacy.mask import Masker

    return Masker(run.redact).mask([title], []).texts[0]


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
    """The documents and the warnings of a finished collect."""
    warnings = (folder / "warnings.txt").read_text(encoding="utf-8").splitlines()
    collecting = gc.isenabled()
    gc.disable()  # it would walk the growing corpus again and again, and find nothing to free
    try:
        return list(read_rows(folder / "documents.jsonl", Document)), warnings
    finally:
        gc.freeze()  # the corpus stays until the run ends
        if collecting:
            gc.enable()


def heed(documents: Sequence[Document], on_error: str) -> None:
    """Stop where a file gave no section and the recipe says to stop then.

    Raises:
        StageError: so it is.
    """
    errors = [document.error for document in documents if document.error]
    if errors and on_error == "stop":
        listed = "".join(f"\n  {error}" for error in errors[:20])
        raise StageError(
            "collect",
            f"{len(errors)} of {len(documents)} files could not be read, and collect.on_error is stop",
            f"correct them or take them out of sources; what was read is stored{listed}",
        )


def read_placed(folder: Path) -> Iterator[Document]:
    """The corpus with the places of its blocks."""
    pairs = zip(read_rows(folder / "documents.jsonl", Document), read_rows(folder / PLACES, Places), strict=True)
    return (document.model_copy(update={"places": beside.places}) for document, beside in pairs)


def sections_of(documents: list[Document]) -> Iterator[Section]:
    return (section for document in documents for section in document.sections)
