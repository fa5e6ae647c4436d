"""Rebuild the DOCX and PDF documents of this example from the Markdown beside this script.

``build/<path>.docx.md`` becomes ``<path>.docx`` and ``build/<path>.pdf.md`` becomes ``<path>.pdf``. The same
sources give the same bytes: every date is fixed. Run it as ``python examples/fleet/build.py``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import docx

HERE = Path(__file__).parent
COMPANY = "Quillmarsh Freight Lines"
STAMP = datetime(2026, 7, 1)

# Advance widths of Helvetica for the characters 32 to 126, in thousandths of the font size.
AFM = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584
584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278
278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500
500 334 260 334 584"""
WIDTHS = [int(w) for w in AFM.split()]


@dataclass(frozen=True)
class Block:
    """A heading (level 1 to 3), a paragraph (level 0) or a table (`rows`)."""

    level: int
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(source: str) -> Iterator[Block]:
    """Split a source into blocks; the `Key: value` lines under the title stay one paragraph a line."""
    for part in source.strip().split("\n\n"):
        if part.startswith("#"):
            marks, text = part.split(" ", 1)
            yield Block(len(marks), text)
        elif part.startswith("|"):
            cells = [[c.strip() for c in line.strip("|").split("|")] for line in part.splitlines()]
            yield Block(0, "", tuple(tuple(row) for row in cells if set(row[0]) != {"-"}))
        else:
            yield from (Block(0, line) for line in part.splitlines())


def write_docx(source: str) -> bytes:
    """Build the DOCX, then repack it: python-docx stamps its archive with the current time."""
    document = docx.Document()
    document.core_properties.author = COMPANY
    document.core_properties.created = document.core_properties.modified = STAMP
    document.sections[0].header.paragraphs[0].text = COMPANY
    for block in blocks(source):
        if block.rows:
            table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
            for i, row in enumerate(block.rows):
                for j, cell in enumerate(row):
                    table.cell(i, j).text = cell
        elif block.level:
            document.add_heading(block.text, block.level)
            if block.level == 1:
                document.core_properties.title = block.text
        else:
            document.add_paragraph(block.text)
    loose, packed = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, STAMP.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return packed.getvalue()


def width(text: str, size: float, bold: bool) -> float:
    """Measure a line; Helvetica-Bold runs about a tenth wider than Helvetica."""
    units = sum(WIDTHS[ord(c) - 32] if 32 <= ord(c) <= 126 else 556 for c in text)
    return units * size / 1000 * (1.1 if bold else 1.0)


def wrap(text: str, size: float, bold: bool, limit: float) -> list[str]:
    """Break a text into lines no wider than `limit` points."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def draw(text: str, x: float, y: float, size: float, bold: bool) -> bytes:
    """One line of text as a PDF text object."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{int(bold) + 1} {size:g} Tf {x:g} {y:g} Td ({escaped}) Tj ET\n".encode("cp1252")


def layout(source: str) -> list[list[bytes]]:
    """Set the blocks on letter pages with 72-point margins; a heading keeps the next lines on its page."""
    pages: list[list[bytes]] = [[]]
    y = 712.0
    for block in blocks(source):
        size, bold = {0: (10.0, False), 1: (17.0, True), 2: (13.0, True), 3: (11.0, True)}[block.level]
        lines = wrap(block.text, size, bold, 468)
        needed = len(lines) * size * 1.35 + (60 if block.level else 0)
        y -= size * (0.9 if block.level else 0.4)
        if y - needed < 72:
            pages.append([])
            y = 712.0
        for line in lines:
            y -= size * 1.35
            pages[-1].append(draw(line, 72, y, size, bold))
    return pages


def write_pdf(source: str) -> bytes:
    """Write a text PDF by hand: two standard fonts in WinAnsi encoding, a header and a footer on every page."""
    title = next(blocks(source)).text
    pages = layout(source)
    kids = " ".join(f"{6 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({title}) /Author ({COMPANY}) /CreationDate (D:{STAMP:%Y%m%d%H%M%S}Z) >>".encode("cp1252"),
    ]
    for number, lines in enumerate(pages, 1):
        head = draw(f"{COMPANY}  |  {title.split(' ')[0]}", 72, 750, 8, False)
        foot = draw(f"Page {number} of {len(pages)}", 490, 40, 8, False)
        content = head + b"".join(lines) + foot
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> "
            + f"/Contents {len(objects) + 2} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"endstream")
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def main() -> None:
    """Build every source and say what was written."""
    for source in sorted((HERE / "build").rglob("*.md")):
        target = HERE / source.relative_to(HERE / "build").with_suffix("")
        write = {".docx": write_docx, ".pdf": write_pdf}[target.suffix]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(write(source.read_text(encoding="utf-8")))
        print(target.relative_to(HERE).as_posix())


if __name__ == "__main__":
    main()
