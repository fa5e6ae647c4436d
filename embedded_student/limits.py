"""Rules that set a limit to a measured attribute."""

from random import Random

from embedded_student.amounts import amount, draw, judged, limit_value, near, numeric_check
from embedded_student.parts import JUDGE, Case, Rule, actor, noun, shift, thing, vary
from embedded_student.words import ATTRIBUTES, DAYS, MONTHS, NAMES, PLACES, article, capital, plural

LIMITS: dict[str, list[str]] = {
    "min": [
        "The {a} of the {e} must be at least {v}.",
        "The {a} of {ae} shall be no less than {v}.",
        "{Ae} must have {aa} of at least {v}.",
        "The minimum {a} for {ae} is {v}.",
        "The {a} of the {e} must not fall below {v}.",
        "{Es} need {aa} of {v} or more.",
        "Keep the {a} of the {e} at {v} or above.",
        "{Actors} must keep the {a} of the {e} at or above {v}.",
        "For {ae}, the {a} shall be not less than {v}.",
        "No {e} may have {aa} below {v}.",
        "{Ae} requires {aa} of at least {v}.",
        "When {ae} is in use, its {a} must be at least {v}.",
        "The {e} shall have a minimum {a} of {v}.",
        "{Actors} shall allow {aa} of at least {v} for the {e}.",
        "The {e} {a} must be at least {v}.",
        "The minimum {e} {a} is {v}.",
        "Each {e} shall have at least {v} of {a}.",
        "{Es} with {aa} of less than {v} are not accepted.",
    ],
    "max": [
        "The {a} of the {e} must not exceed {v}.",
        "The {a} of {ae} shall be no more than {v}.",
        "{Ae} may have {aa} of at most {v}.",
        "The maximum {a} for {ae} is {v}.",
        "The {a} of the {e} must not go above {v}.",
        "{Es} are limited to {aa} of {v}.",
        "Keep the {a} of the {e} at {v} or below.",
        "{Actors} must keep the {a} of the {e} at or below {v}.",
        "For {ae}, the {a} shall be not more than {v}.",
        "No {e} may have {aa} above {v}.",
        "{Ae} is allowed {aa} of up to {v}.",
        "When {ae} is in use, its {a} must not exceed {v}.",
        "The {e} shall have a maximum {a} of {v}.",
        "{Actors} shall not let the {a} of the {e} exceed {v}.",
        "The {e} {a} must not exceed {v}.",
        "The maximum {e} {a} is {v}.",
        "{Es} with {aa} of more than {v} are rejected.",
        "A {a} of more than {v} is not permitted for the {e}.",
    ],
    "over": [
        "The {a} of the {e} must be more than {v}.",
        "{Ae} must have {aa} greater than {v}.",
        "The {a} of {ae} shall be above {v}.",
        "{Actors} must keep the {a} of the {e} above {v}.",
        "The {e} {a} must be over {v}.",
    ],
    "under": [
        "The {a} of the {e} must be less than {v}.",
        "{Ae} must have {aa} lower than {v}.",
        "The {a} of {ae} shall be below {v}.",
        "{Actors} must keep the {a} of the {e} under {v}.",
        "The {e} {a} must stay below {v}.",
    ],
    "range": [
        "The {a} of the {e} must be between {v} and {w}.",
        "Keep the {a} of the {e} between {v} and {w}.",
        "{Ae} must have {aa} from {v} to {w}.",
        "{Actors} shall hold the {a} of the {e} between {v} and {w}.",
    ],
}

STORIES = [
    "The {a} of the {e} was {x}.",
    "The {a} of the {e} is {x}.",
    "{Ae} has {aa} of {x}.",
    "{N} measured {aa} of {x} on the {e}.",
    "On {d}, the {e} had {aa} of {x}.",
    "The log shows {x} as the {a} of the {e}.",
    "{N} set the {a} of the {e} to {x}.",
    "{N} checked the {e}. Its {a} was {x}.",
    "The {e} {a} was {x}.",
    "The {a} for the {e} came to {x}.",
    "In {m}, {N} noted {aa} of {x} for {ae}.",
    "{N} has {ae}. The {a} is {x}.",
    "For the {e}, {N} wrote down {aa} of {x}.",
    "The {e} was used with {aa} of {x}.",
]

NO_FACT = [
    "{N} checked the {e} on {d}.",
    "The {e} was used on {d}.",
    "{N} has {ae} in the {p}.",
    "{N} brought the {e} to the {p} on {d}.",
    "The {e} in the {p} was seen by {N}.",
    "{N} wrote a note about the {e}.",
    "The {a} of the {e} was not written down.",
    "{N} used the {e}, but nobody noted the {a}.",
    "The {e} was ready on {d}. {N} was there.",
]

CONFLICTS = [
    "The log gives {x} as the {a} of the {e}; the label gives {y}.",
    "{N} noted {aa} of {x} for the {e}, but {M} noted {y}.",
    "One record says the {a} of the {e} was {x}. Another record says {y}.",
    "The {a} of the {e} is {x} in the report and {y} in the diary.",
    "According to {N} the {e} had {aa} of {x}. According to {M} it was {y}.",
]


