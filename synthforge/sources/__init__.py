"""Readers: files of any supported format become documents whose sections can be cited."""

from synthforge.sources.documents import Documents
from synthforge.sources.unify import unify

__all__ = ["Documents", "unify"]
