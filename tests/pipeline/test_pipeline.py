"""The pipeline's promises: counts that add up, one dataset per recipe, nothing done or paid for twice."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthforge.errors import StageError
from synthforge.pipeline.summary import Summary
from synthforge.records import Document, Example
from tests.conftest import Execute


def dataset(summary: Summary) -> bytes:
    return (Path(summary.folder) / "dataset" / "train.jsonl").read_bytes()


def examples(summary: Summary) -> list[Example]:
    rounds = Path(summary.folder).glob("round-*/4-filtered/*.jsonl")
    return [Example.model_validate_json(line) for path in rounds for line in path.read_text().splitlines()]


def test_every_order_ends_in_one_of_four_ways_and_every_drop_has_a_code(runs: Execute) -> None:
    summary = runs("orders=200", "until=filter")
    ends = summary.fates
    assert ends.orders == 200 == ends.kept + ends.rejected + ends.held + ends.failed
    assert len(examples(summary)) == 200
    assert ends.kept > 60 and ends.rejected > 10
    assert all(e.cause is not None and e.cause.code for e in examples(summary) if e.fate != "kept")
    for stage in summary.stages:
        if stage.name in ("generate", "check", "filter"):
            assert stage.came_in - stage.went_out == sum(stage.dropped.values())


def test_the_dataset_is_the_same_with_1_and_16_workers_and_from_a_fresh_cache(runs: Execute) -> None:
    one = runs("until=filter", "teacher.concurrency=1", cache="one")
    sixteen = runs("until=filter", "teacher.concurrency=16", cache="sixteen")
    assert one.redone and sixteen.redone
    assert dataset(one) == dataset(sixteen) != b""


def test_the_dataset_does_not_depend_on_the_order_in_which_sources_are_named(runs: Execute) -> None:
    half = ['{path: "corpus/policy-[1-3].md", category: policy}', '{path: "corpus/policy-[4-6].md", category: policy}']
    drop = "sources.yard=null"
    one = runs("until=filter", drop, f"+sources.a={half[0]}", f"+sources.b={half[1]}", cache="one")
    other = runs("until=filter", drop, f"+sources.a={half[1]}", f"+sources.b={half[0]}", cache="other")
    assert dataset(one) == dataset(other) != b""


def test_a_second_run_redoes_nothing_and_says_so(runs: Execute, capsys: pytest.CaptureFixture[str]) -> None:
    runs("until=filter")
    capsys.readouterr()
    second = runs("until=filter")
    assert second.redone == 0
    assert all(stage.cached for stage in second.stages)
    assert "nothing was redone" in capsys.readouterr().out


def test_a_changed_filter_asks_the_teacher_nothing_and_checks_nothing_again(runs: Execute) -> None:
    runs("until=filter")
    second = runs("until=filter", "filters.near.threshold=0.5")
    assert {s.name for s in second.stages if not s.cached} == {"filter"}


def test_a_changed_document_is_read_again(runs: Execute, client: Path) -> None:
    first = runs("until=filter")
    path = client / "corpus" / "policy-1.md"
    path.write_text(path.read_text().replace("8 consecutive", "9 consecutive"))
    second = runs("until=filter")
    collect, generate = (next(s for s in second.stages if s.name == name) for name in ("collect", "generate"))
    assert not collect.cached
    assert 0 < generate.asked < generate.requests
    assert dataset(first) != dataset(second)


def test_evidence_is_a_slice_of_the_canonical_text(runs: Execute) -> None:
    summary = runs("until=filter")
    corpus = (Path(summary.folder) / "1-sections" / "documents.jsonl").read_text().splitlines()
    sections = {s.id: d for d in map(Document.model_validate_json, corpus) for s in d.sections}
    kept = [e for e in examples(summary) if e.fate == "kept"]
    evidence = [c.evidence for e in kept for t in e.turns for c in t.claims]
    assert len(evidence) > 20
    for each in evidence:
        assert sections[each.section].text[each.start : each.end] == each.quote


def test_held_out_documents_are_whole_and_never_trained_on(runs: Execute) -> None:
    summary = runs("until=filter")
    [note] = [n for n in summary.notes if n.startswith("held out")]
    held = set(note.partition(": ")[2].split(", "))
    trained = {e.order.targets[0].partition("#")[0] for e in examples(summary)}
    assert held
    assert not {h.partition("@")[0] for h in held} & trained


def test_a_target_is_reached_in_rounds(runs: Execute) -> None:
    summary = runs("orders=null", "target=70", "until=filter", "teacher.fault_rate=0.9")
    assert summary.fates.kept == 70
    assert len(list(Path(summary.folder).glob("round-*"))) > 1


def test_a_target_out_of_reach_ends_with_a_note(runs: Execute) -> None:
    summary = runs("orders=null", "target=80", "max_orders=80", "until=filter")
    assert summary.fates.orders <= 80
    assert any("of the 80 examples asked for" in note for note in summary.notes)


def test_two_editions_of_a_document_are_told_apart_and_stay_on_one_side(runs: Execute, client: Path) -> None:
    for n in range(1, 4):
        text = (client / "corpus" / f"policy-{n}.md").read_text()
        edition = text.replace(f"Version: {n}", f"Version: {n}0").replace("consecutive hours", "consecutive days")
        (client / "corpus" / f"policy-{n}-new.md").write_text(edition)
    for seed in range(4):
        summary = runs("until=filter", f"seed={seed}")
        cited = {c.evidence.section for e in examples(summary) for t in e.turns for c in t.claims}
        assert any("(version" in section for section in cited)
        [note] = [n for n in summary.notes if n.startswith("held out")]
        held = {name.partition("@")[0] for name in note.partition(": ")[2].split(", ")}
        assert not held & {e.order.targets[0].partition("#")[0] for e in examples(summary)}


def test_sections_that_repeat_a_heading_can_be_cited(runs: Execute, client: Path) -> None:
    for n in range(1, 4):
        rules = "\n\n".join(
            f"## Rules\n\nThe clerk must keep log {i}{n} for at least {i + n} months." for i in (1, 2, 3)
        )
        (client / "corpus" / f"policy-{n}.md").write_text(f"# Yard {n}\n\n{rules}\n")
    kept = [e for e in examples(runs("until=filter", "teacher.fault_rate=0")) if e.fate == "kept"]
    assert any("Rules [2]" in m.content for e in kept for m in e.messages if m.role == "assistant")


def test_a_run_folder_can_be_edited_without_changing_what_later_runs_read(runs: Execute) -> None:
    first = runs("until=filter")
    for path in Path(first.folder).rglob("*.jsonl"):
        path.write_text("edited\n")
    second = runs("until=filter")
    assert second.redone == 0
    assert second.fates == first.fates


def test_one_document_is_enough_until_an_examination_is_asked_for(runs: Execute) -> None:
    one = ("sources.yard.path=corpus/policy-1.md", "orders=12")
    assert runs(*one, "until=filter").fates.orders == 12
    with pytest.raises(StageError, match="only one document has sections"):
        runs(*one)


def test_a_document_on_both_sides_is_refused(runs: Execute) -> None:
    same = "+evaluation.sources.yard={path: corpus/policy-1.md, category: policy}"
    with pytest.raises(
        StageError, match=r"same document is in sources and in evaluation\.sources: 'corpus/policy-1\.md'"
    ):
        runs("until=evaluate", same)


def test_an_example_without_a_verdict_is_not_trained_on(runs: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    from synthforge.pipeline.stages import Stages

    def without_quote(self: Stages, *arguments: object) -> list[Example]:
        made = checked(self, *arguments)  # type: ignore[arg-type]
        return [e.model_copy(update={"verdicts": tuple(v for v in e.verdicts if v.by != "quote")}) for e in made]

    checked = Stages.rounds
    monkeypatch.setattr(Stages, "rounds", without_quote)
    with pytest.raises(StageError, match="has no passing verdict of quote"):
        runs("until=tune")


def test_a_corpus_without_rules_is_told_what_it_lacks(runs: Execute, client: Path) -> None:
    for n in range(1, 7):
        (client / "corpus" / f"policy-{n}.md").write_text(f"# About {n}\n\nThe yard has {n} docks and one gate.\n")
    with pytest.raises(StageError, match="no section of the corpus states a rule"):
        runs("until=generate")


def test_kill_9_and_run_again_asks_nothing_twice_that_was_stored(client: Path, tmp_path: Path) -> None:
    """Killed at three moments, finished at the end: the same dataset as an undisturbed run."""
    command = [
        sys.executable, "-m", "synthforge", str(client / "recipes" / "yard.yaml"), "until=filter", "orders=300",
        f"outputs={tmp_path / 'out'}",
    ]  # fmt: skip
    store = tmp_path / "killed" / "store.sqlite"
    killed = []
    for replies in (20, 90, 200):
        process = subprocess.Popen([*command, f"cache_dir={store.parent}"], stdout=subprocess.DEVNULL)
        while process.poll() is None and _attempts(store) < replies:
            time.sleep(0.002)
        process.kill()
        killed.append(process.wait() == -signal.SIGKILL)
    assert any(killed)
    subprocess.run([*command, f"cache_dir={store.parent}"], check=True, capture_output=True)
    subprocess.run([*command, f"cache_dir={tmp_path / 'fresh'}"], check=True, capture_output=True)
    resumed, fresh = sorted((tmp_path / "out" / "yard").iterdir())[-2:]
    assert (resumed / "dataset" / "train.jsonl").read_bytes() == (fresh / "dataset" / "train.jsonl").read_bytes()
    assert _attempts(store) == _attempts(tmp_path / "fresh" / "store.sqlite")
    assert json.loads((resumed / "summary.json").read_text())["fates"]["orders"] == 300


def _attempts(store: Path) -> int:
    """Attempts that came to their end, in a store that another process may be writing; a kill cuts some off."""
    import sqlite3

    if not store.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5) as db:
            return int(db.execute("SELECT COUNT(*) FROM attempts WHERE ended IS NOT NULL").fetchone()[0])
    except sqlite3.OperationalError:  # the file is there before its table is
        return 0
