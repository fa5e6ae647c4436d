"""Additions by how close they come: what any document could say, and what only one of the field would."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from synthforge.corruption.addition import appended, filled, told
from synthforge.corruption.base import Corruption, Fault, plain, shuffled, with_claim_text, words
from synthforge.corruption.inventions import CLAUSES, GENERIC
from synthforge.corruption.inventions_by_field import FIELDS, GENERAL, STEMS
from synthforge.records import ABSTENTIONS, Section, Turn

_LONGEST = 60
"""Words of a sentence that a clause can still be hung on."""


@dataclass(frozen=True)
class Addition(Corruption):
    """Adds one invented sentence or clause to a claim and the answer, or to the answer alone; quotes stay."""

    kind: str
    domain: bool

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        index = rng.randrange(len(turn.claims)) if turn.claims else -1
        base = turn.claims[index].text if turn.claims else turn.answer
        source = " ".join(f"{section.lead_in} {section.text}" for section in sections.values())
        label, invented = self._invented(turn, base, f"{base} {turn.question} {source}", rng)
        if not invented or not base.strip():
            return None
        shown = invented.strip(" ,")
        if index < 0 or (turn.answer and rng.random() < 0.3):
            added = turn.model_copy(update={"answer": appended(turn.answer, invented)})
            return self.fault(added, label, "answer", "", shown)
        added = with_claim_text(turn, index, appended(base, invented))
        if not turn.answer:
            return self.fault(added, label, "claim", "", shown)
        answer = told(turn.answer, base, invented)
        return self.fault(added.model_copy(update={"answer": answer}), label, "claim+answer", "", shown)

    def _invented(self, turn: Turn, base: str, known: str, rng: Random) -> tuple[str, str]:
        """The first drawn pattern that says something new: its words stand nowhere in what is known."""
        said = words(known)
        quotes = " ".join(claim.evidence.quote for claim in turn.claims)
        for label, pattern in shuffled(self._patterns(f"{turn.question} {turn.answer} {base} {quotes}"), rng):
            is_clause = pattern.startswith((",", " "))
            if is_clause and (turn.decision in ABSTENTIONS or not _takes_clause(base)):
                continue
            text = filled(pattern, rng)
            new = words(text) - said
            if plain(text.strip(" ,.")) not in plain(known) and len(new) >= max(1, len(words(text)) // 4):
                return f"{label}_clause" if is_clause else label, text
        return "", ""

    def _patterns(self, text: str) -> list[tuple[str, str]]:
        if not self.domain:
            return [("general", pattern) for pattern in (*GENERIC, *GENERAL, *CLAUSES)]
        lowered = text.casefold()
        hits = {field: sum(lowered.count(stem) for stem in stems) for field, stems in STEMS.items()}
        most = max(hits.values())
        fields = [field for field, count in hits.items() if count and count >= most / 2]
        return [(field, pattern) for field in fields for pattern in FIELDS[field]]


def _takes_clause(text: str) -> bool:
    body = text.strip()
    return (
        body.endswith(".")
        and ". " not in body
        and len(body.split()) < _LONGEST
        and not body.endswith(("etc.", ").", '".'))
    )
