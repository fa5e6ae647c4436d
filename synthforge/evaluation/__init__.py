"""Evaluation: held-out questions, answers scored by code, intervals over documents, paired comparisons."""

from synthforge.evaluation.items import Item, item

__all__ = ["Item", "item"]
