"""Cases made from a norm: what somebody did, in the past tense, on the right or the wrong side of the rule."""

import re
from dataclasses import dataclass
from random import Random

from synthforge.teacher.english import capitalised, did_not_happen, happened, is_plural, lowered, reported
from synthforge.teacher.norms import Limit, Norm, is_length

_FRAMES = (
    "{0}.", "According to the log, {1}.", "The report says that {1}.", "An auditor noted that {1}.",
    "The file shows that {1}.", "It was found that {1}.",
)  # fmt: skip
_TWO_RECORDS = (
    ("The log says that {0}.", "The supervisor's note says that {0}."),
    ("One record shows that {0}.", "A second record shows that {0}."),
    ("The first statement says that {0}.", "A witness says that {0}."),
)
_ASIDES = (
    "The case was reported by the shift lead.", "The paperwork was filed afterwards.", "Nobody else was involved.",
    "The site was open as usual.", "The report was signed on the same day.",
)  # fmt: skip
QUESTIONS = ("Does this comply?", "Is this compliant?", "Was the rule kept?", "Does the case comply with the excerpt?")


@dataclass(frozen=True)
class Case:
    """One made-up event: the sentence that tells it, and the line that holds it against the rule.

    `open` is what keeps the case from being decided: the absent fact, or what a person has to settle.
    """

    told: str
    check: str
    complies: bool = False
    open: str = ""


def pick(limit: Limit, complies: bool, difficulty: str, rng: Random) -> float | None:
    """A value on the wanted side of a limit: far from it when easy, next to it when hard."""
    whole = limit.value == int(limit.value)
    step = 1.0 if whole and limit.value >= 3 else 0.5 if whole else 0.1
    upward = (limit.side == "minimum") == complies
    if difficulty == "hard":
        if complies and not limit.strict and rng.random() < 0.3:
            return limit.value
        distance = step * rng.choice((1, 1, 2))
    elif difficulty == "easy":
        distance = max(step * 2, limit.value * rng.uniform(0.4, 0.8 if not upward else 1.6))
    else:
        distance = max(step, limit.value * rng.uniform(0.12, 0.35))
    distance = round(distance / step) * step
    value = limit.value + distance if upward else limit.value - distance
    return round(value, 2) if value > 0 else None


def numeric(norm: Norm, value: float, rng: Random) -> Case | None:
    """What happened, with `value` where the rule has its limit."""
    limit = norm.limit
    if limit is None:
        return None
    told = _told_with(norm, limit.quantity(value))
    if told is None:
        return None
    standing = "exactly" if value == limit.value else "above" if value > limit.value else "below"
    check = f"{limit.quantity(value)} is {standing} the {limit.side} of {limit.quantity(limit.value)}"
    return Case(_framed(norm, told, rng), check, limit.allows(value))


def boolean(norm: Norm, done: bool, rng: Random) -> Case | None:
    """What happened, or did not, for a rule without a limit."""
    told = _told(norm, done)
    if told is None:
        return None
    rule = "forbids it" if norm.forbidden else "requires it"
    check = f"the rule {rule}, and it was {'done' if done else 'not done'}"
    return Case(_framed(norm, told, rng), check, done != norm.forbidden)


def disputed(norm: Norm, difficulty: str, rng: Random) -> Case | None:
    """Two records that disagree on the deciding fact, or a rule that asks for judgement."""
    if norm.judgement and (told := _told(norm, True)):
        view = f"One reviewer considered this {norm.judgement}, another did not." if norm.judgement.endswith(
            ("able", "ate", "ent")
        ) else "Two reviewers judged this differently."  # fmt: skip
        check = f"the rule leaves this to judgement ({norm.judgement})"
        return Case(f"{_framed(norm, told, rng)} {view}", check, open=f"whether this was {norm.judgement}")
    first, second = rng.choice(_TWO_RECORDS)
    if norm.limit is not None:
        right, wrong = pick(norm.limit, True, difficulty, rng), pick(norm.limit, False, difficulty, rng)
        if right is None or wrong is None:
            return None
        values = [norm.limit.quantity(right), norm.limit.quantity(wrong)]
        rng.shuffle(values)
        stories = [_told_with(norm, value) for value in values]
        check = f"the records disagree: {values[0]} and {values[1]}"
    else:
        stories = [_told(norm, True), _told(norm, False)]
        check = "the records disagree on whether it was done"
    if stories[0] is None or stories[1] is None:
        return None
    told = f"{first.format(lowered(stories[0]))} {second.format(lowered(stories[1]))}"
    return Case(_situated(norm, told), check, open="which of the two records is right")


