"""Check: every example before every validator of the recipe, cheapest first; each verdict is kept."""

from collections.abc import Mapping, Sequence

from synthforge.plugin import in_order
from synthforge.records import Example, Verdict
from synthforge.run import Run
from synthforge.validators.base import Validator


def check(examples: Sequence[Example], validators: Mapping[str, Validator], run: Run) -> list[Example]:
    """The examples with their verdicts. All validators speak, so that the report can say who else would have."""
    ordered = in_order(dict(validators))
    checked = []
    with run.progress.bar("check", len(examples)) as bar:
        for example in examples:
            if example.fate != "failed":
                example = example.judged(*(_signed(name, part.check(example, run)) for name, part in ordered))
            checked.append(example)
            bar.advance()
    return checked


def _signed(name: str, verdict: Verdict) -> Verdict:
    return verdict.model_copy(update={"by": name})
