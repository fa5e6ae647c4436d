"""Drug labels (Structured Product Labeling): sections by the numbers that their titles carry, highlights apart."""

import re
from dataclasses import dataclass, field

from synthforge.readers.xml_blocks import Inline, Piece, Writer, attribute, child, elements, folded, local, plain
from synthforge.readers.xml_tables import html_table
from synthforge.readers.xml_tree import Element
from synthforge.sections.blocks import fold
from synthforge.sections.citation import AS_OF, CITED_AS

_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s+\S")
_RUN_WORDS = 14


def _inline(root: Element) -> Inline:
    """Footnotes are numbered through the label, and stand below the paragraph or table that calls them."""
    notes = {note: number for number, note in enumerate(root.iter("{*}footnote"), 1)}
    named = {attribute(note, "ID"): number for note, number in notes.items()}

    def replaced(element: Element) -> str | None:
        match local(element):
            case "footnote":
                return f" [{notes[element]}]"
            case "footnoteRef":
                return f" [{named.get(attribute(element, 'IDREF'), '*')}] "
            case "sup":
                text = plain(element).strip()
                return f"^{text}" if text.lstrip("+-−–").isdigit() else text
        return None

    return Inline(
        italic=lambda e: "italic" in attribute(e, "styleCode"),
        skipped=frozenset({"renderMultiMedia", "list", "table"}),
        breaks=frozenset({"br"}),
        replaced=replaced,
    )


def write(root: Element, writer: Writer) -> None:
    name, generic = _product(root)
    heading, inline = child(root, "title"), _inline(root)
    title = inline.text(heading) if heading is not None else ""
    version = child(root, "versionNumber")
    number = attribute(version, "value") if version is not None else ""
    label = _Label(writer, inline, name or title or "Label")
    for element in elements(root):
        if local(element) == "component":
            label.highlights(root, heading, title)
            label.sections(element, label.name, 1)
        elif element is not heading:
            writer.drop("product data", element)
    called = f"{name} ({generic})" if name and generic else name
    writer.state({CITED_AS: label.name, AS_OF: f"version {number}" if number else "", "title": called or title})


def _product(root: Element) -> tuple[str, str]:
    for product in root.iter("{*}manufacturedProduct"):
        name = child(product, "name")
        if name is not None:
            generic = next((plain(e) for g in product.iter("{*}genericMedicine") for e in g.iter("{*}name")), "")
            return fold(plain(name)), fold(generic)
    return "", ""


