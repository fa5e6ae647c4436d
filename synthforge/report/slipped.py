"""Mistakes that slipped through, to be read: what was changed, and what a student would learn from it."""

from collections import Counter
from collections.abc import Sequence

from synthforge.pipeline.calibration import Calibration
from synthforge.pipeline.mutants import Mutant
from synthforge.records import Claim
from synthforge.report import words
from synthforge.report.text import bold, bullets, clip, escape, section

IN_WORDS = {
    "addition_domain": "addition of the field",
    "addition_generic": "addition, generic",
    "comparator": "turned comparison",
    "condition_dropped": "condition dropped",
    "decision_flipped": "decision flipped",
    "entity_foreign": "foreign name",
    "entity_in_document": "name from the document",
    "modality": "must and may exchanged",
    "negation": "negation",
    "number_swap": "number from the text",
    "overconfident": "answer to a silent source",
    "quote_altered": "quote altered",
    "section_id": "wrong section id",
    "wrong_section_far": "far section cited",
    "wrong_section_near": "near section cited",
}
READ = 20
"""Of one kind that are listed; slipped.jsonl has all."""


def in_words(kind: str) -> str:
    return IN_WORDS.get(kind) or words.fault(kind)


def listing(made: Calibration) -> str:
    """The mistakes that slipped through, kind by kind, as many labels and styles among them as there are."""
    parts = [f"# {escape(made.recipe)}: mistakes that slipped through"]
    for kind in dict.fromkeys(mutant.kind for mutant in made.slipped):
        found = [mutant for mutant in made.slipped if mutant.kind == kind]
        planted = sum(each.n for each in made.detections if each.kind == kind)
        said = f"{in_words(kind)}: {len(found):,} of {planted:,}"
        shown = various(found, READ)
        more = f"{len(found) - len(shown):,} more in slipped.jsonl." if len(found) > len(shown) else ""
        parts.append(section(said, *map(_told, shown), more))
    if not made.slipped:
        parts.append("None did.")
    return "\n\n".join(parts) + "\n"


def various(found: Sequence[Mutant], count: int) -> list[Mutant]:
    """So many of them, each next one of the label and style seen least."""
    seen, rest, chosen = Counter[tuple[str, str]](), list(found), list[Mutant]()
    while rest and len(chosen) < count:
        best = min(rest, key=lambda mutant: seen[mutant.label, mutant.style])
        rest.remove(best)
        seen[best.label, best.style] += 1
        chosen.append(best)
    return chosen


def _told(mutant: Mutant) -> str:
    """What was changed, and what the student would learn from."""
    turn = mutant.example.turns[mutant.turn]
    claim = next((c for c in turn.claims if _says(c, mutant.after)), next(iter(turn.claims), None))
    evidence = f"“{claim.evidence.quote}” [{claim.evidence.section}]" if claim else ""
    fields = {
        "question": turn.question, "claim": claim.text if claim else "", "answer": turn.answer, "quote": evidence,
        "decision": turn.decision, "missing": turn.missing,
    }  # fmt: skip
    about = f"{mutant.label}, in {mutant.where}; {mutant.style}, example {mutant.of}"
    lines = [f"{name}: {clip(said, 300)}" for name, said in fields.items() if said]
    return f"{bold(change(mutant))}\n\n{escape(about)}\n\n{bullets(lines)}"


def _says(claim: Claim, words: str) -> bool:
    return bool(words) and words in f"{claim.text} {claim.evidence.section} {claim.evidence.quote}"


def change(mutant: Mutant) -> str:
    before, after = clip(mutant.before, 160), clip(mutant.after, 160)
    if before and after:
        return f"{before} → {after}"
    return f"added: {after}" if after else f"dropped: {before}"
