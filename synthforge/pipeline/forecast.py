"""Forecast: what a run would ask of the teacher, counted from the plan; nothing is asked and nothing is spent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from synthforge.context import Run
from synthforge.pipeline.collect import collect, heed, read_corpus, sections_of
from synthforge.pipeline.generate import request
from synthforge.pipeline.split import sides
from synthforge.pipeline.stages import first_wave
from synthforge.plan import Planner
from synthforge.recipe import Recipe
from synthforge.records import Document, Order
from synthforge.sources.base import Source

CHARACTERS_A_TOKEN = 4.0
"""A rough English average; the forecast says 'about'."""


def forecast_lines(recipe: Recipe, run: Run) -> list[str]:
    """Documents, orders by template and edge case, and the prompts' size."""
    settings = recipe.evaluation
    documents, warnings = _collected(recipe.sources, run, "training")
    others = None
    if settings.sources:
        others, more = _collected(settings.sources, run, "evaluation")
        warnings += more
    heed([*documents, *(others or ())], recipe.collect.on_error)
    documents, held_out, shared = sides(documents, others, settings.share, recipe.until == "evaluate", run)
    warnings += shared
    count = recipe.orders or first_wave(recipe.target or 0)
    lines = [f"{recipe.name}: this recipe can run"]
    lines += _side("training", documents, "train", count, recipe, run)
    if recipe.until == "evaluate":
        lines += _side("evaluation", held_out, "evaluation", recipe.evaluation.orders, recipe, run)
    if recipe.target:
        lines.append(
            f"  more is ordered in rounds until {recipe.target:,} survive, {recipe.max_orders:,} drafts at most"
        )
    if warnings:
        lines += ["", f"{len(warnings)} warnings", *(f"  {warning}" for warning in warnings[:20])]
        lines += [f"  … and {len(warnings) - 20} more"] if len(warnings) > 20 else []
    return lines


def _collected(sources: Mapping[str, Source], run: Run, name: str) -> tuple[list[Document], list[str]]:
    collect(sources, run, run.folder / name)
    return read_corpus(run.folder / name)


def _side(name: str, documents: list[Document], purpose: str, count: int, recipe: Recipe, run: Run) -> list[str]:
    sections = list(sections_of(documents))
    planner = Planner(
        templates=recipe.templates, edge_cases=recipe.edge_cases, difficulty=recipe.mix.difficulty,
        edge_shares=recipe.mix.edge_cases, sections=sections, categories={d.id: d.category for d in documents},
        run=run, purpose=purpose,
    )  # fmt: skip
    orders = planner.wave(1, count)
    words = _prompt_tokens(orders, recipe, replace(run, sections={s.key: s for s in sections}))
    return [
        "",
        f"{name}: {len(documents):,} documents, {len(sections):,} sections",
        f"  {len(orders):,} orders, about {words:,} prompt tokens",
        f"  {_counted(Counter(order.template for order in orders))}",
        f"  {_counted(Counter(order.edge_case for order in orders))}",
        *(f"  no section suits the template '{unsuited}'" for unsuited in planner.unsuited),
        *(f"  {impossible}" for impossible in planner.impossible),
    ]


def _prompt_tokens(orders: list[Order], recipe: Recipe, run: Run) -> int:
    requests = (request(order, recipe.templates[order.template], run) for order in orders)
    return round(sum(len(m.content) for r in requests for m in r.messages) / CHARACTERS_A_TOKEN)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.most_common())
