"""Collect: sources → documents whose sections can be cited, the corpus of a run."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from synthforge.artifacts import read_rows, write_rows, write_text
from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import Document, Section
from synthforge.sources import unify
from synthforge.sources.base import Source


def read_sources(sources: Mapping[str, Source], run: Run) -> tuple[list[Document], list[str]]:
    """Every document of every source, ids made unique over the corpus; warnings say what could not be used.

    Raises:
        StageError: when the sources match no file, or no file has a citable section.
    """
    documents: list[Document] = []
    for name, source in sorted(sources.items()):
        found = list(source.read(run))
        if not found:
            looked = ", ".join(f"'{root}'" for root in run.roots)
            raise StageError(
                "collect",
                f"sources.{name} matches no file: {source.model_dump(exclude_none=True)} (looked from {looked})",
                "correct its path; relative paths start at the recipe's folder",
            )
        documents.extend(found)
    documents, warnings = unify(documents)
    warnings = [w for d in documents for w in d.warnings] + warnings
    if not any(d.sections for d in documents):
        raise StageError("collect", "no document has a section that can be cited", "\n  ".join(warnings[:10]))
    return documents, warnings


def write_corpus(folder: Path, documents: list[Document], warnings: list[str]) -> None:
    write_rows(folder / "documents.jsonl", documents)
    write_text(folder / "warnings.txt", "".join(f"{warning}\n" for warning in warnings))


def read_corpus(folder: Path) -> tuple[list[Document], list[str]]:
    warnings = (folder / "warnings.txt").read_text(encoding="utf-8").splitlines()
    return list(read_rows(folder / "documents.jsonl", Document)), warnings


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
