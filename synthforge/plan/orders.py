"""Which examples to order next: exact quotas over task, difficulty, edge case and category, sections in rotation."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from synthforge.context import Run
from synthforge.edge_cases.base import Companions, EdgeCase
from synthforge.plan.quotas import Cell, draw
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
        useful = {s.key: s for suited in self._suited.values() for s in suited}
        self._category_shares = Counter(self.categories[s.document] for s in useful.values())
        self._by_key = {section.key: section for section in self._askable}
        self._siblings: dict[str, list[Section]] = {}
        self._place: dict[str, int] = {}
        for section in self._askable:
            siblings = self._siblings.setdefault(section.document, [])
            self._place[section.key] = len(siblings)
            siblings.append(section)

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

    def wave(self, round: int, count: int, already: Mapping[Cell, int] | None = None) -> list[Order]:
        """`count` orders; `already` are the cells (template, difficulty, edge case, category) kept before."""
        weights = {n: t.weight for n, t in self.templates.items() if n not in self.unsuited}
        possible = {cell for cell, sections in self._suited.items() if sections}
        shares = {"none": 1 - sum(self.edge_shares.values()), **self.edge_shares}
        shares = {case: share for case, share in shares.items() if any((name, case) in possible for name in weights)}
        if not weights or not self._category_shares or not any(share > 0 for share in shares.values()):
            return []
        factors = [weights, self.difficulty, shares, self._category_shares]
        cells = draw(factors, count, already, lambda cell: (cell[0], cell[2]) in possible)
        return [self._order(round, *cell) for cell in cells]

    def _order(self, round: int, template: str, difficulty: str, edge_case: str, category: str) -> Order:
        target = self._next(template, edge_case, category)
        served = (template, edge_case, difficulty, target.key)
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
            category=self.categories[target.document],
            difficulty=difficulty,
            edge_case=edge_case,
            round=round,
            sample=sample + self._first_sample(template),
        )
        return order.model_copy(update={"moves": self.templates[template].script(order, rng)})

    def _first_sample(self, template: str) -> int:
        held_out = self.purpose == "evaluation" and self.templates[template].context == "none"
        return HELD_OUT_SAMPLES if held_out else 0

    def _next(self, template: str, edge_case: str, category: str) -> Section:
        suited = self._suited[template, edge_case]
        in_category = [s for s in suited if self.categories[s.document] == category] or suited
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
