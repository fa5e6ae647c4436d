"""Calibrate: good examples corrupted on purpose, and what a recipe's checks make of them; mutation testing for data.

Neither side knows the other: mistakes are planted from what teachers get wrong, checks judge what they are shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import Field

from synthforge.context import Run
from synthforge.corruption import MISTAKES
from synthforge.errors import StageError
from synthforge.evaluation.intervals import Interval, wilson
from synthforge.pipeline.accepted import accepted, newest_run
from synthforge.pipeline.check import check, transient
from synthforge.pipeline.collect import sections_of
from synthforge.pipeline.forecast import CHARACTERS_A_TOKEN, REPLY_TOKENS
from synthforge.pipeline.generate import instructed
from synthforge.pipeline.mutants import STYLES, Good, Mutant, Style, mutants
from synthforge.pipeline.stages import Stages
from synthforge.pipeline.statements import answering, reworded, statements
from synthforge.pipeline.thresholds import Threshold, thresholds
from synthforge.plugin import Cost
from synthforge.recipe import Recipe
from synthforge.records import Document, Example, Record, Usage
from synthforge.validators.base import Validator
from synthforge.validators.judge import Judge

POOL = 4
"""Examples drawn for each mistake of a kind that is wanted: few of them can carry every kind."""


class Detection(Record):
    """Examples of one style with a mistake of one kind: rejected, held and slipped add up to `n`.

    `caught` is the share rejected or held. `by` counts those that a check and its code ("facts:number.unsupported")
    stopped, `alone` those that no other check did.
    """

    kind: str
    style: Style
    n: int
    rejected: int
    held: int
    slipped: int
    caught: Interval
    by: dict[str, int]
    alone: dict[str, int]


class Untouched(Record):
    """True examples of one style, and how many of them the checks stopped nevertheless; `lost` is their share."""

    style: Style
    n: int
    rejected: int
    held: int
    lost: Interval
    by: dict[str, int]


class LeftOut(Record):
    """A check that asks a model, and was not asked: about how many examples it would be, how many tokens these have,
    and what the judge's answers would cost; None without a judge or a price."""

    validator: str
    cost: Cost
    questions: int
    tokens: int
    usd: float | None = None


