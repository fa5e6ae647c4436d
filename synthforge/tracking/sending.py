"""The process that talks to W&B: reads one payload from standard input, logs it, and says what went wrong."""

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def send(payload: Mapping[str, Any]) -> None:
    """Log one finished run: its config, its summary scalars, and its funnel as a table."""
    import wandb

    folder = Path(payload["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = wandb.Settings(
        init_timeout=payload["init_timeout"],
        silent=True,
        console="off",
        disable_git=True,
        disable_code=True,
        x_disable_stats=True,
        x_disable_machine_info=True,
    )
    with wandb.init(
        dir=str(folder), mode=payload["mode"], config=payload["config"], settings=settings, **payload["run"]
    ) as run:
        funnel = folder / "funnel.csv"
        if funnel.is_file():
            with funnel.open(newline="", encoding="utf-8") as file:
                header, *rows = list(csv.reader(file)) or [[]]
            if header:
                run.log({"funnel": wandb.Table(columns=list[str | int](header), data=rows)})
        run.summary.update(payload["summary"])


if __name__ == "__main__":
    try:
        send(json.load(sys.stdin))
    except Exception as error:  # whatever it is, the run goes on and prints this line
        sys.exit(f"{type(error).__name__}: {str(error).strip() or 'no reason given'}".replace("\n", " "))
