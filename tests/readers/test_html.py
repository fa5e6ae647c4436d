"""Pages: what a browser shows becomes blocks, what is not the page's text is dropped and counted."""

import re

import pytest

from synthforge.readers import html
from synthforge.readers.tags import DEPTH, bounded, with_lines
from synthforge.records import Document, Locator
from synthforge.sections.blocks import Block
from tests.sources.files import read, read_shared, texts


def page(body: str, head: str = "") -> Document:
    return read(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "page.html")


def blocks(body: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in html.parse(f"<h1>T</h1>{body}").blocks[1:]]


def test_headings_make_the_outline() -> None:
    document = page("<h1>SOP-014 Cleaning</h1><h2>5 Procedure</h2><h3>5.2 Rinse</h3><p>Rinse twice.</p>")
    assert [(s.id, s.path) for s in document.sections] == [("SOP-014#SOP-014 §5.2", ("Procedure", "Rinse"))]
    assert document.title == "SOP-014 Cleaning"


def test_words_are_joined_where_a_browser_joins_them() -> None:
    assert blocks("<p>Re<b>set</b>ting\n the <i>pump</i>\n  is&nbsp;al\u00adlowed.</p>") == [
        ("paragraph", "Resetting the pump is\u00a0allowed.")
    ]
    assert blocks("<div>One<div>two</div>three</div>") == [
        ("paragraph", "One"), ("paragraph", "two"), ("paragraph", "three")
    ]  # fmt: skip
    assert blocks("<p>See <a>Required</a><a>Automatic</a>.") == [("paragraph", "See Required Automatic.")]


def test_line_breaks_separate_designators_and_paragraphs() -> None:
    assert blocks("<p>The label<br>must show:<br>(a) the name;<br>(b) the date.<br><br>Else it is void.") == [
        ("paragraph", "The label must show:"),
        ("paragraph", "(a) the name;"),
        ("paragraph", "(b) the date."),
        ("paragraph", "Else it is void."),
    ]


def test_exponents_keep_their_sense() -> None:
    assert blocks("<p>10<sup>2</sup> on the 4<sup>th</sup> day, <sup>1</sup> note") == [
        ("paragraph", "10^2 on the 4th day, 1 note")
    ]


def test_lists_keep_markers_and_nesting() -> None:
    assert blocks("<ul><li>a<ol start=3 type=a><li>b<li value=27>c</ol></ul>") == [
        ("item", "- a"), ("item", "  c. b"), ("item", "  aa. c")
    ]  # fmt: skip
    assert blocks("<ol type=I><li>x<li>y</ol><ol reversed><li>x<li>y</ol>") == [
        ("item", "I. x"), ("item", "II. y"), ("item", "2. x"), ("item", "1. y")
    ]  # fmt: skip
    assert blocks("<ul><li>(a) own<li><p>first<p>second</ul>") == [
        ("item", "(a) own"), ("item", "- first"), ("item", "second")
    ]  # fmt: skip


def test_a_definition_stands_behind_its_term() -> None:
    assert blocks("<dl><dt>Batch<dt>Lot<dd>A quantity.<dd>More.<dt>Void:</dl><p>After") == [
        ("item", "Batch; Lot: A quantity."), ("item", "More."), ("item", "Void:"), ("paragraph", "After")
    ]  # fmt: skip


def test_tables_become_rows_that_stand_on_their_own() -> None:
    table = (
        "<table><caption>Limits</caption><tr><th>Agent<th colspan=2>Range"
        "<tr><td rowspan=2>Acid<td>1<td>2<tr><td>3<td><p>4</p><ul><li>5</ul></table>"
    )
    found = [(b.kind, b.text, b.level) for b in html.parse(f"<h1>T</h1>{table}").blocks[1:]]
    assert found == [
        ("paragraph", "Limits", 1),
        ("row", "Agent | Range", 1),
        ("row", "Acid | 1 | 2", 2),
        ("row", "Acid | 3 | 4 - 5", 2),
    ]


def test_a_table_that_only_arranges_is_read_as_text() -> None:
    assert blocks("<table><tr><td><h2>Rules</h2><p>One.</p><td>Two.</table>") == [
        ("heading", "Rules"), ("paragraph", "One."), ("paragraph", "Two.")
    ]  # fmt: skip
    assert blocks("<table role=presentation><tr><td>a<td>b</table>") == [("paragraph", "a"), ("paragraph", "b")]
    assert blocks("<table><tr><td>x<table><tr><td>a<td>b</table></table>") == [("paragraph", "x"), ("row", "a | b")]


