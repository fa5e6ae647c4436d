"""Phone numbers: valid ones in their country's grouping, and any number behind the word for it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from synthforge.privacy.found import Found
from synthforge.privacy.numbers import digits
from synthforge.privacy.patterns import holds, starts

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_BREAK = "(?:[ \xa0.\\-\u2010-\u2013]\n?|\n)"
_INSIDE = "[ \xa0.\\-/()\u2010-\u2013\n]"
_EXTENSION = r"(?:[ ,]{1,2}(?i:ext(?:ension)?\.?|x)[ .:]?\d{1,6}(?!\d))?"
_END = r"(?![\w-]|[.,]\d)"

_AMERICAN = re.compile(
    rf"[2-9](?<![\w.§#-].)\d\d(?:\)[ \n]?{_BREAK}?|{_BREAK})[2-9]\d\d{_BREAK}\d{{4}}(?![\w/-]|[.,]\d){_EXTENSION}"
    rf"|1(?<![\w.§#-].){_BREAK}\(?[2-9]\d\d(?:\)[ \n]?{_BREAK}?|{_BREAK})[2-9]\d\d{_BREAK}\d{{4}}{_END}{_EXTENSION}"
)
"""As in the US, Canada and the Caribbean: 3-3-4; the opening bracket or the plus before it is added."""
_ABROAD = re.compile(rf"\+(?<!\w.) ?[1-9]\d{{0,2}}(?:{_INSIDE}{{0,3}}\d){{6,13}}{_END}{_EXTENSION}")
_NATIONAL = re.compile(rf"[(\d](?<![\w.+§#-].)(?:{_INSIDE}{{0,2}}\d){{6,13}}{_END}{_EXTENSION}")
_WORD = (
    r"(?i:tel(?:ephone)?|(?:cell ?|mobile ?)?phone|mobile|cell|fax|facsimile|call|pager)[.)*_\"']{0,3}"
    r"(?i:[ \n_](?:us at|at|number|num\.?|no\.?|is|office|home|work|mobile|cell|direct))*"
    r"[*_\"']{0,2}\s?[:#|=]?[*_\"']{0,2}\s{0,3}"
)
_LABELLED = re.compile(rf"{_WORD}(\+?\(?\d(?:{_INSIDE}{{0,2}}\d){{6,14}}{_END}{_EXTENSION})")
_DATE = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d")


def phone(regions: Sequence[str], text: str) -> Iterator[Found]:
    """Numbers of persons and offices; toll-free and other numbers that belong to no desk are left alone."""
    if {"US", "CA"} & set(regions) and holds(r"\d{3}\)?[^\w]{1,3}\d{3}[^\w]{1,2}\d{4}", text):
        yield from _american(text)
    if "+" in text:
        yield from _abroad(text)
    for region in regions:
        if region not in ("US", "CA"):
            yield from _grouped(region, text)
    for place in starts(rf"{_WORD}\+?\(?\d", text):
        if match := _LABELLED.match(text, place):
            yield from _labelled(match, regions)


def _american(text: str) -> Iterator[Found]:
    for match in _AMERICAN.finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == ("(" if ")" in match[0] else "+"):
            start -= 1
        number = _parsed(text[start:end], "US")
        if number and _is_valid(number) and _personal(number) and not _in_url(text, start):
            yield Found(start, end, "phone", _key(number))


def _abroad(text: str) -> Iterator[Found]:
    """A plus says enough: the number need not be one that is given out today."""
    from phonenumbers import is_possible_number

    for match in _ABROAD.finditer(text):
        number = _parsed(match[0], None)
        if number and is_possible_number(number) and len(digits(match[0])) > 9 and _personal(number):
            yield Found(*match.span(), "phone", _key(number))


def _grouped(region: str, text: str) -> Iterator[Found]:
    """Numbers in the grouping that a country writes them in."""
    for match in _NATIONAL.finditer(text):
        value = match[0].replace("\n", " ")
        if value.isdigit() or not _may_be(value, region) or _DATE.fullmatch(value) or _in_url(text, match.start()):
            continue
        for start, end, key in _matched(value, region):
            yield Found(match.start() + start, match.start() + end, "phone", key)


def _may_be(value: str, region: str) -> bool:
    """Whether a number starts with the country's trunk prefix, where it has one; it costs a thousandth of matching."""
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region)
    return metadata is None or digits(value[:6]).startswith(metadata.national_prefix or "")


@lru_cache(maxsize=10_000)
def _matched(value: str, region: str) -> tuple[tuple[int, int, str], ...]:
    import phonenumbers

    found = phonenumbers.PhoneNumberMatcher(value, region, leniency=phonenumbers.Leniency.STRICT_GROUPING)
    return tuple((each.start, each.end, _key(each.number)) for each in found if _personal(each.number))


def _labelled(match: re.Match[str], regions: Sequence[str]) -> Iterator[Found]:
    """A number behind "Phone:" counts even where no exchange has it, or its area code is missing."""
    value = match[1]
    if _DATE.fullmatch(value):
        return
    number = next(filter(None, (_parsed(value, region) for region in regions)), None)
    if number is None:
        yield Found(*match.span(1), "phone", digits(value))
    elif _personal(number):
        yield Found(*match.span(1), "phone", _key(number))


def _parsed(value: str, region: str | None) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(value.replace("\n", " "), region)
    except phonenumbers.NumberParseException:
        return None


def _is_valid(number: "PhoneNumber") -> bool:
    from phonenumbers import is_valid_number

    return is_valid_number(number)


def _personal(number: "PhoneNumber") -> bool:
    from phonenumbers import PhoneNumberType, number_type

    return number_type(number) not in (
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    )


def _key(number: "PhoneNumber") -> str:
    return f"+{number.country_code}{number.national_number}"


def _in_url(text: str, place: int) -> bool:
    """Whether what stands directly before is the beginning of a web address."""
    before = text[max(0, place - 80) : place].split(" ")[-1].split("\n")[-1]
    return "//" in before or "www." in before
