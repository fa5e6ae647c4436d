import csv
import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.readers import table
from synthforge.readers.cells import Table
from synthforge.readers.prose import without_markup
from tests.sources.files import read, read_shared, shared, texts

LONG = "The seal of the pump was worn on one side; it was replaced, the bore was measured and found within limits, "
LONG += "and the pump was released by the shift lead."


def rows(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_record_is_a_section_and_its_long_field_one_of_its_own() -> None:
    document = read(rows("ticket_no,site,resolution", f'T-104,east,"{LONG}"', "T-105,west,Cleaned."), "repairs.csv")
    named = read(rows("number,site,resolution", f'T-104,east,"{LONG}"', "T-105,west,Cleaned."), "repairs.csv")
    assert texts(named) == {
        "T-104": "number: T-104\nsite: east",
        "T-104#resolution": LONG,
        "T-105": "number: T-105\nsite: west\nresolution: Cleaned.",
    }
    assert list(texts(document)) == ["Repairs row 2", "Repairs row 2#resolution", "Repairs row 3"]
    assert [(s.locator.row, s.locator.line) for s in named.sections] == [(2, 2), (2, 2), (3, 3)]
    assert (named.id, named.title, named.sections[1].path) == ("repairs", "Repairs", ("T-104", "resolution"))


def test_a_row_has_the_number_that_a_spreadsheet_shows_even_behind_cells_of_several_lines() -> None:
    document = read(rows("area,remark", 'a,"one', 'two"', "", "b,three"), "notes.csv")
    places = {s.citation: (s.locator.row, s.locator.line) for s in document.sections}
    assert places["Notes row 4"] == (4, 5)
    assert texts(document)["Notes row 2#remark"].splitlines() == ["one", "two"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,limit,unit", "P-01,2.5,mm"),
        ("id;limit;unit", "P-01;2,5;mm"),
        ("id\tlimit\tunit", "P-01\t2,5;1\tmm"),
        ("id|limit|unit", "P-01|2,5|mm"),
        ('"id","limit","unit"', '"P-01","2;5","mm"'),
    ],
)
def test_the_delimiter_is_what_the_rows_agree_on(header: str, row: str) -> None:
    document = read(rows(header, row, row.replace("P-01", "P-02")), "limits.csv")
    assert list(texts(document)) == ["P-01", "P-02"]
    assert document.sections[0].text.endswith("unit: mm")
    assert not document.warnings


def test_what_excel_says_of_the_separator_is_followed_and_not_read() -> None:
    document = read("sep=;\nid;text\nA-1;x, y, z\n", "a.csv")
    assert texts(document) == {"A-1": "id: A-1\ntext: x, y, z"}


def test_sentences_in_one_column_are_not_cut_at_their_commas() -> None:
    document = read(rows("question", "Hello, where is it?", "It is late, again, and I wait.", "No news."), "q.csv")
    assert document.sections[1].text == "question: It is late, again, and I wait."
    every = read(rows("question", *["Well, it is late."] * 8), "q.csv")
    assert {s.text for s in every.sections} == {"question: Well, it is late."}


def test_a_table_without_column_names_loses_no_row() -> None:
    document = read(rows("101,open,7.5", "102,closed,8.1"), "a.csv")
    assert document.sections[0].text == "column 1: 101\ncolumn 2: open\ncolumn 3: 7.5"
    assert any("no column names" in warning for warning in document.warnings)


def test_lines_above_the_table_belong_to_the_document() -> None:
    document = read(rows("Pumps of the east site", "", "id,state", "P-01,ok", "P-02,worn", "P-03,ok"), "p.csv")
    assert texts(document)["P"] == "Pumps of the east site"
    assert texts(document)["P-02"] == "id: P-02\nstate: worn"


def test_columns_of_one_name_and_of_none_are_kept_apart_and_reported() -> None:
    document = read(rows("id,note,note,", "P-01,a,b,c", "P-02,d,e,f"), "p.csv")
    assert document.sections[0].text == "id: P-01\nnote: a\nnote [2]: b\ncolumn 4: c"
    assert any("columns of the same name" in warning and "'note'" in warning for warning in document.warnings)


