"""Stage outputs by content: each is computed once, written whole or not at all, and copied into the run folder.

The key of a stage is a hash of its name, the package's own code, its slice of the recipe and the keys of its
inputs. Several processes that want one key wait for the first (file lock); a killed one leaves only a temporary
folder that nobody reads.
"""

import functools
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from pydantic import BaseModel

from synthforge.records import SCHEMA_VERSION, fingerprint

M = TypeVar("M", bound=BaseModel)

PRESENTATION = (
    "report",
    "tracking",
    "__main__.py",
    "compose.py",
    "masking.py",
    "where.py",
    "progress.py",
)
"""What cannot change a stage's output, and so does not count as its code."""


@functools.cache
def code_version(*only: str) -> str:
    """Hash of the package's sources, so that an edited stage is recomputed and never served stale.

    `only`: folders and files of the package, where no others count.
    """
    root = Path(__file__).parent
    digest = hashlib.sha256(str(SCHEMA_VERSION).encode())
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.jinja")]):
        relative = path.relative_to(root)
        counts = {relative.parts[0], relative.as_posix()} & set(only) if only else relative.parts[0] not in PRESENTATION
        if counts:
            digest.update(str(relative).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


@dataclass(frozen=True)
class Made:
    """A finished stage output: its folder in the cache, its key, and whether it had been there before."""

    path: Path
    key: str
    cached: bool
    seconds: float
    cpu_seconds: float


class Artifacts:
    """Stage outputs of one cache folder, copied into one run folder."""

    def __init__(self, cache: Path, folder: Path) -> None:
        self.cache = cache / "stages"
        self.folder = folder
        self.cache.mkdir(parents=True, exist_ok=True)

    def make(self, name: str, inputs: Iterable[object], build: Callable[[Path], None]) -> Made:
        """The output folder of stage `name`; `build` fills a temporary one if it is not there yet.

        `name` is also the place in the run folder (`round-1/2-drafts`).
        """
        from filelock import FileLock

        key = fingerprint(name, code_version(), *inputs)
        done = self.cache / key
        started, used = time.perf_counter(), time.process_time()
        with FileLock(self.cache / f"{key}.lock"):
            cached = _whole(done)
            if not cached:
                shutil.rmtree(done, ignore_errors=True)
                temporary = Path(tempfile.mkdtemp(prefix=f"{key}.", suffix=".partial", dir=self.cache))
                try:
                    build(temporary)
                    write_text(temporary / SIZES, json.dumps(_sizes(temporary)))
                    temporary.rename(done)
                finally:
                    shutil.rmtree(temporary, ignore_errors=True)
        place(done, self.folder / name)
        return Made(done, key, cached, time.perf_counter() - started, time.process_time() - used)

    def forget(self, made: Made) -> None:
        """Have a stage done again by the next run; its copy in the run folder stays."""
        from filelock import FileLock

        with FileLock(self.cache / f"{made.key}.lock"):
            shutil.rmtree(made.path, ignore_errors=True)


SIZES = ".sizes.json"
"""Every file of a stage output with its length: a cut or missing one is noticed, and the stage done again."""


def _sizes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SIZES
    }


def _whole(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / SIZES).read_text(encoding="utf-8")) == _sizes(folder))
    except (OSError, ValueError):
        return False


def place(source: Path, target: Path) -> None:
    """A copy of a stage output, in the place of what stood there; editing it changes nothing that later runs read."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(SIZES))


def write_text(path: Path, text: str) -> None:
    """Write a file whole: a reader sees the old one or the new one, never half."""
    with replacing(path) as out:
        out.write(text)


def write_rows(path: Path, rows: Iterable[BaseModel]) -> None:
    """One JSON object a line, keys in field order; a row is written before the next one is asked for."""
    write_lines(path, (row.model_dump_json() for row in rows))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file line by line, whole or not at all."""
    with replacing(path) as out:
        out.writelines(f"{line}\n" for line in lines)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A file that takes its final name when everything is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.partial")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            yield out
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_rows(path: Path, record: type[M]) -> Iterator[M]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield record.model_validate_json(line)
