"""Other places that running text names: "§§ 395.1 and 395.3", "paragraph (b)(1) or (2) of this section", "SOP-031 §4".

Only what is written is read here; what it means where it stands is for `links`. One pass, in linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from synthforge.links.members import NUMBER, STEPS, Head, Member, listed

_CHAIN = 3
"""`clause (i) of subparagraph (A) of paragraph (2) of subsection (b)`."""

_NOUNS: dict[str, Head] = {
    **dict.fromkeys(("section", "sec", "clause"), "section"),
    **dict.fromkeys(("paragraph", "para", "subparagraph", "subsection", "subclause"), "paragraph"),
    **dict.fromkeys(("appendix", "annex", "article", "schedule", "exhibit", "attachment"), "label"),
    **{noun: noun for noun in ("part", "subpart", "chapter")},
}
_PLURALS = {"appendices": "appendix", "annexes": "annex"}
_NOUN = (
    r"[Ss]ections?|[Ss]ecs?\.|[Cc]lauses?|(?:[Pp]ara|[Ss]ubpara)graphs?|[Pp]aras?\.|[Ss]ub(?:section|clause|part)s?"
    r"|[Pp]arts?|[Cc]hapters?|[Aa]ppendix|[Aa]ppendices|[Aa]nnex(?:es)?|Articles?|Schedules?|Exhibits?|Attachments?"
)
_HEAD = re.compile(
    r"(?<![\w.$§/_-])(?:"
    r"(?P<title>\d{1,2}),?\s{0,2}(?P<code>C\.?F\.?R\.?|U\.?S\.?C\.?|Code\sof\sFederal\sRegulations|United\sStates\sCode)"
    r"(?![A-Za-z])"
    rf"|(?P<this>[Tt]his\s)?(?P<noun>{_NOUN})(?=\s)"
    r"|(?P<standard>(?:ISO|IEC)(?:/[A-Z]{2,4})?\s\d{3,5}(?:-\d{1,2})?(?::\d{4})?(?![\w-])"
    r"|NIST\sSP\s\d{3}-\d{2,3}[A-Z]?|USP\s?[<〈]\d{2,4}[>〉])"
    r"|(?P<document>[A-Z][A-Z0-9]{0,9}(?:[-.][A-Z0-9]{1,9}){1,6}(?:v\d{1,3})?)(?![\w/-]|\.\w)"
    r")|(?P<sign>§{1,2})"
)
_UNIT = re.compile(
    r"[,;]?\s{0,2}(?:(?P<sign>§{1,2})|(?P<noun>[Pp]arts?|[Ss]ections?|[Ss]ecs?\.|[Cc]hapter|[Cc]h\.)\s)?\s{0,2}"
)
_VOLUME = re.compile(r",?\s{1,2}(?:Comp|Cum|Ed|Supp)\b")
_SUBUNIT = re.compile(r",\s{1,2}(?:([Ss]ubpart|[Ss]ection|[Cc]hapter|[Pp]art)\s{1,2})(?=[\dA-Z])")
_OF_DOCUMENT = re.compile(r",?\s{0,2}(?:§{1,2}\s{0,2}|(?:[Ss]ections?|[Ss]ec\.|[Cc]lauses?)\s)(?=[\dA-Z])")

_THIS = re.compile(r",?\s{1,2}(?:of|to|in|under)\s{1,2}this\s{1,2}([a-z]+)")
_TITLE = re.compile(
    r",?\s{1,2}(?:(?:of|in)\s{1,2}|(?=[Tt]itle\s\d{1,2},\s(?:U\.?S\.?C|United\sStates\sCode)))[Tt]itle\s{1,2}(\d{1,2})(?!\w)"
    r"(?:,?\s{1,2}(?:of\s{1,2})?(?:the\s{1,2})?(Code\sof\sFederal\sRegulations|CFR|C\.F\.R\.))?"
)
_OF = re.compile(r",?\s{1,2}(?:of|to)\s{1,2}(?=[\dA-Za-z§])")
_IN = re.compile(r",?\s{1,2}(?:in|under)\s{1,2}(?:the\s)?(?=[A-Z§])")
_ET_SEQ = re.compile(r",?\s{1,2}et\sseq\.?")
_FOREIGN = re.compile(
    r",?\s{1,2}(?:of\s|(?:Public\sLaw|Pub\.\s?L|P\.L\.)"
    r"|(?:in|to|under|from)\s(?:the\s)?(?:[A-Z][\w&.'’-]{0,30}\s(?:of\s)?){0,6}"
    r"(?:Act|Code|Law|Regulations?|Directive|Treaty|Convention)\b)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One or more places under one noun.

    `name` is the noun (`section`, `§`), the code of law (`49 CFR`), the document or the standard. `scope` says of
    what it is a part: "" when that is left open, `this part`, `49 CFR`, `title 5`, or `foreign` for what is no
    document's place; `inside` is another mention of which it is a part.
    """

    head: Head
    name: str
    members: tuple[Member, ...]
    start: int
    end: int
    scope: str = ""
    inside: "Mention | None" = None
    own: bool = False


