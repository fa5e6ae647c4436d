"""The production format: how an answer looks when a student is trained, evaluated and served.

Evidence comes first and the decision last, because a small causal model decides better on what it has just copied
out (measured on the embedded student: decision-first formats stayed at chance).

    Quote: "A driver must rest for at least 10 hours." [FP-07 §4.2]
    Check: 8 hours is less than 10 hours
    Decision: violation
"""

import re
from collections.abc import Mapping, Sequence

from synthforge.fencing import defused
from synthforge.records import Answer, Decision, Section, Turn

NO_QUOTE = "none"
_FIELD = re.compile(r"^(Quote|Check|Answer|Decision): *(.*)$")
_QUOTE = re.compile(r'^"(.*)" \[(.+)\]$')


def folded(text: str) -> str:
    """White space as single blanks: what a prompt shows of a section, and what a student can copy."""
    return defused(" ".join(text.split()))


def show_excerpt(sections: Sequence[Section]) -> str:
    """One line a section, its citation after its text: a causal model can mark only what it has already read."""
    return "\n".join(f"- {folded(f'{s.lead_in} {s.text}')} [{folded(s.citation)}]" for s in sections)


def show_answer(turn: Turn, citations: Mapping[str, str], wording: Mapping[Decision, str]) -> str:
    """A turn's answer in the production format; `citations` maps section ids to what is displayed."""
    quotes = [
        f'Quote: "{folded(c.evidence.quote)}" [{folded(citations.get(c.evidence.section, c.evidence.section))}]'
        for c in turn.claims
    ]
    lines = quotes or [f"Quote: {NO_QUOTE}"]
    if turn.reasoning:
        lines.append(f"Check: {folded(turn.reasoning)}")
    if turn.answer:
        lines.append(f"Answer: {folded(turn.answer)}")
    return "\n".join([*lines, f"Decision: {wording.get(turn.decision, turn.decision)}"])


def read_answer(text: str, decisions: Sequence[Decision], wording: Mapping[Decision, str]) -> Answer:
    """The inverse of `show_answer`, forgiving in what it takes and strict in `well_formed`."""
    said = {wording.get(decision, decision): decision for decision in decisions}
    quotes: list[str] = []
    citations: list[str] = []
    fields: dict[str, str] = {}
    well_formed = True
    for line in text.strip().splitlines():
        field = _FIELD.match(line.strip())
        if field is None:
            well_formed = False
            continue
        name, value = field.groups()
        if name != "Quote":
            well_formed &= name not in fields and "Decision" not in fields
            fields.setdefault(name, value)
        elif quote := _QUOTE.match(value):
            quotes.append(quote[1])
            citations.append(quote[2])
        else:
            well_formed &= value == NO_QUOTE
    decision = said.get(fields.get("Decision", ""))
    return Answer(
        decision=decision,
        citations=tuple(citations),
        quotes=tuple(quotes),
        answer=fields.get("Answer", ""),
        well_formed=well_formed and decision is not None and text.lstrip().startswith("Quote:"),
    )
