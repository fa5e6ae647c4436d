"""Where a statement in free words may turn what its source says: duty and permission, yes and no, opposites.

Rules on words cannot prove that two sentences mean the same: measured on real contracts they are no better than chance
once the wording is free. What is found here is a doubt, for a model or a person to settle, and never a proof. Words are
aligned by their beginnings; a doubt needs the source to speak of the same thing the other way, and nowhere the same.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from synthforge.meaning.agreement import BOUNDING, Difference, same_bound
from synthforge.meaning.opposites import opposite, root
from synthforge.meaning.vocabulary import carries

Duty = Literal["must", "should", "may", "must not", "need not", "will"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|[;:,.()]")
_AROUND = 8
"""Words on either side of a modal that say what it is about."""
_REACH = 4
"""Words that a negator reaches."""
_APART = 0.25
"""How much more alike the contrary duty must be than the same one."""
_DUTIES: tuple[tuple[Duty, str], ...] = (
    ("need not", r"(?:need|needs) not|needn't|(?:is|are|be|been) (?:not|under no) (?:required|obliged"
                 r"|obligated|expected|necessary|mandatory|obligation)|(?:isn't|aren't|not)"
                 r" (?:required|obliged|obligated|expected) to"
                 r"|(?:does|do|did) not (?:need|have|require)|(?:doesn't|don't|didn't) (?:need|have)"
                 r"|no (?:need|obligation|requirement|duty)|not (?:necessary|mandatory|compulsory|obligatory)"
                 r"|without (?:having|needing) to|exempt(?:ed)? from|(?:is|are) optional"),
    ("must not", r"(?:must|shall|may|can|will)(?: also| in no case)? (?:not|never|neither)|cannot|can't|mustn't|won't"
                 r"|(?:is|are|be|been) (?:prohibited|forbidden|barred|precluded)|prohibits?|forbids?|bars|precludes?"
                 r"|(?:is|are|be) (?:required|obliged) (?:to )?(?:not|neither|never)"
                 r"|(?:is|are|be|been) not (?:permitted|allowed|authori[sz]ed|entitled|to)|not (?:permitted|allowed)"
                 r"|(?:does|do) not (?:permit|allow)|no (?:\w+ ){1,3}(?:may|shall|must|can)|should(?:n't| not| never)"),
    ("should", r"should|ought to|(?:is|are|be|been) (?:recommended|advised|encouraged|expected)|expects?"
               r"|expectations?"),
    ("must", r"must|shall|(?:is|are|be|been|being|as|if|where|when) (?:required|obliged|obligated|bound|mandatory"
             r"|obligatory)|(?:has|have|had|having) to|needs? to|requires?|required to|obliges?|obligations? to|duty to"
             r"|requirements? (?:to|that)|mandatory|compulsory|obligatory|(?:is|are) to(?= (?:be|have|provide|submit"
             r"|include|use|ensure|report))"),
    ("may", r"may|can|(?:is|are|be|been) (?:permitted|allowed|authori[sz]ed|entitled|free)|permits?|allows?"
            r"|at (?:its|their|the) discretion|has the (?:right|option|choice)|discretionary|voluntary|elects? to"
            r"|(?:has|have) (?:the )?discretion"),
    ("will", r"will|would"),
)  # fmt: skip
_DUTY = re.compile(
    "|".join(rf"(?P<{name.replace(' ', '_')}>\b(?:{pattern})\b)" for name, pattern in _DUTIES), re.IGNORECASE
)
_MERE = re.compile(
    r"(?:that|which|who|what|how|whether)(?: \w+)? (?:can|may|will|would)\b|\b(?:can|may) (?:only|also|still|then"
    r"|result|arise|occur|apply|differ|have|include)\b|\bas (?:it|they) may|\bnot (?:optional|voluntary)\b",
    re.IGNORECASE,
)
"""Possibility, and permission that is none."""
_CONTRARY: dict[Duty, tuple[Duty, ...]] = {
    "must": ("may", "must not", "need not"),
    "should": ("must not", "need not"),
    "may": ("must", "must not", "should", "will"),
    "must not": ("must", "may", "should", "will"),
    "need not": ("must", "should", "will"),
    "will": (),
}
_ALIKE: dict[Duty, tuple[Duty, ...]] = {
    "must": ("must", "should", "will"),
    "should": ("should", "must", "may", "will"),
    "may": ("may", "need not"),
    "must not": ("must not", "need not"),
    "need not": ("need not", "must not", "may"),
    "will": ("will",),
}
_NEGATORS = frozenset(
    "not no never neither nor none without cannot nothing nobody fails failing failed unable refuse refuses refused "
    "lack lacks lacking absence".split()
)
_BOUND = re.compile(
    r"\s+(?:to )?(?:be |last |have |take )?(?:exceed|go beyond|more|less|fewer|later|longer|greater|higher|lower|above"
    r"|below|over|under|earlier|shorter|fall below|drop below)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"\bnot (?:just|only|merely|simply|solely|necessarily|limited|restricted|confined|to mention|least|dependent)\b"
    r"|[,;(—–] ?(?:and |but )?(?:not|no)\b|\b(?:if|or|whether or) not\b|\bcannot (?:simply|just|merely|only)\b"
    r"|\b(?:is|are|does|do|was) not\b[^.;]{0,90}[;,—] ?(?:but|instead|rather)|\beven (?:if|where|though|when)\b[^,;.]*"
    r"|[“\"‘']\s?(?:no|not)\b|\bno (?:later|earlier|more|less|fewer|greater|longer than)\b"
    r"|\bnot (?:(?:allowed|permitted) to |be )?(?:exceed|less|more)\b|\bwithout\b"
    r"|\b(?:does|do|did|will|would|should) not (?:change|remove|displace|affect|alter|replace|treat|assume|rely)\b",
    re.IGNORECASE,
)
"""Denials that take nothing back: contrasts, bounds, and what a writer warns against."""
_ENDS = frozenset((".", ";", ",", ":", "but", "unless", "until", "except"))
_RESTRICTING = frozenset(("only", "solely", "unless", "except", "until"))
_LEAST = 0.2
"""How much two duties must share to be about the same."""
_SOME = 0.15
"""And how much where the source has no duty of the same kind at all."""
_TURNING = frozenset(
    "unless except exception excluding exclude excludes excluded exempt exempts disapply disapplied disapplies "
    "prohibits prohibit prohibited forbid forbids forbidden prevent prevents prevented preclude precludes waive "
    "waived waives cease ceases ceased".split()
)
"""Words by which a sentence may say without a "not" what another says with one."""


class Word(NamedTuple):
    """A lower-case word, number or clause mark; `about` is its root where it is about something, else ''."""

    text: str
    root: str
    about: str
    start: int
    end: int


@lru_cache(maxsize=16384)
def read(text: str) -> tuple[Word, ...]:
    """Words, numbers and the marks that end a clause."""
    make = Word._make
    return tuple([make((*_known(match.group()), *match.span())) for match in _WORD.finditer(text)])


@lru_cache(maxsize=16384)
def about(text: str) -> frozenset[str]:
    """The roots of the words that a text is about."""
    return frozenset([word.about for word in read(text) if word.about])


@lru_cache(maxsize=16384)
def _spoken(text: str) -> frozenset[str]:
    return frozenset([word.text for word in read(text)])


@lru_cache(maxsize=65536)
def _known(written: str) -> tuple[str, str, str]:
    low = written.lower().replace("’", "'")
    return low, root(low), root(low) if carries(low) else ""


def doubts(statement: str, sources: Sequence[str]) -> Iterator[Difference]:
    """What in a statement may turn its sources' meaning, the surest first."""
    if sources:
        yield from _duties(statement, sources)
        yield from _denials(statement, sources)
        yield from _opposites(statement, sources)


