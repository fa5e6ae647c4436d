"""Finding a quote in a source although typography differs, and saying exactly where it stands.

Folding removes what copying, PDF extraction and language models change without changing a word: white
space, curly quotes, dash variants, soft hyphens, compatibility forms. Every folded character remembers
where it came from, so a match gives code-point offsets into the canonical text even when folding changed
lengths.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from synthforge.records import Section

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\uff07"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_DROPPED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_DROPPED, ""),
    }
)
_COMBINING = "\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff"
_ASCII = r"[\x21-\x7e]+"
_PIECES = re.compile(rf"(?P<words>{_ASCII}(?: {_ASCII})*(?![{_COMBINING}]))|(?P<space>\s+)|[^\s][{_COMBINING}]*")
_EDGES = " \"'.,;:"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; folded character i stood at `starts[i]:ends[i]` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def unfold(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a non-empty folded one; nothing that was dropped after it is included."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The text with typography removed; equal folded texts say the same words."""
    plain = (
        text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    )
    return " ".join(plain.split())


@lru_cache(maxsize=2048)
def folded(text: str) -> Folded:
    """The folded text together with where each of its characters came from."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECES.finditer(text):
        begin, end = piece.span()
        if piece.lastgroup == "words":
            out.append(piece.group())
            starts.extend(range(begin, end))
            ends.extend(range(begin + 1, end + 1))
            continue
        for character in " " if piece.lastgroup == "space" else _plain(piece.group()):
            if character.isspace():
                if not out or out[-1] == " ":
                    continue
                character = " "
            out.append(character)
            starts.append(begin)
            ends.append(end)
    if out and out[-1] == " ":
        out.pop()
    plain = "".join(out)
    return Folded(plain, tuple(starts[: len(plain)]), tuple(ends[: len(plain)]))


def _plain(cluster: str) -> str:
    # The table comes first and last: NFKC turns some of its characters into others of it, or into mark plus
    # space.
    return unicodedata.normalize("NFKC", cluster.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)


def find(quote: str, text: str) -> tuple[int, int] | None:
    """The span of a quote in a text, as whole words and whole numbers; None where it does not stand.

    Letter case and punctuation around the quote are forgiven, since the caller gets the true span to copy
    from.
    """
    wanted = fold(quote)
    bare = wanted.strip(_EDGES)
    if not bare or bare.lower() not in fold(text).lower():
        return None  # most texts of a corpus end here, before offsets are worked out
    source = folded(text)
    for needle, hay in ((wanted, source.text), (bare, source.text)):
        if (at := _search(needle, hay)) is not None:
            return source.unfold(at, at + len(needle))
    needle = _lower(bare)
    at = _search(needle, _lower(source.text))
    return None if at is None else source.unfold(at, at + len(needle))


def _search(needle: str, hay: str) -> int | None:
    at = hay.find(needle)
    while at >= 0 and not _whole(hay, at, at + len(needle)):
        at = hay.find(needle, at + 1)
    return at if at >= 0 else None


def locate(quote: str, section: Section) -> tuple[int, int] | None:
    """Where a quote stands in the section's document: offsets into its canonical text, or None."""
    span = find(quote, section.text)
    return None if span is None else (section.start + span[0], section.start + span[1])


def _lower(text: str) -> str:
    low = text.lower()
    if len(low) == len(text):
        return low
    # Lower case may be longer (Turkish dotted I), which would break the offsets.
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a match begins and ends at the border of a word or number ("1" is not a quote of "11" or
    "1.5")."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before and before.isalnum() and text[start].isalnum():
        return False
    if after and after[0].isalnum() and text[end - 1].isalnum():
        return False
    digit_ends = text[end - 1].isdigit() and after[:1] in (".", ",", "-") and after[1:].isdigit()
    digit_starts = text[start].isdigit() and before in (".", ",", "-") and text[start - 2 : start - 1].isdigit()
    return not (digit_ends or digit_starts)