def mentions(text: str) -> Iterator[Mention]:
    """Every mention in order, without overlap."""
    held: list[Mention] = []
    position = 0
    while found := _HEAD.search(text, position):
        mention = _mention(text, found, _CHAIN)
        position = max(mention.end if mention else 0, found.end())
        if mention is None:
            continue
        if held and not _shares(text, held[-1], mention):
            yield from _settled(held)
            held = []
        held.append(mention)
    yield from _settled(held)


def _shares(text: str, first: Mention, second: Mention) -> bool:
    """Whether "subsection (a) or subsection (b) of section 5" says of both where they are."""
    between = text[first.end : second.start] if second.start - first.end < 12 else "no"
    open_ended = first.scope == "" and first.inside is None
    return first.name == second.name and open_ended and between.strip(" ,") in ("and", "or")


def _settled(held: list[Mention]) -> Iterator[Mention]:
    for mention in held:
        yield replace(mention, scope=held[-1].scope, inside=held[-1].inside)


def _mention(text: str, found: re.Match[str], chain: int) -> Mention | None:
    if found["code"]:
        return _law(text, found)
    if found["standard"]:
        name = " ".join(found["standard"].split())
        return Mention("standard", name, (Member("", (), *found.span()),), *found.span())
    if found["document"]:
        return _document(text, found)
    noun = "§" if found["sign"] else found["noun"].lower().rstrip(".")
    name = _PLURALS.get(noun, noun if noun in _NOUNS or noun == "§" else noun.removesuffix("s"))
    head: Head = "section" if name == "§" else _NOUNS[name]
    if name in ("clause", "section") and STEPS.match(text, _blanks(text, found.end())):
        head = "paragraph"
    several = noun != name or found["sign"] == "§§"
    members = listed(text, _blanks(text, found.end()), found.start(), head, several)
    if not members:
        return None
    if head == "part" and (below := _SUBUNIT.match(text, members[-1].end)) and len(members) == 1:
        inner = NUMBER.match(text, below.end())
        members = (_narrowed(members[0], below[1].lower(), inner),) if inner else members
    mention = Mention(head, name, members, found.start(), members[-1].end, own=bool(found["this"]))
    return _scoped(text, mention, chain)


def _blanks(text: str, position: int) -> int:
    """Past at most three blanks, of any width."""
    end = min(position + 3, len(text))
    while position < end and text[position].isspace():
        position += 1
    return position


def _law(text: str, found: re.Match[str]) -> Mention | None:
    """`49 CFR part 395`, `49 CFR 395.3(a)`, `1 CFR, chapter IV, part 426, subpart A`, `44 U.S.C. 1510`."""
    federal = found["code"][0] == "C"
    name = f"{found['title']} {'CFR' if federal else 'U.S.C.'}"
    unit = _UNIT.match(text, found.end())
    if unit is None:
        return None
    noun = (unit["noun"] or "").lower().rstrip("s.")
    if not noun and not unit["sign"] and unit.group()[:1] in (",", ";"):
        return None
    members = listed(text, unit.end(), found.start(), "code", several=True)
    if not members or _VOLUME.match(text, members[0].end):
        return None
    if noun in ("ch", "chapter"):
        members = (replace(members[0], number=f"{'Chapter' if federal else 'chapter'} {members[0].number}"),)
    while len(members) == 1 and (below := _SUBUNIT.match(text, members[0].end)):
        inner = NUMBER.match(text, below.end())
        if inner is None:
            break
        members = (_narrowed(members[0], below[1].lower(), inner),)
    return Mention("code", name, members, found.start(), members[-1].end)


def _narrowed(member: Member, noun: str, inner: re.Match[str]) -> Member:
    """`part 10, section 2` as 10.2; `part 426, subpart A`; a part needs no chapter."""
    number = inner.group()
    if noun == "section":
        number = number if "." in number else f"{member.number}.{number}"
    elif noun != "part":
        number = f"{member.number} {noun.capitalize()} {number}"
    return Member(number, (), member.start, inner.end())


def _document(text: str, found: re.Match[str]) -> Mention | None:
    if not any(c.isdigit() for c in found["document"]):
        return None
    start, end = found.span()
    members: tuple[Member, ...] = ()
    if below := _OF_DOCUMENT.match(text, end):
        members = listed(text, below.end(), start, "document", several="s" in below.group() or "§§" in below.group())
    members = members or (Member("", (), start, end),)
    return Mention("document", found["document"], members, start, members[-1].end)


def _scoped(text: str, mention: Mention, chain: int) -> Mention:
    """With what follows: `of this section`, `of title 5`, `of section 360e of this title`, `of the Act`."""
    end = mention.end
    if more := _ET_SEQ.match(text, end):
        end = more.end()
    if this := _THIS.match(text, end):
        return replace(mention, scope=f"this {this[1]}", end=this.end())
    if title := _TITLE.match(text, end):
        code = f"{title[1]} CFR" if title[2] else f"title {title[1]}"
        return replace(mention, scope=code, end=title.end())
    if (of := _OF.match(text, end) or _IN.match(text, end)) and (inner := _HEAD.match(text, of.end())):
        outer = _mention(text, inner, chain - 1) if chain else None
        if outer and (outer.head != "document" or "of" in of.group()):
            return replace(mention, inside=outer, end=outer.end)
    if foreign := _FOREIGN.match(text, end):
        return replace(mention, scope="foreign", end=foreign.end())
    return mention
