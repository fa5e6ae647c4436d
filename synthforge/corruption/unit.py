"""A wrong unit: the right number of the wrong thing, or the right thing at the wrong frequency."""

import re
from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, plain, retold, shuffled, with_claim_text
from synthforge.corruption.grammar import mend_article
from synthforge.corruption.quantities import Mention, change_each, mentions
from synthforge.corruption.units import FORMS, FREQUENCIES, wrong_units
from synthforge.records import Section, Turn

_PERIODS = ("minute", "hour", "day", "week", "month", "quarter", "year")
_PERIOD = re.compile(rf"\b(?P<lead>per|each|every|within an?|once an?|twice an?) (?P<period>{'|'.join(_PERIODS)})\b")
_FREQUENCY = re.compile(rf"\b(?:{'|'.join(sorted({word for row in FREQUENCIES for word in row}))})\b", re.IGNORECASE)
_SIGNS = {"$": ("€", "£"), "€": ("$", "£"), "£": ("$", "€")}


class WrongUnit(Corruption):
    """Changes the unit of one number, the kind of day, a currency sign, or how often something is done."""

    kind = "unit"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            text, quote = turn.claims[index].text, turn.claims[index].evidence.quote
            edits = [*_unit_edits(text, quote, rng), *_word_edits(text, quote, rng)]
            for label, before, after in shuffled(edits, rng):
                return self._planted(turn, index, label, before, after, rng)
        return None

    def _planted(self, turn: Turn, index: int, label: str, before: str, after: str, rng: Random) -> Fault | None:
        def change(text: str) -> str:
            return _replaced(text, before, after)

        told = retold(turn, change)
        if told.answer == turn.answer or rng.random() < 0.75:
            told = with_claim_text(told, index, change(turn.claims[index].text))
            where = "claim+answer" if told.answer != turn.answer else "claim"
        else:
            where = "answer"
        return self.fault(told, label, where, before, after)


def _unit_edits(text: str, quote: str, rng: Random) -> list[tuple[str, str, str]]:
    """Edits of "number unit" as whole phrases, so that "24 hours" changes wherever it is told."""
    values = {mention.value for mention in mentions(quote)}
    edits = []
    for mention in mentions(text):
        phrase = text[mention.start : mention.unit_end] if mention.unit else ""
        if mention.value == 0 or mention.value not in values:
            continue
        if mention.unit == "A" and mention.end == mention.unit_start:  # "under 7.2A" is a rule, not a current
            continue
        sign = text[mention.start - 1 : mention.start]
        if sign in _SIGNS and sign:
            edits.append(("currency", sign + mention.written, rng.choice(_SIGNS[sign]) + mention.written))
        for wrong in _wrong_forms(text, mention)[:3]:
            after = phrase[: mention.unit_start - mention.start] + wrong
            if plain(after) not in plain(quote):
                edits.append(("unit", phrase, after))
    return edits


def _wrong_forms(text: str, mention: Mention) -> list[str]:
    if not mention.unit:
        return []
    form = FORMS[mention.unit]
    joined = text[mention.end : mention.unit_start]
    wrong = []
    for one, many, short in wrong_units(mention.unit):
        spelling = short if form == "short" else one if joined == "-" or mention.value == 1 else many
        points = "point" in spelling
        if points and not re.match(r"\s*(?:[.,;)]|$|above|below|higher|lower|per\b)", text[mention.unit_end :]):
            continue
        long = spelling.isalpha() and len(spelling) > 3
        glue = " " if not joined and (long or points) else ""
        wrong.append(glue + spelling)
    return wrong


def _word_edits(text: str, quote: str, rng: Random) -> list[tuple[str, str, str]]:
    """ "per day" → "per week", "monthly" → "quarterly": no number, and as wrong."""
    edits = []
    for match in _PERIOD.finditer(text):
        at = _PERIODS.index(match["period"])
        near = [period for i, period in enumerate(_PERIODS) if 0 < abs(i - at) <= 2]
        period = rng.choice(near)
        after = f"{mend_article(match['lead'] + ' ', period)}{period}"
        if plain(match.group()) in plain(quote) and plain(after) not in plain(quote):
            edits.append(("period", match.group(), after))
    for match in _FREQUENCY.finditer(text):
        word = match.group()
        row = rng.choice([row for row in FREQUENCIES if word.casefold() in row])
        other = rng.choice([o for o in row if o != word.casefold() and {o, word.casefold()} != {"annually", "yearly"}])
        other = other.capitalize() if word[0].isupper() else other
        if plain(word) in plain(quote) and plain(other) not in plain(quote):
            edits.append(("frequency", word, other))
    return edits


def _replaced(text: str, before: str, after: str) -> str:
    """Every whole occurrence of the phrase; "24-hour" follows where "24 hours" changes."""
    pattern = rf"(?<![\w.,]){re.escape(before)}(?!\w)"
    swapped = re.sub(pattern, lambda m: after, text)
    old, new = mentions(before), mentions(after)
    if len(old) == len(new) == 1 and old[0].unit and new[0].unit:
        swapped = change_each(swapped, lambda m: m.same == old[0].same, lambda t, m: _with_unit(t, m, new[0].unit))
    return _articles(swapped, after)


def _with_unit(text: str, mention: Mention, unit: str) -> str:
    hyphen = text[mention.end : mention.unit_start] == "-"
    spelling = unit.removesuffix("s") if hyphen and FORMS[unit] == "many" else unit
    return text[: mention.unit_start] + spelling + text[mention.unit_end :]


def _articles(text: str, phrase: str) -> str:
    at = text.find(phrase)
    return text if at < 0 else mend_article(text[:at], phrase) + text[at:]
