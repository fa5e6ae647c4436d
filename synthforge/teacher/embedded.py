"""The embedded teacher: offline, rule-based, and as fallible as declared; a stand-in for trying recipes.

It is not a source of production data. It writes through the same templates, schemas and request store as a real
teacher, and plants the mistakes that real teachers make, so that a recipe's checks can be seen at work. What it
planted stands in the reply's private metadata, which no check and no filter reads.
"""

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from pydantic import Field

from synthforge.artifacts import code_version
from synthforge.corruption import KINDS, paraphrase, plant
from synthforge.errors import RowError
from synthforge.records import Reply, Request, Section, Turn
from synthforge.store import request_key
from synthforge.teacher.base import Teacher
from synthforge.teacher.writing import Task, Unwritable, write


class Embedded(Teacher):
    """Writes examples from normative sentences (must, shall, may not, at least, within, no more than)."""

    stand_in: ClassVar[bool] = True

    fault_rate: float = Field(0.3, ge=0, le=1)
    """Share of the replies that carry one planted fault, spread evenly over the kinds that fit."""
    paraphrased: float = Field(0.5, ge=0, le=1)
    """Share of the replies whose claims and answers reword the rule; the others copy it."""
    seed: int = 0

    def asks_as(self) -> dict[str, Any]:
        """Its code decides its replies as much as its settings do: an edited pen writes anew."""
        return {**super().asks_as(), "code": code_version()}

    async def ask(self, request: Request) -> Reply:
        rng = Random(request_key(super().asks_as(), request))
        sections = {section.id: section for section in request.sections}
        style = "paraphrased" if rng.random() < self.paraphrased else "extractive"

        def reword(sentence: str) -> str:
            return paraphrase(sentence, rng) if style == "paraphrased" else sentence

        try:
            turns = write(_task(request), request.order, sections, reword, rng)
        except Unwritable as reason:
            return Reply(content={**_nothing(request), "unsuitable": str(reason)})
        fault = self._fault(turns, sections, rng)
        private: dict[str, Any] = {"style": style}
        if fault:
            turns, kind, note = fault
            private |= {"fault": kind, **note}
        return Reply(content=_content(request, turns, sections), private=private)

    def _fault(
        self, turns: tuple[Turn, ...], sections: Mapping[str, Section], rng: Random
    ) -> tuple[tuple[Turn, ...], str, dict[str, str]] | None:
        """The turns with one fault in one of them, its kind and its description."""
        if rng.random() >= self.fault_rate:
            return None
        place = rng.randrange(len(turns))
        for kind in rng.sample(sorted(KINDS), len(KINDS)):
            fault = plant(turns[place], kind, sections, rng)
            if fault is not None:
                faulty = (*turns[:place], fault.turn, *turns[place + 1 :])
                return faulty, kind, fault.model_dump(include={"label", "where", "before", "after"})
        return None


TASKS: Mapping[str, Task] = {
    "ComplianceDraft": "compliance_check",
    "AnswerDraft": "cited_answer",
    "ExtractionDraft": "extraction",
    "DialogueDraft": "dialogue",
}
"""The tasks it can write, by the title of the response schema."""


def _task(request: Request) -> Task:
    title = str(request.response_schema.get("title", ""))
    if title not in TASKS:
        raise RowError("reply.unsupported", f"the embedded teacher writes {', '.join(TASKS)}, not '{title}'")
    return TASKS[title]


def _content(request: Request, turns: tuple[Turn, ...], sections: Mapping[str, Section]) -> dict[str, Any]:
    """The turns in the shape of the request's response schema."""
    drafts = [
        {
            "question": turn.question,
            "claims": [
                {
                    "text": claim.text,
                    "section": _citation(claim.evidence.section, sections),
                    "quote": claim.evidence.quote,
                }
                for claim in turn.claims
            ],
            "reasoning": turn.reasoning,
            "answer": turn.answer,
            "decision": turn.decision,
            "missing": turn.missing,
        }
        for turn in turns
    ]
    return {"turns": drafts} if _task(request) == "dialogue" else drafts[0]


def _citation(section: str, sections: Mapping[str, Section]) -> str:
    """The displayed citation; an id that a fault made up is shown the way a citation of its family would be."""
    return sections[section].citation if section in sections else section.rpartition("#")[2]


def _nothing(request: Request) -> dict[str, Any]:
    """A declined order in the shape of the schema."""
    return {"turns": []} if _task(request) == "dialogue" else {"question": "-", "decision": "insufficient_information"}
