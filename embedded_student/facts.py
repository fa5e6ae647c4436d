"""Rules that leave the decision to somebody, and plain facts."""

from random import Random

from embedded_student.parts import JUDGE, Case, Rule, actor, noun, shift, thing
from embedded_student.words import (
    COLOURS,
    DAYS,
    MATERIALS,
    NAMES,
    PLACES,
    VERBS,
    article,
    capital,
    gerund,
    plural,
)

VAGUE = """
reasonable adequate appropriate suitable sufficient proper fair acceptable reasonable appropriate
""".split()
GIVEN = """
care cover light space help training rest access support protection cleaning supply notice supervision
""".split()


def discretion_rule(rng: Random, entity: str | None = None) -> Rule:
    """A rule that leaves the decision to somebody's judgement."""
    e, who = entity or thing(rng), actor(rng)
    vague = rng.choice(VAGUE)
    noun_ = rng.choice(GIVEN)
    act = gerund(rng.choice(VERBS))
    text = rng.choice(
        (
            f"The {e} must be kept in {article(vague)} state.",
            f"{capital(plural(who))} must give the {e} {vague} {noun_}.",
            f"Requests for {article(e)} are decided case by case.",
            f"The {who} may allow {act} the {e} where {vague}.",
            f"Whether the {e} is {vague} is decided by the {who}.",
            f"{capital(act)} the {e} is at the discretion of the {who}.",
            f"The {e} shall have {vague} {noun_}.",
            f"The {who} judges whether the {e} may be used.",
            f"{capital(plural(e))} should be used with {vague} {noun_}.",
            f"Exceptions for the {e} are granted case by case by the {who}.",
        )
    )

    def case(outcome: str) -> Case:
        name = rng.choice(NAMES)
        story = rng.choice(
            (
                f"{name} gave the {e} a little {noun_}.",
                f"The {e} has some {noun_}.",
                f"{name} asks for {article(e)}.",
                f"{name} wants to use the {e} on {rng.choice(DAYS)}.",
                f"The {e} looks worn but works.",
                f"{name} had the {e} in the {rng.choice(PLACES)} for {rng.randint(2, 50)} days.",
            )
        )
        left = rng.choice(
            (
                "the rule leaves this to judgement",
                f"the rule sets no fixed limit, it says {vague}"
                if vague in text
                else "the rule leaves this to judgement",
            )
        )
        return Case(f"{shift(rng, story)} {rng.choice(JUDGE)}", "review", (left, left, "no fixed limit"), "discretion")

    def ask() -> Case:
        return Case(
            f"What is said about the {e}?",
            "answered",
            ("the text names the rule",) * 3,
            "question",
            text,
            text,
        )

    return Rule(text, f"the {e}", ["review"], case, ask, (e, noun_))


def fact_rule(rng: Random, entity: str | None = None) -> Rule:
    """A plain fact: where, what of, when, who, what it is."""
    e, who = entity or thing(rng), actor(rng)
    place, material, day, colour, name = (
        rng.choice(PLACES),
        rng.choice(MATERIALS),
        rng.choice(DAYS),
        rng.choice(COLOURS),
        noun(rng),
    )
    text, question, value = rng.choice(
        (
            (f"The {e} is kept in the {place}.", f"Where is the {e} kept?", f"in the {place}"),
            (f"The {e} is made of {material}.", f"What is the {e} made of?", material),
            (f"The {who} looks after the {e}.", f"Who looks after the {e}?", f"the {who}"),
            (f"The {e} is {colour}.", f"What colour is the {e}?", colour),
            (
                f"{capital(article(e))} is a kind of {name} used in the {place}.",
                f"What is {article(e)}?",
                f"a kind of {name} used in the {place}",
            ),
            (f"The {e} is checked on {day}.", f"On which day is the {e} checked?", day),
            (
                f"The {who} reports to the {name} office.",
                f"To whom does the {who} report?",
                f"the {name} office",
            ),
            (
                f"The {e} was named after {name} in {rng.randint(1900, 2025)}.",
                f"After whom was the {e} named?",
                name,
            ),
            (f"The {name} is part of the {e}.", f"What is the {name} part of?", f"the {e}"),
            (f"The {e} stands next to the {name}.", f"What does the {e} stand next to?", f"the {name}"),
            (
                f"Questions about the {e} go to the {who}.",
                f"Who answers questions about the {e}?",
                f"the {who}",
            ),
            (f"The {e} comes with {rng.randint(2, 40)} {plural(name)}.", f"What does the {e} come with?", ""),
            (f"The {e} is used to {rng.choice(VERBS)} the {name}.", f"What is the {e} used for?", ""),
        )
    )
    if not value:
        value = text.split(" with ")[-1].split(" used ")[-1].rstrip(".")

    def ask() -> Case:
        answer = rng.choice((text, capital(value) + "."))
        return Case(
            question,
            "answered",
            (f"the text says {value}",) * 2 + (f"value {value}",),
            "question",
            answer,
            value,
        )

    return Rule(text, f"the {e}", ["answered"], lambda outcome: ask(), ask, (e,))
