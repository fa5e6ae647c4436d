"""Which document this is: its identifier or title, its edition, and the law it restates."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from synthforge.records import fingerprint
from synthforge.sections.blocks import LABEL, Block, Reading
from synthforge.sections.numbering import GAP, IDENTIFIER, label, leading_identifier, looks_like_identifier

_ID_KEYS = (
    "id",
    "document_id",
    "doc_id",
    "document_number",
    "document_no",
    "number",
    "policy_id",
    "sop",
    "reference",
    "document",
)
_TITLE_KEYS = ("title", "name", "subject")
_VERSION_KEYS = ("version", "revision", "rev", "edition")
_DATE_KEYS = (
    "effective_date",
    "effective",
    "date_effective",
    "revision_date",
    "issue_date",
    "issued",
    "original_published",
    "published",
    "date",
)

_ID_LABEL = re.compile(r"(?i)(?:document|doc\.?|policy|procedure|sop|form)\s*(?:no\.?|number|id|identifier)?$")
_VERSION_LABEL = re.compile(r"(?i)(version|revision|rev|edition)\.?\s*(?:no\.?|number)?$")
_DATE_LABEL = re.compile(r"(?i)(?:effective|issue|revision)?\s*(?:date|from|on)?$|effective")
_VERSION_TEXT = re.compile(r"(?i)\b(version|revision|rev|edition)\.?\s*(?:no\.?\s*)?[:#]?\s*(\d+(?:\.\d+)*[a-z]?)\b")
_FILE_VERSION = re.compile(r"(?i)[_\-. ](rev|r|version|v)[_\-. ]?(\d+(?:\.\d+)*)(?=$|[_\-. ])")
_VALUE = re.compile(r"\d+(?:\.\d+)*[a-z]?\b|[A-Z]\b")
_MONTHS = "january february march april may june july august september october november december".split()
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WORDY = re.compile(r"(?i)\b(?:(\d{1,2})\s+)?([A-Z][a-z]{2,8})\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})\b")
_SHORT = re.compile(r"\(EFF\.\s*(\d{1,2})-(\d{1,2})-(\d{2})\)", re.IGNORECASE)
_CFR = re.compile(rf"\b(\d{{1,2}}){GAP}*C\.?F\.?R\.?(?:{GAP}+(?:[Pp]art|PART|§+){GAP}*|{GAP}+)?(\d{{1,4}})?")
_USC = re.compile(rf"\b(\d{{1,2}}){GAP}*U\.?S\.?C\.?(?![A-Z]){GAP}*§*{GAP}*(\d+[a-z]?)?")
_GENERIC = re.compile(
    r"(?i)(purpose|scope|introduction|overview|background|summary|abstract|contents|policy|procedure|general)\b"
)
CITED_AS, AS_OF = "cited as", "as of"
"""Metadata of a source that names itself: what all its citations belong to, and its edition."""
_SECTION_OF_LAW = re.compile(r"\b\d+ (?:CFR [\w-]+\.[\w.–-]+|U\.S\.C\. \d[\w–-]*)$")
_FRONT = 12
"""Blocks at a document's start in which identifier and edition are looked for."""


@dataclass(frozen=True)
class Identity:
    """`root` is what every citation starts with; `instrument` the code of law that `§` sections belong to."""

    family: str
    root: str
    title: str
    edition: str
    instrument: str


_LONGEST = 60
"""Characters of a slug; one that is cut ends in six digits of a hash, so that long names stay apart."""


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    whole = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(whole) > _LONGEST:
        whole = f"{whole[: _LONGEST - 7].rstrip('-')}-{fingerprint(whole)[:6]}"
    return whole or "document"


def identify(reading: Reading, title: str, uri: str) -> Identity:
    """`title` is the outline's own title, or empty."""
    if named := reading.metadata.get(CITED_AS):
        name = reading.metadata.get("title") or title or named
        return Identity(named, named, name, reading.metadata.get(AS_OF, ""), reading.metadata.get("instrument", ""))
    stem = PurePosixPath(uri).name.split(".")[0]
    front = [block for block in reading.blocks[:_FRONT] if block.kind != "code"]
    facts = dict(reading.metadata)
    for name, value in label_lines(front):
        if _VERSION_LABEL.match(name):
            facts.setdefault(_VERSION_LABEL.match(name).group(1).lower(), value)  # type: ignore[union-attr]
        elif _DATE_LABEL.match(name):
            facts.setdefault("effective_date", value)
        elif _ID_LABEL.match(name):
            facts.setdefault("document_number", value)
    instrument, law = legal(reading, title, uri)
    declared = next((facts[key] for key in _TITLE_KEYS if facts.get(key)), "")
    name = (title if leading_identifier(title) else declared or title) or _from_stem(stem)
    if _GENERIC.fullmatch(name):
        name = _from_stem(stem)
    if law:
        name = _law_title(reading) or title or name
    identifier = _identifier(facts, front, name, stem) if not law else law
    return Identity(
        family=identifier or slug(name),
        root=identifier or name,
        title=name,
        edition=edition(facts, front, name, stem),
        instrument=instrument,
    )


def cites_section(citation: str) -> bool:
    """Whether a citation ends in a section of law, whose paragraphs are cited to the leaf: `49 CFR 395.3`."""
    return bool(_SECTION_OF_LAW.search(citation))


