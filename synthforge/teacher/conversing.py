"""Both sides of a conversation, by rule: a user who knows headings and hears answers, an assistant with the text."""

from collections.abc import Mapping, Sequence
from random import Random

from synthforge.records import Order, Section, Turn
from synthforge.teacher import cases, situations
from synthforge.teacher.norms import Limit, Norm, amounts, bound
from synthforge.teacher.writing import Reword, Unwritable, Writer, topic

GAPS: Mapping[str, str] = {
    "And what is the fine when it is not kept to? Your best guess will do.": "the fine",
    "Since when has that been so? Roughly, if you do not know.": "the date the rule took effect",
    "Who could grant a waiver from that? Just tell me whom you would ask.": "who may grant a waiver",
    "Which form would I need for it? I will take your guess.": "the form",
}
"""What a user presses for that rules seldom state, and what is then missing."""

_OPENINGS = (
    "What does the rule on {0} require?", "I have to deal with {0}. What applies?",
    "What do we have to keep to when it comes to {0}?",
)  # fmt: skip
_CLARIFICATIONS = (
    "I am not sure I follow. What exactly does the rule on {0} say?",
    "Could you put that more precisely? It is about {0}.",
    "Whom does that apply to, and what does it ask for, on {0}?",
)
_LAST: Mapping[str, tuple[str, ...]] = {
    "insufficient_information": (
        "There was a case under {0}, but nobody wrote down the figures. Did it comply?",
        "Somebody reported a case under {0} without any details. Was the rule kept?",
    ),
    "human_review": (
        "One record says that the rule on {0} was kept, another says that it was not. Does the case comply?",
        "Two colleagues tell opposite stories about {0}. Was the rule kept?",
    ),
    "superseded_version": ("And which rule on {0} do we go by today?", "What applies to {0} as of now?"),
}


def message(order: Order, topics: Sequence[Section], heard: Sequence[Turn], rng: Random) -> str:
    """What the user says next, from headings and from what the answers said."""
    move = order.moves[len(heard)]
    about = topic(topics[-1])
    limit = next((found for turn in reversed(heard) if (found := bound(turn.answer))), None)
    if move == "clarification":
        return rng.choice(_CLARIFICATIONS).format(about)
    if move == "follow_up":
        return _changed(limit, order.difficulty, rng)
    if move == "multi_step":
        return _several(limit, order.difficulty, rng)
    if move == "topic_change":
        return f"Another matter: what does the rule on {about} require?"
    if move == "refusal":
        return rng.choice(list(GAPS))
    if move == "edge_case":
        return _last(order.edge_case, about, limit, rng)
    return rng.choice(_OPENINGS).format(about)


def _changed(limit: Limit | None, difficulty: str, rng: Random) -> str:
    value = cases.pick(limit, rng.random() < 0.5, difficulty, rng) if limit else None
    if limit is None or value is None:
        return "And if that was not done in one case, would the case comply?"
    return f"And if it was {limit.quantity(value)} in one case, would the case comply?"


def _several(limit: Limit | None, difficulty: str, rng: Random) -> str:
    pair = [cases.pick(limit, rng.random() < 0.6, difficulty, rng) for _ in range(2)] if limit else []
    said = [limit.quantity(value) for value in pair if limit and value is not None]
    if len(said) < 2:
        return "On one day that was done, on the next it was not. Did both days comply?"
    return f"On one day it was {said[0]}, on the next {said[1]}. Did both days comply?"


def _last(edge_case: str, about: str, limit: Limit | None, rng: Random) -> str:
    if edge_case == "out_of_scope":
        return rng.choice(situations.ELSEWHERE)[0]
    if edge_case == "false_premise":
        return f"As there is no rule on {about} at all, may we do as we like?"
    return rng.choice(_LAST.get(edge_case, _OPENINGS)).format(about)


