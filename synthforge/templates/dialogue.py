"""A conversation over one excerpt, in which every answer stands on its own evidence."""

from typing import ClassVar

from pydantic import BaseModel, Field

from synthforge.meaning.rules import rules
from synthforge.records import Decision, Section, Turn
from synthforge.templates.base import Template, TurnDraft, Unsuitable


class DialogueDraft(BaseModel):
    """Two to four turns of one conversation."""

    turns: list[TurnDraft] = Field(default=[], max_length=6, description="The conversation.")
    unsuitable: Unsuitable = ""


class Dialogue(Template):
    """Several questions over one excerpt; later ones change a fact, ask for the rule, or leave the excerpt."""

    instruction: str = "Answer each question from the excerpt: quote the rule, then check the case or answer."

    prompt_file: ClassVar[str] = "dialogue.jinja"
    response: ClassVar[type[BaseModel]] = DialogueDraft
    decisions: ClassVar[tuple[Decision, ...]] = (
        "compliant", "violation", "answered", "insufficient_information", "human_review",
    )  # fmt: skip

    def suits(self, section: Section, edge_case: str) -> bool:
        return any(rule.modality in ("must", "must_not") for rule in rules(section.text))

    def turns(self, response: BaseModel) -> tuple[Turn, ...]:
        assert isinstance(response, DialogueDraft)
        return tuple(draft.turn() for draft in response.turns)
