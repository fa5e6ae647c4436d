"""What a mention means where it stands: each member's citation in full, or nothing where that cannot be told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from synthforge.links.levels import above
from synthforge.links.members import Member
from synthforge.links.mentions import Mention
from synthforge.links.standing import Standing, document
from synthforge.sections.numbering import looks_like_identifier

_OF_LAW = ("", "this section", "this part", "this subpart", "this chapter", "this subchapter", "this title")
_ABOVE_PARTS = ("", "this chapter", "this subchapter", "this title")
_SECTION = re.compile(r"\d{1,2} (?:CFR|U\.S\.C\.) \d[\w.-]*(?:\(|\Z)")
_PART = re.compile(r"\d+ CFR \d+(?: Subpart \w+)?")
_OF_DOCUMENT = re.compile(
    r"this (?:document|procedure|policy|sop|guidance|guideline|guide|manual|agreement|standard|plan|protocol|handbook"
    r"|instruction|specification|contract|annex|appendix|report)\Z"
)
_LAW_BEFORE = re.compile(
    r"(?:\b(?:Code|Stat\.|Ann\.|Act|Law|Order|Directive|Regulation|Treaty|Pub\. L\. \d+[-–]\d+|title [IVX]+|ch\. \d+"
    r"|div\. [A-Z]+)(?: \d+)?,?|’s|'s)\s?\Z"
)
_WORD_BEFORE = re.compile(r"(?:[(\[;]|\b[a-z]+(?:/[a-z]+)?,?|\b(?:See|Under|In|Per|Refer to|Follow|Repeat),?)\s?\Z")
_START_BEFORE = re.compile(r"(?:\A|(?<=[a-z\d)\]”\"’])[.:!?]|[\n|*_•–—-])\s?\Z")
_GOES_ON = re.compile(r",?\s{1,2}[a-z]|[,)]")
_DOCUMENTS = re.compile(r"(?:SOP|POL|WI|PROC|STD|FRM|FORM|DOC|QP|QM|QMS|PLAN|SPEC|REG|MAN|GDL|TMP)-")
_CUE_BEFORE = re.compile(
    r"(?i)\b(?:see(?: also)?|per|refer to|according to|accordance with|(?:defined|described|specified|stated|given) in"
    r"|procedure|policy|form|log|instruction|document|protocol|standard)\s?\Z"
)
_OUTER = 100
"""No procedure has that many chapters: `§ 395.1` is of the law, whichever title it may be."""


@dataclass
class Places:
    """The mentions of one section's text, read in order.

    `codes` has the titles of the CFR by part, as the text has named them: behind "29 CFR part 1613", § 1613.7 is there.
    """

    here: Standing
    text: str
    codes: dict[str, str] = field(default_factory=dict)

    def of(self, mention: Mention) -> Sequence[str]:
        """A target for each member of the mention, "" for none."""
        if mention.head == "code" and mention.name.endswith("CFR"):
            self.codes.update({_part(member.number): mention.name for member in mention.members})
        if mention.scope == "foreign":
            return ("",) * len(mention.members)
        return tuple(self._place(mention, member) for member in mention.members)

    def _place(self, mention: Mention, member: Member) -> str:
        match mention.head:
            case "code":
                return f"{mention.name} {member.number}{steps(member)}"
            case "standard":
                return mention.name
            case "document":
                return self._document(mention, member)
            case "section":
                return self._section(mention, member)
            case "paragraph":
                return self._paragraph(mention, member)
            case "part":
                return self._part(mention, member)
            case "subpart":
                return self._subpart(mention, member)
            case "chapter":
                return self._chapter(mention, member)
            case "label":
                return self._label(mention, member)

    def _inside(self, mention: Mention) -> str:
        """The one place that a mention says it is a part of."""
        found = self.of(mention.inside) if mention.inside else ()
        return found[0] if len(found) == 1 else ""

    def _section(self, mention: Mention, member: Member) -> str:
        number = f"{member.number}{steps(member)}"
        if mention.inside and mention.inside.head in ("standard", "document"):
            outer = self._inside(mention)
            return f"{outer} §{number}" if outer and "§" not in outer else ""
        if mention.scope.startswith("title "):
            return f"{mention.scope[6:]} {'CFR' if '.' in member.number else 'U.S.C.'} {number}"
        if mention.scope.endswith("CFR"):
            return f"{mention.scope} {number}"
        if self.here.code.endswith("U.S.C."):
            return f"{self.here.code} {number}" if mention.scope == "this title" else ""
        if _LAW_BEFORE.search(self.text, max(0, mention.start - 30), mention.start):
            return ""
        return self._regulation(mention, member) or self._own_section(mention, member)

    def _regulation(self, mention: Mention, member: Member) -> str:
        """`§ 395.1`: of this title, of one that the text has named, or of one that `directory` may know."""
        number = f"{member.number}{steps(member)}"
        if mention.scope not in _OF_LAW or not re.match(r"\d[\w-]*\.\d", member.number) or mention.name == "clause":
            return ""
        if code := self.codes.get(_part(number)) or self.here.code:
            return f"{code} {number}"
        part = _part(member.number)
        known = mention.name == "§" and not mention.scope and part.isdigit()
        untold = known and (int(part) >= _OUTER or (member.path and not self._is_own(mention, member)))
        return f"§ {number}" if untold else ""

    def _own_section(self, mention: Mention, member: Member) -> str:
        if self.here.code or mention.inside or not self._is_own(mention, member):
            return ""
        base = document(self.here.base) if mention.scope else self.here.base
        return f"{base} §{member.number}{steps(member)}"

    def _is_own(self, mention: Mention, member: Member) -> bool:
        """Whether a number is one of this document: it says so, or is of the kind that its own sections have."""
        if mention.scope:
            return _OF_DOCUMENT.match(mention.scope) is not None
        part, own = _part(member.number), _part(self.here.number)
        return bool(own) and _style(part) == _style(own) and self._is_free(mention)

    def _is_free(self, mention: Mention) -> bool:
        """Neither another document's ("IT Standards, section 2") nor a heading ("Section 2. Scope")."""
        window = max(0, mention.start - 24), mention.start
        if _WORD_BEFORE.search(self.text, *window):
            return True
        return bool(_START_BEFORE.search(self.text, *window)) and _GOES_ON.match(self.text, mention.end) is not None

    def _paragraph(self, mention: Mention, member: Member) -> str:
        here = self.here
        if mention.inside:
            outer = self._inside(mention)
            return f"{outer}{steps(member)}" if _SECTION.match(outer) else ""
        if mention.scope == "this definition" and here.term:
            return f"{here.prefix}{here.code} {here.number}{here.term}{steps(member)}"
        front = above(mention, member, here) if here.sure else None
        if front is None:
            return ""
        term = here.term if front or here.term.startswith(" ") else ""  # a section of terms has no letters of its own
        return f"{here.prefix}{here.code} {here.number}{term}{''.join(f'({token})' for token in front)}{steps(member)}"

    def _part(self, mention: Mention, member: Member) -> str:
        number = _part(member.number)
        if not number.isdigit() or mention.own or mention.inside:
            return ""
        if mention.scope.startswith("title "):
            return f"{mention.scope[6:]} CFR {member.number}"
        if mention.scope.endswith("CFR"):
            return f"{mention.scope} {member.number}"
        if member.number == self.here.part or mention.scope not in _ABOVE_PARTS:
            return ""
        code = self.codes.get(number) or self.here.regulations
        return f"{code} {member.number}" if code else ""

    def _subpart(self, mention: Mention, member: Member) -> str:
        here = self.here
        if mention.own or not member.number[0].isupper():
            return ""
        if mention.inside:
            outer = self._outer_part(mention)
            return f"{outer} Subpart {member.number}" if _PART.fullmatch(outer) else ""
        own = here.part and mention.scope in ("", "this part") and member.number != here.unit("subpart")
        return f"{here.code} {here.part} Subpart {member.number}" if own else ""

    def _outer_part(self, mention: Mention) -> str:
        """The part that is named; `subpart A of part 304` may be said inside part 304 itself."""
        outer, here = mention.inside, self.here
        if outer and outer.head == "part" and here.part and [member.number for member in outer.members] == [here.part]:
            return f"{here.code} {here.part}"
        return self._inside(mention)

    def _chapter(self, mention: Mention, member: Member) -> str:
        here = self.here
        if mention.scope.startswith("title "):
            return f"{mention.scope[6:]} U.S.C. chapter {member.number}"
        if mention.scope.endswith("CFR"):
            return f"{mention.scope} Chapter {member.number}"
        if here.regulations and mention.scope == "this title":
            return f"{here.code} Chapter {member.number}"
        own = not (here.code or mention.inside) and self._is_own_label(mention)
        return f"{document(here.base)} Chapter {member.number}" if own else ""

    def _label(self, mention: Mention, member: Member) -> str:
        """`Appendix A`: of this document, or of a part."""
        here, name = self.here, f"{mention.name.capitalize()} {member.number}"
        if mention.inside:
            outer = self._outer_part(mention)
            return f"{outer} {name}" if _PART.match(outer) else ""
        if here.code:
            own = mention.scope == "this part" or (not mention.scope and self._is_free(mention))
            return f"{here.code} {here.part} {name}" if here.part and own else ""
        return f"{document(here.base)} {name}" if self._is_own_label(mention) else ""

    def _is_own_label(self, mention: Mention) -> bool:
        """Articles, chapters and schedules are mostly another text's, unless this section stands in one itself."""
        if mention.scope:
            return _OF_DOCUMENT.match(mention.scope) is not None
        usual = mention.name not in ("article", "chapter", "schedule")
        return (usual or f" {mention.name.capitalize()} " in self.here.base) and self._is_free(mention)

    def _document(self, mention: Mention, member: Member) -> str:
        """An identifier is a document's when it is of a usual or of this one's own series, or is referred to."""
        name, own = mention.name, document(self.here.base)
        series = re.split(r"\d", name)[0]
        known = _DOCUMENTS.match(name) or (len(series) > 2 and own.startswith(series)) or member.number
        cued = known or _CUE_BEFORE.search(self.text, max(0, mention.start - 30), mention.start)
        if not cued or not looks_like_identifier(name):
            return ""
        if member.number:
            return f"{name} §{member.number}{steps(member)}"
        return name if name != own else ""


def steps(member: Member) -> str:
    return "".join(f"({token})" for token in member.path)


def _part(number: str) -> str:
    return re.split(r"[.\s]", number, maxsplit=1)[0]


def _style(number: str) -> str:
    if number.isdigit():
        return "number" if int(number) < _OUTER else "law"
    return "numeral" if not set(number) - set("IVX") else "letter"
