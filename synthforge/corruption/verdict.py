"""A flipped decision: the opposite verdict with its story, a yes for a no, or silence where the source speaks."""

from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault
from synthforge.corruption.decision import WrongDecision, turned
from synthforge.corruption.limited import Limited
from synthforge.records import Decision, Section, Turn

_SILENT: Mapping[Decision, tuple[str, ...]] = {
    "insufficient_information": (
        "This cannot be answered from the document.",
        "The passages given do not settle the point.",
        "Nothing is said about this, so no answer is possible.",
        "The text leaves the question open.",
        "More information would be needed to answer.",
    ),
    "human_review": (
        "This has to be decided by a specialist.",
        "The wording can be read in more than one way; a person has to look at it.",
        "Please refer this case to the responsible department.",
    ),
    "out_of_scope": (
        "This is not a matter that the document deals with.",
        "The question lies outside what these rules cover.",
        "Another document would have to be consulted for this.",
    ),
}
_OPPOSITE: Mapping[Decision, Decision] = {"compliant": "violation", "violation": "compliant"}


class FlippedDecision(Corruption):
    """Flips the decision and all that tells it, only the field, or only the words; claims and quotes stay."""

    kind = "decision_flipped"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        told = Limited(self.kind, WrongDecision(), frozenset({"flipped"})).plant(turn, sections, rng)
        made = (told, self._field(turn), self._words(turn), self._silenced(turn, rng))
        faults = [fault for fault in made if fault]
        return rng.choice(faults) if faults else None

    def _field(self, turn: Turn) -> Fault | None:
        other = _OPPOSITE.get(turn.decision)
        if other is None:
            return None
        return self.fault(turn.model_copy(update={"decision": other}), "field", "decision", turn.decision, other)

    def _words(self, turn: Turn) -> Fault | None:
        """The answer says the opposite of the decision; "Yes, it may" becomes "No, it may" and what follows turns."""
        answer = turned(turn.answer)
        if answer == turn.answer or turn.decision not in (*_OPPOSITE, "answered"):
            return None
        told = turn.model_copy(update={"answer": answer})
        return self.fault(told, "words", "answer", turn.answer, answer)

    def _silenced(self, turn: Turn, rng: Random) -> Fault | None:
        """An abstention where the claims give the answer; a verdict is flipped rather than withheld."""
        if turn.decision != "answered" or not turn.claims:
            return None
        decision = rng.choice(sorted(_SILENT))
        said = rng.choice(_SILENT[decision])
        changes = {"decision": decision, "missing": said, "answer": said, "reasoning": ""}
        return self.fault(turn.model_copy(update=changes), "abstained", "decision+answer", turn.decision, decision)
