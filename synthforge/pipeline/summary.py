"""What a run came to, in numbers: the account that the report, the sweep and the tracker read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from synthforge.context import Run
from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.difficulty import Signals
from synthforge.pipeline.intake import Intake
from synthforge.records import Example, Record, Usage
from synthforge.store import Store
from synthforge.templates.base import Template
from synthforge.templates.distance import Distance, distance
from synthforge.templates.queries import load


class StageCount(Record):
    """One stage: what came in and went out, what was dropped for which reason, and what it cost.

    `requests` counts the teacher's replies used, and `usage` is theirs, whoever paid for them. `asked` counts the
    requests that this run sent, `endings` how they ended (`reply`, `overloaded`, `unusable`, …), and `paid` is what
    they used, failed ones included. `opening_seconds`, not part of `seconds`, is what it took to load a client and to
    see that key and model are right.
    """

    name: str
    came_in: int
    went_out: int
    dropped: dict[str, int] = {}
    seconds: float
    cpu_seconds: float = 0.0
    opening_seconds: float = 0.0
    cached: bool
    requests: int = 0
    asked: int = 0
    endings: dict[str, int] = {}
    usage: Usage = Usage()
    paid: Usage = Usage()


class Caught(Record):
    """Planted faults of one kind in answers of one style; `by` counts which check spoke first."""

    kind: str
    style: str
    planted: int
    caught: int
    by: dict[str, int] = {}


class Faults(Record):
    """What became of the faults that an embedded teacher planted, and of the examples it left clean."""

    planted: list[Caught] = []
    clean: int = 0
    clean_lost: dict[str, int] = {}
    """Clean examples that a check rejected, by code."""


class Scores(Record):
    """One student on the held-out set."""

    student: str
    metrics: dict[str, Interval]
    by_template: dict[str, dict[str, Interval]] = {}
    by_edge_case: dict[str, dict[str, Interval]] = {}
    by_difficulty: dict[str, dict[str, Interval]] = {}


class Fates(Record):
    """Every order's end; `orders` is the sum of the other four."""

    orders: int = 0
    kept: int = 0
    rejected: int = 0
    held: int = 0
    failed: int = 0


class Summary(Record):
    """A run, start to end."""

    recipe: str
    seed: int
    version: str
    command: str = ""
    """What was typed; the report repeats it under "Running it again"."""
    folder: str
    until: str
    stand_in: bool = False
    """The teacher is one for trying recipes; what it wrote is not to be trained on for production."""
    seconds: float
    intake: Intake = Intake()
    fates: Fates = Fates()
    stages: list[StageCount] = []
    by_stratum: dict[str, dict[str, Fates]] = {}
    """Fates by value of each planned factor (template, difficulty, edge_case, category, length, turns) and document."""
    warnings: dict[str, int] = {}
    """Of the kept examples, how many passed with which warning."""
    declared: dict[str, dict[str, float]] = {}
    """By planned factor the share of the kept examples that each value is to have."""
    distances: dict[str, Distance] = {}
    """By template with `queries`, how far its kept questions are from those."""
    signals: dict[str, Signals] = {}
    """By difficulty, what kept examples involve."""
    faults: Faults | None = None
    """None when the teacher plants none."""
    evaluation: list[Scores] = []
    differences: dict[str, Interval] = {}
    """Tuned minus base, paired on the same items."""
    notes: list[str] = []
    usage: Usage = Usage()
    paid: Usage = Usage()
    spent_usd: float = 0.0
    """In all runs of this recipe so far, an attempt without an end at its worst."""
    budget_usd: float | None = None
    peak_mb: float = 0.0
    """Most memory that this process held (resident, MB), all stages so far included."""
    redone: int = 0
    """Stages computed in this run; 0 when everything was there already."""


def fates(examples: Iterable[Example]) -> Fates:
    counts = Counter[str](example.fate for example in examples)
    return Fates(orders=counts.total(), **dict(counts))


def dropped(examples: Iterable[Example]) -> dict[str, int]:
    """How many examples each code kept out, the most frequent first."""
    codes = Counter(cause.code for example in examples if (cause := example.cause))
    return dict(sorted(codes.items(), key=lambda item: (-item[1], item[0])))


def strata(examples: Sequence[Example], templates: Mapping[str, Template]) -> dict[str, dict[str, Fates]]:
    """Fates by value of each factor; '' is the value of one that means nothing to a template, and not listed."""
    lengthy = {name for name, each in templates.items() if each.heeds_length}
    talking = {name for name, each in templates.items() if each.converses}
    factors: dict[str, Callable[[Example], str]] = {
        "template": lambda e: e.order.template,
        "difficulty": lambda e: e.order.difficulty,
        "edge_case": lambda e: e.order.edge_case,
        "category": lambda e: e.order.category,
        "length": lambda e: e.order.length if e.order.template in lengthy else "",
        "turns": lambda e: str(e.order.turns) if e.order.template in talking else "",
        "document": lambda e: e.order.targets[0].partition("#")[0],
    }
    table: dict[str, dict[str, Fates]] = {}
    for factor, value in factors.items():
        groups: dict[str, list[Example]] = {}
        for example in examples:
            groups.setdefault(value(example), []).append(example)
        table[factor] = {name: fates(group) for name, group in sorted(groups.items()) if name}
    return table


