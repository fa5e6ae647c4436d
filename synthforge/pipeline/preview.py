"""Preview: the prompts of a run's first orders, and what a teacher makes of them; a later run uses the same replies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synthforge.pipeline.check import check
from synthforge.pipeline.collect import sections_of
from synthforge.pipeline.generate import generate, instructed, request
from synthforge.pipeline.judging import bench
from synthforge.pipeline.rounds import first_orders, planner_of
from synthforge.pipeline.stages import Stages
from synthforge.records import Example, Order, Request
from synthforge.store import Ledger


@dataclass(frozen=True)
class Previewed:
    """One order of the run's first wave; `example` is None when nothing was asked."""

    request: Request
    example: Example | None = None


@dataclass(frozen=True)
class Preview:
    items: Sequence[Previewed]
    ledger: Ledger
    orders: int
    """In the first wave, of which these are some."""


def preview(stages: Stages, count: int, ask: bool) -> Preview:
    """`count` of the first wave's orders, as many templates and edge cases among them as there can be."""
    recipe = stages.recipe
    corpus = stages.collect()
    run = replace(stages.run, sections={s.key: s for s in sections_of(corpus.training)})
    run = instructed(run, recipe.templates)
    orders = first_orders(recipe, planner_of(recipe, corpus.training, "train", recipe.templates, run))
    chosen = sorted(_various(orders, count), key=lambda order: order.id)
    requests = [request(order, recipe.templates[order.template], run) for order in chosen]
    desk = run.desk("preview")
    if not ask:
        return Preview([Previewed(each) for each in requests], desk.ledger, len(orders))
    drafts = generate(chosen, recipe.templates, recipe.teacher, run, desk=desk)
    asking = replace(run, judge=bench(recipe, run, desk))
    checked = check(drafts, recipe.validators, recipe.edge_cases, asking, recipe.strictness)
    return Preview([Previewed(*pair) for pair in zip(requests, checked, strict=True)], desk.ledger, len(orders))


def _various(orders: Sequence[Order], count: int) -> list[Order]:
    """One after the other the order that is least like those taken before."""
    rest, chosen = list(orders), list[Order]()
    while rest and len(chosen) < count:
        tasks, cases = [o.template for o in chosen], [o.edge_case for o in chosen]
        best = min(rest, key=lambda o: (tasks.count(o.template), cases.count(o.edge_case)))
        rest.remove(best)
        chosen.append(best)
    return chosen
