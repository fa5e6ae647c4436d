"""Mutants: good examples with one mistake of a kind in each, made as a teacher makes it and rendered as a run would."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Literal, get_args

from synthforge.context import Run
from synthforge.corruption import MISTAKES
from synthforge.meaning.quotes import locate
from synthforge.pipeline.statements import rendered
from synthforge.records import Claim, Document, Evidence, Example, Record, Section, Turn, fingerprint
from synthforge.templates.base import Template

Style = Literal["accepted", "extractive", "paraphrased"]
"""Where an example is from: accepted by a run; a sentence of the corpus as it stands; the same in other words."""
STYLES: tuple[Style, ...] = get_args(Style)

SURROUNDINGS = 12
"""Sections near those that an example cites, and as many far ones, that a mistake may be made of."""


class Good(Record):
    """An example before anything was done to it. `known` are the checks that it has passed once already."""

    style: Style
    example: Example
    known: tuple[str, ...] = ()


class Mutant(Record):
    """An example with one mistake in it: which, in which fields, and the words that it changed."""

    of: str
    """The id of the example without it."""
    kind: str
    style: Style
    label: str
    where: str
    before: str
    after: str
    turn: int
    """The one it stands in, counted from 0."""
    example: Example


def mutants(
    good: Sequence[Good], templates: Mapping[str, Template], corpus: Sequence[Document], run: Run, at_most: int
) -> Iterator[Mutant]:
    """Up to `at_most` of each kind in each style, one of a kind from an example, in the order of the examples."""
    around = Surroundings(corpus)
    for kind in MISTAKES:
        for style in STYLES:
            made = (mutant(each, kind, templates, around, run) for each in good if each.style == style)
            found = (each for each in made if each is not None)
            for _, each in zip(range(at_most), found, strict=False):
                yield each


def mutant(good: Good, kind: str, templates: Mapping[str, Template], around: "Surroundings", run: Run) -> Mutant | None:
    """The mistake in one of the example's turns; None where none of them can carry it."""
    example = good.example
    rng = run.rng("mutant", kind, example.id)
    sections = around.of(example, rng)
    for at in rng.sample(range(len(example.turns)), len(example.turns)):
        fault = MISTAKES[kind].plant(example.turns[at], sections, rng)
        if fault is not None:
            turns = (*example.turns[:at], relocated(fault.turn, run), *example.turns[at + 1 :])
            changed = rendered(example, turns, templates[example.order.template], run)
            changed = changed.model_copy(update={"id": fingerprint("mutant", kind, example.id), "verdicts": ()})
            return Mutant(
                of=example.id, kind=kind, style=good.style, label=fault.label, where=fault.where, before=fault.before,
                after=fault.after, turn=at, example=changed,
            )  # fmt: skip
    return None


def relocated(turn: Turn, run: Run) -> Turn:
    """Evidence with its place where it is found in the section it names, as in every draft of a teacher."""
    return turn.model_copy(update={"claims": tuple(_located(claim, run) for claim in turn.claims)})


def _located(claim: Claim, run: Run) -> Claim:
    evidence = claim.evidence
    section = run.sections.get(evidence.section)
    span = locate(evidence.quote, section) if section and evidence.start is None else None
    if section is None or span is None:
        return claim
    start, end = span
    quote = section.text[start - section.start : end - section.start]
    found = Evidence(section=section.key, quote=quote, start=start, end=end)
    return claim.model_copy(update={"evidence": found})


class Surroundings:
    """What a mistake may be made of: the sections shown and cited, those beside them, and some far ones."""

    def __init__(self, corpus: Sequence[Document]) -> None:
        self._sections = [section for document in corpus for section in document.sections]
        self._at = {section.key: at for at, section in enumerate(self._sections)}

    def of(self, example: Example, rng: Random) -> dict[str, Section]:
        """By key, those that the example shows first."""
        cited = [claim.evidence.section for turn in example.turns for claim in turn.claims]
        own = [self._at[key] for key in (*example.order.excerpt, *example.order.targets, *cited) if key in self._at]
        homes = {self._sections[at].document for at in own}
        near = [
            at + step
            for step in sorted(range(-SURROUNDINGS, SURROUNDINGS + 1), key=abs)
            for at in own[:1] + own[-1:]
            if 0 <= at + step < len(self._sections) and self._sections[at + step].document in homes
        ]
        drawn = rng.sample(range(len(self._sections)), min(2 * SURROUNDINGS, len(self._sections)))
        far = [at for at in drawn if self._sections[at].document not in homes]
        chosen = dict.fromkeys([*own, *near[: 2 * SURROUNDINGS], *far[:SURROUNDINGS]])
        return {self._sections[at].key: self._sections[at] for at in chosen}
