"""Accepted examples: those that a run has kept, found again in its folder or in a file."""

import json
from pathlib import Path

from synthforge.artifacts import read_rows
from synthforge.errors import UsageError
from synthforge.recipe import Recipe
from synthforge.records import Example

KEPT = "4-filtered/kept.jsonl"


def newest_run(recipe: Recipe) -> Path | None:
    """The recipe's last run that kept examples."""
    folder = Path(recipe.outputs).expanduser() / recipe.name
    kept = (file for file in folder.glob(f"*/round-*/{KEPT}") if file.stat().st_size)
    return max((file.parent.parent.parent for file in kept), default=None)


def accepted(place: Path, recipe: Recipe) -> list[Example]:
    """The kept examples of a run folder, or of a file of examples.

    Raises:
        UsageError: it cannot be read, is a run of another recipe, or holds none.
    """
    files = sorted(place.glob(f"round-*/{KEPT}")) if place.is_dir() else [place]
    if not files:
        raise UsageError(f"'{place}' holds no kept examples (round-1/{KEPT}); run the recipe at least until=filter")
    if place.is_dir() and (name := recipe_of(place)) != recipe.name:
        raise UsageError(f"'{place}' is a run of '{name}', not of '{recipe.name}'")
    try:
        found = [example for file in files for example in read_rows(file, Example)]
    except OSError as error:
        raise UsageError(f"'{place}' cannot be read: {error.strerror}") from error
    except ValueError as error:  # of JSON, of text, of a record's shape
        where = f"name a run folder, or a file as it has in round-1/{KEPT}"
        raise UsageError(f"'{place}' holds lines that are no examples; {where}") from error
    kept = [example for example in found if example.fate == "kept" and example.turns]
    if not kept:
        raise UsageError(f"'{place}' holds no accepted example ({len(found)} in all)")
    return kept


def recipe_of(folder: Path) -> str:
    """Whose run it is; one that broke off left no summary, and goes by its place."""
    summary = folder / "summary.json"
    if not summary.is_file():
        return folder.absolute().parent.name
    return str(json.loads(summary.read_text(encoding="utf-8"))["recipe"])
