"""Which section of the corpus a citation means: itself, the first one below it, or the leaf that prints it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from synthforge.links.members import PATH
from synthforge.links.standing import PREFIX, units
from synthforge.records import Link, Section

_LABEL = re.compile(r"(?i) (appendix|annex|article|schedule|attachment|exhibit|chapter|subpart) (?=\w+)")
_EXTRA = re.compile(r"(?: ¶\d+| \[\d+\])+\Z")
_LAST = tuple(
    re.compile(rf"{last}\Z")
    for last in (
        PATH,
        r"(?<=[\dA-Z])\.[\dA-Z]\w*",
        r" (?:§|Subpart |Appendix |Annex |Article |Chapter )\w+",
        r" > (?:(?! > ).)*",
        r" \([^()]*\)",
        r"#.*",
    )
)
"""What a name may end with, the smallest first."""
_LAW = re.compile(rf"(\d{{1,2}} (?:CFR|U\.S\.C\.)) (\d[\w.-]*)((?:{PATH})*)\Z")
_LAWS = re.compile(r"\d{1,2} (?:CFR|U\.S\.C\.) ")
_UNTITLED = re.compile(r"§ (\d+)(\.[\w.-]+)((?:\(\w+\))*)\Z")
_PRINTED = re.compile(rf"(?:\A|\n|[;:,—–]\s(?:and\s|or\s)?|[.?]\s)((?:{PATH}\s?)+)")
_ENDING = re.compile(rf"{PATH}\Z")
_DATE = re.compile(r"\d{4}-")
_STEP = re.compile(PATH)


class _Entry(NamedTuple):
    """Where a name leads; `exact` says that the section is cited by just this name.

    `version` is the edition where the corpus holds several of the section: in a code of law that dates every section
    by its last amendment, neighbours are no editions of each other.
    """

    key: str
    document: str
    family: str
    edition: str
    version: str
    order: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Holder:
    """A section that was not cut further, and the designators that its text prints."""

    entry: _Entry
    steps: str


class Directory:
    """Filled with the sections of a corpus in document order; keeps names, never texts.

    Among several sections of one citation, the citing section's own document comes first, then another edition of
    it, then other documents; of several editions the citing section's own, else the newest.
    """

    def __init__(self) -> None:
        self._names: dict[str, list[_Entry]] = {}
        self._holders: dict[str, list[_Holder]] = {}
        self._titles: dict[tuple[str, str], set[str]] = {}
        self._count = 0

    def add(self, section: Section) -> None:
        """Note a section under its citation and under everything above it."""
        self._count += 1
        family, _, citation = section.id.partition("#")
        name = _normal(citation)
        bare = _EXTRA.sub("", name)
        version = section.edition if section.versioned else ""
        entry = _Entry(section.key, section.document, family, section.edition, version, self._count, exact=True)
        self._note(name, entry)
        below = entry._replace(exact=False)
        note = _LAWS.match(name) is not None and " > " in name
        for above in () if note else dict.fromkeys((*_above(name), *_in_units(bare, section.path), family)):
            self._note(above, below)
        if not section.introduces and (steps := "".join(_printed(section.text))):
            self._holders.setdefault(bare, []).append(_Holder(below, steps))
        for link in section.links:
            if (law := _LAW.match(link.target)) and law[1].endswith("CFR"):
                self._titles.setdefault((section.document, law[2].split(".")[0]), set()).add(law[1])

    def _note(self, name: str, entry: _Entry) -> None:
        """Keep a name's first entry in each version of each document; a document's sections come together."""
        held = self._names.setdefault(name, [])
        for place in range(len(held) - 1, -1, -1):
            if held[place].document != entry.document:
                break
            if held[place].version == entry.version:
                if entry.exact and not held[place].exact:
                    held[place] = entry
                return
        held.append(entry)

    def resolved(self, section: Section) -> tuple[Link, ...]:
        """The section's links with the keys of the sections they lead to; one that leads back to it is left out."""
        found = (self._resolved(link, section) for link in section.links)
        return tuple(link for link in found if link.section != section.key)

    def _resolved(self, link: Link, section: Section) -> Link:
        if link.kind == "definition":
            return link
        target = self._titled(link.target, section.document)
        return link.model_copy(update={"target": target, "section": self.find(target, section)})

    def _titled(self, target: str, document: str) -> str:
        """`§ 395.1(g)` with its title, where its document names that part under one title only."""
        found = _UNTITLED.match(target)
        codes = self._titles.get((document, found[1]), set()) if found else set()
        return f"{min(codes)} {target[2:]}" if len(codes) == 1 else target

    def find(self, target: str, section: Section) -> str:
        """The key of the section that a citation in `section` leads to, or ""."""
        name = _normal(target)
        drafted = re.match(PREFIX, section.id.partition("#")[2])
        prefix = drafted.group() if drafted else ""
        for each in (prefix + name, name, name.removeprefix(prefix)):
            if held := self._names.get(each):
                return self._best(held, section).key
        holders = list(self._holding(name))
        return self._best(holders, section).key if holders else ""

    def holds(self, target: str) -> bool:
        """Whether the corpus has the document, or the part of the law, that a citation is a place of."""
        name = _normal(target)
        law = _LAW.match(name)
        unit = (f"{law[1]} {law[2].split('.')[0]}" if law[1].endswith("CFR") else f"{law[1]} {law[2]}") if law else name
        return any(above in self._names for above in (unit, *(() if law else _above(name))))

    def _holding(self, name: str) -> Iterator[_Entry]:
        """The nearest section above, if its own text prints the missing designators one behind the other."""
        missing = ""
        while step := _ENDING.search(name):
            missing, name = step.group() + missing, name[: step.start()]
            yield from (holder.entry for holder in self._holders.get(name, ()) if _prints(holder.steps, missing))
            if any(entry.exact for entry in self._names.get(name, ())):
                return

    @staticmethod
    def _best(entries: Sequence[_Entry], section: Section) -> _Entry:
        family = section.id.partition("#")[0]

        def rank(entry: _Entry) -> tuple[bool, bool, bool, tuple[int, ...], bool, int]:
            related = entry.family == family
            return (
                entry.document == section.document,
                related,
                entry.edition == section.edition and (related or _DATE.match(entry.edition) is not None),
                tuple(map(int, re.findall(r"\d+", entry.edition))),
                entry.exact,
                -entry.order,
            )

        return max(entries, key=rank)


