"""Check: every example before every validator of the recipe, cheapest first; each verdict is kept."""

from collections.abc import Mapping, Sequence

from synthforge.context import Run
from synthforge.edge_cases.base import EdgeCase
from synthforge.errors import blamed
from synthforge.plugin import in_order
from synthforge.records import ABSTENTIONS, ORDINARY, REFUSAL, Example, Turn, Verdict
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
    """An edge case must be the one ordered, all else must be answered; or the declared shares are lies."""
    for number, turn in enumerate(example.turns):
        code, lacks = _lacks(turn, number, example, edge_cases)
        if lacks:
            where = f"turn {number + 1}: " if len(example.turns) > 1 else ""
            return Verdict(stage="check", by=ORDERED, outcome="failed", code=f"edge_case.{code}", reason=where + lacks)
    return Verdict(stage="check", by=ORDERED, outcome="passed")


def _lacks(turn: Turn, number: int, example: Example, edge_cases: Mapping[str, EdgeCase]) -> tuple[str, str]:
    """(code, what is wrong) of one turn; a conversation's edge case is its last."""
    order = example.order
    if order.edge_case in edge_cases and number == len(example.turns) - 1:
        return "not_shown", edge_cases[order.edge_case].shown(turn, order)
    if order.moves[number : number + 1] == (REFUSAL,):
        return "not_shown", "" if turn.decision in ABSTENTIONS else f"answered with {turn.decision} what calls for none"
    return "not_ordered", "" if turn.decision in ORDINARY else f"an ordinary order was answered with {turn.decision}"


def _asked(name: str, part: Validator, example: Example, run: Run) -> Verdict:
    """A validator's verdict, signed with the recipe's name for it; it speaks for the check stage and no other."""
    with blamed("check", part, f"example {example.id}"):
        verdict = part.check(example, run)
        if not isinstance(verdict, Verdict):
            raise TypeError(f"check must return a Verdict, not {type(verdict).__name__}")
        return verdict.model_copy(update={"by": name, "stage": "check"})
