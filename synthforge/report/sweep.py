"""A sweep: its variants side by side, with a winner named only where the intervals allow one."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from synthforge.artifacts import write_text
from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.summary import Summary, scalars
from synthforge.report import words
from synthforge.report.scores import NO_DIFFERENCE, tuned
from synthforge.report.text import (
    Markdown,
    bounds,
    bullets,
    clip,
    code,
    counted,
    escape,
    interval,
    number,
    plain_table,
    section,
    share,
    table,
)


@dataclass(frozen=True)
class Variant:
    """One folder of a sweep: what was overridden, and what came of it."""

    name: str
    status: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    summary: Summary | None = None
    error: str = ""

    @property
    def label(self) -> str:
        """`3` for the folder `3_tuner.r=8`: its settings stand in columns of their own."""
        number, _, rest = self.name.partition("_")
        return number if rest and number.isdigit() else self.name

    @property
    def metrics(self) -> Mapping[str, Interval]:
        """The tuned student's, as far as there was something to score."""
        scores = tuned(self.summary) if self.summary else None
        return {name: m for name, m in scores.metrics.items() if bounds(m)} if scores else {}


def compare_sweep(folder: Path) -> str:
    """Write runs.csv and compare.md into the sweep folder; the table as plain text comes back."""
    variants = [read_variant(path) for path in sorted(_folders(folder), key=_natural)]
    write_text(folder / "runs.csv", as_csv(variants))
    write_text(folder / "compare.md", as_page(folder.name, variants))
    if not variants:
        return f"no variant under '{folder}'"
    header, rows = comparison(variants)
    return plain_table(header, rows)


def _folders(folder: Path) -> list[Path]:
    """The variants: subfolders that hold a summary, an error or their overrides."""
    marks = ("summary.json", "error.txt", "config/overrides.yaml")
    return [path for path in folder.iterdir() if path.is_dir() and any((path / mark).is_file() for mark in marks)]


