"""Which sections of a corpus speak of a statement: BM25 over content words, numbers and names.

BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from synthforge.meaning.agreement import words
from synthforge.meaning.opposites import root
from synthforge.meaning.quantities import quantities
from synthforge.meaning.references import references
from synthforge.meaning.vocabulary import carries
from synthforge.records import Section

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_K1, _B = 1.2, 0.75
_COMMON = 0.25
"""Terms that stand in a larger share of the sections tell none of them apart."""
_LEAST = 8
"""Sections from which on a term can be common."""


def terms(text: str) -> list[str]:
    """What a text is looked up by, repetitions included."""
    found = [root(word) for word in words(text) if carries(word)]
    found += [f"{quantity.size} {quantity.dimension}" for quantity in quantities(text)]
    return found + [f"{each.kind} {each.value}" for each in references(text) if each.kind != "marker"]


class Index:
    """The sections of one corpus, weighed once."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        import numpy as np

        self.places = {key: place for place, key in enumerate(sections)}
        counts = [Counter(terms(f"{s.lead_in}\n{s.heading}\n{s.text}")) for s in sections.values()]
        lengths = [sum(each.values()) for each in counts]
        mean = sum(lengths) / len(lengths) if sum(lengths) else 1.0
        often = Counter(term for each in counts for term in each)
        self.rarity = {term: math.log(1 + (len(counts) - df + 0.5) / (df + 0.5)) for term, df in often.items()}
        self.highest = math.log(1 + (len(counts) + 0.5) / 0.5)
        """Rarity of a term that stands nowhere."""
        gathered: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for place, (each, length) in enumerate(zip(counts, lengths, strict=True)):
            for term, count in each.items():
                if often[term] <= max(_LEAST, _COMMON * len(counts)):
                    norm = count + _K1 * (1 - _B + _B * length / mean)
                    gathered[term][0].append(place)
                    gathered[term][1].append(self.rarity[term] * count * (_K1 + 1) / norm)
        self._postings = {
            term: (np.array(at, dtype=np.int32), np.array(weights, dtype=np.float32))
            for term, (at, weights) in gathered.items()
        }

    def scores(self, statement: str) -> "NDArray[np.float32]":
        """One score a section, in the corpus' order."""
        import numpy as np

        found = np.zeros(len(self.places), dtype=np.float32)
        for term in sorted(set(terms(statement))):
            if term in self._postings:
                at, weights = self._postings[term]
                found[at] += weights
        return found

    def standing(self, statement: str, cited: Sequence[str]) -> float:
        """Score of the best cited section, in those of the corpus' best one: 1 when it is that; 1 too where no section
        has anything to say."""
        found = self.scores(statement)
        best = float(found.max(initial=0.0))
        own = max((float(found[self.places[key]]) for key in cited if key in self.places), default=0.0)
        return own / best if best > 0 else 1.0

    def best(self, statement: str) -> str:
        """Key of the section that says most of a statement."""
        return list(self.places)[int(self.scores(statement).argmax())]
