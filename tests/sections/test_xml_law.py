"""Law in XML: the hierarchy of the source, every paragraph cited to its leaf, its edition apart from its id."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synthforge.readers import xml
from synthforge.readers.xml_blocks import attribute, plain
from synthforge.readers.xml_tree import Element, parse
from synthforge.records import Document, Section
from tests.sources.files import read, read_shared, shared, texts

HERE = Path(__file__).parent


def ecfr(body: str, section: str = "90.1", title: str = "49") -> str:
    part = section.split(".")[0]
    return f"""<?xml version="1.0"?>
<DLPSTEXTCLASS><HEADER><FILEDESC><TITLESTMT><TITLE>Title {title}</TITLE></TITLESTMT>
<PUBLICATIONSTMT><IDNO TYPE="title">{title}</IDNO></PUBLICATIONSTMT></FILEDESC></HEADER>
<TEXT><BODY><ECFRBRWS><AMDDATE>Mar. 4, 2024</AMDDATE>
<DIV5 N="{part}" TYPE="PART"><HEAD>PART {part}—WHEELS</HEAD>
<AUTH><HED>Authority:</HED><PSPACE>49 U.S.C. 1.</PSPACE></AUTH>
<SOURCE><HED>Source:</HED><PSPACE>60 FR 100, June 2, 1995, unless otherwise noted.</PSPACE></SOURCE>
<DIV6 N="A" TYPE="SUBPART"><HEAD>Subpart A—General</HEAD>
<DIV8 N="§ {section}" TYPE="SECTION"><HEAD>§ {section}   Rolling.</HEAD>
{body}
</DIV8></DIV6></DIV5></ECFRBRWS></BODY></TEXT></DLPSTEXTCLASS>"""


def cited(document: Document, base: str = "49 CFR 90.1") -> list[str]:
    return [section.citation.removeprefix(base) for section in document.sections]


def section(document: Document, citation: str) -> Section:
    return next(s for s in document.sections if s.citation == citation)


def test_ecfr_is_cited_by_title_and_section_and_keeps_its_hierarchy() -> None:
    document = read(ecfr("<P>(a) Wheels turn.</P>\n<P>(b) They stop.</P>"), "rules.xml")
    assert document.id == "49 CFR 90@2024-03-04"
    first = document.sections[0]
    assert first.id == "49 CFR 90#49 CFR 90.1(a)"
    assert first.path == ("PART 90—WHEELS", "Subpart A—General", "Rolling")
    assert first.locator.line == 10
    assert document.account.visible == document.account.extracted + sum(document.account.dropped.values())


def test_italic_numbers_are_the_fifth_level_and_italic_captions_may_hide_a_designator() -> None:
    document = read(
        ecfr(
            "<P>(a) <I>Limits</I>—(1) <I>Speed.</I> Slow:</P><P>(i) Town:</P><P>(A) Day:</P><P>(<I>1</I>) Rain:</P>"
            "<P>(<I>i</I>) Fog.</P><P>(<I>ii</I>) Mist.</P><P>(<I>2</I>) Sun.</P><P>(B) Night.</P><P>(2) Load.</P>"
            "<P>(b) <I>Fees over $5.00.</I> (1) Pay.</P><P>(2) Wait.</P>"
        ),
        "rules.xml",
    )
    assert cited(document) == [
        "(a)(1)", "(a)(1)(i)", "(a)(1)(i)(A)", "(a)(1)(i)(A)(1)", "(a)(1)(i)(A)(1)(i)", "(a)(1)(i)(A)(1)(ii)",
        "(a)(1)(i)(A)(2)", "(a)(1)(i)(B)", "(a)(2)", "(b)(1)", "(b)(2)",
    ]  # fmt: skip
    assert section(document, "49 CFR 90.1(a)(2)").lead_in == "(a) Limits—"
    assert not document.warnings


def test_extracts_examples_and_notes_do_not_number_the_section() -> None:
    document = read(
        ecfr(
            "<P>(a) Say as follows:</P><EXTRACT><P>(c) I drive.</P><FP-1>(1) Fast.</FP-1></EXTRACT>"
            "<P>(b) Examples:</P><EXAMPLE><HED>Example 1.</HED><PSPACE>(z) A cart.</PSPACE></EXAMPLE>"
            "<NOTE><HED>Note:</HED><P>(q) See above.</P></NOTE><P>(c) Stop.</P>"
        ),
        "rules.xml",
    )
    assert cited(document) == ["(a)", "(b)", "(c)"]
    assert texts(document)["49 CFR 90.1(b)"] == "(b) Examples:\nExample 1. (z) A cart.\nNote: (q) See above."
    assert not document.warnings


def test_text_at_the_margin_belongs_to_what_introduced_the_list() -> None:
    document = read(
        ecfr("<P>(a) Name one of:</P><P>(1) A driver.</P><P>(2) A clerk.</P><FP>One may be both.</FP><P>(b) Tell.</P>"),
        "rules.xml",
    )
    assert cited(document) == ["(a)", "(a)(1)", "(a)(2)", "(a) (flush language)", "(b)"]


def test_footnotes_and_source_notes_are_kept_and_are_no_section_nor_break_the_sequence() -> None:
    document = read(
        ecfr(
            "<P>(a) Roll.<SU>1</SU>\n<FTREF/></P><FTNT><P><SU>1</SU> On wheels.</P></FTNT><P>(b) Area is 10 m<SU>2</SU>"
            " and 1\n<FR>1/2</FR> wide.</P><CITA>[60 FR 100, June 2, 1995, as amended at 80 FR 5, Mar. 9, 2015]</CITA>"
        ),
        "rules.xml",
    )
    assert texts(document) == {
        "49 CFR 90.1(a)": "(a) Roll. [1]",
        "49 CFR 90.1(b)": "(b) Area is 10 m^2 and 1 1/2 wide.",
    }
    assert "[1] On wheels." in document.text and "Source: 60 FR 100" in document.text


def test_the_edition_is_the_latest_amendment_and_not_in_the_id() -> None:
    own = read(ecfr("<P>(a) Roll.</P><CITA>[60 FR 1, June 2, 1995; 80 FR 5, Mar. 9, 2015]</CITA>"), "rules.xml")
    part = read(ecfr("<P>(a) Roll.</P>"), "rules.xml")
    assert [d.sections[0].edition for d in (own, part)] == ["2015-03-09", "1995-06-02"]
    assert own.sections[0].id == part.sections[0].id


def test_an_effective_date_note_is_another_edition_of_the_same_section() -> None:
    document = read(
        ecfr(
            "<P>(a) Old.</P><EFFDNOT><HED>Effective Date Note:</HED><PSPACE>At 89 FR 9, § 90.1 was revised, effective "
            "Jan. 5, 2025. The new text is set forth as follows:</PSPACE><EXTRACT><STARS/><P>(a) New.</P></EXTRACT>"
            "</EFFDNOT>"
        ),
        "rules.xml",
    )
    assert [(s.id, s.edition, s.text) for s in document.sections] == [
        ("49 CFR 90#49 CFR 90.1(a)", "1995-06-02", "(a) Old."),
        ("49 CFR 90#49 CFR 90.1(a)", "2025-01-05", "(a) New."),
    ]


def test_a_table_is_a_unit_under_its_paragraph() -> None:
    document = read(
        ecfr(
            "<P>(a) Limits:</P><TABLE><TR><TH>Load</TH><TH>Speed</TH></TR><TR><TD>Full</TD><TD>5</TD></TR></TABLE>"
            '<P>(b) More:</P><GPOTABLE><TTITLE>Rates</TTITLE><BOXHD><CHED H="1">Kind</CHED><CHED H="1">Rate</CHED>'
            '<CHED H="2">Day</CHED><CHED H="2">Night</CHED></BOXHD><ROW><ENT>Bus</ENT><ENT>1</ENT><ENT>2</ENT></ROW>'
            "</GPOTABLE>"
        ),
        "rules.xml",
    )
    assert texts(document)["49 CFR 90.1(a)"] == "(a) Limits:\nLoad | Speed\nFull | 5"
    assert texts(document)["49 CFR 90.1(b)"] == "(b) More:\nRates\nKind | Rate: Day | Rate: Night\nBus | 1 | 2"


def test_a_long_table_repeats_the_header_it_has_and_no_other_row() -> None:
    rows = "".join(f"<TR><TD>Load {n}</TD><TD>{'slow ' * 20}</TD></TR>" for n in range(30))
    head = "<TR><TH>Load</TH><TH>Speed</TH></TR>"
    headed, bare = (read(ecfr(f"<TABLE>{h}{rows}</TABLE>"), "rules.xml") for h in (head, ""))
    assert len(headed.sections) > 2 and {s.lead_in for s in headed.sections[1:]} == {"Load | Speed"}
    assert {s.lead_in for s in bare.sections} == {""}


def test_a_list_in_categories_counts_anew_in_each() -> None:
    document = read(
        ecfr(
            "<P>These are arms:</P><EXTRACT><HD1>category i—guns</HD1><P>(a) Old.</P><P>(b) New.</P>"
            "<HD1>category ii—bows</HD1><P>(a) Long.</P><P>(b) [Reserved]</P><NOTE><P>Bows bend.</P></NOTE></EXTRACT>"
        ),
        "rules.xml",
    )
    assert cited(document) == [
        "", ", Category I", ", Category I(a)", ", Category I(b)", ", Category II", ", Category II(a)",
        ", Category II(b)", ", Category II (note)",
    ]  # fmt: skip
    assert section(document, "49 CFR 90.1, Category II(a)").lead_in == "These are arms:\ncategory ii—bows"


def test_a_group_of_sections_stays_in_the_path() -> None:
    data = ecfr("<P>Roll.</P>").replace(
        '<DIV8 N="§ 90.1"', '<DIV7 N="3" TYPE="SUBJGRP"><HEAD>Fees</HEAD><DIV8 N="§ 90.1"'
    )
    document = read(data.replace("</DIV8>", "</DIV8></DIV7>"), "rules.xml")
    assert document.sections[0].path == ("PART 90—WHEELS", "Subpart A—General", "Fees", "Rolling")
    assert document.sections[0].citation == "49 CFR 90.1"


def test_reserved_and_hyphenated_sections_and_appendices() -> None:
    document = read(
        ecfr(
            '<P>Roll.</P></DIV8><DIV8 N="§§ 90.2-90.9" TYPE="SECTION"><HEAD>§§ 90.2-90.9   [Reserved]</HEAD></DIV8>'
            '<DIV8 N="90.10-1" TYPE="SECTION"><HEAD>§ 90.10-1   Odd.</HEAD><P>(a) Odd.</P></DIV8>'
            '<DIV9 N="Appendix A to Part 90" TYPE="APPENDIX"><HEAD>Appendix A to Part 90—Forms</HEAD><HD1>I. Use</HD1>'
            '<P>Use it.</P></DIV9><DIV8 N="90.11" TYPE="SECTION"><HEAD>§ 90.11   Last.</HEAD><P>Last.</P>'
        ),
        "rules.xml",
    )
    assert [s.citation for s in document.sections] == [
        "49 CFR 90.1", "49 CFR 90.10-1(a)", "49 CFR 90 Appendix A §I", "49 CFR 90.11"
    ]  # fmt: skip


def test_the_annual_edition_has_the_same_ids() -> None:
    annual = """<CFRDOC><FMTR><TITLEPG><TITLENUM>Title 49</TITLENUM></TITLEPG>