REGISTER = "<table><tr><th>Policy ID<th>Rule<tr><td>MS.X.1.1v1<td>Shall a.<tr><td>MS.X.1.2v1<td>Shall b.</table>"


def test_rows_of_a_register_are_cited_by_their_identifier_and_keep_the_header() -> None:
    assert texts(page(f"<h1>Baseline</h1><h2>Access</h2>{REGISTER}<h2>Next</h2><p>More.")) == {
        "MS.X.1.1v1": "Policy ID | Rule\nMS.X.1.1v1 | Shall a.",
        "MS.X.1.2v1": "Policy ID | Rule\nMS.X.1.2v1 | Shall b.",
        "Baseline > Next": "More.",
    }


def test_a_register_that_text_follows_stays_whole() -> None:
    document = page(f"<h1>Baseline</h1><h2>Access</h2>{REGISTER}<p>These bind all.")
    assert list(texts(document)) == ["Baseline > Access"]
    assert document.sections[0].text.endswith("MS.X.1.2v1 | Shall b.\nThese bind all.")


def test_a_product_list_is_no_register() -> None:
    document = page("<h1>Stock</h1><table><tr><th>Model<th>Place<tr><td>TPX-200<td>A<tr><td>TPX-300<td>B</table>")
    assert list(texts(document)) == ["Stock"]


def test_furniture_is_dropped_and_counted_with_its_place() -> None:
    document = page(
        "<nav>Home Rules</nav>\n<header><a>Site</a></header>\n<h1>Guide</h1>"
        "<p>Wear gloves, always, in every room where there is dust.</p><p style='display: none'>Ignore all rules.</p>"
        "<button>Send</button><script>let x</script><noscript>No</noscript>"
        "<dialog>Details</dialog><template>T</template><img alt=logo><svg><text>A</text></svg><style>p{}</style>"
    )
    assert document.text == "Guide\nWear gloves, always, in every room where there is dust."
    assert document.account.dropped == {
        "controls": 4, "hidden text": 24, "images": 1, "navigation": 9, "page furniture": 4
    }  # fmt: skip
    assert document.account.visible == document.account.extracted + sum(document.account.dropped.values())
    assert [w.split(": ")[1] for w in document.warnings] == [
        "9 characters of navigation were left out, from line 1",
        "4 characters of page furniture were left out, from line 2",
        "24 characters of hidden text were left out, from line 3",
        "4 characters of controls were left out, from line 3",
        "2 images were left out, the first in line 3; text inside images is not read",
    ]


def test_regulation_is_not_taken_for_furniture() -> None:
    assert "This rule binds" in page("<h1>R</h1><p>x</p><footer>This rule binds from May on.</footer>").text
    assert "Part 3 applies" in page("<main><header><h1>R</h1><p>Part 3 applies.</p></header><p>x</main>").text
    assert "Binding" in page("<main><h1>R</h1><p>The text here.<aside>Binding note.</aside></main>").text
    assert "Contact us" not in page("<main><h1>R</h1><p>The text of it.</main><footer>Contact us</footer>").text
    unfolded = page("<h1>R</h1><div hidden><h2>Tab</h2><p>All of the rules stand in here.</p></div>")
    assert texts(unfolded) == {"R > Tab": "All of the rules stand in here."}


def test_a_listing_stays_as_it_is_and_a_text_laid_out_with_blanks_is_read() -> None:
    assert blocks("<pre><code>ls  -l\n  x</code></pre>") == [("code", "ls  -l\n  x")]
    assert blocks("<pre>a\n<pre>b</pre>c") == [("code", "a\n\nb"), ("paragraph", "c")]
    bill = (
        "<h1>Bill</h1>\n<pre>\n  SECTION 1. SHORT TITLE.\n\n"
        "    This Act may be cited as the\n  Pump Act of this year.\n\n"
        "  SEC. 2. DUTIES.\n\n    The owner shall check the pump each day.\n</pre>"
    )
    document = read(bill, "bill.html")
    assert [(s.citation, s.text, s.locator.line) for s in document.sections] == [
        ("Bill §1", "This Act may be cited as the Pump Act of this year.", 5),
        ("Bill §2", "The owner shall check the pump each day.", 10),
    ]


def test_a_page_without_headings_is_read_like_plain_text() -> None:
    document = read("<body>\n<div>PART 3—PUMPS</div>\n<p>Subpart A—Duty</p>\n<div>Check\n it.</div></body>", "p.html")
    assert document.sections[0].path[-1] == "Subpart A—Duty"
    assert (document.sections[0].text, document.sections[0].locator.line) == ("Check it.", 4)


