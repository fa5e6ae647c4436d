"""What a section says about other places: cross-references, exceptions and definitions.

Targets are written as ids cite them (`49 CFR 395.3(a)(1)`, `44 U.S.C. 1510`, `SOP-014 §5.2`); relative ones are
completed from the section's own citation. What belongs to no document that could be told ("section 3 of the Act")
is no link. `directory` says which section of the corpus a target is.
"""

import re
from collections.abc import Iterator

from synthforge.links.definitions import definitions
from synthforge.links.mentions import Mention, mentions
from synthforge.links.places import Places
from synthforge.links.standing import standing
from synthforge.records import Link, Section

_CUES = re.compile(
    r"\b(?i:except(?:ing)?|unless|notwithstanding|other than|apart from|excluding|with the exception of)\b"
    r"|(?<![\w”\"]\s)\b[Ss]ubject to\b"
)
"""Behind a word ("drugs subject to", "is subject to") the last says what a rule covers, not what is taken from it."""
_LED = re.compile(r",?(?! that\b)[^\n.;:,()—]{0,70}")
_AGAIN = re.compile(
    r",? (?:and|or|and/or) (?:(?:as (?:provided|specified|described) )?(?:in|under|by|for|with|to|of) )?\Z"
)
_REACH = 100
"""Characters before a mention in which "except as provided in" may start."""


def links(section: Section) -> tuple[Link, ...]:
    """Every link in order of place; a list has one for each member, a range one for each end."""
    found = sorted([*_references(section), *definitions(section)], key=lambda link: (link.start, link.end))
    return tuple(found)


def _references(section: Section) -> Iterator[Link]:
    text, here = section.text, standing(section)
    places = Places(here, text)
    before: Mention | None = None
    excepted = False
    for mention in mentions(text):
        targets = places.of(mention)
        border = before.end if before else 0
        cue = _cue(text, border, mention.start)
        again = excepted and before is not None and _AGAIN.fullmatch(text, before.end, mention.start) is not None
        excepted = cue is not None or again
        for n, (member, target) in enumerate(zip(mention.members, targets, strict=True)):
            start = cue if n == 0 and cue is not None else member.start
            end = member.end if n < len(targets) - 1 else mention.end
            if target and target != here.citation:
                yield Link(kind="exception" if excepted else "reference", start=start, end=end, target=target)
        before = mention


def _cue(text: str, border: int, end: int) -> int | None:
    """Where "except as provided in" starts, if it leads to the mention at `end`."""
    cues = list(_CUES.finditer(text, max(border, end - _REACH), end))
    return cues[-1].start() if cues and _LED.fullmatch(text, cues[-1].end(), end) else None
