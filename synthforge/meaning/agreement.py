"""Whether two texts that say nearly the same differ in what decides their meaning.

Used on a claim against its own source sentence, and on two near-identical examples. It speaks only when the
words are close enough to compare: measured on real contracts and free paraphrases, modality and negation
rules are no better than chance, so everything further away is left to an entailment model.
"""

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from synthforge.meaning.quantities import Comparator, Quantity, quantities
from synthforge.meaning.quotes import fold
from synthforge.meaning.references import references
from synthforge.meaning.rules import Modality, modalities, rules

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*")
_NEGATORS = frozenset(
    "not no never neither nor none without cannot can't don't doesn't isn't aren't won't mustn't shouldn't".split()
)
_MODAL_WORDS = frozenset(
    "must shall may should can will need needs ought required permitted allowed prohibited forbidden".split()
)
_STOP = frozenset(
    "a an the of to in on at by for from with and or as is are be been was were has have had it its this "
    "that these those "
    "which who whom whose there their they he she his her any each every all such than then so if when do "
    "does did".split()
)
_OPPOSITES = tuple(
    tuple(pair.split("/"))
    for pair in (
        "minimum/maximum more/less more/fewer longer/shorter greater/less greater/lower higher/lower "
        "above/below over/under before/after least/most "
        "earlier/later increase/decrease increased/decreased increases/decreases include/exclude "
        "includes/excludes "
        "including/excluding enable/disable enabled/disabled internal/external open/closed unless/if "
        "always/never "
        "accept/reject accepted/rejected allow/prevent allow/prohibit permitted/prohibited "
        "allowed/prohibited "
        "allowed/forbidden permitted/forbidden mandatory/optional required/optional start/stop starts/ends "
        "upper/lower "
        "exceed/meet inside/outside first/last with/without valid/invalid compliant/noncompliant "
        "sufficient/insufficient"
    ).split()
)
BOUNDING = frozenset(
    "minimum maximum more less fewer greater lower higher above below over under least most exceed".split()
)
"""Opposites that say on which side of a value the bound lies; `bounds` reads them in context."""
_STRONG: frozenset[Modality] = frozenset(("must", "must_not", "may", "need_not"))
_NEGATIVE: frozenset[Modality] = frozenset(("must_not", "need_not"))
_FEW = 3
_DOWN, _UP = ("<=", "<"), (">=", ">")


@dataclass(frozen=True, slots=True)
class Difference:
    """What two texts disagree on: the code of the check that reports it, and words for a person.

    `said` is the span of it in the text that was checked, `found` what stands there, and `expected` what the source
    has; each is empty where the whole text is meant.
    """

    code: str
    reason: str
    said: tuple[int, int] | None = None
    found: str = ""
    expected: str = ""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Lower-cased words and numbers of a folded text."""
    return tuple(_WORD.findall(fold(text).lower()))


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry what a text is about: no function words, negators or modals."""
    kept = (w for w in words(text) if w not in _STOP and w not in _NEGATORS and w not in _MODAL_WORDS)
    return frozenset(_stem(word) for word in kept)


def likeness(a: str, b: str) -> float:
    """Jaccard likeness of two texts' content words, negators and modals left out."""
    first, second = content(a), content(b)
    return len(first & second) / len(first | second) if first or second else 1.0


def coverage(part: str, whole: str) -> float:
    """Share of the content words of `part` that stand in `whole`."""
    asked = content(part)
    return len(asked & content(whole)) / len(asked) if asked else 1.0


def difference(claim: str, source: str, near: float = 0.6) -> Difference | None:
    """How a claim contradicts the source sentence it nearly copies, or None; `near` is the likeness that it
    takes."""
    if likeness(claim, source) < near:
        return None
    return _bounds(claim, source) or _modality(claim, source) or _negation(claim, source) or _edited(claim, source)


def direction(comparator: Comparator | None) -> int:
    """-1 for an upper bound, 1 for a lower one, 0 for neither."""
    return -1 if comparator in _DOWN else 1 if comparator in _UP else 0


def bounds(text: str) -> list[tuple[Quantity, int]]:
    """Every quantity with the direction in which a compliant value may lie, the sentence's negation
    applied."""
    return list(_bounded(text))


@lru_cache(maxsize=8192)
def _bounded(text: str) -> tuple[tuple[Quantity, int], ...]:
    found: list[tuple[Quantity, int]] = []
    forbidding = [rule for rule in rules(text) if rule.modality == "must_not"]
    for quantity in quantities(text):
        sign = direction(quantity.comparator)
        for rule in forbidding:
            for read in rule.limits:
                if rule.start + read.start == quantity.start:
                    sign = -direction(read.comparator)
        found.append((quantity, sign))
    return tuple(found)


