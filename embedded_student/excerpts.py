"""Excerpts of rules that resemble each other, and the questions asked of them."""

from dataclasses import dataclass
from random import Random

from embedded_student.citations import citations
from embedded_student.deadlines import deadline_rule
from embedded_student.duties import duty_rule
from embedded_student.facts import discretion_rule, fact_rule
from embedded_student.limits import limit_rule
from embedded_student.parts import Case, Rule, thing
from embedded_student.words import ATTRIBUTES, ROLES, capital


@dataclass
class Item:
    """One question over an excerpt; `quote` and `cite` are empty where no section covers it."""

    case: Case
    quote: str
    cite: str
    topic: str


@dataclass
class Excerpt:
    sections: list[tuple[str, str]]  # text, id
    items: list[Item]


def pool(rng: Random, n: int) -> list[tuple[Rule, bool]]:
    """`n` rules that share things and attributes, each with whether it shares its thing."""
    attributes = {name: (name, units) for _, names, units in ATTRIBUTES for name in names}
    rules: list[tuple[Rule, bool]] = []
    seen: set[tuple[str, ...]] = set()
    alike = rng.random() < 0.6
    while len(rules) < n:
        kind, entity = rng.random(), None
        mates = [rule for rule, _ in rules if len(rule.words) == 2 and "judge" not in rule.topic]
        if mates and alike and rng.random() < 0.4:
            mate = rng.choice(mates)
            if kind < 0.5 and mate.words[0] in attributes:  # the same attribute of another thing
                rule = limit_rule(rng, None, attributes[mate.words[0]])
            else:  # another rule on the same thing
                entity = mate.words[1] if mate.words[0] in attributes else mate.words[0]
                maker = rng.choice((limit_rule, limit_rule, duty_rule, deadline_rule))
                rule = maker(rng, entity)
        elif kind < 0.4:
            rule = limit_rule(rng)
        elif kind < 0.57:
            rule = deadline_rule(rng)
        elif kind < 0.8:
            rule = duty_rule(rng)
        elif kind < 0.89:
            rule = discretion_rule(rng)
        else:
            rule = fact_rule(rng)
        if rule.words in seen or (
            entity and any(entity in r.topic for r, _ in rules if r.outcomes in (["review"], ["answered"]))
        ):
            continue
        seen.add(rule.words)
        rules.append((rule, entity is not None))
        if entity:
            rules = [(r, shared or entity in r.topic) for r, shared in rules]
    return rules


def excerpt(rng: Random, easy: float, turns: int) -> Excerpt:
    """Sections and questions; `easy` is the chance of a short, plain excerpt."""
    plain = rng.random() < easy
    n = rng.choice((1, 2, 2, 3)) if plain else rng.choice((2, 3, 3, 4, 4, 5))
    spare = 1 if rng.random() < (0.3 if plain else 0.5) or n == 1 else 0
    rules = pool(rng, n + spare)
    order = rules[:]
    rng.shuffle(order)
    hidden = [order.pop() for _ in range(spare)]
    ids = citations(rng, n)
    sections = []
    for (rule, _), name in zip(order, ids, strict=True):
        text = rule.text
        if not plain and rng.random() < 0.28:
            other = rng.choice(
                (
                    f"See also the {thing(rng)}.",
                    fact_rule(rng).text,
                    f"This applies to every {thing(rng)}.",
                    duty_rule(rng).text,
                    f"{capital(rng.choice(ROLES))}s are told about this once a year.",
                )
            )
            text = f"{other} {text}" if rng.random() < 0.4 else f"{text} {other}"
        sections.append((text, name))
    items: list[Item] = []
    for _ in range(turns):
        absent = bool(hidden) and (rng.random() < (0.5 if turns == 1 else 0.34))
        at = rng.randrange(len(order))
        (rule, shared), name = (hidden[0], "") if absent else (order[at], ids[at])
        if (
            items and not absent and items[-1].cite and rng.random() < 0.3
        ):  # the same rule again: a changed case may flip the verdict
            at = ids.index(items[-1].cite)
            (rule, shared), name = order[at], ids[at]
        again = bool(items) and name != "" and name == items[-1].cite and items[-1].case.shown != ""
        outcome = rng.choice(rule.outcomes)
        if (shared and outcome == "unknown") or rng.random() < 0.17:
            outcome = "answered"
        if absent and outcome in ("unknown", "review") and rule.outcomes[0] == "ok":
            outcome = rng.choice(("ok", "bad"))
        if absent and shared and outcome == "answered" and "say about" in rule.topic:
            continue
        case = rule.ask() if outcome == "answered" else rule.case(outcome)
        if again and case.shown and rng.random() < 0.5:
            case.text = rng.choice(
                (
                    "What if it were {}?",
                    "And with {}?",
                    "And if it was {}?",
                    "And {}?",
                    "Suppose it was {} instead.",
                )
            ).format(case.shown)
        if absent:
            why = f"covers {rule.topic}"
            case = Case(
                case.text,
                "unknown",
                (f"no section {why}", f"nothing {why}", f"no match, {rule.topic}"),
                "rule absent",
            )
        items.append(Item(case, "" if absent else rule.text, name, rule.topic))
    return Excerpt(sections, items)
