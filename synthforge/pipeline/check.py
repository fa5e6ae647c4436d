"""Check: every example before every validator of the recipe, cheapest first; each verdict is kept."""

from collections.abc import Mapping, Sequence

from synthforge.context import Run
from synthforge.edge_cases.base import EdgeCase
from synthforge.errors import blamed
from synthforge.plugin import in_order
from synthforge.records import ABSTENTIONS, Example, Verdict
from synthforge.validators.base import Validator

ORDERED = "order"
"""Who signs the verdict on whether an example is the kind that was ordered."""


def check(
    examples: Sequence[Example], validators: Mapping[str, Validator], edge_cases: Mapping[str, EdgeCase], run: Run
) -> list[Example]:
    """The examples with their verdicts. All validators speak, so that the report can say who else would have."""
    ordered = in_order(dict(validators))
    checked = []
    with run.progress.bar("check", len(examples)) as bar:
        for example in examples:
            if example.fate != "failed":
                verdicts = (_asked(name, part, example, run) for name, part in ordered)
                example = example.judged(as_ordered(example, edge_cases), *verdicts)
            checked.append(example)
            bar.advance()
    return checked


def as_ordered(example: Example, edge_cases: Mapping[str, EdgeCase]) -> Verdict:
    """An edge case must be the one ordered, an ordinary order must be answered; else the declared shares are lies."""
    wanted = example.order.edge_case
    if wanted in edge_cases:
        lacks = edge_cases[wanted].shown(example.turns[-1])
        code = "edge_case.not_shown"
    else:
        given = next((turn.decision for turn in example.turns if turn.decision in ABSTENTIONS), "")
        lacks = f"an ordinary order was answered with {given}" if given else ""
        code = "edge_case.not_ordered"
    if lacks:
        return Verdict(stage="check", by=ORDERED, outcome="failed", code=code, reason=lacks)
    return Verdict(stage="check", by=ORDERED, outcome="passed")


def _asked(name: str, part: Validator, example: Example, run: Run) -> Verdict:
    """A validator's verdict, signed with the recipe's name for it; it speaks for the check stage and no other."""
    with blamed("check", part, f"example {example.id}"):
        verdict = part.check(example, run)
        if not isinstance(verdict, Verdict):
            raise TypeError(f"check must return a Verdict, not {type(verdict).__name__}")
        return verdict.model_copy(update={"by": name, "stage": "check"})
