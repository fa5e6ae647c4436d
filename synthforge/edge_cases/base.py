"""The edge-case family: the situations in which the right answer is not the ordinary one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from synthforge.plugin import Plugin
from synthforge.records import Decision, Order, Section, Turn

Companions = Mapping[str, Sequence[tuple[str, ...]]]
"""For a section's key the choices of further sections that such a case about it takes, by their keys."""


class EdgeCase(Plugin, ABC):
    """One such situation: how it is made, how it is asked for, how it is recognised."""

    decision: ClassVar[Decision | None]
    """The decision a right answer carries, and no other case's; None where it decides as an ordinary one does."""

    needs: ClassVar[str] = ""
    """What a corpus must hold for it ("two editions of a section"); '' when any section will do."""

    wording: str = Field(min_length=1)
    """The canonical words students are taught to answer with."""

    def companions(self, sections: Sequence[Section]) -> Companions | None:
        """The sections that can be such a case, each with what it takes along; None when any can, by itself."""
        return None

    def bend(self, targets: Sequence[str], excerpt: Sequence[str], rng: Random) -> tuple[str, ...]:
        """The section keys the student is shown, given those it would have been shown."""
        return tuple(excerpt)

    @abstractmethod
    def brief(self, order: Order) -> str:
        """What the teacher is told about this situation; it sees the sections."""

    def user_brief(self, order: Order) -> str:
        """What the user's side of a simulated conversation is told, which does not see them."""
        return "Ask one more thing about the same matter."

    @abstractmethod
    def shown(self, turn: Turn, order: Order) -> str:
        """'' when the turn really is such a case, else what it lacks."""

    def decided(self, turn: Turn) -> str:
        """'' when the turn carries the case's decision, else which it carries."""
        return "" if turn.decision == self.decision else f"decided {turn.decision}, ordered {self.decision}"


def cited(turn: Turn) -> set[str]:
    """Keys of the sections that a turn quotes."""
    return {claim.evidence.section for claim in turn.claims}
