"""Word files that are damaged, locked, lying or made to harm: each ends in a reading or in one reason."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthforge.errors import RowError
from synthforge.readers import docx as reader
from synthforge.readers import word_package
from synthforge.sections.blocks import Reading, solid
from tests.readers.raw_word import NS, made, notes, p, packed, r

GOOD = made(
    p(r("1 Rules"), style="H") + p(r("Keep the records.")) + p(r("Keep them dry.")),
    styles=f'<w:styles {NS}><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>',
    footnotes=notes("footnote", _2="A note."),
)


def outcome(data: bytes) -> Reading | str:
    try:
        return reader.read(data, "x.docx")
    except RowError as error:
        assert "x.docx" in error.reason
        return error.code


def changed(changes: dict[str, bytes | None], data: bytes = GOOD) -> bytes:
    """The file with parts replaced, added, or (None) taken away."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed({name: content for name, content in {**parts, **changes}.items() if content is not None})


def lying(size: int) -> bytes:
    """An entry that unpacks to `size` bytes of text and declares ten."""
    text = f"<w:document {NS}><w:body>".encode() + b" " * size + b"</w:body></w:document>"
    data = bytearray(changed({"word/document.xml": text}))
    true = len(text).to_bytes(4, "little")
    for _ in range(data.count(true)):
        at = data.index(true)
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def document(body: str, head: str = "") -> dict[str, bytes | None]:
    return {"word/document.xml": f"{head}<w:document {NS}><w:body>{body}</w:body></w:document>".encode()}


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("no bytes", b"", "docx.broken"),
        ("no archive", b"not a zip", "docx.broken"),
        ("web page", b"<html><body>Rules</body></html>", "docx.broken"),
        ("half a file", GOOD[: len(GOOD) // 2], "docx.broken"),
        ("old format or locked", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "docx.locked"),
        ("no document", changed({"word/document.xml": None}), "docx.broken"),
        ("no body", changed({"word/document.xml": b"<w:document/>"}), "docx.broken"),
        ("broken document", changed({"word/document.xml": b"<w:oops"}), "docx.broken"),
        ("a spreadsheet", packed({"_rels/.rels": b"<r/>", "xl/workbook.xml": b"<workbook/>"}), "docx.broken"),
        ("zeros beside the text", changed({"word/media/zeros.bin": bytes(40_000_000)}), "docx.bomb"),
        ("blanks in the text", changed(document(" " * 70_000_000)), "docx.bomb"),
        ("blanks that are not declared", lying(70_000_000), "docx.broken"),
        ("elements without end", changed(document("<w:p/>" * 6_30_000)), "docx.bomb"),
        ("entities in entities", changed(document("&l9;", f"<!DOCTYPE d [<!ENTITY l0 'ha'>{LAUGHS}]>")), "docx.broken"),
        ("a file from outside", changed(document(
            p(r("&x;")), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>')), "docx.broken"),
        ("tables in tables", changed(document("<w:tbl><w:tr><w:tc>" * 3000)), "docx.broken"),
    ],
)  # fmt: skip
def test_each_ends_in_one_reason(name: str, data: bytes, code: str) -> None:
    found = outcome(data)
    assert (found if isinstance(found, str) else found.warnings) == code, name


@pytest.mark.parametrize("limit", ["_MOST_TEXT", "_MOST_TAGS"])
def test_text_and_marks_are_read_up_to_a_limit(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the archive declares, and however well it is packed."""
    assert isinstance(outcome(GOOD), Reading)
    monkeypatch.setattr(word_package, limit, 20)
    assert outcome(GOOD) == "docx.bomb"


def test_a_missing_or_damaged_part_costs_only_what_it_holds() -> None:
    for change, warning in (
        ({"word/styles.xml": None}, "the part 'word/styles.xml' is missing"),
        ({"word/styles.xml": b"<w:styles"}, "the part 'word/styles.xml' is damaged"),
        ({"word/footnotes.xml": b""}, "the part 'word/footnotes.xml' is damaged"),
        ({"word/_rels/document.xml.rels": b"<oops"}, "the file's relations are damaged"),
        ({"_rels/.rels": b"<oops"}, "the file's relations are damaged"),
    ):
        found = outcome(changed(change))
        assert isinstance(found, Reading)
        assert "Keep the records." in [block.text for block in found.blocks]
        assert any(warning in said for said in found.warnings), warning


def test_relations_to_nowhere_and_outside_are_not_followed() -> None:
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="a" Type="x/styles" Target="../../../../etc/hostname"/>'
        b'<Relationship Id="b" Type="x/footnotes" Target="http://127.0.0.1:9/notes.xml" TargetMode="External"/>'
        b'<Relationship Id="c" Type="x/numbering" Target="document.xml"/></Relationships>'
    )
    found = outcome(changed({"word/_rels/document.xml.rels": rels}))
    assert isinstance(found, Reading)
    assert [block.text for block in found.blocks] == ["1 Rules", "Keep the records.", "Keep them dry."]


def test_styles_that_are_based_on_each_other_and_numbers_out_of_range() -> None:
    ring = (
        f'<w:styles {NS}><w:style w:styleId="H"><w:basedOn w:val="G"/></w:style>'
        '<w:style w:styleId="G"><w:basedOn w:val="H"/></w:style></w:styles>'
    )
    assert isinstance(outcome(changed({"word/styles.xml": ring.encode()})), Reading)
    level = '<w:pPr><w:outlineLvl w:val="%s"/><w:numPr><w:ilvl w:val="%s"/><w:numId w:val="%s"/></w:numPr></w:pPr>'
    body = "".join(f"<w:p>{level % ((v,) * 3)}{r('Text.')}</w:p>" for v in ("-1", "99999999999999", "x", "", "²"))
    assert isinstance(outcome(made(body)), Reading)
    spans = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="%s"/></w:tcPr>'
        + p(r("a"))
        + "</w:tc><w:tc>"
        + p()
        + "</w:tc></w:tr></w:tbl>"
    )
    for value in ("0", "-3", "999", "99999999999", "x"):
        assert isinstance(outcome(made(spans % value)), Reading)


def test_thirty_thousand_paragraphs() -> None:
    body = "".join(p(r(f"Paragraph {n}."), style="H") for n in range(30_000))
    found = outcome(changed(document(body)))
    assert isinstance(found, Reading)
    assert len(found.blocks) == 30_000


def test_the_strict_variant_is_read() -> None:
    usual, strict = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {name: archive.read(name).replace(usual, strict) for name in archive.namelist()}
    found = outcome(packed(parts))
    assert isinstance(found, Reading)
    assert (found.blocks[0].kind, found.blocks[0].text) == ("heading", "1 Rules")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files_end_in_a_reading_or_a_reason(data: st.DataObject) -> None:
    """Bytes of the archive, or of one part in it, flipped, cut out or doubled."""
    inside = data.draw(st.booleans())
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        mutated = bytearray(archive.read(name) if inside else GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        start, length = data.draw(st.integers(0, len(mutated) - 1)), data.draw(st.integers(1, 40))
        match data.draw(st.sampled_from(["flip", "cut", "double"])):
            case "flip":
                mutated[start] = data.draw(st.integers(0, 255))
            case "cut" if len(mutated) > length:
                del mutated[start : start + length]
            case _:
                mutated[start:start] = mutated[start : start + length]
    found = outcome(changed({name: bytes(mutated)}) if inside else bytes(mutated))
    if isinstance(found, Reading):
        extracted = sum(solid(block.text) for block in found.blocks)
        assert extracted + sum(found.dropped.values()) >= 0.99 * found.visible
