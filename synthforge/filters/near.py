"""The second filter: examples that say nearly the same in nearly the same words, and mean the same."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from synthforge.context import Run
from synthforge.filters.base import Filter
from synthforge.filters.text import spoken
from synthforge.meaning.agreement import meaning
from synthforge.plugin import Cost
from synthforge.records import Example, Turn, Verdict

if TYPE_CHECKING:
    from datasketch import MinHash

_WORD = re.compile(r"[^\W_]+")
_PERMUTATIONS = 128
_RECALL = 0.995


class Near(Filter):
    """Drops an example that is a near-duplicate of a kept one.

    Candidates come from MinHash and LSH (datasketch); each is then verified by the exact Jaccard likeness
    of the word shingles, so `threshold` means what it says. Only likeness to something kept counts:
    likeness is not transitive.
    """

    cost: ClassVar[Cost] = "cheap"

    threshold: float = Field(0.8, gt=0, le=1)
    """Jaccard likeness of word shingles from which two examples say the same."""
    shingle: int = Field(3, ge=1)
    """Words per shingle."""
    guard: bool = True
    """Keep examples apart when numbers, units, sections, modality, negation or decision differ: "11 hours"
    and "14 hours" are near-duplicates in words alone."""

    def keep(self, candidates: Sequence[Example], kept: Sequence[Example], run: Run) -> list[Verdict]:
        index = _Index(self.threshold)
        for example in kept:
            index.add(_Entry(example, self.shingle))
        return [self._judge(_Entry(example, self.shingle), index) for example in candidates]

    def _judge(self, entry: "_Entry", index: "_Index") -> Verdict:
        sketch = index.sketch(entry)
        alike = [
            (likeness, other.id)
            for other in index.near(sketch)
            if (likeness := entry.likeness(other)) >= self.threshold and other.id != entry.id
            and (not self.guard or entry.means_the_same(other))
        ]  # fmt: skip
        if not alike:
            index.add(entry, sketch)
            return self.passed()
        likeness, representative = min(alike, key=lambda pair: (-pair[0], pair[1]))
        return self.failed("near.duplicate", f"{likeness:.2f} like {representative}", round(likeness, 4))


class _Entry:
    """An example with what it is compared by."""

    def __init__(self, example: Example, shingle: int) -> None:
        self.id = example.id
        text = spoken(example)
        found = _WORD.findall(text)
        width = min(shingle, max(len(found), 1))
        self.shingles = frozenset(" ".join(found[i : i + width]) for i in range(len(found) - width + 1))
        self._example = example

    def likeness(self, other: "_Entry") -> float:
        both = len(self.shingles & other.shingles)
        every = len(self.shingles) + len(other.shingles) - both
        return both / every if every else 1.0

    def means_the_same(self, other: "_Entry") -> bool:
        return self.meaning() == other.meaning()

    def meaning(self) -> tuple[object, ...]:
        """What decides the meaning beside the wording: turn by turn, so that an answer's fact is no
        question's."""
        return tuple(_facts(turn) for turn in self._example.turns)


def _facts(turn: Turn) -> tuple[object, ...]:
    said = (meaning(text) for text in (turn.question, turn.answer, turn.reasoning))
    return (turn.decision, tuple(sorted({claim.evidence.section for claim in turn.claims})), *said)


def _bands(threshold: float) -> tuple[int, int]:
    """Bands and rows with which a pair exactly at the threshold is proposed with 99.5 % probability.

    The fewest candidates for that recall; what is proposed too much, exact verification removes.
    """
    rows = 1
    for more in range(2, 33):
        if 1 - (1 - threshold**more) ** (_PERMUTATIONS // more) >= _RECALL:
            rows = more
    return _PERMUTATIONS // rows, rows


class _Index:
    """Kept entries behind locality-sensitive hashing."""

    def __init__(self, threshold: float) -> None:
        from datasketch import MinHashLSH

        self._lsh = MinHashLSH(num_perm=_PERMUTATIONS, params=_bands(threshold))
        self._entries: dict[str, _Entry] = {}

    def sketch(self, entry: _Entry) -> "MinHash":
        from datasketch import MinHash

        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch(sorted(shingle.encode() for shingle in entry.shingles))
        return sketch

    def near(self, sketch: "MinHash") -> Iterable[_Entry]:
        return [self._entries[key] for key in sorted(self._lsh.query(sketch))]

    def add(self, entry: _Entry, sketch: "MinHash | None" = None) -> None:
        if entry.id not in self._entries:
            self._entries[entry.id] = entry
            self._lsh.insert(entry.id, self.sketch(entry) if sketch is None else sketch)
