"""Which examples to order: cells of the plan in, orders out, their sections in rotation."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from synthforge.context import Run
from synthforge.edge_cases.base import Companions, EdgeCase
from synthforge.errors import StageError
from synthforge.plan.quotas import Cell, Quotas, scaled
from synthforge.plan.strata import Stratum, crossed
from synthforge.plan.table import fitted
from synthforge.records import Order, Section
from synthforge.templates.base import Template

EXCERPT_SECTIONS = {"easy": 2, "medium": 3, "hard": 4}
"""Sections shown by difficulty; the more there are, the more the right one has to be found."""

EXCERPT_WORDS = 240
"""Room for the targets and their neighbours in one prompt; the targets themselves are never cut."""

HELD_OUT_SAMPLES = 1000
"""Closed-book questions of the evaluation count from here: they are asked of the documents that are trained on."""


@dataclass
class Planner:
    """Places orders wave by wave over one set of documents; a section serves again only when all others have.

    `categories` maps a document id to its category; `category` are declared shares of them, and where there are none
    each has the share of its usable sections.
    """

    templates: Mapping[str, Template]
    edge_cases: Mapping[str, EdgeCase]
    difficulty: Mapping[str, float]
    edge_shares: Mapping[str, float]
    sections: Sequence[Section]
    categories: Mapping[str, str]
    run: Run
    purpose: str = "train"
    length: Mapping[str, float] = field(default_factory=lambda: {"medium": 1.0})
    turns: Mapping[int, float] = field(default_factory=lambda: {3: 1.0})
    category: Mapping[str, float] = field(default_factory=dict)
    _served: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        cases = ["none", *sorted(self.edge_shares)]
        # What only introduces others is shown with each of them, as its lead-in.
        self._askable = [section for section in self.sections if not section.introduces]
        self._companions = self._joined(cases)
        suited: dict[tuple[str, str], list[Section]] = {(name, case): [] for name in self.templates for case in cases}
        for section in self._askable:
            for (name, case), sections in suited.items():
                together = self._companions.get((name, case))
                if (together is None or section.key in together) and self.templates[name].suits(section, case):
                    sections.append(section)
        self._suited = {cell: self._shuffled(cell[0], sections) for cell, sections in suited.items()}
        self._by_key = {section.key: section for section in self._askable}
        self._siblings: dict[str, list[Section]] = {}
        self._place: dict[str, int] = {}
        for section in self._askable:
            siblings = self._siblings.setdefault(section.document, [])
            self._place[section.key] = len(siblings)
            siblings.append(section)

    @cached_property
    def declared(self) -> dict[str, dict[str, float]]:
        """The share of every value of every factor, as far as there is something to ask; length and turns are shared
        among the templates that they mean something to.

        Raises:
            StageError: a category is declared that no document has.
        """
        there = sorted(set(self.categories.values()))
        unknown = sorted(set(self.category) - set(there))
        if unknown and self.purpose == "train":  # fewer documents are held out, and not of every category
            raise StageError(
                "generate", f"mix.category names '{unknown[0]}', which no document has (there are: {', '.join(there)})",
                "correct the name, or give a source that category",
            )  # fmt: skip
        useful = {section.key: section for sections in self._suited.values() for section in sections}
        counted = Counter(self.categories[section.document] for section in useful.values())
        of: dict[str, Mapping[str, float]] = {
            "template": {name: each.weight for name, each in self.templates.items() if name not in self.unsuited},
            "difficulty": self.difficulty,
            "edge_case": {"none": round(1 - sum(self.edge_shares.values()), 9), **self.edge_shares},
            "category": {name: share for name, share in self.category.items() if name in there} or counted,
            "length": self.length if self._lengthy else {},
            "turns": {str(turns): share for turns, share in self.turns.items()} if self._talking else {},
        }
        return {factor: scaled(shares) for factor, shares in of.items()}

    @cached_property
    def quotas(self) -> Quotas:
        """What is declared, over what the corpus can carry."""
        there = {
            (template, case, self.categories[section.document])
            for (template, case), sections in self._suited.items()
            for section in sections
        }
        return crossed(self.templates, self.declared, lambda *cell: cell in there)

    @cached_property
    def _lengthy(self) -> set[str]:
        return {name for name, each in self.templates.items() if each.heeds_length}

    @cached_property
    def _talking(self) -> set[str]:
        return {name for name, each in self.templates.items() if each.converses}

    def stratum(self, order: Order) -> Stratum:
        """The cell that an order was placed for."""
        return Stratum(
            order.template, order.difficulty, order.edge_case, order.category,
            order.length if order.template in self._lengthy else "",
            str(order.turns) if order.template in self._talking else "",
        )  # fmt: skip

    def _joined(self, cases: Sequence[str]) -> dict[tuple[str, str], Companions]:
        """For a template and an edge case the sections that go together, where they need several.

        A task that needs its own several sections cannot be a case that needs other ones.
        """
        of_cases = {case: self.edge_cases[case].companions(self._askable) for case in cases if case in self.edge_cases}
        found: dict[tuple[str, str], Companions] = {}
        for name, template in self.templates.items():
            own = template.companions(self._askable)
            for case in cases:
                others = of_cases.get(case)
                if own is not None and others is not None:
                    found[name, case] = {}
                elif (together := own if others is None else others) is not None:
                    found[name, case] = together
        return found

    def _shuffled(self, template: str, sections: list[Section]) -> list[Section]:
        """A seeded order that depends on each section alone, so that a new document moves no other."""
        return sorted(sections, key=lambda s: self.run.rng(self.purpose, template, s.key).random())

    @property
    def unsuited(self) -> list[str]:
        """Templates for which no section can be used."""
        return [name for name in self.templates if not self._suited[name, "none"]]

    @property
    def impossible(self) -> Iterator[str]:
        """What is declared and cannot be ordered from this corpus, and why: edge cases, and an edge case of a task."""
        asked = [name for name in self.templates if name not in self.unsuited]
        for case, share in sorted(self.edge_shares.items()):
            without = [name for name in asked if not self._suited[name, case]] if share > 0 else []
            needs = (self.edge_cases[case].needs if case in self.edge_cases else "") or "a section that suits it"
            if asked and without == asked:
                yield f"no {case} is ordered: it needs {needs}; there is none, and its share goes to the others"
            elif without:
                yield f"no {case} is ordered of {', '.join(without)}: no section is both; other tasks make up for it"

    def wave(self, round: int, count: int) -> list[Order]:
        """`count` orders over all strata, each marginal and two-way crossing within 1 of its due."""
        return self.place(round, fitted(self.quotas, count).places)

    def place(self, round: int, cells: Sequence[Cell]) -> list[Order]:
        """One order for each cell, in their order."""
        return [self._order(round, Stratum(*cell)) for cell in cells]

    def _order(self, round: int, cell: Stratum) -> Order:
        template, difficulty, edge_case, category = cell[:4]
        target = self._next(template, edge_case, category)
        served = (template, edge_case, target.key)
        sample = self._served[served]
        targets = self._targets(target, template, edge_case, self._served[template, target.key])
        self._served[served] += 1
        self._served[target.key,] += 1
        self._served[template, target.key] += 1
        rng = self.run.rng(self.purpose, template, edge_case, difficulty, target.key, sample)
        order = Order(
            template=template,
            targets=tuple(section.key for section in targets),
            excerpt=self._shown(targets, template, difficulty, edge_case, rng),
            category=category,
            difficulty=difficulty,
            edge_case=edge_case,
            length=cell.length or "medium",
            turns=int(cell.turns or 1),
            round=round,
            sample=sample + self._first_sample(template),
        )
        return order.model_copy(update={"moves": self.templates[template].script(order, rng)})

    def _first_sample(self, template: str) -> int:
        held_out = self.purpose == "evaluation" and self.templates[template].context == "none"
        return HELD_OUT_SAMPLES if held_out else 0

    def _next(self, template: str, edge_case: str, category: str) -> Section:
        suited = self._suited[template, edge_case]
        in_category = [s for s in suited if self.categories[s.document] == category]
        return min(in_category, key=lambda s: (self._served[template, s.key], self._served[s.key,]))

    def _targets(self, target: Section, template: str, edge_case: str, served: int) -> list[Section]:
        """The section with those it is asked about together, a different choice each time it serves."""
        choices = self._companions.get((template, edge_case), {}).get(target.key, ((),))
        return [target, *(self._by_key[key] for key in choices[served % len(choices)])]

    def _shown(
        self, targets: Sequence[Section], template: str, difficulty: str, edge_case: str, rng: Random
    ) -> tuple[str, ...]:
        """The excerpt in the order in which the student sees it; a closed-book question has none."""
        if self.templates[template].context == "none":
            return ()
        excerpt = [s.key for s in self._excerpt(targets, EXCERPT_SECTIONS.get(difficulty, 3))]
        rng.shuffle(excerpt)
        if edge_case in self.edge_cases:
            return self.edge_cases[edge_case].bend([section.key for section in targets], excerpt, rng)
        return tuple(excerpt)

    def _excerpt(self, targets: Sequence[Section], count: int) -> list[Section]:
        """The targets and the first one's nearest neighbours in the document, within the room there is."""
        place = self._place[targets[0].key]
        nearest = sorted(self._siblings[targets[0].document], key=lambda s: (abs(self._place[s.key] - place), s.start))
        chosen, words = [*targets], sum(len(section.text.split()) for section in targets)
        for section in nearest:
            length = len(section.text.split())
            if section not in targets and len(chosen) < count and words + length <= EXCERPT_WORDS:
                chosen.append(section)
                words += length
        return chosen
