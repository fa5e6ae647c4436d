"""The source family: files in, documents with citable sections out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from synthforge.context import Run
from synthforge.plugin import Plugin
from synthforge.records import Document

FAILED = "file.failed"
"""Code of a file that a reader gave up on: too slow, too large, or a fault of the reader's own."""


class Source(Plugin, ABC):
    """Where documents come from."""

    usual: ClassVar[str] = "synthforge.sources.Documents"

    masks: ClassVar[bool] = False
    """True when `read` itself masks what `run.redact` finds; else collect does so."""

    category: str | None = Field(default=None, min_length=1)
    """Kind of document: policy, regulation, sop, …, or the recipe's own word; unset, the source decides."""

    @abstractmethod
    def read(self, run: Run) -> Iterator[Document]:
        """Every document, in a fixed order; one that cannot be read carries an error and no sections."""

    @abstractmethod
    def state(self, run: Run) -> str:
        """Changes whenever `read` would yield something else, and only then: its cache key."""
