"""Answer a question from the excerpt, with the sentence it rests on."""

from typing import ClassVar, Literal

from pydantic import BaseModel, Field

from synthforge.meaning.rules import rules
from synthforge.records import Decision, Section
from synthforge.templates.base import Template, TurnDraft, Unsuitable


class AnswerDraft(TurnDraft):
    """A question and its cited answer."""

    answer: str = Field("", description="The answer in one or two sentences; empty when it is not answered.")
    decision: Literal["answered", "insufficient_information", "human_review"] = Field(description="The outcome.")
    unsuitable: Unsuitable = ""


class CitedAnswer(Template):
    """A question and an excerpt → the rule quoted, and the answer."""

    instruction: str = "Answer the question from the excerpt: quote the rule, then answer."

    prompt_file: ClassVar[str] = "cited_answer.jinja"
    response: ClassVar[type[BaseModel]] = AnswerDraft
    decisions: ClassVar[tuple[Decision, ...]] = ("answered", "insufficient_information", "human_review")

    def suits(self, section: Section, edge_case: str) -> bool:
        return bool(rules(section.text))
