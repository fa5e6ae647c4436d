"""The forms of an English verb or noun, for putting another one in its place."""

from dataclasses import astuple, dataclass

_DOUBLED = frozenset("stop permit admit submit omit transfer ban plan ship drop begin forbid format fit defer".split())
_PAST = {
    "begin": ("began", "begun"),
    "buy": ("bought", "bought"),
    "fall": ("fell", "fallen"),
    "forbid": ("forbade", "forbidden"),
    "give": ("gave", "given"),
    "hide": ("hid", "hidden"),
    "keep": ("kept", "kept"),
    "leave": ("left", "left"),
    "lend": ("lent", "lent"),
    "lose": ("lost", "lost"),
    "rise": ("rose", "risen"),
    "sell": ("sold", "sold"),
    "send": ("sent", "sent"),
    "take": ("took", "taken"),
    "withdraw": ("withdrew", "withdrawn"),
    "withhold": ("withheld", "withheld"),
}
_THIRD = {"have": "has", "do": "does", "be": "is", "go": "goes"}


@dataclass(frozen=True)
class Forms:
    base: str
    third: str
    past: str
    participle: str
    gerund: str


def forms(verb: str) -> Forms:
    """Forms of a verb; of several words ("dispose of") the first one is inflected."""
    head, blank, rest = verb.partition(" ")
    stem = head + head[-1] if head in _DOUBLED else head
    regular = head + "d" if head.endswith("e") else head[:-1] + "ied" if _consonant_y(head) else stem + "ed"
    past, participle = _PAST.get(head, (regular, regular))
    gerund = (head[:-1] if head.endswith("e") and not head.endswith("ee") else stem) + "ing"
    inflected = (head, third_person(head), past, participle, gerund)
    return Forms(*(f"{form}{blank}{rest}" for form in inflected))


def third_person(verb: str) -> str:
    return _THIRD.get(verb) or plural(verb)


def plural(noun: str) -> str:
    """The regular plural; of several words the last one takes it, but "certificate of analysis" its first."""
    head, of, rest = noun.partition(" of ")
    if of:
        return f"{plural(head)}{of}{rest}"
    if _consonant_y(noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _consonant_y(word: str) -> bool:
    return word.endswith("y") and word[-2:-1] not in "aeiou"


def paired(one: str, other: str) -> list[tuple[str, str]]:
    """The forms of two verbs, side by side."""
    return list(zip(astuple(forms(one)), astuple(forms(other)), strict=True))
