import io
from collections.abc import Callable

import pytest
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from synthforge.readers import docx as reader
from synthforge.readers.word_numbering import rendered
from synthforge.sections.blocks import Reading, solid
from tests.readers.raw_word import NS, made, note, notes, p, r
from tests.sources.files import SHARED, read, shared, texts


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


# --- notes, text boxes, revisions ----------------------------------------------------------------------


def blocks(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in reader.read(data, "x.docx").blocks]


def accounted(reading: Reading) -> bool:
    """What the file says is in the blocks or counted as left out; bars and hyphens are added."""
    extracted = sum(solid(block.text.replace(" | ", " ")) for block in reading.blocks)
    return extracted + sum(reading.dropped.values()) == reading.visible


def test_notes_stand_behind_the_paragraph_or_the_list_it_introduces() -> None:
    body = (
        p(r("The press is cleaned:"), note("footnote", 7))
        + p(r("with water"), style="L")
        + p(r("Then it is dried"), note("endnote", 3), note("footnote", 2), r("."))
        + p(r("Last."))
    )
    numbering = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="1">{LEVEL % (0, "bullet", "o")}</w:abstractNum>'
        '<w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    listed = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    styles = f'<w:styles {NS}><w:style w:styleId="L">{listed}</w:style></w:styles>'
    reading = reader.read(
        made(
            body,
            footnotes=notes("footnote", _2="Not outside.", _7="By hand."),
            endnotes=notes("endnote", _3="See the log.", _9="Nobody refers to this."),
            numbering=numbering,
            styles=styles,
        ),
        "x.docx",
    )
    assert [(b.kind, b.text, b.locator.block) for b in reading.blocks] == [
        ("paragraph", "The press is cleaned:", 1),
        ("item", "- with water", 2),
        ("paragraph", "[1] By hand.", 1),
        ("paragraph", "Then it is dried.", 3),
        ("paragraph", "[i] See the log.", 3),
        ("paragraph", "[2] Not outside.", 3),
        ("paragraph", "Last.", 4),
    ]
    assert reading.dropped == {"notes without reference": solid("Nobody refers to this.")}
    assert accounted(reading)


def boxed(text: str, picture: bool = True) -> str:
    box = f"<w:txbxContent>{p(r(text))}</w:txbxContent>"
    drawing = f"<w:drawing>{box}</w:drawing>"
    if not picture:
        return f"<w:r><w:pict>{box}</w:pict></w:r>"
    choice = f'<mc:Choice Requires="wps">{drawing}</mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


def test_text_boxes_are_read_once_behind_their_paragraph() -> None:
    reading = reader.read(
        made(p(r("Before."), boxed("In the box.")) + p(boxed("Old box.", picture=False)) + p(r("After."))), "x.docx"
    )
    assert [block.text for block in reading.blocks] == ["Before.", "In the box.", "Old box.", "After."]
    assert accounted(reading)
    assert not reading.warnings


def test_what_stands_twice_for_older_programs_is_read_once() -> None:
    choice, fallback = f"<mc:Choice Requires='x'>{r('new')}</mc:Choice>", f"<mc:Fallback>{r('old')}</mc:Fallback>"
    body = p(f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>", r(" text"))
    only = p(f"<mc:AlternateContent>{fallback}</mc:AlternateContent>", r(" text"))
    reading = reader.read(made(body + only), "x.docx")
    assert [block.text for block in reading.blocks] == ["new text", "old text"]
    assert accounted(reading)


def test_revisions_hidden_text_and_comments_are_left_out_and_counted() -> None:
    body = (
        p(
            r("Keep "),
            "<w:del><w:r><w:delText>six</w:delText></w:r></w:del>",
            f"<w:ins>{r('nine')}</w:ins>",
            r(" receipts."),
            r("secret", "<w:vanish/>"),
        )
        + f"<w:moveFrom>{p(r('Moved.'))}</w:moveFrom>"
        + p(f"<w:moveFrom>{r('gone')}</w:moveFrom>", r("Stays."))
    )
    comments = f'<w:comments {NS}><w:comment w:id="1">{p(r("Really nine?"))}</w:comment></w:comments>'
    reading = reader.read(made(body, comments=comments), "x.docx")
    assert [block.text for block in reading.blocks] == ["Keep nine receipts.", "Stays."]
    assert reading.dropped == {
        "tracked deletions": len("sixMoved.gone"), "hidden text": len("secret"), "comments": solid("Really nine?"),
    }  # fmt: skip
    assert accounted(reading)
    assert reading.warnings == [
        "1 comment was left out",
        "tracked deletions: 13 characters were left out",
        "hidden text: 6 characters were left out",
    ]


def test_headers_and_footers_are_left_out_once_and_name_the_edition() -> None:
    head = f"<w:hdr {NS}>{p(r('FP-07 rev 4'))}</w:hdr>"
    foot = f"<w:ftr {NS}>{p(r('Page'))}</w:ftr>"
    reading = reader.read(made(p(r("Text.")), header1=head, header2=head, footer1=foot), "x.docx")
    assert reading.dropped == {"furniture": len("FP-07rev4Page")}
    assert reading.metadata == {"running_head": "FP-07 rev 4 · Page"}
    assert reading.warnings == ["2 header and footer lines were left out (such as 'FP-07 rev 4')"]
    assert accounted(reading)


def test_a_table_of_contents_is_left_out_and_counted() -> None:
    styles = f'<w:styles {NS}><w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>'
    reading = reader.read(made(p(r("1 Purpose 3"), style="T1") + p(r("Text.")), styles=styles), "x.docx")
    assert [block.text for block in reading.blocks] == ["Text."]
    assert reading.dropped == {"contents": len("1Purpose3")}


def test_symbols_that_decide_a_limit_are_read_and_unknown_ones_named() -> None:
    def sym(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    body = p(r("pH "), sym("Symbol", "F0B3"), r(" 4 "), sym("Wingdings", "F0FE"), r(" done")) + p(sym("Odd", "F041"))
    reading = reader.read(made(body), "x.docx")
    assert [block.text for block in reading.blocks] == ["pH ≥ 4 ☑ done", "\ufffd"]
    assert reading.warnings[0].startswith("block 2: a symbol font's sign could not be read (in 1 place)")


# --- tables ---------------------------------------------------------------------------------------------


def cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content)}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def test_merged_cells_stand_once_and_columns_stay_in_line() -> None:
    span, start, go_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    data = made(
        table(
            (cell(p(r("Press limits")), properties='<w:gridSpan w:val="3"/>'),),
            (cell(p(r("Both")), properties=span), cell(p(r("Limit")))),
            (cell(p(r("TP-1")), properties=start), cell(p(r("min"))), cell(p(r("4")))),
            (cell(p(), properties=go_on), cell(p(r("max"))), cell(p(r("9")))),
        )
    )
    assert blocks(data) == [
        ("row", "Press limits"),
        ("row", "Both |  | Limit"),
        ("row", "TP-1 | min | 4"),
        ("row", " | max | 9"),
    ]
    assert [block.locator.row for block in reader.read(data, "x.docx").blocks] == [1, 2, 3, 4]


