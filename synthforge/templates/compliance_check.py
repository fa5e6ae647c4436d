"""Judge a case against a rule: quote it, compare, decide."""

from typing import ClassVar, Literal

from pydantic import BaseModel, Field

from synthforge.meaning.rules import rules
from synthforge.records import Decision, Exceptional, Section
from synthforge.templates.base import Template
from synthforge.templates.drafts import TurnDraft, Unsuitable


class ComplianceDraft(TurnDraft):
    """A case, the rule that decides it, and the decision."""

    decision: Literal["compliant", "violation", Exceptional] = Field(description="The outcome.")
    unsuitable: Unsuitable = ""


class ComplianceCheck(Template):
    """A scenario and an excerpt → the rule quoted, the comparison, the decision."""

    instruction: str = "Judge the case against the excerpt: quote the rule, check the case against it, decide."

    prompt_file: ClassVar[str] = "compliance_check.jinja"
    response: ClassVar[type[BaseModel]] = ComplianceDraft
    outcomes: ClassVar[tuple[Decision, ...]] = ("compliant", "violation")

    def suits(self, section: Section, edge_case: str) -> bool:
        return any(rule.modality in ("must", "must_not") for rule in rules(section.text))
