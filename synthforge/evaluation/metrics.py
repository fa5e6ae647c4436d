"""What a student is scored on, by code alone: decisions, citations, quotes, format, and knowing when not to
answer.

Every metric is a share: of the items that it is asked of (`among`), those that get it right (`hits`). Unless
its name says lenient, an answer that cannot be read is wrong.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Literal

import numpy as np

from synthforge.evaluation.intervals import Floats, Interval, counts, difference, interval
from synthforge.evaluation.items import Item
from synthforge.records import ABSTENTIONS, EXCEPTIONAL, Decision

Wording = Mapping[Decision, str]
Judge = Callable[[Item], bool]

SAID: Mapping[Decision, tuple[str, ...]] = {
    "compliant": ("compliant", "complies", "in compliance", "no violation", "not a violation"),
    "violation": (
        "violation", "violates", "violated", "noncompliant", "non-compliant", "not compliant",
        "does not comply", "not in compliance", "out of compliance", "fails to comply",
    ),
    "insufficient_information": (
        "insufficient information", "insufficient_information", "not enough information", "cannot determine",
        "cannot be determined", "can't determine", "not specified in the excerpt", "information is missing",
    ),
    "human_review": ("human review", "human_review", "requires review", "human judgement"),
    "false_premise": ("false premise", "false_premise", "premise is false", "premise is wrong"),
    "out_of_scope": ("out of scope", "out_of_scope", "outside the scope", "not within the scope"),
    "conflicting_sources": ("conflicting sources", "conflicting_sources", "sources conflict", "sources disagree"),
}  # fmt: skip
"""Other ways to say a decision; the lenient accuracy takes them, to be fair to a base that was taught no
format."""


def flat(text: str) -> str:
    """Text for verbatim comparison: white space is one space, since excerpts wrap their lines."""
    return " ".join(text.split())


def named(text: str, wording: Wording) -> Decision | None:
    """The decision that a free text names last, in any wording; the longest reading wins ("not
    compliant")."""
    said = {flat(words).casefold(): decision for decision, group in SAID.items() for words in group}
    said |= {flat(words).casefold(): decision for decision, words in wording.items() if words.strip()}
    longest_first = "|".join(re.escape(words) for words in sorted(said, key=len, reverse=True))
    found = re.findall(rf"(?<!\w)(?:{longest_first})(?!\w)", flat(text).casefold())
    return said[found[-1]] if found else None


def lenient(item: Item, wording: Wording) -> bool:
    if item.answer.decision is not None:
        return item.answer.decision == item.decision
    found = named(item.text, wording)
    return found == item.decision or (item.decision == "answered" and found is None and bool(item.text.strip()))


def right(item: Item) -> bool:
    return item.answer.decision == item.decision


def cites(item: Item) -> bool:
    return {flat(name) for name in item.answer.citations} == {flat(name) for name in item.citations}


def quotes(item: Item) -> bool:
    return {flat(quote) for quote in item.answer.quotes} == {flat(quote) for quote in item.quotes}


def grounded(item: Item) -> bool:
    shown = [flat(text) for text in item.excerpt]
    given = [flat(quote) for quote in item.answer.quotes]
    return bool(given) and all(quote and any(quote in text for text in shown) for quote in given)


def abstains(item: Item) -> bool:
    return item.answer.decision in ABSTENTIONS


def should_abstain(item: Item) -> bool:
    return item.decision in ABSTENTIONS


def everything(item: Item) -> bool:
    return right(item) and item.answer.well_formed and cites(item) and (not item.quotes or quotes(item))


def _always(item: Item) -> bool:
    return True


def _answers(kind: Decision) -> Judge:
    return lambda item: item.answer.decision == kind


def _calls_for(kind: Decision) -> Judge:
    return lambda item: item.decision == kind


def metrics(wording: Wording) -> dict[str, tuple[Judge, Judge]]:
    """Each metric's name with (which items it is asked of, which of them are right)."""
    found: dict[str, tuple[Judge, Judge]] = {
        "decision_accuracy": (_always, right),
        "decision_accuracy_lenient": (_always, lambda item: lenient(item, wording)),
        "citation_exact": (lambda item: bool(item.citations), cites),
        "quote_grounded": (lambda item: bool(item.quotes or item.answer.quotes), grounded),
        "quote_exact": (lambda item: bool(item.quotes), quotes),
        "format_compliance": (_always, lambda item: item.answer.well_formed),
        "all_correct": (_always, everything),
        "abstention_precision": (abstains, should_abstain),
        "abstention_recall": (should_abstain, abstains),
        "false_abstention": (lambda item: not should_abstain(item), abstains),
    }
    for kind in EXCEPTIONAL:
        given, gold = _answers(kind), _calls_for(kind)
        found[f"{kind}_precision"] = (given, gold)
        found[f"{kind}_recall"] = (gold, given)
    return found


def score(items: Iterable[Item], resamples: int, rng: Random, wording: Wording | None = None) -> dict[str, Interval]:
    """Every metric with its 95 % interval; the items' order does not matter.

    `wording` is how this recipe says its decisions (`run.wording`). A metric that no item is asked of has n =
    0.
    """
    ordered = _ordered(items)
    drawn = counts([item.document for item in ordered], resamples, rng)
    return {name: interval(*_marks(ordered, *asked), drawn) for name, asked in metrics(wording or {}).items()}


def breakdown(
    items: Iterable[Item],
    by: Literal["template", "edge_case", "difficulty", "document"],
    resamples: int,
    rng: Random,
    wording: Wording | None = None,
) -> dict[str, dict[str, Interval]]:
    """`score` for each value of one of the items' fields, in the values' order."""
    ordered = _ordered(items)
    groups: dict[str, list[Item]] = {}
    for item in ordered:
        groups.setdefault(str(getattr(item, by)), []).append(item)
    return {name: score(groups[name], resamples, rng, wording) for name in sorted(groups)}


def compare(
    before: Iterable[Item], after: Iterable[Item], resamples: int, rng: Random, wording: Wording | None = None
) -> dict[str, Interval]:
    """after − before for every metric, paired: both students are resampled on the same questions together.

    An interval that contains 0 means that no difference was shown, not that there is none.

    Raises:
        ValueError: the two are not answers to the same questions.
    """
    first, second = _ordered(before), _ordered(after)
    if [item.key for item in first] != [item.key for item in second]:
        raise ValueError("compare needs both students' answers to the same questions (example and turn)")
    drawn = counts([item.document for item in first], resamples, rng)
    return {
        name: difference(_marks(first, *asked), _marks(second, *asked), drawn)
        for name, asked in metrics(wording or {}).items()
    }


def _ordered(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.document, item.example, item.turn))


def _marks(items: Sequence[Item], asked: Judge, correct: Judge) -> tuple[Floats, Floats]:
    among = np.array([asked(item) for item in items], dtype=np.float64)
    hits = np.array([asked(item) and correct(item) for item in items], dtype=np.float64)
    return hits, among
