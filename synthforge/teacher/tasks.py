"""Which turns each task asks of the embedded teacher, and the fields that its reply fills beside them."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from synthforge.meaning.rules import rules
from synthforge.meaning.steps import steps
from synthforge.records import ORDINARY, Claim, Order, Section, Turn
from synthforge.teacher import cases, situations
from synthforge.teacher.conversing import converse
from synthforge.teacher.writing import Reword, Unwritable, Writer, spoken_sentences

Task = Literal["judge", "answer", "extract", "converse", "list", "triage", "join"]

_TELL = re.compile(
    r"\b(?:report|notif|inform|tell|told|submit|send|sent|escalat)\w*\b.*?\b(?:to |by )?(the [a-z]+(?: [a-z]+)?)"
    r"(?= (?:within|before|after|by|in|on|at|of|for|no)\b|[.,;])"
)


def write(
    task: Task, order: Order, sections: Mapping[str, Section], reword: Reword, rng: Random, wording: str
) -> tuple[Turn, ...]:
    """The turns of one order.

    Args:
        sections: by key, targets and excerpt.
        wording: what is to be said of a superseded edition.

    Raises:
        Unwritable: the target has no sentence that fits.
    """
    targets = [sections[key] for key in order.targets]
    shown = [section for section in sections.values() if section.key in order.excerpt] or targets
    withheld = [section for section in targets if section not in shown]
    writer = Writer((withheld or targets)[0], order.difficulty, reword, rng)
    if task == "converse" and order.moves:
        return converse(order, shown, targets, reword, rng, wording)
    special = _special(task, order, writer, targets, shown, wording)
    if special is not None:
        return (writer.asked("none", True, value=False), special) if task == "converse" else (special,)
    if task == "converse":
        return writer.dialogue(order.edge_case, not withheld, [each for each in shown if each not in targets])
    return (_turn(task, order.edge_case, writer, targets, bool(withheld)),)


def _special(
    task: Task, order: Order, writer: Writer, targets: Sequence[Section], shown: Sequence[Section], wording: str
) -> Turn | None:
    """The turn of an edge case that is made the same way in every task; None for the others."""
    if order.edge_case == "false_premise":
        return situations.false_premise(writer)
    if order.edge_case == "out_of_scope":
        return situations.out_of_scope(writer, shown)
    if order.edge_case == "conflicting_sources":
        return situations.conflicting(writer, targets[-1])
    if order.edge_case == "superseded_version":
        past = " ".join(targets[-1].text.split())
        writer.norms = [rule for rule in writer.norms if rule.sentence not in past]
        writer.plain = [sentence for sentence in writer.plain if sentence not in past]
        return situations.superseding(_turn(task, "none", writer, targets[:1], False), targets[-1], wording)
    return None


def _turn(task: Task, edge_case: str, writer: Writer, targets: Sequence[Section], withheld: bool) -> Turn:
    if task == "judge" or (task == "converse" and edge_case == "none"):
        return writer.judged(edge_case, not withheld)
    if edge_case == "none" and not withheld:
        if task == "list":
            return listed(writer)
        if task == "triage":
            return _ticket(writer)
        if task == "join" and len(targets) > 1:
            return joined(writer, targets[1:])
    return writer.asked(edge_case, not withheld, value=task == "extract")


def listed(writer: Writer) -> Turn:
    """The steps of the section, each a claim, in their order."""
    text = writer.target.text
    claims = tuple(writer.claim(" ".join(text[start:end].split())) for start, end in steps(text))
    question = writer.rng.choice((
        f"What are the steps for {writer.topic()}, in order?",
        f"I have to deal with {writer.topic()}. What do I do, one step after the other?",
        f"Walk me through what is required for {writer.topic()}.",
    ))  # fmt: skip
    return Turn(question=question, claims=claims, decision="answered")


def _ticket(writer: Writer) -> Turn:
    """A report of something that happened; what follows from it is in the reply's fields."""
    for rule in writer.known_norms("has no rule that a ticket could be about"):
        if case := writer.case(rule, writer.rng.random() < 0.3):
            opening = writer.rng.choice(("Ticket from the morning shift.", "New report.", "Please look at this one."))
            told = f"{opening} {case.told} {cases.aside(writer.rng)}"
            return writer.turn(rule, told, case.check, "answered", ask="What has to be done?")
    raise Unwritable(f"no ticket could be made from the rules of {writer.target.citation}")


def joined(writer: Writer, others: Sequence[Section]) -> Turn:
    """A question over several sections, with a claim from each."""
    first = writer.asked("none", True, value=False)
    claims = [*first.claims]
    topics = []
    for other in others:
        there = Writer(other, writer.difficulty, writer.reword, writer.rng)
        claims.append(there.claim(_telling(other)))
        topics.append(there.topic())
    also = " and ".join(topics)
    return Turn(
        question=f"{first.question.rstrip('?')}, and what does {also} add to it?",
        claims=tuple(claims),
        reasoning=f"the rule on {writer.topic()} is to be read with {also}",
        answer=" ".join(claim.text for claim in claims),
        decision="answered",
    )


def _telling(section: Section) -> str:
    """The sentence of a section that says the most by itself: a rule, else a definition, else the longest."""
    said = [" ".join(each.split()) for each in spoken_sentences(section)]
    said = [each for each in said if each.endswith(".") and len(each.split()) >= 4]
    if not said:
        raise Unwritable(f"{section.citation} has no sentence that can be quoted")
    return next((each for each in said if rules(each)), max(said, key=len))


def fields(turn: Turn, names: Mapping[str, Sequence[str]], order: Order) -> dict[str, str]:
    """What a reply's further fields hold: `names` with the values that each may have, any when there are none."""
    if turn.decision not in ORDINARY or not turn.claims:
        return dict.fromkeys(names, "")
    said = turn.claims[0]
    broken = "not done" in turn.reasoning or "below the minimum" in turn.reasoning or "above the max" in turn.reasoning
    values = {"category": order.category, "priority": "high" if broken else "low", "escalation": _whom(said)}
    return {
        name: _within(values.get(name, said.text.rstrip(".")), allowed, last=broken) for name, allowed in names.items()
    }


def _within(value: str, allowed: Sequence[str], last: bool) -> str:
    known = [each for each in allowed if each]
    if not known or value in known:
        return value
    return known[-1] if last else known[0]


def _whom(claim: Claim) -> str:
    found = _TELL.search(claim.evidence.quote)
    return found[1] if found else "none stated"
