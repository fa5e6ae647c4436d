"""Names of persons, where the words before them say that a name follows; no model guesses at the others."""

import re
from collections.abc import Iterator

from synthforge.privacy.found import Found, folded
from synthforge.privacy.patterns import starts

_WORD = r"[A-ZÀ-ÖØ-Þ](?:['’][A-Z])?[^\W\d_]+(?:-[A-ZÀ-ÖØ-Þ][^\W\d_]+)?(?![\w@])"
_INITIAL = r"[A-Z]\."
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|la|le|bin|al|el|ten|ter|zu)"
_STEP = r"(?:[ \xa0]|[ \t]?\n[ \t]*)"
_PART = rf"(?:{_WORD}|{_INITIAL})"
_NEXT = rf"[ \xa0](?:{_PARTICLE}[ \xa0]){{0,2}}{_PART}"
_FULL = rf"{_PART}(?:{_NEXT}(?:{_NEXT}(?!:)){{0,2}}|{_STEP}{_PART})"
"""Two to four words. A line may break after the first; later a new one rather begins something else."""
_LAST_FIRST = rf"(?:{_PARTICLE} ){{0,2}}{_WORD},{_STEP}{_PART}(?:{_STEP}{_PART})?"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof)\b\.?[ \xa0]|(?:Mr|Mrs|Ms|Prof)\.\n)"
"""A `Dr.` at a line's end may be a drive."""
_OPEN = rf"[\"'“(*_]{{0,3}}(?:{_TITLE})?"

_PEOPLE = (
    "patient|participant|employee|driver|customer|physician|doctor|nurse|investigator|inspector|supervisor"
    "|manager|technician|analyst|operator|witness|trainee|trainer|auditor|author|attn|attention|caller"
    "|contact[ _]person|point of contact|emergency contact|next of kin|contact|claimant|tenant|beneficiary|approver"
)
_DEEDS = (
    "prepared|approved|reviewed|written|signed|reported|performed|completed|verified|authored|checked|issued"
    "|conducted|requested|submitted|recorded|witnessed"
)
_CELL = r"[*_\"')]{0,3}[ \t]{0,4}[:=\t|][*_]{0,2}\s{0,3}"
_NAME = (
    rf"(?i:(?:(?:{_PEOPLE}|subject)(?:['’]s)?[ _])?(?:(?:full|first|last|given|family|maiden|middle)[ _]name|surname)"
    rf"|(?:{_PEOPLE}|subject)(?:['’]s)?[ _]name|name of (?:the )?(?:{_PEOPLE}|subject))"
    rf"(?i: ?\((?:print|printed|last, first|first, last)\))?{_CELL}"
)
"""`Patient name: …`: a name follows, if only one word of it."""
_ROLE = (
    rf"(?:(?i:(?:{_PEOPLE}|signed|(?:{_DEEDS}) by)(?:\(s\)| ?\([^()\n]{{1,20}}\))?){_CELL}"
    r"|(?:Sincerely|Regards|Respectfully)(?: yours)?,\s{1,4})"
)
"""`Patient: …`, `Approved by: …`, `Sincerely, …`: perhaps a name follows."""
_NAMED = re.compile(rf"{_NAME}{_OPEN}({_LAST_FIRST}|{_FULL}|{_WORD})")
_FILLED = re.compile(rf"{_ROLE}{_OPEN}({_LAST_FIRST}|{_FULL})")
_COMPANY = re.compile(r",? (?:Inc|LLC|LLP|Ltd|Limited|Co|Corp|Corporation|Company|GmbH|AG|SA|SE|LP|PLC)\b")
_TITLED = re.compile(rf"{_TITLE}({_FULL}|{_WORD})(?!['’]s [A-Z])")

_NO_NAMES = frozenset(
    """
    a accessories account action address admin administration administrator after age agency all ambassador an
    analyst and any app applicant application approved area as assurance at auditor authority badge bank batch
    bed before biopharma birth board bureau business by can care carrier center centre chair chairman chairwoman
    chief class clearance clinic clinical co code comment comments committee company compliance congress
    congressional congressman consumer contact control coordinator cordially corp corporation council counsel
    customer data date days dear delivery department dept desk details development device devices diagnosis
    director disclosures division docket document driver each electronic email emergency employee employer
    engineer engineering environment environmental equipment event every executive external facility faithfully
    family fax federal female field finance first for form from full gender general given gmbh governor group
    guidance he health height help her his history hospital hours human if in inc infrastructure inspector
    institute insurance internal international investigator is issue it justice lab laboratories laboratory last
    lead legal level licence license limited list llc llp lot ltd madam maiden maintenance male management
    manager manufacturer manufacturing marketing medical member middle minister model motor motors mrn name
    national network no none not notice number of office officer on operations operator or our owner patient
    pharma pharmaceuticals pharmacy phone physician plan plant plc policy position premier president privacy
    procedure process processing product production program project property protection provider public quality
    records regards regulatory report reports request requirements research resources respectfully
    responsibility role room route safety sales school science sciences scope secretary security see senate
    senator senior serial service services sex she sheet shift signature signed sincerely sir site sop speaker
    specialist sponsor ssn staff standard standards state statement states status subject supervisor support
    surname system systems tbd team technical technician technology test testing the their therapeutics these
    they this those time title to trailer transport truck trust type unit united university unknown usa user
    users vendor version vice ward warehouse we weeks weight when where with work workplace yes you your yours
    """.split()
)
"""Words of offices, units and forms, and small words that open a sentence: none of them is part of a name."""


def name(text: str) -> Iterator[Found]:
    """Names behind a label that asks for one, behind a role or a deed, and behind a title."""
    for opening, pattern in ((_NAME, _NAMED), (_ROLE, _FILLED), (_TITLE, _TITLED)):
        for place in starts(opening, text):
            least = 2 if pattern is _FILLED else 1
            if (match := pattern.match(text, place)) and (found := _person(*match.span(1), text, least)):
                yield found


def _person(start: int, end: int, text: str, least: int) -> Found | None:
    """A name, short of the words of an office that may stand behind it ("Alva Berg\\nQuality Manager")."""
    words = list(re.finditer(r"[^\s,]+", text[start:end]))
    kept = next((n for n, word in enumerate(words) if _is_office(word[0])), len(words))
    if kept < least:
        return None
    end = start + words[kept - 1].end()
    if _COMPANY.match(text, end):
        return None
    last, _, first = text[start:end].partition(",")
    return Found(start, end, "name", folded(f"{first}{last}"))


def _is_office(word: str) -> bool:
    plain = word.strip(".,").lower()
    return len(plain) > 1 and (plain in _NO_NAMES or plain.endswith(("tion", "tions", "sion")))
