"""Which designators a relative reference leaves out: "paragraph (2)" said in (a)(1) is (a)(2)."""

from collections.abc import Sequence

from synthforge.links.members import Member, kind
from synthforge.links.mentions import Mention
from synthforge.links.standing import Standing

_CFR = ("lower letter", "number", "lower roman", "upper letter", "number", "lower roman")
_USC = ("lower letter", "number", "upper letter", "lower roman", "upper roman")
_NOUNS = {"subsection": 0, "paragraph": 1, "para": 1, "subparagraph": 2, "clause": 3, "subclause": 4}
"""The level of the U.S. Code that each noun names."""


def above(mention: Mention, member: Member, here: Standing) -> Sequence[str] | None:
    """The designators in front of the member's own, or None where that cannot be told."""
    return _in_code(mention, member, here) if here.code.endswith("U.S.C.") else _in_regulations(mention, member, here)


def _in_regulations(mention: Mention, member: Member, here: Standing) -> Sequence[str] | None:
    """None are left out in the CFR, unless the first is one of a lower level."""
    first = member.path[0]
    if mention.scope == "this section":
        return ()
    if mention.scope or mention.name in ("subsection", "clause", "subclause"):  # of the Act that the text is about
        return None
    if kind(first, 0) == "lower letter":
        return ()
    for depth in range(min(len(here.path), len(_CFR) - 1), -1, -1):
        if kind(first, depth) == (kind(here.path[depth], depth) if depth < len(here.path) else _CFR[depth]):
            return here.path[:depth]
    return None


def _in_code(mention: Mention, member: Member, here: Standing) -> Sequence[str] | None:
    """The noun says how many are left out; where the section's own designators are in no usual order, nobody knows."""
    if any(kind(token, depth) != _USC[depth] for depth, token in enumerate(here.path[: len(_USC)])):
        return None
    if mention.scope == "this section":
        return ()
    level = _NOUNS.get(mention.scope.removeprefix("this ") or mention.name)
    if level is None:
        return None
    depth = level + 1 if mention.scope else level
    fits = depth < len(_USC) and kind(member.path[0], depth) == _USC[depth]
    return here.path[:depth] if fits and len(here.path) >= depth else None
