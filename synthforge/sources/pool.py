"""Files read in worker processes, so that one that hangs, crashes or swells costs itself and no other.

Not multiprocessing: its workers import the caller's main module again, cannot be stopped at a deadline one by one,
and one that dies takes the whole pool with it.
"""

import json
import os
import queue
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from synthforge.errors import StageError, SynthforgeError

STARTUP = 60.0
"""Seconds a worker may take until it has loaded its readers, on a machine under load."""
COMMAND = (sys.executable, "-P", "-m", "synthforge.sources.worker")
"""-P: a file of the working folder must not stand in for a module of the same name."""
_ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class Job:
    """A file to read (its path's bytes in hexadecimal), and where the worker leaves what it made of it."""

    file: str
    uri: str
    category: str
    digest: str
    entry: str
    redact: str = ""
    """JSON of the redaction settings; empty for none."""
    seconds: float = 120.0


class WorkerError(SynthforgeError):
    """A file was too much for its worker; the message says in which way."""


class Worker:
    """One process that reads one file at a time; started when first needed, and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()

    def run(self, job: Job) -> None:
        """Have a file read within its deadline.

        Raises:
            WorkerError: the worker died twice, ran out of time or memory, or met a fault of its own code.
            StageError: no worker can be started.
        """
        for chance in ("again", ""):
            try:
                if failed := self._ask(job):
                    raise WorkerError(failed)
                return
            except EOFError as error:
                self.stop()
                if not chance or self._closed:
                    raise WorkerError(f"it crashed the reader twice ({error})") from error
            except TimeoutError as error:
                self.stop()
                reason = f"it took longer than {job.seconds:g} s to read; raise the source's `seconds`"
                raise WorkerError(reason) from error

    def _ask(self, job: Job) -> str:
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise EOFError(str(error)) from error
        answer = json.loads(_line(process, time.monotonic() + job.seconds))
        return str(answer["failed"])

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise EOFError("reading was stopped")
            if self._process is None:
                self._process = subprocess.Popen(
                    COMMAND,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)])},
                )
                self._greeted(self._process)
            return self._process

    def _greeted(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            _line(process, time.monotonic() + STARTUP)
        except (EOFError, TimeoutError) as error:
            process.kill()
            self._process = None
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip().splitlines()
            why = said[-1] if said else str(error) or "no answer"
            raise StageError(
                "collect", f"no process can be started to read files: {why}",
                "see that the installation is whole and the machine has memory to spare, and run again",
            ) from error  # fmt: skip

    def stop(self, for_good: bool = False) -> None:
        with self._lock:
            self._closed = self._closed or for_good
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        if for_good:
            self._errors.close()


def _line(process: "subprocess.Popen[bytes]", ends: float) -> bytes:
    """The next line a worker says.

    Raises:
        TimeoutError: it said none in time.
        EOFError: it is gone.
    """
    assert process.stdout is not None
    handle, said = process.stdout.fileno(), b""
    while not said.endswith(b"\n"):
        if not select.select([handle], [], [], max(0.0, ends - time.monotonic()))[0]:
            raise TimeoutError
        piece = os.read(handle, 65_536)
        if not piece:
            raise EOFError(f"ended with code {process.wait()}")
        said += piece
    return said


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_all(jobs: Sequence[Job]) -> Iterator[tuple[Job, str]]:
    """Each job in order once its entry is there, with '' or why it is not."""
    count = min(len(jobs), processors())
    workers = [Worker() for _ in range(count)]
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def run(job: Job) -> str:
        worker = idle.get()
        try:
            worker.run(job)
        except WorkerError as error:
            return str(error)
        finally:
            idle.put(worker)
        return ""

    if not jobs:
        return
    threads = ThreadPoolExecutor(count, thread_name_prefix="reader")
    try:
        yield from zip(jobs, threads.map(run, jobs), strict=True)
    finally:  # also when whoever asked has seen enough, or was interrupted
        threads.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.stop(for_good=True)
        threads.shutdown()
