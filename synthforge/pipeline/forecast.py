"""Forecast: what a run would ask of the teacher and what that would cost, counted from the plan; nothing is spent."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from synthforge.context import Run
from synthforge.pipeline.collect import collect, heed, read_corpus, sections_of
from synthforge.pipeline.generate import request
from synthforge.pipeline.rounds import first_orders, planner_of
from synthforge.pipeline.split import sides
from synthforge.plan.yields import FIRST_GUESS
from synthforge.recipe import Recipe
from synthforge.records import Document, Order, Usage
from synthforge.sources.base import Source
from synthforge.teacher.base import Teacher
from synthforge.teacher.batches import Batched
from synthforge.validators.judge import Judge

CHARACTERS_A_TOKEN = 4.0
"""A rough English average; the forecast says 'about'."""

REPLY_TOKENS = 700
"""Guess at the tokens of one reply: some 300 of JSON, and as much again of a model's thinking at low effort.
`synthforge preview` tells what a teacher really takes."""


@dataclass(frozen=True)
class Asked:
    """Requests that a teacher would get, and the tokens of their prompts."""

    teacher: Teacher
    orders: int = 0
    requests: int = 0
    prompt_tokens: int = 0

    def __mul__(self, factor: float) -> "Asked":
        numbers = (self.orders, self.requests, self.prompt_tokens)
        return Asked(self.teacher, *(round(factor * number) for number in numbers))


def forecast_lines(recipe: Recipe, run: Run) -> list[str]:
    """Documents, orders by template and edge case, requests, tokens, and what they would cost."""
    settings = recipe.evaluation
    documents, warnings = _collected(recipe.sources, run, "training")
    others = None
    if settings.sources:
        others, more = _collected(settings.sources, run, "evaluation")
        warnings += more
    heed([*documents, *(others or ())], recipe.collect.on_error)
    documents, held_out, shared = sides(documents, others, settings.share, recipe.until == "evaluate", run)
    warnings += shared
    lines = [f"{recipe.name}: this recipe can run"]
    trained, asked = _side("training", documents, "train", recipe, run)
    lines += trained
    if recipe.target and asked.orders:
        lines.append(
            f"  more is ordered in rounds until {recipe.target:,} survive, {recipe.max_orders:,} drafts at most"
        )
        asked *= min(recipe.target / FIRST_GUESS, recipe.max_orders) / asked.orders
    costs = [("training", asked)]
    if recipe.until == "evaluate":
        examined, asked = _side("evaluation", held_out, "evaluation", recipe, run)
        lines += examined
        costs.append(("evaluation", asked))
    if recipe.judge is not None:
        said, audited = _judged(recipe.judge, [asked for _, asked in costs], recipe)
        lines += ["", *said]
        costs.append(("judge", audited))
    lines += ["", *_cost(costs, recipe)]
    if warnings:
        lines += ["", f"{len(warnings)} warnings", *(f"  {warning}" for warning in warnings[:20])]
        lines += [f"  … and {len(warnings) - 20} more"] if len(warnings) > 20 else []
    return lines


def _collected(sources: Mapping[str, Source], run: Run, name: str) -> tuple[list[Document], list[str]]:
    collect(sources, run, run.folder / name)
    return read_corpus(run.folder / name)


def _side(name: str, documents: list[Document], purpose: str, recipe: Recipe, run: Run) -> tuple[list[str], Asked]:
    sections = list(sections_of(documents))
    planner = planner_of(recipe, documents, purpose, recipe.templates, run)
    training = purpose == "train"
    orders = first_orders(recipe, planner) if training else planner.wave(1, recipe.evaluation.orders)
    teacher = recipe.teacher if training else recipe.evaluation.teacher or recipe.teacher
    asked = _asked(orders, teacher, recipe, replace(run, sections={s.key: s for s in sections}))
    return [
        "",
        f"{name}: {len(documents):,} documents, {len(sections):,} sections",
        f"  {len(orders):,} orders, {asked.requests:,} requests, about {asked.prompt_tokens:,} prompt tokens",
        f"  {_counted(Counter(order.template for order in orders))}",
        f"  {_counted(Counter(order.edge_case for order in orders))}",
        *(f"  no section suits the template '{unsuited}'" for unsuited in planner.unsuited),
        *(f"  {impossible}" for impossible in planner.impossible),
    ], asked


def _asked(orders: list[Order], teacher: Teacher, recipe: Recipe, run: Run) -> Asked:
    """Counted from each order's first prompt; what a conversation adds to its later ones is not."""
    requests = characters = 0
    for order in orders:
        template = recipe.templates[order.template]
        first = request(order, template, run)
        size = sum(len(m.content) for m in first.messages) + len(json.dumps(first.response_schema))
        requests += template.requests(order)
        characters += size * template.requests(order)
    return Asked(teacher, len(orders), requests, round(characters / CHARACTERS_A_TOKEN))


