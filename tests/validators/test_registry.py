from pathlib import Path

import pytest

from synthforge.validators.bounds import Bound
from synthforge.validators.registry import FOLDER, Entry, Row, table

TOPICS = sorted(file.stem for file in FOLDER.glob("*.csv"))


def kind(topic: str) -> type[Row]:
    return Bound if topic == "parameters" else Entry


@pytest.mark.parametrize("topic", TOPICS)
def test_every_packaged_row_says_who_says_so_and_since_when(topic: str) -> None:
    rows = table(topic, None, kind(topic)).rows
    assert rows
    assert all(row.source and row.as_of for row in rows.values())


def test_own_rows_join_the_packaged_ones_and_take_their_place(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,status,as_of,source\nAC-2,withdrawn,2030-01,our auditor\nXX-1,current,undated,our auditor\n")
    packaged, merged = table("nist", None, Entry), table("nist", str(own), Entry)
    assert (packaged.rows["AC-2"].status, merged.rows["AC-2"].status) == ("current", "withdrawn")
    assert set(merged.rows) - set(packaged.rows) == {"XX-1"}
    assert packaged.hash != merged.hash


def test_a_changed_file_is_another_registry(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,status,as_of,source\nXX-1,current,undated,a\n")
    first = table("nist", str(own), Entry).hash
    own.write_text("id,status,as_of,source\nXX-1,current,undated,ab\n")
    assert table("nist", str(own), Entry).hash != first


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id,status\nA,current\n", "registry 'own.csv' has no column 'as_of', 'source'; the columns are id, as_of"),
        ("id,status,as_of,source\n", "registry 'own.csv' has no rows"),
        ("id,status,as_of,source\nA,gone,undated,x\n", "registry 'own.csv', line 2: status: Input should be 'current'"),
        ("id,status,as_of,source\nA,current,May,x\n", "registry 'own.csv', line 2: as_of: String should match"),
        ("id,status,as_of,source\nA,current,2020,\n", "registry 'own.csv', line 2: source: Field required"),
        ("id,status,as_of,source\nA,current,2020,x\nA,current,2021,x\n", "registry 'own.csv', line 3: 'A' stands"),
        ("id,status,as_of,source,colour\nA,current,2020,x,red\n", "registry 'own.csv', line 2: colour: Extra inputs"),
        (
            "id,status,as_of,source\nA,current,2020,x,y\n",
            "registry 'own.csv', line 2: (more cells than the header",
        ),
        ('id,status,as_of,source\n"A,current,2020,x\n', "registry 'own.csv', after line 1: unexpected end of data"),
    ],
)
def test_what_is_no_registry_is_refused_with_file_and_line(tmp_path: Path, text: str, reason: str) -> None:
    own = tmp_path / "own.csv"
    own.write_text(text)
    with pytest.raises(ValueError) as caught:
        table("nist", str(own), Entry)
    assert str(caught.value).startswith(reason)


def test_a_registry_that_is_no_text(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes(b"id,status\n\xff\xfe")
    with pytest.raises(ValueError, match="cannot be read as UTF-8 text"):
        table("nist", str(own), Entry)


def test_bounds_that_cross_are_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "id,names,units,implausible_below,implausible_above,as_of,source\nspin,spin speed,rpm,40,4,undated,us\n"
    )
    with pytest.raises(ValueError, match="the bounds of 'spin' are not in order: 40, 4"):
        table("parameters", str(own), Bound)


def test_a_unit_that_is_none_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,names,units,as_of,source\nspin,spin speed,whirls,undated,us\n")
    with pytest.raises(ValueError, match="line 2: units: Value error, 'whirls' is no unit"):
        table("parameters", str(own), Bound)
