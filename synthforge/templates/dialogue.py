"""A conversation over one excerpt, in which every answer stands on its own evidence, written in one piece."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar, cast

from pydantic import BaseModel, Field, field_validator

from synthforge.meaning.rules import rules
from synthforge.records import Decision, Order, Section, Turn
from synthforge.templates.base import Template
from synthforge.templates.drafts import TurnDraft, Unsuitable
from synthforge.templates.moves import PARTS, Move, script


class DialogueDraft(BaseModel):
    """The turns of one conversation."""

    turns: list[TurnDraft] = Field(default=[], max_length=12, description="The conversation.")
    unsuitable: Unsuitable = ""


class Dialogue(Template):
    """Several questions over one excerpt; later ones change a fact, ask for the rule, or leave the excerpt."""

    instruction: str = "Answer each question from the excerpt: quote the rule, then check the case or answer."

    moves: dict[Move, float] = {}
    """Shares of what the user does after the opening; when empty, it is left to the teacher."""

    exchanges: int = Field(3, ge=2, le=6)
    """Questions in a conversation whose order does not say how many; used with `moves`."""

    prompt_file: ClassVar[str] = "dialogue.jinja"
    response: ClassVar[type[BaseModel]] = DialogueDraft
    outcomes: ClassVar[tuple[Decision, ...]] = ("compliant", "violation", "answered")

    @field_validator("moves")
    @classmethod
    def _shares(cls, moves: dict[Move, float]) -> dict[Move, float]:
        if moves and (min(moves.values()) < 0 or sum(moves.values()) <= 0):
            raise ValueError("shares cannot be negative, and some move must have one")
        return moves

    def suits(self, section: Section, edge_case: str) -> bool:
        return any(rule.modality in ("must", "must_not") for rule in rules(section.text))

    def script(self, order: Order, rng: Random) -> tuple[str, ...]:
        if not self.moves:
            return ()
        # There is another matter to change to where another section is shown.
        shares = {move: share for move, share in self.moves.items() if move != "topic_change" or len(order.excerpt) > 1}
        return script(shares, order.turns if order.turns > 1 else self.exchanges, order.edge_case, rng)

    def settings(self) -> Mapping[str, object]:
        return {"moves": {name: part.user for name, part in PARTS.items()}}

    def turns(self, replies: Sequence[BaseModel]) -> tuple[Turn, ...]:
        return tuple(draft.turn() for reply in replies for draft in cast(DialogueDraft, reply).turns)
