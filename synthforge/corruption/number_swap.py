"""A swapped number: the value of something else in the same passage, so that every number still occurs there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

from synthforge.corruption.misstatement import Edit, Misstatement, applied, homes
from synthforge.corruption.number import keeps_range
from synthforge.corruption.quantities import Mention, mentions, replace_number
from synthforge.records import Section

_JOINED = re.compile(r"(?:[\d.,;%–/()-]|\s|and|or|to|through)*")
"""What stands between the numbers of one list or range."""
_TWICE = re.compile(r"(?<![\d.])(\d[\d.]*) (?:to|through|and|or|-|–) \1(?![\d.]*\d)")


class SwappedNumber(Misstatement):
    """Puts another number of the same unit there, or exchanges two numbers of one claim."""

    kind = "number_swap"

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        found = mentions(text)
        quoted = mentions(quote)
        known = {mention.value for mention in quoted}
        passage = [m for home in homes(quote, sections) for m in mentions(home.text)]
        for mention in found:
            if mention.value not in known:
                continue
            sources = (("quote", [*quoted, *found]), ("section", passage))
            for label, others in sources:
                for value in sorted({other.value for other in others if _alike(mention, other)}):
                    edit = Edit(label, mention.start, _end(mention), _phrase(text, mention, value))
                    listed = _listed(text, mention, value, found) or _TWICE.search(applied(text, edit))
                    if keeps_range(text, mention, value) and not listed:
                        yield edit
        yield from _exchanges(text, found)


def _alike(one: Mention, other: Mention) -> bool:
    """Whether one may be taken for the other: another value of the same unit, or as bare and written alike."""
    if one.value == other.value or one.role != other.role or one.same[1] != other.same[1]:
        return False
    whole = [mention.value == mention.value.to_integral_value() for mention in (one, other)]
    return bool(one.unit) or (one.style == other.style and whole[0] == whole[1])


def _end(mention: Mention) -> int:
    return mention.unit_end if mention.unit else mention.end


def _phrase(text: str, mention: Mention, value: Decimal) -> str:
    """The number with its unit, as they read with another value."""
    at = mention.start
    moved = replace(
        mention,
        start=0,
        end=mention.end - at,
        unit_start=mention.unit_start - at if mention.unit else 0,
        unit_end=mention.unit_end - at if mention.unit else 0,
    )
    return replace_number(text[at : _end(mention)], moved, value)


def _listed(text: str, mention: Mention, value: Decimal, found: list[Mention]) -> bool:
    """Whether the value stands in the mention's list already, as nobody writes "2, 3 or 2"."""
    for other in found:
        first, last = sorted((mention, other), key=lambda m: m.start)
        if other.value == value and _JOINED.fullmatch(text[_end(first) : last.start]):
            return True
    return False


def _exchanges(text: str, found: list[Mention]) -> Iterator[Edit]:
    """Two numbers of one claim in each other's place; those of one list or range stay."""
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            between = text[_end(one) : other.start]
            if _alike(one, other) and not _JOINED.fullmatch(between) and keeps_range(text, one, other.value):
                after = _phrase(text, one, other.value) + between + _phrase(text, other, one.value)
                yield Edit("exchanged", one.start, _end(other), after)
