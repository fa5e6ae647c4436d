"""Duties, bans and permissions."""

from random import Random

from embedded_student.parts import JUDGE, Case, Rule, actor, event, noun, shift, thing, vary
from embedded_student.words import DAYS, NAMES, PLACES, VERBS, article, capital, gerund, past, plural


def duty_rule(rng: Random, entity: str | None = None) -> Rule:
    """Somebody must, must not or may do something to a thing."""
    obj, who, verb = entity or thing(rng), actor(rng), rng.choice(VERBS)
    done, doing = past(verb), gerund(verb)
    when = rng.choice(
        (
            f" before {event(rng)}",
            f" after {event(rng)}",
            f" during {event(rng)}",
            f" in the {rng.choice(PLACES)}",
            "",
            f" while the {noun(rng)} is {rng.choice(('running', 'open', 'in use', 'locked'))}",
            "",
        )
    )
    kind = rng.choices(("must", "not", "may"), (55, 33, 12))[0]
    front = capital(when.strip()) + "," if when and rng.random() < 0.3 else ""
    tail = "" if front else when
    whos, Whos = plural(who), capital(plural(who))
    if kind == "must":
        core = [
            f"{Whos} must {verb} the {obj}{tail}.",
            f"{Whos} shall {verb} the {obj}{tail}.",
            f"The {who} is required to {verb} the {obj}{tail}.",
            f"The {obj} must be {done}{tail}.",
            f"The {who} has to {verb} the {obj}{tail}.",
            f"Every {who} shall {verb} the {obj}{tail}.",
            f"The {obj} shall be {done} by the {who}{tail}.",
            f"{capital(doing)} the {obj} is mandatory{tail}.",
            f"{Whos} need to {verb} the {obj}{tail}.",
        ]
    elif kind == "not":
        core = [
            f"{Whos} must not {verb} the {obj}{tail}.",
            f"{Whos} shall not {verb} the {obj}{tail}.",
            f"No {who} may {verb} the {obj}{tail}.",
            f"{Whos} are prohibited from {doing} the {obj}{tail}.",
            f"It is forbidden to {verb} the {obj}{tail}.",
            f"The {obj} may not be {done}{tail}.",
            f"{Whos} may never {verb} the {obj}{tail}.",
            f"{capital(doing)} the {obj} is prohibited{tail}.",
        ]
    else:
        core = [
            f"{Whos} may {verb} the {obj}{tail}.",
            f"The {who} is allowed to {verb} the {obj}{tail}.",
            f"{Whos} can {verb} the {obj}{tail}.",
            f"It is permitted to {verb} the {obj}{tail}.",
            f"The {obj} may be {done}{tail}.",
        ]
    text = rng.choice(core)
    if front:
        text = f"{front} {text[:1].lower()}{text[1:]}"
    need = {"must": "required", "not": "forbidden", "may": "permitted"}[kind]
    topic = rng.choice((f"{doing} the {obj}", f"{plural(who)} {doing} the {obj}"))

    def told(act: bool) -> str:
        name, thing_ = (
            rng.choice((f"The {who}", f"The {who}", rng.choice(NAMES), f"{capital(article(who))}")),
            f"the {vary(rng, obj)}",
        )
        place = when if rng.random() < 0.7 else ""
        inside = name[:1].lower() + name[1:] if name.startswith(("The", "A ", "An ")) else name
        if act:
            return rng.choice(
                (
                    f"{name} {done} {thing_}{place}.",
                    f"{capital(thing_)} was {done}{place}.",
                    f"{name} {done} {thing_}{place}, as {rng.choice(NAMES)} saw.",
                    f"{name} went ahead and {done} {thing_}{place}.",
                    f"Records show that {inside} {done} {thing_}{place}.",
                )
            )
        return rng.choice(
            (
                f"{name} did not {verb} {thing_}{place}.",
                f"{name} skipped {doing} {thing_}{place}.",
                f"{name} forgot to {verb} {thing_}{place}.",
                f"{name} never {done} {thing_}{place}.",
                f"{capital(thing_)} was not {done}{place}.",
                f"{name} left {thing_} without {doing} it{place}.",
                f"{name} failed to {verb} {thing_}{place}.",
                f"{name} went home without {doing} {thing_}.",
                f"Nobody {done} {thing_}{place}.",
                f"{name} left {thing_} un{done}{place}.",
                f"{capital(thing_)} had not been {done}{place}.",
                f"{name} omitted {doing} {thing_}{place}.",
            )
        )

    def case(outcome: str) -> Case:
        question = rng.choice(JUDGE)
        if outcome == "unknown":
            text = rng.choice(
                (
                    f"The {who} was near the {obj} on {rng.choice(DAYS)}.",
                    f"{rng.choice(NAMES)} is the {who} for the {obj}.",
                    f"The {obj} is in the {rng.choice(PLACES)}.",
                    f"The {who} arrived{when}.",
                    f"Nobody knows whether the {obj} was {done}.",
                )
            )
            question = rng.choice(
                (f"Was the rule on {doing} the {obj} followed?", f"Is the rule about {doing} kept?", question)
            )
            missing = rng.choice(
                (
                    f"the case does not say whether the {obj} was {done}",
                    f"it is not stated whether the {obj} was {done}",
                )
            )
            return Case(
                f"{shift(rng, text)} {question}",
                "unknown",
                (missing, missing, "act not stated"),
                "fact absent",
            )
        if outcome == "review":
            text = rng.choice(
                (
                    f"The log says the {obj} was {done}{when}; the shift note says it was not.",
                    f"{rng.choice(NAMES)} says the {who} {done} the {obj}, "
                    f"but {rng.choice(NAMES)} says it was not {done}.",
                    f"One record shows the {obj} as {done}. Another record shows it as not {done}.",
                )
            )
            split = f"the records disagree on whether the {obj} was {done}"
            return Case(f"{shift(rng, text)} {question}", "review", (split, split, "act in dispute"), "conflict")
        act = (outcome == "ok") == (kind == "must")
        if kind == "may":
            act, outcome = True, "ok"
        sentence = f"the {obj} was {'' if act else 'not '}{done}, {doing} is {need}"
        return Case(
            f"{shift(rng, told(act))} {question}",
            outcome,
            (
                sentence,
                f"{done}: {'yes' if act else 'no'} ({need})",
                f"act {'done' if act else 'not done'}, {need}",
            ),
            "duty",
        )

    def ask() -> Case:
        question = rng.choice(
            (
                f"What is said about {doing} the {obj}?",
                f"What {'must' if kind == 'must' else 'may'} {whos} do with the {obj}?"
                if kind != "not"
                else f"What must {whos} not do?",
                f"Which rule covers {doing} the {obj}?",
            )
        )
        answer = rng.choice(
            (
                text,
                f"{capital(doing)} the {obj} is {need}.",
            )
        )
        value = need
        return Case(question, "answered", (f"{doing} is {value}",) * 2 + (f"act {value}",), "question", answer, value)

    outcomes = ["ok", "unknown"] if kind == "may" else ["ok", "bad", "bad", "ok", "bad", "ok", "unknown", "review"]
    return Rule(text, topic, outcomes, case, ask, (obj, verb))
