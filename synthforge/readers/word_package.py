"""A Word file unpacked: only the parts that hold text, with a bound on what is read, and nothing fetched."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol, cast

from lxml import etree

from synthforge.errors import RowError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
"""Namespaces of ISO's strict variant, and what Word itself writes."""
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, etree.XMLSyntaxError, ValueError, NotImplementedError,
    EOFError, OSError,
)  # fmt: skip
"""What zipfile and lxml raise on damaged input."""
_MOST_BYTES = 300_000_000
_MOST_RATIO = 200
_MOST_TEXT = 60_000_000
"""Bytes of XML read from one file; a book of a thousand pages has under 20 million."""
_MOST_TAGS = 6_000_000
"""Of all parts together: a parsed element takes some twenty times the bytes of `<w:p/>`."""
_CHUNK = 65_536


class Element(Protocol):
    """The part of lxml's element that is used here."""

    tag: str
    text: str | None

    def find(self, path: str) -> "Element | None": ...
    def iter(self, *tags: str) -> "Iterator[Element]": ...
    def get(self, key: str) -> str | None: ...
    def getparent(self) -> "Element | None": ...
    def __iter__(self) -> "Iterator[Element]": ...
    def __len__(self) -> int: ...


class Package:
    """The parts of one file, each parsed when it is asked for.

    Raises:
        RowError: the file is locked, damaged, no Word document, or unpacks to more than is sane.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.warnings: list[str] = []
        self._read = self._tags = 0
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise RowError(
                "docx.locked", f"{name} is password-protected or in the old .doc format; save it as an open .docx"
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise self._broken(error) from error
        self._check_size(len(data))
        self._entries = {entry.filename.lstrip("/"): entry for entry in self._archive.infolist()}
        main = next(iter(self._related("", "officeDocument")), "word/document.xml")
        self.relations = [(kind, target) for kind, target in self._relations(main)]
        root = self._part(main)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            raise self._broken(f"it has no document body in '{main}'")
        self.body = body

    def _check_size(self, packed: int) -> None:
        size = sum(entry.file_size for entry in self._archive.infolist())
        if size > _MOST_BYTES or size > _MOST_RATIO * packed + 1_000_000:
            raise RowError(
                "docx.bomb",
                f"{self.name} unpacks to {size:,} bytes; it is not read: save it again without attachments",
            )

    def parts(self, kind: str) -> Iterator[Element]:
        """The roots of the parts of a kind (`styles`, `footnotes`, `header`, …); a damaged one is a warning."""
        for target in dict.fromkeys(target for own, target in self.relations if own == kind):
            try:
                root = self._part(target)
            except RowError as error:
                if error.code != "docx.broken":
                    raise
                self.warnings.append(f"the part '{target}' is damaged and was left out; save the file again in Word")
                continue
            if root is None:
                self.warnings.append(f"the part '{target}' is missing; save the file again in Word")
            else:
                yield root

    def part(self, kind: str) -> Element | None:
        return next(self.parts(kind), None)

    def _related(self, source: str, kind: str) -> list[str]:
        return [target for own, target in self._relations(source) if own == kind]

    def _relations(self, source: str) -> Iterator[tuple[str, str]]:
        """Kind and path of every part that a part refers to inside the file."""
        folder, base = posixpath.split(source)
        try:
            root = self._part(posixpath.join(folder, "_rels", f"{base}.rels"))
        except RowError as error:
            if error.code != "docx.broken":
                raise
            self.warnings.append("the file's relations are damaged: styles, numbers and notes may be missing")
            return
        for relation in root if root is not None else ():
            target, kind = relation.get("Target") or "", relation.get("Type") or ""
            if target and relation.get("TargetMode") != "External":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                yield kind.rsplit("/", 1)[-1], posixpath.normpath(path)

    def _part(self, path: str) -> Element | None:
        entry = self._entries.get(path)
        if entry is None:
            return None
        try:
            if entry.flag_bits & 1:
                raise RowError("docx.locked", f"{self.name} is password-protected; save it as an open .docx")
            return self._parsed(self._unpacked(entry))
        except _BROKEN as error:
            raise self._broken(error) from error

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        """Read in chunks: the size that an entry declares need not be the size it has."""
        chunks: list[bytes] = []
        with self._archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                self._read += len(chunk)
                self._tags += chunk.count(b"<")
                if self._read > _MOST_TEXT or self._tags > _MOST_TAGS:
                    raise RowError(
                        "docx.bomb",
                        f"{self.name} holds more than {_MOST_TEXT:,} bytes or {_MOST_TAGS:,} marks of text; "
                        "split the document",
                    )
                chunks.append(chunk)
        return b"".join(chunks)

    def _parsed(self, data: bytes) -> Element:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.doctype:
            raise ValueError("it declares a document type, which Word never does")
        return cast(Element, root)

    def _broken(self, reason: object) -> RowError:
        return RowError(
            "docx.broken", f"{self.name} is not a readable Word file ({reason}); open it in Word and save it again"
        )