@dataclass
class _Label:
    """One walk over the label; `runs` are the words at a paragraph's start that were taken for a heading."""

    writer: Writer
    inline: Inline
    name: str
    runs: set[Element] = field(default_factory=set)

    def highlights(self, root: Element, heading: Element | None, title: str) -> None:
        """What the first page says in short, under the document's own title."""
        place = heading if heading is not None else root
        excerpts = [e for e in root.iter("{*}excerpt")]
        if not excerpts:
            self.writer.say("meta", place, title)
            return
        self.writer.say("heading", place, title or "Highlights", level=1, citation=f"{self.name} Highlights")
        for excerpt in excerpts:
            section = excerpt.getparent()
            head = _code_name(section) if section is not None else ""
            self.writer.say("heading", excerpt, head, level=2, citation=f"{self.name} Highlights > {head}")
            for text in excerpt.iter("{*}text"):
                self._text(text)

    def sections(self, parent: Element, above: str, level: int, first: bool = True) -> None:
        for element in self.writer.within(parent):
            name = local(element)
            if name == "section":
                self._section(element, above, level, first)
            elif name in ("component", "structuredBody"):
                self.sections(element, above, level, first)
            elif name == "text":
                self._text(element)
            elif name == "observationMedia":
                self.writer.images += 1
                self.writer.drop("pictures and formulas", element)
            elif name not in ("title", "excerpt"):
                self.writer.drop("product data", element)
            first = first and name not in ("section", "component")

    def _section(self, element: Element, above: str, level: int, first: bool) -> None:
        """A section without a title is named by the words set apart at its start, else by its code."""
        title = child(element, "title")
        if title is None:
            title = self._run(child(element, "text"))
        head = self.inline.text(title).rstrip(" :.") if title is not None else ""
        if not head and not first and element.find(".//{*}text") is not None:
            head = _code_name(element)
        citation = above
        if head:
            number = _NUMBERED.match(head)
            citation = f"{self.name} §{number[1]}" if number else f"{above} > {head}"
            self.writer.say("heading", title if title is not None else element, head, level=level, citation=citation)
        self.sections(element, citation, level + 1)

    def _run(self, text: Element | None) -> Element | None:
        """Bold or italic words that open a section's first paragraph, taken out of it."""
        paragraph = child(text, "paragraph") if text is not None else None
        run = child(paragraph, "content") if paragraph is not None else None
        if paragraph is None or run is None or run is not next(elements(paragraph)) or (paragraph.text or "").strip():
            return None
        if not run.get("styleCode") or len(plain(run).split()) > _RUN_WORDS:
            return None
        self.runs.add(run)
        return run

    def _pieces(self, element: Element, without: Element | None = None) -> list[Piece]:
        """Running text without the words taken for a heading, an item's mark, and lists and tables inside."""
        pieces: list[Piece] = [(str(element.text), False)] if element.text else []
        for node in element:
            if local(node) and node is not without and node not in self.runs and local(node) not in self.inline.skipped:
                pieces.extend([(" ", False)] if local(node) == "paragraph" else [])
                pieces.extend(self._one(node))
            if node.tail:
                pieces.append((str(node.tail), False))
        return pieces

    def _one(self, node: Element) -> list[Piece]:
        said = self.inline.replaced(node)
        before: list[Piece] = [(" ", False)] if local(node) in self.inline.breaks else []
        return [*before, *([(said, False)] if said is not None else self.inline.pieces(node, self.inline.italic(node)))]

    def _text(self, element: Element) -> None:
        """Paragraphs, lists and tables in order; text that stands loose between them is a paragraph."""
        held: list[Piece] = [(str(element.text), False)] if element.text else []
        for node in element:
            name = local(node)
            if name in ("paragraph", "list", "table", "renderMultiMedia", "text"):
                self._say("paragraph", element, held)
                held = []
                self._block(node, name)
            elif name:
                held.extend(self._one(node))
            if node.tail:
                held.append((str(node.tail), False))
        self._say("paragraph", element, held)

    def _block(self, node: Element, name: str) -> None:
        match name:
            case "paragraph":
                self._say("paragraph", node, self._pieces(node))
                self._notes(node)
            case "list":
                self._list(node, 1)
            case "table":
                html_table(node, self.inline.text, self.writer)
                self._notes(node)
            case "text":
                self._text(node)
        self.writer.images += sum(1 for _ in node.iter("{*}renderMultiMedia"))

    def _list(self, element: Element, depth: int) -> None:
        ordered = attribute(element, "listType") == "ordered"
        letters = "Alpha" in attribute(element, "styleCode")
        for number, item in enumerate((e for e in elements(element) if local(e) == "item"), 1):
            mark = f"{chr(96 + number) if letters and number < 27 else number}." if ordered else "-"
            caption = child(item, "caption")
            mark = self.inline.text(caption) if caption is not None else mark
            text, _ = folded(iter(self._pieces(item, without=caption)))
            self.writer.say("item", item, f"{'  ' * (depth - 1)}{mark} {text}", level=depth)
            self._notes(item)
            for inner in elements(item):
                if local(inner) == "list":
                    self._list(inner, depth + 1)
                elif local(inner) == "table":
                    self._block(inner, "table")

    def _notes(self, element: Element) -> None:
        for note in element.iter("{*}footnote"):
            mark = (self.inline.replaced(note) or "").strip()
            self._say("quote", note, [(f"{mark} ", False), *self.inline.pieces(note)])

    def _say(self, kind: str, element: Element, pieces: list[Piece]) -> None:
        text, _ = folded(iter(pieces))
        self.writer.say("quote" if kind == "quote" else "paragraph", element, text)


def _code_name(section: Element) -> str:
    code = child(section, "code")
    said = attribute(code, "displayName") if code is not None else ""
    return said.removesuffix(" SECTION").strip()
