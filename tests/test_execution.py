"""Execution: runs that share a budget do not spend at the same time."""

from pathlib import Path

import pytest
from filelock import FileLock

from synthforge.__main__ import main
from synthforge.records import fingerprint

QUICK = ["recipes=quickstart", "orders=4", "until=generate"]


def test_of_runs_that_share_a_budget_one_runs_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNTHFORGE_CACHE", str(tmp_path))
    run = [*QUICK, f"outputs={tmp_path}/out"]
    with FileLock(tmp_path / f"budget-{fingerprint('quickstart')}.lock"):
        assert main([*run, "budget_usd=1"]) == 1
        assert "another run of 'quickstart' is spending from the same budget" in capsys.readouterr().err
        assert main(run) == 0  # without a budget there is nothing to pass
        assert main([*run, "name=other", "budget_usd=1"]) == 0
        assert main(["preview", *QUICK, "budget_usd=1", "--prompts"]) == 0
        assert main([*run, "budget_usd=1", "until=collect"]) == 0
    assert main([*run, "budget_usd=1"]) == 0
