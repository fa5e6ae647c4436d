"""Numbers in English text, as digits or words, with their units and the form to write another in place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from synthforge.corruption.grammar import mend_article
from synthforge.corruption.units import FORMS, UNIT

Style = Literal["digits", "words", "both"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = ("twenty thirty forty fifty sixty seventy eighty ninety").split()
WORDS = {word: value for value, word in enumerate(_SMALL)} | {word: 20 + 10 * at for at, word in enumerate(_TENS)}
_TEN = "|".join(_TENS)
_DIGIT = "|".join(_SMALL[1:10])
_WORD_NUMBER = rf"(?:(?:{_TEN})-(?:{_DIGIT})|{_TEN}|{'|'.join(sorted(_SMALL[1:], key=len, reverse=True))})"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![\w.,/#§:–-])(?:(?P<word>{_WORD_NUMBER})(?![\w])(?:\s*\((?P<paren>{_DIGITS})\))?"
    rf"|(?P<digits>{_DIGITS})(?![\d:/]|[.,–-]\d))",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:§+|\b(?:parts?|sections?|sec|paras?|paragraphs?|steps?|tables?|figures?|fig|rules?|chapters?|titles?|versions?"
    r"|ver|appendix|annex|forms?|articles?|items?|nos?|number|numbers|levels?|tiers?|class|phases?|requirement|revision"
    r"|rev|ed|edition|example|examples|clause|clauses|schedule|grade|type|types|category|group|option|question|line"
    r"|page|pages|p|pp|vol|volume|subpart|subparts|CFR|U\.?S\.?C|ISO|IEC|EN|port|error|code|bit))\.?\s*\(?$",
    re.IGNORECASE,
)
_MONTHS = ("january february march april may june july august september october november december").split()
_LAW_AFTER = re.compile(r"\s*(?:CFR|C\.F\.R|U\.?\s?S\.?\s?C|USC|FR\b|Fed\b|Stat\b|\()")
_BETWEEN = r"[\s-]?(?:(?:more|additional|full|other|further|separate|whole)\s+)?"
_GAP = re.compile(_BETWEEN)
ADDED = re.compile(r"(?:business|working|calendar|consecutive)\s+")


@dataclass(frozen=True)
class Mention:
    """One number: `text[start:end]` in its text, and `text[unit_start:unit_end]` its unit ("" for none)."""

    start: int
    end: int
    value: Decimal
    style: Style
    written: str
    unit: str = ""
    unit_start: int = 0
    unit_end: int = 0
    role: Literal["amount", "day", "year"] = "amount"

    @property
    def same(self) -> tuple[Decimal, str]:
        """Equal for two mentions of one quantity, "1 hour" and "one-hour" included."""
        return self.value, self.unit.removesuffix("s").casefold()


def _value(word: str) -> int:
    tens, _, digit = word.casefold().partition("-")
    return WORDS[tens] + (WORDS[digit] if digit else 0)


def mentions(text: str) -> list[Mention]:
    """Every number that states an amount or a date; labels (§ 5.2, part 11) and list marks are left out."""
    found = (_mention(text, match) for match in _NUMBER.finditer(text))
    return [mention for mention in found if mention is not None]


def _mention(text: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    before, after = text[:start], text[end:]
    word, paren, digits = match.group("word"), match.group("paren"), match.group("digits")
    style: Style = "digits" if digits else "both" if paren else "words"
    value = Decimal(digits.replace(",", "")) if digits else Decimal(_value(word))
    if paren and Decimal(paren.replace(",", "")) != value:
        return None
    unit, unit_start, unit_end = _unit(text, end)
    role: Literal["amount", "day", "year"] = "amount"
    words = re.findall(r"[A-Za-z.]+", before)
    last = words[-1].casefold() if words and re.search(r"[A-Za-z.],?\s*$|\d,\s*$", before) else ""
    following = re.match(r"\s+([A-Za-z]+)", after)
    near_month = last in _MONTHS or bool(following and following[1].casefold() in _MONTHS and following[1][0].isupper())
    if digits and not unit:
        if near_month and value <= 31:
            role = "day"
        elif digits.isdigit() and 1900 <= value <= 2099:
            role = "year"
        elif _is_label(before, after, digits):
            return None
    elif digits and _is_label(before, "", digits):
        return None
    if style == "words" and not unit and value < 2:
        return None
    return Mention(start, end, value, style, match.group(), unit, unit_start, unit_end, role)


def _unit(text: str, end: int) -> tuple[str, int, int]:
    gap = _GAP.match(text, end)
    start = gap.end() if gap else end
    match = UNIT.match(text, start)
    if not match:
        return "", 0, 0
    if len(match.group()) == 1 and match.group().isalpha() and not text[end - 1].isdigit():
        return "", 0, 0
    return match.group(), match.start(), match.end()


def _is_label(before: str, after: str, digits: str) -> bool:
    before = before[-60:]  # a label stands right before its number, and lines may be megabytes long
    earlier = re.sub(r"\d[\w.]*\s?(?:through|to|and|or|-|–|,)\s$", "", before)
    if (
        _LABEL.search(before)
        or _LABEL.search(earlier)
        or _LAW_AFTER.match(after)
        or re.search(r"\d[.)]?\s$|\($", before)
    ):
        return True
    if re.search(r"[.!?)]\s+$", before) and re.match(r"\.(?:\s|$)", after):
        return True
    if re.match(r"\w|-[\dA-Z]|\)|<", after) or (not before.strip() and re.match(r"[.)]\s", after)):
        return True
    named = re.search(r"(?<![.!?:;]\s)(?<!^)\b([A-Z][\w-]*)\s$", before)
    return bool(named) or (digits.startswith("0") and digits.isdigit())


def spelled(value: Decimal) -> str | None:
    """The number in words up to ninety-nine, or None."""
    if value != value.to_integral_value() or not 0 < value < 100:
        return None
    number = int(value)
    if number < 20:
        return _SMALL[number]
    tens, digit = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[digit]}" if digit else "")


def written_like(mention: Mention, value: Decimal) -> str:
    """`value` in the mention's own style: words, digits or "five (5)", separators, decimals, capital."""
    word = spelled(value)
    decimals = len(mention.written.partition(".")[2]) if mention.style == "digits" else 0
    places = max(decimals, -int(str(value.normalize().as_tuple().exponent)), 0)
    digits = f"{value:,.{places}f}" if "," in mention.written or value >= 10000 else f"{value:.{places}f}"
    if mention.style == "digits" or word is None:
        return digits
    word = word.capitalize() if mention.written[0].isupper() else word
    return f"{word} ({digits})" if mention.style == "both" else word


def replace_number(text: str, mention: Mention, value: Decimal) -> str:
    """The text with another number there, its unit put in the singular or plural and its article mended."""
    new = written_like(mention, value)
    tail = text[mention.end :]
    if mention.unit and text[mention.end : mention.unit_start] != "-" and mention.unit not in ("foot", "feet"):
        form = FORMS[mention.unit]
        if form == "one" and value != 1 and not mention.unit.endswith(("percent", "per cent", "hertz", "bar")):
            tail = text[mention.end : mention.unit_end] + _plural_tail(mention.unit) + text[mention.unit_end :]
        elif form == "many" and value == 1 and mention.unit.endswith("s"):
            tail = text[mention.end : mention.unit_end - 1] + text[mention.unit_end :]
    return mend_article(text[: mention.start], new) + new + tail


def _plural_tail(unit: str) -> str:
    return "es" if unit.endswith("inch") else "s"


def change_each(text: str, wanted: Callable[[Mention], bool], change: Callable[[str, Mention], str]) -> str:
    """The text with `change` made at each wanted mention, the last one first so that offsets stay right."""
    for mention in reversed([m for m in mentions(text) if wanted(m)]):
        text = change(text, mention)
    return text
