"""PDF files that are damaged, locked, lying or made to harm: each ends in a reading or in one reason, never a crash."""

import io

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthforge.errors import RowError
from synthforge.readers import pdf as reader
from synthforge.sections.blocks import Reading, solid
from tests.readers import raw_pdf
from tests.sources.files import page, pdf

LINES = ("# FP-07 Rules", "The operator must rinse the contact parts with purified water.", "# 2 Records", "Keep them.")
GOOD = pdf([page(*LINES), page("# 3 Waste", "The waste is kept apart from everything else.")])


def outcome(data: bytes) -> Reading | str:
    """The reading, or the code of the one error that a reader may raise."""
    try:
        return reader.read(data, "x.pdf")
    except RowError as error:
        assert "x.pdf" in error.reason
        return error.code


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(GOOD))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
LEAF = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"


def tree(count: int, kids: bytes) -> bytes:
    return raw_pdf.file([CATALOG, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids), LEAF])


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("locked", locked(), "pdf.password"),
        ("no bytes", b"", "pdf.broken"),
        ("web page", b"<!doctype html><html><body>Rules</body></html>", "pdf.broken"),
        ("head only", GOOD[:9], "pdf.broken"),
        ("a tree of itself", tree(2, b"2 0 R 2 0 R"), "pdf.broken"),
        ("a million pages", tree(1_000_000, b"3 0 R " * 100_001), "pdf.too_long"),
        ("a thousand pages that are not there", tree(1000, b"9 0 R " * 1000), "pdf.broken"),
        ("five thousand empty pages", tree(5000, b"3 0 R " * 5000), "pdf.blank"),
        ("arrays in arrays", raw_pdf.file([CATALOG[:-2] + b"/X " + b"[" * 99_999 + b">>", LEAF, LEAF]), "pdf.blank"),
        ("a form that draws itself", raw_pdf.pages(b"/X0 Do", more=[
            raw_pdf.stream(b"/X0 Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources "
                           b"<< /XObject << /X0 5 0 R >> >>")]), "pdf.scanned"),
        ("sixty million blanks", raw_pdf.pages(raw_pdf.packed(b" " * 60_000_000)), "pdf.bomb"),
        ("the same packed twice", raw_pdf.pages(raw_pdf.packed(b" " * 60_000_000, 2)), "pdf.bomb"),
    ],
)  # fmt: skip
def test_each_ends_in_one_reason(name: str, data: bytes, code: str) -> None:
    assert outcome(data) == code, name


def test_a_large_picture_is_no_bomb() -> None:
    pixels = raw_pdf.packed(bytes(60_000_000)).replace(
        b"<<", b"<< /Type /XObject /Subtype /Image /Width 10000 /Height 6000 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8", 1
    )  # fmt: skip
    data = raw_pdf.pages(raw_pdf.text(*LINES[1::2]) + b"q 9 0 0 9 0 0 cm /X0 Do Q", more=[pixels])
    assert isinstance(outcome(data), Reading)


def test_what_is_not_a_pdf_says_what_it_looks_like() -> None:
    with pytest.raises(RowError, match=r"x.pdf is not a PDF \(it starts with '<html> <body>'\)"):
        reader.read(b"<html>\n<body>", "x.pdf")


def test_a_file_cut_off_anywhere_says_so_or_is_refused() -> None:
    for end in range(20, len(GOOD) - 6, 37):
        found = outcome(GOOD[:end])
        if isinstance(found, Reading):
            assert any("cut off" in warning for warning in found.warnings), end


def test_damaged_pages_are_named_and_the_others_read() -> None:
    kids = b"3 0 R 6 0 R 7 0 R 8 0 R"
    text = raw_pdf.text("Keep the records for a year.")
    body = LEAF[:-2] + b"/Contents 4 0 R /Resources << /Font << /F0 5 0 R >> >> >>"
    objects = [CATALOG, b"<< /Type /Pages /Count 4 /Kids [%s] >>" % kids, body, raw_pdf.stream(text), raw_pdf.HELVETICA]
    found = outcome(raw_pdf.file([*objects, b"(no page)", b"(no page)", LEAF]))
    assert isinstance(found, Reading)
    assert [block.text for block in found.blocks] == ["Keep the records for a year."]
    assert found.warnings == ["pages 2-3 cannot be read; export the file again", "page 4 is blank"]


def test_places_beyond_measure_do_not_stop_the_reading() -> None:
    far = b"BT /F0 12 Tf 1e38 1e38 Td (Keep the records) Tj 1e38 -1e38 Td (for a year) Tj ET"
    assert isinstance(outcome(raw_pdf.pages(far)), Reading)
    assert isinstance(outcome(raw_pdf.pages(raw_pdf.text("Keep it."), entries=b"/CropBox [0 0 1e30 1e30]")), Reading)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files_end_in_a_reading_or_a_reason(data: st.DataObject) -> None:
    """Bytes flipped, stretches cut out or doubled: what is read stays accounted for."""
    mutated = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, max(0, len(mutated) - 1)))
        length = data.draw(st.integers(1, 60))
        match data.draw(st.sampled_from(["flip", "cut", "double", "digits"])):
            case "flip":
                mutated[start : start + 1] = bytes([data.draw(st.integers(0, 255))])
            case "cut":
                del mutated[start : start + length]
            case "double":
                mutated[start:start] = mutated[start : start + length]
            case _:
                mutated[start : start + 2] = b"99999999999"
    found = outcome(bytes(mutated))
    if isinstance(found, Reading):
        extracted = sum(solid(block.text.replace(" | ", " ")) for block in found.blocks)
        assert extracted + sum(found.dropped.values()) >= 0.99 * found.visible - 4