def _law_title(reading: Reading) -> str:
    """The heading of the part, or of the only section."""
    headings = [block.text for block in reading.blocks if block.kind in ("heading", "title")]
    ranked = {rank: [text for text in headings if label(text).rank == rank] for rank in (5, 7)}
    if ranked[5]:
        return ranked[5][0].rstrip(". ")
    return ranked[7][0].rstrip(". ") if len(ranked[7]) == 1 else ""


def title_of(uri: str) -> str:
    """A title made of a file's name."""
    return _from_stem(PurePosixPath(uri).name.split(".")[0])


def _from_stem(stem: str) -> str:
    words = re.sub(r"[_\s]+|(?<=[a-z])-(?=[a-z])", " ", stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def label_lines(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block.kind in ("paragraph", "meta", "item", "row") and (found := LABEL.match(block.text.lstrip("-* "))):
            yield found.group(1).strip(), found.group(2).strip()


def _identifier(facts: Mapping[str, str], front: Sequence[Block], title: str, stem: str) -> str:
    for key in _ID_KEYS:
        if (stated := IDENTIFIER.match(facts.get(key, ""))) and looks_like_identifier(stated.group()):
            return stated.group()
        if key == "document_number" and re.fullmatch(r"[\w/-]*\d[\w./-]*", facts.get(key, "")):
            return facts[key]
    # A table's rows, and headings below any author's own, name what the document is about, not the document.
    named = (b.text for b in front[:4] if b.kind != "row" and b.level <= 6 and len(b.text) < 120)
    for text in (title, *named):
        if found := leading_identifier(text):
            return found[0]
    file_name = leading_identifier(re.sub(r"_.*", "", stem))
    if file_name and any(file_name[0] in block.text for block in front):
        return file_name[0]
    return ""


def legal(reading: Reading, title: str, uri: str) -> tuple[str, str]:
    """The code (`21 CFR`, `49 U.S.C.`) and, if known, the unit (`21 CFR 820`) of a text in `§` sections."""
    headings = [label(block.text) for block in reading.blocks if block.kind in ("heading", "title")]
    sections = [head for head in headings if head.form == "legal" and head.rank == 7]
    if not sections:
        return "", ""
    part = next((head.number.split()[1] for head in headings if head.number.startswith("Part ")), "")
    decimal = "." in sections[0].number
    declared = [reading.metadata.get(key, "") for key in ("chunk_id", "instrument", "title", "source", "citation")]
    for text in (*declared, title, *(block.text for block in reading.blocks[:4])):
        if found := _CFR.search(text):
            part = part or found.group(2) or (sections[0].number.split(".")[0] if decimal else "")
            return f"{found.group(1)} CFR", f"{found.group(1)} CFR {part}".strip()
        if found := _USC.search(text):
            unit = found.group(2) or (sections[0].number if len(sections) == 1 else "")
            return f"{found.group(1)} U.S.C.", f"{found.group(1)} U.S.C. {unit}".strip()
    number = next((head.number.split()[1] for head in headings if head.number.startswith("Title ")), "")
    if not number:
        return "", ""
    code = f"{number} CFR" if decimal else f"{number} U.S.C."
    chapter = next((head.number for head in headings if head.number.startswith("Chapter ")), "")
    return code, f"{code} {part}" if decimal and part else f"{code} {chapter.lower()}".strip()


def edition(facts: Mapping[str, str], front: Sequence[Block], title: str, stem: str) -> str:
    """`rev 3`, `version 4.2`, or an effective date in ISO form; the file's name is asked last."""
    for key in _VERSION_KEYS:
        if found := _VALUE.match(facts.get(key, "").strip("v ")):
            return f"{_noun(key)} {found.group()}"
    headings = (block.text for block in front if block.kind in ("heading", "title"))
    for text in (facts.get("document_number", ""), facts.get("running_head", ""), title, *headings):
        if stated := _VERSION_TEXT.search(text[:300]):
            return f"{_noun(stated.group(1))} {stated.group(2)}"
    if named := _FILE_VERSION.search(stem):
        return f"{_noun(named.group(1))} {named.group(2)}"
    for text in (*(facts.get(key, "") for key in _DATE_KEYS), stem):
        if found_date := date(text):
            return found_date
    return ""


def _noun(word: str) -> str:
    return "rev" if word.lower().startswith("r") else "version" if word.lower().startswith("v") else "edition"


def date(text: str) -> str:
    """The first date in a text as YYYY-MM-DD (YYYY-MM when no day is given), else empty."""
    if found := _ISO.search(text):
        return found.group()
    if found := _SHORT.search(text):
        month, day, year = map(int, found.groups())
        return f"{2000 + year}-{month:02}-{day:02}"
    return next(worded_dates(text), "")


def worded_dates(text: str) -> Iterator[str]:
    """Dates with the month in words: `Dec. 29, 2022`, `29 December 2022`, `December 2022`."""
    for found in _WORDY.finditer(text):
        before, month_name, after, year_text = found.groups()
        month = next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(month_name.lower())), 0)
        if month:
            day_text = before or after
            yield f"{year_text}-{month:02}" + (f"-{int(day_text):02}" if day_text else "")
