"""The material itself: a few kept examples in full, rejected ones with their reason."""

from collections import Counter
from collections.abc import Sequence

from synthforge.pipeline.summary import dropped
from synthforge.records import Evidence, Example
from synthforge.report import words
from synthforge.report.provenance import Sources
from synthforge.report.text import (
    Markdown,
    bold,
    bullets,
    clip,
    code,
    counted,
    escape,
    fenced,
    inline,
    number,
)

REJECTED_SHOWN = 8


def kept(examples: Sequence[Example], sources: Sources, count: int = 3) -> Markdown:
    """A few kept examples in full, as unlike each other in task and decision as there are."""
    survivors = sorted((e for e in examples if e.fate == "kept" and e.turns), key=lambda e: e.id)
    if not survivors:
        return Markdown("No example was kept.")
    chosen: list[Example] = []
    while len(chosen) < min(count, len(survivors)):
        tasks, decisions = Counter(e.order.template for e in chosen), Counter(e.decision for e in chosen)
        rest = [e for e in survivors if e not in chosen]
        chosen.append(min(rest, key=lambda e: (tasks[e.order.template], decisions[e.decision], e.id)))
    said = f"{len(chosen)} of {number(len(survivors))}, in the format that the student is trained and served in."
    return Markdown("\n\n".join([said, *(_in_full(example, sources) for example in chosen)]))


def _in_full(example: Example, sources: Sources) -> str:
    messages = [f"{bold(m.role)}\n\n{fenced(m.content)}" for m in example.messages]
    cited = [_cited(c.evidence, sources) for turn in example.turns for c in turn.claims]
    rests = (
        f"Rests on:\n\n{bullets(cited)}" if cited else "Cites nothing: the right answer is that no rule shown decides."
    )
    return "\n\n".join([f"### Kept {code(example.id)}", _ordered(example), *messages, rests])


def _cited(evidence: Evidence, sources: Sources) -> str:
    section, document = sources.find(evidence)
    citation = section.citation if section else evidence.section
    place = f", characters {evidence.start}-{evidence.end}" if evidence.start is not None else ""
    uri = document.uri if document else "document not in this corpus"
    return f"{citation}: “{clip(evidence.quote)}” ({uri}{place})"


def _ordered(example: Example) -> Markdown:
    order = example.order
    about = ", ".join(target.partition("#")[2] or target for target in order.targets)
    case = "" if order.edge_case == "none" else f", edge case {order.edge_case.replace('_', ' ')}"
    decision = f"; decision {example.decision.replace('_', ' ')}" if example.turns else ""
    return escape(f"Ordered: {order.template}, {order.difficulty}{case}, about {about}{decision}.")


def rejected(examples: Sequence[Example]) -> Markdown:
    """For each of the most frequent codes one example that it kept out, and the check's reason."""
    counts = Counter[str]()
    for each, count in dropped(examples).items():
        counts[words.base_code(each)] += count
    codes = sorted(counts, key=lambda each: (-counts[each], each))
    if not codes:
        return Markdown("No example was kept out.")
    parts = [_kept_out(each, counts[each], examples) for each in codes[:REJECTED_SHOWN]]
    more = len(codes) - REJECTED_SHOWN
    return Markdown(
        "\n\n".join([*parts, *([f"… and {counted(more, 'more code')}, left out here."] if more > 0 else [])])
    )


def _kept_out(each: str, count: int, examples: Sequence[Example]) -> str:
    example = min((e for e in examples if e.cause and words.base_code(e.cause.code) == each), key=lambda e: e.id)
    cause = example.cause
    assert cause is not None
    others = {v.code for v in example.verdicts if v.outcome == "failed" and v.code != cause.code}
    also = f"; also against it: {', '.join(map(code, sorted(others)))}" if others else ""
    reason = inline(clip(cause.reason) or words.meaning(each))
    said = f"{code(cause.by)} ({cause.stage}, {cause.outcome}): {reason}{also}"
    first = f" (first of {len(example.turns)})" if len(example.turns) > 1 else ""
    turns = [
        f"- Question{first}: {inline(clip(turn.question))}\n- Answer: {inline(clip(_answer(example, i)))}"
        for i, turn in enumerate(example.turns[:1])
    ]
    heading = f"### {code(each or 'no code')}, {counted(count, 'example')}: {escape(words.meaning(each))}"
    return "\n\n".join([heading, f"One of them, {code(example.id)}. {_ordered(example)}", said, *turns])


def _answer(example: Example, index: int) -> str:
    """An answer as the student would have seen it; its content where it was never rendered."""
    rendered = [m.content for m in example.messages if m.role == "assistant"]
    return rendered[index] if index < len(rendered) else example.turns[index].answer
