"""Tables of wordings and what a mistake makes of them: pattern, variant, and the other wordings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from synthforge.corruption.grammar import is_many, upper_first
from synthforge.corruption.misstatement import Edit

NEGATIVE = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot|unless|hardly|fails?|unable)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:,]")


@dataclass(frozen=True)
class Swap:
    """Words, and what may stand in their place: groups as `\\g<1>`, "one|many" by the subject's number."""

    label: str
    pattern: re.Pattern[str]
    others: tuple[str, ...]


def swap(label: str, pattern: str, *others: str) -> Swap:
    """A row of a table; the pattern matches whole words, of either case in its first letter."""
    return Swap(label, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), others)


def swapped(text: str, rows: Iterable[Swap]) -> Iterator[Edit]:
    """Every edit that the table offers for the text."""
    for row in rows:
        for match in row.pattern.finditer(text):
            for other in row.others:
                after = _agreeing(match.expand(other), text[: match.start()])
                if after is not None:
                    cased = upper_first(after) if match.group()[0].isupper() else after
                    yield Edit(row.label, *match.span(), cased)


def _agreeing(other: str, before: str) -> str | None:
    """ "does not have to" or "do not have to", as the subject asks; None where that cannot be told."""
    one, bar, many = other.partition("|")
    if not bar:
        return one
    plural = is_many(before)
    return None if plural is None else many if plural else one


def is_negated(text: str, edit: Edit) -> bool:
    """Whether the clause around the edit already has a negative, so that another would be no English or undo it."""
    left = _CLAUSE_END.split(text[: edit.start])[-1]
    right = _CLAUSE_END.split(text[edit.end :])[0]
    return bool(NEGATIVE.search(left) or re.search(rf"{NEGATIVE.pattern}|\bonly\b", right))
