"""What can go wrong, and what it costs: a row, a stage, or the run.

Four mechanisms, each in one place. A fault of a *row* is data: it becomes a failing verdict and never an
exception past the stage that met it. A fault of the *recipe* is a `RecipeError` that carries every finding at
once. A fault of the *world* (disk, server, missing package) is a `StageError`: what was finished is saved, and
the message says how to continue. A fault of the *code* is any other exception, and keeps its traceback.
"""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a recipe: which key, why, and where it was said."""

    key: str
    reason: str
    place: str = ""

    def __str__(self) -> str:
        where = f"\n    at {self.place}" if self.place else ""
        return f"  {self.key}\n    {self.reason}{where}"


class SynthforgeError(Exception):
    """An error whose message is meant for the user; printed without a traceback."""

    exit_code = 1


class UsageError(SynthforgeError):
    """The command line cannot be understood, or names what is not there."""

    exit_code = 2


class RecipeError(SynthforgeError):
    """The recipe cannot run; `findings` holds every reason, in the order of the recipe's keys."""

    exit_code = 2

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = "1 problem" if len(self.findings) == 1 else f"{len(self.findings)} problems"
        listed = "\n\n".join(map(str, self.findings))
        super().__init__(f"this recipe cannot run: {count}\n\n{listed}")


class StageError(SynthforgeError):
    """A stage could not finish; everything finished before it is stored."""

    def __init__(self, stage: str, reason: str, remedy: str) -> None:
        self.stage = stage
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{stage}: {reason}\n  {remedy}")


class OutOfBudget(StageError):
    """Nothing more may be spent; what was bought is stored, and the rest is not asked for."""


class RowError(SynthforgeError):
    """One document, reply or example cannot be used; the stage records `code` and `reason` and goes on."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}")


@contextmanager
def blamed(stage: str, part: object, what: str) -> Iterator[None]:
    """Run a part's code; whatever escapes it becomes a StageError that names the part, the row and the line.

    Parts may be a client's own. Errors that are meant for the user pass through as they are.
    """
    try:
        yield
    except SynthforgeError:
        raise
    except (Exception, SystemExit) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(part).__module__}.{type(part).__qualname__}"
        reason = f"{kind} failed on {what}: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})"
        raise StageError(stage, reason, "correct it and run again: what was finished is stored") from error
