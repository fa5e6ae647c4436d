"""Choices among checked examples: no duplicate, no near-duplicate, nothing trivial."""

from synthforge.filters.exact import Exact
from synthforge.filters.near import Near
from synthforge.filters.trivial import Trivial

__all__ = ["Exact", "Near", "Trivial"]
