"""A client's folder with a small corpus, and a way to run recipes over it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from synthforge.compose import load, run_folder
from synthforge.execution import execute
from synthforge.pipeline.summary import Summary
from synthforge.progress import Lines

POLICY = """# POL-{n} Yard policy {n}

Version: {n}

## 1 Rest

A driver must rest for at least {a} consecutive hours before a new shift. Dispatchers may not assign a run to a driver
who is resting.

## 2 Loading

### 2.1 Temperature

The trailer temperature shall not exceed {b} °C during loading. The loader must record the temperature in the log.

### 2.2 Time

A trailer must be loaded within {c} minutes of its arrival at the dock.

## 3 Spills

A spill must be reported to the terminal manager within {d} hours. Visitors must not enter a spill area.

## 4 Records

Inspection reports must be kept for at least {e} months. The clerk shall sign each report before filing it.
"""

RECIPE = """# @package _global_
# Does the yard keep its rules?
defaults:
  - _self_
# Two folders.
sources:
  # Everything in it.
  yard: {path: corpus/**/*.md, category: policy}
orders: 60
mix:
  # One in five.
  edge_cases: {insufficient_information: 0.1, human_review: 0.1}
evaluation:
  # A few.
  orders: 16
  share: 0.34
"""

Execute = Callable[..., Summary]


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A client's folder: recipes/yard.yaml and six short policies."""
    home = tmp_path / "client"
    (home / "recipes").mkdir(parents=True)
    (home / "recipes" / "yard.yaml").write_text(RECIPE)
    (home / "corpus").mkdir()
    for n in range(1, 7):
        text = POLICY.format(n=n, a=7 + n, b=2 + n, c=20 + 5 * n, d=3 * n + 1, e=5 + n)
        (home / "corpus" / f"policy-{n}.md").write_text(text)
    return home


@pytest.fixture
def runs(client: Path, tmp_path: Path) -> Execute:
    """Run the client's recipe with overrides; each call is a run of its own over one cache."""

    def call(*overrides: str, cache: str = "cache") -> Summary:
        placed = [f"outputs={tmp_path / 'outputs'}", f"cache_dir={tmp_path / cache}", *overrides]
        composed = load(client / "recipes" / "yard.yaml", placed)
        return execute(composed, Lines(), run_folder(composed.recipe))

    return call
