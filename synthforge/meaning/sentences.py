"""Where sentences begin and end in policies, regulations and manuals, whose dots often end nothing."""

import re
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

_ABBREVIATIONS = frozenset(
    "e.g i.e cf vs etc approx no nos sec secs art arts fig figs ref refs para paras ch vol rev eq ed eds "
    "al pp p "
    "mr mrs ms dr prof st jr sr inc ltd co corp dept u.s u.k u.s.c c.f.r fed reg tel max min ca viz resp "
    "incl".split()
)
_ENDS_BEFORE_CAPITAL = frozenset({"etc", "inc", "ltd", "co", "corp", "jr", "sr", "max", "min", "al", "no", "st", "reg"})
_CANDIDATE = re.compile(r"[.!?][\"'\u201d\u2019)\]*_]*(?=\s)")
_MARKER = (
    r"(?:[-*+\u2022\u2023\u25cf\u25e6\u00b7]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5})[.)]"
    r"|\d{1,3}(?:\.\d{1,3})+\.?)"
)
_LINE_BREAK = re.compile(rf"\n[ \t]*\n\s*|\n(?=[ \t]*(?:{_MARKER}[ \t]|#|\||>))|(?<=:)\n|(?<=\|)\n")
_HEADING_LINE = re.compile(r"(?m)^[ \t]*#{1,6} [^\n]*\n")
_ONLY_MARKER = re.compile(rf"\W*(?:\u00a7+\s*)?(?:[\w-]+ )?(?:\u00a7+\s*)?(?:{_MARKER}|\d+(?:\.\d+)*)\W*\Z")
_LAST_TOKEN = re.compile(r"[\w.\u00a7()-]*\Z")
_AFTER_UNIT = re.compile(r"(?:\u00b0\s?|\d\s?)[A-Za-z]\Z")
_OPENS = re.compile(r"\s+[\"'\u201c\u2018(\[*_]*(.)")


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[Span, ...]:
    """The spans of the sentences, list items and headings of a text, in order, without surrounding white
    space."""
    found: list[Span] = []
    for start, end in _blocks(text):
        begin = start
        for match in _CANDIDATE.finditer(text, start, end):
            if match.end() < end and _ends(text, begin, match):
                found.append((begin, match.end()))
                begin = match.end()
        found.append((begin, end))
    return tuple(span for span in (_trim(text, *span) for span in found) if span[0] < span[1])


def sentence_at(text: str, start: int, end: int) -> Span:
    """The span of the sentences that a slice touches: a quote together with what its own sentence adds."""
    touched = [span for span in sentences(text) if span[0] < end and span[1] > start]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def _blocks(text: str) -> list[Span]:
    """Pieces that no sentence crosses: paragraphs, list items, table rows, headings."""
    breaks = {match.end() for match in _LINE_BREAK.finditer(text)}
    breaks.update(match.end() for match in _HEADING_LINE.finditer(text))
    edges = [0, *sorted(breaks), len(text)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    opens = _OPENS.match(text, match.end())
    if opens is None:
        return False
    following = opens.group(1)
    if text[match.start()] != ".":
        return not following.islower()
    if following.islower():
        return False
    if _ONLY_MARKER.match(text[begin : match.start() + 1].strip()) and match.start() - begin < 24:
        return False
    last = _LAST_TOKEN.search(text[max(begin, match.start() - 24) : match.start()])
    token = last.group().lstrip("(").lower() if last else ""
    if len(token) == 1 and token.isalpha() and not following.isdigit():
        return bool(_AFTER_UNIT.search(text, max(0, match.start() - 8), match.start()))
    if token in _ABBREVIATIONS:
        return token in _ENDS_BEFORE_CAPITAL and following.isupper()
    return True


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
