"""What was made of each file, kept by content: a file that has not changed is never read again."""

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from synthforge.artifacts import code_version, write_text
from synthforge.privacy import Redact
from synthforge.records import Document, fingerprint
from synthforge.sources.redaction import masked

PACKAGES = (
    "charset-normalizer", "google-re2", "lxml", "markdown-it-py", "phonenumbers", "py3langid", "pypdfium2",
    "python-stdnum", "pyyaml", "selectolax",
)  # fmt: skip
"""They read the files and find what is masked: another version may do so otherwise."""


@cache
def versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in PACKAGES}


def entry_path(cache: Path, digest: str, uri: str, category: str, redact: str) -> Path:
    """Where the document lies that a file of this content becomes."""
    key = fingerprint("file", code_version(), versions(), digest, uri, category, redact)
    return cache / "files" / key[:2] / f"{key}.json"


def write_entry(document: Document, redact: str, entry: Path) -> None:
    """Keep a document, masked where the recipe says so; what was masked lies beside it, for its owner alone."""
    if redact:
        document, values = masked(document, Redact.model_validate_json(redact))
        _write_private(entry.with_suffix(".masked.json"), values)
    write_text(entry, document.model_dump_json())


def read_entry(entry: Path, uri: str) -> Document | None:
    """The document, or None when there is none yet, or the entry is damaged or that of another file."""
    try:
        document = Document.model_validate_json(entry.read_bytes())
    except (OSError, ValidationError):
        return None
    return document if document.uri == uri else None


def _write_private(path: Path, values: Mapping[str, list[str]]) -> None:
    """Readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(values, out, ensure_ascii=False)
    temporary.replace(path)
