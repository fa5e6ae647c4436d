"""Versions of operating systems: was there ever an iOS 21, or a Windows 11 20H1?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from synthforge.validators.domain import Mention, Registered

_VERSION = re.compile(
    r"(?<![\w-])(?P<system>iPadOS|iOS|macOS|OS\sX|Android|Windows)\s(?:[Vv]ersion\s)?(?P<number>\d{1,2}(?:\.\d{1,2})*)"
    r"(?:,?\s(?:[Vv]ersion\s)?(?P<release>\d\dH[12]))?(?![\w-]|\.\d)"
)


class OsVersions(Registered):
    """Names versions that no list has. The packaged list is recalled, and so only warns."""

    topic: ClassVar[str] = "os_versions"

    def mentions(self, text: str) -> Iterator[Mention]:
        """A point release is its version, except where the version's own number has a point (macOS 10.15)."""
        for found in _VERSION.finditer(text):
            system = found["system"].replace("OS X", "macOS")
            major, *points = found["number"].split(".")
            numbers = [major, *points[:1]] if (system, major) == ("macOS", "10") else [major]
            release = f" {found['release']}" if found["release"] else ""
            yield Mention(f"{system} {'.'.join(numbers)}{release}", *found.span())

    def above(self, id: str) -> Iterator[str]:
        system, _, rest = id.partition(" ")
        version, _, release = rest.partition(" ")
        yield from (f"{system} {version}", system) if release else (system,)
