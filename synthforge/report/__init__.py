"""The report: what happened to every example, the dataset that was left, how a sweep's variants compare."""

from synthforge.report.dataset import write_dataset
from synthforge.report.page import write_report
from synthforge.report.sweep import compare_sweep

__all__ = ["compare_sweep", "write_dataset", "write_report"]
