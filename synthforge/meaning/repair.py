"""The true words behind a quote that a teacher copied badly, where nothing that decides its meaning is at stake."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from synthforge.meaning.agreement import likeness, meaning
from synthforge.meaning.frequencies import frequencies
from synthforge.meaning.logic import Word, duties, read
from synthforge.meaning.opposites import has_opposite
from synthforge.meaning.quotes import find
from synthforge.meaning.sentences import Span, sentences
from synthforge.meaning.units import canonical
from synthforge.meaning.vocabulary import carries

LIKE = 0.92
"""Likeness of a quote's words and the source's, in order, from which it counts as a bad copy (2 x matches / words of
both). With protected words beside it no changed number, modal or negation passes (tests/meaning/test_repair.py)."""
_SIGNS = re.compile(r"[$€£¥%‰°<>≤≥±§]|(?i:\b(?:business|working|calendar|consecutive)\b)")
_SHORTEST = 4
"""Words that each piece of an elided quote must have."""
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{3,}|…)\s*\]|\(\s*(?:\.{3,}|…)\s*\)|\.{3,}|…)\s*")
_FREE = frozenset(
    "a an the of to in on at by for from with and that this these those its is are be been as . , ; : ( )".split()
)
"""Words and marks that a copy may lose or exchange."""


def repaired(quote: str, text: str) -> Span | None:
    """Where in a text the words stand that a quote means; None where that is not certain.

    A quote with an ellipsis means all from its first piece to its last, if every piece stands there in order. Any other
    is compared with the sentence it is most like: no number, unit, modal, negation, connective or word with an opposite
    may differ.
    """
    pieces = [piece for piece in _ELLIPSIS.split(quote.strip(" \"'“”")) if piece]
    return _elided(pieces, text) if len(pieces) > 1 else _miscopied(quote, text)


def _elided(pieces: Sequence[str], text: str) -> Span | None:
    spans: list[Span] = []
    for piece in pieces:
        begin = spans[-1][1] if spans else 0
        found = find(piece, text[begin:]) if len(piece.split()) >= _SHORTEST else None
        if found is None:
            return None
        spans.append((begin + found[0], begin + found[1]))
    return spans[0][0], spans[-1][1]


def _miscopied(quote: str, text: str) -> Span | None:
    found = sentences(text)
    best = max(found, key=lambda span: likeness(quote, text[slice(*span)]), default=None)
    if best is None:
        return None
    asked, offered = read(quote), read(text[slice(*best)])
    blocks = [
        b for b in SequenceMatcher(None, _texts(offered), _texts(asked), autojunk=False).get_matching_blocks() if b.size
    ]
    if not blocks:
        return None
    window = offered[blocks[0].a : blocks[-1].a + blocks[-1].size]
    matched = sum(block.size for block in blocks)
    if 2 * matched < LIKE * (len(window) + len(asked)) or _protected(window, asked):
        return None
    start, end = best[0] + window[0].start, best[0] + window[-1].end
    return (start, end) if _decisive(text[start:end]) == _decisive(quote) else None


def _decisive(text: str) -> tuple[object, ...]:
    """What a text says that decides its meaning beside single words: amounts, signs, frequencies, names, duties."""
    often = [(each.dimension, each.size) for each in frequencies(text)]
    return meaning(text), often, duties(text), sorted(_SIGNS.findall(text))


def _protected(one: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether a word that decides the meaning stands on one side only."""
    steps = SequenceMatcher(None, _texts(one), _texts(other), autojunk=False).get_opcodes()
    differing = [word for tag, a, b, c, d in steps if tag != "equal" for word in (*one[a:b], *other[c:d])]
    return any(_decides(word.text) for word in differing)


def _decides(word: str) -> bool:
    if word in _FREE:
        return False
    return not carries(word) or has_opposite(word) or bool(canonical(word)) or any(letter.isdigit() for letter in word)


def _texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]
