"""What a teacher's reply must hold: pydantic models whose JSON schema is sent, and which validate what comes back."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from synthforge.records import Claim, Decision, Evidence, Exceptional, Turn

Unsuitable = Annotated[
    str,
    Field(description="Leave empty; or, if the source cannot carry such an example, why. Then nothing else counts."),
]


FIRST = ("unsuitable", "question")
"""Models that are held to a schema write its fields in their order: whether it can be done, then the question, then
what answers it."""


def _as_sent(schema: dict[str, Any]) -> None:
    """The schema asks for every field, though a reply may leave out what has a default."""
    fields = schema["properties"]
    for field in fields.values():
        field.pop("default", None)
    names = sorted(fields, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    schema["properties"] = {name: fields[name] for name in names}
    schema["required"] = names


class Draft(BaseModel):
    """What is asked of a teacher: exactly these fields, in the part of JSON schema that every provider's structured
    outputs take (no lengths, bounds, defaults or fields of other names)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_as_sent)


def said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Said = Annotated[str, AfterValidator(said)]
"""Text that is not empty; its JSON schema is that of any text."""


class ClaimDraft(Draft):
    """One statement of the answer, carried by one verbatim quote."""

    text: str = Field(description="The statement, complete in itself.")
    section: str = Field(description="The citation of the section that says so, exactly as printed in its brackets.")
    quote: str = Field(description="The sentence that says so, copied verbatim from that section.")


class ReplyDraft(Draft):
    """One answer."""

    claims: list[ClaimDraft] = Field(
        default=[], description="What the answer rests on; empty only if no rule is shown."
    )
    reasoning: str = Field("", description="One line that holds the case against the rule, both values named.")
    answer: str = Field("", description="The answer in a sentence, where the task asks for one.")
    decision: Decision = Field(description="The outcome.")
    missing: str = Field(
        "", description="Abstentions only: the fact or rule that is not there, or what a person has to settle."
    )

    def spoken(self) -> str:
        """The answer as the student is to give it."""
        return self.answer

    def answering(self, question: str) -> Turn:
        claims = (Claim(text=c.text, evidence=Evidence(section=c.section, quote=c.quote)) for c in self.claims)
        return Turn(
            question=question, claims=tuple(claims), reasoning=self.reasoning, answer=self.spoken(),
            decision=self.decision, missing=self.missing,
        )  # fmt: skip


class TurnDraft(ReplyDraft):
    """One question and its answer."""

    question: Said = Field(description="All that the user says: the case with its facts, and the question.")

    def turn(self) -> Turn:
        return self.answering(self.question)


class AnswerDraft(TurnDraft):
    """A question and its cited answer."""

    answer: str = Field("", description="The answer in the length asked for; empty when it is not answered.")
    decision: Literal["answered", Exceptional] = Field(description="The outcome.")
    unsuitable: Unsuitable = ""


def told(fields: Mapping[str, str]) -> str:
    """Named fields as the one line of an answer: 'Category: spill; Priority: high'."""
    said = (f"{_label(name)}: {' '.join(value.split())}" for name, value in fields.items())
    return "; ".join(each.rstrip(";. ") for each in said)


def unfilled(answer: str, names: Iterable[str]) -> list[str]:
    """Which fields such a line leaves empty."""
    return [name for name in names if re.search(rf"(?:^|; ){re.escape(_label(name))}:(?:;|$)", answer)]


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