def distances(kept: Iterable[Example], templates: Mapping[str, Template], run: Run) -> dict[str, Distance]:
    """For each template that is shown real questions, how far those of its kept examples are from them."""
    asked: dict[str, list[str]] = {name: [] for name, each in templates.items() if each.queries}
    for example in kept:
        if example.order.template in asked:
            asked[example.order.template] += (turn.question for turn in example.turns)
    return {name: distance(made, load(templates[name].queries, run)) for name, made in asked.items()}


def warnings(examples: Iterable[Example]) -> dict[str, int]:
    """How many of the kept examples passed with which warning, the most frequent first."""
    kept = (example for example in examples if example.fate == "kept")
    found = Counter(code for e in kept for code in {v.code for v in e.verdicts if v.outcome == "passed" and v.code})
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


REPAIRED = "quote.repaired"
FILTERED = ("near_copy", "trivial")
"""Faults that only a filter can see, since nothing in them is untrue; not counted where no filter ran."""


def faults(examples: Iterable[Example], store: Store) -> Faults | None:
    """Planted faults against verdicts: caught means that a check, not a filter, stopped the example."""
    planted: dict[tuple[str, str], list[str | None]] = {}
    clean = 0
    lost: Counter[str] = Counter()
    examples = list(examples)
    filtered = any(verdict.stage == "filter" for example in examples for verdict in example.verdicts)
    for example in examples:
        note = _private(example, store)
        if "style" not in note or (note.get("fault") in FILTERED and not filtered):
            continue
        drop = next((v for v in example.verdicts if v.stage != "filter" and v.outcome != "passed"), None)
        if note.get("fault") == "quote":  # what the source says has taken the place of an altered quote
            drop = drop or next((v for v in example.verdicts if v.code == REPAIRED), None)
        # A trivial or copied question is a filter's business: nothing in it is untrue.
        if note.get("fault") in FILTERED:
            drop = drop or example.cause
        if note.get("fault"):
            planted.setdefault((str(note["fault"]), str(note["style"])), []).append(drop.by if drop else None)
        else:
            clean += 1
            lost.update([drop.code] if drop else [])
    if not planted and not clean:
        return None
    return Faults(
        planted=[
            Caught(kind=kind, style=style, planted=len(by), caught=sum(b is not None for b in by),
                   by=dict(sorted(Counter(b for b in by if b).items())))
            for (kind, style), by in sorted(planted.items())
        ],
        clean=clean,
        clean_lost=dict(sorted(lost.items())),
    )  # fmt: skip


def _private(example: Example, store: Store) -> dict[str, object]:
    """What the teacher noted of an example's replies; of several, the first planted fault."""
    notes = [store.private(key) for key in example.replies]
    return next((note for note in notes if note.get("fault")), notes[-1] if notes else {})


def total_usage(examples: Iterable[Example]) -> Usage:
    usage = Usage()
    for example in examples:
        usage = usage + example.usage
    return usage


def scalars(summary: Summary) -> dict[str, float]:
    """The scalars that variants are compared by."""
    found: dict[str, float] = {
        "orders": summary.fates.orders, "kept": summary.fates.kept,
        "rejected": summary.fates.rejected, "held": summary.fates.held, "failed": summary.fates.failed,
        "yield": summary.fates.kept / summary.fates.orders if summary.fates.orders else 0.0,
        "cost_usd": summary.usage.cost_usd, "seconds": summary.seconds,
    }  # fmt: skip
    for scores in summary.evaluation:
        found |= {
            f"{scores.student}/{name}": metric.value
            for name, metric in scores.metrics.items()
            if metric.value is not None
        }
    return found


def told(count: StageCount) -> str:
    """One line for the terminal."""
    lost = count.came_in - count.went_out
    arrow = f"{count.came_in:>6,} → {count.went_out:<6,}"
    if count.name.startswith("collect"):
        arrow, lost = f"{count.came_in:,} documents → {count.went_out:,} sections", 0
        unread = sum(count.dropped.values())
        arrow += f", {unread:,} could not be read" if unread else ""
    worst = f"  most: {next(iter(count.dropped))}" if lost and count.dropped else ""
    when = "nothing to do, stored" if count.cached else f"{count.seconds:.1f} s"
    return f"{count.name:<24} {arrow}  {when}{_asked(count)}{worst}"


def _asked(count: StageCount) -> str:
    """How many requests that took, how many of them came to nothing, and what they cost."""
    if not count.requests or count.cached:
        return ""
    good = count.endings.get("reply", 0) + count.endings.get("declined", 0)
    again = f" and {count.asked - good:,} more that came to nothing" if count.asked > good else ""
    cost = f", ${count.paid.cost_usd:,.4f}" if count.paid.cost_usd else ""
    return f"  {good:,} of {count.requests:,} replies asked for{again}{cost}"
