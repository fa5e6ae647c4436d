"""The source family: files become documents whose sections can be cited, each read once per content."""

from synthforge.sources.documents import Documents

__all__ = ["Documents"]
