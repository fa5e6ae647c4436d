"""A sweep: teacher replies and unchanged stages are shared, every variant has its folder, and they are compared."""

import csv
import json
import subprocess
import sys
from pathlib import Path


def test_variants_share_what_they_have_in_common(client: Path, tmp_path: Path) -> None:
    finished = subprocess.run(
        [
            sys.executable, "-m", "synthforge", "-m", str(client / "recipes" / "yard.yaml"), "until=filter",
            "filters.near.threshold=0.5,0.9", "teacher.concurrency=1,8", f"cache_dir={tmp_path / 'cache'}",
            f"hydra.sweep.dir={tmp_path / 'sweep'}",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    summaries = [json.loads(p.read_text()) for p in sorted((tmp_path / "sweep").glob("*/summary.json"))]
    assert len(summaries) == 4
    assert [sum(s["asked"] for s in each["stages"]) for each in summaries] == [60, 0, 0, 0]
    redone = [[s["name"] for s in each["stages"] if not s["cached"]] for each in summaries]
    assert redone[1:] == [[], ["filter"], []]
    with (tmp_path / "sweep" / "runs.csv").open() as table:
        rows = list(csv.DictReader(table))
    assert {row["filters.near.threshold"] for row in rows} == {"0.5", "0.9"}
    assert "filters.near.threshold" in (tmp_path / "sweep" / "compare.md").read_text()


def test_a_variant_that_fails_is_listed_and_stops_no_other(client: Path, tmp_path: Path) -> None:
    finished = subprocess.run(
        [
            sys.executable, "-m", "synthforge", "-m", str(client / "recipes" / "yard.yaml"), "until=collect",
            "seed=0,x,1", f"cache_dir={tmp_path / 'cache'}", f"hydra.sweep.dir={tmp_path / 'sweep'}",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert finished.returncode == 1
    assert "seed" in finished.stderr and "got 'x'" in finished.stderr
    assert len(list((tmp_path / "sweep").glob("*/summary.json"))) == 2