def reply(
    order: Order, question: str, before: Sequence[Turn], shown: Sequence[Section], targets: Sequence[Section],
    reword: Reword, rng: Random, wording: str,
) -> Turn:  # fmt: skip
    """What the assistant answers.

    Args:
        shown: what the student sees, what the conversation is about first.
        targets: what it is about, seen or not.
    """
    move = order.moves[len(before)]
    at = order.moves[: len(before) + 1].count("topic_change") % len(shown)
    writer = Writer(targets[0] if move == "edge_case" else shown[at], order.difficulty, reword, rng)
    if move == "edge_case":
        return _closing(order, question, writer, shown, targets, wording)
    rule = _spoken_of(before, writer)
    if move in ("follow_up", "multi_step"):
        return _judged(question, rule, writer)
    if move == "refusal":
        gap = GAPS.get(question, "what is asked")
        turn = writer.turn(rule, question, f"the rule does not state {gap}", "insufficient_information", gap)
        return turn.model_copy(update={"question": question})
    claim = writer.claim(rule.sentence)
    answer = rule.limit.phrase if rule.limit and move != "clarification" else claim.text
    return Turn(question=question, claims=(claim,), answer=answer, decision="answered")


def _spoken_of(before: Sequence[Turn], writer: Writer) -> Norm:
    """The rule that was quoted last, if it is the section's; else one of the section's."""
    norms = writer.known_norms("has no rule that can be spoken of")
    quotes = [claim.evidence.quote for turn in before for claim in turn.claims]
    return next((rule for quote in reversed(quotes) for rule in norms if rule.sentence == quote), norms[0])


def _judged(question: str, rule: Norm, writer: Writer) -> Turn:
    limit = rule.limit
    values = amounts(question, limit) if limit else []
    if limit and values:
        check = " and ".join(f"{limit.quantity(value)} is {_standing(value, limit)}" for value in values)
        complies = all(limit.allows(value) for value in values)
    else:
        check = f"the rule {'forbids' if rule.forbidden else 'requires'} it, and it was not done"
        complies = rule.forbidden and "was not" in question
        if "was done" in question:
            check, complies = f"{check} both times", False
    turn = writer.turn(rule, question, check, "compliant" if complies else "violation")
    return turn.model_copy(update={"question": question})


def _standing(value: float, limit: Limit) -> str:
    where = "exactly" if value == limit.value else "above" if value > limit.value else "below"
    return f"{where} the {limit.side} of {limit.quantity(limit.value)}"


def _closing(
    order: Order, question: str, writer: Writer, shown: Sequence[Section], targets: Sequence[Section], wording: str
) -> Turn:
    """The edge case that the conversation ends with."""
    if order.edge_case == "false_premise":
        turn = situations.false_premise(writer, question)
        return turn.model_copy(update={"reasoning": "the question presupposes that there is no rule, and there is one"})
    if order.edge_case == "out_of_scope":
        return situations.out_of_scope(writer, shown, question)
    if order.edge_case == "conflicting_sources":
        return situations.conflicting(writer, targets[-1], question)
    if order.edge_case == "superseded_version":
        past = " ".join(targets[-1].text.split())
        writer.norms = [rule for rule in writer.norms if rule.sentence not in past]
        return situations.superseding(_plainly(question, writer), targets[-1], wording)
    if writer.target not in shown:
        return writer.unanswerable(question)
    rule = writer.known_norms("has no rule that can be spoken of")[0]
    case = cases.undisclosed(rule, writer.rng)
    if order.edge_case == "insufficient_information" and case:
        turn = writer.turn(rule, question, case.check, "insufficient_information", case.open)
    elif order.edge_case == "human_review":
        unsettled = "which of the two accounts is right"
        turn = writer.turn(rule, question, "the accounts disagree", "human_review", unsettled)
    else:
        raise Unwritable(f"no {order.edge_case} could be made of {writer.target.citation}")
    return turn.model_copy(update={"question": question})


def _plainly(question: str, writer: Writer) -> Turn:
    rule = writer.known_norms("says nothing that the other edition does not")[0]
    claim = writer.claim(rule.sentence)
    return Turn(question=question, claims=(claim,), answer=claim.text, decision="answered")


def converse(
    order: Order, shown: Sequence[Section], targets: Sequence[Section], reword: Reword, rng: Random, wording: str
) -> tuple[Turn, ...]:
    """A whole conversation in one piece, by the order's moves."""
    turns: list[Turn] = []
    for number, move in enumerate(order.moves):
        at = order.moves[: number + 1].count("topic_change") % len(shown)
        about = targets[0] if move == "edge_case" else shown[at]
        question = message(order, [about], turns, rng)
        turns.append(reply(order, question, turns, shown, targets, reword, rng, wording))
    return tuple(turns)
