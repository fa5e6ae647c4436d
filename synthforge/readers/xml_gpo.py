"""How the Government Publishing Office writes text in XML: the parts that the CFR and the Federal Register share."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from synthforge.readers.xml_blocks import Inline, Writer, attribute, child, elements, folded, is_outlined, local, plain
from synthforge.readers.xml_tables import gpo_table, html_table
from synthforge.readers.xml_tree import Element
from synthforge.sections.blocks import Kind

_ITALIC, _SUPERIOR = ("03",), ("51", "53")
"""Faces of `<E T="…">` that change what is said."""
_SET_OFF = frozenset({"EXTRACT", "EXAMPLE", "NOTE", "SIG", "SIGBLOCK", "EXHIBIT", "LETTER"})
_NOTES = frozenset(
    {"CITA", "AUTH", "SECAUTH", "PARAUTH", "SOURCE", "EDNOTE", "CROSSREF", "APPRO", "FTNT", "SOURCENOTE", "PARTAUTH"}
)
FURNITURE = frozenset({"EAR", "LRH", "RRH", "PRTPAGE", "PG", "BILCOD", "FAIDS", "WIDTH", "LDRWK", "VOLHD", "SECHD"})
CONTENTS = frozenset({"CFRTOC", "TOC", "CONTENTS", "TOCHD", "CNTNTS", "SUBJLIST", "LISTING"})
_PICTURES = frozenset({"GPH", "IMG", "img", "MATH", "GID"})
_PARAGRAPH = re.compile(r"(?:P|FP|FRP|PSPACE|HANG|LDRFIG|BCAP|MHD)\d?(?:-.*)?$")
_HEADS = re.compile(r"HD\d?$|HED\d?$|SIDEHED$|SUBHD\d?$")


def _replaced(element: Element) -> str | None:
    """Superiors: a footnote's sign as [1], an exponent as ^2, an ordinal's ending as it is; fractions stand apart."""
    match local(element):
        case "SU":
            return superior(element)
        case "E" if attribute(element, "T") in _SUPERIOR:
            return superior(element)
        case "FR":
            return f" {plain(element).strip()}"
    return None


def superior(element: Element) -> str:
    text = " ".join(plain(element).split())
    following = element.getnext()
    noted = following is not None and local(following) == "FTREF" and not (element.tail or "").strip()
    parent = element.getparent()
    if noted or (parent is not None and _in_note(parent) and text.isalnum()):
        return f" [{text}] " if noted and text else f"[{text}] "
    return f"^{text}" if text.lstrip("+-−–").isdigit() else text


def _in_note(element: Element) -> bool:
    return any(local(e) in ("FTNT", "TNOTE", "ENT", "CHED", "TTITLE") for e in (element, *element.iterancestors()))


INLINE = Inline(
    italic=lambda e: local(e) in ("I", "EM", "i", "em") or (local(e) == "E" and attribute(e, "T") in _ITALIC),
    skipped=frozenset({"FTREF", "PRTPAGE", "GPH", "GID", "MATH", "IMG", "img", "FTNT"}),
    breaks=frozenset({"LI", "BR", "br"}),
    replaced=_replaced,
)


@dataclass
class Gpo:
    """Writes what stands in a section, an appendix or a preamble.

    `heads` is the level of the first heading inside; 0 where headings are captions in the text, as in a section of
    law; `depth` is then 2 inside an extract.
    """

    writer: Writer
    heads: int = 0
    depth: int = 1

    def body(self, parent: Element, quoted: bool = False, without: Collection[Element] = ()) -> None:
        """Everything below an element; text that stands loose in it is a paragraph."""
        for element in self.writer.within(parent, "quote" if quoted else "paragraph"):
            if element not in without:
                self.element(element, quoted)

    def element(self, element: Element, quoted: bool = False) -> None:
        name = local(element)
        if name in CONTENTS:
            self.writer.drop("contents", element)
        elif name in FURNITURE:
            self.writer.drop("furniture", element)
        elif name in _PICTURES:
            self.writer.images += 1
            self.writer.drop("pictures and formulas", element)
        elif name == "STARS":
            self.writer.say("meta", element, "* * * * *")
        elif name in ("GPOTABLE", "GPOTBL"):
            gpo_table(element, INLINE.text, self.writer)
        elif name == "TABLE":
            html_table(element, INLINE.text, self.writer)
        elif name in _NOTES:
            self.note(element)
        elif name in _SET_OFF:
            self._set_off(element)
        elif _PARAGRAPH.match(name):
            self.paragraph(element, quoted)
        elif _HEADS.match(name):
            self._head(element, quoted)
        elif any(True for _ in elements(element)) and not _inline_only(element):
            self.body(element, quoted)
        else:
            self.paragraph(element, quoted)

    def paragraph(self, element: Element, quoted: bool = False) -> None:
        name = local(element)
        kind: Kind = "paragraph"
        if quoted or "-" in name or name == "FRP" or attribute(element, "SOURCE").startswith("FP"):
            kind = "quote"
        elif name == "FP":
            kind = "flush"
        inner = [e for e in element.iter("FTNT")]
        text, emphasis = folded(INLINE.pieces(element))
        self.writer.say(kind, element, text, emphasis)
        for note in inner:
            self.note(note)
        self.writer.images += sum(1 for e in element.iter(*_PICTURES) if local(e) != "GID")

    def note(self, element: Element) -> None:
        """A source note, an authority, a footnote: kept, but nobody's section."""
        if _inline_only(element):
            self.writer.say("meta", element, INLINE.text(element))
            return
        for run in _runs(element):
            self.writer.say("meta", run[0], " ".join(filter(None, map(INLINE.text, run))))

    def _set_off(self, element: Element) -> None:
        """An example's or a note's own heading stands in front of its first paragraph."""
        head = child(element, "HED", "HD")
        first = child(element, "PSPACE", "P", "FP")
        if not self.heads and is_outlined(e for e in elements(element) if _HEADS.match(local(e))):
            replace(self, depth=2).body(element)
            return
        if head is None or first is None or head.getnext() is not first:
            self.body(element, quoted=True)
            return
        self.writer.say("quote", head, f"{INLINE.text(head)} {INLINE.text(first)}")
        rest = False
        for other in elements(element):
            if rest:
                self.element(other, quoted=True)
            rest = rest or other is first

    def _head(self, element: Element, quoted: bool) -> None:
        if not self.heads or quoted:
            text, emphasis = folded(INLINE.pieces(element))
            self.writer.say("quote" if quoted else "caption", element, text, emphasis, level=self.depth)
            return
        name = local(element)
        source = attribute(element, "SOURCE") or name
        depth = int(source[-1]) if source[-1].isdigit() else 0
        self.writer.say("heading", element, INLINE.text(element), level=self.heads + depth)


def _inline_only(element: Element) -> bool:
    return all(local(e) in _INLINE for e in element.iter() if e is not element and isinstance(e.tag, str))


_INLINE = frozenset("I E B SU FTREF FR PRTPAGE EM XREF AC LI BR SUB SUP U i em".split())


def _runs(element: Element) -> Iterator[list[Element]]:
    """A note's paragraphs, the first together with the note's heading."""
    held: list[Element] = []
    for part in elements(element):
        held.append(part)
        if local(part) not in ("HED", "HD"):
            yield held
            held = []
    if held:
        yield held
