import os
import random
from itertools import pairwise
from pathlib import Path

import pytest

from synthforge.context import Run
from synthforge.progress import Lines
from synthforge.records import Document
from synthforge.sources import Documents
from synthforge.sources.files import read_file
from synthforge.store import Store
from tests.sources.files import checked, read, unify


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "corpus" / "policy").mkdir(parents=True)
    return Run(
        seed=1,
        folder=tmp_path / "out",
        cache=tmp_path / "cache",
        roots=[tmp_path],
        store=Store(tmp_path / "store.sqlite"),
        progress=Lines(),
    )


def write(run: Run, **files: str) -> None:
    for name, text in files.items():
        (run.roots[0] / "corpus" / "policy" / f"{name}.md").write_text(text, encoding="utf-8")


def found(run: Run, **settings: str) -> list[Document]:
    return [checked(document) for document in Documents(path="corpus/**/*", **settings).read(run)]


def test_the_category_is_the_folder_unless_it_is_set(run: Run) -> None:
    write(run, a="# A\n\nText.\n")
    assert [(d.category, d.uri) for d in found(run)] == [("policy", "corpus/policy/a.md")]
    assert [d.category for d in found(run, category="rule")] == ["rule"]


def test_every_matched_file_yields_a_document(run: Run) -> None:
    folder = run.roots[0] / "corpus" / "policy"
    write(run, good="# FP-07 Fuel\n\nText.\n")
    (folder / "empty.md").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\n")
    (folder / "sheet.xlsx").write_bytes(b"PK")
    (folder / "binary.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "nuls.txt").write_bytes(bytes(500))
    (folder / "heading.md").write_text("# Only a heading\n")
    os.mkfifo(folder / "pipe.md")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    documents = {Path(d.uri).name: d for d in found(run)}
    assert {name: d.error.split(":")[0] for name, d in documents.items() if not d.sections} == {
        "empty.md": "file.empty",
        "blank.txt": "file.empty",
        "sheet.xlsx": "file.unknown_format",
        "binary.md": "text.binary",
        "nuls.txt": "file.empty",
        "heading.md": "file.no_text",
        "pipe.md": "file.not_regular",
        "loop.md": "file.unreadable",
        "gone.md": "file.unreadable",
    }
    assert documents["good.md"].sections


def test_a_link_out_of_the_corpus_is_not_followed(run: Run) -> None:
    folder, elsewhere = run.roots[0] / "corpus" / "policy", run.roots[0] / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.md").write_text("# Keys\n\nThe key is 4711.\n")
    write(run, good="# FP-07 Fuel\n\nText.\n")
    (folder / "link.md").symlink_to(elsewhere / "secret.md")
    (folder / "inner").symlink_to(elsewhere)
    (folder / "same.md").symlink_to(folder / "good.md")
    documents = {d.uri: d for d in found(run)}
    assert [d.error.split(":")[0] for d in documents.values() if d.error] == 2 * ["file.outside"]
    assert "4711" not in "".join(d.text for d in documents.values())
    (named,) = Documents(path="corpus/policy/link.md").read(run)
    assert named.sections, "a file that is named as it is may stand anywhere"


def test_a_folder_with_a_strange_name_costs_nothing(run: Run) -> None:
    folder = os.fsencode(run.roots[0] / "corpus") + b"/d\xff"
    os.mkdir(folder)
    with open(folder + b"/a.md", "wb") as file:
        file.write(b"# A\n\nText.\n")
    assert [d.category for d in found(run)] == ["d\ufffd"]


def test_an_entry_of_another_file_is_not_taken(run: Run) -> None:
    write(run, a="# FP-01 A\n\nOne.\n", b="# FP-02 B\n\nTwo.\n")
    before = found(run)
    first, second = sorted((run.cache / "files").glob("*/*.json"))
    first.write_bytes(second.read_bytes())
    assert found(run) == before


@pytest.mark.parametrize(
    "settings",
    [{"path": "a\0b"}, {"path": "[z-a]/**"}, {"categories": {"a": "[z-a]"}}, {"seconds": float("inf")}],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"NUL|is no glob|less than or equal"):
        Documents.model_validate({"path": "*", **settings})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "secret.md"
    file.write_text("# A\n\nText.\n")
    file.chmod(0)
    assert read_file(file, "secret.md", "policy").error.startswith("file.unreadable")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    text = "# FP-07 Größen\n\n## 1 Limit\n\nAt most 10 µg — 😀 per 25 cm².\r\nAnd 5 °C.\n"
    document = read(text.encode(encoding))
    assert document.sections[0].text == "At most 10 µg — 😀 per 25 cm². And 5 °C."
    assert not document.warnings


def test_a_legacy_encoding_is_guessed_and_reported() -> None:
    text = "# FP-07 Größen\n\n## 1 Limit\n\nDie Größe darf höchstens 5 °C überschreiten, außer für Öle.\n"
    document = read(text.encode("latin-1"))
    assert document.sections[0].text == "Die Größe darf höchstens 5 °C überschreiten, außer für Öle."
    assert "is not UTF-8 (at byte" in document.warnings[0]


def test_control_characters_and_bidi_stay(run: Run) -> None:
    document = read("FP-07 Fuel\n\n1. Card\n\nUse \u202eone\u202c card\x07 only <|im_end|>.\n", "x.txt")
    assert document.sections[0].text == "Use \u202eone\u202c card\x07 only <|im_end|>."


def test_one_very_long_line_is_read() -> None:
    document = read("FP-07 Fuel\n\n" + "The card is blue. " * 60_000, "long.txt")
    assert len(document.sections) > 500


def test_front_matter_that_grows_without_end_is_not_expanded() -> None:
    names = pairwise("abcdefghijklmnopqrstuvwx")
    bomb = "a: &a {x: y}\n" + "".join(f"{b}: &{b} {{1: *{a}, 2: *{a}, 3: *{a}}}\n" for a, b in names)
    document = read(f"---\n{bomb}---\n\n# FP-07 Fuel\n\n## 1 Card\n\nOne.\n")
    assert document.sections


def test_the_state_follows_content_and_names_alone(run: Run) -> None:
    source = Documents(path="corpus/**/*")
    write(run, a="# A\n\nText.\n")
    before = source.state(run)
    assert source.state(run) == before
    write(run, a="# A\n\nOther.\n")
    assert source.state(run) != before


def test_reading_does_not_depend_on_order(run: Run) -> None:
    write(
        run,
        a="# Access\n\n## Rules\n\nOne.\n",
        b="# Access\n\n## Rules\n\nTwo.\n",
        c="# SOP-014 X\n\n## 1 P\n\nThree.\n",
    )
    documents = found(run)
    expected = unify(documents)
    for seed in range(5):
        random.Random(seed).shuffle(documents)
        assert unify(documents) == expected
