"""Rewording that changes nothing: what a good teacher does to a rule, and a check must let through."""

import re
from collections.abc import Callable
from random import Random

from synthforge.corruption.grammar import STARTERS, lower_first, mend_article, upper_first
from synthforge.corruption.quantities import Mention, mentions, spelled
from synthforge.corruption.synonyms import SYNONYMS
from synthforge.corruption.units import FAMILIES, FORMS
from synthforge.corruption.wording import bounded, obliged, permitted

_KEPT = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"|\[[^\]]*\](?:\([^)]*\))?|\{\{.*?\}\}|\([^()]*\d[^()]*\.[^()]*\)")
_FRAMES = (
    "According to the document, ",
    "According to this rule, ",
    "Under this rule, ",
    "According to the text, ",
    "As the document states, ",
    "As set out in the text, ",
)
_THAT_FRAMES = (
    "The rule is that ",
    "The document states that ",
    "The text lays down that ",
    "The document says that ",
)


def paraphrase(sentence: str, rng: Random) -> str:
    """The sentence in other words of the same meaning; unchanged where no safe rewording is known.

    Numbers keep their values, and quoted text, code, links and citations in brackets stay as they are.
    """
    kept: list[str] = []

    def mask(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{chr(0xE100 + len(kept) - 1)}"

    text = _KEPT.sub(mask, sentence)
    steps: list[tuple[Callable[[str, Random], str], float]] = [
        (_moved, 0.5),
        (obliged, 0.7),
        (permitted, 0.5),
        (bounded, 0.8),
        (_numbered, 0.4),
        (_abbreviated, 0.3),
        (_reworded, 0.8),
        (_framed, 0.2),
    ]
    drawn = [step for step, chance in steps if rng.random() < chance]
    changed = text
    for step in drawn:
        changed = step(changed, rng)
    for step, _ in steps:
        changed = step(changed, rng) if changed == text else changed
    return re.sub("\ue000(.)", lambda m: kept[ord(m[1]) - 0xE100], changed)


def with_synonyms(text: str, rng: Random, most: int) -> str:
    """The text with up to `most` words or phrases replaced by another of the same meaning."""
    found = [(m, s) for s in SYNONYMS for m in s.pattern.finditer(text) if "\ue000" not in m.group()]
    taken: list[tuple[int, int, str]] = []
    for match, synonym in rng.sample(found, len(found)):
        repeats = len(synonym.after) > 4 and synonym.after.casefold() in text.casefold()
        clear = not repeats and all(match.end() <= start or match.start() >= end for start, end, _ in taken)
        if len(taken) < most and clear:
            capital = match.group()[0].isupper()
            taken.append((*match.span(), upper_first(synonym.after) if capital else synonym.after))
    for start, end, after in sorted(taken, reverse=True):
        text = mend_article(text[:start], after) + after + text[end:]
    return text


def _reworded(text: str, rng: Random) -> str:
    return with_synonyms(text, rng, most=rng.choice((1, 2, 3)))


def _countable(mention: Mention, text: str) -> bool:
    sign = text[mention.start - 1 : mention.start]
    return (
        mention.role == "amount"
        and sign not in ("$", "€", "£")
        and bool(mention.unit)
        and FORMS[mention.unit] != "short"
    )


def _numbered(text: str, rng: Random) -> str:
    """ten hours ↔ 10 hours; twenty-four (24) hours → 24 hours."""
    options = [
        m for m in mentions(text) if _countable(m, text) and (m.style != "digits" or m.value <= 20) and m.start > 0
    ]
    if not options:
        return text
    mention = rng.choice(options)
    word = spelled(mention.value)
    new = word if mention.style == "digits" else f"{mention.value:f}"
    if new is None or text[mention.end : mention.end + 1] == "-" or text[mention.start - 1] not in " (":
        return text
    return mend_article(text[: mention.start], new) + new + text[mention.end :]


def _abbreviated(text: str, rng: Random) -> str:
    """10 minutes ↔ 10 min, 5 kilometres ↔ 5 km."""
    options = [m for m in mentions(text) if m.unit and m.style == "digits" and text[m.end : m.unit_start] == " "]
    for mention in rng.sample(options, len(options)):
        new = _other_spelling(mention)
        if new and not re.match(r"\s?[(/·]|-| (?:long|old|wide)|\.\d", text[mention.unit_end :]):
            return text[: mention.unit_start] + new + text[mention.unit_end :]
    return text


def _other_spelling(mention: Mention) -> str | None:
    for family in FAMILIES:
        for unit in family:
            if (
                mention.unit in (unit.one, unit.many)
                and unit.short
                and unit.short[0] not in ("t", "A", "bar", "yr", "mi")
            ):
                return unit.short[0]
            if mention.unit in unit.short and mention.unit not in ("t", "%", "m", "s", "A", "V", "bar"):
                return unit.one if mention.value == 1 else unit.many
    return None


_FRONT = re.compile(
    r"(?P<sub>(?:Before|After|When|If|Unless|Once|During|Until|Upon)\s[^,;:.()]{4,90}), "
    r"(?P<main>[^,;:.()]{8,140})\."
)
_BACK = re.compile(
    r"(?P<main>[A-Z][^,;:.()]{10,120}?) "
    r"(?P<sub>(?:before|when|if|unless|while|once|during|until)\s[^,;:.()]{8,90})\."
)
_LINKED = re.compile(
    r"\b(?:only|even|except|or|and|not|as|day|days|hour|hours|minutes|month|months|week|weeks|year|years|but|than|including|whether|ever|see|determine|check|ask|know)$"
)
_POINTS_BACK = re.compile(r"(?:then|it|they|he|she|this|that|these|those|its|their|such|another)\b", re.IGNORECASE)
_CLAUSE_START = re.compile(r"\b(?:before|when|if|unless|while|once|until|that|which|who|because|then)\b", re.IGNORECASE)


def _moved(text: str, rng: Random) -> str:
    """Before X, do Y ↔ do Y before X; only in one plain sentence with one such clause."""
    front = _FRONT.fullmatch(text)
    if front and not _CLAUSE_START.search(front["main"]) and not _POINTS_BACK.match(front["main"]):
        return f"{upper_first(front['main'])} {front['sub'][0].lower()}{front['sub'][1:]}."
    back = _BACK.fullmatch(text)
    if (
        back
        and not _LINKED.search(back["main"])
        and not _CLAUSE_START.search(back["main"] + back["sub"].split(" ", 1)[1])
    ):
        main = lower_first(back["main"])
        if main != back["main"] and re.search(r"\b(?:must|shall|should|may|is|are|can|need|has|have)\b", main):
            return f"{upper_first(back['sub'])}, {main}."
    return text


def _framed(text: str, rng: Random) -> str:
    """According to the document, …: only before one sentence whose first word can lose its capital."""
    single = not re.search(r"[.!?]\s", text) and text.endswith(".") and ":" not in text
    first = re.split(r"[ ,]", text, maxsplit=1)[0]
    if not single or (first.casefold() not in STARTERS and not re.fullmatch(r"[A-Z]{2,}s?", first)):
        return text
    odd = first.casefold() in STARTERS and first != first.capitalize()
    if odd or text.startswith(("That is", "\ue000")):
        return text
    rule = re.search(r"\b(?:must|shall|should|may not|required|allowed|permitted|prohibited|has to|have to)\b", text)
    frames = tuple(frame for frame in _FRAMES if rule or "rule" not in frame)
    if "\ue000" in text and re.search("\ue000. [A-Z]", text):
        return text
    thats = tuple(frame for frame in _THAT_FRAMES if rule or "rule" not in frame)
    finite = re.search(r"\b(?:must|shall|should|may|is|are|can|has to|have to|will)\b", text)
    return rng.choice(frames + (thats if finite and first != "Do" else ())) + lower_first(text)
