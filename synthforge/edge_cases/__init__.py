"""When not to answer, taught on purpose."""

from synthforge.edge_cases.base import EdgeCase
from synthforge.edge_cases.human_review import HumanReview
from synthforge.edge_cases.insufficient_information import InsufficientInformation

__all__ = ["EdgeCase", "HumanReview", "InsufficientInformation"]
