"""Evidence under the wrong section: the one next door that a teacher mixes up, or one far away."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from synthforge.corruption.base import Corruption, Fault, shuffled, words
from synthforge.corruption.citation import carries, moved, stem
from synthforge.records import Claim, Section, Turn

_ALIKE = 0.2
"""Share of the quote's words from which on a section is about the same things; below it, it is far."""


@dataclass(frozen=True)
class WrongSection(Corruption):
    """Moves the evidence of one claim, and the citation in the answer with it; the quote stays as it is.

    Near are a sibling, a section that either refers to, and the one most alike by words; far is the rest.
    """

    kind: str
    near: bool

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            by_label: dict[str, list[Section]] = {}
            for section, label in _labelled(turn.claims[index], sections).items():
                if (label in _NEAR) == self.near:
                    by_label.setdefault(label, []).append(sections[section])
            if by_label:
                label = rng.choice(sorted(by_label))
                wrong = rng.choice(by_label[label])
                home = sections.get(turn.claims[index].evidence.section)
                citations = (home.citation if home else "", wrong.citation)
                planted, where = moved(turn, index, wrong.key, citations, rng)
                return self.fault(planted, label, where, turn.claims[index].evidence.section, wrong.key)
        return None


_NEAR = ("sibling", "linked", "alike")


def _labelled(claim: Claim, sections: Mapping[str, Section]) -> dict[str, str]:
    """How each section that does not carry the claim lies to the one that does."""
    right = claim.evidence.section
    home = sections.get(right)
    said = words(claim.evidence.quote)
    others = [
        section
        for section in sections.values()
        if section.key != right and not carries(section, claim.evidence.quote) and not carries(section, claim.text)
    ]
    likeness = {section.key: len(said & words(section.text)) / max(1, len(said)) for section in others}
    most = max(likeness.values(), default=0.0)
    labels = {}
    for section in others:
        if stem(right) and stem(right) == stem(section.key):
            labels[section.key] = "sibling"
        elif _are_linked(home, section):
            labels[section.key] = "linked"
        elif likeness[section.key] == most >= _ALIKE:
            labels[section.key] = "alike"
        else:
            same = home is not None and home.document == section.document
            labels[section.key] = "elsewhere" if same else "other_document"
    return labels


def _are_linked(home: Section | None, other: Section) -> bool:
    if home is None:
        return False
    return any(link.section == other.key for link in home.links) or any(
        link.section == home.key for link in other.links
    )
