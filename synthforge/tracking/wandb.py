"""Weights & Biases as a mirror of the run folder: settings, stage counts and metrics, never examples or
documents.

W&B runs in a process of its own (`sending`), which is killed when its time is up. So nothing it does — a
server that does not answer, a login it lacks, a crash, an upload that hangs at exit — can stop or slow a run
beyond `timeout`, and its environment is not the run's.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlparse

from pydantic import Field

from synthforge.tracking.base import Tracker


class Wandb(Tracker):
    """One W&B run for each synthforge run."""

    project: str = Field("synthforge", min_length=1)
    entity: str | None = None
    mode: Literal["auto", "online", "offline"] = "auto"
    """`auto`: online when a key is there (WANDB_API_KEY or `wandb login`), else offline, to be synced
    later."""
    group: str | None = None
    """Runs that W&B shows together; default: the sweep they belong to."""
    job_type: str = "run"
    tags: tuple[str, ...] = ()
    timeout: float = Field(60, gt=0)
    """Most seconds that logging may take in all: half of it for reaching the server, and the last quarter is kept for
    the offline copy."""

    def log(self, name: str, group: str, settings: Mapping[str, Any], summary: Mapping[str, Any], folder: Path) -> str:
        ends = time.monotonic() + self.timeout
        online = self.mode == "online" or (self.mode == "auto" and has_key())
        payload = {
            "folder": str(folder),
            "config": settings,
            "summary": flatten(summary),
            "init_timeout": self.timeout / 2,
            "run": {
                "name": name,
                "project": self.project,
                "entity": self.entity,
                "group": self.group or group or None,
                "job_type": self.job_type,
                "tags": list(self.tags),
            },
        }
        why = _send({**payload, "mode": "online"}, self.timeout * 3 / 4) if online else ""
        if online and not why:
            return f"W&B: sent to project '{self.project}'"
        failed = _send({**payload, "mode": "offline"}, ends - time.monotonic())
        reason = f" (not sent: {why})" if why else ""
        if failed:
            return f"W&B: not logged: {failed}{reason}; the run folder has everything"
        return f"W&B: kept offline{reason}; `wandb sync {folder / 'wandb'}/offline-run-*` sends it"


def has_key() -> bool:
    """Whether W&B could log in: a key in the environment, or one that `wandb login` left in the user's
    netrc."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    host = urlparse(os.environ.get("WANDB_BASE_URL") or "https://api.wandb.ai").hostname or ""
    for path in (os.environ.get("NETRC"), "~/.netrc", "~/_netrc"):
        try:
            if path and netrc(str(Path(path).expanduser())).authenticators(host):
                return True
        except (OSError, NetrcParseError):
            continue
    return False


def flatten(tree: Mapping[str, Any], above: str = "") -> dict[str, str | int | float | bool]:
    """The scalars of a tree by path (`evaluate/tuned/decision_accuracy/value`); lists and nothings are left
    out."""
    flat: dict[str, str | int | float | bool] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{above}{key}/")
        elif isinstance(value, str | int | float | bool):
            flat[f"{above}{key}"] = value
    return flat


def _send(payload: Mapping[str, Any], timeout: float) -> str:
    """Run `sending` with this payload; '' when it was logged, else why not."""
    quiet = {"WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false", "WANDB_MODE": str(payload["mode"])}
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "synthforge.tracking.sending"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # W&B starts a process itself; both must be killed together
        )
    except OSError as error:
        return f"cannot start a process for it: {error}"
    try:
        _, errors = child.communicate(json.dumps(payload, default=str), timeout=timeout)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):  # it ended just now
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return f"no answer within {timeout:.3g} seconds"
    if child.returncode == 0:
        return ""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1][:300] if lines else f"its process ended with code {child.returncode}"
