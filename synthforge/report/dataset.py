"""The dataset a run leaves: training and evaluation examples as JSON lines, and a card about them."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from synthforge.artifacts import write_text
from synthforge.pipeline.summary import Summary
from synthforge.records import Document, Evidence, Example
from synthforge.report.card import card
from synthforge.report.provenance import Sources


def write_dataset(
    kept: Sequence[Example],
    evaluation: Sequence[Example],
    summary: Summary,
    corpus: Sequence[Document],
    folder: Path,
) -> None:
    """Write dataset/train.jsonl, eval.jsonl and README.md under the run folder.

    The two files are a function of the examples and the corpus alone: no times, and sorted by id, so that
    the same recipe gives the same bytes whatever the order in which replies arrived.
    """
    sources = Sources(corpus)
    write_text(folder / "dataset" / "train.jsonl", lines(kept, sources))
    write_text(folder / "dataset" / "eval.jsonl", lines(evaluation, sources))
    counts = {"train": Counter(map(_task, kept)), "eval": Counter(map(_task, evaluation))}
    write_text(folder / "dataset" / "README.md", card(summary, corpus, counts, Counter(e.decision for e in kept)))


def lines(examples: Sequence[Example], sources: Sources) -> str:
    """One JSON object a line, sorted by id."""
    rows = sorted((e.id, json.dumps(row(e, sources), ensure_ascii=False)) for e in examples)
    return "".join(f"{line}\n" for _, line in rows)


def row(example: Example, sources: Sources) -> dict[str, object]:
    """An example in chat format, with what it rests on and what it was ordered as."""
    return {
        "id": example.id,
        "messages": [message.model_dump() for message in example.messages],
        "citations": [_citation(c.evidence, sources) for turn in example.turns for c in turn.claims],
        "task": example.order.template,
        "difficulty": example.order.difficulty,
        "edge_case": example.order.edge_case,
        "decision": example.decision,
    }


def _citation(evidence: Evidence, sources: Sources) -> dict[str, object]:
    """`start` and `end` are code points of the document's canonical text."""
    section, document = sources.find(evidence)
    return {
        "section": evidence.section,
        "citation": section.citation if section else None,
        "edition": section.edition if section else None,
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "document": document.uri if document else None,
    }


def _task(example: Example) -> tuple[str, str]:
    return example.order.template, example.order.edge_case
