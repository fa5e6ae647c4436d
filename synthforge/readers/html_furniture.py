"""What of a page is not its text: navigation, controls, hidden elements, and the heads and feet of a site."""

import re
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from synthforge.readers.spans import TOO_MANY
from synthforge.sections.blocks import Reading, solid

Attributes = dict[str, str | None]

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FALLBACK = frozenset("noscript iframe object video audio canvas noembed noframes datalist".split())
_CONTROLS = frozenset("button select textarea".split())
MARGINS = frozenset("header footer aside".split())
_ROLES = {
    "navigation": "nav", "search": "nav", "menubar": "nav",
    "banner": "header", "contentinfo": "footer", "complementary": "aside",
}  # fmt: skip


@dataclass
class LeftOut:
    """Decides, and keeps account by kind. `main` says that the page marks its main text; `keep` drops no furniture.

    Regulation must not be lost: what is in the main text stays unless it is only links, and a page without a main
    text keeps every head, foot and aside of which less than half is links.
    """

    main: bool
    keep: bool
    spare: int = 0
    """Characters that may still be repeated in cells that span rows and columns."""
    added: int = 0
    """Characters that the page shows once or not at all: cells repeated, bars, list markers."""
    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)
    images: list[int] = field(default_factory=list)
    inner: list[Reading] = field(default_factory=list)
    """What plain text in the page left out in its turn."""

    def kind(self, node: LexborNode, tag: str, attributes: Attributes, within: bool, judged: bool) -> str:
        """Why an element is left out, or empty: `within` the main text or not, `judged` with a head or foot already."""
        if tag == "svg":
            return "images"
        if tag in _CONTROLS or attributes.get("role") == "button":
            return "controls"
        if self.keep:
            return ""
        if tag in _FALLBACK or _is_hidden(tag, attributes):
            return "hidden text"
        place = _ROLES.get(attributes.get("role") or "", tag)
        if place == "nav":
            return "navigation"
        if place in MARGINS and not judged and self._is_furniture(node, within):
            return "page furniture"
        return ""

    def _is_furniture(self, node: LexborNode, within: bool) -> bool:
        if node.css_first("h1"):
            return False
        if self.main and not within:
            return True
        links = sum(solid(link.text()) for link in node.css("a"))
        return links >= (0.8 if within else 0.5) * solid(node.text()) > 0

    def drop(self, kind: str, node: LexborNode, line: int) -> None:
        if kind == "images":
            self.images.append(line)
        size = solid(node.text().replace("\u00ad", ""))
        if size:
            self.counts[kind] += size
            self.lines.setdefault(kind, line)

    def may_repeat(self, size: int) -> bool:
        self.spare -= size
        return self.spare >= 0

    @property
    def characters(self) -> int:
        return sum(self.counts.values())

    def report(self, reading: Reading) -> None:
        reading.dropped.update(self.counts)
        reading.added += self.added
        for inner in self.inner:
            reading.dropped.update(inner.dropped)
            reading.added += inner.added
            reading.warnings.extend(inner.warnings)
        for kind, line in self.lines.items():
            if kind != "images":
                reading.warnings.append(f"{self.counts[kind]:,} characters of {kind} were left out, from line {line}")
        if self.spare < 0:
            reading.warnings.append(TOO_MANY)
        if self.images:
            count = len(self.images)
            reading.warnings.append(
                f"{count} images were left out, the first in line {self.images[0]}; text inside images is not read"
            )


def _is_hidden(tag: str, attributes: Attributes) -> bool:
    hidden = "hidden" in attributes and attributes["hidden"] != "until-found"
    closed = tag == "dialog" and "open" not in attributes
    return hidden or closed or _HIDDEN.search((attributes.get("style") or "")[:2000]) is not None
