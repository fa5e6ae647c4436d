"""Whether a statement leaves out the condition under which its source says so."""

import re
from collections.abc import Iterator, Sequence

from synthforge.meaning.agreement import Difference
from synthforge.meaning.logic import about, read

_CONDITION = re.compile(
    r"(?<![\w-])(?:unless|except(?: that| when| where| if| as| for| in)?|provided(?: that)?|if|when(?:ever)?|where"
    r"|until|once|(?:as|so) long as|in case|in the event|subject to|other than|without|before|after|within|following"
    r"|prior to)(?![\w-])",
    re.IGNORECASE,
)
_STOP = re.compile(r"[,;:.](?:\s|$)")


def dropped(
    statement: str, told: str, sources: Sequence[str], missing: float = 0.34, said: float = 0.7
) -> Iterator[Difference]:
    """Conditions of a source sentence of which less than `missing` is told anywhere, while the statement repeats `said`
    of the rest of that sentence (shares of words)."""
    everything, here = about(told), about(statement)
    for source in sources:
        for start, end in _conditions(source):
            condition = {word.about for word in read(source) if start <= word.start < end} - {""}
            rest = about(source) - condition
            if len(condition) < 2 or len(rest) < 3:
                continue
            if len(condition & everything) < missing * len(condition) and len(rest & here) >= said * len(rest):
                reason = f"the source says so only '{source[start:end]}'"
                yield Difference("condition.dropped", reason, expected=source[start:end])


def _conditions(sentence: str) -> Iterator[tuple[int, int]]:
    for match in _CONDITION.finditer(sentence):
        stop = _STOP.search(sentence, match.end())
        yield match.start(), stop.start() if stop else len(sentence)
