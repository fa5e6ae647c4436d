"""From an example back to the paper: evidence → section → place in the original file, the quote in its context."""

import json
from collections.abc import Iterator
from pathlib import Path

from synthforge.artifacts import read_rows
from synthforge.errors import UsageError
from synthforge.pipeline.collect import read_placed
from synthforge.records import Claim, Document, Example, Section
from synthforge.report.provenance import Sources
from synthforge.report.text import flat

CONTEXT = 160
"""Characters shown before and after a quote."""
SHOWN = 5
"""Near misses that an error lists."""


def trace(run: Path, name: str) -> Iterator[str]:
    """Lines that lead from one example of a run folder to the places its answer rests on.

    Raises:
        UsageError: the folder is no run, or has no such example, or more than one that starts so.
    """
    example, side = _found(run, name)
    sources = Sources(_corpus(run, side))
    yield f"example {example.id}  {example.fate}"
    yield from _verdicts(example)
    yield f"order   {_ordered(example)}"
    for number, turn in enumerate(example.turns, 1):
        yield ""
        yield f"turn {number}  {flat(turn.question)}"
        yield f"decision  {turn.decision.replace('_', ' ')}{f': {flat(turn.missing)}' if turn.missing else ''}"
        if not turn.claims:
            yield "rests on no rule: nothing that was shown decides it"
        for claim in turn.claims:
            yield from _claim(claim, *sources.find(claim.evidence))


def _verdicts(example: Example) -> Iterator[str]:
    if example.cause:
        yield f"because {example.cause.code} ({example.cause.by}): {flat(example.cause.reason)}"
    for verdict in example.verdicts:
        if verdict.outcome == "passed" and verdict.code:
            yield f"warning {verdict.code} ({verdict.by}): {flat(verdict.reason)}"


def _ordered(example: Example) -> str:
    order = example.order
    case = "" if order.edge_case == "none" else f", {order.edge_case}"
    return f"{order.template}, {order.difficulty}{case}, about {', '.join(order.targets)}"


def _claim(claim: Claim, section: Section | None, document: Document | None) -> Iterator[str]:
    evidence = claim.evidence
    yield ""
    yield f"claim     {flat(claim.text)}"
    if section is None or document is None:
        yield f"section   '{evidence.section}' is in none of this run's documents"
        yield f"quote     {flat(evidence.quote)}"
        return
    yield f"section   {cited(section)}  {' > '.join(map(flat, section.path))}"
    yield f"document  {flat(document.title)}"
    if evidence.start is None or evidence.end is None:
        yield f"quote     not found there: {flat(evidence.quote)}"
        return
    place = str(document.place(evidence.start)) or str(section.locator)
    yield f"file      {document.uri}{f', {place}' if place else ''}"
    yield f"text      characters {evidence.start:,}-{evidence.end:,} of the canonical text"
    yield f"quote     {_in_context(document.text, evidence.start, evidence.end)}"


def cited(section: Section) -> str:
    """The citation with its edition, as in a letter to an authority."""
    if section.versioned or not section.edition:
        return section.citation
    return f"{section.citation} ({section.edition})"


def _in_context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    opening = "…" if start > CONTEXT else ""
    closing = "…" if end + CONTEXT < len(text) else ""
    return f"{opening}{flat(before)} «{flat(text[start:end])}» {flat(after)}{closing}"


def _found(run: Path, name: str) -> tuple[Example, str]:
    """The example whose id is, or starts with, `name`, and which side of the corpus it is from."""
    files = sorted(run.glob("*/4-filtered/*.jsonl")) or sorted(run.glob("*/3-checked/*.jsonl"))
    files = files or sorted(run.glob("*/2-drafts/*.jsonl"))
    if not files:
        raise UsageError(f"'{run}' holds no examples; name a run's folder, as in outputs/quickstart/20260301-120000")
    files += sorted(run.glob("4-surplus/*.jsonl"))  # what a filter kept, and the plan then did not
    found: dict[str, tuple[Path, str]] = {}
    for file in files:
        side = "evaluation" if file.parent.parent.name == "evaluation" else "training"
        found |= {id: (file, side) for id in _ids(file) if id.startswith(name)}
    if name in found:
        found = {name: found[name]}
    if len(found) != 1:
        some = ", ".join(sorted(found)[:SHOWN])
        said = f"{len(found)} examples whose id starts with '{name}': {some}" if found else f"no example '{name}'"
        raise UsageError(f"'{run}' holds {said}; dataset/train.jsonl lists the ids of those kept")
    ((id, (file, side)),) = found.items()
    return next(example for example in read_rows(file, Example) if example.id == id), side


def _ids(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line)["id"] for line in lines)


def _corpus(run: Path, side: str) -> list[Document]:
    """Those of the example's own side first: both may know a section of one key."""
    folders = [run / "evaluation" / "1-sections", run / "1-sections"]
    ordered = folders if side == "evaluation" else folders[::-1]
    return [document for folder in ordered if folder.is_dir() for document in read_placed(folder)]
