"""A process that reads files for `pool`: one job a line in, one line out when its entry has been written."""

import hashlib
import json
import math
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

MEMORY = 4 << 30
"""Bytes of address space a worker may use; a document that needs more is reported instead of read."""
GRACE = 10
"""Seconds behind the deadline after which a worker ends itself: whoever should have ended it is gone."""


def main() -> None:
    """Serve until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which then ends its workers
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not end up in the answers
    _limit_memory()
    import synthforge.sources.entries  # noqa: F401  so that the first file is not charged for it

    _say(out, "")
    for line in sys.stdin.buffer:
        _say(out, _served(json.loads(line)))


def _limit_memory() -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    least = min(limit for limit in (MEMORY, *limits) if limit != resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (least, limits[1]))
    except (ValueError, OSError):
        return  # macOS does not limit address space; the deadline still holds


def _say(out: BinaryIO, failed: str) -> None:
    out.write(json.dumps({"failed": failed}).encode() + b"\n")
    out.flush()


def _served(job: dict[str, str]) -> str:
    """Read a file and write its entry; '' or why there is none."""
    signal.alarm(math.ceil(float(job["seconds"])) + GRACE)
    try:
        return _read(job)
    except MemoryError:
        return f"it needs more than {MEMORY >> 30} GiB of memory to read; split it"
    except Exception as error:  # a fault of a reader's code costs this file, and is reported with its place
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"its reader failed: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
    finally:
        signal.alarm(0)


def _read(job: dict[str, str]) -> str:
    from synthforge.errors import RowError
    from synthforge.sources.entries import write_entry
    from synthforge.sources.files import SUFFIXES, content, digest, read_bytes, unread

    file = Path(os.fsdecode(bytes.fromhex(job["file"])))
    uri, category, suffix = job["uri"], job["category"], file.suffix.lower()
    try:
        data = content(file, uri) if suffix in SUFFIXES else b""
    except RowError as error:
        document = unread(uri, category, str(error))
        unchanged = digest(file, uri) == job["digest"]
    else:  # what is hashed is what is read, whoever writes to the file meanwhile
        unchanged = suffix not in SUFFIXES or hashlib.sha256(data).hexdigest() == job["digest"]
        document = read_bytes(data, uri, category, suffix)
    if not unchanged:
        return "it was changed while the corpus was read; run again"
    write_entry(document, job["redact"], Path(job["entry"]))
    return ""


if __name__ == "__main__":
    main()
