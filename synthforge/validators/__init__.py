"""Checks of one example by itself: complete, quoted, cited, and true to its quotes."""

from synthforge.validators.citation import Citation
from synthforge.validators.facts import Facts
from synthforge.validators.quote import Quote
from synthforge.validators.schema import Schema

__all__ = ["Citation", "Facts", "Quote", "Schema"]
