"""Whether the numbers, dates and identifiers of a text are carried by the texts it rests on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from synthforge.meaning.agreement import Difference
from synthforge.meaning.frequencies import frequencies, periods
from synthforge.meaning.quantities import Quantity, quantities
from synthforge.meaning.quotes import fold
from synthforge.meaning.references import Reference, agrees, references

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_SMALL_COUNT = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """The texts that may carry a fact, read once."""

    text: str
    quantities: tuple[Quantity, ...]
    references: tuple[Reference, ...]
    digits: frozenset[str]
    periods: frozenset[tuple[str, Fraction]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Ground":
        return _ground(tuple(dict.fromkeys(text for text in texts if text)))

    def carries(self, asked: Quantity) -> bool:
        """Whether an equal amount stands here; a bare number may be any number or part of a name."""
        if any(asked.equals(offered) for offered in self.quantities):
            return True
        if not asked.unit and (
            str(asked.value) in self.digits or (asked.kind == "year" and str(asked.value) in self.text)
        ):
            return True
        return self.rival(asked) is None and any(
            asked.value == q.value and not (asked.unit and q.unit) for q in self.quantities
        )

    def rival(self, asked: Quantity) -> Quantity | None:
        """The same value with another unit."""
        return next((q for q in self.quantities if asked.unit and q.value == asked.value and q.unit), None)

    def derives(self, asked: Quantity) -> bool:
        """Whether a measured value is the sum or difference of values that stand here."""
        if not asked.unit:
            return False
        sizes = list({q.size for q in self.quantities if q.dimension == asked.dimension})[:12]
        wanted = abs(asked.size)
        total = sum(sizes, Fraction(0))
        return any(wanted in (a + b, abs(a - b)) for a, b in combinations(sizes, 2)) or (
            len(sizes) > 2 and (wanted == total or any(wanted == abs(total - 2 * a) for a in sizes))
        )

    def names(self, asked: Reference) -> bool:
        """Whether a date, time or identifier stands here, or a parent or child of the same section."""
        for offered in self.references:
            if agrees(asked, offered):
                return True
            if asked.kind == "section" and offered.kind == "section" and related(asked.value, offered.value):
                return True
        # "IAS 39" stands in "International Accounting Standard (IAS) 39".
        return asked.kind not in ("date", "time") and all(part in self.text for part in asked.value.split())


@lru_cache(maxsize=4096)
def _ground(texts: tuple[str, ...]) -> Ground:
    joined = fold("\n".join(texts)).lower()
    return Ground(
        joined,
        tuple(q for text in texts for q in quantities(text)),
        tuple(r for text in texts for r in references(text)),
        frozenset(found.replace(",", "") for found in _DIGITS.findall(joined)),
        frozenset(period for text in texts for period in periods(text)),
    )


def related(a: str, b: str) -> bool:
    """Whether one section number is the other's ancestor: 395.3(a) and 395.3(a)(1), 5.2 and 5.2.1."""
    short, long = sorted((a, b), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", "(", ".")


def unsupported(text: str, ground: Ground, *, derived: bool = False, counts: bool = True) -> Difference | None:
    """The first number, date or identifier of a text that its ground does not carry.

    `derived` admits sums and differences of measured values; without `counts`, small spelled-out counts ("two
    conditions") pass, as free wording adds them.
    """
    for asked in quantities(text):
        if ground.carries(asked) or (derived and ground.derives(asked)):
            continue
        if not counts and asked.worded and not asked.unit and asked.value <= _SMALL_COUNT:
            continue
        written = text[asked.start : asked.end]
        rival = ground.rival(asked)
        if asked.unit and rival:
            reason = f"'{written}' has the unit '{rival.unit}' in the source"
            return Difference("unit.mismatch", reason, (asked.start, asked.end), written, rival.unit)
        reason = f"'{written}' stands nowhere in the source"
        return Difference("number.unsupported", reason, (asked.start, asked.end), written)
    for often in frequencies(text):
        if (often.dimension, often.size) not in ground.periods:
            written = text[often.start : often.end]
            reason = f"'{written}' is how often nothing in the source happens"
            return Difference("frequency.unsupported", reason, (often.start, often.end), written)
    for reference in references(text):
        if reference.kind == "marker" or ground.names(reference):
            continue
        written = text[reference.start : reference.end]
        code = "date.unsupported" if reference.kind in ("date", "time") else "identifier.unsupported"
        reason = f"'{written}' stands nowhere in the source"
        return Difference(code, reason, (reference.start, reference.end), written)
    return None
