import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from synthforge.pipeline.summary import Summary
from synthforge.records import Document, Evidence, Example
from synthforge.report import write_dataset
from synthforge.report.dataset import lines
from synthforge.report.provenance import Sources
from tests.report.conftest import document, example, run_examples

KEPT = [e for e in run_examples() if e.fate == "kept"]


@pytest.fixture
def dataset(summary: Summary, corpus: list[Document], tmp_path: Path) -> Path:
    write_dataset(KEPT, KEPT[:1], summary, corpus, tmp_path)
    return tmp_path / "dataset"


def test_a_row_traces_to_its_document(dataset: Path, corpus: list[Document]) -> None:
    rows = [json.loads(line) for line in (dataset / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a1", "a2", "a3"]
    assert list(rows[1]) == ["id", "messages", "citations", "task", "difficulty", "edge_case", "decision"]
    assert (rows[1]["task"], rows[1]["edge_case"]) == ("compliance_check", "insufficient_information")
    assert [m["role"] for m in rows[0]["messages"]] == ["user", "assistant"]
    (cited,) = rows[0]["citations"]
    source = next(d for d in corpus if d.uri == cited["document"])
    assert source.text[cited["start"] : cited["end"]] == cited["quote"]
    assert (cited["section"], cited["citation"], cited["edition"]) == ("FP-07#§1", "FP-07 §1", "2024")


@given(
    st.permutations(KEPT),
    st.permutations([document("FP-07"), document("MAN-2"), document("FP-07", edition="2023")]),
)
def test_the_bytes_do_not_depend_on_the_order_of_arrival(examples: list[Example], corpus: list[Document]) -> None:
    expected = [document("FP-07"), document("MAN-2"), document("FP-07", edition="2023")]
    assert lines(examples, Sources(corpus)) == lines(KEPT, Sources(expected))


def test_the_card_is_a_function_of_the_content_too(
    dataset: Path, summary: Summary, corpus: list[Document], tmp_path: Path
) -> None:
    later = summary.model_copy(update={"seconds": 9.0, "folder": "elsewhere", "redone": 0})
    write_dataset(KEPT[::-1], KEPT[:1], later, corpus[::-1], tmp_path / "again")
    for name in ("train.jsonl", "eval.jsonl", "README.md"):
        assert (tmp_path / "again" / "dataset" / name).read_bytes() == (dataset / name).read_bytes()


def test_the_card_says_what_is_in_it(dataset: Path) -> None:
    card = (dataset / "README.md").read_text(encoding="utf-8")
    meta = yaml.safe_load(card.split("---\n")[1])
    files = meta["configs"][0]["data_files"]
    assert files == [{"split": "train", "path": "train.jsonl"}, {"split": "test", "path": "eval.jsonl"}]
    assert meta["license"] == "unknown" and meta["size_categories"] == ["n<1K"]
    assert "| compliance\\_check | none | 1 | 1 |".replace("\\", "") in card
    assert "Do not train a production model" in card and "| corpus/FP-07.md |" in card


def test_an_empty_split_is_not_declared(summary: Summary, corpus: list[Document], tmp_path: Path) -> None:
    real = summary.model_copy(update={"faults": None, "stand_in": False})
    write_dataset(KEPT, [], real, corpus, tmp_path)
    card = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")
    assert yaml.safe_load(card.split("---\n")[1])["configs"][0]["data_files"] == [
        {"split": "train", "path": "train.jsonl"}
    ]
    assert "Do not train" not in card
    assert (tmp_path / "dataset" / "eval.jsonl").read_bytes() == b""


def test_line_separators_stay_inside_a_line(corpus: list[Document]) -> None:
    odd = example("e1")
    message = odd.messages[0].model_copy(update={"content": "one\u2028two\r\nthree\u0085four"})
    written = lines([odd.model_copy(update={"messages": (message,)})], Sources(corpus))
    assert written.count("\n") == 1
    assert json.loads(written)["messages"][0]["content"] == message.content


def test_of_two_editions_the_one_that_holds_the_quote() -> None:
    old = document("FP-07", edition="2023")
    new = document("FP-07", edition="2024").model_copy(update={"text": "A driver must rest for at least 11 hours.\n"})
    quote = Evidence(section="FP-07#§1", quote="A driver must rest for at least 11 hours.", start=0, end=41)
    section, found = Sources([old, new]).find(quote)
    assert found is not None and section is not None
    assert found.edition == section.edition == "2024"
    assert Sources([old]).find(Evidence(section="nowhere", quote="x")) == (None, None)
