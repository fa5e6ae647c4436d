"""Instruction templates: what is asked of the teacher, and the format the student learns."""

from synthforge.templates.base import Template
from synthforge.templates.cited_answer import CitedAnswer
from synthforge.templates.compliance_check import ComplianceCheck
from synthforge.templates.dialogue import Dialogue
from synthforge.templates.extraction import Extraction

__all__ = ["CitedAnswer", "ComplianceCheck", "Dialogue", "Extraction", "Template"]
