"""synthforge: a client's documents → fine-tuning data a small model can be trusted on → the fine-tuned model."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthforge.pipeline.summary import Summary

__version__ = "0.1.0"


def run(recipe: str | Path, overrides: Sequence[str] = ()) -> "Summary":
    """Run a recipe from Python, as `synthforge RECIPE OVERRIDES` does, and return its summary.

    `recipe` is the name of a packaged recipe or the path of a recipe file.

    Raises:
        RecipeError: with every finding, when the recipe cannot run.
        StageError: when a stage could not finish; run again to continue from what was saved.
    """
    from synthforge.compose import load, run_folder
    from synthforge.execution import execute
    from synthforge.progress import progress

    composed = load(recipe, overrides)
    folder = run_folder(composed.recipe)
    composed.leave(folder / "config")
    return execute(composed, progress(), folder)
