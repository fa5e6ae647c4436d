"""XML of any vocabulary: the Federal Register, drug labels, files of no known kind, and files that mean harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.errors import RowError
from synthforge.readers import xml
from synthforge.sections.blocks import solid
from tests.sources.files import read, read_shared, texts


def register(*documents: str) -> str:
    return f"""<FEDREG><VOL>89</VOL><NO>29</NO><DATE>Monday, February 12, 2024</DATE><UNITNAME>Contents</UNITNAME>
<CNTNTS><AGCY><EAR>Wheels</EAR><HD SOURCE="HED">Wheels Office</HD></AGCY></CNTNTS>
<RULES>{"".join(documents)}</RULES></FEDREG>"""


def rule(page: str = "100", number: str = "2024-00001", more: str = "", tag: str = "RULE") -> str:
    mark = f'<PRTPAGE P="{page}"/>' if page else ""
    return f"""<{tag}><PREAMB>{mark}<AGENCY TYPE="F">WHEELS OFFICE</AGENCY><CFR>49 CFR Part 90</CFR>
<SUBJECT>Wheels in Rain</SUBJECT><SUM><HD SOURCE="HED">SUMMARY:</HD><P>It is about <E T="03">rain</E>
 .</P></SUM></PREAMB><SUPLINF><HD SOURCE="HED">SUPPLEMENTARY INFORMATION:</HD><HD SOURCE="HD1">I. Background</HD>