def undisclosed(norm: Norm, rng: Random) -> Case | None:
    """A case without its deciding fact."""
    if norm.limit is not None:
        unit = norm.limit.unit
        unstated = rng.choice(("some {0}", "a number of {0}", "an unknown number of {0}")).format(unit)
        told = _told_with(norm, unstated if unit.endswith("s") else "an unrecorded value")
        missing = f"the value to hold against {norm.limit.phrase}"
        check = "the case does not state the value"
    else:
        subject = lowered(norm.subject)
        told = capitalised(
            rng.choice(("the case concerns {0}", "the report is about {0}", "the entry names {0}")).format(subject)
        )
        missing = f"whether {lowered(_told(norm, True) or norm.subject)}"
        check = "the case does not state whether it was done"
    return Case(_situated(norm, f"{told}. {rng.choice(_ASIDES)}"), check, open=missing) if told else None


def aside(rng: Random) -> str:
    """A sentence that decides nothing."""
    return rng.choice(_ASIDES)


def _told_with(norm: Norm, quantity: str) -> str | None:
    """The norm's event with `quantity` in the place of its limit, as something that did happen."""
    limit = norm.limit
    assert limit is not None
    before, after = norm.verb_phrase[: limit.start], norm.verb_phrase[limit.end :]
    if limit.comparator in ("exceed", "exceeding"):
        phrase = f"{before}reach {quantity}{after}"
    elif limit.comparator in ("within", "no later than"):
        phrase = before + _delayed(limit, quantity, after)
    elif limit.comparator in ("above", "below", "over", "under"):
        phrase = f"{before}at {quantity}{after}"
    else:
        phrase = f"{before}{quantity}{after}"
    event = happened(phrase, is_plural(norm.subject))
    return f"{norm.subject} {reported(event)}{_trailing_lead(norm)}" if event else None


def _delayed(limit: Limit, quantity: str, after: str) -> str:
    """'within 24 hours of X' as '30 hours after X'; 'within 50 ft of X' as '70 ft from X'."""
    rest = re.sub(r"^ (of|after|from)\b", "", after)
    if is_length(limit):
        return f"{quantity} from{rest}" if rest != after else f"at {quantity}{after}"
    return f"{quantity} after{rest}" if rest != after else f"after {quantity}{after}"


def _told(norm: Norm, done: bool) -> str | None:
    plural = is_plural(norm.subject)
    event = happened(norm.verb_phrase, plural) if done else did_not_happen(norm.verb_phrase, plural)
    return f"{norm.subject} {reported(event)}{_trailing_lead(norm)}" if event else None


def _trailing_lead(norm: Norm) -> str:
    """A lead such as 'Before each trip' stands after the event; a condition is told before it."""
    if not norm.lead or norm.lead_word in ("If", "When", "Where", "Whenever"):
        return ""
    return f" {norm.lead_word.lower()} {reported(norm.lead)}"


def _situated(norm: Norm, told: str) -> str:
    if norm.lead and norm.lead_word in ("If", "When", "Where", "Whenever"):
        return f"Situation: {norm.lead}. {told}"
    return told


def _framed(norm: Norm, told: str, rng: Random) -> str:
    return _situated(norm, rng.choice(_FRAMES).format(capitalised(told), lowered(told)))
