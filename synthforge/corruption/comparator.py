"""A turned comparison: at least for at most, before for after, accepted for rejected."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.antonyms import BOUNDS, OPPOSITES
from synthforge.corruption.misstatement import Edit, Misstatement, has
from synthforge.corruption.swaps import NEGATIVE, swapped
from synthforge.records import Section

_NEAR = 60
"""Characters around a word in which its opposite makes a pair of the two ("open or closed"), which no one turns."""


class WrongComparator(Misstatement):
    """Turns one comparison, order, quantity or verb of a claim into its opposite."""

    kind = "comparator"

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        for edit in swapped(text, (*BOUNDS, *OPPOSITES)):
            if not _is_title(text, edit) and not _is_paired(text, edit) and _reads(text, edit):
                yield edit


def _is_paired(text: str, edit: Edit) -> bool:
    around = text[max(0, edit.start - _NEAR) : edit.start] + "|" + text[edit.end : edit.end + _NEAR]
    return has(around, edit.after)


def _is_title(text: str, edit: Edit) -> bool:
    """Whether the words belong to a name: a capital within the sentence."""
    return text[edit.start].isupper() and not re.search(r"(?:^|[.!?:]\s|[“\"(])$", text[: edit.start])


def _reads(text: str, edit: Edit) -> bool:
    """Whether the turned words are English: "unless it is not" and "the last of" are not."""
    right = re.split(r"[.;:,]", text[edit.end :])[0]
    if edit.label == "condition" and NEGATIVE.search(right):
        return False
    if edit.after in ("last", "first") and re.match(r" (?:and|instance|place|of)\b", text[edit.end :]):
        return False
    return not re.search(r"\b(?:respectively|vice versa)\b", right)
