"""Lists of places: "395.1(b), (c) and (d)(1)", "(k)(2)(i) and (ii)", "360e–4", each member in full."""

import re
from dataclasses import dataclass, replace
from typing import Literal

Head = Literal["code", "section", "paragraph", "part", "subpart", "chapter", "label", "document", "standard"]

_DEPTH = 9
"""No code of law nests deeper; what looks deeper is no designation."""
_LENGTH = 30
"""Characters of a number; `1.1.1.1…` is none."""
PATH = r"(?:\((?:[a-z]{1,2}|[ivxl]{3,5}|\d{1,3}|[A-Z]{1,2}|[IVXL]{3,5})\))"
_ALONE = r"(?=\s{0,2}(?:[,.;:)\]—–-]|$|(?:and|or|of|through|to|in)\b))"
"""What follows a designator that stands apart; a text that goes on has an enumeration in it: "(b) the driver"."""
STEPS = re.compile(rf"{PATH}+(?: {PATH}+{_ALONE})?")
_TOKEN = re.compile(r"\w+")
_APART = re.compile(rf" {PATH}+{_ALONE}")
NUMBER = re.compile(
    r"(?:\d{1,6}(?:-\d{1,3}(?=\.\d))?(?:[a-z]{1,4}|[A-Z]{1,2})?(?:\.\d{1,4}[A-Z]?)*"
    r"|[IVX]{1,5}(?:\.[A-Z0-9]{1,3})*|[A-Z](?:\.\d{1,3})*)(?![A-Za-z0-9]|\s?%)"
)
_ENDING = re.compile(r"[-–](\d{1,3})[a-z]?(?![\w.])")
_JOIN = re.compile(
    r"(?:,\s{1,2}(?:(?:and/or|and|or|through|to)\s{1,2})?|\s{1,2}(?:and/or|and|or|through|thru|to)\s{1,2}|[-–—](?=[(\d]))"
    r"(?:§{1,2}\s{0,2})?"
)
_LAW_NEXT = re.compile(r",?\s{0,2}(?:C\.?F\.?R|U\.?S\.?C|F\.?R\.?\s\d|Fed\.|Stat)|/\d")
_LISTED = re.compile(r"\s{0,2}(?:[,;.)\]\[:—–-]|$|(?:and|or|et|of|through|to)\b)")


@dataclass(frozen=True, slots=True)
class Member:
    """One place of a list: its number as printed, its designators, and where the words for it stand."""

    number: str
    path: tuple[str, ...]
    start: int
    end: int


def listed(text: str, position: int, start: int, head: Head, several: bool) -> tuple[Member, ...]:
    """The list that stands at `position`, each member in full: `(b)(1) and (2)` is (b)(1) and (b)(2)."""
    found: list[Member] = []
    while member := _member(text, position, start, head):
        if found:
            following = _following(text, found[-1], member, head, several)
            if following is None:
                break
            member = following
        found.append(member)
        joint = _JOIN.match(text, member.end)
        if not joint:
            break
        start = position = joint.end()
    return tuple(found)


def _member(text: str, position: int, start: int, head: Head) -> Member | None:
    number, end = "", position
    if head != "paragraph" and (found := NUMBER.match(text, position)) and not _LAW_NEXT.match(text, found.end()):
        number, end = found.group(), found.end()
        if head in ("section", "code") and (ending := _ENDING.match(text, end)) and _is_suffix(number, ending):
            number, end = number + ending.group().replace("–", "-"), ending.end()
    steps = STEPS.match(text, end) or (_APART.match(text, end) if number else None)
    path = tuple(_TOKEN.findall(steps.group())) if steps else ()
    if len(path) > _DEPTH or len(number) > _LENGTH or not (number or path):
        return None
    return Member(number, path, start, steps.end() if steps else end)


def _is_suffix(number: str, ending: re.Match[str]) -> bool:
    """`360e–4` and `52.212-4` are numbers, `591-96`, `78a-78pp` and `601.22-24` ranges."""
    last = number.rpartition(".")[2]
    return number[-1].isalpha() if "." not in number else last.isdigit() and int(ending[1]) <= int(last)


def _following(text: str, before: Member, member: Member, head: Head, several: bool) -> Member | None:
    """`member` as the next of a list, or None: a bare integer behind one section may count anything."""
    if not member.number:
        path = _beside(before.path, member.path)
        return replace(member, number=before.number, path=path) if path else None
    number = member.number
    if text[member.start - 1] in "-–—" and number.isdigit() and len(number) < len(before.number):
        return replace(member, number=before.number[: -len(number)] + number)  # 591-96
    pointed = "." in number or "." not in before.number
    if head == "code":
        pointed = ("." in number) == ("." in before.number)
    alike = pointed and number[0].isdigit() == before.number[0].isdigit()
    plain = number.isdigit() and not member.path
    counts = several and (head not in ("code", "section") or _LISTED.match(text, member.end))
    return member if before.number and alike and (counts or not plain) else None


def _beside(before: tuple[str, ...], path: tuple[str, ...]) -> tuple[str, ...]:
    """(ii) behind (k)(2)(i) is (k)(2)(ii), (3) is (k)(3), (l) is (l)."""
    for depth in range(len(before) - 1, -1, -1):
        if kind(before[depth], depth) == kind(path[0], depth):
            return before[:depth] + path
    return ()


def kind(token: str, depth: int) -> str:
    """How a designator counts; (i) is a letter at the outermost level only."""
    if token.isdigit():
        return "number"
    roman = not set(token.lower()) - set("ivx") and (depth > 0 or len(token) > 1)
    return ("lower " if token.islower() else "upper ") + ("roman" if roman else "letter")
