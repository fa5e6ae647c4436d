"""What a part may touch while a recipe runs: the corpus, the store, a seeded random source, and the progress line.

Parts never import each other's families and never open clients, files or clocks of their own; everything shared
comes through the `Run` that the pipeline hands them.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

from synthforge.errors import RowError
from synthforge.meaning.ranking import Index
from synthforge.money.budget import Budget
from synthforge.money.prices import Prices
from synthforge.privacy import Redact
from synthforge.records import Decision, Order, Reply, Request, Section, fingerprint
from synthforge.store import Ledger, Store
from synthforge.walk import matching


class Bar(Protocol):
    """A running count of one stage."""

    def advance(self, count: int = 1) -> None: ...


class Progress(Protocol):
    """Where a run speaks to a person."""

    def say(self, text: str) -> None: ...

    def bar(self, stage: str, total: int) -> AbstractContextManager[Bar]: ...


class Model(Protocol):
    """A model that a part may ask; its replies are stored, and paid from the budget, as a teacher's are."""

    @property
    def identity(self) -> Mapping[str, object]:
        """What decides its replies beside the request."""

    def ask(self, requests: Sequence[Request]) -> Sequence[Reply | RowError]:
        """The reply to each, or what went wrong, in their order.

        Raises:
            StageError: there is no use in asking on; what came is stored.
        """


@dataclass(frozen=True)
class Desk:
    """Where a stage asks from: what its attempts are written to, what they are paid from, and at which prices."""

    ledger: Ledger
    budget: Budget
    prices: Prices
    say: Callable[[str], None] = print


@dataclass(frozen=True)
class Run:
    """The context of one run; `sections` is empty until documents have been collected."""

    seed: int
    folder: Path
    cache: Path
    roots: Sequence[Path]
    store: Store
    progress: Progress
    wording: Mapping[Decision, str] = field(default_factory=dict)
    """How a decision is said in the production format; one that is not listed is said by its own name."""
    brief: Callable[[Order], str] = lambda order: ""
    """What a template tells the teacher about an order's edge case ('' for an ordinary one)."""
    user_brief: Callable[[Order], str] = lambda order: ""
    """What it tells the user's side of a simulated conversation, which does not see the source."""
    instructions: Callable[[Order], str] = lambda order: ""
    """All that the prompts for an order say in the recipe's and the package's own words: no document, no query."""
    redact: Redact | None = None
    """What is masked in every document before anything else sees it."""
    sections: Mapping[str, Section] = field(default_factory=dict)
    """The corpus by section key."""
    payer: str = ""
    """Whose money is spent: the recipe's name. All its runs share one budget."""
    budget: Budget = field(default_factory=Budget)
    """Shared by everything in a run that pays."""
    prices: Prices = field(default_factory=lambda: Prices(as_of=date.min, source="none"))
    judge: Model | None = None
    """Another model than the teacher, to be asked what it thinks of examples."""

    @cached_property
    def corpus(self) -> str:
        """A hash of everything that can be cited, under every name it has."""
        return fingerprint(
            "corpus", sorted((s.key, s.citation, s.edition, s.text, s.lead_in, s.path) for s in self.sections.values())
        )

    @cached_property
    def index(self) -> Index:
        """The corpus, to be searched by what a statement says."""
        return Index(self.sections)

    @cached_property
    def by_citation(self) -> Mapping[str, Section]:
        """The corpus by displayed citation."""
        return {section.citation: section for section in self.sections.values()}

    def desk(self, stage: str) -> Desk:
        """A page of its own in the ledger, for one stage."""
        return Desk(Ledger(self.store, self.payer, stage), self.budget, self.prices, self.progress.say)

    def rng(self, *names: object) -> random.Random:
        """A random source that depends on the recipe's seed and `names` alone, never on what ran before."""
        return random.Random(fingerprint(self.seed, *names))

    def files(self, pattern: str) -> list[Path]:
        """Files matching a glob, sorted; relative patterns start at the recipe's folder, else at the working one."""
        return next((found for root in self.roots if (found := matching(pattern, root))), [])
