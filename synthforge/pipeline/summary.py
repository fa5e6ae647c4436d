"""What a run came to, in numbers: the account that the report, the sweep and the tracker read."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.intake import Intake
from synthforge.records import Example, Record, Usage
from synthforge.store import Store


class StageCount(Record):
    """One stage: what came in and went out, what was dropped for which reason, and what it cost.

    `requests` counts the teacher's replies used, `asked` those that were not in the store before.
    """

    name: str
    came_in: int
    went_out: int
    dropped: dict[str, int] = {}
    seconds: float
    cached: bool
    requests: int = 0
    asked: int = 0
    usage: Usage = Usage()


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
    """Fates by value of each planned factor: template, difficulty, edge_case, category, document."""
    faults: Faults | None = None
    """None when the teacher plants none."""
    evaluation: list[Scores] = []
    differences: dict[str, Interval] = {}
    """Tuned minus base, paired on the same items."""
    notes: list[str] = []
    usage: Usage = Usage()
    redone: int = 0
    """Stages computed in this run; 0 when everything was there already."""


def fates(examples: Iterable[Example]) -> Fates:
    counts = Counter[str](example.fate for example in examples)
    return Fates(orders=counts.total(), **dict(counts))


def dropped(examples: Iterable[Example]) -> dict[str, int]:
    """How many examples each code kept out, the most frequent first."""
    codes = Counter(cause.code for example in examples if (cause := example.cause))
    return dict(sorted(codes.items(), key=lambda item: (-item[1], item[0])))


def strata(examples: Sequence[Example]) -> dict[str, dict[str, Fates]]:
    factors: dict[str, Callable[[Example], str]] = {
        "template": lambda e: e.order.template,
        "difficulty": lambda e: e.order.difficulty,
        "edge_case": lambda e: e.order.edge_case,
        "category": lambda e: e.order.category,
        "document": lambda e: e.order.targets[0].partition("#")[0],
    }
    table: dict[str, dict[str, Fates]] = {}
    for factor, value in factors.items():
        groups: dict[str, list[Example]] = {}
        for example in examples:
            groups.setdefault(value(example), []).append(example)
        table[factor] = {name: fates(group) for name, group in sorted(groups.items())}
    return table


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
    asked = f"  {count.asked:,} of {count.requests:,} replies asked for" if count.requests and not count.cached else ""
    return f"{count.name:<24} {arrow}  {when}{asked}{worst}"
