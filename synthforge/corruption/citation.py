"""A wrong citation: a true sentence under the number of a section that does not say it."""

import re
from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, plain, retold, shuffled, with_evidence, words
from synthforge.records import Section, Turn


class WrongCitation(Corruption):
    """Cites a sibling, a far section or one that does not exist; the quote stays as it is."""

    kind = "citation"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            evidence = turn.claims[index].evidence
            choices = [
                (relation(evidence.section, other.key), other.key, other.citation)
                for other in sections.values()
                if other.key != evidence.section and not carries(other, evidence.quote)
            ]
            home = sections.get(evidence.section)
            citation = home.citation if home else ""
            choices += [("made_up", made, shown) for made, shown in _made_up(evidence.section, citation, sections, rng)]
            by_label = {label: [c for c in choices if c[0] == label] for label in ("sibling", "far", "made_up")}
            labels = [label for label, found in by_label.items() if found]
            if labels:
                label, wrong, shown = rng.choice(by_label[rng.choice(labels)])
                planted, where = moved(turn, index, wrong, (citation, shown), rng)
                return self.fault(planted, label, where, evidence.section, wrong)
        return None


def moved(turn: Turn, index: int, wrong: str, citations: tuple[str, str], rng: Random) -> tuple[Turn, str]:
    """The turn with one claim's evidence under another section, or only the answer's citation, and where that is."""
    right = turn.claims[index].evidence.section
    shared = sum(claim.evidence.section == right for claim in turn.claims) > 1

    def change(text: str) -> str:
        for old, new in ((right, wrong), citations):
            text = _recited(text, old, new) if old and new else text
        return text

    told = retold(turn, change)
    if told.answer != turn.answer and rng.random() < 0.25:
        return told, "answer"
    kept = turn if shared else told
    where = "claim+answer" if kept.answer != turn.answer else "claim"
    return with_evidence(kept, index, section=wrong), where


def _recited(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w(]|[.-]\w)", lambda match: new, text)


def carries(section: Section, quote: str) -> bool:
    """Whether the section says this too: the quote itself, or nearly all of its words."""
    said = words(f"{section.lead_in} {section.text}")
    asked = words(quote)
    return plain(quote) in plain(section.text) or not asked or len(asked & said) >= 0.8 * len(asked)


def relation(right: str, other: str) -> str:
    """A sibling differs in the last part of its number or path only."""
    return "sibling" if stem(right) == stem(other) else "far"


def stem(section_id: str) -> str:
    return re.sub(r"(?:\([^()]*\)|[.\s>/-]*[\w§]+)$", "", section_id)


def _made_up(section_id: str, citation: str, sections: Mapping[str, Section], rng: Random) -> list[tuple[str, str]]:
    """Ids that look right and name nothing: the last number or list letter of the real one moved on."""
    family, mark, local = section_id.rpartition("#")
    match = re.search(r"(\d+|(?<=\()[a-z](?=\)))(?=[^\da-zA-Z]*(?:v\d+)?$)", local)
    if not match:
        return []
    made = []
    for step in rng.sample(range(1, 8), 7):
        new = str(int(match[1]) + step) if match[1].isdigit() else _letter(match[1], step)
        moved = local[: match.start()] + new + local[match.end() :]
        wrong = f"{family}{mark}{moved}"
        if new and wrong not in sections and all(moved != s.citation for s in sections.values()):
            made.append((wrong, citation.replace(local, moved) if local in citation else ""))
    return made[:3]


def _letter(letter: str, step: int) -> str:
    return chr(ord(letter) + step) if ord(letter) + step <= ord("z") else ""
