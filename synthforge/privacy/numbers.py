"""Numbers that stand for a person, an account or a machine, told from others by check digits and grouping."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from synthforge.privacy.found import Found
from synthforge.privacy.patterns import holds, starts

GAP = r"(?:[ \xa0]|[ \t]*\n[ \t]*)"
"""A space, or the line break that took its place."""
DASH = "[-\u2010-\u2012]"

# A pattern that starts with what it is looking for is searched for twice as fast as one that starts with a lookbehind.
_SSN = re.compile(rf"\d(?<![\w.$-]\d)\d\d({DASH})\n?\d\d\1\n?\d{{4}}(?![\w-]|\.\d)")
_SSN_NAME = (
    r"(?i:ssn|social security(?: (?:account )?(?:number|no\.?|num\.?))?|itin|taxpayer identification number)"
    r"[\s:#=|.)*_\"']{0,6}(?:is |was )?"
)
_SSN_NAMED = re.compile(rf"{_SSN_NAME}(\d{{3}}(?:{DASH}|{GAP})?\d\d(?:{DASH}|{GAP})?\d{{4}})(?![\w-])")
_CARD = re.compile(
    rf"[2-6](?<![\w.,+-].)(?:\d{{12,18}}|\d{{3}}(?:{GAP}\d{{4}}){{2}}{GAP}\d{{1,7}}|\d{{3}}{GAP}\d{{6}}{GAP}\d{{4,5}}"
    rf"|\d{{3}}(?:{DASH}\d{{4}}){{2}}{DASH}\d{{1,7}}|\d{{3}}{DASH}\d{{6}}{DASH}\d{{4,5}})(?![\w-]|[.,]\d| \d{{4}}\b)"
)
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}"
)
"""Prefix and length by issuer (ISO/IEC 7812): Visa, Mastercard, American Express, Discover, JCB, Diners."""
_IBAN = re.compile(rf"[A-Z](?<![\w-].)[A-Z]\d\d(?:{GAP}?[A-Z0-9]{{4}}){{2,7}}(?:{GAP}?[A-Z0-9]{{1,3}})?(?!\w)")
_MAC = re.compile(
    r"[0-9A-Fa-f](?<![\w:.-].)(?:[0-9A-Fa-f]([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{3}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w:-]|\.\w)"
)
_IPV4 = re.compile(r"\d(?<![\w.-].)\d{0,2}(?:\.\d{1,3}){3}(?![\w-]|\.\d|/(?:[12]?\d|3[01])(?!\d))")
_IPV6 = re.compile(r"[0-9A-Fa-f:](?<![\w:.].)[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_MACHINE = re.compile(r"(?:\b(?:ip|ipv4|host|server|address|gateway|dns|ping|from|at)\W{0,3}|[@/=])\Z", re.IGNORECASE)


def digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def ssn(text: str) -> Iterator[Found]:
    """US social security and taxpayer numbers: hyphenated ones that can be issued, and any behind their name."""
    if holds(r"\d{3}[\-\x{2010}-\x{2012}]\n?\d\d[\-\x{2010}-\x{2012}]", text):
        for match in _SSN.finditer(text):
            if _can_be_issued(digits(match[0])):
                yield Found(*match.span(), "ssn", digits(match[0]))
    for place in starts(rf"{_SSN_NAME}\d", text):
        if named := _SSN_NAMED.match(text, place):
            yield Found(*named.span(1), "ssn", digits(named[1]))


def _can_be_issued(number: str) -> bool:
    from stdnum.us import itin, ssn

    return ssn.is_valid(number) or itin.is_valid(number)


def card(text: str) -> Iterator[Found]:
    """Payment cards: an issuer's prefix and length, grouped as on the card or not at all, and the Luhn digit."""
    from stdnum import luhn

    if holds(r"\d{13}|\d{4}[\s\-\x{2010}-\x{2012}\x{a0}]{1,3}(?:\d{4}[\s\-\x{2010}-\x{2012}\x{a0}]|\d{6})", text):
        for match in _CARD.finditer(text):
            number = digits(match[0])
            if _ISSUED.fullmatch(number) and luhn.is_valid(number):
                yield Found(*match.span(), "card", number)


def iban(text: str) -> Iterator[Found]:
    """International bank account numbers, as long as their country has them; words behind one are left off."""
    from stdnum import iban as standard

    if holds(r"[A-Z]{2}\d\d\s{0,3}[A-Z0-9]{4}\s{0,3}[A-Z0-9]{4}", text):
        for match in _IBAN.finditer(text):
            value = match[0]
            while len(value) >= 15:
                number = "".join(value.split())
                if standard.is_valid(number, check_country=False):
                    yield Found(match.start(), match.start() + len(value), "iban", number)
                    break
                value = re.sub(r"\s*[A-Z0-9]{1,4}\Z", "", value)


def mac(text: str) -> Iterator[Found]:
    """Hardware addresses, apart from all zeros and all ones."""
    pairs, fours = r"[0-9A-Fa-f]{2}[:\-][0-9A-Fa-f]{2}[:\-][0-9A-Fa-f]{2}[:\-]", r"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
    if holds(f"{pairs}|{fours}", text):
        for match in _MAC.finditer(text):
            key = re.sub(r"\W", "", match[0]).lower()
            if len(set(key)) > 1 and (":" in match[0] or not key.isdigit()):
                yield Found(*match.span(), "mac", key)


def ip(text: str) -> Iterator[Found]:
    """Addresses of machines: no network masks, none of those kept for oneself or for many.

    A section number of four levels is written like one, so that groups below 32 count only where a word or a sign
    says that a machine is meant.
    """
    four, six = r"\d\.\d{1,3}\.\d{1,3}\.\d", "[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:"
    for first_look, pattern in ((four, _IPV4), (six, _IPV6)):
        for match in pattern.finditer(text) if holds(first_look, text) else ():
            value = match[0]
            if ":" in value and not (any(map(str.isdigit, value)) and value.count(":") > 2):
                continue
            small = ":" not in value and all(int(group) < 32 for group in value.split("."))
            if small and not _MACHINE.search(text[max(0, match.start() - 12) : match.start()]):
                continue
            try:
                address = ip_address(value)
            except ValueError:
                continue
            if not (address.is_loopback or address.is_unspecified or address.is_multicast or address.is_reserved):
                yield Found(*match.span(), "ip", str(address))