@dataclass(frozen=True, slots=True)
class _Norm:
    duty: Duty
    start: int
    end: int
    about: frozenset[str]
    verb: str
    """The first word after it that is about something."""


@lru_cache(maxsize=16384)
def _norms(text: str) -> tuple[_Norm, ...]:
    mere = [match.span() for match in _MERE.finditer(text)]
    words = read(text)
    starts = [word.start for word in words]
    found = []
    for match in _DUTY.finditer(text):
        if any(start <= match.start() < end for start, end in mere):
            continue
        duty: Duty = str(match.lastgroup).replace("_", " ")  # type: ignore[assignment]
        if duty == "must not" and _BOUND.match(text, match.end()):
            duty = "must"  # "must not exceed 11" demands that it be 11 at most
        first, last = bisect_left(starts, match.start()), bisect_left(starts, match.end())
        before, after = words[max(0, first - _AROUND) : first], words[last : last + _AROUND]
        matter = frozenset(word.about for word in (*before, *after)) - {""}
        verb = next((word.about for word in after if word.about), "")
        found.append(_Norm(duty, match.start(), match.end(), matter, verb))
    return tuple(found)


def duties(text: str) -> tuple[Duty, ...]:
    """The kinds of duty that a text speaks of, in their order."""
    return tuple(norm.duty for norm in _norms(text))


