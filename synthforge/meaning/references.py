"""What looks like a number but is a name: section references, document codes, dates and times of day.

Taken out of a text before its quantities are read, and compared by themselves: a wrong date or section
number is as dangerous as a wrong limit.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from synthforge.meaning.units import UNIT

Kind = Literal["section", "label", "code", "date", "time", "marker"]

_MONTHS = ("january february march april may june july august september october november december").split()
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_PATH = r"(?:\((?:\d{1,3}[A-Z]?|[a-z]{1,2}|[ivxIVX]{1,5}|[A-Z])\))"
_NUMBER = rf"\d+(?:\.\d+)*(?:[a-z](?![a-z]))?{_PATH}*"
_NEXT = (
    rf"(?:, | and |, and | or |, or | to | through |-)"
    rf"(?:{_NUMBER}|(?<=\) and ){_PATH}+|(?<=\) or ){_PATH}+|(?<=\), ){_PATH}+)"
    rf"(?!\d|\.\d|\s?-?{UNIT}|\s(?:CFR|C\.F|U\.?S\.?C)|,\d{{3}})"
)
"""A further member of a list of references; a number with a unit is none."""
_REF = rf"(?:{_NUMBER}|[A-Z]{{1,3}}(?:[.-]?\d+)*(?![A-Za-z])|[IVX]+(?![A-Za-z])|{_PATH}+)"
_LABELS = (
    "sections? sec\\. secs\\. clauses? paragraphs? paras?\\.? subparagraphs? subsections? articles? art\\. "
    "arts\\. "
    "parts? subparts? titles? chapters? ch\\. rules? regulations? annex(?:es)? appendix appendices "
    "schedules? tables? "
    "figures? figs?\\. steps? forms? items? nos?\\. numbers? tiers? levels? class(?:es)? types? versions? "
    "rev\\. "
    "revisions? phases? pages? pp?\\. volumes? vol\\. exhibits? attachments? options? stages? footnotes? "
    "notes? "
    "principles? controls? requirements? policy policies procedures? line box tickets? case id edition "
    "grades? "
    "categor(?:y|ies) zones? rooms? lots? batch(?:es)? units? bays? stations? suites? equations? issue"
).split()
_SECTION_LABELS = (
    "section",
    "sec",
    "clause",
    "paragraph",
    "para",
    "subparagraph",
    "subsection",
    "art",
    "part",
    "subpart",
    "rule",
)

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("date", r"\b\d{4}-\d{2}-\d{2}\b"),
    ("date", r"\b\d{1,2}/\d{1,2}/\d{2,4}\b"),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?(?![\w])"),
    ("date", rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\w:])"),
    ("date", rf"\b{_MONTH},? (?:19|20)\d\d\b"),
    ("time", r"\b\d{1,2}(?::\d\d)?(?: ?[ap]\.m\.| ?[aApP][mM]\b)"),
    ("time", r"\b\d{1,2}:\d\d(?::\d\d)?\b(?: ?(?:hours|hrs)\b)?"),
    ("section", rf"\b\d{{1,2}} (?:CFR|C\.F\.R\.|USC|U\.S\.C\.)(?: (?:[Pp]arts?"
                rf"|[Ss]ections?))? ?\u00a7{{0,2}} ?\d+(?:\.\d+)?[a-z]?{_PATH}*(?:{_NEXT})*"),
    ("section", rf"\u00a7{{1,2}} ?{_NUMBER}(?:{_NEXT}|(?:, | and | or )\u00a7 ?{_NUMBER})*"),
    ("section", rf"\b\d+(?:\.\d+)*[a-z]?{_PATH}+(?:(?: and | or |, ){_PATH}+)*"),
    ("label", rf"\b(?=[A-Za-z]{{1,14}}\.? #?[\dA-Z(])(?i:{'|'.join(_LABELS)}) #?{_REF}"
              rf"(?!\d|\.\d|\s?-?{UNIT}(?![\w]))(?:{_NEXT})*"),
    ("code", r"[<\u3008]\d{1,4}[A-Z]?[>\u3009]"),
    ("code", r"\b[a-z]{1,6}[A-Z]{2}[A-Za-z]* \d+(?:\.\d+)*\b"),
    ("code", r"\bv\d+(?:\.\d+)*\b"),
    ("code", r"#\d+\b"),
    ("code", r"\b(?=[A-Za-z./_-]*\d)[A-Z][A-Za-z]*(?:[-./_]?[A-Za-z0-9]+)*(?:\(\d{1,3}\))*"),
    ("code", r"\b(?!(?:USD|EUR|GBP|CHF|JPY|AM|PM|UTC|MUST|SHALL|MAY|NOT|OR|AND|AT|TO|OF|IN|BY|FOR|IS|NO"
             r"|RPM|THE|ALL|THAN|ABOVE|BELOW|OVER|UNDER|WITHIN|LEAST|MOST|MAX|MIN|ONLY|ANY|EVERY|AFTER"
             r"|BEFORE|LESS|MORE|PH|RH)\b)[A-Z]{2,6} \d+(?:[./-]\d+)*\b(?! ?(?:%|\u00b0|[a-z]{1,2}\b"
             r"|hours?\b|days?\b|minutes?\b|months?\b|years?\b))"),
    ("code", r"\b\d+(?:\.\d+){2,}\b"),
    ("marker", r"^[ \t]*(?:#{1,6} +)?\(?\d{1,3}(?:[.)](?=\s)|(?:\.\d{1,3})+\.?(?= +[A-Z]))"),
    ("marker", r"(?<=[\s;,:])\((?:\d{1,2}|[ivx]{1,4}|[a-z])\)(?=\s)"),
)  # fmt: skip
_POSSIBLE = re.compile(r"[\d(@/]|[A-Za-z]\.? #?[A-Z]{1,3}(?![a-z])")
_ADDRESS = r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"


def _together(patterns: tuple[tuple[Kind, str], ...]) -> re.Pattern[str]:
    """One expression of all; those that begin with a word are only tried where a word begins."""
    named = [(pattern, f"(?P<p{i}>{pattern})") for i, (_, pattern) in enumerate(patterns)]
    at_words = "|".join(group for pattern, group in named if pattern.startswith(r"\b"))
    elsewhere = "|".join(group for pattern, group in named if not pattern.startswith(r"\b"))
    return re.compile(rf"\b(?=\w)(?:{at_words})|(?=[\s(<\u3008\u00a7#\d])(?:{elsewhere})", re.MULTILINE)


_ANY = _together(_PATTERNS)
_WITH_ADDRESSES = _together((*_PATTERNS, ("code", _ADDRESS)))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u00a0\u2009\u202f", " "))
_CORE = re.compile(
    rf"\d+(?:\.\d+)*(?:[a-z](?![a-z]))?{_PATH}*|{_PATH}+|\b[A-Z]{{1,3}}(?:[.-]?\d+)*(?![A-Za-z])|\b[IVX]+\b"
)
_SPELLED_BEFORE = re.compile(
    r"(?i)(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|ty|dred|sand)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A date, a time or an identifier; `value` is its comparable form (`395.3(a)(1)`, `table 2`,
    `2024-05-20`)."""

    kind: Kind
    value: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def references(text: str) -> tuple[Reference, ...]:
    """Every reference in order; a list such as "sections 4.1 and 4.2" gives one for each."""
    found: list[Reference] = []
    if not _POSSIBLE.search(text):
        return ()
    if not text.isascii():
        text = text.translate(_DASHES)
    pattern = _WITH_ADDRESSES if "@" in text or "://" in text or "www." in text else _ANY
    for match in pattern.finditer(text):
        place = int((match.lastgroup or "p0")[1:])
        kind = _PATTERNS[place][0] if place < len(_PATTERNS) else "code"
        written, start = match.group(), match.start()
        if kind in ("section", "label"):
            found.extend(_sections(kind, written, start))
        elif kind == "marker" and _SPELLED_BEFORE.search(text, max(0, start - 12), start):
            continue
        else:
            found.append(Reference(kind, _value(kind, written), start, match.end()))
    return tuple(found)