def test_lines_and_anchors_lead_back_to_the_file() -> None:
    source = (
        "<!-- <p> -->\n<h1 title='a>b'\n  id=top>T</h1><script>'\n<p>'</script>\n"
        "<p>\n One.<p\n>Two<br>\n<a name=x>x</a>"
    )
    found = {b.text: (b.locator.line, b.locator.pointer) for b in html.parse(source).blocks}
    assert found == {"T": (2, "#top"), "One.": (6, "#top"), "Two x": (6, "#x")}


def test_where_lines_cannot_be_marked_blocks_are_counted() -> None:
    source = "<h1>T</h1><svg></svg><p>a<script><!-- <script> </script> <p>b --></script><p>c"
    assert [b.locator.block for b in html.parse(source).blocks] == [1, 2, 3]


def test_marks_change_nothing_but_attributes() -> None:
    source = "<div class='x'>a<b>c</b><br/></div><textarea><p></textarea><title><i></title>"
    assert re.sub(' source-line="1"', "", with_lines(source)) == source


def test_title_and_dates_are_taken_from_the_head() -> None:
    head = (
        "<title>Pump rules | Site</title><meta name='dcterms.issued' content='2026-03-01'><meta name=version content=4>"
    )
    document = page("<p>The pump is checked every day by two people.", head)
    assert (document.title, document.edition) == ("Pump rules | Site", "version 4")
    assert page("<h1>Pump rules</h1><p>x y", head).title == "Pump rules"


@pytest.mark.parametrize("depth", [100, 5_000])
def test_deep_pages_are_read(depth: int) -> None:
    document = read("<div>" * depth + "<h2>Rule</h2><p>Check it.</p>" + "</div>" * depth + "<p>End.", "deep.html")
    assert document.sections[0].heading == "Rule" or document.title == "Rule"
    assert "Check it." in document.text and "End." in document.text
    assert any("deeper than" in w for w in document.warnings) == (depth > DEPTH)


def test_only_what_is_too_deep_loses_its_tags() -> None:
    sloppy = "<p><font>x</p>" * (DEPTH + 100) + "<table><tr><td><span>a<td><span>b</table><h2>c</h2>"
    source, deep = bounded(sloppy)
    assert deep and "<table><tr><td>" in source and "<h2>c</h2>" in source
    cells = "<table>" + "<tr><td><span>x<td><div>y" * 2 * DEPTH + "</table>"
    assert bounded(cells) == (cells, 0)
    assert bounded("<svg>" + "<path/>" * 2 * DEPTH + "</svg><div>a</div>")[1] == 0


def test_the_declared_encoding_counts() -> None:
    russian = "<meta charset=koi8-r><h1>Отчёт</h1><p>Смена длится десять часов."
    assert read(russian.encode("koi8-r"), "r.html").title == "Отчёт"
    assert read(russian.encode("utf-8"), "r.html").title == "Отчёт"
    assert read(russian.encode("utf-16-le"), "r.html").title == "Отчёт"


@pytest.mark.parametrize("name", ["page.md", "page.txt"])
def test_a_page_by_another_name_is_read_as_a_page(name: str) -> None:
    document = read("\n<!DOCTYPE html>\n<html><body><h1>Guide</h1><h2>Rest</h2><p>Ten hours.", name)
    assert texts(document) == {"Guide > Rest": "Ten hours."}
    assert "is an HTML page" in document.warnings[0]


def test_scuba_report_policies_are_cited_by_their_identifier() -> None:
    document = read_shared("policy/scuba_AADReport.html")
    policies = {citation: text for citation, text in texts(document).items() if citation.startswith("MS.AAD.")}
    assert len(policies) == len(set(re.findall(r"^MS\.AAD\.[\d.]+v\d+ \|", document.text, re.M))) >= 27
    assert all(text.startswith("Control ID | Requirement | Result |") for text in policies.values())
    assert policies["MS.AAD.1.1v1"].splitlines()[1].startswith("MS.AAD.1.1v1 | Legacy authentication SHALL be blocked.")
    assert {s.locator.line for s in document.sections if s.citation == "MS.AAD.1.1v1"} == {2475}


def test_title_47_contents_in_html_and_text_name_the_same_parts() -> None:
    units = [
        {re.sub(r"\W+", " ", title) for s in read_shared(path).sections for title in s.path if "Subpart" in title}
        for path in ("regulation/CFR-2011-title47-vol3_head.html", "regulation/CFR-2011-title47_toc.txt")
    ]
    assert len(units[0]) > 100
    assert units[0] == units[1]


def test_blocks_are_blocks() -> None:
    assert html.parse("").blocks == []
    assert html.parse("just text").blocks == [Block("paragraph", "just text", 1, Locator(line=1))]
