"""HTML lists: what a browser prints in front of each item."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from synthforge.readers.html_furniture import Attributes
from synthforge.readers.numerals import MOST_ROMAN, roman

_INTEGER = re.compile(r"\s*(-?\d{1,9})\s*\Z")


@dataclass
class List:
    """`style` is a bullet, or what the numbers look like."""

    style: str = "-"
    number: int = 1
    step: int = 1

    def marker(self, value: str | None) -> str:
        if self.style == "-":
            return "- "
        if value and (found := _INTEGER.match(value)):
            self.number = int(found.group(1))
        number, self.number = self.number, self.number + self.step
        return f"{_numeral(number, self.style)}. "


def opened(node: LexborNode, tag: str, attributes: Attributes) -> List:
    """The list that an element opens."""
    if tag != "ol":
        return List()
    style = attributes.get("type") or "1"
    stated = _INTEGER.match(attributes.get("start") or "")
    if "reversed" in attributes:
        count = sum(1 for item in node.iter() if item.tag == "li")
        return List(style, int(stated.group(1)) if stated else count, -1)
    return List(style, int(stated.group(1)) if stated else 1)


def _numeral(number: int, style: str) -> str:
    """As a browser prints it; letters and numerals stand for positive numbers only."""
    if style.lower() not in ("a", "i") or not 0 < number <= MOST_ROMAN:
        return str(number)
    text = ""
    if style.lower() == "i":
        text = roman(number)
    else:
        while number:
            number, digit = divmod(number - 1, 26)
            text = chr(97 + digit) + text
    return text.upper() if style.isupper() else text
