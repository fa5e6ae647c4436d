"""The numbers that Word computes and does not store: counters per list, rendered by each level's pattern."""

import re
from typing import TYPE_CHECKING, cast

from docx.document import Document as WordDocument

if TYPE_CHECKING:
    from synthforge.sources.docx import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARK = re.compile(r"%(\d)")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbering:
    """Counters of one document; `next` must be called once for every paragraph in order."""

    def __init__(self, document: WordDocument) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (list, level) → format, pattern, start
        self.abstract: dict[str, str] = {}
        self.counters: dict[str, dict[int, int]] = {}
        try:
            root = cast("Element", document.part.numbering_part.element)
        except (KeyError, NotImplementedError, AttributeError):
            return
        for definition in root.iter(f"{W}abstractNum"):
            name = definition.get(f"{W}abstractNumId") or ""
            for level in definition.iter(f"{W}lvl"):
                self.levels[name, _int(level.get(f"{W}ilvl"))] = (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText"),
                    _int(_value(level, "start") or "1"),
                )
        for number in root.iter(f"{W}num"):
            self.abstract[number.get(f"{W}numId") or ""] = _value(number, "abstractNumId")

    def next(self, paragraph: "Element", styles: "list[Element | None]", counted: bool) -> tuple[str, int]:
        """The marker as printed (`5.2`, `(a)`, `-` for a bullet, empty for none), and the level from 0."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        holders = [holder for holder in (own, *styles) if holder is not None]
        number = next((found for holder in holders if (found := _value(holder, "numId"))), "")
        if not number or number == "0" or not counted:
            return "", 0
        level = next((_int(found) for holder in holders if (found := _value(holder, "ilvl"))), 0)
        name = self.abstract.get(number, "")
        form, pattern, start = self.levels.get((name, level), ("bullet", "", 1))
        counters = self.counters.setdefault(name, {})
        counters[level] = counters.get(level, start - 1) + 1
        for deeper in [key for key in counters if key > level]:
            del counters[deeper]
        if form in ("bullet", "none") or not _MARK.search(pattern):
            return ("" if form == "none" else "-"), level

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            own_form, _, own_start = self.levels.get((name, at), ("decimal", "", 1))
            return _render(counters.get(at, own_start), own_form)

        return _MARK.sub(shown, pattern).strip(), level


def _value(parent: "Element", tag: str) -> str:
    found = parent.find(f"{W}{tag}")
    return (found.get(f"{W}val") or "") if found is not None else ""


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _render(count: int, form: str) -> str:
    match form:
        case "lowerLetter":
            return chr(96 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1)
        case "upperLetter":
            return chr(64 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1)
        case "lowerRoman":
            return _roman(count)
        case "upperRoman":
            return _roman(count).upper()
        case "decimalZero":
            return f"{count:02}"
    return str(count)


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while count >= value:
            text += letters
            count -= value
    return text
