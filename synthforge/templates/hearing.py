"""What somebody hears of an answer who must not see the source: its own words, and where it only repeated the rule."""

import re
from collections.abc import Iterable, Iterator, Sequence

from synthforge.meaning.quotes import fold
from synthforge.meaning.sentences import sentences

ELIDED = "[the rule, word for word]"
RUN = 8
"""Words in a row that an answer may not have in common with the source; of a shorter sentence, all of them."""

_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")


def retold(answer: str, sources: Iterable[str]) -> str:
    """The answer without what it repeats of the sources, whatever the letter case and typography."""
    known = [" ".join(_words(source)) for source in sources]
    short = {" ".join(each) for source in sources for each in _short(source)}
    found = list(_WORD.finditer(answer))
    words = [_plain(match.group()) for match in found]
    pieces, place, at = [], 0, 0
    while at < len(words):
        length = max(_run(words, at, known), _shortest(words, at, short))
        if length:
            pieces += [answer[place : found[at].start()], ELIDED]
            place = found[at + length - 1].end()
        at += length or 1
    return "".join([*pieces, answer[place:]]).strip()


def _run(words: Sequence[str], at: int, known: Sequence[str]) -> int:
    """How many words from `at` on stand so in a source; 0 for fewer than `RUN`."""
    length = RUN
    if at + length > len(words) or not _stands(words[at : at + length], known):
        return 0
    while at + length < len(words) and _stands(words[at : at + length + 1], known):
        length += 1
    return length


def _stands(words: Sequence[str], known: Sequence[str]) -> bool:
    needle = f" {' '.join(words)} "
    return any(needle in f" {source} " for source in known)


def _shortest(words: Sequence[str], at: int, short: set[str]) -> int:
    longest = min(RUN - 1, len(words) - at)
    return next((n for n in range(longest, 2, -1) if " ".join(words[at : at + n]) in short), 0)


def _short(source: str) -> Iterator[list[str]]:
    """The source's sentences that are too short to hold a whole run."""
    for start, end in sentences(source):
        words = _words(source[start:end])
        if 2 < len(words) < RUN:
            yield words


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    return fold(word).lower()
