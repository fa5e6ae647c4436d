"""NIST SP 800-53: does the control exist, and has it not been withdrawn?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from synthforge.validators.domain import Mention, Registered

_FAMILIES = "AC|AT|AU|CA|CM|CP|IA|IR|MA|MP|PE|PL|PM|PS|PT|RA|SA|SC|SI|SR"
_CONTROL = re.compile(
    rf"(?<![\w.-])(?P<family>{_FAMILIES})-(?P<number>\d{{1,2}})(?P<enhancement>\s?\(\d{{1,3}}\))?(?!\d|[A-Z]|[a-z]\w|-\w|\.\d)"
)


class Nist(Registered):
    """Rejects what a complete list does not have, and what was withdrawn. A statement's letter (AC-2d) is left off."""

    topic: ClassVar[str] = "nist"
    absent: ClassVar[str] = "unknown_control"

    def mentions(self, text: str) -> Iterator[Mention]:
        for found in _CONTROL.finditer(text):
            control = f"{found['family']}-{int(found['number'])}"
            number = re.search(r"\d+", found["enhancement"] or "")
            yield Mention(f"{control}({int(number.group())})" if number else control, *found.span())

    def above(self, id: str) -> Iterator[str]:
        control, _, enhancement = id.partition("(")
        yield from (control, control[:2]) if enhancement else (control[:2],)