<P>Wheels slip.</P><HD SOURCE="HD2">A. Rain</HD><P>Rain is wet.</P>{more}</SUPLINF>
<FRDOC>[FR Doc. {number} Filed 2-9-24; 8:45 am]</FRDOC><BILCOD>BILLING CODE 1-P</BILCOD></{tag}>"""


AMENDMENT = """<REGTEXT TITLE="49" PART="90"><AMDPAR>1. Amend § 90.1 by revising paragraph (b)(2) to read as follows:
</AMDPAR><SECTION><SECTNO>§ 90.1</SECTNO><SUBJECT>Rolling.</SUBJECT><STARS/><P>(b) * * *</P><P>(2) Slow in rain.</P>
<STARS/></SECTION></REGTEXT><REGTEXT TITLE="49" PART="90"><AMDPAR>2. Remove “(c) Go” in § 90.2.</AMDPAR></REGTEXT>"""


def test_register_documents_are_cited_by_volume_and_page_with_their_headings() -> None:
    document = read(register(rule(), rule("102", "2024-00002")), "fr.xml")
    assert list(texts(document))[:3] == ["89 FR 100 > SUMMARY", "89 FR 100 §I", "89 FR 100 §I.A"]
    assert texts(document)["89 FR 100 > SUMMARY"] == "It is about rain."
    assert "89 FR 102 §I" in texts(document)
    assert document.id == "89 FR@2024-02-12" and document.title == "Federal Register, Vol. 89, No. 29"
    assert {"contents", "furniture"} == set(document.account.dropped)


def test_register_documents_that_start_on_one_page_are_told_apart_by_number() -> None:
    document = read(register(rule(), rule("", "2024-00002")), "fr.xml")
    assert [c for c in texts(document) if c.endswith("SUMMARY")] == [
        "89 FR 100 (FR Doc. 2024-00001) > SUMMARY", "89 FR 100 (FR Doc. 2024-00002) > SUMMARY"
    ]  # fmt: skip


def test_a_register_document_alone_is_cited_by_its_number() -> None:
    document = read(rule(), "fr.xml")
    assert document.sections[0].id == "FR Doc. 2024-00001#FR Doc. 2024-00001 > SUMMARY"


@pytest.mark.parametrize(("tag", "law"), [("RULE", "49 CFR 90.1"), ("PRORULE", "proposed 49 CFR 90.1")])
def test_amendments_are_cited_by_number_and_the_new_law_by_its_leaf(tag: str, law: str) -> None:
    document = read(register(rule(more=AMENDMENT, tag=tag)), "fr.xml")
    assert list(texts(document))[3:] == [
        "89 FR 100, amendment 1", f"89 FR 100, {law}(b)", f"89 FR 100, {law}(b)(2)", "89 FR 100, amendment 2"
    ]  # fmt: skip
    assert texts(document)[f"89 FR 100, {law}(b)(2)"] == "(2) Slow in rain."
    assert not document.warnings


def test_an_excerpt_may_start_anywhere_and_start_again() -> None:
    left_out = ["(i)", "(1)", "(vi)", "(B)"]
    first = "".join(f"<P>{mark} * * *</P>" for mark in left_out) + '<P>(<E T="03">1</E>) Rain.</P>'
    law = f"{first}<STARS/><P>(i) * * *</P><P>(2) * * *</P><P>(vi) New.</P>"
    amended = f'<REGTEXT TITLE="49"><SECTION><SECTNO>§ 90.1</SECTNO><SUBJECT>X.</SUBJECT>{law}</SECTION></REGTEXT>'
    document = read(register(rule(more=amended)), "fr.xml")
    assert [c.removeprefix("89 FR 100, 49 CFR 90.1") for c in texts(document)][3:] == [
        "(i)", "(i)(1)", "(i)(1)(vi)", "(i)(1)(vi)(B)", "(i)(1)(vi)(B)(1)", "(i) [2]", "(i)(2)", "(i)(2)(vi)"
    ]  # fmt: skip
    assert not document.warnings


LABEL = """<document xmlns="urn:hl7-org:v3"><title>Use of WHEELOL<br/>tablets</title><setId root="x"/>
<versionNumber value="4"/><component><structuredBody><component><section><code displayName="SPL LISTING SECTION"/>
<subject><manufacturedProduct><manufacturedProduct><name>Wheelol</name><asEntityWithGeneric><genericMedicine>
<name>rollate</name></genericMedicine></asEntityWithGeneric></manufacturedProduct></manufacturedProduct></subject>
</section></component><component><section><code displayName="DOSAGE &amp; ADMINISTRATION SECTION"/>
<title>2  DOSAGE</title>
<text><paragraph>Take <content styleCode="italics">one</content>.</paragraph><list><item>Morning</item>
<item>Night
<list listType="ordered"><item>Late</item></list></item></list>
<table><thead><tr><th>Age</th><th>Dose</th></tr></thead>
<tbody><tr><td>6<footnote>Years.</footnote></td><td>1 mg/m<sup>2</sup></td></tr></tbody></table></text>
<excerpt><highlight><text><paragraph>One a day (2).</paragraph></text></highlight></excerpt>
<component><section><code displayName="SPL UNCLASSIFIED SECTION"/><title>2.1  Children</title><text>Half.</text>
</section></component><component><section><code displayName="SPL UNCLASSIFIED SECTION"/><text><paragraph>
<content styleCode="italics">Adults:</content> Whole.</paragraph></text></section></component></section></component>
</structuredBody></component></document>"""


def test_a_drug_label_is_cited_by_the_numbers_of_its_titles() -> None:
    document = read(LABEL, "label.xml")
    assert texts(document) == {
        "Wheelol Highlights > DOSAGE & ADMINISTRATION": "One a day (2).",
        "Wheelol §2": "Take one.\n- Morning\n- Night\n  1. Late\nAge | Dose\n6 [1] | 1 mg/m^2\n[1] Years.",
        "Wheelol §2.1": "Half.",
        "Wheelol §2 > Adults": "Whole.",
    }
    assert (document.id, document.title) == ("Wheelol@version 4", "Wheelol (rollate)")
    assert document.account.dropped["product data"] == len("Wheelolrollate")


def test_xml_of_no_known_kind_is_read_by_its_titles_and_records() -> None:
    document = read(
        "<manual><title>SOP-100 Pumps</title><version>3</version><chapter><title>1 Start</title><para>Press <b>on</b>."
        "</para><para>Wait.</para></chapter><parts><part id='P-1'><name>Seal</name><limit unit='bar'>5</limit></part>"
        "<part id='P-2'><name>Hose</name></part></parts>loose words</manual>",
        "manual.xml",
    )
    assert document.id == "SOP-100@version 3"
    assert texts(document)["SOP-100 §1"] == "Press on.\nWait."
    said = "\n".join(texts(document).values())
    assert "Limit: 5" in said and "Name: Hose" in said and "loose words" in said
    assert {"Seal", "Part P-2"} <= {s.heading for s in document.sections}


# What means harm, or is broken


def test_an_entity_bomb_is_refused() -> None:
    steps = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True))
    bomb = f'<!DOCTYPE x [<!ENTITY a "ha">{steps}]><x>&m;</x>'
    with pytest.raises(RowError, match=r"xml\.limit|file\.no_text"):
        xml.read(bomb.encode(), "bomb.xml")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/x"])
def test_external_entities_bring_nothing_in_and_are_reported_once(address: str) -> None:
    data = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}"><!ENTITY % p SYSTEM "{address}"> %p;]>\n<x><p>In &e; out.</p></x>'
    )
    document = read(data, "x.xml")
    assert [s.text for s in document.sections] == ["In out."]
    assert document.warnings == ("x.xml, line 2: 1 entity references are not expanded and left out",)


def test_a_file_of_entities_alone_is_one_error() -> None:
    with pytest.raises(RowError, match="1 entity references are not expanded"):
        xml.read(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "x.xml")


def test_an_include_is_not_followed() -> None:
    data = '<x xmlns:xi="http://www.w3.org/2001/XInclude"><p>Text.</p><xi:include href="file:///etc/passwd"/></x>'
    assert "root:" not in read(data, "x.xml").text


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes_and_says_where() -> None:
    document = read("<x>\n<p>One.</p>\n<p>Two is cut o", "x.xml")
    assert "One." in document.text and "Two is cut o" in document.text
    assert any("x.xml, line 3: Premature end" in w and "as far as it goes" in w for w in document.warnings)


def test_names_of_html_become_characters_and_a_loose_ampersand_is_reported() -> None:
    document = read("<x><p>5&nbsp;&micro;g of A & B.</p></x>", "x.xml")
    assert "5\u00a0µg of A" in document.text and "not well-formed" in document.warnings[0]


@pytest.mark.parametrize("depth", [300, 100_000])
def test_what_nests_too_deep_is_one_error(depth: int) -> None:
    with pytest.raises(RowError, match="nests too deep"):
        xml.read(b"<a>" * depth + b"x" + b"</a>" * depth, "deep.xml")


def test_thirty_megabytes_on_one_line() -> None:
    with pytest.raises(RowError, match="a text of more than 10 MB"):
        xml.read(b"<x>" + b"word " * 6_000_000 + b"</x>", "line.xml")


@pytest.mark.parametrize(
    ("data", "warned"),
    [
        ("<?xml version='1.0' encoding='UTF-16'?><x><p>Größe.</p></x>".encode("utf-16"), ""),
        ("<?xml version='1.0' encoding='UTF-16'?><x><p>Größe.</p></x>".encode("utf-16-le"), ""),
        ("<x><p>Größe.</p></x>".encode("utf-8-sig"), ""),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><x><p>Größe.</p></x>".encode("latin-1"), ""),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><x><p>Größe.</p></x>".encode(), "declares ISO-8859-1"),
        ("<?xml version='1.0' encoding='UTF-16'?><x><p>Größe.</p></x>".encode(), "read as UTF-8"),
        ("<?xml version='1.0' encoding='x-none'?><x><p>Größe.</p></x>".encode(), "read as UTF-8"),
        ("<?xml version='1.0' encoding='UTF-8'?><x><p>Die Größe reicht für Öle.</p></x>".encode("latin-1"), "UTF-8"),
        (b"<x><p>Gr\xc3\xb6\xc3\x9fe.\0</p></x>", "1 characters that XML does not allow"),
    ],
)
def test_encodings_that_are_said_wrongly_are_read_rightly(data: bytes, warned: str) -> None:
    document = read(data, "x.xml")
    assert "Größe" in document.text
    assert (warned in document.warnings[0]) if warned else not document.warnings


def test_a_guessed_encoding_is_said_beside_the_characters_left_out() -> None:
    data = "<x><p>Die Größe reicht für Öle.\x01</p></x>".encode("latin-1")
    warnings = xml.read(data, "x.xml").warnings
    assert len(warnings) == 2
    assert "not UTF-8" in warnings[0]
    assert warnings[1] == "x.xml: 1 characters that XML does not allow were left out"


SPANS = (
    "<tr><th>Agent</th><th colspan='2'>Range</th><th>Use</th></tr>"
    "<tr><td rowspan='2'>Acid</td><td>1</td><td>2</td><td>No</td></tr>"
    "<tr><td colspan='2'>all</td><td>Yes</td></tr><tr><td>Lye</td><td>3</td><td>4</td><td rowspan='9'>No</td></tr>"
)


def test_cells_that_span_rows_are_repeated_and_those_that_span_columns_leave_blanks() -> None:
    """The same in XML as in HTML."""
    rows = ["Acid | 1 | 2 | No", "Acid | all |  | Yes", "Lye | 3 | 4 | No"]
    for document in (read(f"<x><table>{SPANS}</table></x>", "t.xml"), read(f"<table>{SPANS}</table>", "t.html")):
        assert document.text.split("\n")[1:] == rows


def test_cells_that_span_more_than_can_be_filled_in_are_reported() -> None:
    rows = f"<tr><td rowspan='50'>{'word ' * 10_000}</td><td>a</td></tr>" + "<tr><td>b</td></tr>" * 49
    reading = xml.read(f"<x><table>{rows}</table></x>".encode(), "t.xml")
    assert sum(len(block.text) for block in reading.blocks) < 500_000
    assert any("cells span more rows" in warning for warning in reading.warnings)


@pytest.mark.parametrize("data", [b"<x/>", b"<x><!-- nothing --></x>", b"plain words", b"\x00\x01<x", b"<x a='"])
def test_a_file_without_text_or_xml_is_one_error(data: bytes) -> None:
    with pytest.raises(RowError):
        xml.read(data, "x.xml")


def test_a_page_named_xml_is_read_as_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(xml, "_as_html", lambda data, name: seen.append(name))
    xml.read(b"<!DOCTYPE html><html><body><p>Hi<br>there</body></html>", "page.xml")
    xml.read(b"<?xml version='1.0'?>\n<!-- a -->\n<html xmlns='http://www.w3.org/1999/xhtml'><p>Hi</p></html>", "x.xml")
    assert seen == ["page.xml", "x.xml"]


names = st.sampled_from(
    "x p P title TITLE DIV5 DIV8 SECTION SECTNO HD SUBJECT GPOTABLE ROW RULE section num table tr td".split()
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> str:
    name = draw(names)
    parts = st.text("abc (1)(i)—§.", max_size=8) | (trees(depth - 1) if depth else st.just("y"))
    inner = "".join(draw(st.lists(parts, max_size=4)))
    mark = draw(st.sampled_from(["", ' TYPE="SECTION" N="1.1"', ' identifier="/us/usc/t1/s1/a"', ' H="2"']))
    return f"<{name}{mark}>{inner}</{name}>"


@given(trees())
@settings(deadline=None, max_examples=300)
def test_any_tree_is_read_and_its_letters_are_kept_or_counted(text: str) -> None:
    try:
        reading = xml.read(text.encode(), "x.xml")
    except RowError:
        return
    kept = sum(solid(block.text) for block in reading.blocks)
    assert kept + sum(reading.dropped.values()) >= reading.visible
    read(text, "x.xml")


@given(st.binary(max_size=200), st.sampled_from([b"", b"<x>", b"<?xml version='1.0'?>"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    try:
        xml.read(start + data, "x.xml")
    except RowError:
        pass


@pytest.mark.parametrize(
    ("path", "least"),
    [("regulation/FR-2024-02-12.xml", 2500), ("manual/spl_lipitor.xml", 130)],
)
def test_the_real_files_lose_nothing(path: str, least: int) -> None:
    document = read_shared(path)
    account = document.account
    assert len(document.sections) >= least
    assert account.extracted + sum(account.dropped.values()) >= account.visible
    assert not [w for w in document.warnings if "out of sequence" in w]
