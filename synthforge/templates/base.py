"""The template family: an order and its sections → the teacher's prompt; its typed reply → chat messages."""

import sys
from abc import ABC
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, Field, model_validator

from synthforge.context import Run
from synthforge.plugin import Plugin
from synthforge.records import Answer, Claim, Decision, Evidence, Message, Order, Section, Turn, fingerprint
from synthforge.templates.production import folded, read_answer, show_answer, show_excerpt

PROMPTS = Path(__file__).parent / "prompts"


class ClaimDraft(BaseModel):
    """One statement of the answer, carried by one verbatim quote."""

    text: str = Field(description="The statement, complete in itself.")
    section: str = Field(description="The citation of the section that says so, exactly as printed in its brackets.")
    quote: str = Field(description="The sentence that says so, copied verbatim from that section.")


class TurnDraft(BaseModel):
    """One question and its answer."""

    question: str = Field(
        min_length=1, description="All that the user says: the case with its facts, and the question."
    )
    claims: list[ClaimDraft] = Field(
        default=[], description="What the answer rests on; empty only if no rule is shown."
    )
    reasoning: str = Field("", description="One line that holds the case against the rule, both values named.")
    answer: str = Field("", description="The answer in a sentence, where the task asks for one.")
    decision: Decision = Field(description="The outcome.")
    missing: str = Field(
        "", description="Abstentions only: the fact or rule that is not there, or what a person has to settle."
    )

    def turn(self) -> Turn:
        claims = (Claim(text=c.text, evidence=Evidence(section=c.section, quote=c.quote)) for c in self.claims)
        return Turn(**self.model_dump(exclude={"claims", "unsuitable"}), claims=tuple(claims))


Unsuitable = Annotated[
    str,
    Field(description="Leave empty; or, if the source cannot carry such an example, why. Then nothing else counts."),
]


class Template(Plugin, ABC):
    """One task: what the teacher is asked, what it must reply, and the format the student is trained and served in."""

    weight: float = Field(1.0, gt=0)
    """Share of the orders among the recipe's templates."""

    instruction: str = Field(min_length=1)
    """First line of the user's message in training and in deployment."""

    system: str = ""
    """System message in training and in deployment; the recipe's when not set."""

    prompt_file: ClassVar[str]
    """The teacher's prompt: a file beside the class's module, or one of the package's prompts/."""

    response: ClassVar[type[BaseModel]]
    """The teacher's reply is validated by this model, and its JSON schema is sent unchanged."""

    decisions: ClassVar[tuple[Decision, ...]]
    """The closed set this task's answers may use."""

    @model_validator(mode="after")
    def _has_its_prompt(self) -> "Template":
        folders = prompt_folders(type(self))
        name = getattr(type(self), "prompt_file", None)
        if name and not any((folder / name).is_file() for folder in folders):
            raise ValueError(f"its prompt_file '{name}' is not there (looked in: {', '.join(map(str, folders))})")
        return self

    def identity(self) -> dict[str, Any]:
        """With the prompts that a client's class brings along; the package's own go with its version."""
        folders = [folder for folder in prompt_folders(type(self)) if not folder.is_relative_to(PROMPTS.parent)]
        files = [file for folder in folders for file in sorted(folder.glob("*.jinja"))]
        brought = {"_prompts_": fingerprint(*(file.read_text(encoding="utf-8") for file in files))} if files else {}
        return {**super().identity(), **brought}

    def suits(self, section: Section, edge_case: str) -> bool:
        """Whether an order for this section and edge case can be fulfilled."""
        return len(section.text.split()) >= 6

    def prompt(self, order: Order, sections: Mapping[str, Section], run: Run) -> tuple[Message, ...]:
        """What the teacher is asked; a function of the order, its sections and the recipe alone."""
        shown = [sections[id] for id in order.excerpt]
        withheld = [sections[id] for id in order.targets if id not in order.excerpt]
        text = _prompts(prompt_folders(type(self))).get_template(self.prompt_file).render(
            order=order,
            shown=shown,
            withheld=withheld,
            focus=[sections[id].citation for id in order.targets],
            brief=run.brief(order),
            wording=run.wording,
            instruction=self.instruction,
            fence=fence([*shown, *withheld]),
        )  # fmt: skip
        system, _, user = text.partition("\n=====\n")
        return (Message(role="system", content=system.strip()), Message(role="user", content=user.strip()))

    def unsuitable(self, response: BaseModel) -> str:
        """Why the teacher declined the order; '' when it did not."""
        return str(getattr(response, "unsuitable", ""))

    def turns(self, response: BaseModel) -> tuple[Turn, ...]:
        """The reply's content, one turn per question; evidence still names sections by their citation."""
        if not isinstance(response, TurnDraft):
            raise TypeError(f"{type(self).__name__} must say how {type(response).__name__} becomes turns")
        return (response.turn(),)

    def messages(self, turns: Sequence[Turn], excerpt: Sequence[Section], run: Run) -> tuple[Message, ...]:
        """The production format: what the student is trained on, evaluated in and served with."""
        cited = {claim.evidence.section for turn in turns for claim in turn.claims}
        citations = {id: run.sections[id].citation for id in cited if id in run.sections}
        opening = f"{self.instruction}\n\nExcerpt:\n{show_excerpt(excerpt)}\n\n"
        messages = [Message(role="system", content=self.system)] if self.system else []
        for number, turn in enumerate(turns):
            question = folded(turn.question)
            messages.append(Message(role="user", content=question if number else opening + question))
            messages.append(Message(role="assistant", content=show_answer(turn, citations, run.wording)))
        return tuple(messages)

    def read(self, text: str, run: Run) -> Answer:
        """What can be read from a student's answer in the production format."""
        return read_answer(text, self.decisions, run.wording)


def fence(sections: Sequence[Section]) -> str:
    """A delimiter that none of the sections contains, and that is the same in every run (so replies can be reused)."""
    text = "".join(section.text for section in sections)
    mark = fingerprint("fence", text)[:12]
    while mark in text:
        mark = fingerprint("fence", mark)[:12]
    return mark


def prompt_folders(kind: type[Template]) -> tuple[Path, ...]:
    """Where a class's prompts are looked for: beside its module, beside those it derives from, in the package."""
    modules = [sys.modules.get(each.__module__) for each in kind.__mro__ if issubclass(each, Template)]
    files = [file for module in modules if (file := getattr(module, "__file__", None))]
    return tuple(dict.fromkeys([*(Path(file).absolute().parent for file in files), PROMPTS]))


@cache
def _prompts(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
