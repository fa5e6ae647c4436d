import os
import signal
import sys
from pathlib import Path

import pytest

from synthforge.sources import pool
from synthforge.sources.entries import read_entry
from synthforge.sources.files import digest
from synthforge.sources.pool import Job, Worker, WorkerError, read_all

TEXT = "# FP-07 Fuel\n\n## 1 Card\n\nOne card per truck.\n"
HANGS = "import sys, time; print('{}', flush=True); sys.stdin.readline(); time.sleep(600)"
DIES = "import os, sys; print('{}', flush=True); sys.stdin.readline(); os.kill(os.getpid(), 9)"
SMALL = "import synthforge.sources.worker as w; w.MEMORY = 600 << 20; w.main()"


def job(folder: Path, name: str = "a.md", text: str = TEXT) -> Job:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return Job(os.fsencode(file).hex(), name, "policy", digest(file, name), str(folder / "entries" / f"{name}.json"))


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", code))


def test_files_come_back_in_the_order_asked_each_with_its_entry(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"{n}.md", TEXT.replace("FP-07", f"FP-0{n}")) for n in range(7)]
    assert list(read_all(jobs, 60)) == [(each, "") for each in jobs]
    documents = [read_entry(Path(each.entry)) for each in jobs]
    assert [d.id for d in documents if d] == [f"FP-0{n}" for n in range(7)]


def test_a_file_that_takes_too_long_is_given_up_and_its_worker_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, HANGS)
    worker = Worker()
    with pytest.raises(WorkerError, match=r"longer than 0.2 s to read; raise the source's `seconds`"):
        worker.run(job(tmp_path), 0.2)
    assert worker._process is None


def test_a_file_that_kills_its_reader_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = job(tmp_path, "good.md"), job(tmp_path, "bad.md")
    stand_in(monkeypatch, DIES)
    ((_, why),) = read_all([bad], 60)
    assert why == "it crashed the reader twice (ended with code -9)"
    monkeypatch.undo()
    assert [why for _, why in read_all([good, bad], 60)] == ["", ""]


def test_a_worker_that_was_killed_is_started_again_for_the_same_file(tmp_path: Path) -> None:
    worker = Worker()
    try:
        worker.run(job(tmp_path, "a.md"), 60)
        assert worker._process is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
        second = job(tmp_path, "b.md")
        worker.run(second, 60)
        assert read_entry(Path(second.entry)) is not None
    finally:
        worker.stop(for_good=True)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_a_file_that_needs_too_much_memory_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, SMALL)
    big, small = job(tmp_path, "big.txt", "A card is blue. " * 12_000_000), job(tmp_path, "small.md")
    assert [bool(why) for _, why in read_all([big, small], 120)] == [True, False]
    assert read_entry(Path(small.entry)) is not None


def test_a_file_that_changed_in_between_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    changed = job(tmp_path)
    (tmp_path / "a.md").write_text("# Other\n\nText.\n")
    assert [why for _, why in read_all([changed], 60)] == ["it was changed while the corpus was read; run again"]
    assert read_entry(Path(changed.entry)) is None


def test_whoever_stops_asking_leaves_no_process_behind(tmp_path: Path) -> None:
    reading = read_all([job(tmp_path, f"{n}.md") for n in range(20)], 60)
    next(reading)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    reading.close()
    if children.exists():
        commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in children.read_text().split()]
        assert not any("synthforge.sources.worker" in command for command in commands)


def test_a_module_in_the_working_folder_does_not_reach_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docx.py").write_text("raise SystemExit(7)")
    (tmp_path / "yaml.py").write_text("raise SystemExit(7)")
    asked = job(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [why for _, why in read_all([asked], 60)] == [""]
