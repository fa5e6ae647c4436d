from itertools import pairwise

import pytest

from synthforge.errors import RowError
from synthforge.readers import pdf as reader
from synthforge.sections.blocks import Reading, solid
from tests.readers import raw_pdf
from tests.sources.files import SHARED, page, pdf, read, shared, texts

BODY = (
    "The operator must rinse the contact parts with purified water for at least ten",
    "minutes and must record the temperature of the water in the equipment log.",
)


def numbered(*pages: list[str]) -> bytes:
    head = ("FP-07 rev 2 - controlled copy", 72, 760, 9, False)
    feet = [(f"Page {n} of {len(pages)}", 280, 30, 9, False) for n in range(1, len(pages) + 1)]
    return pdf([[head, *page(*lines), foot] for lines, foot in zip(pages, feet, strict=True)])


def test_headings_paragraphs_and_furniture() -> None:
    document = read(
        numbered(
            ["# FP-07 Cleaning of presses", "# 1 Purpose", *BODY, "# 2 Rinse", "# 2.1 Water", *BODY],
            [
                "# 2.2 Drying",
                "The parts are dried with air. The relative humid-",
                "ity must not exceed 40 %.",
            ],
        ),
        "press.pdf",
    )
    assert texts(document) == {
        "FP-07 §1": " ".join(BODY),
        "FP-07 §2.1": " ".join(BODY),
        "FP-07 §2.2": "The parts are dried with air. The relative humidity must not exceed 40 %.",
    }
    assert (document.title, document.edition) == ("FP-07 Cleaning of presses", "rev 2")
    assert [s.locator.page for s in document.sections] == [1, 1, 2]
    assert any("4 lines of page furniture were left out" in w for w in document.warnings)


def test_a_word_divided_at_a_line_end_is_joined_as_the_document_writes_it() -> None:
    document = read(
        pdf(
            [
                page(
                    "# FP-07 Rules",
                    "A cross-dock is a place. Nobody may smoke near the cross-",
                    "dock or store fuel there at any time.",
                )
            ]
        ),
        "x.pdf",
    )
    assert "near the cross-dock or store" in document.text


def test_columns_set_far_apart_are_cells() -> None:
    rows = [
        ("Rev", "Date", "Change"),
        ("1", "2021-03-01", "First issue"),
        ("2", "2022-09-12", "Hold time reduced"),
    ]
    table = [(cell, 72 + 90 * i, 600 - 14 * n, 11, False) for n, row in enumerate(rows) for i, cell in enumerate(row)]
    document = read(pdf([[*page("# FP-07 Rules", "# 1 History", top=700), *table]]), "x.pdf")
    assert (
        document.sections[-1].text
        == "Rev | Date | Change\n1 | 2021-03-01 | First issue\n2 | 2022-09-12 | Hold time reduced"
    )


def said(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in reader.read(data, "x.pdf").blocks]


# --- what is a heading, a paragraph, an item ------------------------------------------------------------


def test_bookmarks_make_headings_of_lines_that_look_like_text_and_set_their_level() -> None:
    mark = b"<< /Title (%s) /Parent 5 0 R /Dest [%d 0 R /Fit] %s >>"
    lines = ("Scope of the", "rules in short", BODY[0], BODY[1], "Storage", BODY[0], BODY[1])
    data = raw_pdf.pages(
        raw_pdf.text(*lines),
        catalog=b"/Outlines 5 0 R",
        more=[
            b"<< /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 >>",
            mark % (b"Scope of the rules in short", 9, b"/First 7 0 R /Last 7 0 R /Count 1"),
            (mark % (b"Storage", 9, b"")).replace(b"/Parent 5", b"/Parent 6"),
        ],
    )
    blocks = reader.read(data, "x.pdf").blocks
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        ("heading", 100, "Scope of the rules in short"),
        ("paragraph", 1, " ".join(BODY)),
        ("heading", 200, "Storage"),
        ("paragraph", 1, " ".join(BODY)),
    ]


def test_symbol_font_bullets_are_items_and_a_line_left_of_the_bullet_ends_the_list() -> None:
    bullets = raw_pdf.pages(raw_pdf.text("p Parts are rinsed."), font=SYMBOLS, more=[raw_pdf.stream(CODES)])
    assert said(bullets) == [("item", "- Parts are rinsed.")]
    drawn = [
        ("1. A list item that fills a whole line of the page, from the left to the right and", 90, 700, 11, False),
        ("Every item above applies to all presses in the building and to all the parts of them", 72, 686, 11, False),
    ]
    assert [kind for kind, _ in said(pdf([drawn]))] == ["item", "paragraph"]


