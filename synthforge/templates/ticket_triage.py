"""What to do about a ticket: its category and priority, the rule that applies, the next action, and whom to tell."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, create_model

from synthforge.context import Run
from synthforge.meaning.rules import rules
from synthforge.records import ORDINARY, Order, Section, Turn
from synthforge.templates.base import Template
from synthforge.templates.drafts import AnswerDraft, told, unfilled

FIELDS = ("category", "priority", "action", "escalation")


class TriageDraft(AnswerDraft):
    """A ticket, the rules that apply, and what follows; the fields are empty when it cannot be settled."""

    category: str = Field("", description="What kind of matter it is.")
    priority: str = Field("", description="How urgent it is, as far as the rules say.")
    action: str = Field("", description="What is to be done next under the rule.")
    escalation: str = Field("", description="Who has to be told or asked, and by when; 'none stated' if nobody.")

    def spoken(self) -> str:
        return told({name: getattr(self, name) for name in FIELDS}) if self.decision in ORDINARY else self.answer


class TicketTriage(Template):
    """A ticket and an excerpt → the rules quoted, category, priority, next action and escalation."""

    instruction: str = (
        "Triage the ticket from the excerpt: quote the rules that apply, then give category, priority, next action and "
        "escalation."
    )

    categories: tuple[str, ...] = ()
    """The categories there are; any when empty."""
    priorities: tuple[str, ...] = ("low", "medium", "high", "critical")
    """The priorities there are, the least urgent first."""

    prompt_file: ClassVar[str] = "ticket_triage.jinja"

    def shape(self) -> type[BaseModel]:
        return _with_sets(self.categories, self.priorities)

    def suits(self, section: Section, edge_case: str) -> bool:
        return any(rule.modality in ("must", "must_not") for rule in rules(section.text))

    def settings(self) -> Mapping[str, object]:
        return {"categories": self.categories, "priorities": self.priorities}

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        empty = [name for turn in turns if turn.decision in ORDINARY for name in unfilled(turn.answer, FIELDS)]
        return f"the triage gives no {', no '.join(empty)}" if empty else ""


@cache
def _with_sets(categories: tuple[str, ...], priorities: tuple[str, ...]) -> type[BaseModel]:
    """The draft with its closed sets in the schema, so that a provider enforces them; '' is for edge cases."""
    closed = {"category": categories, "priority": priorities}
    fields: dict[str, Any] = {
        name: (Literal[(*names, "")], Field("", description=TriageDraft.model_fields[name].description))
        for name, names in closed.items()
        if names
    }
    made = create_model("TriageDraft", __base__=TriageDraft, __doc__=TriageDraft.__doc__, **fields)
    return made