<REVISED>Revised as of October 1, 2020</REVISED>
</FMTR><TITLE>
<CHAPTER><HD SOURCE="HED">CHAPTER I—ROADS</HD>
<PART><EAR>Pt. 90</EAR><HD SOURCE="HED">PART 90—WHEELS</HD>
<CONTENTS><SECHD>Sec.</SECHD><SECTNO>90.1</SECTNO><SUBJECT>Rolling.</SUBJECT></CONTENTS>
<SECTION><SECTNO>§ 90.1</SECTNO><SUBJECT>Rolling.</SUBJECT><P>(a) <E T="03">Slow.</E> Roll.</P><P>(b) Stop.</P>
<CITA>[60 FR 1, June 2, 1995]</CITA></SECTION></PART></CHAPTER></TITLE></CFRDOC>"""
    document = read(annual, "annual.xml")
    assert [(s.citation, s.edition) for s in document.sections] == [
        ("49 CFR 90.1(a)", "1995-06-02"), ("49 CFR 90.1(b)", "1995-06-02")
    ]  # fmt: skip
    assert document.id == "49 CFR@2020-10-01"
    assert document.sections[0].path == ("CHAPTER I—ROADS", "PART 90—WHEELS", "Rolling")
    assert document.account.dropped["contents"] and document.account.dropped["front matter"]


def test_a_file_that_does_not_say_its_title_is_read_and_says_so() -> None:
    one = '<DIV8 N="90.1" TYPE="SECTION"><HEAD>§ 90.1 A.</HEAD><P>(a) Go.</P></DIV8>'
    document = read(f'<DIV5 N="90" TYPE="PART"><HEAD>PART 90—W</HEAD>{one}</DIV5>', "rules.xml")
    assert document.sections[0].text == "(a) Go."
    assert any("does not say of which CFR title" in w for w in document.warnings)


USC = """<?xml version="1.0"?>
<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" identifier="/us/usc/t49"><meta><dc:title>Title 49</dc:title>
<dcterms:created>2023-05-01</dcterms:created></meta><main>
<title identifier="/us/usc/t49"><num value="49">Title 49—</num>
<heading>TRANSPORT</heading>
<chapter identifier="/us/usc/t49/ch3"><num value="3">CHAPTER 3—</num><heading>WHEELS</heading>
<section identifier="/us/usc/t49/s301"><num value="301">§ 301.</num><heading> Hours</heading>
<chapeau>A driver shall—</chapeau>
<subsection identifier="/us/usc/t49/s301/a"><num value="a">(a)</num><heading> Rest.—</heading>
<chapeau>Each driver rests if—</chapeau><paragraph identifier="/us/usc/t49/s301/a/1"><num value="1">(1)</num>
<content> tired; or</content></paragraph><paragraph identifier="/us/usc/t49/s301/a/2"><num value="2">(2)</num>
<content> ill,</content></paragraph><continuation>whatever the load.</continuation></subsection>
<subsection identifier="/us/usc/t49/s301/b"><num value="b">(b)</num>
<paragraph identifier="/us/usc/t49/s301/b/1">
<num value="1">(1)</num><content> Eat.</content></paragraph></subsection>
<sourceCredit>(Aug. 3, 1999, 113 Stat. 1.)</sourceCredit>
<notes><note><heading>Amendments</heading><p>None.</p></note></notes>
</section></chapter></title></main></uscDoc>"""


def test_the_us_code_is_cited_by_its_identifiers() -> None:
    document = read(USC, "usc49.xml")
    assert document.id == "49 U.S.C.@2023-05-01"
    assert [(s.citation, s.text) for s in document.sections] == [
        ("49 U.S.C. 301", "A driver shall—"),
        ("49 U.S.C. 301(a)", "(a) Rest.— Each driver rests if—"),
        ("49 U.S.C. 301(a)(1)", "(1) tired; or"),
        ("49 U.S.C. 301(a)(2)", "(2) ill,"),
        ("49 U.S.C. 301(a) (flush language)", "whatever the load."),
        ("49 U.S.C. 301(b)(1)", "(b) (1) Eat."),
    ]
    assert document.sections[2].lead_in == "A driver shall—\n(a) Rest.— Each driver rests if—"
    assert document.sections[0].path == ("CHAPTER 3—WHEELS", "Hours")
    assert {s.edition for s in document.sections} == {"1999-08-03"}
    assert "Amendments None." in document.text


def test_identifiers_that_repeat_are_not_trusted() -> None:
    body = "".join(
        f'<paragraph identifier="/us/usc/t49/s301/{i}"><num value="{n}">({n})</num><content> {t}</content></paragraph>'
        for i, n, t in (("a", "a", "One."), ("a", "1", "Two."), ("b", "b", "Three."))
    )
    document = read(re.sub(r"<chapeau>.*</subsection>", body, USC, flags=re.DOTALL), "usc49.xml")
    assert [s.citation for s in document.sections] == [f"49 U.S.C. 301{x}" for x in ("(a)", "(a)(1)", "(b)")]


# The real files


def rows(name: str) -> list[tuple[int, str]]:
    """Paragraphs that were drawn at random, read in the file by eye, and given the citation a lawyer would write."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [(int(row["position"]), row["citation"]) for row in csv.DictReader(file)]


