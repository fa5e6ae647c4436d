"""Collect through the whole command: caching by content, new editions, errors, what the report says."""

import csv
import json
import sys
from pathlib import Path

import pytest

from synthforge.artifacts import read_rows
from synthforge.compose import load
from synthforge.errors import StageError
from synthforge.execution import forecast
from synthforge.pipeline.intake import Changes
from synthforge.progress import Lines
from synthforge.records import Document, Example
from synthforge.sources import pool
from tests.conftest import Execute


def documents(folder: str) -> list[Document]:
    return list(read_rows(Path(folder) / "1-sections" / "documents.jsonl", Document))


def entries(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "cache" / "files").glob("*/*.json")}


def test_only_new_content_is_read(client: Path, runs: Execute, tmp_path: Path) -> None:
    runs("until=collect")
    before = entries(tmp_path)
    assert len(before) == 6
    (client / "corpus" / "policy-1.md").write_text("# POL-1 Yard policy 1\n\n## 1 Rest\n\nA driver must rest.\n")
    runs("until=collect")
    assert len(entries(tmp_path) - before) == 1 and before <= entries(tmp_path)


def test_a_damaged_entry_is_read_again(client: Path, runs: Execute, tmp_path: Path) -> None:
    whole = documents(runs("until=collect").folder)
    for path in (tmp_path / "cache" / "files").glob("*/*.json"):
        path.write_text(path.read_text()[:100])
    (client / "corpus" / "policy-7.md").write_text("# POL-7 Other\n\n## 1 Rest\n\nA driver must rest.\n")
    assert documents(runs("until=collect").folder)[:6] == whole


def test_the_corpus_does_not_depend_on_where_files_were_found(client: Path, runs: Execute) -> None:
    first = runs("until=collect")
    other = runs(
        "until=collect", "~sources.yard", "+sources.a={path: 'corpus/*-[456].md', category: policy}",
        "+sources.b={path: 'corpus/*-[123].md', category: policy}", cache="other",
    )  # fmt: skip
    assert documents(other.folder) == documents(first.folder)


def test_a_new_edition_leaves_sections_it_did_not_touch_as_they_were(client: Path, runs: Execute) -> None:
    first = runs("until=filter")
    assert first.intake.changes is None
    file = client / "corpus" / "policy-2.md"
    text = file.read_text().replace("Version: 2", "Version: 22").replace("30 minutes", "35 minutes")
    text += "\n## 5 Audit\n\nThe clerk must file each audit within 10 days.\n"
    file.write_text(text[: text.index("## 3 Spills")] + text[text.index("## 4 Records") :])
    again = runs("until=filter")
    policy = "POL-2#POL-2"
    assert again.intake.changes == Changes(
        added=[f"{policy} §5"],
        changed=[f"{policy} §2.2"],
        removed=[f"{policy} §3"],
        unchanged=28,
    )
    old = {s.id: s.hash for d in documents(first.folder) for s in d.sections}
    new = {s.id: (s.hash, s.edition) for d in documents(again.folder) for s in d.sections}
    assert new[f"{policy} §1"] == (old[f"{policy} §1"], "version 22")
    asked = next(stage for stage in again.stages if stage.name == "generate")
    assert asked.asked < asked.requests / 2, "examples of untouched sections are not asked for again"
    assert runs("until=collect").intake.changes == again.intake.changes, "the same corpus again says the same"


def test_two_editions_in_one_corpus_are_two_versions_under_one_id(client: Path, runs: Execute) -> None:
    text = (client / "corpus" / "policy-2.md").read_text()
    (client / "corpus" / "policy-2-new.md").write_text(text.replace("Version: 2", "Version: 3").replace("9", "8"))
    sections = [s for d in documents(runs("until=filter").folder) for s in d.sections if s.id == "POL-2#POL-2 §1"]
    assert [(s.edition, s.citation, s.key) for s in sections] == [
        ("version 3", "POL-2 §1 (version 3)", "POL-2#POL-2 §1 (version 3)"),
        ("version 2", "POL-2 §1 (version 2)", "POL-2#POL-2 §1 (version 2)"),
    ]