def identifiers(text: str) -> tuple[Reference, ...]:
    """The references that name a section, a document, a form, a version or a thing."""
    return tuple(found for found in references(text) if found.kind in ("section", "label", "code"))


def agrees(asked: Reference, offered: Reference) -> bool:
    """Whether a reference is carried by another: equal, or a less exact date of the same day."""
    if asked.kind == offered.kind == "date":
        wide, narrow = asked.value.split("-"), offered.value.split("-")
        return all(a in ("", b) for a, b in zip(wide, narrow, strict=True))
    return asked.value == offered.value


def _sections(kind: Kind, written: str, start: int) -> list[Reference]:
    label = written.split(" ")[0].lower().rstrip(".") if kind == "label" else ""
    offset = len(label) if kind == "label" else 0
    if title := re.match(r"\d{1,2} (?:CFR|C\.F\.R\.|USC|U\.S\.C\.)", written):
        offset = title.end()
    singular = re.sub(r"(?:ies\Z)", "y", label).removesuffix("s") if label not in ("class",) else label
    named = "" if kind == "section" or singular in _SECTION_LABELS else f"{singular} "
    cores = list(_CORE.finditer(written, offset))
    spans = [(start if i == 0 else start + core.start(), start + core.end()) for i, core in enumerate(cores)]
    whole = "section" if not named else kind
    return [Reference(whole, named + core.group().lower(), *span) for core, span in zip(cores, spans, strict=True)]


def _value(kind: Kind, written: str) -> str:
    if kind == "date":
        return _date(written)
    if kind == "time":
        return _time(written)
    return re.sub(r"\s+", " ", written).strip("<>\u3008\u3009").rstrip(".,;:-/").lower()


def _date(written: str) -> str:
    """Year-month-day with two digits each; what is not said stays empty."""
    if iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", written):
        return "-".join(iso.groups())
    if slashed := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{2,4})", written):
        month, day, year = slashed.groups()
        return f"{year if len(year) == 4 else '20' + year}-{int(month):02}-{int(day):02}"
    name = re.search(r"[A-Z][a-z]+", written)
    month = next((i for i, m in enumerate(_MONTHS, 1) if name and m.startswith(name.group().lower()[:3])), 0)
    year = re.search(r"\d{4}", written)
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", written)
    return (
        f"{year.group() if year else ''}-{month:02}-{int(day.group()):02}"
        if day
        else f"{year.group() if year else ''}-{month:02}-"
    )


def _time(written: str) -> str:
    hour, minute = [*re.findall(r"\d+", written), "00"][:2]
    low = written.lower().replace(".", "").replace(" ", "")
    shift = 12 if low.endswith("pm") and int(hour) < 12 else -12 if low.endswith("am") and int(hour) == 12 else 0
    return f"{int(hour) + shift:02}:{minute}"
