"""Bytes to an XML tree: no entity is expanded, no file or address is opened, and what is broken is said."""

import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Protocol

from lxml import etree

from synthforge.errors import RowError
from synthforge.readers.encoding import NULS_KEPT, decode

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML file may hold."""
_LIMIT = 114
"""libxml2's code for a limit that was passed: depth, size of a text, growth of entities."""


class Element(Protocol):
    """The part of lxml's element that is used here; `tag` is no string for comments, instructions and entities."""

    @property
    def tag(self) -> object: ...
    @property
    def sourceline(self) -> int | None: ...
    @property
    def attrib(self) -> Mapping[str, str]: ...

    text: str | None
    tail: str | None

    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...
    def get(self, key: str, /) -> str | None: ...
    def find(self, path: str, /) -> "Element | None": ...
    def iter(self, *tags: object) -> Iterator["Element"]: ...
    def iterancestors(self) -> Iterator["Element"]: ...
    def getparent(self) -> "Element | None": ...
    def getprevious(self) -> "Element | None": ...
    def getnext(self) -> "Element | None": ...
    def remove(self, element: "Element", /) -> None: ...


def parse(data: bytes, name: str) -> tuple[Element, list[str]]:
    """The root, and what had to be guessed or left out.

    A file that breaks off or is not well-formed is read as far as it goes, with a warning that names the place.

    Raises:
        RowError: nothing in it is XML, or it passes a limit that hostile files pass.
    """
    warnings: list[str] = []
    fault = _mislabelled(data)
    tree = None
    if not fault:
        tree, fault = _strict(data)
    if tree is None:
        _refuse(fault, name)
        body, warnings = _cleaned(data, name)
        tree, again = _strict(body)
        if tree is None:
            _refuse(again, name)
            tree = _recovered(body)
            warnings.append(f"{name}, {again}: not well-formed; read as far as it goes, and text may be missing there")
        elif not warnings:
            warnings.append(f"{name}: {fault}; read as UTF-8")
    if tree is None:
        raise RowError("xml.malformed", f"{name} is not XML ({fault}); export it again or give it its right suffix")
    return tree, [*warnings, *_entities(tree, name)]


def _cleaned(data: bytes, name: str) -> tuple[bytes, list[str]]:
    """UTF-8 without a declaration and without characters that XML forbids."""
    text, warnings = decode(data, name)
    legal = _ILLEGAL.sub("", text)
    if len(legal) < len(text):
        said = f"{name}: {len(text) - len(legal)} characters that XML does not allow were left out"
        warnings = [*(warning for warning in warnings if NULS_KEPT not in warning), said]
    return _DECLARATION.sub("", legal.lstrip("\ufeff"), count=1).encode("utf-8", "replace"), warnings


def _mislabelled(data: bytes) -> str:
    """A file that names a one-byte encoding and is UTF-8: as declared, every accent would become two letters."""
    declared = _DECLARED.match(data[:256])
    if not declared or declared[1].lower() in (b"utf-8", b"utf8") or declared[1].lower().startswith(b"utf-16"):
        return ""
    if data.isascii():
        return ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return f"declares {declared[1].decode()} and is UTF-8"


def _strict(data: bytes) -> tuple[Element | None, str]:
    try:
        return etree.fromstring(data, _parser()), ""
    except etree.XMLSyntaxError as error:
        return None, _said(error)
    except LookupError as error:  # an encoding that nobody knows
        return None, str(error)


def _recovered(data: bytes) -> Element | None:
    try:
        tree: Element | None = etree.fromstring(data, _parser(recover=True))
    except etree.XMLSyntaxError:  # nothing in it to recover
        return None
    return tree


def _parser(recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        recover=recover,
    )


def _said(error: etree.XMLSyntaxError) -> str:
    """`line 12: message`, without the place that lxml repeats in it; a passed limit is marked as such."""
    message = (error.msg or "no message").split(", line ")[0].strip()
    limit = "limit: " if error.code == _LIMIT else ""
    return f"{limit}line {error.lineno or 1}: {message}"


def _refuse(fault: str, name: str) -> None:
    if fault.startswith("limit: "):
        raise RowError(
            "xml.limit",
            f"{name} nests too deep, grows without end or holds a text of more than 10 MB ({fault[7:]}); "
            "split it, or leave it out",
        )


def _entities(tree: Element, name: str) -> list[str]:
    """Named characters of HTML become text; every other entity stays out, and is reported."""
    left: list[str] = []
    for node in list(tree.iter(etree.Entity)):
        said = html5.get(str(node.text).lstrip("&"), "")
        if not said:
            left.append(f"line {node.sourceline}")
        _put(node, said)
    if not left:
        return []
    places = ", ".join(dict.fromkeys(left[:5])) + (", …" if len(left) > 5 else "")
    return [f"{name}, {places}: {len(left)} entity references are not expanded and left out"]


def remarks(root: Element) -> Iterator[str]:
    """Comments, those before the root included."""
    before = root.getprevious()
    while before is not None:
        if before.tag is etree.Comment:
            yield before.text or ""
        before = before.getprevious()
    yield from (comment.text or "" for comment in root.iter(etree.Comment))


def _put(node: Element, text: str) -> None:
    """A node replaced by text."""
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    text += node.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    node.tail = None
    parent.remove(node)
