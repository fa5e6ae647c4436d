"""Regular expressions that RE2 runs in time proportional to the text: the recipe's own, and every rule's first look."""

from collections.abc import Iterator
from functools import cache
from typing import Protocol

from synthforge.privacy.found import Found, folded


class Match(Protocol):
    def span(self, group: int = ..., /) -> tuple[int, int]: ...


class Program(Protocol):
    """What is used of a compiled expression of RE2."""

    groups: int

    def finditer(self, text: str, /) -> Iterator[Match]: ...
    def search(self, text: str, /) -> Match | None: ...
    def fullmatch(self, text: str, /) -> Match | None: ...


@cache
def program(pattern: str) -> Program:
    """A compiled expression; `^` and `$` match at the ends of lines.

    Raises:
        ValueError: RE2 does not take it.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        made: Program = re2.compile(f"(?m){pattern}", options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        hint = "; put a group around what is to be masked instead of looking around it" if "(?" in reason else ""
        raise ValueError(f"{pattern!r} is no regular expression of RE2 ({reason}){hint}") from error
    return made


def holds(pattern: str, text: str) -> bool:
    """Whether a pattern occurs at all; most rules can stop at this."""
    return program(pattern).search(text) is not None


def starts(pattern: str, text: str) -> Iterator[int]:
    """Where a pattern occurs, unless there it only goes on from another word."""
    for match in program(pattern).finditer(text):
        start = match.span()[0]
        if not start or not text[start - 1].isalnum():
            yield start


def own(pattern: str, kind: str, text: str) -> Iterator[Found]:
    """What a recipe's pattern matches, or the first group in it: whole words and numbers only."""
    expression = program(pattern)
    for match in expression.finditer(text):
        whole, (start, end) = match.span(), match.span(1 if expression.groups else 0)
        if 0 <= start < end and not any(_goes_on(text, place) for place in whole):
            yield Found(start, end, kind, folded(text[start:end]))


def _goes_on(text: str, place: int) -> bool:
    """Whether a word or number runs across a place."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