def _normal(name: str) -> str:
    """Dashes as hyphens, labels capitalised: the form in which names are compared."""
    return _LABEL.sub(lambda found: f" {found[1].capitalize()} ", name.replace("–", "-"))


def _above(name: str) -> Iterator[str]:
    """`49 CFR 395.3(a)`, `49 CFR 395.3`, `49 CFR 395` for `49 CFR 395.3(a)(1) ¶2`; `SOP-014 §5`, `SOP-014` for §5.2."""
    bare = _EXTRA.sub("", name)
    if bare != name:
        yield bare
    while found := next(filter(None, (last.search(bare) for last in _LAST)), None):
        bare = _EXTRA.sub("", bare[: found.start()])
        yield bare


def _in_units(name: str, path: tuple[str, ...]) -> Iterator[str]:
    """`49 CFR 395 Subpart A` and `49 CFR Chapter III`, which a section's own citation does not name."""
    law = _LAW.match(name)
    named = dict(units(path)) if law else {}
    if law is None or not law[1].endswith("CFR"):
        return
    if "subpart" in named:
        yield f"{law[1]} {law[2].split('.')[0]} Subpart {named['subpart']}"
    if "chapter" in named:
        yield f"{law[1]} Chapter {named['chapter']}"


def _printed(text: str) -> Iterator[str]:
    """The designators that open a line or an item of an enumeration."""
    return (step for match in _PRINTED.finditer(text) for step in _STEP.findall(match[1]))


def _prints(steps: str, missing: str) -> bool:
    position = 0
    for step in _STEP.findall(missing):
        position = steps.find(step, position)
        if position < 0:
            return False
        position += len(step)
    return True
