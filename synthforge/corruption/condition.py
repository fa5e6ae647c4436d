"""A dropped condition: the rule without the if, unless, except, only or the words that narrow its scope."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.base import words
from synthforge.corruption.misstatement import Edit, Misstatement, has
from synthforge.records import Section

_IFS = "|".join(
    (
        "(?:but |and )?only (?:if|when|where|to the extent)", "if and only if", "even where", "if", "unless",
        "except(?: (?:for|as|where|when|if|to|that|in))?", "save (?:for|that|where|as)", "provided that",
        "providing that", "subject to", "as long as", "so long as", "on (?:the )?condition that",
        "to the extent(?: that)?", "insofar as", "in the event (?:of|that)", "in (?:the )?cases? (?:of|where)", "where",
        "when", "whenever", "other than", "excluding", "with the exception of", "in the absence of",
        "assuming(?: that)?", "within the scope of", "for the purposes? of", "with respect to", "solely (?:for|to|in)",
        "without (?:the )?(?:prior |written |express )*(?:consent|approval)",
    )
)  # fmt: skip
_IF = f"(?:{_IFS})"
_TIMES = "|".join(
    (
        "until", "before", "prior to", "after", r"once(?! (?:to|for|per|an?|every|in)\b)", "upon", "during", "within",
        "following", "by the (?:end|time|date)", "no later than",
    )
)  # fmt: skip
_TIME = f"(?:{_TIMES})"
_MAIN = (
    r"(?=(?:the|an?|any|each|every|all|no|it|they|this|that|these|those|such|its|their|he|she|you|we|both|one"
    r"|firms?|employees|drivers?|users?|operators?|carriers?|[A-Z][\w-]*)\b)"
)
_FINITE = re.compile(
    r"\b(?:must|shall|should|may|can|cannot|will|is|are|was|were|has|have|does|do|need|needs|applies|apply"
    r"|requires?|expects?|means?|\w+(?:ates|izes|ises|ins|ains))\b"
)
_WORDS = r"(?:[^.;:]|\.(?=\d))+?"
_PLAIN = r"(?:[^.;:,]|\.(?=\d))+?"
_END = r"(?=[.;](?!\d)|$)"
_AFTER = r"(?<=[\w)%])"
_CLAUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("leading", re.compile(rf"(?:^|(?<=[.!?] ))(?i:{_IF}) {_WORDS}, (?:then )?{_MAIN}")),
    ("leading_time", re.compile(rf"(?:^|(?<=[.!?] ))(?i:{_TIME}) {_WORDS}, {_MAIN}")),
    ("trailing", re.compile(rf"{_AFTER}(?:,(?! whe))? {_IF} {_PLAIN}{_END}")),
    ("trailing_comma", re.compile(rf"{_AFTER}, (?:but |and )?(?:not )?(?!whe){_IF} {_WORDS}{_END}")),
    ("trailing_time", re.compile(rf"{_AFTER},? {_TIME} {_PLAIN}{_END}")),
    ("inserted", re.compile(rf", (?:and |but )?(?:{_IF}|{_TIME}) {_PLAIN},(?= )")),
    ("bracketed", re.compile(rf" \((?:{_IF}|only|where|if)\b[^()]*\)")),
    ("relative", re.compile(
        r"(?<=s) (?:that|who|which) (?:is|are|has|have|was|were|hold|use|carry|fall|meet|apply|operate|transport"
        r"|handle|process|store|work|own|offer|provide"
        r"|receive)\b[^.,;:()]{2,70}?"
        r"(?= (?:must|shall|should|may|can|will|need)\b)"
    )),
    ("only", re.compile(r"(?<=\w)(?<!not) (?:only|solely|exclusively)(?! (?:an?|if|when|where|then)\b)(?= )")),
)  # fmt: skip
_SCOPES = (
    "eligible written prior material materially serious qualified authorised authorized approved registered "
    "licensed certified confidential privileged sensitive remote temporary permanent critical non-conforming "
    "non-compliant property-carrying passenger-carrying short-haul full-time linked long-term short-term retail "
    "wholesale unsecured secured listed unlisted domestic foreign natural independent external internal sterile "
    "calibrated validated encrypted personal consecutive uninterrupted continuous adverse intentional "
    "unauthorised unauthorized tangible intangible published unpublished dependent audited signed promptly "
    "immediately"
).split()
_QUALIFIERS = re.compile(rf"(?<=[ (])(?:{'|'.join(_SCOPES)}) (?=[a-z]{{3,}})")
_JOINED = re.compile(r"(?:and|or|to|for|of|in|by|from|with|that|than|at|on|as)\b")
_ONLY = ("only", "solely", "exclusively")
_HANGING = re.compile(
    r"\b(?:and|or|but|to|of|in|the|an?|with|by|for|that|is|are|be|being|as|than|even|not|only|except|whether"
    r"|cases?|do so|including|days?|hours?|minutes?|months?|years?|shortly|immediately|determine|such|extent"
    r"|scenarios?|situations?|contexts?|circumstances|points?|dates?|time|so|assess|check|identify|know|consider|ask|means"
    r"|sits|falls?|lies|relates?|refers?|depends?|based|set out|referred|described|defined|specified|given|placed"
    r"|located|affected|(?:notify|tell|inform|advise) \w+)$"
)
_SECOND = re.compile(
    r"\b(?:and|but) (?:it|they|the|must|shall|may|should|then|therefore)\b"
    r"|^,? (?:until|before|after|once|within|during)(?! (?:it|they|the \w+(?: \w+)?) (?:is|are|has|have)\b)"
    r".* (?:is|are|must|shall|may|should|will)\b|\b(?:and|or|but),?$"
)
"""A second statement within the clause: dropping both would be two mistakes."""
_EMPTY = re.compile(
    r"\b(?:(?:if|where|when|as) (?:any|applicable|appropriate|necessary|relevant|needed)|for example|if so)\b",
    re.IGNORECASE,
)


class DroppedCondition(Misstatement):
    """Drops one condition or qualifier that the source states; what is left is still a sentence."""

    kind = "condition_dropped"

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        source = " ".join((quote, *(section.text for section in sections.values())))
        clauses = list(_clauses(text, source))
        yield from clauses or _qualifiers(text, source)


def _clauses(text: str, source: str) -> Iterator[Edit]:
    for label, pattern in _CLAUSES:
        for match in pattern.finditer(text):
            if _matters(match.group(), source) and _stands(text, match):
                opens = label == "inserted" and re.search(r"(?:^|[.!?] )[A-Z]\S*(?: \S+)?$", text[: match.start()])
                yield Edit(label, match.start(), match.end() - 1 if opens else match.end(), "")


def _qualifiers(text: str, source: str) -> Iterator[Edit]:
    """Single words that narrow a noun: what is left to drop where there is no clause."""
    for match in _QUALIFIERS.finditer(text):
        beside = re.search(r"(?:\b(?:and|or|more|most|less|as|not|is|are|be)\s|-)$", text[: match.start()])
        if has(source, match.group()) and not beside and not _JOINED.match(text, match.end()):
            yield Edit("qualifier", *match.span(), "")


def _matters(dropped: str, source: str) -> bool:
    """Whether the source knows this condition, and it is more than a phrase like "if any"."""
    if _EMPTY.fullmatch(dropped.strip(" ,()")) or dropped.count("(") != dropped.count(")"):
        return False
    if dropped.strip() in _ONLY:
        return has(source, dropped)
    said = words(dropped)
    return bool(said) and len(said & words(source)) >= 0.6 * len(said)


def _stands(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence goes on without the clause: a subject and a finite verb are left, and no word hangs."""
    left = re.split(r"[.;]\s", text[: match.start()])[-1]
    right = re.split(r"[.;](?:\s|$)", text[match.end() :])[0]
    hangs = match.group().strip() not in _ONLY and _HANGING.search(left.rstrip(" ,"))
    if hangs or _SECOND.search(match.group()):
        return False
    return len(f"{left} {right}".split()) >= 5 and bool(_FINITE.search(left + right))
