"""The US Code of Federal Regulations: does the section exist, and can it have that paragraph?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from synthforge.links.members import PATH, Member, kind
from synthforge.links.mentions import Mention as Place
from synthforge.links.mentions import mentions as places
from synthforge.validators.domain import Mention, Registered, Remark, against, unverified
from synthforge.validators.registry import Entry

_BARE = re.compile(rf"(?<![\w.§$/-])(\d{{3,4}})(\.\d{{1,4}}[a-zT]?)((?:{PATH})+)")
_NUMBER = re.compile(r"(\d+(?:-\d+)?)(\.\d+[a-zT]?(?:-\d+)?)?(?![\w-])")
_ID = re.compile(r"(\d+ CFR [\d-]+)(\.[\w-]+)?((?:\(\w+\))*)")
_STEP = re.compile(r"\(\w+\)")
_LEVELS = ("lower", "number", "lower roman", "letter", "number", "lower roman")
"""Counted (a)(1)(i)(A)(1)(i), says 1 CFR 21.11; older rules have small letters too, as in 314.50(d)(5)(vi)(b)."""


class Cfr(Registered):
    """Rejects sections that do not exist or are reserved or withdrawn, and paragraphs that a section does not have."""

    topic: ClassVar[str] = "cfr"
    absent: ClassVar[str] = "unknown_section"

    def mentions(self, text: str) -> Iterator[Mention]:
        found = [mention for place in places(text) for mention in self._read(place)]
        for bare in _BARE.finditer(text):
            title = self._title(bare[1])
            if title and not any(m.start <= bare.start() < m.end for m in found):
                found.append(Mention(f"{title} {bare.group()}", *bare.span()))
        yield from sorted(found, key=lambda mention: mention.start)

    def above(self, id: str) -> Iterator[str]:
        part, section, _ = _taken_apart(id)
        yield from (part + section, part) if section else (part,)

    def judged(self, mention: Mention) -> Remark | None:
        part, section, path = _taken_apart(mention.id)
        entry = self.entries.get(part + section)
        if path and entry and entry.status == "current":
            return _paragraph(mention, entry, path)
        remark = super().judged(replace(mention, id=part + section))
        return _irregular(mention) if remark and remark.outcome == "passed" and not _is_regular(path) else remark

    def _read(self, place: Place) -> Iterator[Mention]:
        """The places of a code of regulations; one without its title is read where only one title has its part."""
        for member in place.members:
            where, path = (place.inside, member.path) if place.head == "paragraph" else (place, ())
            holder = where.members[0] if where and path else member
            number = _NUMBER.match(holder.number)
            if where is None or number is None or not (title := self._title_of(where, holder)):
                continue
            steps = "".join(f"({step})" for step in (*holder.path, *path))
            yield Mention(f"{title} {number.group()}{steps if number[2] else ''}", member.start, member.end)

    def _title_of(self, place: Place, member: Member) -> str:
        if place.head == "code":
            return place.name if place.name.endswith("CFR") else ""
        if place.head != "section" or place.inside or "." not in member.number:
            return ""
        if place.scope:
            return place.scope if place.scope.endswith("CFR") else ""
        return self._title(member.number.partition(".")[0])

    def _title(self, part: str) -> str:
        """The one title that is registered with a part; a number of one or two digits may be a handbook's."""
        titles = {id.partition(" CFR")[0] for id in self.entries if id.endswith(f" CFR {part}")}
        return f"{titles.pop()} CFR" if len(titles) == 1 and len(part) > 2 else ""


def _taken_apart(id: str) -> tuple[str, str, str]:
    """("49 CFR 395", ".3", "(a)(1)")"""
    found = _ID.fullmatch(id)
    return (found[1], found[2] or "", found[3]) if found else (id, "", "")


def _paragraph(mention: Mention, section: Entry, path: str) -> Remark | None:
    if any(known.startswith(path) for known in section.paragraphs):
        return None
    if section.complete:
        has = f"ends with {section.paragraphs[-1]}" if section.paragraphs else "has none"
        return against(mention, section, "impossible_paragraph", f"does not exist: {section.id} {has}")
    if not _is_regular(path):
        return _irregular(mention)
    return unverified(mention, f"names a paragraph that the registry does not list for {section.id}")


def _irregular(mention: Mention) -> Remark:
    reason = "is no order in which paragraphs are counted: (a)(1)(i)(A)(1)(i)"
    return Remark(mention, "uncertain", "irregular_paragraph", reason)


def _is_regular(path: str) -> bool:
    steps = [step.strip("()") for step in _STEP.findall(path)]
    return len(steps) <= len(_LEVELS) and all(_fits(step, depth) for depth, step in enumerate(steps))


def _fits(step: str, depth: int) -> bool:
    counted, level = kind(step, depth), _LEVELS[depth]
    if level == "letter":
        return counted != "number"
    return counted == level or counted.startswith(f"{level} ")
