import io

import pypdf

from tests.sources.files import page, pdf, read, texts

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


def test_pages_without_text_are_named() -> None:
    document = read(pdf([page("# FP-07 Rules", *BODY), [], page("More.")]), "scan.pdf")
    assert "page 2 of scan.pdf has no text: needs OCR" in document.warnings
    assert document.sections


def test_a_scan_has_no_sections_and_says_so() -> None:
    document = read(pdf([[]]), "scan.pdf")
    assert not document.sections
    assert any("needs OCR" in w for w in document.warnings)


def test_damaged_and_locked_files_are_one_warning_each() -> None:
    good = pdf([page("# FP-07 Rules", *BODY)])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(good))
    writer.encrypt("secret")
    locked = io.BytesIO()
    writer.write(locked)
    for content, code in (
        (locked.getvalue(), "pdf.password"),
        (good[:200], "pdf.broken"),
        (b"<html></html>", "pdf.broken"),
    ):
        document = read(content, "x.pdf")
        assert not document.sections
        assert [w.split(":")[0] for w in document.warnings] == [code]
