"""The Federal Register in XML: rules, proposed rules and notices, each cited by its volume and page."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from synthforge.readers.xml_blocks import Writer, attribute, child, elements, local, plain
from synthforge.readers.xml_cfr import CFR, heads_of, section_number
from synthforge.readers.xml_gpo import CONTENTS, FURNITURE, INLINE, Gpo
from synthforge.readers.xml_tree import Element
from synthforge.sections.blocks import fold
from synthforge.sections.citation import AS_OF, CITED_AS, date

_DOCUMENTS = ("RULE", "PRORULE", "NOTICE", "PRESDOCU", "CORRECT")
ROOTS = frozenset({"FEDREG", "RULES", "PRORULES", "NOTICES", "PRESDOCS", *_DOCUMENTS})
_MASTHEAD = frozenset({"VOL", "NO", "DATE", "UNITNAME", "PTITLE", "BILCOD", "HRULE", "PARTNO"})
_STATEMENTS = frozenset("AGENCY SUBAGY CFR DEPDOC RIN FRDOC FILED SIG PSIG DATED LSTSUB TITLE3".split())
_NUMBER = re.compile(r"FR Doc\.?\s*(\d{2,4}[–-]\d+)")
_INSTRUCTION = re.compile(r"(\d{1,3}\.)\s+(?=\S)")
_FIRST_HEAD, _AMENDMENT, _SECTION = 4, 6, 8


@dataclass(frozen=True)
class Citation:
    """`text` names the document among all of its kind, `page` is empty where the file does not say it."""

    text: str
    page: str
    document: str


def write(root: Element, writer: Writer) -> None:
    volume = _said(root, "VOL")
    issued = date(_said(root, "DATE"))
    documents = [e for e in root.iter(*_DOCUMENTS)]
    cited = _citations(root, documents, volume)
    register = _Register(writer, cited)
    if local(root) in _DOCUMENTS:
        register.document(root)
        family = cited[root].text
    else:
        register.walk(root)
        family = f"{volume} FR".strip() if volume else "FR"
    title = f"Federal Register, Vol. {volume}, No. {_said(root, 'NO')}" if volume else ""
    writer.state({CITED_AS: family, AS_OF: issued, "title": title, "instrument": ""})


def _said(root: Element, name: str) -> str:
    found = next(root.iter(name), None)
    return fold(plain(found)) if found is not None else ""


def _citations(root: Element, documents: list[Element], volume: str) -> dict[Element, Citation]:
    """`89 FR 9741`; documents that start on one page, or in a file without pages, are told apart by their number."""
    pages = dict(_first_pages(root, set(documents)))
    counts = Counter(pages.values())
    cited: dict[Element, Citation] = {}
    for element in documents:
        page, number = pages.get(element, ""), _document_number(element)
        place = f"{volume} FR {page}" if volume and page else ""
        named = f"FR Doc. {number}" if number else ""
        if place and (counts[page] == 1 or not named):
            text = place
        else:
            text = f"{place} ({named})" if place else named or "FR"
        cited[element] = Citation(text, page, number)
    return cited


def _first_pages(root: Element, documents: set[Element]) -> Iterator[tuple[Element, str]]:
    """The page a document starts on: the mark before its first text, else the latest one before it."""
    page, waiting = "", list[Element]()
    for node in root.iter():
        if local(node) == "PRTPAGE":
            page = attribute(node, "P") or page
        elif isinstance(node.tag, str) and node in documents:
            waiting.append(node)
        elif waiting and isinstance(node.tag, str) and (node.text or "").strip():
            yield from ((element, page) for element in waiting)
            waiting = []


def _document_number(element: Element) -> str:
    said = next((plain(e) for e in element.iter("FRDOC")), "")
    found = _NUMBER.search(said)
    return found[1].replace("–", "-") if found else ""


@dataclass
class _Register:
    """One walk; `code` is the title of the CFR that the latest amendment is to."""

    writer: Writer
    cited: dict[Element, Citation]
    code: str = ""
    here: str = ""
    proposed: bool = False

    def __post_init__(self) -> None:
        self.gpo = Gpo(self.writer)
        self.preamble = Gpo(self.writer, heads=_FIRST_HEAD)

    def walk(self, parent: Element) -> None:
        for element in self.writer.within(parent):
            name = local(element)
            if name in _DOCUMENTS:
                self.document(element)
            elif name in CONTENTS:
                self.writer.drop("contents", element)
            elif name in _MASTHEAD or name in FURNITURE:
                self.writer.drop("furniture", element)
            else:
                self.walk(element)

    def document(self, element: Element) -> None:
        citation = self.cited[element]
        self.here, self.proposed = citation.text, local(element) == "PRORULE"
        code = CFR.search(_said(element, "CFR"))
        self.code = f"{code[1]} CFR" if code else ""
        head = self._subject(element)
        text = INLINE.text(head) if head is not None else citation.text
        self.writer.say("heading", head if head is not None else element, text, level=2, citation=citation.text)
        self._children(element, without=head)

    def _subject(self, element: Element) -> Element | None:
        preamble = child(element, "PREAMB")
        if preamble is not None:
            return child(preamble, "SUBJECT", "HD")
        return next(element.iter("HD"), None)

    def _children(self, parent: Element, without: Element | None = None) -> None:
        for element in self.writer.within(parent):
            if element is not without:
                self._element(element, without)

    def _element(self, element: Element, without: Element | None) -> None:
        name = local(element)
        if name == "SECTION":
            self._section(element)
        elif name == "AMDPAR":
            self._instruction(element)
        elif name == "BILCOD":
            self.writer.drop("furniture", element)
        elif name in _STATEMENTS:
            self._statement(element)
        elif name == "REGTEXT":
            self.code = f"{attribute(element, 'TITLE')} CFR" if element.get("TITLE") else self.code
            self._children(element, without)
        elif name == "EXTRACT" and any(True for _ in element.iter("HD")):
            Gpo(self.writer, heads=_SECTION).body(element)
        elif len(element) and (name in _PARTS or any(local(e) in _OWN for e in element.iter())):
            self._children(element, without)
        else:
            self.preamble.element(element)

    def _statement(self, element: Element) -> None:
        """Agency, docket, signature: a line for each paragraph, nobody's section."""
        lines = list(elements(element))
        if not lines or any((e.tail or "").strip() for e in lines):
            self.writer.say("meta", element, INLINE.text(element))
        for line in lines if lines and not any((e.tail or "").strip() for e in lines) else ():
            self.writer.say("meta", line, INLINE.text(line))

    def _instruction(self, element: Element) -> None:
        """`2. In § 601.2, add paragraph (g)`: an amendment, cited by its number; its parts stand below it."""
        text = INLINE.text(element)
        number = _INSTRUCTION.match(text)
        if number:
            citation = f"{self.here}, amendment {number[1].rstrip('.')}"
            self.writer.say("heading", element, number[1], level=_AMENDMENT, citation=citation)
            text = text[number.end() :]
        self.writer.say("paragraph", element, text)

    def _section(self, element: Element) -> None:
        """Law as it will read: cited by the section that it becomes, behind the document that says so."""
        number = section_number(element)
        heads = heads_of(element)
        head = " ".join(INLINE.text(part) for part in heads)
        law = f"{self.code} {number}" if self.code else f"§ {number}"
        citation = f"{self.here}, {'proposed ' if self.proposed else ''}{law}"
        self.writer.say("heading", element, head, level=_SECTION, citation=citation)
        self.gpo.body(element, without=heads)


_PARTS = frozenset(
    {"PREAMB", "SUPLINF", "AGY", "ACT", "SUM", "DATES", "EFFDATE", "ADD", "FURINF", "PART", "SUBPART", "CHAPTER",
     "PREAMHD", "SEE", "PRIACT", "PROCLA", "EXECORD", "DETERM", "PRNOTICE", "PRMEMO", "PROC", "PRES", "APPENDIX"}
)  # fmt: skip
_OWN = frozenset({"SECTION", "AMDPAR", "REGTEXT"})
