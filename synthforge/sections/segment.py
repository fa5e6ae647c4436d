"""Blocks to a document: canonical text, and its sections with citations and offsets."""

import unicodedata
from collections.abc import Iterator

from synthforge.records import Document, Section
from synthforge.sections import law, parts
from synthforge.sections.blocks import Reading
from synthforge.sections.outline import Node, Outline, Placed, outline
from synthforge.sections.stated import stated


def segment(reading: Reading, *, uri: str, category: str) -> Document:
    """Cut a file up as its author did. A heading without a body makes no section but stays in the path."""
    drawn = stated(reading, uri) if reading.stated else outline(reading, uri)
    identity = drawn.identity
    name = f"{identity.family}@{identity.edition}" if identity.edition else identity.family
    warnings = list(drawn.warnings)
    sections = tuple(_unique(_sections(drawn, name, warnings)))
    if not sections:
        warnings.append(f"{uri} has no section: there is no text below its headings; check the file")
    return Document(
        id=name,
        uri=uri,
        title=identity.title,
        category=category,
        edition=identity.edition,
        text=drawn.text,
        sections=sections,
        places=tuple((place.start, place.block.locator) for place in drawn.placed),
        warnings=tuple(note if uri in note else f"{uri}: {note}" for note in warnings),
    )


def _sections(drawn: Outline, document: str, warnings: list[str]) -> Iterator[Section]:
    family = drawn.identity.family
    for node in drawn.nodes:
        for part in _parts(node, drawn.text, warnings):
            citation = f"{node.citation}{part.suffix}"
            yield Section(
                id=f"{family}#{citation}",
                document=document,
                citation=citation,
                edition=node.edition,
                path=node.path,
                level=node.depth,
                text=drawn.text[part.start : part.end],
                start=part.start,
                end=part.end,
                lead_in=part.lead_in,
                introduces=part.introduces,
                locator=part.first.block.locator,
            )


def _parts(node: Node, text: str, warnings: list[str]) -> list[parts.Part]:
    if node.legal:
        found, reports = law.cite(node.body, text, node.heading)
        for report in reports:
            place = str(report.place) or "no place"
            warnings.append(f"{node.citation}, {place}: designator out of sequence: {report.note}")
        return found
    body = [run for run in _runs(node.body) if any(_says_something(place.block.text) for place in run)]
    return _numbered([part for run in body for part in parts.cut(run, text)], len(body) > 1)


def _runs(body: list[Placed]) -> Iterator[list[Placed]]:
    """Stretches of the body without `meta` lines in between: a section's text is one slice."""
    run: list[Placed] = []
    for place in body:
        if place.block.kind == "meta":
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def _numbered(found: list[parts.Part], several: bool) -> list[parts.Part]:
    if not several or len(found) < 2:
        return found
    return [parts.Part(p.start, p.end, p.first, f" ¶{n}", p.lead_in) for n, p in enumerate(found, 1)]


def _says_something(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def _unique(sections: Iterator[Section]) -> Iterator[Section]:
    """A citation that repeats within one edition of one document gets [2], [3], …"""
    seen: dict[tuple[str, str], int] = {}
    for section in sections:
        key = (section.id, section.edition)
        seen[key] = count = seen.get(key, 0) + 1
        while count > 1 and (f"{section.id} [{count}]", section.edition) in seen:
            count += 1
        if count > 1:
            seen[f"{section.id} [{count}]", section.edition] = 1
            section = section.model_copy(
                update={"id": f"{section.id} [{count}]", "citation": f"{section.citation} [{count}]"}
            )
        yield section
