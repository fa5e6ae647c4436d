"""Stage outputs: computed once per content, written whole or not at all, waited for and not computed twice."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synthforge.artifacts import Artifacts, code_version, read_rows, write_rows, write_text
from synthforge.records import Message


def test_an_output_is_built_once_and_linked_into_every_run(tmp_path: Path) -> None:
    built: list[Path] = []

    def build(folder: Path) -> None:
        built.append(folder)
        write_text(folder / "out.txt", "x")

    first = Artifacts(tmp_path / "cache", tmp_path / "run-1").make("1-sections", ["a", 1], build)
    second = Artifacts(tmp_path / "cache", tmp_path / "run-2").make("1-sections", ["a", 1], build)
    assert (len(built), first.cached, second.cached, first.key) == (1, False, True, second.key)
    assert (tmp_path / "run-2" / "1-sections" / "out.txt").read_text() == "x"


def test_a_run_folder_used_twice_holds_the_newer_output_and_harms_no_older_one(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "cache", tmp_path / "run")
    old = artifacts.make("s", ["a"], lambda folder: write_text(folder / "o", "old"))
    artifacts.make("s", ["b"], lambda folder: write_text(folder / "o", "new"))
    assert (tmp_path / "run" / "s" / "o").read_text() == "new"
    assert (old.path / "o").read_text() == "old"
    assert artifacts.make("s", ["b"], lambda folder: None).cached


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_damaged_output_is_made_again(tmp_path: Path, harm: str) -> None:
    artifacts = Artifacts(tmp_path / "cache", tmp_path / "run")
    made = artifacts.make("s", ["a"], lambda folder: write_text(folder / "o", "whole"))
    (made.path / "o").write_text("who") if harm == "cut" else (made.path / "o").unlink()
    assert not artifacts.make("s", ["a"], lambda folder: write_text(folder / "o", "whole")).cached
    assert (tmp_path / "run" / "s" / "o").read_text() == "whole"


def test_other_inputs_are_another_output(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "cache", tmp_path / "run")
    one = artifacts.make("s", [{"threshold": 0.7}], lambda folder: write_text(folder / "o", "1"))
    two = artifacts.make("s", [{"threshold": 0.8}], lambda folder: write_text(folder / "o", "2"))
    assert one.key != two.key
    assert not two.cached


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "cache", tmp_path / "run")

    def fail(folder: Path) -> None:
        write_text(folder / "half.txt", "half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        artifacts.make("s", [], fail)
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.name == "half.txt"]
    assert not artifacts.make("s", [], lambda folder: write_text(folder / "whole.txt", "w")).cached


def test_several_that_want_one_output_wait_for_the_first(tmp_path: Path) -> None:
    built: list[int] = []

    def build(folder: Path) -> None:
        built.append(1)
        write_text(folder / "o", "x")

    def make(number: int) -> bool:
        return Artifacts(tmp_path / "cache", tmp_path / f"run-{number}").make("s", ["k"], build).cached

    with ThreadPoolExecutor(8) as pool:
        cached = list(pool.map(make, range(8)))
    assert (len(built), cached.count(False)) == (1, 1)


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [Message(role="user", content="a\nb  ü\u2028"), Message(role="assistant", content="")]
    write_rows(tmp_path / "rows.jsonl", rows)
    assert list(read_rows(tmp_path / "rows.jsonl", Message)) == rows


def test_the_code_version_is_one_per_process() -> None:
    assert code_version() == code_version()
    assert len(code_version()) == 20
