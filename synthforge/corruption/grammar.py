"""A little English grammar: capitals after a lead-in, a or an, singular or plural subjects."""

import re

_NOUN_STOP = (
    r"\b(?:of|in|on|for|to|with|from|that|which|who|whose|used|by|at|under|between|within|not|without|than)\b"
    r"|\b\w{3,}ed\b(?= (?:as|by|in|on|for|to|with|under|at|from)\b)"
)
_MANY = frozenset(["you", "they", "we", "people", "these", "those"])
_UNSURE = frozenset(("staff data media personnel there what who following i series species and or which that").split())


def lower_first(text: str) -> str:
    """The sentence as it stands after a lead-in; an acronym, a name or "I" keeps its capital."""
    first = text.split(" ", 1)[0]
    common = re.fullmatch(r"[A-Z][a-z]*[,']?[a-z]*", first) and first.strip(",").casefold() in STARTERS
    return text[0].lower() + text[1:] if common else text


def lowers(text: str) -> bool:
    """Whether the sentence can stand after "that": its first word is a common one or an acronym."""
    first = re.split(r"[ ,]", text, maxsplit=1)[0]
    return lower_first(text) != text or bool(re.fullmatch(r"[A-Z]{2,}s?", first))


def ended(text: str) -> bool:
    """Whether the text ends a sentence; a bracket with its source may follow the full stop."""
    return bool(re.search(r"[.!?][”\"’]?(?:\s*[\[(][^\])]*[\])])?$", text))


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


STARTERS = frozenset(
    (
        "a an the this these those that such each every all any no some if when where while before "
        "after during unless until once at in on for to from by with within without upon under as "
        "only neither both one two three it they he she we you your its their do does employees "
        "drivers users operators manufacturers companies firms access data devices products vehicles "
        "records personnel"
    ).split()
)


_SOUNDS_LIKE_VOWEL = re.compile(r"(?:[aeio]|u(?!ni|s[ae]|ser)|8|1[18](?!\d)|hour|honest)", re.IGNORECASE)


def mend_article(before: str, following: str) -> str:
    """`before` with a final "a" or "an" made to fit the next word."""
    match = re.search(r"\b([Aa])n?(\s+)$", before)
    if not match:
        return before
    vowel = bool(_SOUNDS_LIKE_VOWEL.match(following)) and not following.casefold().startswith(("one", "eu"))
    return before[: match.start()] + match[1] + ("n" if vowel else "") + match[2]


def is_many(subject: str) -> bool | None:
    """Whether the subject takes a plural verb; None when that cannot be told from its words."""
    subject = re.split(r"[.;:!?]\s", subject)[-1].strip()
    subject = re.sub(r"^(?:(?:If|When|Where|Before|After|For|In|Unless|Upon|During|At|Once)\b[^,]*,\s)", "", subject)
    tokens = re.findall(r"[\w'’/-]+", subject)
    if not tokens or len(tokens) > 9 or "," in subject or "(" in subject or "\ue000" in subject:
        return None
    if tokens[0].casefold() in (
        "if",
        "when",
        "where",
        "before",
        "after",
        "unless",
        "each",
        "every",
        "how",
        "as",
        "either",
    ):
        return False if tokens[0].casefold() in ("each", "every") and len(tokens) <= 4 else None
    head = re.findall(r"[\w'’/-]+", re.split(_NOUN_STOP, subject, maxsplit=1)[0])
    if not head or head[-1].casefold() in _UNSURE or {"or", "that", "who"} & {t.casefold() for t in head}:
        return None
    if len(head) < len(tokens) and head[-1].casefold().endswith(("ed", "ing")):
        return None
    if "and" in head:
        return True
    last = head[-1].casefold()
    if last in _MANY:
        return True
    if last.endswith("ly") or re.search(r"\d", last):
        return None
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "'s", "’s", "ics"))
