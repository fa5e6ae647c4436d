"""Documents for tests: read from text, drawn as PDF, or found in the shared corpora."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from synthforge.records import Document
from synthforge.sources.files import read_file
from synthforge.sources.unify import Entry, settle

SHARED = Path(os.environ.get("SYNTHFORGE_SHARED") or Path(__file__).parents[3] / "shared")

Drawn = tuple[str, float, float, float, bool]
"""A line of a drawn page: text, left, height above the page's foot, font size, bold."""


def shared(path: str) -> Path:
    """A file of the shared corpora; the test is skipped where they are absent."""
    file = SHARED / "corpora" / path
    if not file.exists():
        pytest.skip(f"needs the shared corpora: no {file} (set SYNTHFORGE_SHARED)")
    return file


def read(content: str | bytes, name: str = "doc.md", category: str = "policy") -> Document:
    """The document that a file of that name and content becomes, checked."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return checked(read_file(file, name, category))


def read_shared(path: str) -> Document:
    file = shared(path)
    return checked(read_file(file, path, file.parent.name))


def checked(document: Document) -> Document:
    """Every section is its slice, none overlap, ids are unique within an edition, nothing is silent."""
    for section in document.sections:
        assert document.text[section.start : section.end] == section.text
        assert section.text.strip()
        assert section.document == document.id
        assert section.id.endswith(f"#{section.citation}")
    borders = sorted((section.start, section.end) for section in document.sections)
    assert all(end <= start for (_, end), (start, _) in pairwise(borders))
    ids = [(section.id, section.edition) for section in document.sections]
    assert len(set(ids)) == len(ids)
    assert bool(document.sections) != bool(document.error)
    return document


def unify(documents: Iterable[Document]) -> tuple[list[Document], list[str]]:
    """The documents of a corpus under their settled names, and what was changed."""
    ordered = sorted(documents, key=lambda d: (d.uri, Entry.of(d).digest))
    entries = settle(map(Entry.of, ordered))
    named = [entry.named(document) for entry, document in zip(entries, ordered, strict=True)]
    return named, [note for entry in entries for note in entry.notes]


def texts(document: Document) -> dict[str, str]:
    return {section.citation: section.text for section in document.sections}


def pdf(pages: Sequence[Sequence[Drawn]]) -> bytes:
    """A PDF of Helvetica lines, written by hand so that no library is needed for it."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = []
    for name in (b"Helvetica", b"Helvetica-Bold"):
        objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /" + name + b" /Encoding /WinAnsiEncoding >>")
        fonts.append(len(objects))
    kids = []
    for lines in pages:
        stream = b"".join(
            b"BT /F%d %f Tf 1 0 0 1 %f %f Tm (%s) Tj ET\n" % (bold, size, left, height, _escaped(text))
            for text, left, height, size, bold in lines
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F0 %d 0 R /F1 %d 0 R >> >> >>" % (len(objects), *fonts)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def page(*lines: str, size: float = 11, top: float = 720, lead: float = 14) -> list[Drawn]:
    """Lines of one page; `# ` marks a bold heading with space above it, an empty one a gap."""
    drawn: list[Drawn] = []
    height = top
    for line in lines:
        height -= lead
        if line.startswith("# "):
            height -= lead
            drawn.append((line[2:], 72, height, size + 3, True))
            height -= lead / 2
        elif line:
            drawn.append((line, 72, height, size, False))
    return drawn
