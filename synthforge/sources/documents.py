"""Files named by a glob, each read once per content, in worker processes, and cut into citable sections."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from synthforge.context import Run
from synthforge.records import Document, fingerprint
from synthforge.sources.base import FAILED, Source
from synthforge.sources.entries import entry_path, read_entry, versions
from synthforge.sources.files import digest, unread
from synthforge.sources.pool import Job, read_all
from synthforge.sources.redaction import masked
from synthforge.walk import as_regex, inside


class Documents(Source):
    """Markdown, text, reStructuredText, HTML, XML, PDF, Word, CSV, JSON and YAML files.

    Every matched file yields a document. One that cannot be read has no sections and an error that says why and
    what to do.
    """

    masks = True

    path: str = Field(min_length=1)
    """Glob, `**` included; a relative one starts at the recipe's folder, else at the working one."""
    categories: dict[str, str] = {}
    """Category by file, as `category: glob` over the end of its path (`policy: policies/**`, where `**` crosses
    folders); the first that matches counts. Without `category` and a match, it is the name of the file's folder."""
    seconds: float = Field(120, gt=0, le=86_400)
    """Most that one file may take to read; one that takes longer is reported and left out."""

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if "\0" in path:
            raise ValueError("holds a NUL, which no path can")
        as_regex(path)
        return path

    @field_validator("categories")
    @classmethod
    def _are_globs(cls, categories: dict[str, str]) -> dict[str, str]:
        for rule in categories.values():
            as_regex(rule)
        return categories

    def identity(self) -> dict[str, Any]:
        """With the order of the categories, which decides."""
        return {**super().identity(), "categories": list(self.categories.items())}

    def state(self, run: Run) -> str:
        files = ((uri(file, run), file, self._inside(file, run)) for file in run.files(self.path))
        return fingerprint(versions(), [(name, inside and digest(file, name)) for name, file, inside in files])

    def read(self, run: Run) -> Iterator[Document]:
        files = run.files(self.path)
        jobs = [self._job(file, run) if self._inside(file, run) else None for file in files]
        failed = self._read([job for job in jobs if job], run)
        for file, job in zip(files, jobs, strict=True):
            yield self._document(job, failed, run) if job else self._outside(file, run)

    def _job(self, file: Path, run: Run) -> Job:
        name = uri(file, run)
        category, mark = self._category(name, file), digest(file, name)
        redact = run.redact.model_dump_json() if run.redact else ""
        entry = entry_path(run.cache, mark, name, category, redact)
        return Job(os.fsencode(file.absolute()).hex(), name, category, mark, str(entry), redact, self.seconds)

    def _document(self, job: Job, failed: dict[str, str], run: Run) -> Document:
        document = read_entry(Path(job.entry), job.uri)
        if document is None and job.uri not in failed:  # a damaged entry
            Path(job.entry).unlink(missing_ok=True)
            failed |= self._read([job], run)
            document = read_entry(Path(job.entry), job.uri)
        return document or self._unread(job.uri, job.category, f"{FAILED}: {job.uri}: {failed[job.uri]}", run)

    def _inside(self, file: Path, run: Run) -> bool:
        """A link in a corpus may lead anywhere."""
        return any(inside(file, self.path, root) for root in run.roots)

    def _outside(self, file: Path, run: Run) -> Document:
        name = uri(file, run)
        reason = f"{name} is a link to a place outside the corpus; put the file there, or name its folder as a source"
        return self._unread(name, self._category(name, file), f"file.outside: {reason}", run)

    @staticmethod
    def _unread(name: str, category: str, error: str, run: Run) -> Document:
        document = unread(name, category, error)
        return masked(document, run.redact)[0] if run.redact else document

    def _category(self, name: str, file: Path) -> str:
        ruled = (category for category, rule in self.categories.items() if ends_like(name, rule))
        return self.category or next(ruled, "") or _shown(file.parent.name) or "document"

    def _read(self, jobs: list[Job], run: Run) -> dict[str, str]:
        """See that every job has its entry; the reasons, by uri, of those that have none."""
        new = [job for job in jobs if not Path(job.entry).exists()]
        failed = {}
        with run.progress.bar("collect", len(new)) as bar:
            for job, reason in read_all(new):
                if reason:
                    failed[job.uri] = reason
                bar.advance()
        return failed


def ends_like(name: str, rule: str) -> bool:
    """Whether the end of a path, from some folder on, matches a glob."""
    return re.fullmatch(rf"(?:.*/)?{as_regex(rule)}", name) is not None


def uri(file: Path, run: Run) -> str:
    """The path below the first root that holds it, so that a corpus may move; else the whole path."""
    below = next((file.relative_to(root) for root in run.roots if file.is_relative_to(root)), file)
    return _shown(below.as_posix())


def _shown(name: str) -> str:
    """A name that is not UTF-8 shows its strange bytes as \ufffd: it must be writable."""
    return os.fsencode(name).decode("utf-8", "replace")
