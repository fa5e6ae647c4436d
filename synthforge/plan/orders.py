"""Which examples to order next: exact quotas over task, difficulty, edge case and category, sections in rotation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synthforge.context import Run
from synthforge.edge_cases.base import EdgeCase
from synthforge.plan.quotas import Cell, draw
from synthforge.records import Order, Section
from synthforge.templates.base import Template

EXCERPT_SECTIONS = {"easy": 2, "medium": 3, "hard": 4}
"""Sections shown by difficulty; the more there are, the more the right one has to be found."""

EXCERPT_WORDS = 240
"""Room for the target and its neighbours in one prompt; the target itself is never cut."""


@dataclass
class Planner:
    """Places orders wave by wave over one set of documents; a section serves again only when all others have.

    `categories` maps a document id to its category.
    """

    templates: Mapping[str, Template]
    edge_cases: Mapping[str, EdgeCase]
    difficulty: Mapping[str, float]
    edge_shares: Mapping[str, float]
    sections: Sequence[Section]
    categories: Mapping[str, str]
    run: Run
    purpose: str = "train"
    _served: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        cases = ["none", *sorted(self.edge_shares)]
        self._suited = {
            (name, case): self._shuffled(name, [s for s in self.sections if template.suits(s, case)])
            for name, template in self.templates.items()
            for case in cases
        }
        useful = {s.id: s for suited in self._suited.values() for s in suited}
        self._category_shares = Counter(self.categories[s.document] for s in useful.values())
        self._siblings: dict[str, list[Section]] = {}
        self._place: dict[str, int] = {}
        for section in self.sections:
            siblings = self._siblings.setdefault(section.document, [])
            self._place[section.id] = len(siblings)
            siblings.append(section)

    def _shuffled(self, template: str, sections: list[Section]) -> list[Section]:
        """A seeded order that depends on each section alone, so that a new document moves no other."""
        return sorted(sections, key=lambda s: self.run.rng(self.purpose, template, s.id).random())

    @property
    def unsuited(self) -> list[str]:
        """Templates for which no section can be used."""
        return [name for name in self.templates if not self._suited[name, "none"]]

    def wave(self, round: int, count: int, already: Mapping[Cell, int] | None = None) -> list[Order]:
        """`count` orders; `already` are the cells (template, difficulty, edge case, category) kept before."""
        weights = {n: t.weight for n, t in self.templates.items() if n not in self.unsuited}
        if not weights or not self._category_shares:
            return []
        ordinary = 1 - sum(self.edge_shares.values())
        factors = [weights, self.difficulty, {"none": ordinary, **self.edge_shares}, self._category_shares]
        cells = draw(factors, count, already)
        return [self._order(round, *cell) for cell in cells]

    def _order(self, round: int, template: str, difficulty: str, edge_case: str, category: str) -> Order:
        target = self._next(template, edge_case, category)
        served = (template, edge_case, difficulty, target.id)
        sample = self._served[served]
        self._served[served] += 1
        self._served[target.id,] += 1
        self._served[template, target.id] += 1
        rng = self.run.rng(self.purpose, template, edge_case, difficulty, target.id, sample)
        excerpt = [s.id for s in self._excerpt(target, EXCERPT_SECTIONS.get(difficulty, 3))]
        rng.shuffle(excerpt)
        if edge_case in self.edge_cases:
            excerpt = list(self.edge_cases[edge_case].bend((target.id,), excerpt, rng))
        return Order(
            template=template,
            targets=(target.id,),
            excerpt=tuple(excerpt),
            category=self.categories[target.document],
            difficulty=difficulty,
            edge_case=edge_case,
            round=round,
            sample=sample,
        )

    def _next(self, template: str, edge_case: str, category: str) -> Section:
        suited = self._suited[template, edge_case] or self._suited[template, "none"]
        in_category = [s for s in suited if self.categories[s.document] == category] or suited
        return min(in_category, key=lambda s: (self._served[template, s.id], self._served[s.id,]))

    def _excerpt(self, target: Section, count: int) -> list[Section]:
        """The target and its nearest neighbours in the document, within the room there is."""
        place = self._place[target.id]
        nearest = sorted(self._siblings[target.document], key=lambda s: (abs(self._place[s.id] - place), s.start))
        chosen, words = [target], len(target.text.split())
        for section in nearest:
            length = len(section.text.split())
            if section.id != target.id and len(chosen) < count and words + length <= EXCERPT_WORDS:
                chosen.append(section)
                words += length
        return chosen