def test_entries_with_numbers_of_their_own_are_not_run_together() -> None:
    lines = ("0.185\x97Responsibilities of the bureaus and of the staff offices of the agency.", "0.186\x97Board.")
    drawn = [(line.encode("latin-1").decode("cp1252"), 72, 700 - 14 * n, 11, False) for n, line in enumerate(lines)]
    assert [text for _, text in said(pdf([drawn]))] == [text for text, *_ in drawn]


def test_a_sentence_goes_on_past_the_footnotes_of_its_page() -> None:
    first = [
        (BODY[0], 72, 700, 12, False),
        ("1 Purified water as in the guide.", 72, 90, 9, False),
        ("2 Or cleaner.", 72, 80, 9, False),
    ]
    assert said(pdf([first, [(BODY[1], 72, 700, 12, False)]])) == [
        ("paragraph", " ".join(BODY)),
        ("paragraph", "1 Purified water as in the guide."),
        ("paragraph", "2 Or cleaner."),
    ]


def test_hyphens_removed_at_line_ends_are_counted_and_ranges_keep_theirs() -> None:
    lines = ("The parts are dried with clean air, and the relative humid-", "ity is in the range of 762-", "764 units.")
    reading = reader.read(pdf([page(*lines)]), "x.pdf")
    assert [b.text for b in reading.blocks] == [
        "The parts are dried with clean air, and the relative humidity is in the range of 762-764 units."
    ]
    assert reading.dropped == {"hyphens at line ends": 1}
    assert accounted(reading)


# --- tables ---------------------------------------------------------------------------------------------


def cells(*rows: tuple[float, float, str]) -> bytes:
    return pdf([[(text, left, top, 10, False) for left, top, text in rows]])


def test_wrapped_cells_and_a_head_printed_cell_by_cell_make_whole_rows() -> None:
    table = cells(
        (72, 700, "Field to be"), (72, 688, "removed"), (160, 700, "Use of the"), (160, 688, "field"),
        (300, 700, "Note"),
        (72, 660, "FP-1"), (160, 660, "Collapse"), (300, 660, "Turnovers are"), (300, 648, "indented."),
        (72, 630, "FP-2"), (160, 630, "Keep"), (300, 630, "None"),
        (72, 610, "FP-3 and"), (72, 598, "FP-4"), (160, 610, "Keep if it"), (160, 598, "is used"), (300, 610, "None"),
        (72, 570, "A paragraph that follows the table and has nothing to do with it at all."),
    )  # fmt: skip
    assert said(table) == [
        ("row", "Field to be removed | Use of the field | Note"),
        ("row", "FP-1 | Collapse | Turnovers are indented."),
        ("row", "FP-2 | Keep | None"),
        ("row", "FP-3 and FP-4 | Keep if it is used | None"),
        ("paragraph", "A paragraph that follows the table and has nothing to do with it at all."),
    ]


def test_two_columns_of_text_are_no_table() -> None:
    left = [(72, 700 - 12 * n, f"left column line {n}") for n in range(4)]
    right = [(330, 700 - 12 * n, f"right column line {n}") for n in range(4)]
    assert [kind for kind, _ in said(cells(*left, *right))] == ["paragraph"]


# --- places ---------------------------------------------------------------------------------------------

TEXT = raw_pdf.text(*BODY)


def box(data: bytes) -> list[int]:
    block = reader.read(data, "x.pdf").blocks[0]
    assert (block.text, block.locator.page) == (" ".join(BODY), 1)
    assert block.locator.box
    return [round(side) for side in block.locator.box]


def test_the_box_spans_the_lines_of_the_first_page_as_shown() -> None:
    assert box(raw_pdf.pages(TEXT)) == [72, 686, 472, 709]
    assert box(raw_pdf.pages(TEXT, entries=b"/CropBox [50 50 600 750]")) == [22, 636, 422, 659]
    assert box(raw_pdf.pages(TEXT, entries=b"/Rotate 90")) == [686, 140, 709, 540]
    assert box(raw_pdf.pages(TEXT, entries=b"/Rotate 180")) == [140, 83, 540, 106]
    assert box(raw_pdf.pages(TEXT, entries=b"/Rotate 270")) == [83, 72, 106, 472]


def test_sideways_text_reads_like_upright_text() -> None:
    lines = [raw_pdf.text(line, left=100 + 14 * n, top=72, matrix="0 1 -1 0") for n, line in enumerate(BODY)]
    assert box(raw_pdf.pages(b"".join(lines))) == [91, 72, 114, 472]
    rows = [("Rev", "Date", "Change"), ("1", "2021-03-01", "First issue")]
    table = b"".join(
        raw_pdf.text(cell, left=100 + 14 * n, top=72 + 90 * i, matrix="0 1 -1 0")
        for n, row in enumerate(rows)
        for i, cell in enumerate(row)
    )
    assert said(raw_pdf.pages(table)) == [("row", " | ".join(row)) for row in rows]


