"""Where a value stands in a text, of which kind it is, and how finds that touch each other become one."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

LABEL = re.compile(r"\[[A-Z][A-Z0-9_]*-[1-9]\d*\]")
"""What a masked value is replaced by; a document may also hold such a thing of its own."""


class Found(NamedTuple):
    """A value's place. Finds of one kind and `key` are the same value, however it is written."""

    start: int
    end: int
    kind: str
    key: str


def folded(value: str) -> str:
    """A value without white space and case."""
    return "".join(value.split()).casefold()


def merged(finds: Sequence[Found]) -> list[Found]:
    """Finds in order, none over another: those that overlap become one, of the kind of the longest, or the first."""
    done: list[Found] = []
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        if done and find.start < done[-1].end:
            last = done.pop()
            longest = max(last, find, key=lambda each: each.end - each.start)
            find = longest._replace(start=last.start, end=max(last.end, find.end))
        done.append(find)
    return done


def without(find: Found, walls: Sequence[tuple[int, int]], text: str) -> Iterator[Found]:
    """What is left of a find outside some stretches that are not to be touched: itself, where it meets none.

    `walls` are in order and do not overlap.
    """
    start = find.start
    first = bisect_right(walls, find.start, key=lambda wall: wall[1])
    for left, right in takewhile(lambda wall: wall[0] < find.end, islice(walls, first, None)):
        yield from _piece(find, start, left, text)
        start = right
    if start == find.start:
        yield find
    else:
        yield from _piece(find, start, find.end, text)


def _piece(find: Found, start: int, end: int, text: str) -> Iterator[Found]:
    value = text[start:end]
    if value.strip():
        start += len(value) - len(value.lstrip())
        value = value.strip()
        yield Found(start, start + len(value), find.kind, folded(value))
