"""The edge-case family: the situations in which a good answer is to not give one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from synthforge.plugin import Plugin
from synthforge.records import Decision, Order, Turn


class EdgeCase(Plugin, ABC):
    """One such situation: how it is made, how it is asked for, how it is recognised."""

    decision: ClassVar[Decision]
    """The decision a right answer carries."""

    wording: str = Field(min_length=1)
    """The canonical words students are taught to answer with."""

    @abstractmethod
    def bend(self, targets: Sequence[str], excerpt: Sequence[str], rng: Random) -> tuple[str, ...]:
        """The section ids the student is shown, given those it would have been shown."""

    @abstractmethod
    def brief(self, order: Order) -> str:
        """What the teacher is told about this situation."""

    @abstractmethod
    def shown(self, turn: Turn) -> str:
        """'' when the turn really is such a case, else what it lacks."""
