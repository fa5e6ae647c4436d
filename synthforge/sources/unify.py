"""Uniqueness over the corpus: the same text twice is kept once, different text under one id is told apart."""

import unicodedata
from collections.abc import Iterable, Sequence

from synthforge.records import Document, Section
from synthforge.sources.blocks import fold
from synthforge.sources.citation import slug, title_of


def unify(documents: Iterable[Document]) -> tuple[list[Document], list[str]]:
    """Documents in uri order with unique document ids and unique (section id, edition), and what was changed.

    A document all of whose sections were seen before (SOP-014 as Markdown, Word and PDF) keeps its text but
    no sections. A section whose (id, edition) was seen with other text gets a suffix [2] in id and citation.
    """
    kept: list[Document] = []
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    names: set[str] = set()
    warnings: list[str] = []
    families: dict[str, str] = {}
    for document in sorted(documents, key=lambda d: (d.uri, d.text)):
        document = _renamed(document, families, seen, warnings)
        name = _free(document.id, names)
        names.add(name)
        sections = _distinct(document, seen, warnings)
        moved = tuple(section.model_copy(update={"document": name}) for section in sections)
        for section in moved:
            seen[section.id, section.edition] = (_folded(section), document.uri)
        kept.append(document.model_copy(update={"id": name, "sections": moved}))
    return _editions_apart(kept), warnings


def _editions_apart(documents: Sequence[Document]) -> list[Document]:
    """Where a corpus holds two editions of one section, both say theirs in id and citation; else neither does.

    A reader of the excerpt, and everything that looks a section up, must know which of the two is meant.
    """
    editions: dict[str, set[str]] = {}
    for section in (section for document in documents for section in document.sections):
        editions.setdefault(section.id, set()).add(section.edition)

    def dated(section: Section) -> Section:
        if len(editions[section.id]) == 1:
            return section
        edition = section.edition or "no edition"
        return section.model_copy(
            update={"id": f"{section.id} ({edition})", "citation": f"{section.citation} ({edition})"}
        )

    return [d.model_copy(update={"sections": tuple(map(dated, d.sections))}) for d in documents]


def _renamed(
    document: Document,
    families: dict[str, str],
    seen: dict[tuple[str, str], tuple[str, str]],
    warnings: list[str],
) -> Document:
    """Two documents that share nothing but a title ("Access") are told apart by the later one's file name."""
    family = slug(document.title)
    if not document.sections or not document.sections[0].id.startswith(f"{family}#"):
        return document
    taken = families.setdefault(family, document.uri)
    clash = any(
        (found := seen.get((section.id, section.edition))) and found[0] != _folded(section)
        for section in document.sections
    )
    if taken == document.uri or not clash:
        return document
    title = title_of(document.uri)
    warnings.append(f"{document.uri}: has the title '{document.title}' of {taken}; cited as '{title}' instead")
    return document.model_copy(
        update={
            "id": document.id.replace(family, slug(title), 1),
            "title": title,
            "sections": tuple(_cited_as(section, document.title, title) for section in document.sections),
        }
    )


def _cited_as(section: Section, old: str, new: str) -> Section:
    citation = new + section.citation[len(old) :] if section.citation.startswith(old) else section.citation
    return section.model_copy(update={"id": f"{slug(new)}#{citation}", "citation": citation})


def _distinct(document: Document, seen: dict[tuple[str, str], tuple[str, str]], warnings: list[str]) -> list[Section]:
    earlier = [seen.get((section.id, section.edition)) for section in document.sections]
    same = [
        found
        for found, section in zip(earlier, document.sections, strict=True)
        if found and found[0] == _folded(section)
    ]
    if document.sections and len(same) == len(document.sections):
        warnings.append(
            f"{document.uri}: same text as {same[0][1]} ({document.id}); {len(same)} sections are used once"
        )
        return []
    if same:
        warnings.append(f"{document.uri}: {len(same)} sections have the same text as in {same[0][1]} and are used once")
    other = [found for found in earlier if found and found not in same]
    if other:
        warnings.append(
            f"{document.uri}: {len(other)} sections have an id used in {other[0][1]} but other text; "
            "they get the suffix [2]: give the documents an identifier or version of their own"
        )
    taken = set(seen) | {(section.id, section.edition) for section in document.sections}
    return [
        _suffixed(section, taken) if found else section
        for found, section in zip(earlier, document.sections, strict=True)
        if not found or found[0] != _folded(section)
    ]


def _suffixed(section: Section, taken: set[tuple[str, str]]) -> Section:
    count = 2
    while (f"{section.id} [{count}]", section.edition) in taken:
        count += 1
    taken.add((f"{section.id} [{count}]", section.edition))
    return section.model_copy(update={"id": f"{section.id} [{count}]", "citation": f"{section.citation} [{count}]"})


def _free(name: str, names: Sequence[str] | set[str]) -> str:
    count = 1
    while (name if count == 1 else f"{name} [{count}]") in names:
        count += 1
    return name if count == 1 else f"{name} [{count}]"


def _folded(section: Section) -> str:
    return fold(unicodedata.normalize("NFKC", section.text))
