"""The force and the bounds of a rule in other words: must, may, at least, no more than, within."""

import re
from random import Random

from synthforge.corruption.grammar import is_many, upper_first
from synthforge.corruption.quantities import mentions

_AGENTS = (
    r"(?:driver|employee|user|operator|carrier|manufacturer|supervisor|manager|applicant|importer|contractor|agency"
    r"|administrator|company|organization|customer|person|inspector|owner|facility)s?|you|employees|companies|agencies"
)


def _with_verb(text: str, match: re.Match[str], one: str, many: str) -> str:
    plural = is_many(text[: match.start()])
    if plural is None:
        return text
    return text[: match.start()] + (many if plural else one) + text[match.end() :]


def obliged(text: str, rng: Random) -> str:
    """must → has to, is required to; must not → is not allowed to; shall → must."""
    if rng.random() < 0.3 and re.search(r"\bshall\b(?! have)", text):
        return re.sub(r"\bshall\b(?! have)", "must", text)
    matches = list(
        re.finditer(
            r"\b(?P<verb>must|shall)(?P<no> not)?(?= (?!also|have|always|only|either|both|each"
            r"|apply|mean|include|constitute|be deemed)[a-z]+)",
            text,
        )
    )
    if len(matches) != 1:
        return re.sub(r"\bshall\b(?! have)", "must", text)
    match = matches[0]
    if match["no"]:
        chosen = rng.choice(
            (("is not allowed to", "are not allowed to"), ("is not permitted to", "are not permitted to"))
        )
        passive = re.match(r" be (?!able)", text[match.end() :])
        chosen = ("is not to", "are not to") if passive else chosen
    else:
        chosen = rng.choice((("is required to", "are required to"), ("has to", "have to"), ("needs to", "need to")))
    changed = _with_verb(text, match, *chosen)
    return changed if changed != text else re.sub(r"\bshall\b(?! have)", "must", text)


def permitted(text: str, rng: Random) -> str:
    """may → is allowed to, for a person who decides; need not → does not have to."""
    match = re.search(
        rf"\b(?:{_AGENTS}) (may)(?= (?!not|only|also|be|have|need|want|find|wish|or|experience)[a-z]+)", text
    )
    if match and len(re.findall(r"\bmay\b", text)) == 1:
        start, end = match.span(1)
        plural = is_many(text[:start])
        verb = rng.choice(("allowed to", "permitted to"))
        return text if plural is None else f"{text[:start]}{'are' if plural else 'is'} {verb}{text[end:]}"
    free = re.search(r"\bneed not\b", text)
    return _with_verb(text, free, "does not have to", "do not have to") if free else text


_NUMBER_AHEAD = (
    r"(?=(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|twenty|thirty|forty|fifty|sixty|ninety|one ))"
)
_LEAST = ("at least", "a minimum of", "no less than", "not less than")
_MOST = ("no more than", "at most", "a maximum of", "not more than")
_BOUNDS = re.compile(
    rf"(?<!exceed )\b(?P<least>(?<!not )at least|(?<!the )a minimum of"
    rf"|not? (?:less|fewer) than)\s{_NUMBER_AHEAD}"
    rf"|\b(?P<most>not? more than|(?<!not )at most|a maximum of)\s{_NUMBER_AHEAD}"
    rf"|\b(?P<cap>(?:must|shall|may|should) not exceed)\s{_NUMBER_AHEAD}",
    re.IGNORECASE,
)


def bounded(text: str, rng: Random) -> str:
    """at least N → N or more, a minimum of N; within N of → no later than N after."""
    within = re.search(
        r"\b[Ww]ithin ((?:\d+|[a-z]+(?:-[a-z]+)?) (?:[a-z]+ )?"
        r"(?:hours?|days?|weeks?|months?|minutes?|years?)) (?:of|after) "
        r"(?!each|one another|any)",
        text,
    )
    if within and mentions(within.group()):
        phrase = "No later than" if within.group()[0] == "W" else "no later than"
        return text[: within.start()] + f"{phrase} {within[1]} after " + text[within.end() :]
    match = _BOUNDS.search(text)
    if not match:
        return _more_than(text)
    if match["cap"]:
        modal = match["cap"].split()[0]
        verb = "must" if modal == "may" else modal
        bound = rng.choice(("no more than", "at most"))
        return f"{text[: match.start()]}{verb} be {bound} {text[match.end() :]}"
    said = match.group().strip().casefold()
    suffixed = _or_more(text, match, "or more" if match["least"] else "or less")
    if suffixed and rng.random() < 0.4:
        return suffixed
    other = rng.choice([phrase for phrase in (_LEAST if match["least"] else _MOST) if phrase != said])
    if other.startswith("a ") and re.search(r"\b(?:by|is|are|a|the|of|than|contain)\s$", text[: match.start()]):
        other = "no less than" if match["least"] else "at most"
    other = upper_first(other) if match.group()[0].isupper() else other
    return text[: match.start()] + other + text[match.end() - 1 :]


def _more_than(text: str) -> str:
    match = re.search(rf"(?<!no )(?<!not )\bmore than {_NUMBER_AHEAD}", text)
    return text[: match.start()] + "over " + text[match.end() :] if match else text


def _or_more(text: str, match: re.Match[str], ending: str) -> str | None:
    """ "at least 10 hours" → "10 hours or more", where the unit ends the phrase."""
    after = [m for m in mentions(text) if m.start == match.end() and m.unit and m.style != "both"]
    if not after or text[after[0].end : after[0].unit_start] == "-":
        return None
    end = after[0].unit_end
    if (
        not re.match(r"[.,;]|$| (?:before|after|by|at|from|in|on|until|and) ", text[end:])
        or text[: match.start()].strip() == ""
    ):
        return None
    return text[: match.start()] + text[match.end() : end] + f" {ending}" + text[end:]