def _duties(statement: str, sources: Sequence[str]) -> Iterator[Difference]:
    """A duty where the source, speaking of the same, has another kind of it and not this one."""
    offered = [norm for source in sources for norm in _norms(source)]
    known = {norm.duty for norm in offered}
    restricted = not all(_RESTRICTING.isdisjoint(_spoken(text)) for text in (statement, *sources))
    for norm in _norms(statement):
        alike, contrary = _ALIKE[norm.duty], _CONTRARY[norm.duty]
        same = max((_shared(norm, each) for each in offered if each.duty in alike), default=0.0)
        against = max(
            (each for each in offered if each.duty in contrary), key=lambda each: _shared(norm, each), default=None
        )
        if against is None and not (norm.duty == "may" and not known):
            continue
        if against and restricted and "must not" in (norm.duty, against.duty):
            continue  # "may only if" is "must not unless"
        if against is None:
            said = statement[norm.start : norm.end]
            reason = f"'{said}' permits what the source simply states"
            yield Difference("modality.flip", reason, (norm.start, norm.end), said)
            continue
        shared = _shared(norm, against)
        closer = shared >= max(_LEAST, same + _APART)
        alone = known.isdisjoint(alike) and (shared >= _SOME or "not" in norm.duty)
        verbs = {each.duty for each in offered if norm.verb and each.verb == norm.verb}
        if closer or alone or (verbs and verbs.isdisjoint(alike) and not verbs.isdisjoint(contrary)):
            code = "negation.flip" if "not" in norm.duty or "not" in against.duty else "modality.flip"
            said = statement[norm.start : norm.end]
            reason = f"'{said}' ({norm.duty}) where the source has '{against.duty}'"
            yield Difference(code, reason, (norm.start, norm.end), said, against.duty)


def _shared(one: _Norm, other: _Norm) -> float:
    least = min(len(one.about), len(other.about))
    return len(one.about & other.about) / least if least else 0.0


def _denials(statement: str, sources: Sequence[str]) -> Iterator[Difference]:
    """A word that is denied on one side, and on the other stands without any denial or turn."""
    denied_here, denials = _denied(statement), [word for source in sources for word in _denied(source)]
    denied_there = {word.root for word in denials}
    plain_there = {word for source in sources for word in about(source)}
    for word in denied_here:
        turns = sum(each.text in _TURNING for source in sources for each in read(source))
        if len(denied_here) > len(denials) + turns or (
            word.root in plain_there - denied_there and not _turned(word.root, sources)
        ):
            reason = f"'{word.text}' is denied here and not in the source"
            yield Difference("negation.flip", reason, (word.start, word.end), word.text)
            return
    if denied_here or not _TURNING.isdisjoint(_spoken(statement)):
        return
    plain_elsewhere = {word for source in sources for word in about(source) - {each.root for each in _denied(source)}}
    plain_here = about(statement) - plain_elsewhere
    for source in sources:
        for word in _denied(source):
            if word.root in plain_here:
                reason = f"'{word.text}' is denied in the source and not here"
                yield Difference("negation.flip", reason, expected=word.text)
                return


@lru_cache(maxsize=16384)
def _denied(text: str) -> tuple[Word, ...]:
    """The first word that each negation reaches, up to the next clause mark; of contrasts ("not only") none."""
    idle = [match.span() for match in _IDLE.finditer(text)]
    found, left = list[Word](), 0
    for word in read(text):
        if word.text in _NEGATORS or word.text.endswith("n't"):
            left = 0 if any(start <= word.start < end for start, end in idle) else _REACH
        elif word.text in _ENDS:
            left = 0
        elif left:
            left -= 1
            if word.about:
                found.append(word)
                left = 0
    return tuple(found)


def _turned(root_: str, sources: Sequence[str]) -> bool:
    """Whether the sentence in which a word stands turns it by other means."""
    return any(root_ in about(source) and not _TURNING.isdisjoint(_spoken(source)) for source in sources)


def _opposites(statement: str, sources: Sequence[str]) -> Iterator[Difference]:
    said = _spoken(statement)
    offered = {text for source in sources for text in _spoken(source)}
    bounded = any(same_bound(statement, source) for source in sources)  # "14 days or less" for "no more than 14 days"
    for word in read(statement):
        if word.text in offered or (word.text in BOUNDING and bounded):
            continue
        if (contrary := opposite(word.text, offered)) and contrary not in said:
            reason = f"'{word.text}' where the source says '{contrary}'"
            yield Difference("comparator.flip", reason, (word.start, word.end), word.text, contrary)
