"""A corpus under every name by which a section or a document of it may be cited."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from synthforge.meaning.evidence import rarity
from synthforge.meaning.quotes import fold
from synthforge.meaning.references import Reference, identifiers
from synthforge.meaning.support import related
from synthforge.records import Document, Section

Signature = tuple[tuple[str, str], ...]
"""The identifiers of which a citation is made, by kind and value, whatever words stand between them."""

_BETWEEN = re.compile(r"[\s,(]{0,2}(?:of (?:the )?)?\Z")
_TOGETHER = 3
"""Identifiers of which one citation may be made."""
_LONGEST = 200
"""Characters of a name; what is longer is a text."""
_BARE_NUMBER = re.compile(r"(?<=\S) (?=\d+(?:\.\d+)*\Z)")
"""Before a section's number, where "SOP-014 5.2" leaves out the sign."""


class Library:
    """Looks up what people write for a section: its key or citation, in any wording, or its document's name."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._sections: dict[str, list[Section]] = defaultdict(list)
        self._documents: dict[str, Sequence[Section]] = {}
        self._headings: dict[str, list[Section]] = defaultdict(list)
        self._written: dict[Signature, list[Section]] = defaultdict(list)
        self._beside: dict[Signature, list[tuple[str, Section]]] = defaultdict(list)
        self._known: dict[str, Sequence[Section]] = {}
        self._texts = [section.text for document in documents for section in document.sections]
        for document in documents:
            self._documents |= {name: document.sections for name in map(_plain, _names(document))}
            for section in document.sections:
                self._add(section)

    def _add(self, section: Section) -> None:
        spelled = (section.citation, section.id.replace("#", " "))
        for name in {_plain(each) for each in (section.key, section.id, *spelled)}:
            self._sections[name].append(section)
        if section.heading:
            self._headings[_plain(section.heading)].append(section)
        for written in {signature(identifiers(each)) for each in spelled} - {()}:
            self._written[written].append(section)
            kind, number = written[-1]
            if kind == "section":
                self._beside[written[:-1]].append((number, section))

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        """How much each word tells one section from another."""
        return rarity(self._texts)

    def find(self, name: str) -> Sequence[Section]:
        """The sections that a name stands for: all of a document's; none for what the corpus does not hold."""
        return self.section(name) or self._documents.get(_plain(name), ())

    def section(self, name: str) -> Sequence[Section]:
        """The same, where it names no whole document; several where they share a citation."""
        if len(name) > _LONGEST:
            return ()
        if name not in self._known:
            self._known[name] = self._looked_up(name)
        return self._known[name]

    def _looked_up(self, name: str) -> Sequence[Section]:
        plain, written = _plain(name), signature(identifiers(_BARE_NUMBER.sub(" §", name)))
        if found := self._sections.get(plain) or self._by(written) or self._each(written):
            return found
        headed = self._headings.get(plain, ())
        return headed if len(headed) == 1 else ()

    def _by(self, written: Signature) -> Sequence[Section]:
        """By a citation's identifiers; else the sections above and below the paragraph that they name."""
        if not written:
            return ()
        if written in self._written:
            return self._written[written]
        kind, number = written[-1]
        beside = self._beside.get(written[:-1], ()) if kind == "section" else ()
        return [section for value, section in beside if related(value, number)]

    def _each(self, written: Signature) -> Sequence[Section]:
        """Of a list such as "SOP-014 §5.2, §5.3"; nothing where one of them is not known."""
        numbers = [each for each in written if each[0] == "section"]
        found = [self._by((*written[: -len(numbers)], each)) for each in numbers]
        return [section for sections in found for section in sections] if all(found) else ()

    def mentioned(self, text: str) -> Sequence[Section]:
        """The sections that a text names in its own words; those of the documents that it names where it names none."""
        written, found, at = identifiers(text), list[Section](), 0
        while at < len(written):
            sizes = range(min(_TOGETHER, len(written) - at), 0, -1)
            runs = ((size, self._by(_joined(written[at : at + size], text))) for size in sizes)
            size, sections = next(((size, each) for size, each in runs if each), (1, ()))
            found += sections
            at += size
        return found or [section for each in written for section in self._documents.get(each.value, ())]


def _names(document: Document) -> set[str]:
    family, file = document.id.partition("@")[0], document.uri.rpartition("/")[2]
    return {
        document.id, family, f"{family} {document.edition}", document.title, document.uri, file,
        file.rpartition(".")[0] or file,
    }  # fmt: skip


def _plain(name: str) -> str:
    return fold(name).strip("[]().,;: ").casefold()


def signature(written: Iterable[Reference]) -> Signature:
    """Its section comes last: "section 5.2 of SOP-014" is SOP-014 §5.2."""
    return tuple(sorted((reference.kind, reference.value) for reference in written))


def _joined(written: Sequence[Reference], text: str) -> Signature:
    """Of identifiers that stand side by side; nothing when other words are between them."""
    gaps = (text[one.end : other.start] for one, other in pairwise(written))
    return signature(written) if all(_BETWEEN.match(gap) for gap in gaps) else ()
