"""Check: every example before every validator of the recipe, cheapest first; each verdict is kept."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

from synthforge.artifacts import code_version
from synthforge.context import Run
from synthforge.edge_cases.base import EdgeCase
from synthforge.errors import blamed
from synthforge.plugin import in_order
from synthforge.records import ABSTENTIONS, ORDINARY, REFUSAL, Example, Turn, Verdict, fingerprint
from synthforge.validators.base import Validator

Strictness = Literal["strict", "balanced"]
"""What becomes of an example that every check has left uncertain: rejected, or held for a person."""

ORDERED = "order"
"""Who signs the verdict on whether an example is the kind that was ordered."""
STRICT = "strictness"
"""Who signs the rejection of what stayed uncertain."""

UNANSWERED = ".unanswered"
"""How the codes end of verdicts that could not be given."""

_MANY = 200
"""Examples that one validator sees before the next one does; a model sees all of them."""
_CODE = ("validators", "meaning", "links", "privacy", "sections", "records.py", "fencing.py")
"""What of the package decides a verdict."""


def check(
    examples: Sequence[Example],
    validators: Mapping[str, Validator],
    edge_cases: Mapping[str, EdgeCase],
    run: Run,
    strictness: Strictness = "balanced",
) -> list[Example]:
    """The examples with their verdicts.

    All rules speak of each, so that the report can say who else would have; a model is only asked about what the
    rules have left.
    """
    ordered = in_order(dict(validators))
    rules = [(name, part) for name, part in ordered if part.cost in ("free", "cheap")]
    models = [(name, part) for name, part in ordered if part.cost not in ("free", "cheap")]
    judged = [e if e.fate == "failed" else e.judged(as_ordered(e, edge_cases)) for e in examples]
    contents = [_content(example) for example in judged]
    with run.progress.bar("check", len(judged)) as bar:
        for at in range(0, len(judged), _MANY):
            some = [at + i for i, example in enumerate(judged[at : at + _MANY]) if example.fate != "failed"]
            for name, part in rules:
                _ask(name, part, judged, contents, some, run)
            bar.advance(len(judged[at : at + _MANY]))
    for name, part in models:
        _ask(name, part, judged, contents, [i for i, e in enumerate(judged) if e.fate in ("kept", "held")], run)
    return [_strictly(example) for example in judged] if strictness == "strict" else judged


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


def _ask(
    name: str, part: Validator, judged: list[Example], contents: Sequence[str], places: Sequence[int], run: Run
) -> None:
    """Add a validator's verdicts at these places, from the store where it has given them before."""
    asked = fingerprint("verdict", code_version(*_CODE), part.identity())
    keys = [fingerprint(asked, contents[i], part.reads(judged[i], run)) for i in places]
    known = {key: Verdict.model_validate_json(said) for key, said in run.store.verdicts(keys).items()}
    new = {key: judged[i] for key, i in zip(keys, places, strict=True) if key not in known}
    if new:
        with blamed("check", part, f"{len(new)} examples"):
            given = part.check_many(list(new.values()), run)
            if len(given) != len(new):
                raise ValueError(f"check_many must return {len(new)} verdicts, one per example, not {len(given)}")
        fresh = dict(zip(new, given, strict=True))
        run.store.keep_verdicts({key: v.model_dump_json() for key, v in fresh.items() if not transient(v)})
        known |= fresh
    for key, i in zip(keys, places, strict=True):
        # It speaks for the check stage and no other, under the recipe's name for it.
        judged[i] = judged[i].judged(known[key].model_copy(update={"by": name, "stage": "check"}))


def _content(example: Example) -> str:
    """A hash of what is judged of an example: not of its id, nor of what was said of it before."""
    content = example.model_dump_json(include={"order", "turns", "messages"})
    return hashlib.sha256(content.encode()).hexdigest()


def transient(verdict: Verdict) -> bool:
    """Whether a model gave no answer this time, and is to be asked again the next."""
    return verdict.code.endswith(UNANSWERED)


def _strictly(example: Example) -> Example:
    """Rejected for what it was held for."""
    cause = example.cause
    if example.fate != "held" or cause is None:
        return example
    reason = f"left uncertain by '{cause.by}': {cause.reason}"
    return example.judged(cause.model_copy(update={"by": STRICT, "outcome": "failed", "reason": reason}))