def test_a_watermark_aslant_is_no_heading_and_on_every_page_it_is_furniture() -> None:
    stamp = raw_pdf.text("DRAFT", size=40, left=200, top=300, matrix="0.7 0.7 -0.7 0.7")
    assert said(raw_pdf.pages(TEXT + stamp)) == [("paragraph", " ".join(BODY)), ("paragraph", "DRAFT")]
    stamped = [raw_pdf.text(f"Page {word} has a text of its own.") + stamp for word in ("one", "two", "three", "four")]
    reading = reader.read(raw_pdf.pages(*stamped), "x.pdf")
    assert not any("DRAFT" in block.text for block in reading.blocks)
    assert reading.dropped["furniture"] == 4 * len("DRAFT")


SYMBOLS = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
CODES = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange
7 beginbfchar <41> <05D0> <42> <05D1> <43> <05D2> <44> <05D3> <66> <FB01> <7a> <D83DDE00> <70> <F0B7> endbfchar
3 beginbfrange <20> <20> <0020> <50> <52> <0050> <61> <65> <0061> endbfrange
6 beginbfchar <69> <0069> <6e> <006e> <72> <0072> <73> <0073> <74> <0074> <2e> <002e> endbfchar
endcmap end end"""


def test_right_to_left_lines_ligatures_and_emoji() -> None:
    def shown(content: str) -> str:
        return said(raw_pdf.pages(raw_pdf.text(content), font=SYMBOLS, more=[raw_pdf.stream(CODES)]))[0][1]

    assert shown("DCBA BA") == "\u05d0\u05d1 \u05d0\u05d1\u05d2\u05d3"
    assert shown("fne") == "fine"
    assert shown("zz are in zz") == "\U0001f600\U0001f600 are in \U0001f600\U0001f600"


# --- pages that need OCR, and the account ---------------------------------------------------------------


def test_pages_that_need_ocr_are_listed_and_blank_ones_told_apart() -> None:
    stamped = raw_pdf.picture() + raw_pdf.text("Received 2024-01-02")
    outlines = b"100 100 50 80 re f\n"
    logo = raw_pdf.picture(100, 40) + raw_pdf.text("Part two")
    data = raw_pdf.pages(TEXT, raw_pdf.picture(), stamped, b"", outlines, logo, b"BT /F0 12 Tf ( ) Tj ET")
    reading = reader.read(data, "x.pdf")
    assert reading.needs_ocr == [2, 3, 5]
    assert reading.warnings == ["pages 2-3, 5 have no text: they need OCR", "pages 4, 7 are blank"]


def test_one_page_is_named_in_the_singular() -> None:
    assert reader.read(raw_pdf.pages(TEXT, raw_pdf.picture()), "x.pdf").warnings == ["page 2 has no text: it needs OCR"]


@pytest.mark.parametrize(
    ("contents", "code", "reason"),
    [
        ([raw_pdf.picture()], "pdf.scanned", "x.pdf has no text on its only page: it is scanned and needs OCR"),
        ([raw_pdf.picture(), b""], "pdf.scanned", "x.pdf has no text on any of its 2 pages: it is scanned"),
        ([b""], "pdf.blank", "x.pdf has no text on its only page: it is blank, or needs OCR"),
    ],
)
def test_a_file_without_text_is_an_error_that_says_so(contents: list[bytes], code: str, reason: str) -> None:
    with pytest.raises(RowError, match=reason) as caught:
        reader.read(raw_pdf.pages(*contents), "x.pdf")
    assert caught.value.code == code


def test_a_font_that_does_not_say_what_it_draws_is_named_with_its_pages() -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Odd /Encoding /Identity-H /DescendantFonts "
        b"[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Odd /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Odd "
        b"/Flags 4 >> >>] >>"
    )
    page_of_codes = b"BT /F0 12 Tf 72 700 Td <00240025002600270028002900240025002600270028> Tj ET"
    other = page_of_codes.replace(b"0024", b"0030")
    (warning,) = reader.read(raw_pdf.pages(page_of_codes, other, font=font), "x.pdf").warnings
    assert warning.startswith("pages 1-2: the font does not say which letters it draws")
    private = CODES.replace(b"<05D0>", b"<E0D0>")
    data = raw_pdf.pages(raw_pdf.text("A" * 30), font=SYMBOLS, more=[raw_pdf.stream(private)])
    assert reader.read(data, "x.pdf").warnings[0].startswith("page 1: the font does not say")


def accounted(reading: Reading) -> bool:
    """What is printed is in the blocks or counted as left out, but for the bars between cells and bullets' signs."""
    extracted = sum(solid(block.text) for block in reading.blocks)
    bars = sum(block.text.count(" | ") for block in reading.blocks if block.kind == "row")
    return extracted - bars + sum(reading.dropped.values()) == reading.visible


