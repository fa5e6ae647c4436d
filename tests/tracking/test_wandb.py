"""Tracking: W&B offline for real; every way in which it fails leaves the run alone and one line behind."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from synthforge.tracking import Off, Wandb, wandb
from synthforge.tracking.wandb import flatten, has_key

SUMMARY = {
    "stages": {"filter": {"in": 40, "out": 31}},
    "tuned": {"accuracy": {"value": 0.8125, "n": 16}},
    "list": [1],
}
SETTINGS = {
    "tuner": {"r": 16, "learning_rate": 0.0002},
    "teacher": {"api_key": "***", "max_tokens": 512},
}


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))


def test_off_goes_nowhere(tmp_path: Path) -> None:
    assert Off().log("name", "group", SETTINGS, SUMMARY, tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_importing_tracking_imports_no_wandb() -> None:
    code = "import synthforge.tracking, sys; print('wandb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.usefixtures("no_key")
def test_without_a_key_the_run_is_kept_offline_in_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "funnel.csv").write_text("stage,in,out\nfilter,40,31\n")
    line = Wandb(project="fleet", tags=("hos",)).log("hos-1", "sweep-7", SETTINGS, SUMMARY, folder)
    assert line == f"W&B: kept offline; `wandb sync {folder / 'wandb'}/offline-run-*` sends it"
    (logged,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    content = logged.read_bytes()
    for expected in (
        b"hos-1",
        b"sweep-7",
        b"fleet",
        b"learning_rate",
        b"tuned/accuracy/value",
        b"0.8125",
        b"funnel",
    ):
        assert expected in content, expected
    assert b"512" in content
    (table,) = folder.glob("wandb/offline-run-*/files/media/table/*.json")
    assert json.loads(table.read_text()) | {"data": [["filter", "40", "31"]]} == json.loads(table.read_text())


@pytest.mark.usefixtures("no_key")
def test_an_unreachable_server_is_one_line_and_an_offline_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    started = time.monotonic()
    line = Wandb(timeout=6).log("n", "g", SETTINGS, SUMMARY, tmp_path / "run")
    assert line.startswith("W&B: ") and "not sent: " in line and "\n" not in line
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("online_takes", [60, 5])
def test_online_and_offline_together_keep_to_the_time(
    online_takes: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    allowed: dict[str, float] = {}

    def send(payload: dict[str, Any], timeout: float) -> str:
        allowed[payload["mode"]] = timeout
        clock[0] += min(timeout, online_takes)
        return "no luck"

    monkeypatch.setattr(wandb, "_send", send)
    monkeypatch.setattr(wandb.time, "monotonic", lambda: clock[0])
    Wandb(mode="online", timeout=60).log("n", "g", {}, {}, tmp_path)
    assert allowed["offline"] == 60 - min(allowed["online"], online_takes) >= 15
    assert clock[0] <= 160


def child(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.usefixtures("no_key")
@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time; time.sleep(60)", "no answer within 0.5 seconds"),
        ("import os; os.abort()", "its process ended with code -6"),
        ("raise SystemExit('CommError: no luck')", "CommError: no luck"),
    ],
)
def test_whatever_happens_to_its_process_the_run_goes_on(
    code: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **settings: real(child(code), **settings))
    line = Wandb(mode="offline", timeout=0.5 if "sleep" in code else 20).log("n", "g", {}, {}, tmp_path)
    assert line == f"W&B: not logged: {says}; the run folder has everything"


@pytest.mark.usefixtures("no_key")
def test_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    assert "cannot start a process" in Wandb().log("n", "g", {}, {}, tmp_path)


@pytest.mark.usefixtures("no_key")
def test_a_key_is_found_where_wandb_login_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_key()
    (tmp_path / "netrc").write_text("machine api.wandb.ai login user password x\n")
    assert has_key()
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.acme.example")
    assert not has_key()
    monkeypatch.setenv("WANDB_API_KEY", "k")
    assert has_key()


@pytest.mark.parametrize(
    ("tree", "flat"),
    [
        (
            SUMMARY,
            {
                "stages/filter/in": 40,
                "stages/filter/out": 31,
                "tuned/accuracy/value": 0.8125,
                "tuned/accuracy/n": 16,
            },
        ),
        ({"a": None, "b": True}, {"b": True}),
        ({}, {}),
    ],
)
def test_the_summary_is_logged_as_scalars_by_path(tree: dict[str, Any], flat: dict[str, Any]) -> None:
    assert flatten(tree) == flat
