"""What to do next, by rule: each rule looks at the numbers of a run and says one thing or nothing."""

from collections.abc import Callable, Iterator

from synthforge.pipeline.summary import Summary
from synthforge.report import words
from synthforge.report.scores import NO_DIFFERENCE, WORSE, shown, tuned
from synthforge.report.text import bounds, counted, interval, percent, share

YIELD = (0.30, 0.40)
"""Kept of ordered: below it teacher calls are wasted, above it the checks and filters may be too kind."""
FEW = 5
"""Kept examples below which a stratum teaches nothing."""
DOMINATES = 0.5
"""Share of the drops from which one code is worth a look of its own."""
ENOUGH = 100
"""Held-out items for a first reading; at 80 % right the interval is then about ±8 points."""
RECALL = 0.70
CAUGHT = 0.95
CLEAN_LOST = 0.05


def hints(summary: Summary) -> list[str]:
    """Advice for the next run, the most pressing first."""
    return [hint for rule in RULES for hint in rule(summary)]


def _filtered(summary: Summary) -> bool:
    """Whether the run went far enough for `kept` to mean survived."""
    return summary.fates.orders > 0 and summary.until in ("filter", "tune", "evaluate")


def _stopped(summary: Summary) -> Iterator[str]:
    if summary.until != "evaluate":
        yield (
            f"The run stopped after {summary.until} (until={summary.until}); go on with until=evaluate, "
            "nothing is redone."
        )


def _yield(summary: Summary) -> Iterator[str]:
    if not _filtered(summary):
        return
    survived = summary.fates.kept / summary.fates.orders
    if survived < YIELD[0]:
        yield (
            f"Only {percent(survived)} of the orders survived (30-40 % is usual): read the rejected examples "
            f"above. If they are rightly rejected, improve the prompt or the teacher; if not, the check is "
            f"too strict."
        )
    elif survived > YIELD[1]:
        yield (
            f"{percent(survived)} of the orders survived (30-40 % is usual): either the teacher is good or "
            f"the checks are too kind. Read twenty kept examples before you trust them, or lower "
            f"filters.near.threshold."
        )


def _dominating(summary: Summary) -> Iterator[str]:
    codes: dict[str, int] = {}
    for stage in summary.stages:
        if "(evaluation)" in stage.name:
            continue
        for code, count in stage.dropped.items():
            codes[words.base_code(code)] = codes.get(words.base_code(code), 0) + count
    total = sum(codes.values())
    code = max(codes, key=lambda each: (codes[each], each), default="")
    if total >= 10 and codes[code] > DOMINATES * total:
        yield (f"{code} makes up {share(codes[code], total)} of all drops ({words.meaning(code)}): start there.")


def _thin(summary: Summary) -> Iterator[str]:
    if not _filtered(summary):
        return
    thin = [
        f"{factor.replace('_', ' ')} {name} ({f.kept})"
        for factor, groups in summary.by_stratum.items()
        for name, f in groups.items()
        if factor != "document" and f.kept < FEW
    ]
    barren = [name for name, f in summary.by_stratum.get("document", {}).items() if not f.kept]
    if thin:
        yield f"Fewer than {FEW} examples survived for {_few(thin)}: order more, or drop it from the recipe."
    if barren:
        yield f"Nothing survived from {_few(barren)}: see which code stopped it, or drop it from the sources."


def _few(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _held(summary: Summary) -> Iterator[str]:
    if summary.fates.held:
        yield (
            f"{counted(summary.fates.held, 'example')} held, because a check could not decide: a person "
            "should look; until then they are not trained on."
        )


def _faults(summary: Summary) -> Iterator[str]:
    if summary.faults is None:
        return
    for c in summary.faults.planted:
        if c.planted >= FEW and c.caught < CAUGHT * c.planted:
            missed = f"{c.planted - c.caught} of {c.planted}"
            yield (
                f"Planted fault '{words.fault(c.kind)}', {c.style}: {missed} slipped through; add a check that sees it."
            )
    lost = sum(summary.faults.clean_lost.values())
    if lost > CLEAN_LOST * summary.faults.clean:
        yield (
            f"The checks dropped {share(lost, summary.faults.clean)} of the clean examples (5 % is the "
            "most one should pay)."
        )
    yield ("Before production: set a real teacher (teacher=claude or teacher=openai); the embedded one is a stand-in.")


def _evaluated(summary: Summary) -> Iterator[str]:
    scores = tuned(summary)
    if scores is None:
        return
    n = max((m.n for m in scores.metrics.values()), default=0)
    if n < ENOUGH:
        yield (
            f"The held-out set has {n} items, so the intervals are wide; raise evaluation.orders until it "
            f"has {ENOUGH} or more."
        )
    readings = {name: shown(name, d) for name, d in summary.differences.items()}
    if unsure := [name.replace("_", " ") for name, said in readings.items() if said == NO_DIFFERENCE]:
        yield f"No difference from the base student is shown in {', '.join(unsure)}: more items would tell."
    if worse := [name.replace("_", " ") for name, said in readings.items() if said == WORSE]:
        yield f"The tuned student is worse in {', '.join(worse)}: look at its answers before using it."
    recall = scores.metrics.get("abstention_recall")
    if (known := bounds(recall)) and known[0] < RECALL:
        yield (
            f"The student abstains in only {interval(recall)} of the cases that call for it: raise the "
            "shares under mix.edge_cases."
        )


def _cut(summary: Summary) -> Iterator[str]:
    if any("truncat" in note.lower() or "too long" in note.lower() for note in summary.notes):
        yield (
            "Some examples did not fit the student's context (see Notes): raise its length limit or show less excerpt."
        )


RULES: tuple[Callable[[Summary], Iterator[str]], ...] = (
    _stopped, _yield, _dominating, _thin, _faults, _evaluated, _cut, _held,
)  # fmt: skip
