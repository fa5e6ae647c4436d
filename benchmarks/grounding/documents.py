"""Real documents: their sentences that say what must or may be done, word for word."""

from collections.abc import Iterator
from pathlib import Path

from counting import TEMPLATES, run_over, stopped

from synthforge.pipeline.mutants import Good, mutants
from synthforge.pipeline.statements import statements
from synthforge.records import Document
from synthforge.sources.files import SUFFIXES, read_file
from synthforge.sources.unify import Entry, settle

CHOSEN = (
    "sop/", "policy/comply/", "policy/jupiterone/", "policy/18f/", "policy/scuba", "regulation/21cfr",
    "regulation/21usc", "regulation/49", "regulation/fmcsa", "regulation/eu-", "regulation/fda_guidance/", "manual/mdm",
)  # fmt: skip
"""Procedures, policies, regulations and guidance; what the paths of the files begin with."""
SENTENCES = 1_000


def detections(corpora: Path, limit: int) -> Iterator[str]:
    documents = _read(corpora)
    run = run_over(section for document in documents for section in document.sections)
    examples = statements(documents, TEMPLATES, run, SENTENCES)
    good = [Good(style="extractive", example=example) for example in examples]
    yield f"{len(good)} sentences of {len(documents)} documents with {len(run.sections):,} sections"
    yield from stopped(good, list(mutants(good, TEMPLATES, documents, run, limit)), run)


def _read(corpora: Path) -> list[Document]:
    files = (file for file in corpora.rglob("*") if file.suffix.lower() in SUFFIXES)
    chosen = [(file, name) for file in files if (name := file.relative_to(corpora).as_posix()).startswith(CHOSEN)]
    found = [read_file(file, name, name.partition("/")[0]) for file, name in chosen]
    found.sort(key=lambda document: document.uri)
    return [entry.named(document) for entry, document in zip(settle(map(Entry.of, found)), found, strict=True)]
