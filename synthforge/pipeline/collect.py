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
    """(training, held-out) documents: whole documents, at least one each, drawn by seed within each category.

    Raises:
        StageError: with fewer than two usable documents.
    """
    usable = [d for d in documents if d.sections]
    if len(usable) < 2:
        raise StageError(
            "collect",
            f"only {len(usable)} document has sections, so none can be held out for the evaluation",
            "add documents, or set evaluation.sources to documents of the same kind",
        )
    wanted = max(1, round(share * len(usable)))
    shuffled = sorted(usable, key=lambda d: run.rng("hold out", d.id).random())
    by_category: dict[str, list[Document]] = {}
    for document in shuffled:
        by_category.setdefault(document.category, []).append(document)
    held: set[str] = set()
    # One from each category in turn; a category keeps at least one document for training.
    while len(held) < wanted:
        before = len(held)
        for group in by_category.values():
            if len(group) > 1 and len(held) < wanted:
                held.add(group.pop().id)
        if len(held) == before:
            held.add(next(d.id for d in shuffled if d.id not in held))
    return [d for d in usable if d.id not in held], [d for d in usable if d.id in held]


def refuse_overlap(training: Sequence[Document], held_out: Sequence[Document]) -> None:
    """A student must not be examined on what it was trained on.

    Raises:
        StageError: a text is on both sides, whatever its file is called.
    """
    texts = {d.text: d for d in training}
    shared = [(d, texts[d.text]) for d in held_out if d.text.strip() and d.text in texts]
    if shared:
        pairs = "; ".join(f"'{d.uri}'" if d.uri == t.uri else f"'{d.uri}' and '{t.uri}'" for d, t in shared[:5])
        raise StageError(
            "collect",
            f"{len(shared)} documents are in sources and in evaluation.sources alike: {pairs}",
            "a student must not be examined on what it was trained on; take them out of one of the two",
        )
