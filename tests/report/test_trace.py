from collections.abc import Callable
from pathlib import Path

import pytest

from synthforge.__main__ import main
from synthforge.artifacts import read_rows
from synthforge.records import Document, Example
from tests.conftest import Execute


@pytest.fixture
def done(runs: Execute) -> Path:
    return Path(runs("until=filter").folder)


def kept(run: Path) -> Example:
    examples = read_rows(run / "round-1" / "4-filtered" / "kept.jsonl", Example)
    return next(e for e in examples if e.turns[0].claims and e.turns[0].claims[0].evidence.start is not None)


def test_an_example_leads_to_the_line_of_the_file_that_it_rests_on(
    done: Path, client: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = kept(done)
    evidence = example.turns[0].claims[0].evidence
    document = next(
        d for d in read_rows(done / "1-sections" / "documents.jsonl", Document)
        if any(s.key == evidence.section for s in d.sections)
    )  # fmt: skip
    assert main(["trace", str(done), example.id[:8]]) == 0
    said = capsys.readouterr().out
    line = int(said.split(f"file      {document.uri}, line ")[1].split()[0])
    words = evidence.quote.split()
    block = (client / document.uri).read_text().splitlines()[line - 1 :]
    paragraph = " ".join(block[: block.index("")] if "" in block else block)
    assert " ".join(words) in " ".join(paragraph.split())
    assert f"«{' '.join(words)}»" in said and f"section   {evidence.section.partition('#')[2]}" in said


def test_a_rejected_example_says_why(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = next(e for e in read_rows(done / "round-1" / "4-filtered" / "rejected.jsonl", Example) if e.turns)
    assert main(["trace", str(done), example.id]) == 0
    said = capsys.readouterr().out
    assert example.cause is not None and example.cause.code in said and example.fate in said


@pytest.mark.parametrize(
    ("run", "name", "said"),
    [
        (lambda done: done, "zzz", "holds no example 'zzz'"),
        (lambda done: done, "", "examples whose id starts with ''"),
        (lambda done: done.parent, "a", "holds no examples; name a run's folder"),
    ],
)
def test_what_is_not_there_is_said(
    done: Path, capsys: pytest.CaptureFixture[str], run: Callable[[Path], Path], name: str, said: str
) -> None:
    assert main(["trace", str(run(done)), name]) == 2
    assert said in capsys.readouterr().err
