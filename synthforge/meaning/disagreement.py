"""Rules of two sections that cannot both be followed: the same matter, another bound or the opposite duty."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from synthforge.meaning.agreement import direction, words
from synthforge.meaning.rules import Rule, rules
from synthforge.records import Section

ALIKE = 0.75
"""Share of their words (numbers and modals aside) from which two rules are about the same matter."""
MOST = 8
"""Sections that one is paired with; where forms repeat a rule a thousand times, the first few say it all."""

_NOT_THE_MATTER = frozenset(
    "a an the of to in on at by for and or is are be not no never may must shall should can need needs required "
    "permitted allowed prohibited forbidden nobody".split()
)
Matter = frozenset[str]
Stance = tuple[str, int, Fraction]
"""Dimension, direction and size of a bound; of a rule without one "", the place of its modality in `_DUTIES`, and 0."""

_DUTIES = ("must", "must_not", "may", "need_not")
_CONTRARY = ({0, 1}, {1, 2}, {0, 3})
"""Pairs of modalities that contradict each other."""


def matter(text: str) -> Matter:
    """What a rule is about: its words without numbers and without what makes it a duty or a ban."""
    return frozenset(word for word in words(text) if not word[0].isdigit() and word not in _NOT_THE_MATTER)


def stance(rule: Rule) -> Stance | None:
    """How a rule stands to its matter; None where that cannot be told."""
    if rule.limit is not None:
        way = direction(rule.allowed)
        return (rule.limit.dimension or "count", way, rule.limit.size) if way else None
    if rule.modality not in _DUTIES or rule.limits or rule.discretion:
        return None
    return "", _DUTIES.index(rule.modality), Fraction(0)


def disagree(a: Rule, b: Rule) -> bool:
    """Whether two rules of one matter contradict each other."""
    first, second = stance(a), stance(b)
    if first is None or second is None:
        return False
    return _alike(matter(a.text), matter(b.text)) and _against(first, second)


def disagreements(sections: Sequence[Section]) -> dict[str, list[str]]:
    """For a section's key those of the sections that contradict it, in the sections' order, `MOST` at most."""
    held: dict[Matter, dict[Stance, list[Section]]] = defaultdict(lambda: defaultdict(list))
    for section in sections:
        for rule in rules(section.text):
            if (said := stance(rule)) and len(about := matter(rule.text)) >= 3:
                held[about][said].append(section)
    found: dict[str, list[str]] = {section.key: [] for section in sections}
    for one, other in _near(held):
        for first, here in held[one].items():
            for second, there in held[other].items():
                if _against(first, second):
                    _pair(here, there, found)
    return {key: list(dict.fromkeys(keys))[:MOST] for key, keys in found.items() if keys}


def _against(first: Stance, second: Stance) -> bool:
    if first[0] != second[0]:
        return False
    if not first[0]:
        return {first[1], second[1]} in _CONTRARY
    return first[1] == second[1] and first[2] != second[2]


def _alike(a: Matter, b: Matter) -> bool:
    return len(a & b) >= ALIKE * len(a | b)


def _near(held: Mapping[Matter, object]) -> Iterator[tuple[Matter, Matter]]:
    """Pairs of matters that are alike, both ways round and each with itself.

    Two sets that are alike share one of their few rarest words (prefix filtering), so only those are compared.
    """
    often = Counter(word for each in held for word in each)
    index: dict[str, list[Matter]] = defaultdict(list)
    prefixes = {}
    for each in held:
        ordered = sorted(each, key=lambda word: (often[word], word))
        prefixes[each] = ordered[: len(ordered) - math.ceil(ALIKE * len(ordered)) + 1]
        for word in prefixes[each]:
            index[word].append(each)
    for each in held:
        candidates = dict.fromkeys(other for word in prefixes[each] for other in index[word])
        yield from ((each, other) for other in candidates if _alike(each, other))


def _pair(here: Sequence[Section], there: Sequence[Section], found: dict[str, list[str]]) -> None:
    for section in here:
        known = found[section.key]
        for other in there:
            if len(known) >= MOST:
                break
            if not _same_work(section, other) and other.key not in known:
                known.append(other.key)


def _same_work(one: Section, other: Section) -> bool:
    """The same section, or another edition of its document: there one supersedes the other."""
    family = one.id.partition("#")[0] == other.id.partition("#")[0]
    return one.key == other.key or (family and one.edition != other.edition)
