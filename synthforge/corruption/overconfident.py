"""An abstention turned into a confident answer: by a rule that does not settle it, by habit, by a guessed value."""

import re
from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault
from synthforge.corruption.decision import WrongDecision
from synthforge.corruption.grammar import ended, lower_first, lowers
from synthforge.corruption.inventions import SLOTS
from synthforge.corruption.limited import Limited
from synthforge.records import ABSTENTIONS, Claim, Decision, Section, Turn

_BY_HABIT: Mapping[Decision, tuple[str, ...]] = {
    "answered": (
        "By common practice the general rule applies here as well. {rule}",
        "Although this case is not named, it is treated like the others: {rule_low}",
        "In practice this is handled as usual, and the text supports that: {rule_low}",
        "This follows directly from the document. {rule}",
        "There is no doubt about it: {rule_low}",
        "The point is covered by implication. {rule}",
    ),
    "compliant": (
        "Yes, this is fine. What is not restricted is allowed, and the conditions named are met.",
        "This can go ahead. It is in keeping with the purpose of the rule: {rule_low}",
        "It is compliant, since the case does not differ in substance from what the document provides for.",
        "The requirements are met; no further information is needed.",
    ),
    "violation": (
        "No, this is not in order. The rule leaves no room for it: {rule_low}",
        "This breaches the rule, whatever the missing details are.",
        "It is a violation, since the document makes no exception for such a case.",
        "The requirement has clearly not been met here.",
    ),
}
_GUESSED = (
    "It is {n} {days}.",
    "The limit is {n} {days}, as for comparable cases.",
    "{n} {days} apply here. {rule}",
    "The period is {years}.",
    "The decision lies with {head}.",
    "{percent} % is the accepted value here.",
    "The amount is {money} per case.",
    "It has to be agreed with {head} within {n} {days}.",
)


class Overconfident(Corruption):
    """Answers where the turn rightly abstained; what is missing is no longer named."""

    kind = "overconfident"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        if turn.decision not in ABSTENTIONS:
            return None
        fault = Limited(self.kind, WrongDecision(), frozenset({"confident"})).plant(turn, sections, rng)
        if fault is None:
            return None
        label = rng.choice(("confident", "habit", "guessed"))
        told = fault if label == "confident" else self._reworded(fault, label, rng)
        return told.model_copy(update={"turn": told.turn.model_copy(update={"answer": _cased(told.turn.answer)})})

    def _reworded(self, fault: Fault, label: str, rng: Random) -> Fault:
        """Another confident answer on the same evidence."""
        told = fault.turn
        decision: Decision = "answered" if label == "guessed" else told.decision
        pattern = rng.choice(_GUESSED if label == "guessed" else _BY_HABIT[decision])
        slots = {name: rng.choice(choices) for name, choices in SLOTS.items()}
        answer = pattern.format(**slots, **_rule(told.claims[0]))
        changes = {"answer": answer, "decision": decision, "reasoning": ""}
        return fault.model_copy(update={"turn": told.model_copy(update=changes), "label": label, "after": decision})


def _rule(claim: Claim) -> dict[str, str]:
    rule = claim.text if ended(claim.text) else claim.text.rstrip(";:, ") + "."
    return {"rule": rule, "rule_low": lower_first(rule) if lowers(rule) else rule}


def _cased(text: str) -> str:
    """The text with a capital after each full stop."""
    return re.sub(r"(?<=[.!?] )[a-z]", lambda match: match[0].upper(), text)
