"""Values that were known by the words before them, found again where those words are missing."""

import re
from collections.abc import Iterator, Sequence

from synthforge.privacy.found import Found

_KINDS = frozenset(("licence", "medical_record", "name", "passport", "password", "phone", "ssn", "token"))
_WORD = re.compile(r"[^\W_]+")
_BLANKS = str.maketrans("\n\t\u00a0", "   ")


class Repeats:
    """What one document has told so far. Single words ("Grace") and short numbers mean too much else to be kept."""

    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[int, int], dict[str, Found]]] = {}

    def learn(self, finds: Sequence[Found], text: str) -> None:
        for find in finds:
            value = text[find.start : find.end].translate(_BLANKS)
            first = _WORD.search(value)
            if find.kind in _KINDS and first and _telling(find.kind, value):
                place = (first.start(), len(value))
                self._known.setdefault(first[0], {}).setdefault(place, {}).setdefault(value, find)

    def find(self, text: str) -> Iterator[Found]:
        """One walk over the words, however many values are known."""
        if not self._known:
            return
        flat = text.translate(_BLANKS)
        for word in _WORD.finditer(flat):
            for (before, length), values in self._known.get(word[0], {}).items():
                start = word.start() - before
                end = start + length
                known = values.get(flat[start:end]) if start >= 0 else None
                if known and not flat[max(0, start - 1) : start].isalnum() and not flat[end : end + 1].isalnum():
                    yield Found(start, end, known.kind, known.key)


def _telling(kind: str, value: str) -> bool:
    if kind == "name":
        return len(value) >= 6 and " " in value
    return len(value) >= 6 and any(map(str.isdigit, value))
