"""A maker under another name: the variants of it that make up one kind of mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from synthforge.corruption.base import Corruption, Fault
from synthforge.records import Section, Turn

_DRAWS = 24
"""A maker draws among its variants; a variant it can make at all comes up within so many draws, nearly always."""


@dataclass(frozen=True)
class Limited(Corruption):
    """Plants what `maker` does, as far as its label is among `labels`; without labels, all of it."""

    kind: str
    maker: Corruption
    labels: frozenset[str] = frozenset()

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for _ in range(_DRAWS):
            fault = self.maker.plant(turn, sections, rng)
            if fault is None:
                return None
            if not self.labels or fault.label in self.labels:
                return fault.model_copy(update={"kind": self.kind})
        return None