class Calibration(Record):
    """What came of it; the examples in it are written to files of their own."""

    recipe: str
    seed: int
    at_most: int
    source: str
    """Where the accepted examples are from; '' where there were none."""
    validators: tuple[str, ...]
    detections: tuple[Detection, ...]
    untouched: tuple[Untouched, ...]
    thresholds: tuple[Threshold, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    slipped: tuple[Mutant, ...] = Field(exclude=True)
    false_rejections: tuple[Good, ...] = Field(exclude=True)


def calibrate(stages: Stages, place: Path | None, at_most: int, with_models: bool) -> Calibration:
    """Corrupt good examples, up to `at_most` of each kind of mistake and style, and count what the checks stop.

    Only what passes untouched is corrupted: a mistake in an example that is rejected anyway proves nothing.

    Args:
        place: a run folder or a file of examples; None for the recipe's newest run, if it has one.

    Raises:
        StageError: there is nothing to corrupt, or no check to test.
        UsageError: `place` holds no examples of this recipe.
    """
    recipe = stages.recipe
    asked = {n: v for n, v in recipe.validators.items() if with_models or v.cost in ("free", "cheap")}
    if not asked:
        remedy = "add --with-models to ask them, or a check that is free: 'validators=[grounding]'"
        raise StageError("calibrate", "every check of this recipe asks a model", remedy)
    place = place or newest_run(recipe)
    kept = accepted(place, recipe) if place else []
    # Nothing is examined here, so a corpus too small to hold documents out will do.
    corpus = replace(stages, recipe=recipe.model_copy(update={"until": "check"})).collect().training
    templates = {**dict([answering(recipe.templates)]), **recipe.templates}
    run = instructed(replace(stages.run, sections={section.key: section for section in sections_of(corpus)}), templates)

    good, notes = gathered(kept, recipe, corpus, run, POOL * at_most)
    judged = check([each.example for each in good], asked, recipe.edge_cases, run)
    good = [each.model_copy(update={"example": example}) for each, example in zip(good, judged, strict=True)]
    passed = [each for each in good if each.example.fate == "kept"]

    made = list(mutants(passed, templates, corpus, run, at_most))
    judged = check([each.example for each in made], asked, recipe.edge_cases, run)
    made = [each.model_copy(update={"example": example}) for each, example in zip(made, judged, strict=True)]
    if lacking := [kind for kind in MISTAKES if all(kind != each.kind for each in made)]:
        notes.append(f"no example that passes untouched can carry: {', '.join(lacking)}")
    everything = [*(each.example for each in good), *(each.example for each in made)]
    if silent := sum(any(map(transient, example.verdicts)) for example in everything):
        notes.append(f"a model gave no answer about {silent:,} examples, which count as held: run it again")

    def unchosen(name: str) -> list[Example]:
        return [each.example for each in good if name not in each.known]

    return Calibration(
        recipe=recipe.name, seed=recipe.seed, at_most=at_most, source=str(place) if kept else "",
        validators=tuple(asked), detections=tuple(detections(made)), untouched=tuple(untouched(good)),
        thresholds=thresholds(asked, unchosen, [each.example for each in made]),
        left_out=tuple(left_out(recipe, asked, everything)),
        notes=tuple(notes), slipped=tuple(each for each in made if each.example.fate == "kept"),
        false_rejections=tuple(each for each in good if each.example.fate != "kept"),
    )  # fmt: skip


def gathered(
    kept: Sequence[Example], recipe: Recipe, corpus: Sequence[Document], run: Run, wanted: int
) -> tuple[list[Good], list[str]]:
    """Accepted examples and true statements, up to `wanted` of each, and what is to be said of them.

    Statements come along beside accepted examples: only of what the checks have had no part in choosing can be told
    how often they are wrong.

    Raises:
        StageError: there are neither.
    """
    usable = sorted((each for each in kept if _usable(each, recipe, run)), key=lambda each: each.id)
    notes = []
    if gone := len(kept) - len(usable):
        notes.append(f"{gone:,} of {len(kept):,} accepted examples were left out: their sections or tasks are gone")
    drawn = run.rng("calibrate").sample(usable, min(wanted, len(usable)))
    good = [Good(style="accepted", example=_fresh(e), known=tuple(sorted({v.by for v in e.verdicts}))) for e in drawn]
    _, template = answering(recipe.templates)
    for example in statements(corpus, recipe.templates, run, wanted):
        good.append(Good(style="extractive", example=example))
        if (other := reworded(example, template, run)) is not None:
            good.append(Good(style="paraphrased", example=other))
    if not good:
        raise StageError(
            "calibrate", "no example was accepted, and no sentence of the documents says what must or may be done",
            "run the recipe first, at least until=filter: what it keeps can be corrupted",
        )  # fmt: skip
    return good, notes


def _usable(example: Example, recipe: Recipe, run: Run) -> bool:
    cited = {claim.evidence.section for turn in example.turns for claim in turn.claims}
    known = {*example.order.excerpt, *example.order.targets, *cited} <= set(run.sections)
    return known and example.order.template in recipe.templates


def _fresh(example: Example) -> Example:
    """Without its history, which must not speak for it here."""
    return example.model_copy(update={"verdicts": (), "replies": (), "usage": Usage()})


def stopped_by(example: Example) -> tuple[list[str], bool]:
    """The checks with their codes that stopped an example, and whether they are one check's."""
    verdicts = [v for v in example.verdicts if v.outcome == "failed" or v in example.unsettled]
    names = dict.fromkeys(f"{v.by}:{v.code.partition(':')[0]}" for v in verdicts)
    return list(names), len({v.by for v in verdicts}) == 1


def detections(made: Sequence[Mutant]) -> Iterator[Detection]:
    """By kind and style, in the order of the kinds."""
    for kind in MISTAKES:
        for style in STYLES:
            examples = [each.example for each in made if (each.kind, each.style) == (kind, style)]
            if not examples:
                continue
            fates = Counter(example.fate for example in examples)
            stopped = [stopped_by(example) for example in examples]
            yield Detection(
                kind=kind, style=style, n=len(examples), rejected=fates["rejected"], held=fates["held"],
                slipped=fates["kept"], caught=wilson(fates["rejected"] + fates["held"], len(examples)),
                by=_counted(name for names, _ in stopped for name in names),
                alone=_counted(name for names, one in stopped if one for name in names),
            )  # fmt: skip


def untouched(good: Sequence[Good]) -> Iterator[Untouched]:
    for style in STYLES:
        examples = [each.example for each in good if each.style == style]
        if examples:
            fates = Counter(example.fate for example in examples)
            yield Untouched(
                style=style, n=len(examples), rejected=fates["rejected"], held=fates["held"],
                lost=wilson(len(examples) - fates["kept"], len(examples)),
                by=_counted(name for example in examples for name in stopped_by(example)[0]),
            )  # fmt: skip


def _counted(names: Iterator[str]) -> dict[str, int]:
    """The most frequent first; equal ones by name."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def left_out(recipe: Recipe, asked: Mapping[str, Validator], examples: Sequence[Example]) -> Iterator[LeftOut]:
    """What the checks that ask a model would be asked: about examples that the others have not rejected."""
    rest = [example for example in examples if example.fate in ("kept", "held")]
    for name, part in recipe.validators.items():
        if name not in asked:
            judges = isinstance(part, Judge)
            about = [example for example in rest if not isinstance(part, Judge) or part.asks_about(example)]
            characters = sum(len(message.content) for example in about for message in example.messages)
            tokens = round(characters / CHARACTERS_A_TOKEN)
            price = recipe.judge.price(recipe.prices) if judges and recipe.judge else None
            each = Usage(input_tokens=round(tokens / max(len(about), 1)), output_tokens=REPLY_TOKENS)
            usd = round(price.cost(each) * len(about), 2) if price else None
            yield LeftOut(validator=name, cost=part.cost, questions=len(about), tokens=tokens, usd=usd)
