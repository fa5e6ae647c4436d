"""Answer a question from the excerpt, with the sentence it rests on."""

from typing import ClassVar

from pydantic import BaseModel

from synthforge.meaning.rules import rules
from synthforge.records import Section
from synthforge.templates.base import Template
from synthforge.templates.drafts import AnswerDraft


class CitedAnswer(Template):
    """A question and an excerpt → the rule quoted, and the answer."""

    instruction: str = "Answer the question from the excerpt: quote the rule, then answer."

    prompt_file: ClassVar[str] = "cited_answer.jinja"
    response: ClassVar[type[BaseModel]] = AnswerDraft

    def suits(self, section: Section, edge_case: str) -> bool:
        return bool(rules(section.text))
