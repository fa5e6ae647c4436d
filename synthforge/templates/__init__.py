"""Instruction templates: what is asked of the teacher, and the format the student learns."""

from synthforge.templates.base import Ask, Template
from synthforge.templates.cited_answer import CitedAnswer
from synthforge.templates.compliance_check import ComplianceCheck
from synthforge.templates.custom import Custom
from synthforge.templates.dialogue import Dialogue
from synthforge.templates.extraction import Extraction
from synthforge.templates.multi_section import MultiSection
from synthforge.templates.procedure import Procedure
from synthforge.templates.simulated_dialogue import SimulatedDialogue
from synthforge.templates.ticket_triage import TicketTriage

__all__ = [
    "Ask", "CitedAnswer", "ComplianceCheck", "Custom", "Dialogue", "Extraction", "MultiSection", "Procedure",
    "SimulatedDialogue", "Template", "TicketTriage",
]  # fmt: skip