def _bounds(claim: str, source: str) -> Difference | None:
    offered = bounds(source)
    for asked, sign in bounds(claim):
        same = [other for q, other in offered if q.equals(asked)]
        if sign and same and all(other == -sign for other in same):
            what = "an upper" if sign < 0 else "a lower"
            reason = f"'{_show(asked)}' is {what} bound here and the opposite in the source"
            return Difference("comparator.flip", reason, (asked.start, asked.end), _show(asked))
    return None


def _modality(claim: str, source: str) -> Difference | None:
    said, meant = _strong(claim), _strong(source)
    changed = [(a, b) for a, b in zip(said, meant, strict=False) if a != b]
    if len(said) != len(meant) or len(changed) != 1 or "only" in words(claim) + words(source):
        return None
    new, old = changed[0]
    if (new in _NEGATIVE) == (old in _NEGATIVE):
        reason = f"the claim says '{_name(new)}' where the source says '{_name(old)}'"
        return Difference("modality.flip", reason, None, _name(new), _name(old))
    # "must ensure that it does not" keeps "must not"; "must not, unless approved" may become "must be
    # approved before".
    if _negators(claim) % 2 == _negators(source) % 2 or _exceptional(claim) != _exceptional(source):
        return None
    if "must_not" in (new, old) and same_bound(claim, source):
        return None
    reason = f"the claim says '{_name(new)}' where the source says '{_name(old)}'"
    return Difference("negation.flip", reason, None, _name(new), _name(old))


def _strong(text: str) -> list[Modality]:
    return [modality for modality in modalities(text) if modality in _STRONG]


def same_bound(claim: str, source: str) -> bool:
    """Whether both set the same bound, in whichever voice: "must not exceed 11", "may be at most 11"."""
    said, meant = ([(q, sign) for q, sign in bounds(text) if sign] for text in (claim, source))
    return any(a.equals(b) and x == y for a, x in said for b, y in meant)


def _negators(text: str) -> int:
    return sum(word in _NEGATORS for word in words(text))


def _exceptional(text: str) -> bool:
    return not {"unless", "until", "except", "before", "without"}.isdisjoint(words(text))


def _name(modality: Modality) -> str:
    return modality.replace("_", " ")


def _negation(claim: str, source: str) -> Difference | None:
    """A plain statement whose negators differ in number while hardly a word does."""
    if _strong(claim) or _strong(source) or likeness(claim, source) < 0.8:
        return None
    said, meant = _negators(claim), _negators(source)
    if said % 2 == meant % 2 or abs(len(words(claim)) - len(words(source))) > 4:
        return None
    return Difference(
        "negation.flip",
        "the claim negates what the source states" if said > meant else "the source's negation is gone",
    )


def _edited(claim: str, source: str) -> Difference | None:
    """What the few words that a near copy changed do to it: another number, a "not", an opposite."""
    said, meant = Counter(words(claim)), Counter(words(source))
    if abs(said.total() - meant.total()) > _FEW:
        return None
    added, lost = said - meant, meant - said
    if added.total() > _FEW or lost.total() > _FEW:
        return None
    numbers = [next((w for w in part if w[0].isdigit()), "") for part in (added, lost)]
    if all(numbers) and _amounts(claim) != _amounts(source):
        reason = f"'{numbers[0]}' where the source says '{numbers[1]}'"
        return Difference("number.unsupported", reason, None, numbers[0], numbers[1])
    if added.total() + lost.total() <= 1 and _negators(claim) % 2 != _negators(source) % 2:
        return Difference("negation.flip", "one 'not' more or less than the source has")
    for a, b in _OPPOSITES:
        if {a, b} <= BOUNDING and same_bound(claim, source):  # "14 days or less" for "no more than 14 days"
            continue
        for new, old in ((a, b), (b, a)):
            if new in added and old in lost and new not in meant and old not in said:
                reason = f"the claim says '{new}' where the source says '{old}'"
                return Difference("comparator.flip", reason, None, new, old)
    return None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What decides a text's meaning beside its wording; texts with unlike meanings are never duplicates."""

    quantities: tuple[tuple[str, str, int], ...]
    references: tuple[tuple[str, str], ...]
    modalities: tuple[str, ...]
    negators: int


@lru_cache(maxsize=65536)
def meaning(text: str) -> Meaning:
    """The numbers with units and bounds, references, modalities and negators of a text."""
    return Meaning(
        tuple(sorted((str(q.size), q.dimension, sign) for q, sign in bounds(text))),
        tuple(sorted((r.kind, r.value) for r in references(text) if r.kind != "marker")),
        tuple(sorted(rule.modality for rule in rules(text) if rule.modality != "fact")),
        _negators(text),
    )


def _amounts(text: str) -> Counter[tuple[Fraction, str]]:
    return Counter((q.size, q.dimension) for q in quantities(text))


def _show(quantity: Quantity) -> str:
    return f"{quantity.value} {quantity.unit}".strip()


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