def limit_rule(rng: Random, entity: str | None = None, attribute: tuple[str, list[str]] | None = None) -> Rule:
    e = entity or thing(rng)
    if attribute is None:
        _, names, units = rng.choice(ATTRIBUTES)
        attribute = (rng.choice(names), units)
        if rng.random() < 0.15:
            attribute = (
                f"{noun(rng)} {rng.choice(('level', 'rate', 'time', 'index', 'count', 'value', 'depth'))}",
                units,
            )
    a, unit = attribute[0], rng.choice(attribute[1])
    kind = rng.choices(("min", "max", "over", "under", "range"), (36, 36, 8, 8, 8))[0]
    v = limit_value(rng, unit)
    w = round(v + max(1, int(v * rng.choice((0.2, 0.5, 1)))), 2)
    in_words = rng.random() < 0.15
    slots = {
        "a": a,
        "aa": article(a),
        "e": e,
        "ae": article(e),
        "Ae": capital(article(e)),
        "Es": capital(plural(e)),
        "v": amount(v, unit, in_words),
        "w": amount(w, unit, in_words),
        "Actors": capital(plural(actor(rng))),
    }
    text = capital(rng.choice(LIMITS[kind]).format(**slots))
    topic = rng.choice((f"the {a} of the {e}", f"the {e} {a}", f"{a} of {plural(e)}"))

    def story(template: str, **more: str) -> str:
        name = vary(rng, e)
        return capital(
            template.format(
                a=a,
                aa=article(a),
                e=name,
                ae=article(name),
                Ae=capital(article(name)),
                N=rng.choice(NAMES),
                M=rng.choice(NAMES),
                d=rng.choice(DAYS),
                m=rng.choice(MONTHS),
                p=rng.choice(PLACES),
                **more,
            )
        )

    def case(outcome: str) -> Case:
        x = draw(rng, kind, outcome if outcome in ("ok", "bad") else rng.choice(("ok", "bad")), v, w)
        shown = amount(x, unit, rng.random() < 0.08)
        question = (
            rng.choice(JUDGE)
            if rng.random() < 0.7
            else rng.choice(
                (
                    f"Does the {a} meet the rule?",
                    f"Is the {a} allowed?",
                    f"Is the {e} in order?",
                    f"Is that {a} acceptable?",
                    f"Does the {e} meet the rule on {a}?",
                )
            )
        )
        if outcome == "unknown":
            question = rng.choice(
                (
                    f"Does the {a} meet the rule?",
                    f"Is the {a} within the rule?",
                    f"Does the {e} meet the rule on {a}?",
                    f"Is the {a} of the {e} allowed?",
                    rng.choice(JUDGE),
                )
            )
            missing = rng.choice((f"the case does not give the {a}", f"the {a} is not stated"))
            return Case(
                f"{shift(rng, story(rng.choice(NO_FACT)))} {question}",
                "unknown",
                (missing, missing, f"value not given, {a}"),
                "fact absent",
            )
        if outcome == "review":
            y = draw(rng, kind, rng.choice(("ok", "bad")), v, w)
            if y == x:
                y = near(rng, x, True, False)
            other = amount(y, unit)
            split = rng.choice(
                (f"the records disagree: {shown} and {other}", f"two records differ, {shown} against {other}")
            )
            text = shift(rng, story(rng.choice(CONFLICTS), x=shown, y=other))
            return Case(
                f"{text} {question}",
                "review",
                (split, f"{shown} and {other}, conflict", f"value {shown} or {other}, conflict"),
                "conflict",
            )
        check = numeric_check(rng, kind, x, shown, v, slots["v"], w, slots["w"])
        return Case(
            f"{shift(rng, story(rng.choice(STORIES), x=shown))} {question}",
            judged(kind, x, v, w),
            check,
            "numeric",
            shown=shown,
        )

    def ask() -> Case:
        bound = {
            "min": "minimum",
            "max": "maximum",
            "over": "lower bound on the",
            "under": "upper bound on the",
            "range": "allowed",
        }[kind]
        value = f"{slots['v']} to {slots['w']}" if kind == "range" else slots["v"]
        question = rng.choice(
            (
                f"What is the {bound} {a} of the {e}?",
                f"What {a} does the {e} need?",
                f"Which {a} is set for the {e}?",
                f"What does the text say about the {a} of the {e}?",
                f"What {a} applies to {article(e)}?",
            )
        )
        phrase = {
            "min": "at least ",
            "max": "at most ",
            "over": "more than ",
            "under": "less than ",
            "range": "",
        }[kind]
        answer = rng.choice(
            (f"The {a} of the {e} is {phrase}{value}.", f"The {e} has {article(a)} of {phrase}{value}.", text)
        )
        plain = f"the text gives {value}"
        return Case(question, "answered", (plain, plain, f"value {value}"), "question", answer, value)

    return Rule(text, topic, ["ok", "bad", "ok", "bad", "ok", "bad", "unknown", "review"], case, ask, (a, e))
