"""A preview for the terminal: each prompt as it is sent, each draft with what the checks say of it."""

from collections.abc import Iterator

from synthforge.pipeline.preview import Preview, Previewed
from synthforge.records import Example, Order, Turn, Verdict
from synthforge.report.ledger import dollars
from synthforge.report.text import counted

RULE = "─" * 100


def preview_lines(preview: Preview) -> Iterator[str]:
    """The orders one after the other, and what they cost together."""
    for number, item in enumerate(preview.items, 1):
        yield RULE
        yield f"{number} of {len(preview.items)}: {_ordered(item.request.order)}"
        yield RULE
        for message in item.request.messages:
            yield f"\n[{message.role}]\n{message.content}"
        yield ""
        if item.example is not None:
            yield from _drafted(item, item.example)
    yield RULE
    yield from _sums(preview)


def _ordered(order: Order) -> str:
    about = ", ".join(target.partition("#")[2] or target for target in order.targets)
    case = "" if order.edge_case == "none" else f", {order.edge_case}"
    return f"{order.template}, {order.difficulty}{case}, {order.length}, about {about} (order {order.id})"


def _drafted(item: Previewed, example: Example) -> Iterator[str]:
    for turn in example.turns:
        yield from _turn(turn)
    usage = example.usage
    said = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, ${dollars(usage.cost_usd)}"
    yield f"\n→ {example.fate} ({counted(len(example.replies), 'request')}, {said})"
    for verdict in example.verdicts:
        if verdict.outcome != "passed":
            yield f"  {_spoken(verdict)}"


def _turn(turn: Turn) -> Iterator[str]:
    yield f"[draft] {turn.question}"
    for claim in turn.claims:
        found = "" if claim.evidence.start is not None else " (not found there)"
        yield f"  claim: {claim.text}\n    “{claim.evidence.quote}” [{claim.evidence.section}]{found}"
    for name in ("reasoning", "answer", "decision", "missing"):
        if said := getattr(turn, name):
            yield f"  {name}: {said}"


def _spoken(verdict: Verdict) -> str:
    return f"{verdict.by}: {verdict.outcome}, {verdict.code}: {verdict.reason}"


def _sums(preview: Preview) -> Iterator[str]:
    asked = [item for item in preview.items if item.example is not None]
    if not asked:
        yield f"{len(preview.items)} of the first wave's {preview.orders:,} orders; nothing was asked, nothing spent"
        return
    kept = sum(item.example.fate == "kept" for item in asked if item.example)
    paid = preview.ledger.usage
    yield (
        f"{kept} of {len(asked)} passed every check; {preview.ledger.asked} requests were sent for "
        f"${dollars(paid.cost_usd)}: {paid.input_tokens:,} tokens in, {paid.output_tokens:,} out"
    )
    if preview.ledger.asked:
        yield "a run of this recipe uses these replies and does not ask for them again"
