"""Wave after wave: places that are open become orders, survivors take places, and what cannot be had is given up."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from synthforge.plan.orders import Planner
from synthforge.plan.quotas import Cell, Margin, Quotas
from synthforge.plan.strata import FACTORS, Stratum
from synthforge.plan.table import Table, farthest, fitted
from synthforge.plan.yields import Outcomes, Yields, hopeless, whole, within
from synthforge.records import Example, Order

AIM, TAIL = 0.5, 15
"""A wave is to fill half of the open places, and `TAIL` of them where half is less. Aiming at all of them takes fewer
waves, but then many a place gets two survivors while another gets none (500 of 35 %: with an aim of 1 a quarter more
orders than the yield alone asks for, so a tenth)."""


@dataclass
class Waves:
    """The way to `target` survivors within `most` orders; what it does next follows from completed waves alone."""

    planner: Planner
    target: int
    most: int
    survivors: list[Example] = field(default_factory=list)
    ordered: int = 0
    given_up: list[Margin] = field(default_factory=list)
    _outcomes: list[Outcomes] = field(default_factory=list)
    _places: list[Cell] = field(default_factory=list)

    def next(self) -> list[Order]:
        """The next wave; none when every place is filled, no stratum gives more, or `most` are ordered."""
        table = self._fitted()
        self._places = table.places
        cells = [*_asked(table.open, Yields(self._outcomes))][: self.most - self.ordered]
        self.ordered += len(cells)
        return self.planner.place(len(self._outcomes) + 1, cells)

    def learn(self, made: Sequence[Example], lost: Collection[str] = ()) -> None:
        """What became of a wave, in the order of its ids; examples `lost` to the world, by id, say nothing."""
        made = [example for example in made if example.id not in lost]
        kept = [example for example in made if example.fate == "kept"]
        self._outcomes.append(Outcomes(Counter(map(self._cell, made)), Counter(map(self._cell, kept))))
        self.survivors += kept
        self.given_up = hopeless(self._outcomes)

    def chosen(self) -> set[str]:
        """Ids of the survivors that have places, in each stratum the first in the order (round, id)."""
        places = Counter(self._fitted().filled_anyhow())
        ids: set[str] = set()
        for example in self.survivors:
            if places[cell := self._cell(example)] > 0:
                places[cell] -= 1
                ids.add(example.id)
        return ids

    def told(self) -> Iterator[str]:
        """What a person should know of the shares in the end: what gave nothing more, and what is off its share."""
        yield from map(self._told, self.given_up)
        cells = self._fitted().filled_anyhow()
        if len(cells) == self.target:
            margin, has, due = farthest(self._quotas(), self.target, cells)
            if abs(has - due) > 1:
                yield f"farthest from its share: {named(margin)}, {has} kept, {due} wanted"

    def _told(self, margin: Margin) -> str:
        of = [(wave.asked[cell], wave.kept[cell]) for wave in self._outcomes for cell in wave.asked
              if within(whole(cell), margin)]  # fmt: skip
        asked, kept = (sum(column) for column in zip(*of, strict=True))
        known = dict(zip(self.planner.quotas.margins, self.planner.quotas.due(self.target), strict=True))
        wanted = f", {known[margin]} wanted" if margin in known else ""
        if not margin[0]:
            return f"given up: nothing more came of any stratum ({asked} asked, {kept} survived)"
        return f"given up: {named(margin)} ({asked} asked, {kept} survived{wanted}); its share went to the others"

    def _fitted(self) -> Table:
        return fitted(self._quotas(), self.target, [self._cell(each) for each in self.survivors], self._places)

    def _quotas(self) -> Quotas:
        if not self.given_up:
            return self.planner.quotas
        filled = Counter[Cell](map(self._cell, self.survivors)) & Counter(self._places)
        return self.planner.quotas.closing(
            lambda cell: any(within(whole(cell), margin) for margin in self.given_up),
            {cell: count / self.target for cell, count in filled.items()},
        )

    def _cell(self, example: Example) -> Stratum:
        return self.planner.stratum(example.order)


def _asked(open: Sequence[Cell], yields: Yields) -> Iterator[Cell]:
    """Each open place's cell as often as it takes for the wave's aim at its yield, and once at least."""
    aim = max(AIM, min(1.0, TAIL / len(open))) if open else 0.0
    wanted = [aim / yields(cell) for cell in open]
    # Few outcomes make single strata look worse than they are: together they do not yield less than everything did.
    scale = min(1.0, aim * len(open) / yields.overall / sum(wanted)) if open else 1.0
    owed = 0.0
    for cell, orders in zip(open, wanted, strict=True):
        owed += max(1.0, scale * orders)
        yield from [cell] * int(owed)
        owed -= int(owed)


def named(margin: Margin) -> str:
    """A margin in words; 'no length' is said of templates that no length is told to."""
    parts = ((FACTORS[i].replace("_", " "), value) for i, value in zip(*margin, strict=True))
    return ", ".join(f"{factor} {value}" if value else f"no {factor}" for factor, value in parts) or "everything"
