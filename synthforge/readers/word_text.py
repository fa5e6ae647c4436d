"""The text of a Word paragraph as a reader sees it, and what is left out of it: deletions, hidden text."""

from collections import Counter
from collections.abc import Iterator

from synthforge.readers.word_package import Element, W
from synthforge.sections.blocks import solid

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
BOX = f"{W}txbxContent"
_SILENT = {f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}rt", BOX}
_BREAKS = {f"{W}tab", f"{W}br", f"{W}cr", f"{W}ptab"}
DELETED = {f"{W}del", f"{W}moveFrom"}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
ANCHORS = (BOX, *_NOTES)
_WORDS = {f"{W}t", f"{W}delText", _MATH}

_SYMBOLS = {
    "a3": "≤", "b3": "≥", "b1": "±", "b0": "°", "b4": "×", "b8": "÷", "b9": "≠", "bb": "≈", "ae": "→", "ac": "←",
    "de": "⇒", "6d": "μ", "57": "Ω", "44": "Δ", "61": "α", "62": "β", "67": "γ", "64": "δ", "b7": "•", "a5": "∞",
    "d6": "√", "b2": "″", "a2": "′", "70": "π", "73": "σ", "53": "Σ", "d7": "⋅", "2d": "−", "a7": "§",
}  # fmt: skip
"""Adobe's Symbol encoding, where the sign decides what a limit means."""
_DINGBATS = {
    "fe": "☑", "fd": "☒", "a8": "☐", "6f": "☐", "fc": "✓", "fb": "✗", "78": "☒", "e0": "→", "e8": "→", "a7": "▪",
    "d8": "➢", "71": "❑", "6e": "■", "6c": "●", "9f": "•", "df": "←",
}  # fmt: skip
"""Microsoft's Wingdings."""
UNKNOWN = "\ufffd"


def text(element: Element, left_out: Counter[str] | None = None) -> str:
    """Insertions and links included; deletions, moved-away and hidden text not, but counted in `left_out`."""
    return "".join(_parts(element, Counter() if left_out is None else left_out))


def _parts(element: Element, left_out: Counter[str]) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _WORDS:
            yield child.text or ""
        elif tag in _BREAKS:
            yield " "
        elif tag in DELETED:
            left_out["tracked deletions"] += solid(_all(child))
        elif tag == f"{W}r" and _hidden(child):
            left_out["hidden text"] += solid(_all(child))
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{W}sym":
            yield _symbol(child)
        elif tag not in _SILENT and not (tag == FALLBACK and _has_choice(element)):
            yield from _parts(child, left_out)


def _all(element: Element) -> str:
    return "".join(part.text or "" for part in element.iter(*_WORDS))


def _hidden(run: Element) -> bool:
    return on(run.find(f"{W}rPr/{W}vanish"))


def _has_choice(alternatives: Element) -> bool:
    return any(child.tag == _CHOICE for child in alternatives)


def on(switch: Element | None) -> bool:
    """Whether a property like `w:b` is set."""
    return switch is not None and (switch.get(f"{W}val") or "true") not in ("0", "false", "none", "off")


def _symbol(element: Element) -> str:
    """A letter of a symbol font, as Unicode writes it; U+FFFD for one that is not known here."""
    font, code = (element.get(f"{W}font") or "").lower(), (element.get(f"{W}char") or "").lower()
    if font == "symbol":
        return _SYMBOLS.get(code[-2:], UNKNOWN)
    if font.startswith("wingdings"):
        return _DINGBATS.get(code[-2:], UNKNOWN)
    try:
        letter = chr(int(code, 16))
    except ValueError:
        return UNKNOWN
    return UNKNOWN if "\ue000" <= letter <= "\uf8ff" or "\ud800" <= letter <= "\udfff" else letter


def visible(element: Element) -> int:
    """Characters that the file holds for a reader, blanks apart, counted without regard to structure.

    A picture's fallback says the same again; symbols and numbers that Word computes are counted where they are read.
    """
    twice = sum(solid(_all(copy)) for copy in _fallbacks(element))
    return solid(_all(element)) - twice


def _fallbacks(element: Element) -> Iterator[Element]:
    """Outermost copies for older programs, where there is a first choice beside them."""
    for alternatives in element.iter(f"{_CHOICE[: -len('Choice')]}AlternateContent"):
        if _has_choice(alternatives) and not _within_fallback(alternatives, element):
            yield from (child for child in alternatives if child.tag == FALLBACK)


def _within_fallback(element: Element, root: Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not root:
        if parent.tag == FALLBACK:
            return True
        parent = parent.getparent()
    return False


def boxes(paragraph: Element) -> list[Element]:
    """The text boxes anchored in a paragraph, outermost only, each once."""
    return list(_boxes(paragraph))


def _boxes(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == BOX:
            yield child
        elif not (child.tag == FALLBACK and _has_choice(element)) and len(child):
            yield from _boxes(child)


def references(element: Element) -> Iterator[tuple[str, str]]:
    """The notes that a paragraph refers to: kind and id, in order, deleted ones left out."""
    for child in element:
        if kind := _NOTES.get(child.tag):
            yield kind, child.get(f"{W}id") or ""
        elif child.tag not in DELETED and child.tag != BOX and len(child):
            yield from references(child)
