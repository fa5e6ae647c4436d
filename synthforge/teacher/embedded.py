"""The embedded teacher: offline, rule-based, and as fallible as declared; a stand-in for trying recipes.

It is not a source of production data. It writes through the same templates, schemas and request store as a real
teacher, and plants the mistakes that real teachers make, so that a recipe's checks can be seen at work. What it
planted stands in the reply's private metadata, which no check and no filter reads.
"""

import re
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from pydantic import Field

from synthforge.artifacts import code_version
from synthforge.corruption import KINDS, Fault, paraphrase, plant
from synthforge.errors import RowError
from synthforge.records import Reply, Request, Section, Turn
from synthforge.store import request_key
from synthforge.teacher.base import Teacher
from synthforge.teacher.conversing import message, reply
from synthforge.teacher.tasks import Task, fields, write
from synthforge.teacher.writing import Reword, Unwritable

PEN = tuple(
    f"teacher/{name}.py"
    for name in ("embedded", "cases", "conversing", "english", "norms", "situations", "tasks", "writing")
)
"""The modules that write."""


class Embedded(Teacher):
    """Writes examples from normative sentences (must, shall, may not, at least, within, no more than)."""

    stand_in: ClassVar[bool] = True
    judges: ClassVar[bool] = False

    fault_rate: float = Field(0.3, ge=0, le=1)
    """Share of the replies that carry one planted fault, spread evenly over the kinds that fit."""
    paraphrased: float = Field(0.5, ge=0, le=1)
    """Share of the replies whose claims and answers reword the rule; the others copy it."""
    seed: int = 0

    def asks_as(self) -> dict[str, Any]:
        """Its code decides its replies as much as its settings do: an edited pen writes anew."""
        return {**super().asks_as(), "code": code_version("corruption", "meaning", *PEN)}

    async def ask(self, request: Request) -> Reply:
        title = _title(request)
        rng = Random(request_key(super().asks_as(), request))
        if title == USER:
            said = message(request.order, request.sections, request.turns, rng)
            return Reply(content={"message": said})
        sections = {section.key: section for section in request.sections}
        style = "paraphrased" if rng.random() < self.paraphrased else "extractive"

        def reword(sentence: str) -> str:
            return paraphrase(sentence, rng) if style == "paraphrased" else sentence

        try:
            turns = _turns(request, title, sections, reword, rng)
        except Unwritable as reason:
            return Reply(content={**_nothing(title), "unsuitable": str(reason)})
        fault = self._fault(turns, title, sections, rng)
        private: dict[str, Any] = {"style": style}
        if fault:
            turns, kind, note = fault
            private |= {"fault": kind, **note}
        return Reply(content=_content(request, title, turns, sections), private=private)

    def _fault(
        self, turns: tuple[Turn, ...], title: str, sections: Mapping[str, Section], rng: Random
    ) -> tuple[tuple[Turn, ...], str, dict[str, str]] | None:
        """The turns with one fault in one of them, its kind and its description."""
        if rng.random() >= self.fault_rate:
            return None
        place = rng.randrange(len(turns))
        for kind in rng.sample(sorted(KINDS), len(KINDS)):
            fault = plant(turns[place], kind, sections, rng)
            if fault is not None and _told(fault, title):
                faulty = (*turns[:place], fault.turn, *turns[place + 1 :])
                return faulty, kind, fault.model_dump(include={"label", "where", "before", "after"})
        return None


TASKS: Mapping[str, Task] = {
    "ComplianceDraft": "judge",
    "AnswerDraft": "answer",
    "ExtractionDraft": "extract",
    "DialogueDraft": "converse",
    "ProcedureDraft": "list",
    "TriageDraft": "triage",
    "JointDraft": "join",
    "CustomDraft": "answer",
}
"""What it writes for a whole example, by the title of the response schema."""

USER, ASSISTANT = "UserDraft", "AssistantDraft"
"""And for one side of a conversation that is simulated."""

COMPOSED = ("ProcedureDraft", "TriageDraft")
"""Drafts whose answer is made from their other parts."""

_OWN = frozenset("question claims reasoning answer decision missing unsuitable".split())
_SUPERSEDED = re.compile(r"in these words: '(.+)'\.")


def _title(request: Request) -> str:
    title = str(request.response_schema.get("title", ""))
    if title not in (*TASKS, USER, ASSISTANT):
        raise RowError("reply.unsupported", f"the embedded teacher writes {', '.join(TASKS)}, not '{title}'")
    return title


def _turns(
    request: Request, title: str, sections: Mapping[str, Section], reword: Reword, rng: Random
) -> tuple[Turn, ...]:
    order = request.order
    found = _SUPERSEDED.search(request.messages[-1].content)
    wording = found[1] if found else ""
    if title != ASSISTANT:
        judges = title == "CustomDraft" and "compliant" in _values(request, "decision")
        return write("judge" if judges else TASKS[title], order, sections, reword, rng, wording)
    targets = [sections[key] for key in order.targets]
    shown = [section for section in sections.values() if section.key in order.excerpt] or targets
    return (reply(order, request.question, request.turns, shown, targets, reword, rng, wording),)


def _told(fault: Fault, title: str) -> bool:
    """Whether a reply of this form can carry the fault: one side of a conversation does not write the question."""
    if title == ASSISTANT:
        return "question" not in fault.where
    return title not in COMPOSED or fault.where != "answer"


def _content(request: Request, title: str, turns: tuple[Turn, ...], sections: Mapping[str, Section]) -> dict[str, Any]:
    """The turns in the shape of the request's response schema."""
    drafts = [_draft(turn, sections) for turn in turns]
    if title == "DialogueDraft":
        return {"turns": drafts}
    properties = request.response_schema.get("properties", {})
    names = {name: _values(request, name) for name in properties if name not in _OWN}
    draft = {**drafts[0], **fields(turns[0], names, request.order)}
    return {name: value for name, value in draft.items() if name in properties}


def _draft(turn: Turn, sections: Mapping[str, Section]) -> dict[str, Any]:
    claims = [
        {"text": claim.text, "section": _citation(claim.evidence.section, sections), "quote": claim.evidence.quote}
        for claim in turn.claims
    ]
    return {**turn.model_dump(include={"question", "reasoning", "answer", "decision", "missing"}), "claims": claims}


def _values(request: Request, name: str) -> tuple[str, ...]:
    """The values that a field of the reply may have; () for any."""
    values: list[str] = request.response_schema["properties"][name].get("enum", [])
    return tuple(values)


def _citation(section: str, sections: Mapping[str, Section]) -> str:
    """The displayed citation; an id that a fault made up is shown the way a citation of its family would be."""
    return sections[section].citation if section in sections else section.rpartition("#")[2]


def _nothing(title: str) -> dict[str, Any]:
    """A declined order in the shape of the schema."""
    if title == "DialogueDraft":
        return {"turns": []}
    nothing = {"decision": "insufficient_information"}
    return nothing if title == ASSISTANT else {"question": "-", **nothing}
