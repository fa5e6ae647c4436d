"""The scores: base and tuned student side by side, and what the checks did with planted faults."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.summary import Caught, Faults, Scores, Summary
from synthforge.report import words
from synthforge.report.text import (
    Markdown,
    bounds,
    code,
    counted,
    interval,
    number,
    plain_table,
    points,
    share,
    table,
)

BETTER, WORSE, NO_DIFFERENCE = "tuned is better", "tuned is worse", "no difference shown"

STAND_IN = (
    "The teacher of this run is the embedded one: a rule-based stand-in for trying recipes, not a source of "
    "production data. It makes mistakes on purpose, at a declared rate, so that one can see which of them "
    "this recipe's checks catch. The checks are not told which examples carry one."
)


def base(summary: Summary) -> Scores | None:
    return next((s for s in summary.evaluation if s.student == "base"), None)


def tuned(summary: Summary) -> Scores | None:
    """The student that training produced: the one called tuned, else the last that is not the base."""
    others = [s for s in summary.evaluation if s.student != "base"]
    return next((s for s in others if s.student == "tuned"), others[-1] if others else None)


def headline(scores: Scores) -> str | None:
    """The metric that stands for a student: decisions if measured, else whatever comes first."""
    return "decision_accuracy" if "decision_accuracy" in scores.metrics else next(iter(scores.metrics), None)


def shown(name: str, difference: Interval | None) -> str:
    """What a paired difference in a metric allows one to say."""
    if (known := bounds(difference)) is None:
        return "–"
    _, low, high = known
    if low <= 0 <= high:
        return NO_DIFFERENCE
    return BETTER if (low > 0) != (name in words.LOWER_IS_BETTER) else WORSE


def overall(summary: Summary) -> Markdown:
    if not summary.evaluation:
        return Markdown("No student was evaluated in this run.")
    students, differences = summary.evaluation, summary.differences
    rows = [
        [words.metric(name), *(interval(s.metrics.get(name)) for s in students),
         points(differences.get(name)), shown(name, differences.get(name)), _n(students, name)]
        for name in _names(s.metrics for s in students)
    ]  # fmt: skip
    header = ("Metric", *(s.student.capitalize() for s in students), "Difference (points)", "Reading", "n")
    note = (
        "Shares of the held-out set, made from documents that no training example comes from; in brackets "
        "the 95 % interval. The difference is taken item by item on the same questions."
    )
    return Markdown(f"{table(header, rows)}\n\n{note}")


def by_group(summary: Summary) -> Markdown:
    """The main metrics per template and per edge case."""
    tables = [
        _grouped(summary.evaluation, "Template", {s.student: s.by_template for s in summary.evaluation}),
        _grouped(summary.evaluation, "Edge case", {s.student: s.by_edge_case for s in summary.evaluation}),
    ]
    return Markdown("\n\n".join(filter(None, tables)))


Groups = Mapping[str, Mapping[str, Interval]]


def _grouped(students: Iterable[Scores], title: str, by_student: Mapping[str, Groups]) -> str:
    names = [s.student for s in students]
    rows: list[list[object]] = []
    for group in sorted({g for groups in by_student.values() for g in groups}):
        metrics = [by_student[name].get(group, {}) for name in names]
        for metric in words.main(_names(metrics)):
            n = max(m[metric].n for m in metrics if metric in m)
            rows.append([group, words.metric(metric), *(interval(m.get(metric)) for m in metrics), number(n)])
    return table((title, "Metric", *(name.capitalize() for name in names), "n"), rows, 60) if rows else ""


def _names(metrics: Iterable[Mapping[str, Interval]]) -> list[str]:
    """Names of the metrics that have a value, in the order in which they first appear."""
    return list(dict.fromkeys(n for each in metrics for n, m in each.items() if bounds(m)))


def _n(students: Iterable[Scores], name: str) -> str:
    """The items behind a metric; a range when the students were not scored on equally many."""
    counts = sorted({s.metrics[name].n for s in students if name in s.metrics})
    return number(counts[0]) if len(counts) == 1 else f"{counts[0]}-{counts[-1]}"


def as_plain(summary: Summary) -> str:
    """The evaluation for a terminal; metrics by their short names."""
    students = summary.evaluation
    rows = [
        [name.replace("_", " "), *(interval(s.metrics.get(name)) for s in students),
         points(summary.differences.get(name))]
        for name in words.main(_names(s.metrics for s in students))
    ]  # fmt: skip
    return plain_table(("held-out questions", *(s.student for s in students), "difference"), rows) if rows else ""


def planted(faults: Faults) -> Markdown:
    """Which planted faults were caught, by answer style, and what the checks cost clean examples."""
    rows: list[list[object]] = [_caught(words.fault(c.kind), c) for c in faults.planted]
    by_style = sorted(faults.planted, key=lambda c: c.style)
    rows += [_caught("all kinds", _total(style, list(group))) for style, group in groupby(by_style, lambda c: c.style)]
    header = ("Fault", "Answer style", "Planted", "Caught", "Share", "Caught by", "Slipped through")
    parts = [STAND_IN, table(header, rows) if faults.planted else "No fault was planted.", _clean(faults)]
    return Markdown("\n\n".join(parts))


def _caught(name: str, c: Caught) -> list[object]:
    by = ", ".join(f"{code(check)} {count}" for check, count in sorted(c.by.items(), key=lambda i: (-i[1], i[0])))
    slipped = number(c.planted - c.caught)
    return [
        name,
        c.style,
        number(c.planted),
        number(c.caught),
        share(c.caught, c.planted),
        Markdown(by or "–"),
        slipped,
    ]


def _total(style: str, caught: list[Caught]) -> Caught:
    return Caught(kind="", style=style, planted=sum(c.planted for c in caught), caught=sum(c.caught for c in caught))


def _clean(faults: Faults) -> str:
    lost = sum(faults.clean_lost.values())
    said = f"Of {counted(faults.clean, 'example')} without a planted fault the checks dropped {lost:,}"
    said += f" ({share(lost, faults.clean)})." if lost else "."
    rows = [[code(each), number(count), words.meaning(each)] for each, count in faults.clean_lost.items()]
    return f"{said}\n\n{table(('Code', 'Lost', 'In words'), rows)}" if rows else said
