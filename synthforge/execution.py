"""From a composed recipe to a run folder with everything in it, and to a forecast that spends nothing."""

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthforge import __version__
from synthforge.artifacts import Artifacts, code_version, write_text
from synthforge.context import Progress, Run
from synthforge.errors import OutOfBudget, StageError
from synthforge.money.budget import Budget
from synthforge.pipeline import Outcome, pipeline
from synthforge.pipeline.calibration import Calibration, calibrate
from synthforge.pipeline.difficulty import doubts, signals
from synthforge.pipeline.forecast import forecast_lines
from synthforge.pipeline.judging import bench
from synthforge.pipeline.preview import Preview, preview
from synthforge.pipeline.screening import Screened, screen
from synthforge.pipeline.stages import Stages
from synthforge.pipeline.summary import Summary, distances, fates, faults, scalars, strata, warnings
from synthforge.recipe import Recipe
from synthforge.records import Order, Usage, fingerprint
from synthforge.report import write_dataset, write_report
from synthforge.store import Store

if TYPE_CHECKING:
    from synthforge.compose import Composed


def execute(composed: "Composed", progress: Progress, folder: Path, group: str = "") -> Summary:
    """Run a recipe into `folder`; `group` names the sweep that it is a variant of.

    Raises:
        StageError: a stage could not finish; what was finished is stored, and the next run goes on from there.
    """
    started, begun = time.perf_counter(), time.strftime("%Y-%m-%dT%H:%M:%S%z")
    recipe = composed.recipe
    progress.say(f"{recipe.name} → {folder}")
    spends = recipe.until != "collect"
    with _opened(composed, progress, folder, cache_folder(recipe), spends=spends) as run:
        stages = Stages(recipe, run, Artifacts(run.cache, folder))
        outcome = pipeline(stages)
        summary = _summary(stages, outcome, composed.command, folder, time.perf_counter() - started)
    _leave(summary, stages, outcome, composed, folder, group, begun)
    for note in stages.notes:
        progress.say(f"note: {note}")
    if stages.out_of_budget:
        progress.say(f"stopped; report: {folder / 'report.md'}")
        raise OutOfBudget("generate", stages.out_of_budget, "raise budget_usd and run again: what was bought is stored")
    progress.say(closing(summary))
    return summary


def forecast(composed: "Composed", progress: Progress) -> list[str]:
    """What a run would ask for: sections, orders and prompts, without asking."""
    with tempfile.TemporaryDirectory() as nowhere:  # a forecast leaves nothing behind
        with _opened(composed, progress, Path(nowhere), Path(nowhere), spends=False) as run:
            return forecast_lines(composed.recipe, run)


def previewed(composed: "Composed", progress: Progress, count: int, ask: bool) -> Preview:
    """Some of a run's first orders, asked for or only shown; replies go where the run will look for them."""
    cache = cache_folder(composed.recipe)
    with tempfile.TemporaryDirectory() as folder:
        with _opened(composed, progress, Path(folder), cache, spends=ask) as run:
            return preview(Stages(composed.recipe, run, Artifacts(cache, Path(folder))), count, ask)


def calibrated(
    composed: "Composed", progress: Progress, place: Path | None, count: int, with_models: bool
) -> Calibration:  # fmt: skip
    """What the recipe's checks catch of mistakes planted on purpose; `place` holds the examples, else its newest run.

    A model is asked, and paid from the budget, only `with_models`.
    """
    cache = cache_folder(composed.recipe)
    with tempfile.TemporaryDirectory() as folder:
        with _opened(composed, progress, Path(folder), cache, spends=with_models) as run:
            return calibrate(Stages(composed.recipe, run, Artifacts(cache, Path(folder))), place, count, with_models)


def screened(composed: "Composed", progress: Progress, file: Path, folder: Path) -> Screened:
    """A dataset from elsewhere through the recipe's checks and filters; no teacher is asked."""
    recipe = composed.recipe.model_copy(update={"until": "collect"})  # of the whole corpus nothing is held out
    spends = any(part.cost == "money" for part in recipe.validators.values())
    with _opened(composed, progress, folder, cache_folder(recipe), spends=spends) as run:
        return screen(file, Stages(recipe, run, Artifacts(run.cache, folder)))


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)  # bytes there, KiB elsewhere


def cache_folder(recipe: Recipe) -> Path:
    """The recipe's own choice, else SYNTHFORGE_CACHE, else `.cache` beside the runs."""
    chosen = recipe.cache_dir or os.environ.get("SYNTHFORGE_CACHE") or str(Path(recipe.outputs) / ".cache")
    return Path(chosen).expanduser().absolute()


@contextmanager
def _opened(
    composed: "Composed", progress: Progress, folder: Path, cache: Path, *, spends: bool
) -> Iterator[Run]:  # fmt: skip
    """A run with its store open; of the runs that share a budget, one at a time.

    Raises:
        StageError: another one is under way, and together they could pass the budget.
    """
    store = Store(cache / "store.sqlite")
    try:
        with _alone(composed.recipe, cache) if spends else nullcontext():
            yield _run(composed, progress, folder, cache, store)
    finally:
        store.close()


