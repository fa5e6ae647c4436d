"""The terms that a section defines: "X means …", "the term “X” refers to …", and a glossary's "X: …"."""

import re
from collections.abc import Iterator

from synthforge.records import Link, Section

_GLOSSARY = re.compile(r"(?i)\b(?:definitions?|glossary|abbreviations|acronyms|terminology|defined terms)\b")
_INTRODUCED = re.compile(
    r"(?i)\b(?:as used in|for (?:the )?purposes? of|when used in|following (?:definitions|terms)|definitions\b)"
)
_LAW = re.compile(r"\d{1,2} (?:CFR|U\.S\.C\.)")
_ASIDE = r"(?:,? (?:as used|for (?:the )?purposes|when used|as defined|as set forth|within the meaning)[^;\n]{1,80}?,)?"
_MEANS = (
    r"(?:(?:(?:shall|will) )?means?\b(?! (?:of|that|by)\b)|(?:has|have) the (?:same )?meanings?\b"
    r"|(?:is|are) defined (?:as|to mean)\b)"
)
_TERM = r"(?:[“]([^“”\n]{1,80})[”]|\"([^\"\n]{1,80})\")"
_QUOTED = re.compile(rf"(?:{_TERM},? (?:or|and) )?{_TERM},?(?: collectively)?{_ASIDE} (?:{_MEANS}|refers? to\b)")
_PLAIN = re.compile(
    r"(?:\(\w{1,5}\)\s?|\d{1,3}[.)]\s|[-•]\s){0,3}[*_]{0,2}(?:The term )?"
    rf"([A-Z0-9][^\n.;:|“”\"]{{1,100}}?)[*_]{{0,2}}{_ASIDE} (?:{_MEANS}|(includes|refers? to)\b)"
)
_ENTRY = re.compile(r"(?:[-•]\s)?[*_]{0,2}([A-Z][\w()/&' -]{1,50}?)[*_]{0,2}(?::[*_]{0,2} | \| | [–—-] )(?=\S)")
_WORDS = 14
_POSSIBLE = re.compile(r"\bmean|\brefers? to\b|\bdefined\b")
_BORDER = re.compile(r"\n|(?<=[.;]) (?=[A-Z])")
_SENTENCE = frozenset(
    "shall must may will should can is are was were be been has have does do by this that these those it which what "
    "who if when where there he she they we you".split()
)
"""Words that a term does not have; what stands before "means" is then a sentence about means."""
_FIRST = frozenset("the a an any each every in for to such no all other and or term".split())


def definitions(section: Section) -> Iterator[Link]:
    """In order, without overlap, each term once.

    Bare terms count at the start of a line of law, or where heading or lead-in says that there are definitions.
    """
    text = section.text
    glossary = any(_GLOSSARY.search(title) for title in section.path[-2:])
    if not (glossary or _POSSIBLE.search(text)):
        return
    found = [*_quoted(text)]
    introduced = glossary or _INTRODUCED.search(section.lead_in) is not None
    if introduced or _LAW.match(section.citation):
        found += _plain(text, introduced)
    if glossary:
        found += _entries(text)
    end, seen = 0, set[str]()
    for start, stop, term in sorted(found):
        named = " ".join(term.strip("*_,–—- ").split())
        if start >= end and named not in seen:
            end = stop
            seen.add(named)
            yield Link(kind="definition", start=start, end=stop, target=named)


def _quoted(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and term; both of "“A” or “B” means"."""
    for match in _QUOTED.finditer(text):
        for one, other in ((1, 2), (3, 4)):
            group = one if match[one] is not None else other
            if match[group] is not None and not match[group][0].isdigit():
                start, end = match.span(group)
                yield start - 1, end + 1 if one == 1 else match.end(), match[group]


def _plain(text: str, introduced: bool) -> Iterator[tuple[int, int, str]]:
    for start in _starts(text):
        match = _PLAIN.match(text, start)
        if match is None or not _is_term(match[1]):
            continue
        line = start == 0 or text[start - 1] == "\n"
        if match[2] is None and text.startswith(" to ", match.end()) and not introduced:
            continue  # "authorized means to achieve this goal"
        if match[2] is None or (introduced and line):
            yield match.start(1), match.end(), match[1]


def _entries(text: str) -> Iterator[tuple[int, int, str]]:
    for start in _starts(text):
        if (entry := _ENTRY.match(text, start)) and _is_entry(entry[1]):
            yield entry.start(1), entry.end(1), entry[1]


def _starts(text: str) -> Iterator[int]:
    """Where lines and sentences begin."""
    yield 0
    for border in _BORDER.finditer(text):
        yield border.end()


def _is_term(text: str) -> bool:
    words = text.lower().replace(",", " ").split()
    return 0 < len(words) <= _WORDS and words[0] not in _FIRST and not _SENTENCE & set(words)


def _is_entry(text: str) -> bool:
    return len(text.split()) <= 6 and _is_term(text) and text.lower() not in ("term", "definition", "note", "example")
