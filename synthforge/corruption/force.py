"""A rule of another force: what must be done may be done, what is advised is demanded, what is forbidden is free."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.misstatement import Edit, Misstatement
from synthforge.corruption.swaps import NEGATIVE, Swap, swap, swapped
from synthforge.records import Section

_HINDERED = r"(?! (?:not|never|only|no|neither|nothing|solely|either)\b)"
_DEED = (
    r"(?! (?:not|only|well|be able|be (?!\w+(?:ed|en|wn|ught|ld|sent|lent|spent|pt|ade|one|ut|eft|ead)\b|\w+ly \w+ed\b)"
    r"|have|also have|still|result|cause|lead|vary|affect|appear|occur|arise|exist|differ|contain|need|wish|want|find"
    r"|depend|fall|become|experience|include|happen|reflect|indicate|mean|apply|seem|help)\b)"
)
_ACT = r"(?! (?:be (?!\w+ed\b)|have|depend|vary|need|also|result|apply)\b)"
_BE = r"(?P<be>is|are|be|was|were)"
_VERB_AHEAD = r"(?= (?:be|\w+ (?:the|a|an|any|its|their|all|such|each|this|that|to|with|from|for|in|on|at|out|up)\b))"
_DISCRETION = r",? (?:at|in) (?:its|their|his|her|his or her) (?:sole |own |absolute )?discretion,?"

ROWS: tuple[Swap, ...] = (
    swap("obligation>permission", rf"must{_HINDERED}|shall{_HINDERED}(?! (?:be deemed|mean|have)\b)", "may", "can"),
    swap("obligation>advice", rf"must{_HINDERED}|shall{_HINDERED}(?! (?:be deemed|mean|have)\b)", "should", "ought to"),
    swap(
        "obligation>exemption",
        rf"must{_HINDERED}|shall{_HINDERED}(?! (?:be deemed|mean|have)\b)",
        "need not",
        "does not have to|do not have to",
        "is not required to|are not required to",
    ),
    swap("obligation>permission", r"(?<!not )(?<!will )(?<!would )ha(?:s|ve) to(?! do with)", "may", "can"),
    swap("obligation>advice", r"(?<!not )(?<!will )(?<!would )ha(?:s|ve) to(?! do with)", "should"),
    swap("obligation>exemption", r"has to(?! do with)", "does not have to", "need not"),
    swap("obligation>exemption", r"(?<!not )(?<!will )(?<!would )have to(?! do with)", "do not have to", "need not"),
    swap("obligation>permission", r"(?<=will )have to", "be allowed to", "be free to"),
    swap("obligation>permission", r"(?<!not )needs? to", "may", "can"),
    swap("obligation>advice", r"(?<!not )needs? to", "should"),
    swap(
        "obligation>permission",
        rf"{_BE} (?:required|obliged|obligated|bound) to",
        r"\g<be> permitted to",
        r"\g<be> allowed to",
        r"\g<be> entitled to",
        r"\g<be> free to",
    ),
    swap(
        "obligation>advice",
        rf"{_BE} (?:required|obliged|obligated|bound) to",
        r"\g<be> encouraged to",
        r"\g<be> advised to",
        r"\g<be> expected to",
    ),
    swap(
        "obligation>exemption",
        rf"{_BE} (?:required|obliged|obligated|bound) to",
        r"\g<be> not required to",
        r"\g<be> under no obligation to",
    ),
    swap("obligation>permission", r"under an? (?:obligation|duty) to", "at liberty to", "free to"),
    swap("obligation>advice", rf"{_BE} required(?! to\b)", r"\g<be> recommended", r"\g<be> advisable"),
    swap("obligation>exemption", rf"{_BE} required(?! to\b)", r"\g<be> optional"),
    swap("obligation>permission", r"requires(?= [^.,;:]{2,60}? to [a-z]+)", "allows", "permits"),
    swap("obligation>permission", r"require(?= [^.,;:]{2,60}? to [a-z]+)", "allow", "permit"),
    swap("obligation>advice", r"requires(?= [^.,;:]{2,60}? to [a-z]+)", "encourages", "advises"),
    swap("obligation>advice", r"require(?= [^.,;:]{2,60}? to [a-z]+)", "encourage", "advise"),
    swap("obligation>advice", r"requirement(?= (?:to|that)\b)", "recommendation", "suggestion"),
    swap("obligation>permission", r"(?:requirement|obligation|duty)(?= to\b)", "option", "right"),
    swap("obligation>exemption", r"(?<!not )(?<!non-)(?:mandatory|compulsory|obligatory)", "optional", "voluntary"),
    swap("obligation>advice", r"(?<!not )(?:mandatory|compulsory|obligatory)", "recommended", "advisable"),
    swap("obligation>advice", r"(?<=it is )(?:necessary|essential)", "advisable", "helpful"),
    swap("advice>obligation", rf"should{_HINDERED}(?! (?:be able|have been|help|now)\b)", "must", "shall"),
    swap("advice>permission", rf"should{_HINDERED}(?! (?:be able|have been|help|now)\b)", "may", "can"),
    swap("advice>exemption", rf"should{_HINDERED}(?! (?:be able|have been|help|now)\b)", "need not"),
    swap("advice>obligation", r"ought to", "must", "has to|have to"),
    swap("advice>permission", r"ought to", "may"),
    swap("advice>obligation", rf"{_BE} (?:expected|recommended|encouraged|advised) to", r"\g<be> required to"),
    swap("advice>permission", rf"{_BE} (?:expected|recommended|encouraged|advised) to", r"\g<be> permitted to"),
    swap("advice>exemption", rf"{_BE} (?:expected|recommended|encouraged|advised) to", r"\g<be> not required to"),
    swap("advice>obligation", r"(?:expects|recommends|encourages|advises)(?= [^.,;:]{2,60}? to [a-z]+)", "requires"),
    swap("advice>permission", r"(?:expects|recommends|encourages|advises)(?= [^.,;:]{2,60}? to [a-z]+)", "allows"),
    swap("advice>obligation", r"(?<=it is )(?:recommended|advisable|desirable)", "mandatory", "required"),
    swap("advice>obligation", r"(?:recommendation|expectation)(?= (?:to|that)\b)", "requirement"),
    swap(
        "permission>obligation",
        rf"(?<!as )(?<!or )may(?:{_DISCRETION})?{_DEED}{_HINDERED}",
        "must",
        "shall",
        "has to|have to",
        "is required to|are required to",
    ),
    swap("permission>advice", rf"(?<!as )may(?:{_DISCRETION})?{_DEED}{_HINDERED}", "should"),
    swap("permission>prohibition", rf"(?<!as )may{_DEED}{_HINDERED}", "may not", "must not"),
    swap("permission>obligation", rf"can{_DEED}{_HINDERED}", "must", "has to|have to"),
    swap(
        "permission>obligation",
        rf"{_BE} (?:allowed|permitted|authori[sz]ed|free|at liberty) to",
        r"\g<be> required to",
        r"\g<be> obliged to",
    ),
    swap(
        "permission>prohibition",
        rf"{_BE} (?:allowed|permitted|authori[sz]ed|free) to",
        r"\g<be> not permitted to",
        r"\g<be> not allowed to",
    ),
    swap("permission>obligation", rf"entitled to{_VERB_AHEAD}", "required to", "obliged to"),
    swap("permission>obligation", r"(?:right|option|discretion)(?= to [a-z]+)", "duty", "obligation"),
    swap("permission>obligation", r"(?:optional|voluntary)", "mandatory", "compulsory"),
    swap("permission>obligation", r"(?:allows|permits)(?= [^.,;:]{2,60}? to [a-z]+)", "requires", "obliges"),
    swap("exemption>obligation", r"need not", "must", "has to|have to"),
    swap("exemption>prohibition", r"need not", "must not", "may not"),
    swap("exemption>obligation", r"does not (?:have|need) to", "has to", "must"),
    swap("exemption>obligation", r"do not (?:have|need) to", "have to", "must"),
    swap("exemption>prohibition", r"do(?:es)? not (?:have|need) to", "must not", "may not"),
    swap("exemption>obligation", rf"{_BE} not (?:required|obliged|obligated) to", r"\g<be> required to", "must"),
    swap("exemption>prohibition", rf"{_BE} not (?:required|obliged|obligated) to", r"\g<be> not permitted to"),
    swap("exemption>obligation", r"under no (?:obligation|duty) to", "under an obligation to"),
    swap("prohibition>exemption", rf"(?:must|shall) not|may not{_DEED}|cannot{_DEED}", "need not"),
    swap("prohibition>advice", rf"(?:must|shall) not|may not{_DEED}|cannot{_DEED}", "should not"),
    swap("prohibition>permission", r"(?:must|shall) not", "may"),
    swap(
        "prohibition>exemption",
        rf"{_BE} (?:not permitted|not allowed|prohibited|forbidden) to",
        r"\g<be> not required to",
        r"\g<be> not obliged to",
    ),
    swap("prohibition>advice", r"(?<!not )(?:prohibited|barred|banned)(?= from\b)", "discouraged"),
    swap("prohibition>permission", rf"{_BE} (?:strictly )?(?:prohibited|forbidden)(?! from| to)", r"\g<be> permitted"),
    swap(
        "commitment>permission",
        rf"will{_HINDERED}{_ACT}",
        "may",
    ),
)
"""Label "from>to"; the words of a rule's force with those of another."""

