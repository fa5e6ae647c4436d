"""What is left out as a table of contents or a running head, and what only looks like one."""

import pytest

from tests.sources.files import read

KIT = (
    "# FP-07 Spills\n\n## 1 Spill kit\n\n{}\n\n"
    "- Gloves must be of nitrile.\n- Pads must be changed in 12 months.\n\nIt is full.\n"
)


@pytest.mark.parametrize("heading", ["Contents:", "## Contents", "## Table of Contents"])
def test_the_contents_of_a_kit_are_no_table_of_contents(heading: str) -> None:
    document = read(KIT.format(heading))
    for said in ("Contents", "Gloves must be of nitrile.", "Pads must be changed in 12 months.", "It is full."):
        assert said in document.text
    assert not document.account.dropped
    assert not any("table of contents" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    "entry",
    [
        "- [Purpose](#purpose)\n- [Use of pumps](#use)\n",
        "- 1 Purpose\n- 2. Use of Pumps 4\n",
        "1 Purpose ........ 3\n\n2 Use of pumps .... 4\n",
        "- Purpose\n- Annex about seals ........ 9\n- Index 12\n",
    ],
)
def test_entries_that_repeat_a_heading_or_lead_to_a_page_are_left_out(entry: str) -> None:
    sections = "## Purpose\n\nIt is dry.\n\n## Use of pumps\n\nGo.\n"
    document = read(f"# FP-07 Pumps\n\n## Contents\n\n{entry}\n- Seals must be dry.\n\n{sections}")
    assert "Contents" not in document.text and "- Seals must be dry." in document.text
    assert document.text.count("Purpose") == 1 and document.text.lower().count("use of pumps") == 1
    assert "Annex" not in document.text and "Index" not in document.text
    count = len(entry.strip().split("\n")) - entry.count("\n\n") + 1
    assert any(f"a table of contents was left out ({count} lines, from line 3)" in w for w in document.warnings)
    assert document.account.visible <= document.account.extracted + document.account.dropped["contents"] + 12


def test_a_blank_to_fill_in_is_no_entry_of_a_table_of_contents() -> None:
    document = read("# FP-07 Pumps\n\n## Record\n\nName of the operator: ..........\n\nIt is kept.\n")
    assert "Name of the operator" in document.text


WARNING = "DO NOT OPERATE WITHOUT THE GUARD"
STATION = "STATION {n} — PRESSING\n\n{said}\n\nThe operator presses the part for {n} minutes.\n\n"


@pytest.mark.parametrize("said", [WARNING, "GUARD CLOSED BEFORE START", "CAUTION HOT SURFACE NEAR PRESS"])
@pytest.mark.parametrize("name", ["line.txt", "line.md"])
def test_a_warning_at_every_station_is_no_running_head(said: str, name: str) -> None:
    head = "# Pressing line\n\n" if name.endswith("md") else ""
    document = read(head + "".join(STATION.format(n=n, said=said) for n in range(1, 6)), name)
    assert document.text.count(said) == 5
    assert not document.account.dropped


@pytest.mark.parametrize(("before", "after"), [("\f", ""), ("", "\n\nPage {n}"), ("{n}\n\n", "")])
def test_a_running_head_goes_where_pages_are_marked_but_no_rule_does(before: str, after: str) -> None:
    page = f"{before}PRESSING LINE HANDBOOK{after}\n\n{WARNING}\n\nThe operator presses part {{n}} for an hour.\n\n"
    document = read("".join(page.format(n=n) for n in range(2, 8)), "line.txt")
    assert "HANDBOOK" not in document.text
    assert document.text.count(WARNING) == 6
    assert any("6 repeated running heads were left out" in w for w in document.warnings)


def test_a_head_that_a_converter_doubled_is_a_running_head() -> None:
    head = "PRESSING LINE HANDBOOK"
    text = (
        "# Pressing\n\n" + "".join(f"{head}\n\nPart {n} is pressed.\n\n" for n in range(4)) + f"{head} {head}\n\nEnd.\n"
    )
    assert head not in read(text).text
