"""Rounds: waves of orders until enough examples survive, each made up from what the completed ones have lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.pipeline.collect import sections_of
from synthforge.pipeline.generate import Avoid
from synthforge.pipeline.judging import unjudged
from synthforge.plan import Planner, Waves
from synthforge.recipe import Recipe
from synthforge.records import Document, Example, Order, Verdict
from synthforge.templates.base import Template

AVOIDED = 6
"""Questions of its section that an order is told, the last ones kept: they show what there is, and have to be paid."""

TRANSIENT = ("reply.gave_up", "request.refused", "budget.spent")
"""Why an order has no draft this time, and may have one the next; nothing of its stratum follows from it."""

SURPLUS = "plan.surplus"
"""Code of a survivor that the plan has no place for."""

Make = Callable[[int, Sequence[Order], Sequence[Example]], list[Example]]
"""A wave's number, its orders and the examples of earlier waves in; its examples out, as far as the recipe goes."""


@dataclass(frozen=True)
class Rounds:
    """All examples in the order (round, id), and what is to be said of the plan."""

    examples: list[Example]
    notes: list[str] = field(default_factory=list)


def rounds(recipe: Recipe, planner: Planner, make: Make, going_on: Callable[[], bool]) -> Rounds:
    """The one wave of `orders`, or waves until `target` examples have survived and every share is met.

    `going_on` is asked after each wave; when it says no, what is there so far is what there is.

    Raises:
        StageError: the corpus holds nothing to ask about.
    """
    if recipe.orders is not None:
        return Rounds(make(1, _some(planner.wave(1, recipe.orders)), []))
    assert recipe.target is not None
    waves = Waves(planner, recipe.target, recipe.max_orders)
    examples: list[Example] = []
    orders, number = _some(waves.next()), 1
    while orders:
        made = sorted(make(number, orders, examples), key=lambda example: example.id)
        examples += made
        waves.learn(made, {e.id for e in made if (e.cause and e.cause.code in TRANSIENT) or unjudged(e)})
        orders, number = (waves.next(), number + 1) if going_on() else ([], number)
    return _closed(examples, waves) if recipe.until not in ("generate", "check") else Rounds(examples)


def _closed(examples: Sequence[Example], waves: Waves) -> Rounds:
    """What has no place in the plan is surplus; what the plan lacks is said."""
    chosen = waves.chosen()
    closed = [each.judged(_surplus(each)) if each.fate == "kept" and each.id not in chosen else each
              for each in examples]  # fmt: skip
    notes = list(waves.told())
    if len(chosen) < waves.target:
        notes.append(f"{len(chosen)} of the {waves.target} examples asked for survived {len(examples)} orders")
    return Rounds(closed, notes)


def _surplus(example: Example) -> Verdict:
    order = example.order
    place = ", ".join((order.template, order.difficulty, order.edge_case, order.category))
    reason = f"the target is met without it, and so are the shares that it would count for ({place})"
    return Verdict(stage="filter", by="plan", outcome="failed", code=SURPLUS, reason=reason)


def first_orders(recipe: Recipe, planner: Planner) -> list[Order]:
    """The first wave of a run."""
    if recipe.orders is not None:
        return planner.wave(1, recipe.orders)
    assert recipe.target is not None
    return Waves(planner, recipe.target, recipe.max_orders).next()


def _some(orders: list[Order]) -> list[Order]:
    if not orders:
        raise StageError(
            "generate", "no section of the corpus states a rule that the recipe's templates can use",
            "add documents with rules (must, shall, may not, at least), or templates that suit these",
        )  # fmt: skip
    return orders


def planner_of(
    recipe: Recipe, documents: Sequence[Document], purpose: str, templates: Mapping[str, Template], run: Run
) -> Planner:
    """The recipe's plan over some documents: the only place where a `mix` becomes quotas."""
    mix = recipe.mix
    return Planner(
        templates=templates, edge_cases=recipe.edge_cases, difficulty=mix.difficulty, edge_shares=mix.edge_cases,
        sections=list(sections_of(list(documents))), categories={d.id: d.category for d in documents if d.sections},
        run=run, purpose=purpose, length=mix.length, turns=mix.turns, category=mix.category,
    )  # fmt: skip


def avoided(before: Sequence[Example]) -> Avoid:
    """By section the opening questions that earlier waves kept for it, the last `AVOIDED` in the order (round, id)."""
    questions: dict[str, list[str]] = {}
    for example in sorted(before, key=lambda example: (example.order.round, example.id)):
        if example.fate == "kept" and example.turns:
            questions.setdefault(example.order.targets[0], []).append(example.turns[0].question)
    return {section: tuple(asked[-AVOIDED:]) for section, asked in questions.items()}
