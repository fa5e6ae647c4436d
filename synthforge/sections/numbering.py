"""What a heading says about itself: a section number, an identifier, a legal unit, or only words."""

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["legal", "number", "letter", "roman", "label", "designator", "identifier", "words"]

THIN = " \t\u00a0\u2007\u2009\u202f\u200a\u2003\u2002\u3000"
"""Blanks that typesetters put after a section sign; 21 CFR in Markdown has U+2009 throughout."""
GAP = f"[{THIN}]"

IDENTIFIER = re.compile(r"(?=[A-Z0-9.-]*\d)[A-Z][A-Z0-9]*(?:[-.][A-Z0-9]+)*(?:v\d+)?(?![A-Za-z0-9]|[-.]\w)")
_DOTTED = re.compile(
    rf"(?:§{GAP}*)?([A-Z]?\d{{1,3}}(?:\.\d{{1,3}})+|[A-Z]\.\d{{1,3}}(?:\.\d{{1,3}})*)[.)]?(?:{GAP}+(?=\S)|$)"
)
_INTEGER = re.compile(rf"(?:§{GAP}*)?(\d{{1,3}})[.)]?{GAP}+(?=\S)")
_LETTER = re.compile(rf"([A-Z])[.)]{GAP}+(?=\S)")
_ROMAN = re.compile(rf"(?=[IVX])(X{{0,3}}(?:IX|IV|V?I{{0,3}}))[.)]{GAP}+(?=\S)")
_LABEL = re.compile(
    rf"((?i:article|appendix|annex|schedule|attachment|exhibit){GAP}+(?:[A-Z]|[IVXL]+|\d+[a-z]?))(?![\w.])[\s:.—–‐‑-]*"
)
_SECTION_WORD = re.compile(rf"(?i:section|sec\.|clause|paragraph){GAP}+(?=\d)")
_LEGAL_SECTION = re.compile(
    rf"(?:§{GAP}*|Sec(?:tion|\.){GAP}+)(\d+[A-Za-z]?(?:\.\d+[A-Za-z]?)?(?:-\d+)?)(?![\d.]\d)\.?{GAP}*"
)
_LEGAL_UNIT = re.compile(
    rf"((?i:title|subtitle|chapter|subchapter|part|subpart)){GAP}+(\d+|[IVXLC]+|[A-Z]{{1,2}})(?=[\s—–‐‑:.-]|$)[\s—–‐‑:.-]*"
)
_DESIGNATOR = re.compile(r"\(([a-z]{1,2}|\d{1,3}|[ivx]{1,5}|[A-Z])\)\s+(?=\S)")

LEGAL_RANK = {"title": 1, "subtitle": 2, "chapter": 3, "subchapter": 4, "part": 5, "subpart": 6, "section": 7}


@dataclass(frozen=True)
class Label:
    """A heading taken apart: `number` as printed, `title` without it; `rank` orders legal units."""

    form: Form
    number: str
    title: str
    rank: int = 0


def looks_like_identifier(text: str) -> bool:
    """`SOP-014`, `INC00469`, `MS.AAD.1.1v1`, `REG-D1`; not `OT-2`, `CM-7`, `A4` or `M365`."""
    letters = len(text) - len(text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    digits = sum(c.isdigit() for c in text)
    if "-" in text or "." in text:
        return len(text) >= 4 and (digits >= 2 or letters >= 3) and text.split("-")[0].upper() not in _NOT_DOCUMENTS
    return letters >= 2 and digits >= 3


_NOT_DOCUMENTS = {
    "COVID",
    "CFR",
    "USC",
    "ISO",
    "IEC",
    "RFC",
    "UTF",
    "SHA",
    "AES",
    "TLS",
    "MP",
    "USB",
    "RS",
    "IPV",
}


def leading_identifier(text: str) -> tuple[str, str] | None:
    """The identifier that a heading starts with, and the rest of the heading."""
    found = IDENTIFIER.match(text)
    if not found or not looks_like_identifier(found.group()):
        return None
    return found.group(), text[found.end() :].lstrip(" :—–-\t")


def label(text: str) -> Label:
    """Read a heading; whether an integer, letter or numeral really counts is for the whole outline to say."""
    if (found := _LEGAL_SECTION.match(text)) and ("§" in found.group() or "." in found.group(1)):
        return Label("legal", found.group(1), text[found.end() :], LEGAL_RANK["section"])
    if found := _LEGAL_UNIT.match(text):
        return Label(
            "legal",
            f"{found.group(1).capitalize()} {found.group(2)}",
            text[found.end() :],
            LEGAL_RANK[found.group(1).lower()],
        )
    if found := _LABEL.match(text):
        return Label("label", found.group(1), text[found.end() :] or found.group(1))
    if word := _SECTION_WORD.match(text):
        text = text[word.end() :].replace(":", " ", 1).replace("—", " ", 1)
    if identifier := leading_identifier(text):
        return Label("identifier", *identifier)
    for form, pattern in _NUMBERS:
        if found := pattern.match(text):
            return Label(form, found.group(1), text[found.end() :])
    if found := _DESIGNATOR.match(text):
        return Label("designator", found.group(1), text[found.end() :])
    return Label("words", "", text)


_NUMBERS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("number", _DOTTED),
    ("number", _INTEGER),
    ("roman", _ROMAN),
    ("letter", _LETTER),
)


def dotted(text: str) -> tuple[str, str] | None:
    """`4.1 Any IP created…`: the dotted number that a text starts with, and what follows it."""
    found = _DOTTED.match(text)
    return (found.group(1), text[found.end() :]) if found else None


def reads_as_heading(text: str) -> bool:
    """Short, starts like a title, and does not end like a sentence."""
    return (
        len(text) <= 100
        and len(text.split()) <= 12
        and not text.rstrip().endswith((".", ";", ",", ":", "?", "!"))
        and text[:1].isupper()
    )
