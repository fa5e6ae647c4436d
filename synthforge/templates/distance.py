"""How far made questions are from the real ones: words, form, and the nearest real question by its characters.

No model and no download: what is compared is tone and form, which are on the surface. Each figure stands beside what
the real questions have among themselves, since their own spread is the best that can be asked for.
"""

import re
import zlib
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from synthforge.records import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

GRAM = 4
"""Characters per gram; long enough for words, short enough for endings and typing habits."""
BUCKETS = 2048
"""Grams are counted in so many buckets (hashed), so that the vectors stay small for any number of questions."""
COPIED = 8
"""Words in a row from which a made question repeats a real one."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")


class Form(Record):
    """What a set of questions looks like; all but the first two are shares of the questions."""

    words: float = 0.0
    sentences: float = 0.0
    asks: float = 0.0
    """Ends with a question mark."""
    first_person: float = 0.0
    lower_case: float = 0.0
    """Begins with a small letter."""
    numbers: float = 0.0


class Distance(Record):
    """Made questions against real ones.

    `likeness` is the mean cosine of each made question to its nearest real one, `among` the same of each real one to
    its nearest other; `shared` the share of the made questions' pairs of words that real ones use, and `shared_among`
    likewise; `copied` the share of made questions that repeat eight words in a row of a real one.
    """

    made: int
    real: int
    likeness: float | None = None
    among: float | None = None
    shared: float | None = None
    shared_among: float | None = None
    copied: float = 0.0
    made_form: Form = Form()
    real_form: Form = Form()

    @property
    def gap(self) -> float | None:
        """How much less like a real question the made ones are than real ones are like each other; 0 is the aim."""
        return None if self.likeness is None or self.among is None else max(0.0, self.among - self.likeness)


def distance(made: Sequence[str], real: Sequence[str]) -> Distance:
    """How far made questions are from the real ones, as far as there are any."""
    if not made or not real:
        return Distance(made=len(made), real=len(real), made_form=form(made), real_form=form(real))
    first, second = _vectors(made), _vectors(real)
    pairs = [_runs(text, 2) for text in real]
    copies = {run for text in real for run in _runs(text, COPIED)}
    return Distance(
        made=len(made),
        real=len(real),
        likeness=_nearest(first, second),
        among=_nearest(second, second, themselves=True) if len(real) > 1 else None,
        shared=_shared([_runs(text, 2) for text in made], set().union(*pairs)),
        shared_among=_shared_among(pairs) if len(real) > 1 else None,
        copied=fmean(bool(_runs(text, COPIED) & copies) for text in made),
        made_form=form(made),
        real_form=form(real),
    )


def form(questions: Sequence[str]) -> Form:
    if not questions:
        return Form()
    words = [_WORD.findall(text) for text in questions]
    first_person = frozenset("i me my mine we us our ours".split())
    return Form(
        words=fmean(map(len, words)),
        sentences=fmean(max(1, len(_SENTENCE.findall(text))) for text in questions),
        asks=fmean(text.rstrip().endswith("?") for text in questions),
        first_person=fmean(any(word.lower() in first_person for word in each) for each in words),
        lower_case=fmean(text.lstrip()[:1].islower() for text in questions),
        numbers=fmean(any(word.isdigit() for word in each) for each in words),
    )


def _runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    return frozenset(tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def _shared(made: Sequence[frozenset[tuple[str, ...]]], real: set[tuple[str, ...]]) -> float | None:
    shares = [len(runs & real) / len(runs) for runs in made if runs]
    return fmean(shares) if shares else None


def _shared_among(real: Sequence[frozenset[tuple[str, ...]]]) -> float | None:
    """Each real question against all others; a pair of words counts when another question has it too."""
    often: dict[tuple[str, ...], int] = {}
    for runs in real:
        for run in runs:
            often[run] = often.get(run, 0) + 1
    shares = [sum(often[run] > 1 for run in runs) / len(runs) for runs in real if runs]
    return fmean(shares) if shares else None


def _vectors(texts: Sequence[str]) -> "Vectors":
    """One row a text: how often each gram stands in it, hashed into buckets and scaled to length 1."""
    import numpy as np

    counts = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for row, text in enumerate(texts):
        said = f" {' '.join(text.lower().split())} "
        for start in range(max(1, len(said) - GRAM + 1)):
            counts[row, zlib.crc32(said[start : start + GRAM].encode()) % BUCKETS] += 1
    scaled: Vectors = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)
    return scaled


def _nearest(these: "Vectors", those: "Vectors", themselves: bool = False) -> float:
    """Mean cosine of each row to its nearest of the others, a thousand rows at a time."""
    import numpy as np

    best: list[float] = []
    for start in range(0, len(these), 1000):
        block = these[start : start + 1000] @ those.T
        if themselves:
            block[np.arange(len(block)), np.arange(start, start + len(block))] = -1
        best.extend(np.round(block.max(axis=1), 6).tolist())
    return round(fmean(best), 4)
