"""A document with its personal data and secrets masked, everything that points into it moved along."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from synthforge.privacy import Redact
from synthforge.records import Document, Link, Section
from synthforge.sections.citation import slug

if TYPE_CHECKING:
    from synthforge.privacy.mask import Moved


def masked(document: Document, redact: Redact) -> tuple[Document, Mapping[str, list[str]]]:
    """The document with labels for values, and what each label stands for.

    Text, titles, headings, citations, ids, links and messages are masked. The file's path (`uri`) and the locators
    are not: they say where the original lies, and must still find it. What was counted of the file (`visible`,
    `extracted`) stays as read. A value that is cut by the border of a section is not found.
    """
    from synthforge.privacy.mask import Edit, Masker, Moved

    borders = sorted({0, len(document.text), *(at for each in document.sections for at in (each.start, each.end))})
    pieces = [document.text[start:end] for start, end in pairwise(borders)]
    names = list(dict.fromkeys(_names(document)))
    result = Masker(redact).mask(pieces, names)
    if not result.values:
        return document, {}
    edits = [
        Edit(start + edit.start, start + edit.end, edit.label)
        for start, each in zip(borders, result.edits[: len(pieces)], strict=False)
        for edit in each
    ]
    said = dict(zip(names, result.texts[len(pieces) :], strict=True))
    # A slug hides what a detector looks for: where it is made of the title, it follows the masked one.
    made, followed = slug(document.title), slug(said[document.title])
    said |= {name: followed + name[len(made) :] for name in names if name == made or name.startswith(f"{made}@")}
    text, moved = "".join(result.texts[: len(pieces)]), Moved(edits)
    update = {
        "id": said[document.id],
        "title": said[document.title],
        "category": said[document.category],
        "text": text,
        "sections": tuple(_section(section, text, moved, said) for section in document.sections),
        "places": tuple((moved.start(offset), locator) for offset, locator in document.places),
        "account": document.account.model_copy(update={"masked": dict(sorted(result.counts.items()))}),
        "warnings": tuple(said[warning] for warning in document.warnings),
        "error": said[document.error],
    }
    return document.model_copy(update=update), result.values


def _family(section: Section) -> str:
    return section.id.removesuffix(f"#{section.citation}")


def _names(document: Document) -> Iterator[str]:
    """Every text beside the canonical one."""
    yield from (document.id, document.title, document.category, document.error, *document.warnings)
    for section in document.sections:
        yield from (_family(section), section.document, section.citation, section.lead_in, *section.path)
        for link in section.links:
            yield from (link.target, link.section)


def _section(section: Section, text: str, moved: "Moved", said: Mapping[str, str]) -> Section:
    start, end = moved.start(section.start), moved.end(section.end)
    family, citation = said[_family(section)], said[section.citation]
    whole = section.id == _family(section)  # not made of family and citation
    update = {
        "id": family if whole else f"{family}#{citation}",
        "document": said[section.document],
        "citation": citation,
        "path": tuple(said[heading] for heading in section.path),
        "text": text[start:end],
        "start": start,
        "end": end,
        "lead_in": said[section.lead_in],
        "links": tuple(_links(section, start, moved, said)),
    }
    return section.model_copy(update=update)


def _links(section: Section, start: int, moved: "Moved", said: Mapping[str, str]) -> Iterator[Link]:
    for link in section.links:
        update = {
            "start": moved.start(section.start + link.start) - start,
            "end": moved.end(section.start + link.end) - start,
            "target": said[link.target],
            "section": said[link.section],
        }
        yield link.model_copy(update=update)
