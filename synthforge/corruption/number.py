"""A wrong number: the value a teacher misremembers, in the claim and in what it says about the claim."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random

from synthforge.corruption.base import Corruption, Fault, retold, shuffled, with_claim_text
from synthforge.corruption.quantities import Mention, change_each, mentions, replace_number
from synthforge.records import Section, Turn


class WrongNumber(Corruption):
    """Changes one number that the quote carries, and leaves the quote as it is.

    Three times in four the claim changes and the answer with it; else only the answer, if it has the number.
    """

    kind = "number"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        places = [
            (index, mention)
            for index, claim in enumerate(turn.claims)
            for mention in mentions(claim.text)
            if mention.value in {m.value for m in mentions(claim.evidence.quote)}
        ]
        for index, mention in shuffled(places, rng):
            section = sections.get(turn.claims[index].evidence.section)
            choices = [
                (label, value)
                for label, value in wrong_values(mention, section.text if section else "", rng)
                if value not in _quoted(turn, index, label) and keeps_range(turn.claims[index].text, mention, value)
            ]
            if choices:
                label, value = rng.choice(choices)
                return self._planted(turn, index, mention, label, value, rng)
        return None

    def _planted(self, turn: Turn, index: int, old: Mention, label: str, value: Decimal, rng: Random) -> Fault:
        def change(text: str) -> str:
            return change_each(text, lambda m: m.same == old.same, lambda t, m: replace_number(t, m, value))

        told = retold(turn, change)
        where = "claim+answer"
        if told.answer == turn.answer or rng.random() < 0.75:
            told = with_claim_text(told, index, change(turn.claims[index].text))
            where = "claim+answer" if told.answer != turn.answer else "claim"
        else:
            where = "answer"
        after = f"{value.normalize():f} {old.unit}".strip()
        return self.fault(told, label, where, f"{old.written} {old.unit}".strip(), after)


def _quoted(turn: Turn, index: int, label: str) -> set[Decimal]:
    """Values that must not be made: one the quote holds too, unless the mistake is to mix up two of them."""
    if label == "neighbour":
        return set()
    return {m.value for m in mentions(turn.claims[index].evidence.quote)}


def wrong_values(mention: Mention, section_text: str, rng: Random) -> Iterator[tuple[str, Decimal]]:
    """Other values for this number, each with the name of the mistake."""
    value = mention.value
    if mention.role == "day":
        yield from (("near", Decimal(day)) for day in (value - 2, value - 1, value + 1, value + 3) if 1 <= day <= 28)
        return
    if mention.role == "year":
        yield from (("near", value + step) for step in (-2, -1, 1, 2))
        return
    proportion = mention.unit in ("%", "percent", "per cent") and value <= 100
    top = Decimal(100) if proportion else Decimal(10) ** 9
    candidates = [("near", near) for near in _near(value, rng)]
    candidates += [("transposed", swapped) for swapped in _transposed(value)]
    candidates += [("factor_ten", value * 10)]
    if value % 10 == 0 or value != value.to_integral_value():
        candidates += [("factor_ten", value / 10)]
    others = {m.value for m in mentions(section_text) if m.role == "amount" and m.value < 10000}
    candidates += [("neighbour", other) for other in sorted(others)]
    least = Decimal(2) if not mention.unit else Decimal(0)
    for label, wrong in candidates:
        if wrong != value and 0 < wrong <= top and wrong >= min(least, value):
            if value != value.to_integral_value() or wrong == wrong.to_integral_value():
                yield label, wrong


def _near(value: Decimal, rng: Random) -> list[Decimal]:
    """Values that look as likely: as round as the number itself (30 → 40, 24 → 22, 0.5 → 0.6)."""
    exponent = int(str(value.normalize().as_tuple().exponent))
    step = Decimal(1).scaleb(exponent)
    if value == 60 or value == 90:
        return [Decimal(30), Decimal(45), Decimal(120)]
    return [value + step * times for times in rng.sample((-2, -1, 1, 2, 3), 3)]


def _transposed(value: Decimal) -> list[Decimal]:
    """The number with two neighbouring digits exchanged: 24 → 42, 395 → 359."""
    text = f"{value:f}"
    swaps = []
    for at in range(len(text) - 1):
        one, two = text[at], text[at + 1]
        swapped = text[:at] + two + one + text[at + 2 :]
        if one != two and (one + two).isdigit() and swapped[0] != "0":
            swaps.append(Decimal(swapped))
    return swaps


def keeps_range(text: str, mention: Mention, value: Decimal) -> bool:
    """Whether the ends of "40 to 50" stay in order, as nobody writes "60 to 50"."""
    found = mentions(text)
    at = next(i for i, m in enumerate(found) if m.start == mention.start)
    for low, high in ((at, at + 1), (at - 1, at)):
        if low >= 0 and high < len(found):
            link = text[found[low].end : found[high].start]
            if link.strip() in ("to", "and", "-", "–") or (link.split()[-1:] == ["to"] and len(link.split()) == 2):
                first = value if low == at else found[low].value
                last = value if high == at else found[high].value
                if found[low].value < found[high].value and not first < last:
                    return False
    return True
