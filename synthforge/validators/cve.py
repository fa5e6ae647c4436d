"""CVE ids: can there be such an id, and does a registry know it?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from synthforge.validators.domain import Mention, Registered, Remark

_CVE = re.compile(r"\bCVE-[\d-]*\d(?![\w-])", re.IGNORECASE)
_FORM = re.compile(r"CVE-(\d{4})-(\d{4,19})")
_FIRST = 1999
"""The year of the first ids; earlier ones are examples in documentation."""


class Cve(Registered):
    """Rejects ids that cannot be. No list of them is packaged: one that no section names is a warning."""

    topic: ClassVar[str] = "cve"

    latest: int = Field(2026, ge=_FIRST)
    """The last year that ids may be of; a later one is held for a person."""

    def mentions(self, text: str) -> Iterator[Mention]:
        for found in _CVE.finditer(text):
            yield Mention(found.group().upper(), *found.span())

    def above(self, id: str) -> Iterator[str]:
        yield "CVE"

    def judged(self, mention: Mention) -> Remark | None:
        form = _FORM.fullmatch(mention.id)
        if form is None:
            return Remark(mention, "failed", "malformed", "is no CVE id: CVE-, a year, and a number of 4 to 19 digits")
        year = int(form[1])
        if year < _FIRST:
            return Remark(mention, "failed", "malformed", f"is no CVE id: there are none before {_FIRST}")
        if year > self.latest:
            return Remark(mention, "uncertain", "later", f"is of a year after {self.latest}, the latest of this recipe")
        return super().judged(mention)