def _judged(judge: Teacher, drafts: list[Asked], recipe: Recipe) -> tuple[list[str], Asked]:
    """What the judge would be asked: its audit can be counted, what the checks leave uncertain cannot."""
    checks = [part for part in recipe.validators.values() if isinstance(part, Judge)]
    if not checks:
        return ["judge: no check asks it (validators: [..., judge])"], Asked(judge)
    orders, requests = sum(asked.orders for asked in drafts), sum(asked.requests for asked in drafts)
    prompt = sum(asked.prompt_tokens for asked in drafts) / max(
        requests, 1
    )  # it is shown the sections that a teacher is
    most = orders * sum(2 if part.twice else 1 for part in checks)
    audits = round(orders * sum(part.audit for part in checks))
    lines = [
        f"judge: audits about {audits:,} of {orders:,} drafts, fewer where checks reject some; and is asked about each "
        f"that they leave uncertain, with {most:,} requests if that were all of them"
    ]
    if judge.called == recipe.teacher.called:
        lines.append(
            "  it is the teacher's own model, and shares its mistakes: one of another family sees more of them"
        )
    return lines, Asked(judge, audits, audits, round(audits * prompt))


def _cost(costs: list[tuple[str, Asked]], recipe: Recipe) -> list[str]:
    """What each side would cost, and both together, beside the budget."""
    lines, total, most = [], 0.0, 0.0
    for name, asked in costs:
        price, model = asked.teacher.price(recipe.prices), asked.teacher.called
        if price is None:
            key = "judge" if name == "judge" else "teacher"
            lines.append(f"cost of {name}: no price is known for '{model}' ({key}.rate says one)")
            continue
        batch = recipe.runner.in_batches and isinstance(asked.teacher, Batched)
        # Priced one by one: together they would pass for one long prompt.
        used = Usage(input_tokens=round(asked.prompt_tokens / max(asked.requests, 1)), output_tokens=REPLY_TOKENS)
        full = used.model_copy(update={"output_tokens": asked.teacher.room})
        about, at_most = (asked.requests * price.cost(each, batch) for each in (used, full))
        total, most = total + about, most + at_most
        if lack := asked.teacher.lacks():
            lines.append(f"{name}: {lack}")
        if about:
            orders = f"{asked.orders:,} orders, " if name == "training" and recipe.target else ""
            lines.append(f"cost of {name}: about ${about:,.2f} with {model} ({orders}{asked.requests:,} requests)")
    if total:
        lines.append(f"in all about ${total:,.2f}; ${most:,.2f} if every reply took all its room")
        lines.append(f"  prices of {recipe.prices.as_of}; {REPLY_TOKENS} tokens are guessed for a reply: see preview")
        lines += ["  twice as many drafts as survivors are reckoned with"] if recipe.target else []
        lines.append("  requests that come to nothing, and rounds beyond that, are not reckoned with")
        budget = recipe.budget_usd
        lines.append(f"  budget_usd: {budget:,.2f}" if budget else "  no budget_usd is set: nothing stops at a sum")
    return lines or ["cost: nothing, this teacher is free"]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.most_common())
