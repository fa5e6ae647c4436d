"""What domain validators share: what an answer names is looked up in the corpus first, then in a dated registry."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import EXCEPTIONAL, Example, Outcome, Section, Span, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.registry import Entry, R, Row, Table, table
from synthforge.walk import matching

_NUMBERED = re.compile(r"[\w.-]*\d[\w.-]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named in a text, under its canonical id."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a mention: a passed one is a warning."""

    mention: Mention
    outcome: Outcome
    code: str
    reason: str


class Domain(Validator, ABC):
    """Reads what an example states (claims, reasoning, answer and what is missing; never questions and quotes).

    What its sections name themselves, or the corpus has a section for, is as the client has it, whatever the registry
    says.
    """

    topic: ClassVar[str]
    """Names the packaged registry, and begins every code."""
    row: ClassVar[type[Row]] = Entry

    registry: str | None = Field(None, validate_default=True)
    """A registry of your own, a CSV file from the recipe's folder: its rows join the packaged ones, and take the place
    of those with their ids. null for the packaged ones alone."""

    @field_validator("registry")
    @classmethod
    def _can_be_read(cls, registry: str | None, info: ValidationInfo) -> str | None:
        roots: tuple[Path, ...] = (info.context or {}).get("roots") or (Path.cwd(),)
        found = (file for root in roots for file in matching(registry, root)) if registry else iter(())
        file = next(found, None)
        if registry and file is None:
            raise ValueError(f"no file '{registry}' (looked from {', '.join(repr(str(root)) for root in roots)})")
        own = str(file) if file else None
        table(cls.topic, own, cls.row)
        return own

    def identity(self) -> dict[str, Any]:
        """The registry's content, wherever its file is: another one gives other verdicts."""
        return {**super().identity(), "registry": self.known(self.row).hash}

    def known(self, kind: type[R]) -> Table[R]:
        """The registry as it stands now; `kind` is the class's `row`."""
        try:
            return table(self.topic, self.registry, kind)
        except ValueError as error:  # it was right when the recipe was read
            raise StageError("check", str(error), "put it right and run again: finished stages are kept") from error

    @abstractmethod
    def remarks(self, text: str) -> Iterator[Remark]:
        """What there is to say of what a text names."""

    def check(self, example: Example, run: Run) -> Verdict:
        worst = self.passed()
        for turn, place, text in _stated(example):
            for remark in self.remarks(text):
                if _gravity(remark) > _gravity(worst) and not self._is_told(remark, turn, example, run):
                    worst = self._verdict(remark, place, text)
        return worst

    def _verdict(self, remark: Remark, place: str, text: str) -> Verdict:
        start, end = remark.mention.start, remark.mention.end
        return Verdict(
            stage="check", by="", outcome=remark.outcome, code=f"{self.topic}.{remark.code}",
            reason=f"'{text[start:end]}' {remark.reason}", said=Span(place=place, start=start, end=end),
            found=text[start:end],
        )  # fmt: skip

    def _is_told(self, remark: Remark, turn: Turn, example: Example, run: Run) -> bool:
        """Whether the same is to be said of the client's own words: the sections cited or shown, any citation of the
        corpus, and the question where the answer is one that only takes it up."""
        keys = (*(claim.evidence.section for claim in turn.claims), *example.order.excerpt, *example.order.targets)
        sections = [run.sections[key] for key in dict.fromkeys(keys) if key in run.sections]
        told = [text for section in sections for text in (section.text, section.lead_in)]
        if turn.decision in EXCEPTIONAL:
            told += [each.question for each in example.turns]
        told += _citing(remark.mention.id, run.sections.values())
        return any(self.is_said(remark, text) for text in told)

    def is_said(self, remark: Remark, text: str) -> bool:
        """Whether a text of the client's gives rise to the same."""
        return any(_alike(remark, said) for said in self.remarks(text))


def _stated(example: Example) -> Iterator[tuple[Turn, str, str]]:
    """(turn, place, text) of all that an example's author asserts."""
    for number, turn in enumerate(example.turns, 1):
        where = f"turn {number} " if len(example.turns) > 1 else ""
        for at, claim in enumerate(turn.claims, 1):
            yield turn, f"{where}claim {at}", claim.text
        for name, text in (("reasoning", turn.reasoning), ("answer", turn.answer), ("missing", turn.missing)):
            yield turn, f"{where}{name}", text


def _citing(asked: str, sections: Iterable[Section]) -> list[str]:
    """The citations that could name it: those with its number in them."""
    number = max(_NUMBERED.findall(asked), key=len, default=asked)
    return [section.citation for section in sections if number in section.citation]


def _alike(remark: Remark, said: Remark) -> bool:
    """The same of the same, or of what it holds: 49 CFR 395.3 where 49 CFR 395.3(a)(1) is named."""
    asked, told = remark.mention.id, said.mention.id
    holds = told.startswith(asked) and told[len(asked) : len(asked) + 1] in ("", "(", ".")
    return holds and remark.code == said.code


def _gravity(of: Remark | Verdict) -> int:
    return ("passed", "uncertain", "failed").index(of.outcome) + bool(of.code)


class Registered(Domain, ABC):
    """Of things that have ids: does a registry know them, and do they still stand?"""

    absent: ClassVar[str] = "unknown"
    """Ends the code of an id that a complete registry does not have."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self.known(Entry).rows

    def above(self, id: str) -> Iterator[str]:
        """What an id is a part of, nearest first."""
        yield from ()

    @abstractmethod
    def mentions(self, text: str) -> Iterator[Mention]:
        """The ids in a text, in order."""

    def remarks(self, text: str) -> Iterator[Remark]:
        for mention in self.mentions(text):
            if remark := self.judged(mention):
                yield remark

    def judged(self, mention: Mention) -> Remark | None:
        entries = self.entries
        if entry := entries.get(mention.id):
            return None if entry.status == "current" else against(mention, entry, entry.status, f"is {entry.status}")
        holder = next((entries[id] for id in self.above(mention.id) if id in entries), None)
        if holder and holder.complete:
            return against(mention, holder, self.absent, f"does not exist: the list of {holder.id} is without it")
        return unverified(mention, "is not in the registry, which does not list everything there")


def against(mention: Mention, row: Row, code: str, reason: str) -> Remark:
    """What a row says against a mention: a rejection, or a warning where it was only recalled."""
    return Remark(mention, "passed" if row.recalled else "failed", code, f"{reason} ({row.says})")


def unverified(mention: Mention, reason: str) -> Remark:
    return Remark(mention, "passed", "unverified", reason)
