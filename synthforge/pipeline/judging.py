"""The judge's side of the pipeline: the model that checks may ask, what asking it came to, and what its audit found."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthforge.context import Desk, Progress, Run
from synthforge.errors import RowError, StageError
from synthforge.pipeline.check import STRICT, transient
from synthforge.recipe import Recipe
from synthforge.records import Example, Reply, Request, Usage, Verdict
from synthforge.runners import Runner, ask_all
from synthforge.store import request_key
from synthforge.teacher.base import Teacher
from synthforge.validators.base import Validator
from synthforge.validators.judge import Judge


@dataclass
class Bench:
    """A recipe's judge, asked by its runner and paid from its budget; counts what it is asked as it goes."""

    teacher: Teacher
    runner: Runner
    desk: Desk
    progress: Progress
    out_of_budget: str = ""
    """Why nothing more may be asked; '' as long as there is money."""

    @property
    def identity(self) -> Mapping[str, Any]:
        return self.teacher.asks_as()

    def ask(self, requests: Sequence[Request]) -> list[Reply | RowError]:
        try:
            with self.progress.bar("judge", len(requests)) as bar:
                answers = [answer for _, answer in ask_all(self.runner, self.teacher, requests, self.desk, bar)]
        except StageError as error:
            # What is said of the teacher's settings holds for those of this one.
            remedy = error.remedy.replace("teacher", "judge")
            raise StageError("check", f"the judge, {self.teacher.called}: {error.reason}", remedy) from error
        spent = (each.reason for each in answers if isinstance(each, RowError) and each.code == "budget.spent")
        self.out_of_budget = next(spent, self.out_of_budget)
        return answers


def bench(recipe: Recipe, run: Run, desk: Desk) -> Bench | None:
    """Whom the recipe lets its checks ask, if anybody."""
    return Bench(recipe.judge, recipe.runner, desk, run.progress) if recipe.judge else None


def unjudged(example: Example) -> bool:
    """Whether all that keeps an example out may be that a model gave no answer this time."""
    against = (verdict for verdict in example.verdicts if verdict.outcome == "failed")
    return any(map(transient, example.verdicts)) and all(verdict.by == STRICT for verdict in against)


def used(examples: Sequence[Example], recipe: Recipe, run: Run) -> tuple[int, Usage]:
    """How many replies of the judge's the verdicts on these examples rest on, and what they had cost, whoever paid."""
    found: list[Usage] = []
    if (judge := recipe.judge) is None:
        return 0, Usage()
    for name, part in recipe.validators.items():
        if isinstance(part, Judge):
            asked = (request for before, verdict in _asked(examples, name) for request in part.requests(before, run))
            replies = (run.store.reply(request_key(judge.asks_as(), request)) for request in asked)
            found += (reply.usage for reply in replies if reply is not None)
    return len(found), sum(found, Usage())


def audits(examples: Sequence[Example], validators: Mapping[str, Validator]) -> list[str]:
    """For each judge, how many examples it audited that all checks before it had accepted, and what it said of them."""
    lines = []
    for name in sorted(name for name, part in validators.items() if isinstance(part, Judge)):
        accepted = (verdict for before, verdict in _asked(examples, name) if before.fate == "kept")
        found = Counter(verdict.outcome for verdict in accepted if not transient(verdict))
        if total := found.total():
            others = f" and left {found['uncertain']} open" if found["uncertain"] else ""
            lines.append(
                f"audit: of {total} examples that all other checks had accepted, '{name}' rejected {found['failed']}"
                f"{others}"
            )
    return lines


def _asked(examples: Iterable[Example], name: str) -> Iterator[tuple[Example, Verdict]]:
    """The examples that a judge was asked about, as they were before, and what came of it."""
    for example in examples:
        for place, verdict in enumerate(example.verdicts):
            if (verdict.stage, verdict.by) == ("check", name) and verdict.reason:  # without one it was not asked
                yield example.model_copy(update={"verdicts": example.verdicts[:place]}), verdict