def test_every_character_is_a_block_or_counted() -> None:
    data = numbered(
        ["# FP-07 Cleaning of presses", "# 1 Purpose", *BODY, "# 2 Rinse", "# 2.1 Water", *BODY],
        ["# 2.2 Drying", "The parts are dried with air. The relative humid-", "ity must not exceed 40 %."],
    )
    reading = reader.read(data, "x.pdf")
    assert accounted(reading)
    assert reading.dropped["furniture"] == solid("FP-07 rev 2 - controlled copy" * 2 + "Page 1 of 2Page 2 of 2")


def test_limits_that_differ_from_page_to_page_are_text_and_not_furniture() -> None:
    """Two pages of one form say other things at one height; digits alone made them look alike."""
    pages = [
        page("# FP-07 Driving", f"Driving limit: {hours} hours", f"The driver must rest for {rest} hours before.")
        for hours, rest in zip(range(11, 5, -1), range(40, 34, -1), strict=True)
    ]
    for count in (2, 6):
        document = read(pdf(pages[:count]), "limits.pdf")
        for n in range(count):
            assert f"limit: {11 - n} hours" in document.text
            assert f"rest for {40 - n} hours" in document.text


def test_a_line_of_two_pages_is_furniture_only_in_the_margin_and_clear_of_the_text() -> None:
    lines = ("Wear gloves at every station.", "Wear goggles at every station.", "", "Rinse it.")
    stamp = ("Ledger copy", 72, 770, 9, False)
    document = read(pdf([[stamp, *page("# FP-07 Presses", *lines)], [stamp, *page("# 2 Drying", *lines)]]), "p.pdf")
    assert document.text.count("Wear gloves") == document.text.count("Rinse it.") == 2
    assert document.account.dropped == {"furniture": 2 * len("Ledgercopy")}


def test_a_foot_counts_with_the_pages() -> None:
    pages = [
        [*page(f"# {n} Part {n}", *BODY, "", f"Bolts: {7 * n}"), (f"Press rules {n + 4}", 72, 30, 9, False)]
        for n in range(1, 5)
    ]
    document = read(pdf(pages), "p.pdf")
    assert "Press rules" not in document.text
    assert [f"Bolts: {7 * n}" in document.text for n in range(1, 5)] == [True] * 4


# --- real files -----------------------------------------------------------------------------------------


def test_real_files_are_accounted_for_to_the_character() -> None:
    shared("MANIFEST.csv")
    files = sorted((SHARED / "corpora").rglob("*.pdf"))
    assert len(files) >= 10
    for file in files:
        reading = reader.read(file.read_bytes(), file.name)
        assert accounted(reading), file.name
        assert all(block.locator.page and block.locator.box for block in reading.blocks)
        for block in reading.blocks:
            left, bottom, right, top = block.locator.box or (0, 0, 0, 0)
            assert -20 <= left <= right <= 800 and -20 <= bottom <= top <= 800, (file.name, block)


def test_a_letter_that_is_half_scanned_says_which_half() -> None:
    reading = reader.read(shared("ticket/fda_crl_pdf/216190Orig1s000OtherActionLtrs.pdf").read_bytes(), "x.pdf")
    assert reading.needs_ocr == [1, 2, 3]


def test_a_policy_in_body_type_has_its_headings() -> None:
    reading = reader.read(shared("policy/lf_compliance_generic_policy.pdf").read_bytes(), "x.pdf")
    headings = {block.text for block in reading.blocks if block.kind == "heading"}
    assert len(headings) >= 33
    assert {"Scope", "Terms and Abbreviations", "Open Source Review Board (OSRB)", "FOSSBazaar"} <= headings


def test_the_tables_of_a_manual_are_whole() -> None:
    reading = reader.read(shared("manual/CFR-XML_User-Guide-v1.pdf").read_bytes(), "x.pdf")
    rows = [block.text for block in reading.blocks if block.kind == "row"]
    head = rows.index("Purposed Fields to be Removed | Fields to be Removed or Collapsed | Description")
    table = rows[head : rows.index("SUBJ4L | Collapse to SUBJL | Fourth level lead subject in special indexes.") + 1]
    assert len(table) == 49
    assert all(row.count(" | ") == 2 for row in table)
    levels = [b.level for b in reading.blocks if b.kind == "heading" and b.text.startswith("2")]
    assert levels and all(abs(one - other) <= 2 for one, other in pairwise(levels))
