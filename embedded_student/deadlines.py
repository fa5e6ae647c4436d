"""Rules on when something must be done."""

from random import Random

from embedded_student.amounts import amount, draw, judged, near, numeric_check
from embedded_student.parts import JUDGE, Case, Rule, actor, event, shift, thing
from embedded_student.words import NAMES, PLACES, VERBS, capital, gerund, past, plural


def deadline_rule(rng: Random, entity: str | None = None) -> Rule:
    """Act within a time of an event, a time before it, or every so often."""
    obj, who, verb, when = entity or thing(rng), actor(rng), rng.choice(VERBS), event(rng)
    unit = rng.choice(
        [*"hours minutes days weeks hours days months years seconds".split(), "business days", "working days"]
    )
    v = rng.choice(
        (
            rng.randint(1, 30),
            rng.choice((5, 10, 12, 14, 15, 20, 24, 28, 30, 36, 45, 48, 60, 72, 90, 120, 180)),
        )
    )
    limit, done, doing = amount(v, unit, rng.random() < 0.2), past(verb), gerund(verb)
    kind = rng.choice(("within", "within", "ahead", "every"))
    must = rng.choice(("must", "shall", "has to", "is required to"))
    plural_must = {"has to": "have to", "is required to": "are required to"}.get(must, must)
    if kind == "within":
        text = rng.choice(
            (
                f"{capital(plural(who))} {plural_must} {verb} the {obj} within {limit} of {when}.",
                f"The {obj} must be {done} within {limit} of {when}.",
                f"After {when}, the {who} {must} {verb} the {obj} within {limit}.",
                f"The {who} {must} {verb} the {obj} no later than {limit} after {when}.",
                f"The {obj} shall be {done} not more than {limit} after {when}.",
                f"Within {limit} of {when}, {plural(who)} {plural_must} {verb} the {obj}.",
            )
        )
        told = [
            f"The {who} {done} the {obj} {{x}} after {when}.",
            f"The {obj} was {done} {{x}} after {when}.",
            f"{{x}} after {when}, the {who} {done} the {obj}.",
            f"{{N}} {done} the {obj} {{x}} after {when}.",
        ]
    elif kind == "ahead":
        text = rng.choice(
            (
                f"{capital(plural(who))} {plural_must} {verb} the {obj} at least {limit} before {when}.",
                f"The {obj} must be {done} at least {limit} before {when}.",
                f"The {who} {must} {verb} the {obj} no later than {limit} before {when}.",
                f"Before {when}, the {obj} shall be {done} at least {limit} ahead.",
            )
        )
        told = [
            f"The {who} {done} the {obj} {{x}} before {when}.",
            f"The {obj} was {done} {{x}} before {when}.",
            f"{{N}} {done} the {obj} {{x}} before {when}.",
        ]
    else:
        text = rng.choice(
            (
                f"{capital(plural(who))} {plural_must} {verb} the {obj} every {limit}.",
                f"The {obj} must be {done} at least every {limit}.",
                f"The {obj} shall be {done} once every {limit}.",
                f"{capital(doing)} of the {obj} is due every {limit}.",
            )
        )
        told = [
            f"The {obj} was last {done} {{x}} ago.",
            f"The {who} last {done} the {obj} {{x}} ago.",
            f"{{N}} {done} the {obj}, and then again {{x}} later.",
        ]
    sense = "min" if kind == "ahead" else "max"
    topic = rng.choice((f"{doing} the {obj}", f"when to {verb} the {obj}"))

    def case(outcome: str) -> Case:
        x = draw(rng, sense, outcome if outcome in ("ok", "bad") else rng.choice(("ok", "bad")), v, 0)
        shown = amount(x, unit)
        question = rng.choice(JUDGE) if rng.random() < 0.8 else f"Was the {obj} {done} in time?"
        if outcome == "unknown":
            text = rng.choice(
                (
                    f"The {who} {done} the {obj}.",
                    f"{rng.choice(NAMES)} {done} the {obj} in the {rng.choice(PLACES)}.",
                    f"The {obj} was {done}, but the time was not noted.",
                )
            )
            missing = rng.choice(("the case does not give the time", f"it is not stated when the {obj} was {done}"))
            return Case(
                f"{shift(rng, text)} {question}",
                "unknown",
                (missing, missing, "value not given, time"),
                "fact absent",
            )
        if outcome == "review":
            y = near(rng, x, True, rng.random() < 0.5)
            other = amount(y, unit)
            text = capital(rng.choice(told).format(x=shown, N=rng.choice(NAMES)))
            text += rng.choice(
                (
                    f" Another record says {other}.",
                    f" The diary says {other} instead.",
                    f" But {rng.choice(NAMES)} says it was {other}.",
                )
            )
            split = f"the records disagree: {shown} and {other}"
            return Case(
                f"{text} {question}",
                "review",
                (split, f"{shown} and {other}, conflict", f"value {shown} or {other}, conflict"),
                "conflict",
            )
        text = capital(rng.choice(told).format(x=shown, N=rng.choice(NAMES)))
        return Case(
            f"{shift(rng, text)} {question}",
            judged(sense, x, v, 0),
            numeric_check(rng, sense, x, shown, v, limit, 0, ""),
            "numeric",
            shown=shown,
        )

    def ask() -> Case:
        question = rng.choice(
            (
                f"When must the {obj} be {done}?",
                f"How soon must the {who} {verb} the {obj}?",
                f"By when is the {obj} {done}?",
            )
        )
        if kind == "every":
            question = rng.choice(
                (f"How often must the {obj} be {done}?", f"How often does the {who} {verb} the {obj}?")
            )
        value = {
            "within": f"within {limit} of {when}",
            "ahead": f"at least {limit} before {when}",
            "every": f"every {limit}",
        }[kind]
        answer = rng.choice((f"The {obj} must be {done} {value}.", text, capital(value) + "."))
        return Case(
            question,
            "answered",
            (f"the text gives {value}",) * 2 + (f"value {value}",),
            "question",
            answer,
            value,
        )

    return Rule(text, topic, ["ok", "bad", "ok", "bad", "ok", "bad", "unknown", "review"], case, ask, (obj, who))