_CARRIED: Mapping[str, re.Pattern[str]] = {
    "obligation": re.compile(
        r"\b(?:must|shall|(?:has|have|needs?) to|required|requires?|requirements?|obliged|obligated|obligation|duty"
        r"|mandatory|compulsory|necessary|is to|are to)\b",
        re.IGNORECASE,
    ),
    "permission": re.compile(
        r"\b(?:may|can|allow(?:s|ed)?|permit(?:s|ted)?|entitled|free to|authori[sz]ed|right to|option|discretion)\b",
        re.IGNORECASE,
    ),
    "advice": re.compile(
        r"\b(?:should|ought|expect(?:s|ed|ations?)?|recommend(?:s|ed|ations?)?|encouraged?|advis(?:ed|able))\b",
        re.IGNORECASE,
    ),
    "exemption": re.compile(
        r"\b(?:need not|(?:do|does) not (?:have|need) to|not (?:required|obliged)|no obligation|exempt|optional"
        r"|waive[ds]?)\b",
        re.IGNORECASE,
    ),
    "prohibition": re.compile(
        r"\b(?:(?:must|shall|may|can|should) ?not|prohibit(?:s|ed)?|forbidden|not (?:allowed|permitted))\b",
        re.IGNORECASE,
    ),
    "commitment": re.compile(r"\bwill\b", re.IGNORECASE),
}
"""By which words a text has a force, for asking whether a quote bears an edit out."""
_INDIRECT = re.compile(r"\b(?:how|what|whether|why|which (?:\w+ )?|when and)\b(?:\W+\w+){0,6}\W*$", re.IGNORECASE)


class WrongForce(Misstatement):
    """Gives one verb of a claim another force; sentences that only ask or already deny are left alone."""

    kind = "modality"

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        for edit in swapped(text, ROWS):
            if _reads(text, edit) and not _borne_out(edit, quote):
                yield edit


def _borne_out(edit: Edit, quote: str) -> bool:
    """Whether the quote has the new force and not the old: the claim went astray before, and the edit mends it."""
    old, _, new = edit.label.partition(">")
    return bool(_CARRIED[new].search(quote)) and not _CARRIED[old].search(quote)


def _reads(text: str, edit: Edit) -> bool:
    left = re.split(r"[.;:]", text[: edit.start])[-1]
    right = re.split(r"[.;:,]", text[edit.end :])[0]
    if _INDIRECT.search(left) or re.search(r"\b(?:no|neither|nobody|none|nothing|only)\b", left, re.IGNORECASE):
        return False
    if NEGATIVE.search(edit.after) and re.search(rf"{NEGATIVE.pattern}|\bonly\b", right):
        return False
    return not re.search(r"\b(?:any|either|nor|ever|yet|only|at all)\b", right) or not NEGATIVE.search(
        text[edit.start : edit.end]
    )