@contextmanager
def _alone(recipe: Recipe, cache: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    if recipe.budget_usd is None:
        yield
        return
    lock = FileLock(cache / f"budget-{fingerprint(recipe.name)}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StageError(
            "generate", f"another run of '{recipe.name}' is spending from the same budget",
            "wait until it is done, then run again: what it bought is used again",
        ) from None  # fmt: skip
    try:
        yield
    finally:
        lock.release()


def _run(composed: "Composed", progress: Progress, folder: Path, cache: Path, store: Store) -> Run:
    recipe = composed.recipe
    cases = recipe.edge_cases

    def brief(order: Order) -> str:
        return cases[order.edge_case].brief(order) if order.edge_case in cases else ""

    def user_brief(order: Order) -> str:
        return cases[order.edge_case].user_brief(order) if order.edge_case in cases else ""

    opened = Run(
        seed=recipe.seed,
        folder=folder,
        cache=cache,
        roots=composed.roots,
        store=store,
        progress=progress,
        wording={case.decision: case.wording for case in cases.values() if case.decision},
        brief=brief,
        user_brief=user_brief,
        redact=recipe.collect.redact,
        payer=recipe.name,
        budget=Budget(recipe.budget_usd, store.spent(recipe.name)),
        prices=recipe.prices,
    )
    return replace(opened, judge=bench(recipe, opened, opened.desk("judge")))


def _summary(stages: Stages, outcome: Outcome, command: str, folder: Path, seconds: float) -> Summary:
    examples = outcome.examples
    kept = [example for example in examples if example.fate == "kept"]
    found = signals(kept)
    base = next((scores.by_difficulty for scores in stages.scores if scores.student == "base"), {})
    return Summary(
        recipe=stages.recipe.name,
        seed=stages.recipe.seed,
        version=__version__,
        command=command,
        folder=str(folder),
        until=stages.recipe.until,
        stand_in=stages.recipe.teacher.stand_in,
        seconds=round(seconds, 1),
        intake=stages.intake,
        fates=fates(examples),
        stages=stages.counts,
        by_stratum=strata(examples, stages.recipe.templates),
        warnings=warnings(examples),
        declared=stages.declared,
        distances=distances(kept, stages.recipe.templates, stages.run),
        signals=found,
        faults=faults(examples, stages.run.store) if stages.reaches("check") else None,
        evaluation=stages.scores,
        differences=stages.differences,
        notes=[*outcome.corpus.warnings, *stages.notes, *doubts(found, base)],
        usage=sum((count.usage for count in stages.counts), Usage()),
        paid=sum((count.paid for count in stages.counts), Usage()),
        spent_usd=stages.run.store.spent(stages.recipe.name),
        budget_usd=stages.recipe.budget_usd,
        peak_mb=round(_peak_mb(), 1),
        redone=sum(not count.cached for count in stages.counts),
    )


def _leave(
    summary: Summary, stages: Stages, outcome: Outcome, composed: "Composed", folder: Path, group: str, begun: str
) -> None:
    """Write what a run leaves behind; the tracker last, and never able to stop it."""
    corpus = [*outcome.corpus.training, *outcome.corpus.held_out, *outcome.corpus.unused]
    kept = [e for e in outcome.examples if e.fate == "kept"]
    if stages.reaches("filter"):
        write_dataset(kept, outcome.evaluation_set, summary, corpus, folder)
    write_text(folder / "manifest.json", _json(_manifest(composed, begun)))
    write_text(folder / "summary.json", summary.model_dump_json(indent=2) + "\n")
    say = stages.run.progress.say
    say("\n" + write_report(summary, outcome.examples, corpus, folder))
    results = {**scalars(summary), "funnel": _funnel(summary)}
    try:
        said = composed.recipe.tracker.log(summary.recipe, group, composed.settings, results, folder)
    except Exception as error:  # a tracker may be anybody's code; the results are written, and it must not cost them
        said = f"tracker: {type(error).__name__}: {error}; the run is complete without it"
    if said:
        say(said)


def closing(summary: Summary) -> str:
    return f"done in {summary.seconds:.0f} s; report: {Path(summary.folder) / 'report.md'}"


def _funnel(summary: Summary) -> list[dict[str, Any]]:
    return [
        count.model_dump(mode="json", include={"name", "came_in", "went_out", "dropped"}) for count in summary.stages
    ]


def _manifest(composed: "Composed", begun: str) -> dict[str, Any]:
    """What made this run: versions of code, packages and platform, and what was typed."""
    packages = ("pydantic", "torch", "transformers", "trl", "peft", "datasketch")
    return {
        "synthforge": __version__,
        "code": code_version(),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": {name: version for name in packages if (version := _installed(name))},
        "overrides": list(composed.overrides),
        "started": begun,
    }


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _json(content: object) -> str:
    import json

    return json.dumps(content, indent=2, sort_keys=False) + "\n"
