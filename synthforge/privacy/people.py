"""What reaches a person or tells one from another: mail addresses by their form, all else by the words before it."""

import re
from collections.abc import Iterator

from synthforge.privacy.found import Found, folded
from synthforge.privacy.patterns import starts

_LOCAL = re.compile(r"[\w.+%'-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)")
_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)\Z")
"""Domains kept for examples (RFC 2606)."""
_SUFFIXES = frozenset("png jpg jpeg gif svg webp ico pdf html htm css js ts py json yaml yml txt xml git".split())
"""`logo@2x.png` is a file."""

OPEN = r"[\"'“(*_]{0,3}"
SEPARATOR = r"[*_\"')]{0,3}[ \t]?(?:[:=#\t]|\||\bis\b)[*_]{0,2}\s{0,3}"
_NUMBER = r"(?:[ _-]?(?i:id|number|num\.?|no\.?|nr\.?|#))"
_DAY = (
    r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?:st|nd|rd|th)?[ -](?:of )?"
    r"[A-Z][A-Za-z]{2,8}\.?,?[ -]\d{4}|[A-Z][A-Za-z]{2,8}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4})"
)
_BIRTH = rf"(?i:date of birth|birth[ _-]?date|birthday|d\.o\.b\.?|dob|born(?: on)?)(?:{SEPARATOR}|\s{{1,3}}){OPEN}"
_BORN = re.compile(rf"{_BIRTH}({_DAY})(?![\w-])")
_IDENTIFIERS = {
    "licence": (
        rf"(?i:driver(?:['’]?s)?['’]?[ _]licen[cs]e|driving licen[cs]e|cdl|dl){_NUMBER}?(?:{SEPARATOR}|[ ]){OPEN}",
        r"([A-Z]{0,3}[- ]?\d(?:[- ]?[A-Z0-9]){4,19})(?![\w-])",
    ),
    "passport": (rf"(?i:passport){_NUMBER}?(?:{SEPARATOR}|\s){OPEN}", r"([A-Z]{0,2}\d{6,9})(?!\w)"),
    "medical_record": (
        rf"(?i:mrn|medical[ _]record|patient[ _]id|chart){_NUMBER}?(?:{SEPARATOR}|\s){OPEN}",
        r"([A-Z]{0,4}-?\d[\d-]{3,14})(?!\w)",
    ),
}
"""By kind: the words before a number, and what it looks like."""
_EXACT = {kind: re.compile(words + value) for kind, (words, value) in _IDENTIFIERS.items()}


def email(text: str) -> Iterator[Found]:
    """Mail addresses, apart from those kept for examples, file names and repositories."""
    at = text.find("@")
    while at >= 0:
        if found := _email(text, at):
            yield found
        at = text.find("@", at + 1)


def _email(text: str, at: int) -> Found | None:
    if not at or not (text[at - 1].isalnum() or text[at - 1] in "_-+.\n"):
        return None
    before = text[max(0, at - 66) : at]
    local = _LOCAL.search(before) or _broken_off(before)
    domain = local and _DOMAIN.match(text, at + 2 if text[at + 1 : at + 2] == "\n" else at + 1)
    if not local or not domain:
        return None
    name, host = local[0].lstrip("'.-%"), domain[0].lower()
    start = at - len(before) + local.end() - len(name)
    if not name or name == "git" or _RESERVED.search(host) or host.rpartition(".")[2] in _SUFFIXES:
        return None
    if text[start - 1 : start] in ("/", ":") and "://" in text[max(0, start - 100) : start].split()[-1]:
        return None  # the password of a web address
    return Found(start, domain.end(), "email", folded(f"{name}@{host}"))


def _broken_off(before: str) -> re.Match[str] | None:
    """`first.last`, a line break, `@`: the dot tells it from a word that happens to stand there."""
    local = _LOCAL.search(before[:-1]) if before.endswith("\n") else None
    return local if local and "." in local[0].strip(".") else None


def birth_date(text: str) -> Iterator[Found]:
    """Days behind "born" or "date of birth"."""
    for place in starts(rf"{_BIRTH}[A-Z\d]", text):
        if match := _BORN.match(text, place):
            yield Found(*match.span(1), "birth_date", folded(match[1]))


def identifier(kind: str, text: str) -> Iterator[Found]:
    """A number behind the words that say what it is: a licence, a passport, a medical record."""
    for place in starts(f"{_IDENTIFIERS[kind][0]}[A-Z\\d]", text):
        match = _EXACT[kind].match(text, place)
        if match and sum(map(str.isdigit, match[1])) >= 4:
            yield Found(*match.span(1), kind, re.sub(r"\W", "", match[1]))