@pytest.fixture
def spoilt(client: Path) -> Path:
    (client / "corpus" / "empty.md").write_bytes(b"")
    (client / "corpus" / "scan.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return client


def test_files_without_text_are_error_lines(spoilt: Path, runs: Execute, capsys: pytest.CaptureFixture[str]) -> None:
    summary = runs("until=collect")
    assert [error.split(":")[0] for error in summary.intake.errors] == ["file.empty", "text.binary"]
    collect = summary.stages[0]
    assert (collect.came_in, collect.dropped) == (8, {"file.empty": 1, "text.binary": 1})
    said = capsys.readouterr().out
    assert "2 could not be read" in said and "corpus/empty.md is empty" in said
    report = (Path(summary.folder) / "report.md").read_text()
    assert "**2 files** without a section" in report and "corpus/scan.md is not a text file" in report
    with (Path(summary.folder) / "files.csv").open(newline="") as rows:
        listed = {row["file"]: row for row in csv.DictReader(rows)}
    assert len(listed) == 8 and listed["corpus/empty.md"]["error"].startswith("file.empty")
    assert int(listed["corpus/policy-1.md"]["sections"]) == 5


def test_a_recipe_may_insist_on_every_file(spoilt: Path, runs: Execute) -> None:
    with pytest.raises(StageError, match=r"2 of 8 files could not be read(.|\n)*corpus/empty.md is empty"):
        runs("until=collect", "collect.on_error=stop")


def test_a_category_may_follow_from_the_path(client: Path, runs: Execute) -> None:
    override = "sources.yard={path: 'corpus/*.md', categories: {rest: '*-1.md', spill: 'corpus/*-2.md'}}"
    summary = runs("until=collect", "~sources.yard", f"+{override}")
    assert {d.uri: d.category for d in documents(summary.folder)} == {
        "corpus/policy-1.md": "rest", "corpus/policy-2.md": "spill",
        **{f"corpus/policy-{n}.md": "corpus" for n in (3, 4, 5, 6)},
    }  # fmt: skip
    assert {name: group.documents for name, group in summary.intake.categories.items()} == {
        "corpus": 4, "rest": 1, "spill": 1,
    }  # fmt: skip


def test_every_character_and_section_is_accounted_for(runs: Execute) -> None:
    summary = runs("until=collect")
    read = documents(summary.folder)
    assert summary.intake.extracted == sum(d.account.extracted for d in read) > 0
    assert sum(summary.intake.lengths.values()) == summary.stages[0].went_out == sum(len(d.sections) for d in read)
    assert json.loads((Path(summary.folder) / "summary.json").read_text())["intake"]["categories"]["policy"]


def test_a_file_that_could_not_be_read_in_time_is_tried_again(
    client: Path, runs: Execute, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = "import sys, time; print('{}', flush=True); sys.stdin.readline(); time.sleep(600)"
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", hangs))
    files = "{path: corpus/*.md, category: policy, seconds: 0.3}"
    with pytest.raises(StageError, match="no document has a section"):
        runs("until=collect", "~sources.yard", f"+sources.yard={files}")
    monkeypatch.undo()
    (client / "corpus" / "slow.md").write_text("# POL-9 Slow\n\n## 1 A\n\nA driver must wait.\n")
    real = pool.Worker.run

    def slow(self: pool.Worker, job: pool.Job) -> None:
        if job.uri.endswith("slow.md"):
            raise pool.WorkerError("it took longer than 0.3 s to read")
        real(self, job)

    monkeypatch.setattr(pool.Worker, "run", slow)
    first = runs("until=filter")
    assert first.intake.errors == ["file.failed: corpus/slow.md: it took longer than 0.3 s to read"]
    monkeypatch.undo()
    again = runs("until=filter")
    assert again.intake.errors == [] and again.stages[0].went_out == first.stages[0].went_out + 1
    assert not next(stage for stage in again.stages if stage.name == "generate").cached


def test_the_order_of_categories_counts(client: Path, runs: Execute) -> None:
    def categories(rules: str) -> set[str]:
        summary = runs("until=collect", "~sources.yard", f"+sources.yard={{path: 'corpus/*.md', categories: {rules}}}")
        return set(summary.intake.categories)

    assert categories("{all: '*.md', one: '*-1.md'}") == {"all"}
    assert categories("{one: '*-1.md', all: '*.md'}") == {"all", "one"}


def test_what_redaction_masks_is_in_no_file_but_the_private_one(client: Path, runs: Execute, tmp_path: Path) -> None:
    secrets = ("jane.doe@acme-corp.com", "jane-doe-acme-corp-com", "219-09-9999", "E123456")
    text = "# {title}\n\n## 1 Rest\n\nA driver must call jane.doe@acme-corp.com within 2 hours. Badge E123456.\n"
    for n, name in enumerate(("a", "b_SSN_219-09-9999")):
        title = "Contact jane.doe@acme-corp.com for SSN 219-09-9999"
        (client / "corpus" / f"{name}.md").write_text(text.format(title=title).replace("2 hours", f"{n + 2} hours"))
    summary = runs("until=filter", "+collect.redact={patterns: {badge: 'E\\d{6}'}}", "orders=40")
    assert summary.intake.masked["email"] == 4 and summary.intake.masked["badge"] == 2
    files = [f for folder in (Path(summary.folder), tmp_path / "cache") for f in folder.rglob("*") if f.is_file()]
    private = [f for f in files if f.name.endswith(".masked.json")]
    assert private and all(f.stat().st_mode & 0o077 == 0 for f in private)
    for file in files:
        if file in private:
            continue
        content = file.read_bytes().replace(b"corpus/b_SSN_219-09-9999.md", b"")  # a file keeps its own name
        assert not [secret for secret in secrets if secret.encode() in content], file


def test_errors_of_the_evaluations_documents_are_reported_too(client: Path, runs: Execute) -> None:
    (client / "exam").mkdir()
    (client / "exam" / "empty.md").write_bytes(b"")
    (client / "exam" / "x.md").write_text("# POL-9 Other\n\n## 1 A\n\nA porter must wait 3 hours.\n")
    summary = runs("until=collect", "+evaluation.sources.exam={path: 'exam/*.md'}")
    assert [error.split(":")[0] for error in summary.intake.errors] == ["file.empty"]
    assert "exam/empty.md is empty" in (Path(summary.folder) / "report.md").read_text()


def test_check_plans_on_the_documents_that_the_run_trains_on(client: Path, runs: Execute, tmp_path: Path) -> None:
    run = runs("until=filter")
    said = "\n".join(forecast(load(client / "recipes" / "yard.yaml", ["until=filter"]), Lines()))
    orders = {e.order.targets for e in read_rows(Path(run.folder) / "round-1" / "2-drafts" / "drafts.jsonl", Example)}
    assert "training: 4 documents" in said and {key.split("#")[0] for (key,) in orders} < {f"POL-{n}" for n in range(9)}