def by_line(document: Document, path: str) -> dict[int, list[str]]:
    """Citations of what stands at each line of the file."""
    found: dict[int, list[str]] = {}
    position = 0
    for block in xml.read(shared(path).read_bytes(), path).blocks:
        held = [s.citation for s in document.sections if s.start <= position < s.end]
        found.setdefault(block.locator.line or 0, []).extend(held)
        position += len(block.text) + 1
    return found


def root_of(path: str) -> Element:
    return parse(shared(path).read_bytes(), path)[0]


def said(element: Element | None) -> str:
    return plain(element).strip("§ \u2009\n") if element is not None else ""


def ecfr_paragraphs(root: Element) -> Iterator[Element]:
    """The paragraphs and table rows of sections, in the order of the file; notes of authority and source apart."""
    for element in root.iter("P", "FP", "FP-1", "FP-2", "FP-DASH", "FRP", "PSPACE", "TR"):
        above = [e.tag for e in element.iterancestors()]
        if said(element) and "DIV8" in above and above[0] not in ("AUTH", "SOURCE"):
            yield element


def uslm_paragraphs(root: Element) -> Iterator[Element]:
    """Running text of sections, in the order of the file; tables, notes of source and approval apart."""
    for element in root.iter("{*}p", "{*}content", "{*}chapeau", "{*}continuation"):
        above = list(element.iterancestors())
        names = {str(e.tag).rpartition("}")[2] for e in above}
        inner = [str(e.tag).rpartition("}")[2] for e in element]
        own = str(element.tag).endswith("}p") or ("p" not in inner and (element.text or "").strip())
        noted = names & {"source", "authority", "footnote", "table"} or any(e.get("role") == "approval" for e in above)
        if own and "section" in names and not noted and said(element):
            yield element


