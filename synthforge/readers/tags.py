"""HTML source before it is parsed: how deep it nests is bounded, and every tag learns which line it stands on.

The parser keeps no positions, needs time quadratic in the depth of open elements and in the attributes of one tag,
and a file may be hostile. Both are settled in the source, where tags are found as the HTML standard's tokenizer
finds them: unclosed comments, attributes and scripts take the rest of the file, as they do in a browser.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

LINE = "source-line"
"""The attribute that carries a tag's line."""
DEPTH = 500
"""Elements open at once; what stands deeper is read without its tags. Browsers stop at 512."""
_ATTRIBUTES = 100
_SHORT = 1000
"""Characters of a tag that cannot hold many attributes."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike"
    " strong sub sup time tt u var".split()
)
_VOID = frozenset("area base basefont br col embed frame hr img input link meta param source track wbr".split())
_LOOSE = frozenset("html head body p li dt dd option optgroup h1 h2 h3 h4 h5 h6 a rt rp".split())
"""Elements that end by themselves where the next one starts, or are never closed twice."""
_CELLS = frozenset("tr td th tbody thead tfoot caption colgroup".split())
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_REST = re.compile(r"""(?>[^>=]+|=\s*+(?>"[^"]*"|'[^']*'|[^\s>"'][^\s>]*|))*+>""")
_ATTRIBUTE = re.compile(r"[\s/][^\s/>=]")


class Tag(NamedTuple):
    """`named` is where the name ends; `name` is in lower case."""

    name: str
    closing: bool
    start: int
    named: int
    end: int


def tags(source: str) -> Iterator[Tag]:
    """Every tag that a browser would see, in order; none inside comments, scripts, styles and titles."""
    position = 0
    while (start := source.find("<", position)) >= 0:
        if comment := _COMMENT.match(source, start):
            position = comment.end()
        elif found := _NAME.match(source, start):
            rest = _REST.match(source, found.end())
            if not rest:
                return
            tag = Tag(found.group(1).lower(), source[start + 1] == "/", start, found.end(), rest.end())
            yield tag
            position = tag.end
            if tag.name == "plaintext":
                return
            if tag.name in _RAW and not tag.closing:
                close = _RAW[tag.name].search(source, position)
                if not close:
                    return
                position = close.start()
        elif source[start + 1 : start + 2] in ("!", "?", "/"):
            position = source.find(">", start) + 1
            if not position:
                return
        else:
            position = start + 1


def with_lines(source: str) -> str:
    """The source with its line, counted from 1, in every opening tag that is not inline."""
    pieces: list[str] = []
    position, line, counted = 0, 1, 0
    for tag in tags(source):
        if tag.closing or tag.name in INLINE:
            continue
        line += source.count("\n", counted, tag.start)
        counted = tag.start
        # The parser swallows a line end right after <pre>.
        first = line + source.count("\n", tag.start, tag.end + 1) if tag.name == "pre" else line
        pieces.append(f'{source[position : tag.named]} {LINE}="{first}"')
        position = tag.named
    pieces.append(source[position:])
    return "".join(pieces)


def bounded(source: str) -> tuple[str, int]:
    """The source with no element deeper than `DEPTH`, and how many lost their tags; line breaks stand for them.

    Tags with very many attributes lose them. Line ends stay, so that lines can still be counted.
    """
    pieces: list[str] = []
    position, deep = 0, 0
    nesting = _Nesting()
    for tag in tags(source):
        text = source[tag.start : tag.end]
        if tag.closing:
            stays = nesting.close(tag.name)
        else:
            stays = nesting.open(tag.name, text.endswith("/>"))
            deep += not stays
        crowded = len(text) > _SHORT and sum(1 for _ in _ATTRIBUTE.finditer(text)) > _ATTRIBUTES
        if stays and not crowded:
            continue
        between = source[position : tag.start]
        broken = bool(between) and tag.name not in INLINE
        instead = f"{source[tag.start : tag.named]}>" if stays else "<br>" if broken else ""
        pieces += filter(None, (between, instead, "\n" * text.count("\n")))
        position = tag.end
    pieces.append(source[position:])
    return "".join(pieces), deep


@dataclass
class _Scope:
    """The elements open within one table, or outside all: their names, and which of them lost their tags."""

    lost: bool = False
    names: list[tuple[str, bool]] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)


class _Nesting:
    """Which elements are open, as far as it takes to know how deep the next would stand.

    Inline elements are counted apart from the others: a page may leave hundreds of them open by mistake.
    """

    def __init__(self) -> None:
        self.scopes = [_Scope()]
        self.blocks = 0
        self.inlines = 0

    def open(self, name: str, closed: bool) -> bool:
        """Whether the element may keep its tags; `closed` says that it ends in `/>`."""
        scope = self.scopes[-1]
        if name in _CELLS and len(self.scopes) > 1:
            self._pop(scope, "")
            return not scope.lost
        foreign = closed and (scope.count["svg"] or scope.count["math"])  # only there does `/>` close an element
        if name in _VOID or name in _LOOSE or name in _CELLS or foreign:
            return True
        stays = (self.inlines if name in INLINE else self.blocks) < DEPTH
        self._count(name, stays)
        if name == "table":
            self.scopes.append(_Scope(lost=not stays))
        else:
            scope.names.append((name, stays))
            scope.count[name] += 1
        return stays

    def close(self, name: str) -> bool:
        """Whether the closing tag stays: its element, or none, was open with its tags on."""
        scope = self.scopes[-1]
        if name in _CELLS and len(self.scopes) > 1:
            self._pop(scope, "")
            return not scope.lost
        if name == "table" and len(self.scopes) > 1:
            self._pop(scope, "")
            self.scopes.pop()
            self._count(name, not scope.lost, -1)
            return not scope.lost
        return self._pop(scope, name) if scope.count[name] else True

    def _pop(self, scope: _Scope, name: str) -> bool:
        """Close everything up to the latest of that name, or everything; whether that one had kept its tags."""
        stays = True
        while scope.names:
            latest, stays = scope.names.pop()
            scope.count[latest] -= 1
            self._count(latest, stays, -1)
            if latest == name:
                break
        return stays

    def _count(self, name: str, stays: bool, step: int = 1) -> None:
        if name in INLINE:
            self.inlines += step * stays
        else:
            self.blocks += step * stays
