import io
import re
import zipfile
from collections.abc import Callable

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.sources.files import read, texts


def word(draw: Callable[[WordDocument], object]) -> bytes:
    document = new_document()
    draw(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_styles_bold_lines_lists_and_tables_in_body_order() -> None:
    def draw(document: WordDocument) -> None:
        document.add_paragraph("SOP-046 Tires", style="Title")
        document.add_paragraph("Version: 9")
        document.add_heading("2 Checks", 1)
        document.add_heading("2.1 Depth", 2)
        document.add_paragraph("At least:")
        document.add_paragraph("4/32 in", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), ("Axle", "Depth", "steer", "4/32"), strict=True
        ):
            cell.text = text
        document.add_paragraph("Then sign.")
        document.add_paragraph().add_run("Records").bold = True
        document.add_paragraph("Keep them for a year.")

    document = read(word(draw), "tires.docx")
    assert texts(document) == {
        "SOP-046 §2.1": "At least:\n- 4/32 in\nAxle | Depth\nsteer | 4/32\nThen sign.",
        "SOP-046 §2.1 > Records": "Keep them for a year.",
    }
    assert (document.title, document.edition) == ("SOP-046 Tires", "version 9")


NUMBERED = """<w:p %s><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="91"/></w:numPr></w:pPr>
<w:r><w:rPr>%s</w:rPr><w:t>%s</w:t></w:r></w:p>"""
LEVEL = '<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/></w:lvl>'


def test_numbers_that_word_computes_are_counted() -> None:
    def draw(document: WordDocument) -> None:
        levels = LEVEL % (0, "decimal", "%1.") + LEVEL % (1, "lowerLetter", "%2)")
        numbering = document.part.numbering_part.element
        numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
        document.add_paragraph("IP Policy", style="Title")
        for level, bold, text in (
            (0, "<w:b/>", "Definitions"),
            (1, "", "First is a thing."),
            (1, "", "Second is too."),
            (0, "<w:b/>", "Ownership"),
            (1, "", "We own it."),
        ):
            document.element.body.insert(-1, parse_xml(NUMBERED % (nsdecls("w"), level, bold, text)))

    assert texts(read(word(draw), "ip.docx")) == {
        "IP Policy §1": "  a) First is a thing.\n  b) Second is too.",
        "IP Policy §2": "  a) We own it.",
    }


def test_insertions_and_content_controls_are_read_and_deletions_are_not() -> None:
    def draw(document: WordDocument) -> None:
        document.add_heading("FP-07 Fuel", 1)
        document.element.body.insert(-1, parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>Keep </w:t></w:r>'
            "<w:del><w:r><w:delText>six</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>nine</w:t></w:r></w:ins><w:r><w:t> receipts.</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"))  # fmt: skip

    assert texts(read(word(draw), "fuel.docx")) == {"FP-07": "Keep nine receipts."}


def test_damaged_word_files_are_one_warning_each() -> None:
    good = word(lambda d: d.add_paragraph("Text that is fine."))
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(changed: dict[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {**parts, **changed}.items():
                archive.writestr(name, data)
        return stream.getvalue()

    cases = {
        "docx.broken": [b"not a zip", good[: len(good) // 2], packed({"word/document.xml": b"<w:oops"})],
        "docx.bomb": [packed({"word/media/zeros.bin": bytes(40_000_000)})],
        "docx.locked": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)],
    }
    for code, contents in cases.items():
        for content in contents:
            document = read(content, "x.docx")
            assert [re.split(":", w)[0] for w in document.warnings] == [code]
            assert not document.sections
