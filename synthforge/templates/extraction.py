"""Find one value in the excerpt: the limit with its unit and comparison."""

from typing import ClassVar

from pydantic import BaseModel, Field

from synthforge.meaning.rules import rules
from synthforge.records import Section
from synthforge.templates.base import Template
from synthforge.templates.drafts import AnswerDraft


class ExtractionDraft(AnswerDraft):
    """A value asked for, and the sentence that states it."""

    answer: str = Field("", description="The value with its unit and comparison; empty when it is not answered.")


class Extraction(Template):
    """A request for a value and an excerpt → the sentence quoted, and the value."""

    instruction: str = (
        "Extract the value asked for: quote the sentence that states it, then give the value with its unit."
    )

    prompt_file: ClassVar[str] = "extraction.jinja"
    response: ClassVar[type[BaseModel]] = ExtractionDraft

    def suits(self, section: Section, edge_case: str) -> bool:
        return any(rule.limit is not None for rule in rules(section.text))