def test_nested_tables_follow_their_row_and_a_frame_is_no_table() -> None:
    inner = table((cell(p(r("a"))), cell(p(r("b")))))
    assert blocks(made(table((cell(p(r("outer")), inner), cell(p(r("right"))))))) == [
        ("row", "outer | right"),
        ("row", "a | b"),
    ]
    assert blocks(made(table((cell(p(r("Framed")), p(r("text."))),)))) == [
        ("paragraph", "Framed"),
        ("paragraph", "text."),
    ]


# --- numbers --------------------------------------------------------------------------------------------


def numbered(*numbers: int) -> list[str]:
    """What paragraphs of those lists are called; list 2 starts anew, list 3 takes its levels from a style."""
    numbering = (
        f"<w:numbering {NS}>"
        f'<w:abstractNum w:abstractNumId="1">{LEVEL % (0, "decimal", "%1.")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="S"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="5">{LEVEL % (0, "upperRoman", "%1)")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
        '<w:num w:numId="5"><w:abstractNumId w:val="5"/></w:num></w:numbering>'
    )
    link = '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr>'
    styles = f'<w:styles {NS}><w:style w:styleId="S">{link}</w:style></w:styles>'
    item = '<w:p><w:pPr><w:numPr><w:numId w:val="%d"/></w:numPr></w:pPr>' + r("x") + "</w:p>"
    body = "".join(item % number for number in numbers)
    return [text.split()[0] for _, text in blocks(made(body, numbering=numbering, styles=styles))]


def test_lists_go_on_restart_and_follow_a_style() -> None:
    assert numbered(1, 1, 2, 2, 1) == ["1.", "2.", "1.", "2.", "3."]
    assert numbered(3, 3) == ["I)", "II)"]
    assert numbered(99) == ["-"]


@pytest.mark.parametrize(
    ("count", "form", "shown"),
    [
        (4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (27, "lowerLetter", "aa"), (7, "decimalZero", "07"),
        (999_999_999, "lowerRoman", "999999999"), (999_999_999, "upperLetter", "999999999"), (0, "lowerRoman", "0"),
    ],
)  # fmt: skip
def test_numbers_are_rendered_as_far_as_anybody_uses_them(count: int, form: str, shown: str) -> None:
    assert rendered(count, form) == shown


# --- real files -----------------------------------------------------------------------------------------


def test_real_files_are_accounted_for_to_the_character() -> None:
    shared("MANIFEST.csv")
    files = sorted((SHARED / "corpora").rglob("*.docx"))
    assert len(files) >= 4
    for file in files:
        reading = reader.read(file.read_bytes(), file.name)
        extracted = sum(solid(block.text.replace(" | ", " ")) for block in reading.blocks)
        # Numbers that Word computes are visible, the hyphens that stand for bullets too; empty cells leave bars.
        assert 0 <= extracted + sum(reading.dropped.values()) - reading.visible < 0.03 * reading.visible, file.name
        assert all(block.locator.block for block in reading.blocks)


def test_a_policy_without_heading_styles_has_its_numbered_headings() -> None:
    reading = reader.read(shared("policy/ModelCo_IP_Policy.docx").read_bytes(), "x.docx")
    headings = [block.text for block in reading.blocks if block.kind == "heading"]
    assert len(headings) == 8
    assert [heading.split()[0] for heading in headings[1:]] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
