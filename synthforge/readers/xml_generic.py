"""XML of no known vocabulary: elements with a title are headings, elements that only hold values are records."""

import re
from collections import Counter
from itertools import islice

from synthforge.readers.xml_blocks import Inline, Writer, attribute, elements, folded, local, plain
from synthforge.readers.xml_tables import html_table
from synthforge.readers.xml_tree import Element

_TITLES = frozenset("title heading head header caption subject name label h1 h2 h3 h4 h5 h6".split())
_PROSE = frozenset("p para paragraph text simpara li item note body description summary".split())
_ITALIC = frozenset({"i", "em", "emphasis", "italic"})
_MARKS = frozenset({"id", "number", "no", "num", "code", "key", "ref"})
_META = frozenset("version revision edition date effective_date document_number".split())
_INLINE = Inline(italic=lambda e: local(e).lower() in _ITALIC, breaks=frozenset({"br"}))
_WORD = re.compile(r"(?<=[a-z\d])(?=[A-Z])|[_-]+")


def write(root: Element, writer: Writer) -> None:
    _Generic(writer).root(root)


class _Generic:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def root(self, root: Element) -> None:
        title = _title(root)
        if title is not None:
            self.writer.say("title", title, _INLINE.text(title))
        for element in elements(root):
            name = local(element).lower()
            if name in _META and _is_text(element):
                self.writer.state({_words(local(element)).replace(" ", "_").lower(): _INLINE.text(element)})
        self._children(root, 1, title)

    def _children(self, parent: Element, level: int, title: Element | None) -> None:
        """What stands in an element, in order; running text between the elements is kept as paragraphs."""
        if _is_text(parent) and title is None:
            self._paragraph(parent)
            return
        repeated = Counter(local(e) for e in elements(parent))
        counts: Counter[str] = Counter()
        self._loose(parent, parent.text)
        for node in parent:
            name = local(node)
            if name and node is not title:
                counts[name] += 1
                self._element(node, level, counts[name] if repeated[name] > 1 else 0)
            self._loose(parent, node.tail)

    def _element(self, element: Element, level: int, number: int) -> None:
        title = _title(element)
        if local(element).lower() == "table":
            html_table(element, _INLINE.text, self.writer)
        elif title is not None and len(element) > 1:
            self.writer.say("heading", title, _INLINE.text(title), level=level)
            self._children(element, level + 1, title)
        elif _is_text(element):
            self._field(element)
        elif _is_record(element):
            self._record(element, level, number)
        else:
            self._children(element, level, None)

    def _field(self, element: Element) -> None:
        """Prose as it is; a value with its name."""
        text, emphasis = folded(_INLINE.pieces(element))
        name = local(element).lower()
        if name in _PROSE or len(text.split()) > 12:
            self.writer.say("item" if name in ("li", "item") else "paragraph", element, text, emphasis)
        elif text:
            self.writer.say("paragraph", element, f"{_words(local(element))}: {text}")
        elif element.attrib:
            self.writer.say("paragraph", element, f"{_words(local(element))}: {_attributes(element)}")

    def _record(self, element: Element, level: int, number: int) -> None:
        """An element that only holds values: a heading of its own where it is one of several, a line for each value."""
        if number:
            mark = next((attribute(element, key) for key in element.attrib if key.lower() in _MARKS), "")
            inner = next((_INLINE.text(e) for e in elements(element) if local(e).lower() in _MARKS), "")
            self.writer.say("heading", element, f"{_words(local(element))} {mark or inner or number}", level=level)
        if said := _attributes(element):
            self.writer.say("paragraph", element, said)
        for part in elements(element):
            self._field(part)

    def _paragraph(self, element: Element) -> None:
        text, emphasis = folded(_INLINE.pieces(element))
        self.writer.say("paragraph", element, text, emphasis)

    def _loose(self, parent: Element, text: str | None) -> None:
        if text and text.strip():
            self.writer.say("paragraph", parent, " ".join(text.split()))


def _title(element: Element) -> Element | None:
    """The title among an element's first three children."""
    first = islice(elements(element), 3)
    named = (e for e in first if local(e).lower() in _TITLES and _is_text(e))
    return next((e for e in named if 0 < len(plain(e).split()) <= 40), None)


def _is_text(element: Element) -> bool:
    """No elements inside, or only some that stand in running text."""
    if not len(element):
        return True
    inner = list(elements(element))
    return _is_mixed(element) and not any(local(e).lower() in _PROSE or not _is_text(e) for e in inner)


def _is_mixed(element: Element) -> bool:
    return bool(((element.text or "") + "".join(node.tail or "" for node in element)).strip())


def _is_record(element: Element) -> bool:
    values = list(elements(element))
    return not _is_mixed(element) and all(not len(e) and len(plain(e).split()) <= 40 for e in values)


def _words(name: str) -> str:
    said = _WORD.sub(" ", name).strip()
    return said[:1].upper() + said[1:]


def _attributes(element: Element) -> str:
    pairs = ((str(key), str(value)) for key, value in element.attrib.items())
    return "; ".join(f"{_words(k.rpartition('}')[2])}: {v}" for k, v in pairs if not k.startswith("{") and v.strip())