@pytest.mark.parametrize(
    ("path", "checked", "paragraphs", "least"),
    [
        ("regulation/ECFR-title1.xml", "ecfr_title1_checked.csv", ecfr_paragraphs, 200),
        ("regulation/CFR-2018-title27-vol3-uslm.xml", "uslm_title27_checked.csv", uslm_paragraphs, 50),
    ],
)
def test_drawn_paragraphs_have_the_citation_a_lawyer_would_write(
    path: str, checked: str, paragraphs: Callable[[Element], Iterator[Element]], least: int
) -> None:
    elements = list(paragraphs(root_of(path)))
    found = by_line(read_shared(path), path)
    expected = rows(checked)
    assert len(expected) >= least
    held = [(position, citation, found[elements[position].sourceline or 0]) for position, citation in expected]
    assert not [row for row in held if row[1] not in row[2]]


def test_ecfr_title_1_has_every_section_and_nothing_out_of_sequence() -> None:
    document = read_shared("regulation/ECFR-title1.xml")
    root = root_of("regulation/ECFR-title1.xml")
    named = {attribute(e, "N").strip("§ ") for e in root.iter("DIV8") if "[Reserved]" not in said(e.find("HEAD"))}
    held = {re.match(r"1 CFR (\d+\.\d+)", s.citation)[1] for s in document.sections}  # type: ignore[index]
    assert named == held and len(named) > 250
    assert not document.warnings
    account = document.account
    assert account.visible <= account.extracted + sum(account.dropped.values()) <= account.visible + 100


