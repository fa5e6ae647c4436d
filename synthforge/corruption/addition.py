"""An invented addition: a condition, deadline, exception or consequence that the source does not know."""

from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, plain, shuffled, with_claim_text, words
from synthforge.corruption.grammar import ended, upper_first
from synthforge.corruption.inventions import BY_DOMAIN, CLAUSES, DOMAINS, GENERIC, SLOTS
from synthforge.records import Section, Turn


class InventedAddition(Corruption):
    """Adds one invented sentence or clause to a claim and the answer, or to the answer alone; quotes stay."""

    kind = "addition"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        index = rng.randrange(len(turn.claims)) if turn.claims else -1
        base = turn.claims[index].text if turn.claims else turn.answer
        if not base.strip():
            return None
        consulted = " ".join(f"{section.lead_in} {section.text}" for section in sections.values())
        label, invented = _invention(f"{base} {turn.question}", base, consulted, rng)
        if not invented:
            return None
        if index < 0 or (turn.answer and rng.random() < 0.4):
            added = turn.model_copy(update={"answer": appended(turn.answer, invented)})
            return self.fault(added, label, "answer", "", invented.strip(" ,"))
        added = with_claim_text(turn, index, appended(base, invented))
        where = "claim"
        if turn.answer and (rng.random() < 0.7 or plain(base) in plain(turn.answer)):
            answer = told(turn.answer, base, invented)
            added = added.model_copy(update={"answer": answer})
            where = "claim+answer"
        return self.fault(added, label, where, "", invented.strip(" ,"))


def told(answer: str, base: str, invented: str) -> str:
    """The answer with the addition where the claim is copied, else at its end."""
    return answer.replace(base, appended(base, invented), 1) if base in answer else appended(answer, invented)


def _invention(context: str, base: str, consulted: str, rng: Random) -> tuple[str, str]:
    lowered = context.casefold()
    fitting = [name for name, stems in DOMAINS.items() if any(stem in lowered for stem in stems)]
    pools = [("generic", pattern) for pattern in rng.sample(GENERIC, 8)]
    pools += [("domain", pattern) for name in fitting for pattern in rng.sample(BY_DOMAIN[name], 3)]
    if _takes_clause(base):
        pools += [("clause", pattern) for pattern in rng.sample(CLAUSES, 4)]
    known = words(consulted)
    for label, pattern in shuffled(pools, rng):
        text = filled(pattern, rng)
        new = words(text)
        if plain(text.strip(" ,.")) not in plain(consulted) and len(new - known) >= max(1, len(new) // 3):
            return label, text
    return "", ""


def _takes_clause(text: str) -> bool:
    """A clause fits before the full stop of a single plain sentence."""
    body = text.strip()
    return (
        body.endswith(".") and ". " not in body and len(body.split()) < 30 and not body.endswith(("etc.", ").", '".'))
    )


def filled(pattern: str, rng: Random) -> str:
    """The pattern with each slot drawn; a capitalised slot starts the sentence."""
    drawn = {name: rng.choice(choices) for name, choices in SLOTS.items()}
    return pattern.format(**drawn, **{name.capitalize(): upper_first(value) for name, value in drawn.items()})


def appended(text: str, invented: str) -> str:
    """The text with the sentence after it, or with the clause before its last full stop."""
    body = text.rstrip()
    if invented[0].isupper():
        stop = "" if ended(body) or not body else "."
        return f"{body}{stop} {invented}".strip()
    return f"{body.removesuffix('.')}{invented}." if body.endswith(".") else f"{body}{invented}"
