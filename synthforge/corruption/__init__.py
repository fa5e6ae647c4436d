"""The mistakes teachers make, made on purpose: `KINDS` for the embedded teacher, `MISTAKES` to calibrate checks by."""

from collections.abc import Mapping
from random import Random

from synthforge.corruption.addition import InventedAddition
from synthforge.corruption.base import Corruption, Fault
from synthforge.corruption.citation import WrongCitation
from synthforge.corruption.decision import WrongDecision
from synthforge.corruption.mistakes import MISTAKES
from synthforge.corruption.modality import TurnedRule
from synthforge.corruption.number import WrongNumber
from synthforge.corruption.paraphrase import paraphrase
from synthforge.corruption.question import NearCopy, Trivial
from synthforge.corruption.quote import AlteredQuote
from synthforge.corruption.unit import WrongUnit
from synthforge.records import Section, Turn

KINDS: Mapping[str, Corruption] = {
    corruption.kind: corruption
    for corruption in (
        WrongNumber(),
        WrongUnit(),
        WrongCitation(),
        TurnedRule(),
        WrongDecision(),
        InventedAddition(),
        AlteredQuote(),
        NearCopy(),
        Trivial(),
    )
}
"""What the embedded teacher plants in its own replies."""


def plant(turn: Turn, kind: str, sections: Mapping[str, Section], rng: Random) -> Fault | None:
    """One fault of a kind, with its variant and where it stands; None when this turn cannot carry it."""
    return KINDS[kind].plant(turn, sections, rng)


def corrupt(turn: Turn, kind: str, sections: Mapping[str, Section], rng: Random) -> Turn | None:
    """The turn with exactly one fault of a kind, or None when it cannot carry it."""
    return KINDS[kind].apply(turn, sections, rng)


__all__ = ["KINDS", "MISTAKES", "Corruption", "Fault", "corrupt", "paraphrase", "plant"]
