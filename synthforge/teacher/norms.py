"""One normative sentence taken apart: who must do what, under which limit, and where judgement comes in."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from synthforge.meaning.quantities import quantities

Side = Literal["minimum", "maximum"]

_MODAL = re.compile(
    r"\b(?P<modal>must|MUST|shall|SHALL|may|MAY|(?:is|are) required to|needs? to|ha(?:s|ve) to)\s+"
    r"(?P<not>not\s+|NOT\s+|never\s+)?(?=[a-z])"
)
_LEAD = re.compile(
    r"^(?P<word>If|When|Where|Whenever|Before|After|Once|During|While|On|In|At|For|Until)\b(?P<rest>[^,]+),\s+"
)
_SECOND_DUTY = re.compile(r",? (?:and|but) (?:[\w' -]{0,40}\s)?(?:must|shall|may|is required|are required)\b.*$")
_SUBORDINATE = re.compile(r"\b(?:before|until|after|so that|when|if|as)\b.*$")
_KNOTTY = re.compile(r"[;:—–(\[\"“]|, (?:and|but|so)\b|\b(?:if|when|whether|unless|how|because)\b")
"""What a subject that can open a report does not hold."""

_EXCEPTION = re.compile(r",?\s+(?:unless|except|provided that|other than)\b.*$")
_JUDGEMENT = re.compile(
    r"\b(reasonable|reasonably|appropriate|appropriately|adequate|adequately|suitable|sufficient|case by case|"
    r"case-by-case|judg(?:e)?ment|discretion|as necessary|where practicable|in (?:his|her|their) opinion|deems?|"
    r"considers?|promptly|good cause)\b"
)
_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_QUANTITY = (
    r"(?P<currency>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|" + "|".join(_WORDS) + r")(?![\w(-])"
    r"(?P<gap>\s?)(?P<unit>%|percent|°\s?[CF]\b|(?:(?:consecutive|business|calendar|working|full|air)\s+)?"
    r"[A-Za-zµμ]+(?:[²³]|/[A-Za-z]+)?)?"
)
_MINIMUM = r"at least|no less than|not less than|no fewer than|not fewer than|(?:a )?minimum of|no lower than"
_MAXIMUM = (
    r"no more than|not more than|at most|(?:a )?maximum of|up to|no longer than|not longer than|no later than|within|"
    r"no higher than|no faster than"
)
_OVER = r"more than|longer than|over|above|faster than|higher than|exceed|exceeding"
_UNDER = r"less than|fewer than|below|under|closer than|lower than|shorter than"
_LIMIT = re.compile(
    rf"\b(?:(?P<minimum>{_MINIMUM})|(?P<maximum>{_MAXIMUM})|(?P<over>{_OVER})|(?P<under>{_UNDER}))\s+{_QUANTITY}"
)
_ANY_QUANTITY = re.compile(rf"(?<![\w§.-]){_QUANTITY}")
_LENGTHS = frozenset("ft feet foot in inch inches m metres meters mi mile miles km yards yd mm cm".split())
_JOINTS = frozenset("and or but also which that who then".split())
"""Words before a modal that share a subject stated further back."""

_FUNCTION_WORDS = frozenset(
    "of in on at for with from to that and or the a an by per after before into if when as is are was were be".split()
)


@dataclass(frozen=True)
class Limit:
    """A bound on one quantity; `start`/`end` are the comparator and quantity within the verb phrase."""

    side: Side
    strict: bool
    comparator: str
    value: float
    currency: str
    number: str
    gap: str
    unit: str
    start: int
    end: int

    @property
    def phrase(self) -> str:
        """'at least 10 consecutive hours'; the bound as a person would state it, whatever its sentence negates."""
        if re.fullmatch(_OVER, self.comparator) and not self.strict:
            return f"no more than {self.quantity(self.value)}"
        if re.fullmatch(_UNDER, self.comparator) and not self.strict:
            return f"no less than {self.quantity(self.value)}"
        return f"{self.comparator} {self.quantity(self.value)}"

    def quantity(self, value: float) -> str:
        """A value written as the limit is ('1,500 lb', '$40', '5 °C')."""
        if self.number in _WORDS and value == self.value:
            number = self.number
        else:
            number = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")
            if "," not in self.number and value < 10_000:
                number = number.replace(",", "")
        return f"{self.currency}{number}{self.gap}{agreeing(self.unit, value)}".rstrip()

    def allows(self, value: float) -> bool:
        if value == self.value:
            return not self.strict
        return value > self.value if self.side == "minimum" else value < self.value


@dataclass(frozen=True)
class Norm:
    """`[lead,] subject must [not] verb_phrase [exception]`; `sentence` is the verbatim whole."""

    sentence: str
    lead_word: str
    lead: str
    subject: str
    forbidden: bool
    verb_phrase: str
    exception: str
    limit: Limit | None
    judgement: str
    """The word that asks for judgement, or ''."""


def agreeing(unit: str, value: float) -> str:
    """The unit in the number of its value; symbols and unknown words stay as they are."""
    singular = {"hours": "hour", "minutes": "minute", "days": "day", "weeks": "week", "months": "month",
                "years": "year", "miles": "mile", "feet": "foot", "inches": "inch", "seconds": "second"}  # fmt: skip
    plural = {one: many for many, one in singular.items()}
    head, _, noun = unit.rpartition(" ")
    noun = singular.get(noun, noun) if value == 1 else plural.get(noun, noun)
    return f"{head} {noun}".strip()


def norm(sentence: str) -> Norm | None:
    """The norm that a sentence states as must / shall / may not; None for any other sentence, or one too knotty."""
    text = " ".join(sentence.split())
    body = text.rstrip(".")
    lead_word = lead = ""
    if found := _LEAD.match(body):
        lead_word, lead = found["word"], found["rest"].strip()
        body = body[found.end() :]
    modal = _MODAL.search(body)
    if modal is None or not text.endswith("."):
        return None
    subject = body[: modal.start()].strip()
    forbidden = bool(modal["not"])
    if not 1 <= len(subject.split()) <= 14 or re.match(
        r"(?i)(no|nobody|none|neither|only|it|this|that|there|who)\b", subject
    ):
        return None
    if _KNOTTY.search(subject) or subject.split()[-1] in _JOINTS or _MODAL.search(subject):
        return None
    if ";" in body or ":" in body or lead.count("(") != lead.count(")"):
        return None
    verb_phrase = _SECOND_DUTY.sub("", body[modal.end() :])
    exception = found[0].strip(" ,") if (found := _EXCEPTION.search(verb_phrase)) else ""
    verb_phrase = _EXCEPTION.sub("", verb_phrase)
    if _MODAL.search(_SUBORDINATE.sub("", verb_phrase)) or re.match(r"(n?either|only|both)\b", verb_phrase):
        return None
    judgement = found[0] if (found := _JUDGEMENT.search(text)) else ""
    limit = _limit(verb_phrase, forbidden)
    if modal["modal"].lower() == "may" and not forbidden and (limit is None or limit.side == "minimum"):
        return None  # a bare permission can be neither kept nor broken
    return Norm(text, lead_word, lead, subject, forbidden, verb_phrase, exception, limit, judgement)


def _limit(verb_phrase: str, forbidden: bool) -> Limit | None:
    """The one limit of a verb phrase; None when there is none, or more than one that could be meant."""
    limits = list(_LIMIT.finditer(verb_phrase))
    if len(limits) != 1 or len(list(_ANY_QUANTITY.finditer(verb_phrase))) > 2:
        return None
    found = limits[0]
    side, strict = _side(found, forbidden)
    if side is None:
        return None
    number = found["number"]
    value = _value(number)
    unit = found["unit"] or ""
    end = found.end()
    if unit.split(" ")[-1].lower() in _FUNCTION_WORDS and unit not in ("in",):
        end, unit = found.end("number"), ""
    if not unit and not found["currency"]:
        return None
    comparator = next(found[name] for name in ("minimum", "maximum", "over", "under") if found[name])
    gap = found["gap"] if unit else ""
    return Limit(side, strict, comparator, value, found["currency"] or "", number, gap, unit, found.start(), end)


def _side(found: re.Match[str], forbidden: bool) -> tuple[Side | None, bool]:
    """Which bound a comparator sets; a forbidden 'more than' is a maximum, a forbidden 'within' a minimum."""
    if found["minimum"]:
        return (None if forbidden else "minimum"), False
    if found["maximum"]:
        if not forbidden:
            return "maximum", False
        near = found["maximum"] == "within" and found["unit"] in _LENGTHS
        return ("minimum" if near else None), True
    if found["over"]:
        return ("maximum", False) if forbidden else ("minimum", True)
    return ("minimum", False) if forbidden else ("maximum", True)


def bound(text: str) -> Limit | None:
    """The one bound that a phrase states ("at least 10 consecutive hours"), taken as it is said."""
    return _limit(text, forbidden=False)


def amounts(text: str, limit: Limit) -> list[float]:
    """The values of the limit's dimension that a text gives, in the limit's unit."""
    own = next(iter(quantities(limit.quantity(limit.value))), None)
    if own is None or not own.value:
        return []
    unit = own.size / Fraction(own.value)
    return [float(each.size / unit) for each in quantities(text) if each.dimension == own.dimension]


def _value(number: str) -> float:
    return float(_WORDS.index(number) + 2) if number in _WORDS else float(number.replace(",", ""))


def is_length(limit: Limit) -> bool:
    return limit.unit in _LENGTHS
