"""The plan against what came of it: asked, made and kept by stratum, real questions beside made ones, difficulty."""

import csv
import io
from collections.abc import Sequence

from synthforge.pipeline.difficulty import SIGNALS
from synthforge.pipeline.summary import Fates, Summary, fates
from synthforge.records import Example
from synthforge.report.scores import base
from synthforge.report.text import Markdown, interval, number, percent, share, table
from synthforge.templates.distance import Distance, Form

STRATUM = ("template", "difficulty", "edge_case", "category", "length", "turns")
CSV_HEADER = (*STRATUM, "asked", "made", "kept", "rejected", "held", "failed")

SHARES = ("Declared", "Reached")
DECLARED = (
    "Declared is the share that the recipe asks for, Reached that of the kept examples. Length is shared among the "
    "tasks that are told one, turns among planned conversations. strata.csv has every combination."
)


def by_stratum(summary: Summary) -> Markdown:
    """One table a planned factor: asked, made, kept, and the share that was to be reached."""
    header = ("Asked", "Made", "Kept", "Rejected", "Held", "Failed", "Kept of asked")
    tables = [
        table(
            (factor.replace("_", " ").capitalize(), *header, *(SHARES if factor in summary.declared else ())),
            [
                [name, *_fates(groups.get(name, Fates())), *_shares(summary, factor, name)]
                for name in sorted({*groups, *summary.declared.get(factor, {})})
            ],
            20,
        )
        for factor, groups in summary.by_stratum.items()
        if groups
    ]
    if tables and summary.declared:
        tables.append(Markdown(DECLARED))
    return Markdown("\n\n".join(tables))


def _fates(f: Fates) -> list[str]:
    made = f.orders - f.failed
    return [*map(number, (f.orders, made, f.kept, f.rejected, f.held, f.failed)), share(f.kept, f.orders)]


def _shares(summary: Summary, factor: str, name: str) -> list[str]:
    groups = summary.by_stratum[factor]
    if factor not in summary.declared:
        return []
    kept = sum(f.kept for f in groups.values())
    return [percent(summary.declared[factor].get(name, 0.0)), share(groups.get(name, Fates()).kept, kept)]


def as_csv(examples: Sequence[Example]) -> str:
    """One row a stratum that was ordered."""
    groups: dict[tuple[str, ...], list[Example]] = {}
    for example in examples:
        groups.setdefault(tuple(str(getattr(example.order, name)) for name in STRATUM), []).append(example)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for stratum, group in sorted(groups.items()):
        f = fates(group)
        writer.writerow([*stratum, f.orders, f.orders - f.failed, f.kept, f.rejected, f.held, f.failed])
    return out.getvalue()


def distances(summary: Summary) -> Markdown:
    """How far the kept questions are from the client's real ones, for each template that is shown some."""
    if not summary.distances:
        return Markdown("")
    header = ("Template", "Questions", "Number", "Nearest real one", "Shared word pairs", "Copied", "Words", "Asks",
              "First person", "Lower case", "With numbers")  # fmt: skip
    rows = [row for name, d in summary.distances.items() for row in _distance(name, d)]
    note = (
        "Nearest real one is the likeness of a question to the nearest real one (1 is the same); for the real ones, to "
        "the nearest other one, which is the best to be asked for. Copied ones repeat eight words in a row of a real "
        "one."
    )
    return Markdown(f"{table(header, rows)}\n\n{note}")


def _distance(name: str, d: Distance) -> list[list[object]]:
    return [
        [name, "made", number(d.made), _two(d.likeness), _part(d.shared), percent(d.copied), *_form(d.made_form)],
        [name, "real", number(d.real), _two(d.among), _part(d.shared_among), "–", *_form(d.real_form)],
    ]


def _form(form: Form) -> list[str]:
    shares = (form.asks, form.first_person, form.lower_case, form.numbers)
    return [f"{form.words:.1f}", *map(percent, shares)]


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _part(value: float | None) -> str:
    return "–" if value is None else percent(value)


def difficulty(summary: Summary) -> Markdown:
    """What the kept examples of each difficulty involve, and how the base student does on it."""
    if not summary.signals:
        return Markdown("")
    scores = base(summary)
    right = scores.by_difficulty if scores else {}
    rows = [
        [name, number(s.examples), *(f"{getattr(s, signal).value:.1f}" for signal in SIGNALS),
         interval(right.get(name, {}).get("decision_accuracy"))]
        for name, s in summary.signals.items()
    ]  # fmt: skip
    header = ("Difficulty", "Kept", "Sections shown", "Conditions quoted", "Quantities", "Base student decides right")
    return table(header, rows)
