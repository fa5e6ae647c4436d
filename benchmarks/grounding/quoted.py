"""Quotes: sentences of the rulebook as they stand, changed harmlessly, and changed so that they say something else."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from random import Random

from counting import CHECKS, DRIFT, answered, share
from rulebook import HALVES, Rulebook

from synthforge.context import Run
from synthforge.corruption import MISTAKES
from synthforge.corruption.base import Corruption
from synthforge.corruption.limited import Limited
from synthforge.corruption.paraphrase import with_synonyms
from synthforge.meaning.repair import repaired
from synthforge.meaning.sentences import sentences
from synthforge.records import Claim, Evidence, Example, Section, Turn

Change = Callable[[str, Section, Random], str | None]
"""A sentence of a section as the quote that a teacher hands over; None where it cannot be changed so."""

WORDS = 8
"""A sentence has at least as many, so that something is left of it."""
_FORCES = ("obligation", "permission", "exemption", "prohibition", "advice", "commitment")


def acceptance(book: Rulebook, limit: int) -> Iterator[str]:
    found = _sentences(book)
    yield f"  {'':<32} {'n':>5}  {'accepted':<23} repaired"
    for name, change in CHANGES.items():
        changed = ((change(text, section, Random(f"{name}: {text}")), section) for text, section in found)
        made = islice(((text, section) for text, section in changed if text is not None), limit)
        yield _row(name, list(made), book.run)
    rng = Random("another")
    moved = [(text, rng.choice([*book.run.sections.values()])) for text, _ in found]
    yield _row("from another passage", [(t, s) for t, s in moved if t not in s.text][:limit], book.run)
    stated = [(each.text, book.run.sections[each.cited[0]]) for half in HALVES for each in book.stated[half]]
    yield _row("paraphrase passed off as a quote", Random("paraphrase").sample(stated, limit), book.run)


def _sentences(book: Rulebook) -> list[tuple[str, Section]]:
    found = [
        (section.text[start:end], section)
        for section in book.run.sections.values()
        for start, end in sentences(section.text)
        if len(section.text[start:end].split()) >= WORDS
    ]
    return Random("quotes").sample(found, len(found))


def _row(name: str, quotes: list[tuple[str, Section]], run: Run) -> str:
    verdicts = [CHECKS["quote"].check(_example(quote, section), run) for quote, section in quotes]
    left = [pair for pair, verdict in zip(quotes, verdicts, strict=True) if verdict.outcome != "passed"]
    mended = sum(repaired(quote, section.text) is not None for quote, section in left)
    accepted = share(len(quotes) - len(left), len(quotes))
    return f"  {name:<32} {len(quotes):>5}  {accepted:<23} {share(mended, len(quotes))}"


def _example(quote: str, section: Section) -> Example:
    return answered([Claim(text=quote, evidence=Evidence(section=section.key, quote=quote))], [section.key])


def _as_it_stands(text: str, section: Section, rng: Random) -> str:
    return text


def _typeset(text: str, section: Section, rng: Random) -> str:
    """Broken lines, doubled blanks and curly quotation marks."""
    text = text.replace(" '", " ‘").replace("'", "’").replace(' "', " “").replace('"', "”")
    return text.replace(" ", "\n", 1).replace(" ", "  ", 2)


def _recased(text: str, section: Section, rng: Random) -> str:
    return f"{text[0].swapcase()}{text[1:].rstrip('.;:')};"


def _shortened(text: str, section: Section, rng: Random) -> str:
    words = text.split()
    at = rng.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :])


def _synonymous(text: str, section: Section, rng: Random) -> str | None:
    changed = with_synonyms(text, rng, most=1)
    return changed if changed != text else None


def _cut(text: str, section: Section, rng: Random) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 4)
    return " ".join([*words[:at], "…", *words[at + 3 :]])


def _altered(text: str, section: Section, rng: Random) -> str | None:
    """A quote that a teacher would make of the sentence: a clause lost, two sentences run together, other words."""
    fault = MISTAKES["quote_altered"].plant(_turn(text, section), {section.key: section}, rng)
    return fault.turn.claims[0].evidence.quote if fault else None


def _mistaken(maker: Corruption) -> Change:
    """The mistake that the sentence takes where it is a statement."""

    def change(text: str, section: Section, rng: Random) -> str | None:
        turn = _turn(text, section).model_copy(update={"answer": ""})  # nothing that the mistake could go into instead
        fault = maker.plant(turn, {section.key: section}, rng)
        return fault.turn.claims[0].text if fault else None

    return change


def _turn(text: str, section: Section) -> Turn:
    (turn,) = _example(text, section).turns
    return turn


def _limited(kind: str, labels: frozenset[str]) -> Change:
    return _mistaken(Limited(kind, MISTAKES[kind], labels))


CHANGES: Mapping[str, Change] = {
    "exact": _as_it_stands,
    "white space, curly quotes": _typeset,
    "case, final punctuation": _recased,
    "one word dropped": _shortened,
    "one word changed, neutral": _synonymous,
    "ellipsis, three words cut": _cut,
    "number": _mistaken(MISTAKES["number"]),
    "must, may, need not": _limited("modality", frozenset(f"{a}>{b}" for a in _FORCES for b in _FORCES) - {*DRIFT}),
    "must, should": _limited("modality", frozenset(DRIFT)),
    "negation": _mistaken(MISTAKES["negation"]),
    "section id": _limited("section_id", frozenset({"sibling", "made_up_reference"})),
    "unit": _mistaken(MISTAKES["unit"]),
    "antonym or comparator": _mistaken(MISTAKES["comparator"]),
    "altered as a teacher would": _altered,
}
