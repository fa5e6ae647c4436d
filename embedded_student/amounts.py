"""Limits, values near and far from them, and the comparison written out."""

from random import Random

from embedded_student.words import spelled


def limit_value(rng: Random, unit: str) -> float:
    kind = rng.random()
    if "$" in unit or "#" in unit or unit in ("euros", "dollars", "EUR", "USD"):
        return rng.choice(
            (
                rng.randint(1, 99) * 5,
                rng.randint(1, 99) * 10,
                rng.randint(2, 90) * 500,
                rng.randint(1, 99) * 1000,
            )
        )
    if unit in (
        "people",
        "copies",
        "attempts",
        "persons",
        "workers",
        "signatures",
        "months",
        "years",
        "weeks",
    ):
        return rng.randint(2, 30)
    if kind < 0.5:
        return rng.randint(2, 60)
    if kind < 0.75:
        return rng.choice((rng.randint(2, 40) * 5, rng.randint(1, 99) * 10, rng.randint(10, 999)))
    if kind < 0.87:
        return rng.choice(
            (
                rng.randint(1, 99) / 10,
                rng.choice((0.05, 0.1, 0.25, 0.5, 0.75, 1.5, 2.5, 7.5, 0.8, 12.5)),
                rng.randint(10, 400) / 10,
            )
        )
    return rng.choice((rng.randint(2, 90) * 500, rng.randint(11, 99) * 100, rng.randint(4, 40) * 250))


def near(rng: Random, limit: float, above: bool, far: bool) -> float:
    """A value on one side of the limit, close to it or far from it."""
    if limit != int(limit):
        step = 0.01 if limit < 0.2 else 0.1
        gap = step * rng.randint(1, 5) if not far else limit * rng.choice((0.3, 0.5, 0.6)) + step
    elif limit >= 1000:
        gap = rng.choice((50, 100, 250, 20)) if not far else int(limit * rng.uniform(0.2, 0.7) / 50 + 1) * 50
    else:
        gap = rng.randint(1, max(2, int(limit * 0.08))) if not far else max(1, int(limit * rng.uniform(0.15, 0.8)))
        if rng.random() < 0.08 and limit < 50:
            gap = 0.5
        elif limit % 10 == 0 and limit >= 50 and rng.random() < 0.6:
            gap = max(5, int(gap / 5) * 5)
    value = limit + gap if above else limit - gap
    if far and above and rng.random() < 0.3:
        value = limit * rng.choice((2, 3, 1.5))
    return round(max(value, 0), 2)


def digits(value: float, comma: bool = True) -> str:
    if value == int(value):
        return f"{int(value):,}" if comma else str(int(value))
    return f"{value:.2f}".rstrip("0").rstrip(".")


def amount(value: float, unit: str, words: bool = False) -> str:
    number = digits(value)
    if words and value == int(value):
        number = spelled(int(value)) or number
    if "#" in unit:
        return unit.replace("#", digits(value))
    if unit in ("%", "°C", "°F") or unit.startswith(" "):
        return digits(value) + unit
    if value == 1 and unit.endswith("s") and len(unit) > 3:
        unit = {"feet": "foot", "inches": "inch", "copies": "copy"}.get(unit, unit[:-1])
    return f"{number} {unit}"


def relation(x: float, limit: float) -> str:
    return "below" if x < limit else "above" if x > limit else "equal to"


def numeric_check(
    rng: Random, kind: str, x: float, shown: str, v: float, limit: str, w: float, top: str
) -> tuple[str, str, str]:
    """The comparison written out: both values and the direction come before anything is decided."""
    if kind == "range":
        if x < v:
            return (
                f"{shown} is below the lower limit of {limit}",
                f"{shown} < {limit}",
                f"value {shown}, from {limit}, below",
            )
        if x > w:
            return (
                f"{shown} is above the upper limit of {top}",
                f"{shown} > {top}",
                f"value {shown}, to {top}, above",
            )
        return (
            f"{shown} is between {limit} and {top}",
            f"{limit} <= {shown} <= {top}",
            f"value {shown}, {limit} to {top}, inside",
        )
    name = {"min": "minimum", "max": "maximum", "over": "bound (more than)", "under": "bound (less than)"}[kind]
    rel = relation(x, v)
    sign = {"below": "<", "above": ">", "equal to": "="}[rel]
    words = {"below": "less than", "above": "more than", "equal to": "equal to"}[rel]
    return (
        f"{shown} is {words} the {name} of {limit}",
        f"{shown} {sign} {limit} ({name})",
        f"value {shown}, {name} {limit}, {rel.split()[0]}",
    )


def judged(kind: str, x: float, v: float, w: float) -> str:
    good = {"min": x >= v, "max": x <= v, "over": x > v, "under": x < v, "range": v <= x <= w}[kind]
    return "ok" if good else "bad"


def draw(rng: Random, kind: str, outcome: str, v: float, w: float) -> float:
    """A case value with the wanted outcome, near or far from the limit, at times exactly on it."""
    for _ in range(20):
        roll = rng.random()
        if kind == "range":
            x = rng.choice(
                (
                    v,
                    w,
                    round((v + w) / 2, 1),
                    near(rng, v, False, roll < 0.5),
                    near(rng, w, True, roll < 0.5),
                    near(rng, v, True, False),
                )
            )
        elif roll < 0.12:
            x = v
        else:
            x = near(rng, v, rng.random() < 0.5, rng.random() < 0.5)
        if judged(kind, x, v, w) == outcome and x > 0:
            return x
    return v
