"""What every rule is made of: things, people, events, and the cases and questions about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from embedded_student.words import (
    ADJECTIVES,
    COLOURS,
    COMMON,
    DAYS,
    EVENTS,
    NAMES,
    PLACES,
    ROLES,
    article,
    invented,
    plural,
)


@dataclass
class Case:
    """A question about one rule. `check` holds the same reasoning in words, in signs and as a list."""

    text: str
    outcome: str  # ok, bad, unknown, review, answered
    check: tuple[str, str, str]
    kind: str
    answer: str = ""  # for plain questions: a sentence
    value: str = ""  # for plain questions: the shortest answer
    shown: str = ""  # the case's amount, for follow-ups that name nothing else


@dataclass
class Rule:
    """One sentence of an excerpt; `case(outcome)` makes a case for it and `ask()` a plain question."""

    text: str
    topic: str
    outcomes: list[str]
    case: Callable[[str], Case]
    ask: Callable[[], Case]
    words: tuple[str, ...] = field(default_factory=tuple)


def noun(rng: Random) -> str:
    return invented(rng) if rng.random() < 0.42 else rng.choice(COMMON)


def thing(rng: Random) -> str:
    """A noun phrase without its article: 'torvel hatch', 'spare valve', 'lantern'."""
    kind = rng.random()
    if kind < 0.45:
        pair = [noun(rng), rng.choice(COMMON)]
        rng.shuffle(pair)
        return " ".join(pair)
    if kind < 0.65:
        return f"{rng.choice(ADJECTIVES)} {noun(rng)}"
    return noun(rng)


def actor(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(ROLES)
    if kind < 0.65:
        return f"{noun(rng)} {rng.choice(ROLES)}"
    return invented(rng)


def event(rng: Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(EVENTS)
    return f"the {noun(rng)} {rng.choice(('test', 'shift', 'check', 'run', 'visit', 'trip', 'change', 'alarm'))}"


def vary(rng: Random, phrase: str) -> str:
    """The phrase as a case would repeat it: mostly word for word, at times without its first word."""
    parts = phrase.split()
    return " ".join(parts[1:]) if len(parts) > 1 and rng.random() < 0.1 else phrase


JUDGE = [
    "Is this allowed?",
    "Does this follow the rules?",
    "Is the rule kept?",
    "Is that in order?",
    "Is this acceptable?",
    "Does this meet the rule?",
    "Is this all right?",
    "Was the rule followed?",
    "Does it pass?",
    "Is this fine?",
    "May this go on?",
    "Were the rules met?",
    "Does the case comply?",
    "Is that permitted?",
    "Is this in compliance?",
]


def shift(rng: Random, text: str) -> str:
    """Sentence-level colour around the deciding sentence: facts that decide nothing."""
    extra = rng.random()
    if extra < 0.55:
        return text
    filler = rng.choice(
        (
            f"It was {rng.choice(DAYS)}.",
            f"{rng.choice(NAMES)} works in the {rng.choice(PLACES)}.",
            f"{rng.choice(NAMES)} was the {rng.choice(ROLES)} that day.",
            f"The {noun(rng)} is {rng.choice(COLOURS)}.",
            f"The {noun(rng)} had been there for {rng.randint(2, 30)} {rng.choice(('days', 'weeks', 'years'))}.",
            f"The site has {rng.randint(2, 90)} {plural(rng.choice(COMMON))}.",
            f"It happened in the {rng.choice(PLACES)}.",
            f"{rng.choice(NAMES)} wore {article(rng.choice(COLOURS))} {rng.choice(('hat', 'coat', 'vest'))}.",
        )
    )
    return f"{filler} {text}" if rng.random() < 0.5 else f"{text} {filler}"