def _natural(path: Path) -> list[tuple[int, str]]:
    """`2` before `10`."""
    return [(int(part or 0), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]


def read_variant(path: Path) -> Variant:
    """A variant from its folder; one that failed, was cut short or cannot be read says so in its status."""
    overrides = _overrides(path / "config" / "overrides.yaml")
    if (path / "error.txt").is_file():
        return Variant(path.name, "failed", overrides, error=_reason(path / "error.txt"))
    if not (path / "summary.json").is_file():
        return Variant(path.name, "unfinished", overrides, error="it left no summary.json; run the sweep again")
    try:
        summary = Summary.model_validate_json((path / "summary.json").read_text(encoding="utf-8"))
    except ValidationError as error:
        reason = f"summary.json is not one of this version: {error.errors()[0]['msg']}"
        return Variant(path.name, "unreadable", overrides, error=reason)
    return Variant(path.name, "finished", overrides, summary)


def _reason(path: Path) -> str:
    """What went wrong; of a traceback only the last line, which names the exception."""
    text = path.read_text(encoding="utf-8").strip()
    return text.splitlines()[-1] if text.startswith("Traceback") else text


def _overrides(path: Path) -> dict[str, str]:
    """`key=value` strings by key; a dropped member (`~filters.near`) has the value 'dropped'."""
    said = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    pairs = (str(each).lstrip("+").partition("=") for each in said or [])
    return {key.lstrip("~"): "dropped" if key.startswith("~") else value for key, _, value in pairs}


def varying(variants: Sequence[Variant]) -> list[str]:
    """The overrides that tell the variants apart, in the order in which they were given."""
    keys = dict.fromkeys(key for variant in variants for key in variant.overrides)
    return [key for key in keys if len({variant.overrides.get(key) for variant in variants}) > 1]


def comparison(variants: Sequence[Variant]) -> tuple[list[str], list[list[str]]]:
    """Header and rows: settings, survivors, metrics with intervals, and what was computed anew."""
    keys, metrics = varying(variants), _metrics(variants)
    winners = {name: best(variants, name) for name in metrics}
    scored = [name.replace("_", " ") for name in metrics]
    header = ["variant", *keys, "status", "kept", "yield", *scored, "stages re-used"]
    rows = []
    for v in variants:
        settings = [v.overrides.get(key, "–") for key in keys]
        values = [interval(v.metrics.get(m)) + (" (best)" if winners[m] is v else "") for m in metrics]
        rows.append([v.label, *settings, v.status, *_kept(v), *values, _reused(v)])
    return header, rows


def _metrics(variants: Sequence[Variant]) -> list[str]:
    """The main metrics that any variant has."""
    return words.main(name for variant in variants for name in variant.metrics)


def _kept(variant: Variant) -> tuple[str, str]:
    if variant.summary is None:
        return "–", "–"
    fates = variant.summary.fates
    return f"{number(fates.kept)} of {number(fates.orders)}", share(fates.kept, fates.orders)


def _reused(variant: Variant) -> str:
    if variant.summary is None:
        return "–"
    stages = variant.summary.stages
    asked = sum(stage.asked for stage in stages)
    again = f", {number(asked)} replies asked" if asked else ""
    return f"{sum(stage.cached for stage in stages)} of {len(stages)}{again}"


def best(variants: Sequence[Variant], name: str) -> Variant | None:
    """The variant with the best value of a metric, if its interval lies clear of that of the second."""
    sign = -1 if name in words.LOWER_IS_BETTER else 1
    ranked = []
    for variant in variants:
        if known := bounds(variant.metrics.get(name)):
            value, low, high = (sign * each for each in known)
            ranked.append((value, min(low, high), max(low, high), variant))
    ranked.sort(key=lambda each: each[0], reverse=True)
    if len(ranked) < 2:
        return None
    (_, low, _, first), (_, _, high, _) = ranked[:2]
    return first if low > high else None


def as_page(title: str, variants: Sequence[Variant]) -> str:
    finished = [v for v in variants if v.summary]
    said = f"{counted(len(variants), 'variant')}, {len(finished)} finished."
    header, rows = comparison(variants)
    linked = [[Markdown(f"[{escape(v.label)}](<{v.name}/report.md>)") if v.summary else v.label, *row[1:]]
              for v, row in zip(variants, rows, strict=True)]  # fmt: skip
    parts = [
        f"# Sweep {escape(title)}",
        said,
        _common(variants),
        section("Variants", table(header, linked, 200) if rows else ""),
        section("Which is best", _winners(finished)),
        section("Not finished", _failures(variants)),
        "Every setting and number is in runs.csv.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _common(variants: Sequence[Variant]) -> str:
    """The overrides that every variant shares."""
    apart = varying(variants)
    shared = [f"{key}={value}" for v in variants[:1] for key, value in v.overrides.items() if key not in apart]
    return f"The same in all: {', '.join(map(code, shared))}." if shared else ""


def _winners(variants: Sequence[Variant]) -> Markdown:
    """One line a metric, and how the word best is meant."""
    if len(variants) < 2 or not _metrics(variants):
        return Markdown("")
    said = []
    for name in _metrics(variants):
        if sum(name in v.metrics for v in variants) < 2:
            continue
        winner = best(variants, name)
        answer = f"variant {winner.label}, {interval(winner.metrics[name])}" if winner else NO_DIFFERENCE
        said.append(f"{words.metric(name)}: {answer}")
    note = (
        "A variant is called best in a metric only when its 95 % interval lies wholly above that of the "
        "second; otherwise the held-out set is too small to tell them apart."
    )
    return Markdown(f"{bullets(said)}\n\n{note}")


def _failures(variants: Sequence[Variant]) -> Markdown:
    return bullets([f"{v.label} ({v.status}): {clip(v.error)}" for v in variants if v.error], 200)


def as_csv(variants: Sequence[Variant]) -> str:
    """A row a variant: every override and every scalar, empty where a variant has none."""
    numbers = [scalars(v.summary) if v.summary else {} for v in variants]
    keys = list(dict.fromkeys(key for v in variants for key in v.overrides))
    names = list(dict.fromkeys(name for each in numbers for name in each))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    settings = [f"{key} (override)" if key in names else key for key in keys]
    writer.writerow(["variant", "status", *settings, *names, "error"])
    for v, each in zip(variants, numbers, strict=True):
        values = [*(v.overrides.get(k, "") for k in keys), *(each.get(n, "") for n in names)]
        writer.writerow([v.name, v.status, *values, clip(v.error)])
    return out.getvalue()
