"""From a task to its steps: each step quoted, all of them in the order in which the document puts them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from pydantic import BaseModel

from synthforge.context import Run
from synthforge.meaning.steps import steps
from synthforge.records import ORDINARY, Order, Section, Turn
from synthforge.templates.base import Template
from synthforge.templates.drafts import AnswerDraft


class ProcedureDraft(AnswerDraft):
    """A task, and a claim for each of its steps."""

    def spoken(self) -> str:
        """The steps, numbered; what an edge case calls for instead is said in words."""
        if self.decision not in ORDINARY:
            return self.answer
        texts = (" ".join(claim.text.split()) for claim in self.claims)
        return " ".join(f"({number}) {text}" for number, text in enumerate(texts, start=1))


class Procedure(Template):
    """A task and an excerpt → the sentences that demand each step quoted, and the steps in order."""

    instruction: str = "Give the steps for the task from the excerpt: quote what demands each, then list them in order."

    least: int = 2
    """Steps that make a procedure; sections with fewer are not asked for one."""

    prompt_file: ClassVar[str] = "procedure.jinja"
    response: ClassVar[type[BaseModel]] = ProcedureDraft

    def suits(self, section: Section, edge_case: str) -> bool:
        return len(steps(section.text)) >= self.least

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        """Steps are compared by the places of their quotes; a quote that was not found is for the quote check."""
        for turn in turns:
            if turn.decision not in ORDINARY:
                continue
            if len(turn.claims) < self.least:
                return f"a procedure has {self.least} steps at least, this one {len(turn.claims)}"
            found = [(each.evidence.section, each.evidence.start) for each in turn.claims]
            for number, ((one, before), (other, after)) in enumerate(pairwise(found), start=2):
                if one == other and before is not None and after is not None and after < before:
                    return f"step {number} stands before step {number - 1} in the document"
        return ""
