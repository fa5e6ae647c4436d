"""CIS Controls: does the control exist in the version that is spoken of, and is the version said?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from synthforge.validators.domain import Mention, Registered, Remark

_VERSION = r"[vV](?:ersion\s)?(?P<{}>[78])(?:\.\d)?(?![\d.])"
_CONTROL = re.compile(
    rf"\bCIS\s(?:Critical\sSecurity\s)?(?:CSC|Controls?|Safeguards?)(?:,?\s{_VERSION.format('before')})?"
    rf",?\s(?:(?:CSC|[Cc]ontrol|[Ss]afeguard|[Ss]ub-[Cc]ontrol)\s)?(?P<number>\d{{1,2}}(?:\.\d{{1,2}})?)(?![\w.]*\w)"
    rf"(?:,?\s\(?(?:of\s|in\s)?(?:CIS\s)?(?:Controls?\s)?{_VERSION.format('behind')}\)?)?"
)
_ELSEWHERE = re.compile(rf"\bCIS\s(?:Critical\sSecurity\s)?(?:CSC|Controls?),?\s{_VERSION.format('version')}")


class Cis(Registered):
    """Rejects numbers that the named version does not have; warns where no version is named, as the same number means
    other things in another."""

    topic: ClassVar[str] = "cis"
    absent: ClassVar[str] = "version"

    def mentions(self, text: str) -> Iterator[Mention]:
        named = {found["version"] for found in _ELSEWHERE.finditer(text)}
        for found in _CONTROL.finditer(text):
            version = found["before"] or found["behind"] or (min(named) if len(named) == 1 else "")
            yield Mention(f"v{version} {found['number']}", *found.span())

    def above(self, id: str) -> Iterator[str]:
        version, _, number = id.partition(" ")
        control, _, safeguard = number.partition(".")
        yield from (f"{version} {control}", version) if safeguard else (version,)

    def judged(self, mention: Mention) -> Remark | None:
        if not mention.id.startswith("v "):
            return super().judged(mention)
        return Remark(mention, "passed", "version", "names no version, and versions 7 and 8 count differently")
