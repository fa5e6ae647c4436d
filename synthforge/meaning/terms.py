"""Which of a document's defined terms a section uses."""

import re
from collections.abc import Mapping

from synthforge.records import Section


def used(section: Section, defining: Mapping[str, str]) -> list[str]:
    """Keys of the sections that define a term this one uses, in the order of their first use.

    `defining` maps terms to the sections that define them. A term stands as whole words, in either number.
    """
    found: list[tuple[int, str]] = []
    text = section.text.lower()
    for term, key in defining.items():
        if key != section.key and (place := re.search(rf"(?<!\w){re.escape(term.lower())}s?(?!\w)", text)):
            found.append((place.start(), key))
    return list(dict.fromkeys(key for _, key in sorted(found)))
