import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from synthforge.errors import StageError
from synthforge.sources import pool
from synthforge.sources.entries import read_entry
from synthforge.sources.files import digest
from synthforge.sources.pool import Job, Worker, WorkerError, read_all

TEXT = "# FP-07 Fuel\n\n## 1 Card\n\nOne card per truck.\n"
HANGS = "import sys, time; print('{}', flush=True); sys.stdin.readline(); time.sleep(600)"
DIES = "import os, sys; print('{}', flush=True); sys.stdin.readline(); os.kill(os.getpid(), 9)"
SMALL = "import synthforge.sources.worker as w; w.MEMORY = 600 << 20; w.main()"


def job(folder: Path, name: str = "a.md", text: str = TEXT, seconds: float = 60) -> Job:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    entry = str(folder / "entries" / f"{name}.json")
    return Job(os.fsencode(file).hex(), name, "policy", digest(file, name), entry, seconds=seconds)


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", code))


def test_files_come_back_in_the_order_asked_each_with_its_entry(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"{n}.md", TEXT.replace("FP-07", f"FP-0{n}")) for n in range(7)]
    assert list(read_all(jobs)) == [(each, "") for each in jobs]
    documents = [read_entry(Path(each.entry), each.uri) for each in jobs]
    assert [d.id for d in documents if d] == [f"FP-0{n}" for n in range(7)]


def test_a_file_that_takes_too_long_is_given_up_and_its_worker_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, HANGS)
    worker = Worker()
    with pytest.raises(WorkerError, match=r"longer than 0.2 s to read; raise the source's `seconds`"):
        worker.run(job(tmp_path, seconds=0.2))
    assert worker._process is None


def test_a_file_that_kills_its_reader_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = job(tmp_path, "good.md"), job(tmp_path, "bad.md")
    stand_in(monkeypatch, DIES)
    ((_, why),) = read_all([bad])
    assert why == "it crashed the reader twice (ended with code -9)"
    monkeypatch.undo()
    assert [why for _, why in read_all([good, bad])] == ["", ""]


def test_a_worker_that_was_killed_is_started_again_for_the_same_file(tmp_path: Path) -> None:
    worker = Worker()
    try:
        worker.run(job(tmp_path, "a.md"))
        assert worker._process is not None
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
        second = job(tmp_path, "b.md")
        worker.run(second)
        assert read_entry(Path(second.entry), second.uri) is not None
    finally:
        worker.stop(for_good=True)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_a_file_that_needs_too_much_memory_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, SMALL)
    big, small = job(tmp_path, "big.txt", "A card is blue. " * 12_000_000), job(tmp_path, "small.md")
    assert [bool(why) for _, why in read_all([big, small])] == [True, False]
    assert read_entry(Path(small.entry), small.uri) is not None


def test_a_file_that_changed_in_between_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    changed = job(tmp_path)
    (tmp_path / "a.md").write_text("# Other\n\nText.\n")
    assert [why for _, why in read_all([changed])] == ["it was changed while the corpus was read; run again"]
    assert read_entry(Path(changed.entry), changed.uri) is None


def test_whoever_stops_asking_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    popen = subprocess.Popen
    started: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(pool.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    reading = read_all([job(tmp_path, f"{n}.md") for n in range(20)])
    next(reading)
    reading.close()
    assert started and all(process.poll() is not None for process in started)


def test_a_worker_whose_run_is_gone_ends_itself(tmp_path: Path) -> None:
    """As after kill -9 of the run: nobody is left to end the worker at its deadline."""
    code = "import time, synthforge.sources.worker as w; w.GRACE = 0; w._read = lambda job: time.sleep(600); w.main()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    process.stdout.readline()
    process.stdin.write(json.dumps(asdict(job(tmp_path, seconds=0.5))).encode() + b"\n")
    process.stdin.flush()
    assert process.wait(timeout=60) == -signal.SIGALRM


def test_an_installation_that_cannot_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "raise ImportError('no such module')")
    with pytest.raises(StageError, match="no process can be started to read files: ImportError: no such module"):
        list(read_all([job(tmp_path)]))


def test_what_is_kept_is_what_was_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written to while it is read never lies under the hash of its old content."""
    asked = job(tmp_path)

    def late(file: Path, uri: str) -> bytes:
        return TEXT.replace("One", "Two").encode()

    monkeypatch.setattr("synthforge.sources.files.content", late)
    from synthforge.sources import worker

    served = {name: str(value) for name, value in asdict(asked).items()}
    assert worker._read(served) == "it was changed while the corpus was read; run again"
    assert read_entry(Path(asked.entry), asked.uri) is None


def test_a_module_in_the_working_folder_does_not_reach_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docx.py").write_text("raise SystemExit(7)")
    (tmp_path / "yaml.py").write_text("raise SystemExit(7)")
    asked = job(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [why for _, why in read_all([asked])] == [""]
