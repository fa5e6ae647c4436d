"""The table: which cells a dataset's places go to, so that every margin is met and what survived already is used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthforge.plan.quotas import Cell, Margin, Quotas

if TYPE_CHECKING:
    from synthforge.plan.quotas import Floats, Whole

OUTSIDE, OPEN, UNEVEN = 20.0, 1.0, 0.01
"""What a margin costs that is off its due by more than 1 (for each beyond), a place that nothing has survived for yet,
and a margin's squared distance from its due: the shares first, then what is paid for already, then evenness."""

CANDIDATES = 128
"""Places and cells that are looked at for one exchange, the most promising ones: more find a few exchanges more."""


@dataclass
class Table:
    """Places by cell. `supply` counts what has survived for each; a place beyond it is open."""

    quotas: Quotas
    target: int
    places: list[Cell] = field(default_factory=list)
    supply: Counter[Cell] = field(default_factory=Counter)

    @property
    def open(self) -> list[Cell]:
        """The places that are still to be filled, in the order in which they were drawn."""
        return self._split()[1]

    @property
    def filled(self) -> list[Cell]:
        """The places that survivors have."""
        return self._split()[0]

    def _split(self) -> tuple[list[Cell], list[Cell]]:
        left = Counter(self.supply)
        filled: list[Cell] = []
        open: list[Cell] = []
        for cell in self.places:
            (filled if left[cell] > 0 else open).append(cell)
            left[cell] -= 1
        return filled, open

    def filled_anyhow(self) -> list[Cell]:
        """The filled places, and as many survivors beyond them as there is room for, those that cost least first: what
        to keep when nothing more can be ordered."""
        import numpy as np

        quotas, due = self.quotas, self.quotas.due(self.target)
        cells = self.filled
        counts, left = quotas.counted(cells), self.supply - Counter(cells)
        while len(cells) < self.target and left.total():
            off = counts - due
            cost = (_cost(off + 1) - _cost(off))[quotas.belongs].sum(axis=1)
            cost[[left[cell] == 0 for cell in quotas.cells]] = np.inf
            best = int(np.argmin(np.round(cost, 6)))
            counts[quotas.belongs[best]] += 1
            left[quotas.cells[best]] -= 1
            cells.append(quotas.cells[best])
        return cells


def farthest(quotas: Quotas, target: int, cells: Sequence[Cell]) -> tuple[Margin, int, int]:
    """The declared marginal or crossing that is the farthest off its due, how many it has, and how many it is due."""
    counts, due = quotas.counted(cells), quotas.due(target)
    off = abs(counts - due)
    off[["" in values for _, values in quotas.margins]] = -1  # there a factor means nothing, and nothing is declared
    worst = int(off.argmax())
    return quotas.margins[worst], int(counts[worst]), int(due[worst])


def fitted(quotas: Quotas, target: int, survivors: Sequence[Cell] = (), before: Sequence[Cell] = ()) -> Table:
    """A table of `target` places in which every margin is within 1 of its due, with as few open places as that allows.

    It starts from the places of the table `before`, as far as they are possible, with one exchange after the other as
    long as that makes it better, so that a place that orders were made for stays until it is filled. A function of
    its arguments alone.
    """
    supply = Counter(cell for cell in survivors if cell in quotas.number)
    table = Table(quotas, target, [cell for cell in before if cell in quotas.number], supply)
    table.places = [*table.filled, *(cell for cell in table.open if cell not in quotas.closed)][:target]
    if len(quotas.closed) < len(quotas.cells):
        table.places += drawn(quotas, target - len(table.places), table.places)
        _improve(table)
    return table


def drawn(quotas: Quotas, count: int, before: Sequence[Cell] = ()) -> list[Cell]:
    """`count` cells after those `before`, each the one whose margins lag their shares the most.

    Every prefix is close to the shares, and a longer drawing begins like a shorter one, so that the replies of a small
    run serve a larger one too.
    O(count x cells).
    """
    import numpy as np

    counts = quotas.counted(before)
    # A marginal that is off by one matters more than a crossing that is: it is what the recipe declares.
    weight = np.array([4.0 if len(group) == 1 else 1.0 for group, _ in quotas.margins])
    shut = [cell in quotas.closed for cell in quotas.cells]
    cells: list[Cell] = []
    for step in range(len(before) + 1, len(before) + count + 1):
        lag = weight * (quotas.expected * step - counts)
        lags = np.round(lag[quotas.belongs].sum(axis=1), 6)
        lags[shut] = -np.inf
        best = int(np.argmax(lags))  # the first of equals
        counts[quotas.belongs[best]] += 1
        cells.append(quotas.cells[best])
    return cells


def _improve(table: Table) -> None:
    """Exchange one place's cell for another as long as some exchange lowers the cost."""
    quotas, due = table.quotas, table.quotas.due(table.target)
    counts = quotas.counted(table.places)
    held = Counter(table.places)
    while (exchange := _best_exchange(quotas, counts, due, held, table.supply)) is not None:
        leaving, coming = exchange
        counts[quotas.belongs[leaving]] -= 1
        counts[quotas.belongs[coming]] += 1
        held[quotas.cells[leaving]] -= 1
        held[quotas.cells[coming]] += 1
        _last(table.places, quotas.cells[leaving])
        table.places.append(quotas.cells[coming])


def _best_exchange(
    quotas: Quotas, counts: "Whole", due: "Whole", held: Counter[Cell], supply: Counter[Cell]
) -> tuple[int, int] | None:
    """The cells to leave and to go to by which the cost falls the most; None when it cannot fall."""
    import numpy as np

    off = counts - due
    less, more = _cost(off - 1) - _cost(off), _cost(off + 1) - _cost(off)
    have = np.array([held[cell] for cell in quotas.cells])
    there = np.array([supply[cell] for cell in quotas.cells])
    leave = less[quotas.belongs].sum(axis=1) - OPEN * (have > there)
    come = more[quotas.belongs].sum(axis=1) + OPEN * (have >= there)
    leave[have == 0] = np.inf
    come[[cell in quotas.closed and held[cell] >= supply[cell] for cell in quotas.cells]] = np.inf
    leaving, coming = (np.argsort(np.round(each, 6), kind="stable")[:CANDIDATES] for each in (leave, come))
    # What both cells belong to does not change.
    same = quotas.belongs[leaving][:, None, :] == quotas.belongs[coming][None, :, :]
    both = (less + more)[quotas.belongs[leaving]][:, None, :] * same
    change = np.round(leave[leaving][:, None] + come[coming][None, :] - both.sum(axis=2), 6)
    change[~np.isfinite(change)] = 0
    change[leaving[:, None] == coming[None, :]] = 0
    best = int(np.argmin(change))
    if change.flat[best] >= 0:
        return None
    return int(leaving[best // len(coming)]), int(coming[best % len(coming)])


def _cost(off: "Whole") -> "Floats":
    import numpy as np

    cost: Floats = OUTSIDE * np.maximum(np.abs(off) - 1, 0) + UNEVEN * off.astype(float) ** 2
    return cost


def _last(cells: list[Cell], cell: Cell) -> None:
    """Take out its last occurrence: what was drawn first stays."""
    del cells[len(cells) - 1 - cells[::-1].index(cell)]