def test_ragged_rows_are_kept_and_reported_by_number() -> None:
    document = read(rows("id,a,b", "P-01,1,2", "P-02,1", "P-03,1,2,3", "P-04,1,2,", "P-05,1,2"), "p.csv")
    assert texts(document)["P-02"] == "id: P-02\na: 1"
    assert texts(document)["P-03"] == "id: P-03\na: 1\nb: 2\ncolumn 4: 3"
    assert [w for w in document.warnings if "cells" in w] == ["p.csv: 2 rows have more or fewer than 3 cells: row 3, 4"]


def test_a_quote_that_is_never_closed_swallows_no_row() -> None:
    lines = ["id,text", 'P-01,"open', *(f"P-{n:02},x" for n in range(2, 40))]
    document = read(rows(*lines), "p.csv")
    assert len(document.sections) == 39
    assert texts(document)["P-01"] == "id: P-01\ntext: open"
    assert any("quotes are not closed" in warning and "row 2 (line 2)" in warning for warning in document.warnings)


def test_a_quote_that_the_next_quoted_cell_closes_swallows_no_row() -> None:
    document = read(rows("id,text", 'P-01,"open', "P-02,x", 'P-03,"y, z"', "P-04,w"), "p.csv")
    assert {c: t.splitlines()[1] for c, t in texts(document).items()} == {
        "P-01": "text: open", "P-02": "text: x", "P-03": "text: y, z", "P-04": "text: w",
    }  # fmt: skip
    assert any("row 2 (line 2)" in warning for warning in document.warnings)


def test_a_quote_that_closes_too_late_is_reported() -> None:
    document = read(rows("id,text", 'P-01,"open', "P-02,x", "P-03,y", 'P-04,"', "P-05,w"), "p.csv")
    assert any("closed too late in row 2 (lines 2 to 5)" in warning for warning in document.warnings)


def test_an_honest_cell_of_several_lines_is_not_reported() -> None:
    document = read(rows("id,text", 'P-01,"first, then', "second, and", 'third"', "P-02,x"), "p.csv")
    assert texts(document)["P-01"].split() == "id: P-01 text: first, then second, and third".split()
    assert texts(document)["P-02"] == "id: P-02\ntext: x"


def test_an_identifier_that_comes_again_is_numbered_and_one_that_is_missing_gives_the_row() -> None:
    lines = [f"P-{n:02},x{n}" for n in range(1, 41)] + ["P-07,again", ",nameless"]
    document = read(rows("id,text", *lines), "p.csv")
    assert texts(document)["P-07 [2]"] == "id: P-07\ntext: again"
    assert texts(document)["P row 43"] == "text: nameless"
    assert any("row 42 (P-07)" in warning for warning in document.warnings)


def test_a_bare_number_is_cited_by_the_name_of_its_column() -> None:
    assert list(texts(read(rows("case id,text", "101,a", "102,b"), "c.csv"))) == ["case id 101", "case id 102"]


def test_a_cell_is_not_read_as_outline() -> None:
    cells = ["4.1 Any loss is told.", "1. Purpose", "§ 5 Scope", "SOP-031", "Contents", "Version: 9", "CLOSED BY HAND"]
    document = read(rows("id,text", *(f'P-{n:02},"{cell}"' for n, cell in enumerate(cells * 5))), "p.csv")
    assert [s.text.partition("text: ")[2] for s in document.sections] == cells * 5
    assert document.edition == ""
    assert document.id == "p"


def test_markup_in_cells_is_shown_as_a_browser_would_and_counted() -> None:
    cell = "Old clients SHALL be blocked.<div class='b'><a href='x'>Baseline</a><a href='y'>Automated</a></div>"
    document = read(rows("id,rule", f'A-1,"{cell}"', "A-2,a <b and c> d"), "p.csv")
    assert texts(document) == {
        "A-1#rule": "Old clients SHALL be blocked.\nBaseline Automated",
        "A-2": "id: A-2\nrule: a <b and c> d",
    }
    assert document.account.dropped["markup"] > 40