def test_title_27_agrees_with_the_identifiers_that_its_converter_gave() -> None:
    """Two thousand paragraphs, settled from the text alone, against what the file says of them."""
    document = read_shared("regulation/CFR-2018-title27-vol3-uslm.xml")
    cited = {s.citation for s in document.sections}
    root = root_of("regulation/CFR-2018-title27-vol3-uslm.xml")
    compared = 0
    for law in root.iter("{*}section"):
        number = said(law.find("{*}num"))
        paths = [attribute(e, "identifier").partition("/s")[2].split("/")[1:] for e in law.iter("{*}paragraph")]
        if len({*map(tuple, paths)}) < len(paths) or "terms" in said(law.find("{*}heading")):
            continue
        leaves = [e for e in law.iter("{*}paragraph") if e.find("{*}content") is not None]
        for leaf in leaves:
            path = attribute(leaf, "identifier").partition("/s")[2].split("/")[1:]
            compared += 1
            assert any(c.startswith(f"27 CFR {number}" + "".join(f"({p})" for p in path)) for c in cited), (
                number,
                path,
            )
    assert compared > 1000


def test_the_fixture_of_hours_of_service_is_cited_to_every_leaf() -> None:
    document = read_shared("regulation/49cfr395.3_ecfr-schema_FIXTURE.xml")
    assert cited(document, "49 CFR 395.3") == [
        "(a)", "(a)(1)", "(a)(2)", "(a)(3)(i)", "(a)(3)(ii)", "(b)", "(b)(1)", "(b)(2)", "(c)(1)", "(c)(2)"
    ]  # fmt: skip
    assert [s.citation for s in document.sections if s.introduces] == ["49 CFR 395.3(a)", "49 CFR 395.3(b)"]
    assert section(document, "49 CFR 395.3(b)(2)").lead_in.endswith("for any period after—")
    assert document.id == "49 CFR 395"
