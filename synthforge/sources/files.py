"""One file to one document: its bytes, the reader for its suffix, sections, links and language."""

import hashlib
import importlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from synthforge.errors import RowError
from synthforge.links.links import links
from synthforge.meaning.language import language
from synthforge.records import Account, Document
from synthforge.sections.blocks import Reading, solid
from synthforge.sections.citation import slug
from synthforge.sections.segment import segment

Reader = Callable[[bytes, str], Reading]

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

ENOUGH = 0.95
"""Share of the visible characters below which the report warns that text is missing."""


def read_file(file: Path, uri: str, category: str) -> Document:
    """A file's document; whatever is wrong with the file is said in it, never an exception."""
    try:
        return read_bytes(content(file, uri), uri, category, file.suffix.lower())
    except RowError as error:
        return unread(uri, category, str(error))


def read_bytes(data: bytes, uri: str, category: str, suffix: str) -> Document:
    """The same, for content that is in memory."""
    try:
        return parse(data, uri, category, suffix)
    except RowError as error:
        return unread(uri, category, str(error))


def parse(data: bytes, uri: str, category: str, suffix: str) -> Document:
    """The document in a file's bytes.

    Raises:
        RowError: the file holds nothing that can be read.
    """
    reader = _reader(suffix, uri)
    if not data.strip(b" \t\r\n\f\v\0"):
        raise RowError("file.empty", f"{uri} is empty; export it again or remove it from the corpus")
    reading = reader(data, uri)
    document = segment(reading, uri=uri, category=category)
    if not document.sections:
        raise RowError("file.no_text", f"{uri} has no text that could be cited{_why(reading)}")
    account = Account(
        visible=reading.visible,
        extracted=solid(document.text) - reading.added,
        dropped=dict(sorted(reading.dropped.items())),
        needs_ocr=tuple(reading.needs_ocr),
    )
    sections = tuple(s.model_copy(update={"links": links(s)}) for s in document.sections)
    return document.model_copy(
        update={
            "sections": sections,
            "account": account,
            "language": language(document.text),
            "warnings": (*document.warnings, *_missing(account, uri)),
        }
    )


def unread(uri: str, category: str, error: str) -> Document:
    """What stands in the corpus for a file that could not be read."""
    stem = Path(uri).stem
    return Document(id=slug(stem), uri=uri, title=stem, category=category, text="", error=error)


def _why(reading: Reading) -> str:
    said = [*reading.warnings, *(f"{count} characters of {kind}" for kind, count in reading.dropped.items())]
    return f" ({'; '.join(said[:5])})" if said else "; check the file"


def _missing(account: Account, uri: str) -> list[str]:
    known = account.extracted + sum(account.dropped.values())
    if not account.visible or known >= ENOUGH * account.visible:
        return []
    lost = account.visible - known
    return [f"{uri}: {lost:,} of {account.visible:,} visible characters were neither read nor counted as dropped"]


def _reader(suffix: str, uri: str) -> Reader:
    """Readers are imported when the first file of their kind is met."""
    if suffix not in SUFFIXES:
        raise RowError(
            "file.unknown_format",
            f"{uri} has no reader for '{suffix or 'no suffix'}'; convert it to one of {', '.join(SUFFIXES)}, "
            "or narrow the path",
        )
    module = importlib.import_module(f"synthforge.readers.{SUFFIXES[suffix]}")
    reader: Reader = module.read
    return reader


def content(file: Path, uri: str) -> bytes:
    """The whole file.

    Raises:
        RowError: there is nothing to read, or no permission to.
    """
    with _opened(file, uri) as stream:
        return stream.read()


def digest(file: Path, uri: str) -> str:
    """Of the file's content, or of the reason why there is none; a file without a reader is not looked into."""
    if file.suffix.lower() not in SUFFIXES:
        return "no reader"
    try:
        with _opened(file, uri) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except RowError as error:
        return hashlib.sha256(str(error).encode()).hexdigest()


@contextmanager
def _opened(file: Path, uri: str) -> Iterator[BufferedReader]:
    """A regular file, open; a pipe or device would block and is not opened for reading.

    Raises:
        RowError: it is none, or cannot be opened or read.
    """
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
            yield stream
        except OSError as error:
            raise RowError("file.unreadable", f"{uri} cannot be read ({error.strerror}); check the disk") from error
