"""The report of one run, for a reader who has seen nothing else: report.md, tables as CSV, a plain one."""

from collections.abc import Sequence
from pathlib import Path

from synthforge.artifacts import write_text
from synthforge.pipeline.summary import Summary
from synthforge.records import Document, Example
from synthforge.report import corpus as documents
from synthforge.report import funnel, plan, samples, scores
from synthforge.report.hints import hints
from synthforge.report.ledger import ledger
from synthforge.report.provenance import Sources
from synthforge.report.text import (
    Markdown,
    bullets,
    counted,
    escape,
    fenced,
    interval,
    number,
    percent,
    section,
    share,
)


def write_report(summary: Summary, examples: Sequence[Example], corpus: Sequence[Document], folder: Path) -> str:
    """Write report.md and its tables as CSV into the run folder; the main one as plain text comes back."""
    write_text(folder / "report.md", page(summary, examples, corpus))
    write_text(folder / "funnel.csv", funnel.as_csv(summary))
    write_text(folder / "strata.csv", plan.as_csv(examples))
    write_text(folder / "files.csv", documents.as_csv(corpus))
    return for_terminal(summary)


def page(summary: Summary, examples: Sequence[Example], corpus: Sequence[Document]) -> str:
    ordered = summary.fates.orders > 0
    sources = Sources(corpus if ordered else ())
    parts = [
        f"# {escape(summary.recipe)}: what happened to every example",
        escape(outcome(summary, corpus)),
        section("Funnel", funnel.stages(summary), funnel.add_up(summary, examples) if ordered else ""),
        section("What the teacher cost", ledger(summary)),
        section("What was dropped, and why", funnel.drops(summary) if ordered else ""),
        section("Warnings", funnel.warned(summary)),
        section("Asked, made, kept", plan.by_stratum(summary)),
        section("Made questions beside real ones", plan.distances(summary)),
        section("Difficulty", plan.difficulty(summary)),
        section("Evaluation", scores.overall(summary), scores.by_group(summary)),
        section("Planted faults", scores.planted(summary.faults) if summary.faults else ""),
        section("Kept examples", samples.kept(examples, sources) if ordered else ""),
        section("Examples that were kept out", samples.rejected(examples) if ordered else ""),
        section("Documents", documents.documents(corpus, summary.intake)),
        section("Notes", bullets(_notes(summary, corpus))),
        section("What to do next", bullets(hints(summary)) or "Nothing stands out: read some kept examples."),
        section("Running it again", again(summary)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _notes(summary: Summary, corpus: Sequence[Document]) -> list[str]:
    """The notes that the list of documents does not give already."""
    given = {w for d in corpus for warning in (*d.warnings, d.error) for w in (warning, f"{d.uri}: {warning}")}
    return [note for note in summary.notes if note not in given]


def outcome(summary: Summary, corpus: Sequence[Document]) -> str:
    """The run in a sentence."""
    f = summary.fates
    if not f.orders:
        read = [d for d in corpus if d.sections]
        sections = sum(len(d.sections) for d in read)
        return (
            f"{counted(len(read), 'document')} were read into {counted(sections, 'section')}; no example "
            f"was ordered (until={summary.until})."
        )
    survived = {"generate": "have a usable draft", "check": "passed every check"}.get(summary.until, "survived")
    said = f"Of {counted(f.orders, 'order')} {counted(f.kept, 'example')} {survived} ({share(f.kept, f.orders)})"
    return f"{said}; {_students(summary)}."


def _students(summary: Summary) -> str:
    tuned, base = scores.tuned(summary), scores.base(summary)
    name = scores.headline(tuned) if tuned else None
    if tuned is None or name is None:
        return f"no tuned student was evaluated (until={summary.until})"
    metric = tuned.metrics[name]
    if name == "decision_accuracy":
        said = f"the tuned student decides {interval(metric)} of {number(metric.n)} held-out cases right"
    else:
        said = f"the tuned student reaches {interval(metric)} on {name} over {number(metric.n)} held-out cases"
    return f"{said}, its base {interval(base.metrics[name])}" if base and name in base.metrics else said


def again(summary: Summary) -> Markdown:
    """How to repeat the run, and what repeating costs."""
    typed = (
        fenced(summary.command, "sh")
        if summary.command
        else Markdown("Give the same command once more: the recipe, with the overrides in config/overrides.yaml.")
    )
    made = f"Made by synthforge {summary.version}, seed {summary.seed}, in {summary.folder}."
    costs = (
        "The same recipe again redoes no finished stage and asks the teacher nothing twice. The settings of "
        "this run are in config/, every number of this page in summary.json, the funnel in funnel.csv."
    )
    return Markdown(f"{typed}\n\n{escape(made)} {escape(costs)}")


def for_terminal(summary: Summary) -> str:
    """Funnel, sum and evaluation in aligned columns."""
    f = summary.fates
    total = (
        f"kept {f.kept:,} + rejected {f.rejected:,} + held {f.held:,} + failed {f.failed:,} = {f.orders:,} "
        f"orders ({percent(f.kept / f.orders)} kept)"
        if f.orders
        else ""
    )
    redone = "" if summary.redone else "nothing was redone: every stage was there already"
    return "\n\n".join(filter(None, [funnel.as_plain(summary), total, scores.as_plain(summary), redone]))
