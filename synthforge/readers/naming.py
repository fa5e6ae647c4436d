"""Which field names a record, so that it is cited as people cite it: `INC00469`, not by its place in a file."""

import re
from collections.abc import Mapping, Sequence

from synthforge.readers.values import Value
from synthforge.sections.blocks import fold, words

_IDENTIFIERS = "id identifier uid uuid guid key number no no. nr ref reference code citation section".split()
_ENDS_IN_ID = re.compile(r"(?:[_\s-](?:[Ii]d|ID)|[a-z](?:Id|ID))$")
_NAMES = "name title heading path file filename term".split()
_LONGEST = 120
"""Characters; a name is quoted in every answer."""
_WORDS = 4
"""`SOP-014 §5.2`, `Article 5 (1)`: an identifier is no sentence."""
_SHARE = 0.95
"""Of the records have an identifier of their own: a few faults in the data do not take it away from all others."""


def naming(records: Sequence[Mapping[str, Value]]) -> str:
    """The first field that holds an identifier of nearly every record, or a name unlike all others; else empty."""
    if not records:
        return ""
    keys = {key.strip().lower(): key for key in reversed(list(records[0]))}
    identifiers = [keys[known] for known in _IDENTIFIERS if known in keys]
    identifiers += [key for key in records[0] if _ENDS_IN_ID.search(key.strip()) and key not in identifiers]
    for key in identifiers:
        if _distinct(records, key, _WORDS) >= _SHARE * len(records):
            return key
    names = (keys[known] for known in _NAMES if known in keys)
    return next((key for key in names if _distinct(records, key) == len(records)), "")


def _distinct(records: Sequence[Mapping[str, Value]], key: str, most: int = _LONGEST) -> int:
    found = {name for record in records if (name := name_in(record, key))}
    return sum(words(name) <= most for name in found)


def name_in(record: Mapping[str, Value], key: str) -> str:
    """`INC00469`; a bare number is called by its field: `question_id 101`. Empty when there is none fit to cite."""
    value = record.get(key)
    name = fold(value) if isinstance(value, str) and len(value) <= _LONGEST else ""
    if not any(map(str.isalnum, name)) or "\n" in name:
        return ""
    return f"{fold(key)} {name}" if name.replace(".", "").isdigit() else name
