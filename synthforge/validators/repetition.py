"""Degenerate repetition: a sentence said twice, or a few words over and over, where the source does not do the same."""

import re
from collections.abc import Sequence

from synthforge.meaning.agreement import words
from synthforge.meaning.sentences import sentences

_SENTENCE = 4
_LONGEST = 12
_TIMES = 3
"""How often in a row a phrase is a loop; a single word, once more ("a very, very, very old seal")."""
_LETTER = re.compile(r"[^\W\d_]")


def repeated(text: str, source: str = "") -> str:
    """A sentence that a text says again, or a phrase that it loops on; '' when there is neither, or the source has
    it as well."""
    seen: set[tuple[str, ...]] = set()
    for start, end in sentences(text):
        said = words(text[start:end])
        if len(said) >= _SENTENCE and said in seen and not _has(source, said, text):
            return text[start:end]
        seen.add(said)
    loop = _looped(words(text))
    return "" if not loop or " ".join(loop * 2) in " ".join(words(source)) else " ".join(loop)


def _has(source: str, said: Sequence[str], text: str) -> bool:
    """Whether a source says a sentence as often as the text does: "hold for 30 seconds" after each step."""
    sentence = " ".join(said)
    return " ".join(words(source)).count(sentence) >= " ".join(words(text)).count(sentence)


def _looped(said: Sequence[str]) -> tuple[str, ...]:
    """The words that follow each other again and again; figures may, in a row of a table."""
    for size in range(1, _LONGEST + 1):
        alike = 0  # how many words in a row equal the one `size` before them
        for at in range(size, len(said)):
            alike = alike + 1 if said[at] == said[at - size] else 0
            if alike >= size * (_TIMES if size == 1 else _TIMES - 1):
                loop = tuple(said[at - size + 1 : at + 1])
                if any(map(_LETTER.search, loop)):
                    return loop
    return ()
