"""The numbers that Word computes and does not store: counters per list, rendered by each level's pattern."""

import re
from typing import NamedTuple

from synthforge.readers.numerals import MOST_ROMAN, roman
from synthforge.readers.word_package import Element, W

_MARK = re.compile(r"%(\d)")
_MOST_LETTERS = 26 * 20
_ABSENT = "absent"


class _Level(NamedTuple):
    form: str = "bullet"
    pattern: str = ""
    start: int = 1
    legal: bool = False


class Numbering:
    """Counters of one document; `next` must be called once for every paragraph in order."""

    def __init__(self, root: Element | None, styles: Element | None) -> None:
        self.levels: dict[tuple[str, int], _Level] = {}  # by list and level
        self.own: dict[tuple[str, int], _Level] = {}  # by a list's use (w:num), where it departs from its list
        self.restarts: dict[tuple[str, int], int] = {}
        self.abstract: dict[str, str] = {}
        self.counters: dict[str, dict[int, int]] = {}
        linked: dict[str, str] = {}
        for definition in root.iter(f"{W}abstractNum") if root is not None else ():
            name = definition.get(f"{W}abstractNumId") or ""
            if style := _value(definition, "numStyleLink"):
                linked[name] = style
            for level in definition.iter(f"{W}lvl"):
                self.levels[name, _int(level.get(f"{W}ilvl"))] = _level(level)
        for number in root.iter(f"{W}num") if root is not None else ():
            self._use(number)
        self._follow(linked, styles)

    def _use(self, number: Element) -> None:
        name = number.get(f"{W}numId") or ""
        self.abstract[name] = _value(number, "abstractNumId")
        for override in number.iter(f"{W}lvlOverride"):
            depth = _int(override.get(f"{W}ilvl"))
            if start := _value(override, "startOverride"):
                self.restarts[name, depth] = _int(start)
            if (level := override.find(f"{W}lvl")) is not None:
                self.own[name, depth] = _level(level)

    def _follow(self, linked: dict[str, str], styles: Element | None) -> None:
        """A list may leave its levels to a numbering style, which names the list that has them."""
        if not linked or styles is None:
            return
        numbers = {
            style.get(f"{W}styleId") or "": _value(properties, "numId")
            for style in styles.iter(f"{W}style")
            if (properties := style.find(f"{W}pPr/{W}numPr")) is not None
        }
        for number, name in self.abstract.items():
            if name in linked:
                self.abstract[number] = self.abstract.get(numbers.get(linked[name], ""), name)

    def next(self, paragraph: Element, styles: "list[Element | None]", counted: bool) -> tuple[str, int]:
        """The marker as printed (`5.2`, `(a)`, `-` for a bullet, empty for none), and the level from 0."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        holders = [holder for holder in (own, *styles) if holder is not None]
        number = next((found for holder in holders if (found := _value(holder, "numId"))), "")
        if not number or number == "0" or not counted:
            return "", 0
        depth = next((_int(found) for holder in holders if (found := _value(holder, "ilvl"))), 0)
        level = self._level(number, depth)
        counters = self._count(number, depth, level)
        if level.form in ("bullet", "none") or not _MARK.search(level.pattern):
            return ("" if level.form == "none" else "-"), depth

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            above = self._level(number, at)
            form = "decimal" if level.legal or above.form == "bullet" else above.form
            return rendered(counters.get(at, above.start), form)

        return _MARK.sub(shown, level.pattern).strip(), depth

    def _level(self, number: str, depth: int) -> _Level:
        listed = self.levels.get((self.abstract.get(number, _ABSENT), depth), _Level())
        return self.own.get((number, depth), listed)

    def _count(self, number: str, depth: int, level: _Level) -> dict[int, int]:
        """Uses of one list count on from each other, unless one says that it starts anew."""
        counters = self.counters.setdefault(self.abstract.get(number, _ABSENT), {})
        start = self.restarts.pop((number, depth), None)
        counters[depth] = start if start is not None else counters.get(depth, level.start - 1) + 1
        for deeper in [key for key in counters if key > depth]:
            del counters[deeper]
        return counters


def _level(level: Element) -> _Level:
    return _Level(
        _value(level, "numFmt") or "decimal",
        _value(level, "lvlText"),
        _int(_value(level, "start") or "1"),
        level.find(f"{W}isLgl") is not None,
    )


def _value(parent: Element, tag: str) -> str:
    found = parent.find(f"{W}{tag}")
    return (found.get(f"{W}val") or "") if found is not None else ""


def _int(text: str | None) -> int:
    """A count that a document can mean; anything else is 0."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else 0


def rendered(count: int, form: str) -> str:
    """A number as the list prints it; letters and numerals as far as anybody uses them."""
    match form:
        case "lowerLetter" if 0 < count <= _MOST_LETTERS:
            return chr(96 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1)
        case "upperLetter" if 0 < count <= _MOST_LETTERS:
            return chr(64 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1)
        case "lowerRoman" if 0 < count <= MOST_ROMAN:
            return roman(count)
        case "upperRoman" if 0 < count <= MOST_ROMAN:
            return roman(count).upper()
        case "decimalZero":
            return f"{count:02}"
    return str(count)