def test_a_cell_of_200_kilobytes_and_a_nul_are_read() -> None:
    long = "word " * 40_000
    csv.field_size_limit(131_072)  # as a new process has it
    document = read(rows("id,text", f'P-01,"{long}"', "P-02,a\0b"), "p.csv")
    assert document.text.count("word") == 40_000
    assert "text: a\0b" in document.text
    assert any("NUL" in warning for warning in document.warnings)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8"])
def test_any_encoding_gives_the_same_records(encoding: str) -> None:
    lines = rows("id,größe,ort", *(f"P-{n:02},{n} m,Zürich" for n in range(1, 9)))
    document = read(lines.encode(encoding), "p.csv")
    assert texts(document)["P-03"] == "id: P-03\ngröße: 3 m\nort: Zürich"


def test_a_header_alone_and_a_line_of_too_many_cells_are_reported() -> None:
    assert read(rows("id,text"), "p.csv").sections[0].text == "column 1: id\ncolumn 2: text"
    assert "table.too_wide" in read("a, " * 20_000, "p.csv").error
    assert "table.empty" in read(",,\n,,\n", "p.csv").error


@pytest.mark.parametrize("line", ['x,"abc', '"x,""', 'x,"x"b', "x,y,z,w", "x\ty;c|d"])
def test_a_file_of_faults_keeps_every_line(line: str) -> None:
    document = read(rows("a,b", *[line] * 3_000), "p.csv")
    assert squeezed(document.text).count("x") >= 3_000
    assert document.warnings or '"' not in line


def test_a_file_of_quotes_ends() -> None:
    assert read('"\n' * 30_001, "p.csv").error or read('"\n' * 30_001, "p.csv").warnings


def test_many_rows_are_records_in_order() -> None:
    lines = [f"T-{n:05},pump {n},open" for n in range(20_000)]
    document = read(rows("id,name,state", *lines), "p.csv")
    assert [s.citation for s in document.sections] == [f"T-{n:05}" for n in range(20_000)]


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_reported(data: bytes, name: str) -> None:
    document = read(data, name)
    assert document == read(data, name)


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@given(st.lists(st.lists(cell, min_size=2, max_size=4), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"]))
@settings(deadline=None)
def test_every_cell_of_any_table_is_in_the_text(grid: list[list[str]], mark: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows([["id", "first", "second", "third"], *grid])
    document = read(out.getvalue(), "a.csv")
    whole = squeezed(document.text)
    assert all(squeezed(without_markup(text)) in whole for row in grid for text in row if not document.error)


@pytest.mark.parametrize(
    ("path", "count", "citation"),
    [
        ("ticket/it_support_tickets_500.csv", 500, "INC00469#resolution"),
        ("ticket/ScubaResults.csv", 92, "MS.AAD.1.1v1#Requirement"),
        ("ticket/banking77_test.csv", 3080, "Banking77 test row 12"),
        ("MANIFEST.csv", 280, "MANIFEST row 2"),
    ],
)
def test_real_tables_keep_every_cell(path: str, count: int, citation: str) -> None:
    document = read_shared(path)
    with shared(path).open(encoding="utf-8-sig", newline="") as file:
        cells = [text for row in list(csv.reader(file))[1:] for text in row]
    assert len({s.path[0] for s in document.sections}) >= count
    assert citation in texts(document)
    assert not document.warnings
    reading = table.read(shared(path).read_bytes(), path)
    assert reading.visible == sum(len(squeezed(text)) for text in cells)
    whole = squeezed(document.text)
    assert all(squeezed(without_markup(text)) in whole for text in cells[:: max(1, len(cells) // 800)])


class Counted(list[str]):
    """Lines that count how often one is asked for."""

    asked = 0

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        self.asked += 1
        return super().__getitem__(index)


@given(st.lists(st.text('",x', max_size=8), min_size=1, max_size=4), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_broken_quotes_cost_no_more_than_reading_the_file_a_few_times(units: list[str], random: Random) -> None:
    lines = Counted(random.choice(units) for _ in range(200))
    found = list(Table(lines, ",").rows())
    assert lines.asked <= 5 * len(lines)
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    assert [row.first for row in found] == [1, *(row.last + 1 for row in found[:-1])]
    assert found[-1].last == len(lines)
