"""A wrong name: a person, body, system, paper or good exchanged for another, from outside or from the same passage."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from synthforge.corruption.grammar import upper_first
from synthforge.corruption.misstatement import Edit, Misstatement, has, homes
from synthforge.corruption.names import NAMES, Mention, Name, named
from synthforge.records import Section

_TRIES = 12
_STARTS = re.compile(
    r"(?:^|[.!?,;:(“\"—–]|\b(?:the|an?|each|every|any|all|no|such|that|this|its|their|his|her|your|our|these|those|to|by|of"
    r"|from|for|with|and|or|if|when|where|which|as|than|on|in|at|between|other|relevant|both|new|without|via|through|only"
    r"|whether|is|are|be|must|shall|may|should|unless|until|after|before|per|two|three|more|one|another|same))\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:['’]s?\b|\s*[.,;:!?)—–]|$|\s+(?:\w+ed|\w+ing|\w+ly|the|an?|to|by|of|from|for|with|and|or|if|when|where|which|who|that"
    r"|as|than|on|in|at|is|are|be|was|were|has|have|had|must|shall|may|should|can|cannot|will|would|does|do|not|need|needs|only"
    r"|also|itself|unless|until|after|before|under|within|into|about|expects|requires|holds|makes|uses|applies|keeps|takes"
    r"|gives|knows|meets|receives|provides|submits)\b)"
)
"""What stands before and after a name that is not part of a longer one ("risk driver", "counterparty risk")."""


@dataclass(frozen=True)
class WrongEntity(Misstatement):
    """Writes another name of the same kind; `foreign` ones stand nowhere in the sections, the others do."""

    kind: str
    foreign: bool

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        told = f"{quote} {' '.join(f'{section.lead_in} {section.text}' for section in sections.values())}"
        documents = {home.document for home in homes(quote, sections)}
        near = " ".join(section.text for section in sections.values() if section.document in documents)
        for mention in named(text):
            if _stands(text, mention) and (has(told, mention.name.one) or has(told, mention.name.many)):
                name = mention.name
                others = _foreign(name, f"{told} {text}", rng) if self.foreign else _native(name, text, told, near)
                for other in others:
                    yield Edit(other.kind, mention.start, mention.end, _written(text, mention, other))


def _foreign(name: Name, told: str, rng: Random) -> list[Name]:
    """Some names of the same kind and field that stand nowhere."""
    pool = [other for other in NAMES if other.kind == name.kind and other.field == name.field]
    return [other for other in rng.sample(pool, min(_TRIES, len(pool))) if _is_new(other, told)]


def _native(name: Name, text: str, told: str, near: str) -> list[Name]:
    """The names of the same kind that stand in the document quoted, or else in any section."""
    for source in (near, told):
        kin = {m.name for m in named(source) if m.name.kind == name.kind and m.name.group != name.group}
        apart = [other for other in kin if _is_apart(name, other, text, told)]
        if apart:
            return sorted(apart, key=lambda other: other.one)
    return []


def _stands(text: str, mention: Mention) -> bool:
    """Whether the name is no part of a longer one; "insurance or reinsurance undertaking" is one, too."""
    before = text[: mention.start]
    shared = " " in mention.name.one and re.search(r"\w (?:and|or) $", before)
    return bool(_STARTS.search(before) and _ENDS.match(text, mention.end) and not shared)


def _is_new(name: Name, told: str) -> bool:
    """Whether neither the name nor another one for the same stands anywhere."""
    same = [other for other in NAMES if other.group == name.group]
    return not any(has(told, form) for other in same for form in (other.one, other.many))


def _is_apart(name: Name, other: Name, text: str, told: str) -> bool:
    """Whether the two are told apart: not one within the other, not together in the claim, not listed side by side."""
    if set(name.one.split()) & set(other.one.split()) or has(text, other.one) or has(text, other.many):
        return False
    one, two = (rf"(?:{re.escape(n.many)}|{re.escape(n.one)})" for n in (name, other))
    listed = r"\W+(?:[\w’'-]+[ ,]+){0,4}(?:and|or)\W+(?:[\w’'-]+ ){0,4}"
    return not any(re.search(rf"\b{a}{listed}{b}\b", told, re.IGNORECASE) for a, b in ((one, two), (two, one)))


def _written(text: str, mention: Mention, other: Name) -> str:
    """The other name in the number and the capitals of the one it stands for."""
    written = text[mention.start : mention.end]
    form = other.many if mention.is_many else other.one
    if other.proper:
        return form
    if written.istitle() and " " in written:
        return form.title()
    named_so = written[0].isupper() and not mention.name.proper
    return upper_first(form) if named_so else form
