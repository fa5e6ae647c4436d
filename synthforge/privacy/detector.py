"""Every find in a text: built-in kinds and the recipe's own, without what it allows."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from synthforge.privacy import names, numbers, people, phones, places, secrets
from synthforge.privacy.found import LABEL, Found, folded, merged, without
from synthforge.privacy.patterns import own, program
from synthforge.privacy.settings import KINDS, Kind, Redact

Finder = Callable[[str], Iterator[Found]]

FINDERS: Mapping[Kind, Finder] = {
    "address": places.address,
    "birth_date": people.birth_date,
    "card": numbers.card,
    "email": people.email,
    "iban": numbers.iban,
    "ip": numbers.ip,
    "licence": partial(people.identifier, "licence"),
    "mac": numbers.mac,
    "medical_record": partial(people.identifier, "medical_record"),
    "name": names.name,
    "passport": partial(people.identifier, "passport"),
    "password": secrets.password,
    "private_key": secrets.private_key,
    "ssn": numbers.ssn,
    "token": secrets.token,
}
"""All kinds but phones, which need to know the countries."""
_SURROGATES = re.compile("[\ud800-\udfff]")


class Detector:
    """What a recipe wants masked, found in one text after another."""

    def __init__(self, redact: Redact) -> None:
        built_in: dict[Kind, Finder] = {**FINDERS, "phone": partial(phones.phone, redact.regions)}
        self._finders: list[Finder] = [partial(own, pattern, kind) for kind, pattern in redact.patterns.items()]
        self._finders += [built_in[kind] for kind in KINDS if kind in redact.kinds]
        self._domains = tuple(domain.lower().lstrip("@.") for domain in redact.allow.domains)
        self._values = {folded(value) for value in redact.allow.values}
        self._patterns = redact.allow.patterns

    def find(self, text: str) -> list[Found]:
        """Finds in order, none over another, and none inside a label such as `[EMAIL-1]`."""
        text = _SURROGATES.sub("\ufffd", text)  # UTF-8, which RE2 reads, cannot say them
        finds = [find for finder in self._finders for find in finder(text) if not self._allowed(find, text)]
        walls = [match.span() for match in LABEL.finditer(text)] if finds else []
        return [piece for find in merged(finds) for piece in without(find, walls, text)]

    def _allowed(self, find: Found, text: str) -> bool:
        value = text[find.start : find.end]
        if folded(value) in self._values or any(program(each).fullmatch(value) for each in self._patterns):
            return True
        host = find.key.rpartition("@")[2] if find.kind == "email" else ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self._domains)
