"""A conversation over one excerpt, in which every answer stands on its own evidence, written in one piece."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated, ClassVar, cast

from pydantic import AfterValidator, BaseModel, Field, field_validator

from synthforge.context import Run
from synthforge.meaning.rules import rules
from synthforge.records import Decision, Order, Section, Turn
from synthforge.templates.base import Template
from synthforge.templates.drafts import Draft, TurnDraft, Unsuitable
from synthforge.templates.moves import PARTS, Move, script

LONGEST = 12


def _few(turns: list[TurnDraft]) -> list[TurnDraft]:
    if len(turns) > LONGEST:
        raise ValueError(f"has {len(turns)} turns; at most {LONGEST}")
    return turns


class DialogueDraft(Draft):
    """The turns of one conversation."""

    turns: Annotated[list[TurnDraft], AfterValidator(_few)] = Field(default=[], description="The conversation.")
    unsuitable: Unsuitable = ""


class Dialogue(Template):
    """Several questions over one excerpt; later ones change a fact, ask for the rule, or leave the excerpt."""

    instruction: str = "Answer each question from the excerpt: quote the rule, then check the case or answer."

    moves: dict[Move, float] = {}
    """Shares of what the user does after the opening; when empty, that and the number of turns are left to the
    teacher."""

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

    @property
    def converses(self) -> bool:
        return bool(self.moves)

    def script(self, order: Order, rng: Random) -> tuple[str, ...]:
        if not self.moves:
            return ()
        # There is another matter to change to where another section is shown.
        shares = {move: share for move, share in self.moves.items() if move != "topic_change" or len(order.excerpt) > 1}
        return script(shares, order.turns, order.edge_case, rng)

    def settings(self) -> Mapping[str, object]:
        return {"moves": {name: part.user for name, part in PARTS.items()}}

    def turns(self, replies: Sequence[BaseModel]) -> tuple[Turn, ...]:
        return tuple(draft.turn() for reply in replies for draft in cast(DialogueDraft, reply).turns)

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        if order.moves and len(turns) != len(order.moves):
            return f"the conversation has {len(turns)} turns, {len(order.moves)} were ordered"
        return ""
