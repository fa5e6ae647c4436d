"""A wrong section id: a citation, or a reference in the words, that names nothing or the section next door."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, shuffled
from synthforge.corruption.citation import WrongCitation
from synthforge.corruption.limited import Limited
from synthforge.corruption.misstatement import QUOTED, Edit, Misstatement, has
from synthforge.records import Section, Turn

_NAMED = (
    r"(?:§+|sections?|sec\.|rules?|regulations?|paragraphs?|para\.|articles?|art\.|clauses?|steps?|chapters?|parts?|subparts?"
    r"|annex(?:es)?|appendix|schedules?|exhibits?|tables?|items?|controls?|requirements?)\s?"
)
_NUMBER = r"\d+(?:\.\d+)*[A-Z]?(?:\((?:[a-z]{1,4}|[A-Z]|\d{1,3})\))*"
_REFERENCE = re.compile(
    rf"(?<!\w)(?P<name>{_NAMED})(?P<id>{_NUMBER}|[A-Z](?:\.\d+)+)(?![\w%]|\.\d)"
    r"|(?<![\w.-])(?P<code>(?:[A-Z]{2,}[-.])+(?:[A-Z]+[-.])*\d[\w.]*\w|[A-Z]{2,}[-.]\d+"
    r"|[A-Z]{2,5} \d+(?:\.\d+)+)(?![\w-])",
    re.IGNORECASE,
)
_LAST = re.compile(r"\d+(?=\D*$)")
_LETTER = re.compile(r"(?<=\()[a-y](?=\)[^a-z]*$)")


class WrongReference(Misstatement):
    """Changes a reference in the words of claim and answer; brackets do not protect it, as citations stand there."""

    kind = "section_id"
    kept = QUOTED

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        known = " ".join(f"{key} {section.citation} {section.text}" for key, section in sections.items())
        for match in _REFERENCE.finditer(text):
            group = "id" if match["id"] else "code"
            written, name = match[group], match["name"] or ""
            if match["code"] and not match["code"][0].isupper():
                continue
            others = {found[group] for found in _REFERENCE.finditer(known) if (found["name"] or "") == name}
            for other in sorted(others - {None, written}):
                if _same_shape(written, other) and not has(text, other):
                    yield Edit("sibling", *match.span(group), other)
            for other in _moved(written, rng):
                if not has(known, other):
                    yield Edit("made_up_reference", *match.span(group), other)


class WrongSectionId(Corruption):
    """Cites an id that does not exist, as evidence and in the answer, or refers to the wrong one in its words."""

    kind = "section_id"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        cited = Limited(self.kind, WrongCitation(), frozenset({"made_up"}))
        made = (maker.plant(turn, sections, rng) for maker in shuffled((cited, WrongReference()), rng))
        return next((fault for fault in made if fault), None)


def _same_shape(one: str, other: str) -> bool:
    """Whether two ids have as many parts, and begin alike where they have several."""
    first, second = re.findall(r"\w+", one), re.findall(r"\w+", other)
    return len(first) == len(second) and (len(first) == 1 or first[0] == second[0])


def _moved(written: str, rng: Random) -> Iterator[str]:
    """The id with its last number or letter moved on, or with two of its digits exchanged."""
    letter = _LETTER.search(written)
    if letter:
        yield written[: letter.start()] + chr(ord(letter[0]) + 1) + written[letter.end() :]
    number = _LAST.search(written)
    if number:
        digits = number[0]
        steps = [str(int(digits) + step) for step in rng.sample(range(1, 10), 2)]
        turned = digits[:-2] + digits[-1] + digits[-2] if len(digits) > 1 else digits
        for new in [*steps, turned]:
            padded = new.zfill(len(digits)) if digits.startswith("0") else new
            if padded != digits and (padded[0] != "0" or digits[0] == "0"):
                yield written[: number.start()] + padded + written[number.end() :]
