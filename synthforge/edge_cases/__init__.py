"""When not to answer as asked, taught on purpose."""

from synthforge.edge_cases.base import EdgeCase
from synthforge.edge_cases.conflicting_sources import ConflictingSources
from synthforge.edge_cases.false_premise import FalsePremise
from synthforge.edge_cases.human_review import HumanReview
from synthforge.edge_cases.insufficient_information import InsufficientInformation
from synthforge.edge_cases.out_of_scope import OutOfScope
from synthforge.edge_cases.superseded_version import SupersededVersion

__all__ = [
    "ConflictingSources", "EdgeCase", "FalsePremise", "HumanReview", "InsufficientInformation", "OutOfScope",
    "SupersededVersion",
]  # fmt: skip
