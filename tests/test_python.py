"""From Python: what the command does, as a function that stays one."""

from pathlib import Path

import pytest

import synthforge
from synthforge.errors import RecipeError


def test_a_recipe_runs_from_python_more_than_once(client: Path, tmp_path: Path) -> None:
    """Twice, because importing a module of the same name would have put it in the function's place."""
    overrides = ["until=collect", f"outputs={tmp_path / 'outputs'}"]
    first = synthforge.run(client / "recipes" / "yard.yaml", overrides)
    second = synthforge.run(str(client / "recipes" / "yard.yaml"), overrides)
    assert (first.redone, second.redone) == (1, 0)
    assert first.folder != second.folder


def test_a_recipe_with_faults_raises_them_all() -> None:
    with pytest.raises(RecipeError) as caught:
        synthforge.run("quickstart", ["+tuner.rnak=8", "orders=none"])
    assert {finding.key for finding in caught.value.findings} == {"tuner.rnak", "orders"}
