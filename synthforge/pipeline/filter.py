"""Filter: from the examples that passed every check, the few that differ; each drop names what it is like."""

from collections.abc import Mapping, Sequence

from synthforge.context import Run
from synthforge.errors import blamed
from synthforge.filters.base import Filter
from synthforge.plugin import in_order
from synthforge.records import Example, Verdict


def filter(
    examples: Sequence[Example], kept: Sequence[Example], filters: Mapping[str, Filter], run: Run
) -> list[Example]:
    """The examples with the filters' verdicts, one filter after another over what the one before has left.

    The order is (round, id), never arrival, so shuffled input and any number of workers give the same survivors.
    """
    judged = sorted(examples, key=lambda example: (example.order.round, example.id))
    ordered = in_order(dict(filters))
    with run.progress.bar("filter", len(ordered)) as bar:
        for name, part in ordered:
            places = [i for i, example in enumerate(judged) if example.fate == "kept"]
            with blamed("filter", part, f"{len(places)} examples"):
                verdicts = part.keep([judged[i] for i in places], kept, run)
                if len(verdicts) != len(places):
                    raise ValueError(f"keep must return {len(places)} verdicts, one per candidate, not {len(verdicts)}")
                for i, verdict in zip(places, verdicts, strict=True):
                    judged[i] = judged[i].judged(_signed(name, verdict))
            bar.advance()
    return judged


def _signed(name: str, verdict: Verdict) -> Verdict:
    return verdict.model_copy(update={"by": name, "stage": "filter"})
