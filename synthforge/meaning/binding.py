"""Whether a number of a statement stands beside the same matter in its source, or beside another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synthforge.meaning.agreement import Difference
from synthforge.meaning.logic import read
from synthforge.meaning.quantities import Quantity, quantities
from synthforge.meaning.references import references

_AROUND = 7
"""Words on either side of a number that say what it counts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number or a name stands: what it is, and the words around it, nearer ones weighing more."""

    kind: str
    value: str
    start: int
    end: int
    around: dict[str, float]


def misbound(statement: str, sources: Sequence[str], margin: float = 0.08) -> Iterator[Difference]:
    """Numbers and names that the source has in another place, where it has a rival in this one that the statement does
    not say, or says in theirs.

    A rival is of the same kind (dimension, or kind of reference). Its surroundings must be more like the statement's
    than those of the same number are, by `margin` of likeness (0 to 1). At this margin less than 1 % of untouched
    paraphrases are doubted (benchmarks/grounding, table 1).
    """
    offered = [place for source in sources for place in places(source)]
    here = places(statement)
    for place in here:
        own = [other for other in offered if (other.kind, other.value) == (place.kind, place.value)]
        rivals = [other for other in offered if other.kind == place.kind and other.value != place.value]
        if not own or not rivals:
            continue
        best = max(own, key=lambda other: _like(place, other))
        rival = max(rivals, key=lambda other: _like(place, other))
        if _like(place, rival) < _like(place, best) + margin:
            continue
        twins = [each for each in here if (each.kind, each.value) == (rival.kind, rival.value)]
        if all(_like(each, best) >= _like(each, rival) + margin for each in twins):
            written = statement[place.start : place.end]
            reason = f"'{written}' stands in the source beside another matter"
            yield Difference("number.elsewhere", reason, (place.start, place.end), written)


@lru_cache(maxsize=8192)
def places(text: str) -> tuple[Place, ...]:
    found = [(f"q {q.dimension}", str(q.size), q.start, q.end) for q in quantities(text) if _counts(q)]
    found += [(f"r {r.kind}", r.value, r.start, r.end) for r in references(text) if r.kind != "marker"]
    return tuple(Place(kind, value, start, end, _around(text, start, end)) for kind, value, start, end in found)


def _counts(quantity: Quantity) -> bool:
    return not (quantity.worded and not quantity.unit)


def _around(text: str, start: int, end: int) -> dict[str, float]:
    """What stands around a place, weighed by its distance; of the words that only hold a text together the two next to
    it on either side, for half ("in accordance with 11.8")."""
    weights: dict[str, float] = {}
    spoken = [word for word in read(text) if word.text.isalnum()]
    before = [word for word in spoken if word.end <= start][-_AROUND:][::-1]
    after = [word for word in spoken if word.start >= end][:_AROUND]
    for side, words in (("<", before), (">", after)):
        for distance, word in enumerate(words):
            weight = 1 / (1 + distance / 2)
            if word.about:
                weights[word.about] = max(weights.get(word.about, 0.0), weight)
            elif distance < 2:
                weights[side + word.text] = weight / 2
    return weights


def _like(one: Place, other: Place) -> float:
    """Weighted Jaccard likeness of what stands around two places."""
    keys = sorted({*one.around, *other.around})
    total = sum(max(one.around.get(key, 0.0), other.around.get(key, 0.0)) for key in keys)
    return sum(min(one.around.get(key, 0.0), other.around.get(key, 0.0)) for key in keys) / total if total else 0.0
