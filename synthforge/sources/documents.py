"""Files named by a glob, each read by the reader for its suffix and cut into citable sections."""

import hashlib
import importlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import Field

from synthforge.context import Run
from synthforge.errors import RowError
from synthforge.records import Document, fingerprint
from synthforge.sources.base import Source
from synthforge.sources.blocks import Reading
from synthforge.sources.citation import slug
from synthforge.sources.segment import segment

Reader = Callable[[bytes, str], Reading]


class Documents(Source):
    """Markdown, text, reStructuredText, PDF and Word files.

    Every matched file yields a document. One that cannot be read has no sections and a warning that says why
    and what to do. Without a `category`, a file belongs to the category that its folder is named after.
    """

    path: str = Field(min_length=1)
    """Glob, `**` included; a relative one starts at the recipe's folder, else at the working one."""

    def state(self, run: Run) -> str:
        uris = [(_uri(file, run), file) for file in run.files(self.path)]
        return fingerprint([(uri, hashlib.sha256(_content(file, uri)).hexdigest()) for uri, file in uris])

    def read(self, run: Run) -> Iterator[Document]:
        for file in run.files(self.path):
            yield read_file(file, _uri(file, run), self.category or file.parent.name or "document")


def _uri(file: Path, run: Run) -> str:
    """The path below the first root that holds it, so that a corpus may move; else the whole path."""
    inside = next((file.relative_to(root) for root in run.roots if file.is_relative_to(root)), file)
    # A name that is not UTF-8 shows its strange bytes as \ufffd: an uri must be writable.
    return os.fsencode(inside.as_posix()).decode("utf-8", "replace")


def read_file(file: Path, uri: str, category: str) -> Document:
    """A file's document; whatever is wrong with the file is a warning in it, never an exception."""
    try:
        reader = _reader(file.suffix.lower(), uri)
        data = _bytes(file, uri)
        if not data.strip(b" \t\r\n"):
            raise RowError("file.empty", f"{uri} is empty; export it again or remove it from the corpus")
        return segment(reader(data, uri), uri=uri, category=category)
    except RowError as error:
        return Document(
            id=slug(file.stem), uri=uri, title=file.stem, category=category, text="", warnings=(str(error),)
        )


FORMATS = {
    "markdown": (".md", ".markdown"),
    "plain": (".txt", ".text"),
    "rst": (".rst",),
    "html": (".html", ".htm", ".xhtml"),
    "xml": (".xml",),
    "pdf": (".pdf",),
    "docx": (".docx",),
    "table": (".csv", ".tsv"),
    "tree": (".json", ".jsonl", ".ndjson", ".yaml", ".yml"),
}
"""Reader module by the suffixes it reads."""

SUFFIXES = {suffix: module for module, suffixes in FORMATS.items() for suffix in suffixes}


def _reader(suffix: str, uri: str) -> Reader:
    """Readers are imported when the first file of their kind is met."""
    if suffix not in SUFFIXES:
        raise RowError(
            "file.unknown_format",
            f"{uri} has no reader for '{suffix or 'no suffix'}'; convert it to one of {', '.join(SUFFIXES)}, "
            "or narrow the path",
        )
    module = importlib.import_module(f"synthforge.sources.{SUFFIXES[suffix]}")
    reader: Reader = module.read
    return reader


def _content(file: Path, uri: str) -> bytes:
    """The file's bytes, or why there are none."""
    try:
        return _bytes(file, uri)
    except RowError as error:
        return str(error).encode()


def _bytes(file: Path, uri: str) -> bytes:
    """The whole file, if it is a regular one; a pipe or device would block and is not opened for reading."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise RowError(
            "file.unreadable", f"{uri} cannot be opened ({error.strerror}); check its permissions and links"
        ) from error
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise RowError("file.not_regular", f"{uri} is not a regular file; remove it from the corpus")
        try:
            return stream.read()
        except OSError as error:
            raise RowError("file.unreadable", f"{uri} cannot be read ({error.strerror}); check the disk") from error
