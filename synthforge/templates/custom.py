"""A client's own task in one YAML file: what the teacher is to write, what it may decide, which fields it fills."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model, field_validator

from synthforge.context import Run
from synthforge.fencing import environment
from synthforge.meaning.rules import rules
from synthforge.records import EXCEPTIONAL, ORDINARY, Decision, Order, Ordinary, Section, Turn
from synthforge.templates.base import Template
from synthforge.templates.drafts import AnswerDraft, told, unfilled
from synthforge.templates.prompting import PROMPTS, refuse_faulty


class CustomDraft(AnswerDraft):
    """A question, the rules it rests on, and what the task asks for."""

    def spoken(self) -> str:
        asked = {name: str(getattr(self, name)) for name in type(self).model_fields if name not in _OWN}
        return told(asked) if asked and self.decision in ORDINARY else self.answer


_OWN = frozenset(CustomDraft.model_fields)


class Custom(Template):
    """A task of the client's, told in words."""

    prompt: str = Field(min_length=1)
    """What the teacher is to write, in Jinja; the sections and the rest of the request stand around it."""

    decisions: tuple[Ordinary, ...] = Field(("answered",), min_length=1)
    """What an ordinary answer may decide."""

    fields: dict[str, str] = {}
    """What an answer has to give, by name, and what each is; the answer is then made of them, in this order."""

    about: tuple[str, ...] = ()
    """Words of which a section must have one to be asked about; when empty, it must state a rule."""

    @field_validator("prompt")
    @classmethod
    def _is_a_prompt(cls, prompt: str) -> str:
        refuse_faulty(prompt, (PROMPTS,), {})
        return prompt

    @field_validator("fields")
    @classmethod
    def _are_names(cls, fields: dict[str, str]) -> dict[str, str]:
        if odd := [name for name in fields if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]:
            raise ValueError(f"a field is named in lower-case letters, digits and '_' (got {', '.join(odd)})")
        if taken := sorted(_OWN & set(fields)):
            raise ValueError(f"every answer has {', '.join(taken)} of its own; choose other names")
        return fields

    def shape(self) -> type[BaseModel]:
        return _shaped(self.decisions, tuple(self.fields.items()))

    def closed_set(self) -> tuple[Decision, ...]:
        return (*self.decisions, *EXCEPTIONAL)

    def suits(self, section: Section, edge_case: str) -> bool:
        if not self.about:
            return bool(rules(section.text))
        either = "|".join(re.escape(word) for word in self.about)
        return re.search(rf"(?i)(?<!\w)(?:{either})(?!\w)", " ".join([*section.path, section.text])) is not None

    def source(self) -> str:
        return self.prompt

    def task(self, order: Order, run: Run) -> str:
        return environment((PROMPTS,)).from_string(self.prompt).render(self.variables(order, run))

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        empty = [name for turn in turns if turn.decision in ORDINARY for name in unfilled(turn.answer, self.fields)]
        return f"the answer gives no {', no '.join(empty)}" if empty else ""


@cache
def _shaped(decisions: tuple[Ordinary, ...], fields: tuple[tuple[str, str], ...]) -> type[BaseModel]:
    """The draft with the recipe's fields and its closed set of decisions, both in the schema that is sent."""
    closed: Any = Literal[(*decisions, *EXCEPTIONAL)]
    asked: dict[str, Any] = {name: (str, Field("", description=what)) for name, what in fields}
    return create_model(
        "CustomDraft", __base__=CustomDraft, __doc__=CustomDraft.__doc__,
        decision=(closed, Field(description="The outcome.")), **asked,
    )  # fmt: skip
