"""How much of what a text is about stands in the texts it rests on."""

from collections.abc import Iterable

from synthforge.meaning.logic import about
from synthforge.meaning.opposites import root
from synthforge.meaning.ranking import Index
from synthforge.meaning.vocabulary import JUDGING


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The beginnings of the words that several texts are about."""
    return frozenset(word for text in texts for word in about(text))


def covered(text: str, ground: frozenset[str], index: Index, least: int = 2) -> float | None:
    """Share, by rarity, of a text's words that stand in the ground; None for a text with fewer than `least`.

    Words in which an answer judges ("complies", "according to") count neither way.
    """
    words = about(text) - _JUDGING
    if len(words) < least:
        return None
    weights = {word: index.rarity.get(word, index.highest) for word in sorted(words)}
    return sum(weight for word, weight in weights.items() if word in ground) / sum(weights.values())


_JUDGING = frozenset(root(word) for word in JUDGING)
