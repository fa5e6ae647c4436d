"""The dataset card: what the examples are, how they came about, where they stop being good."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from synthforge.pipeline.summary import Summary
from synthforge.records import Decision, Document
from synthforge.report.text import bullets, counted, escape, number, section, share, table

SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
)  # fmt: skip
FILES = {"train": "train.jsonl", "eval": "eval.jsonl"}
SPLITS = {"train": "train", "eval": "test"}
"""What Hugging Face calls each file's split."""
ROW = """\
```json
{"id": "…", "messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}],
 "citations": [{"section": "…", "citation": "…", "edition": "…", "quote": "…",
                "start": 0, "end": 0, "document": "…"}],
 "task": "…", "difficulty": "…", "edge_case": "…", "decision": "…"}
```"""
EMBEDDED = (
    "The teacher was synthforge's embedded one, a rule-based stand-in for trying recipes. Do not train a "
    "production model on these examples: they include planted mistakes that the checks may have missed."
)
Counts = Mapping[str, Counter[tuple[str, str]]]
"""By file, then by (task, edge case)."""


def card(summary: Summary, corpus: Sequence[Document], counts: Counts, decisions: Counter[Decision]) -> str:
    """README.md of the dataset; a function of the run's content, without times or folders."""
    name = escape(summary.recipe)
    parts = [
        front_matter(summary, counts),
        f"# {name}",
        f"{counted(counts['train'].total(), 'training example')} and "
        f"{counted(counts['eval'].total(), 'evaluation example')} in chat format, made from the documents "
        f"listed below. Every example says which section of which document it rests on, word for word.",
        section("A row", ROW, _fields()),
        section("How it was made", _made(summary)),
        section("Counts", _counts(counts), _decisions(decisions)),
        section("Sources", _sources(corpus)),
        section("Limits", bullets(_limits(summary, counts))),
        section(
            "Licence",
            "To be stated by the owner of the documents; until then, treat it as theirs and confidential.",
        ),
    ]
    return "\n\n".join(parts) + "\n"


def front_matter(summary: Summary, counts: Counts) -> str:
    """Hugging Face's metadata; a file without rows is no split, because loading it would fail."""
    total = sum(each.total() for each in counts.values())
    size = next((label for limit, label in SIZES if total < limit), "n>1M")
    files = [
        line
        for key, each in counts.items() if each
        for line in (f"      - split: {SPLITS[key]}", f"        path: {FILES[key]}")
    ]  # fmt: skip
    configs = ["configs:", "  - config_name: default", "    data_files:", *files] if files else []
    lines = [
        "---",
        f"pretty_name: {json.dumps(summary.recipe, ensure_ascii=False)}",
        "license: unknown  # for the owner of the documents to set",
        "task_categories: [text-generation, question-answering]",
        f"size_categories: [{size}]",
        "tags: [synthetic, synthforge]",
        *configs,
        "---",
    ]
    return "\n".join(lines)


def _fields() -> str:
    return (
        "`start` and `end` count code points of the document's canonical text (the text that synthforge read "
        "from the file), so that `text[start:end]` is the quote. `decision` is that of the last answer."
    )


def _made(summary: Summary) -> str:
    f = summary.fates
    said = (
        f"synthforge {summary.version}, recipe '{summary.recipe}', seed {summary.seed}. "
        f"A teacher was asked for {counted(f.orders, 'draft')}. "
        f"What passed every check and filter is here: {number(f.kept)}. Rejected: {number(f.rejected)}. "
        f"Held for a person to decide: {number(f.held)}. Orders without a usable draft: {number(f.failed)}."
    )
    warning = f"\n\n**{EMBEDDED}**" if summary.stand_in else ""
    return escape(said) + warning


def _counts(counts: Counts) -> str:
    cells = sorted({cell for each in counts.values() for cell in each})
    rows = [[task, case.replace("_", " "), *(number(counts[key][task, case]) for key in FILES)] for task, case in cells]
    return table(("Task", "Edge case", "Training", "Evaluation"), rows) if rows else "No example survived."


def _decisions(decisions: Counter[Decision]) -> str:
    rows = [[d.replace("_", " "), number(n), share(n, decisions.total())] for d, n in sorted(decisions.items())]
    return table(("Decision (training)", "Examples", "Share"), rows) if rows else ""


def _sources(corpus: Sequence[Document]) -> str:
    rows = [
        [d.title or d.id, d.category, d.edition or "–", number(len(d.sections)), d.uri]
        for d in sorted(corpus, key=lambda d: (d.category, d.id, d.edition))
    ]
    return table(("Document", "Category", "Edition", "Sections", "File"), rows, 50) if rows else "None."


def _limits(summary: Summary, counts: Counts) -> list[str]:
    few = "" if counts["eval"].total() >= 100 else " It is small: expect wide intervals."
    return [
        "The examples were written by a machine and checked by a machine; no person has signed them off.",
        "They say what the documents said in the editions listed. When a document changes, make them again.",
        f"The evaluation examples come from other documents but share this making's blind spots.{few}",
        "The checks see quotes and quantities; an unsound argument over a sound quote can slip through.",
    ]
