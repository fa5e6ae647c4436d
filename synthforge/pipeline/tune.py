"""Tune: what may be trained on, and nothing else."""

from collections.abc import Iterable, Sequence

from synthforge.errors import StageError
from synthforge.pipeline.check import ORDERED
from synthforge.records import Example


def certified(examples: Sequence[Example], validators: Iterable[str]) -> list[Example]:
    """The kept examples in id order, each with a verdict from every check of the recipe.

    None of these is a doubt that is still open, or the example would not be kept.

    Raises:
        StageError: a kept example lacks a verdict, or none is left.
    """
    kept = sorted((example for example in examples if example.fate == "kept"), key=lambda example: example.id)
    wanted = {ORDERED, *validators}
    for example in kept:
        spoken = {verdict.by for verdict in example.verdicts if verdict.stage == "check"}
        if missing := wanted - spoken:
            raise StageError(
                "tune",
                f"example {example.id} has no passing verdict of {', '.join(sorted(missing))}",
                "only what every check has passed is trained on",
            )
    if not kept:
        raise StageError("tune", "no example survived the checks and filters", "report.md says where they were lost")
    return kept
