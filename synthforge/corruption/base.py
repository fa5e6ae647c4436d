"""What a corruption is: one kind of mistake, planted in a turn that was right before."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

from synthforge.records import Record, Section, Turn

T = TypeVar("T")


class Fault(Record):
    """A turn with one mistake in it, and what the mistake is.

    `label` names the variant within the kind ("transposed", "comparator"), `where` the fields that carry it.
    """

    turn: Turn
    kind: str
    label: str
    where: str
    before: str
    after: str


class Corruption(ABC):
    """A stateless maker of one kind of mistake."""

    kind: str

    @abstractmethod
    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        """The turn with exactly this one fault, and its description; None when this turn cannot carry it."""

    def apply(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Turn | None:
        fault = self.plant(turn, sections, rng)
        return fault.turn if fault else None

    def fault(self, turn: Turn, label: str, where: str, before: str, after: str) -> Fault:
        return Fault(turn=turn, kind=self.kind, label=label, where=where, before=before, after=after)


def with_claim_text(turn: Turn, index: int, text: str) -> Turn:
    claims = list(turn.claims)
    claims[index] = claims[index].model_copy(update={"text": text})
    return turn.model_copy(update={"claims": tuple(claims)})


def with_evidence(turn: Turn, index: int, **changes: str) -> Turn:
    """The turn with one claim's evidence changed; a changed evidence is no longer located."""
    claims = list(turn.claims)
    evidence = claims[index].evidence.model_copy(update={**changes, "start": None, "end": None})
    claims[index] = claims[index].model_copy(update={"evidence": evidence})
    return turn.model_copy(update={"claims": tuple(claims)})


def retold(turn: Turn, change: Callable[[str], str]) -> Turn:
    """The turn with a change made in reasoning and answer, where it applies."""
    return turn.model_copy(update={"reasoning": change(turn.reasoning), "answer": change(turn.answer)})


def shuffled(items: Sequence[T], rng: Random) -> list[T]:
    return rng.sample(items, len(items))


def plain(text: str) -> str:
    """Text for comparison: case, white space and the shape of quotation marks do not count."""
    text = re.sub(r"[“”„«»\"]", '"', text).replace("’", "'").replace("‘", "'")
    return re.sub(r"\s+", " ", text).strip().casefold()


def words(text: str) -> set[str]:
    """Content words, for asking whether a text already says something."""
    return {word for word in re.findall(r"[a-z0-9]{4,}", text.casefold())}


def sentences(text: str) -> list[str]:
    """Sentences of running text, white space collapsed; fragments of fewer than five words are left out."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z(“\"])|\n\s*\n", text)
    flat = (re.sub(r"\s+", " ", part).strip() for part in parts)
    return [part for part in flat if len(part.split()) >= 5]
