"""Uniqueness over the corpus: the same text twice is kept once, different text under one id is told apart.

Only names travel here (ids, citations, hashes of texts), so that a corpus of any size is settled in little memory:
every document is seen once to note its entry, and once more to be given its final names.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from synthforge.links.links import links
from synthforge.records import Document, Section, fingerprint
from synthforge.sections.citation import slug, title_of


@dataclass(frozen=True)
class Name:
    """A section without its text."""

    id: str
    citation: str
    edition: str
    hash: str
    versioned: bool = False


@dataclass(frozen=True)
class Entry:
    """A document without its text; a section that is not used has no name.

    `place` is where its row starts, `notes` what settling has changed.
    """

    uri: str
    digest: str
    id: str
    title: str
    names: tuple[Name | None, ...]
    place: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Document, place: int = 0) -> "Entry":
        names = tuple(Name(s.id, s.citation, s.edition, s.hash) for s in document.sections)
        return cls(document.uri, fingerprint(document.text), document.id, document.title, names, place)

    def named(self, document: Document) -> Document:
        """The document under its settled names."""
        pairs = zip(document.sections, self.names, strict=True)
        sections = tuple(self._section(section, name) for section, name in pairs if name)
        warnings = (*document.warnings, *self.notes)
        return document.model_copy(
            update={"id": self.id, "title": self.title, "sections": sections, "warnings": warnings}
        )

    def _section(self, section: Section, name: Name) -> Section:
        named = section.model_copy(
            update={"id": name.id, "citation": name.citation, "versioned": name.versioned, "document": self.id}
        )
        # Places in a document of its own are named after it.
        return named if name.id == section.id else named.model_copy(update={"links": links(named)})


Key = tuple[str, str]
"""A section's id and edition."""


def settle(entries: Iterable[Entry], title: Callable[[str], str] = title_of) -> list[Entry]:
    """Entries in uri order with unique document ids and unique (section id, edition).

    A document all of whose sections were seen before (SOP-014 as Markdown, Word and PDF) keeps its text but no
    sections. A section whose (id, edition) was seen with other text gets a suffix [2] in id and citation. Two documents
    that share nothing but a title are told apart by a `title` made of the later one's uri.
    """
    settled: list[Entry] = []
    seen: dict[Key, tuple[str, str]] = {}
    used: Counter[str] = Counter()
    families: dict[str, str] = {}
    for entry in sorted(entries, key=lambda e: (e.uri, e.digest)):
        notes: list[str] = []
        entry = _renamed(entry, families, seen, title, notes)
        entry = replace(entry, id=_free(entry.id, used), names=_distinct(entry, seen, notes), notes=tuple(notes))
        for name in filter(None, entry.names):
            seen[name.id, name.edition] = (name.hash, entry.uri)
        settled.append(entry)
    return _editions_apart(settled)


def _editions_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Where a corpus holds two editions of one section, both name theirs in the citation; else neither does.

    A reader of the excerpt, and everything that looks a section up, must know which of the two is meant.
    """
    editions: dict[str, set[str]] = {}
    for name in (name for entry in entries for name in entry.names if name):
        editions.setdefault(name.id, set()).add(name.edition)

    def dated(name: Name | None) -> Name | None:
        if name is None or len(editions[name.id]) == 1:
            return name
        return replace(name, citation=f"{name.citation} ({name.edition or 'no edition'})", versioned=True)

    return [replace(entry, names=tuple(map(dated, entry.names))) for entry in entries]


def _renamed(
    entry: Entry,
    families: dict[str, str],
    seen: dict[Key, tuple[str, str]],
    title_of: Callable[[str], str],
    notes: list[str],
) -> Entry:
    """Two documents that share nothing but a title ("Access") are told apart by the later one's file name."""
    family = slug(entry.title)
    names = [name for name in entry.names if name]
    if not names or not names[0].id.startswith(f"{family}#"):
        return entry
    taken = families.setdefault(family, entry.uri)
    clash = any((found := seen.get((name.id, name.edition))) and found[0] != name.hash for name in names)
    if taken == entry.uri or not clash:
        return entry
    title = title_of(entry.uri)
    notes.append(f"{entry.uri}: has the title '{entry.title}' of {taken}; cited as '{title}' instead")
    return replace(
        entry,
        id=entry.id.replace(family, slug(title), 1),
        title=title,
        names=tuple(_cited_as(name, entry.title, title) for name in names),
    )


def _cited_as(name: Name, old: str, new: str) -> Name:
    citation = new + name.citation[len(old) :] if name.citation.startswith(old) else name.citation
    return replace(name, id=f"{slug(new)}#{citation}", citation=citation)


def _distinct(entry: Entry, seen: dict[Key, tuple[str, str]], notes: list[str]) -> tuple[Name | None, ...]:
    names = [name for name in entry.names if name]
    earlier = [seen.get((name.id, name.edition)) for name in names]
    same = [found for found, name in zip(earlier, names, strict=True) if found and found[0] == name.hash]
    if names and len(same) == len(names):
        notes.append(f"{entry.uri}: same text as {same[0][1]} ({entry.id}); {len(same)} sections are used once")
        return (None,) * len(names)
    if same:
        notes.append(f"{entry.uri}: {len(same)} sections have the same text as in {same[0][1]} and are used once")
    other = [found for found in earlier if found and found not in same]
    if other:
        notes.append(
            f"{entry.uri}: {len(other)} sections have an id used in {other[0][1]} but other text; "
            "they get the suffix [2]: give the documents an identifier or version of their own"
        )
    own = {(name.id, name.edition) for name in names}
    return tuple(
        None if found and found[0] == name.hash else _suffixed(name, seen, own) if found else name
        for found, name in zip(earlier, names, strict=True)
    )


def _suffixed(name: Name, seen: Container[Key], own: set[Key]) -> Name:
    count = 2
    while (key := (f"{name.id} [{count}]", name.edition)) in seen or key in own:
        count += 1
    own.add(key)
    return replace(name, id=key[0], citation=f"{name.citation} [{count}]")


def _free(name: str, used: Counter[str]) -> str:
    """The name, or with the first number that makes it unique."""
    free = name
    while used[free]:
        used[name] += 1
        free = f"{name} [{used[name]}]"
    used[free] += 1
    return free
