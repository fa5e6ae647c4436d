"""Finding the sentences of a passage that a statement rests on, where nobody has quoted them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from synthforge.meaning.agreement import content
from synthforge.meaning.quantities import quantities
from synthforge.meaning.references import references
from synthforge.meaning.sentences import Span, sentences

MOST = 5
"""Sentences that one statement may rest on."""
_FACT = 3.0
"""Weight of a number or a name, in those of the rarest word."""


def supporting(
    statement: str, passages: Sequence[str], rarity: Mapping[str, float] | None = None
) -> list[tuple[int, Span]]:
    """(passage, span) of the sentences that together carry most of a statement, the best one first.

    Each adds what the ones before do not say (greedy cover); words count by `rarity`, numbers and names more. A
    sentence that adds less than a tenth of what is asked, and no number or name, is left out.
    """
    highest = max(rarity.values(), default=1.0) if rarity else 1.0
    wanted = {word: rarity.get(word, highest) if rarity else 1.0 for word in _words(statement)}
    facts = dict.fromkeys(_facts(statement), _FACT * highest)
    wanted |= facts
    offered = {
        (number, span): (_words(said) | _facts(said)) & set(wanted)
        for number, passage in enumerate(passages)
        for span in sentences(passage)
        if (said := passage[span[0] : span[1]])
    }
    least, chosen, left = sum(wanted.values()) / 10, list[tuple[int, Span]](), set(wanted)
    while offered and len(chosen) < MOST:
        gains = {place: sum(wanted[each] for each in sorted(said & left)) for place, said in offered.items()}
        best = max(gains, key=lambda place: gains[place])
        if not gains[best] or (gains[best] < least and not offered[best] & left & set(facts)):
            break
        chosen.append(best)
        left -= offered.pop(best)
    return chosen


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of the content words of several texts: ln(1 + n / df)."""
    often = Counter(word for text in texts for word in content(text))
    return {word: math.log(1 + len(texts) / count) for word, count in often.items()}


def _words(text: str) -> set[str]:
    return {word for word in content(text) if not word[0].isdigit()}


def _facts(text: str) -> set[str]:
    found = {f"{quantity.size} {quantity.dimension}" for quantity in quantities(text)}
    return found | {
        f"{reference.kind} {reference.value}" for reference in references(text) if reference.kind != "marker"
    }
