"""The template family: an order and its sections → what the teacher is asked; its typed replies → chat messages."""

import sys
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, model_validator

from synthforge.context import Run
from synthforge.fencing import Fences, environment, inside
from synthforge.plugin import Plugin
from synthforge.records import EXCEPTIONAL, Answer, Decision, Message, Order, Section, Turn, fingerprint
from synthforge.templates.drafts import TurnDraft
from synthforge.templates.production import folded, read_answer, show_answer, show_excerpt
from synthforge.templates.prompting import PROMPTS, named, refuse_faulty
from synthforge.templates.queries import drawn, state

LENGTHS: Mapping[str, str] = {
    "short": "one short sentence",
    "medium": "one or two sentences",
    "long": "three to six sentences, with every condition and exception that the sections state",
}
"""How an order's length is said to the teacher."""

Companions = Mapping[str, Sequence[tuple[str, ...]]]
"""For a section's key the choices of further sections that an order about it takes along, by their keys."""


@dataclass(frozen=True)
class Ask:
    """One request to the teacher: what it is asked, the model that its reply must fit, and the same content as data.

    `turns` and `question` are the conversation so far and what is to be answered now, as far as the prompt shows them.
    """

    messages: tuple[Message, ...]
    response: type[BaseModel]
    sections: tuple[Section, ...] = ()
    turns: tuple[Turn, ...] = ()
    question: str = ""


class Template(Plugin, ABC):
    """One task: what the teacher is asked, what it must reply, and the format the student is trained and served in."""

    weight: float = Field(1.0, gt=0)
    """Share of the orders among the recipe's templates."""

    instruction: str = Field(min_length=1)
    """First line of the user's message in training and in deployment."""

    system: str = ""
    """System message in training and in deployment; the recipe's when not set."""

    context: Literal["excerpt", "none"] = "excerpt"
    """What the student is shown with a question: an excerpt, or nothing (closed-book: it has to know the rule)."""

    personas: tuple[str, ...] = ()
    """Who may be asking; one is drawn for each order."""

    scenarios: tuple[str, ...] = ()
    """What kind of situation it may be; one is drawn for each order."""

    queries: str | tuple[str, ...] = ()
    """Real questions of the client's users, in a list or a file (text, CSV, JSONL): the teacher is shown some for
    their tone and form."""

    anchors: int = Field(4, ge=1)
    """How many of them an order is shown."""

    prompt_file: ClassVar[str]
    """What the teacher is to write: a Jinja file beside the class's module, or one of the package's prompts/."""

    response: ClassVar[type[BaseModel]]
    """The teacher's reply is validated by this model, and its JSON schema is sent unchanged."""

    outcomes: ClassVar[tuple[Decision, ...]] = ("answered",)
    """The decisions that an ordinary answer of this task may carry."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> "Template":
        for key in ("instruction", "system") if self.context == "none" else ():
            said = str(getattr(self, key, ""))  # the stand-in for a faulty part may lack it
            if "excerpt" in said.lower():
                raise ValueError(f"with context: none the student sees no excerpt; set {key}, which says '{said}'")
        if name := getattr(type(self), "prompt_file", None):
            folders = prompt_folders(type(self))
            file = next((each / name for each in folders if (each / name).is_file()), None)
            if file is None:
                raise ValueError(f"its prompt_file '{name}' is not there (looked in: {', '.join(map(str, folders))})")
            try:
                if file.parent != PROMPTS:
                    refuse_faulty(file.read_text(encoding="utf-8"), folders, self.settings())
            except ValueError as error:
                raise ValueError(f"its prompt_file '{file}', {error}") from error
        return self

    def identity(self) -> dict[str, Any]:
        """With the prompts that a client's class brings along; the package's own go with its version."""
        folders = [folder for folder in prompt_folders(type(self)) if not folder.is_relative_to(PROMPTS.parent)]
        files = [file for folder in folders for file in sorted(folder.glob("*.jinja"))]
        brought = {"_prompts_": fingerprint(*(file.read_text(encoding="utf-8") for file in files))} if files else {}
        return {**super().identity(), **brought}

    def state(self, run: Run) -> str:
        """What decides its prompts beside its settings: the content of its files."""
        return state(self.queries, run)

    def suits(self, section: Section, edge_case: str) -> bool:
        """Whether an order for this section and edge case can be fulfilled."""
        return len(section.text.split()) >= 6

    @property
    def converses(self) -> bool:
        """Whether an order's number of turns means something to it."""
        return False

    @property
    def heeds_length(self) -> bool:
        """Whether its text tells the teacher an order's length."""
        return "length" in named(self.source())

    def source(self) -> str:
        """Its text before it is rendered; '' for a class that makes its own."""
        name = getattr(type(self), "prompt_file", "")
        file = next((each / name for each in prompt_folders(type(self)) if name and (each / name).is_file()), None)
        return file.read_text(encoding="utf-8") if file else ""

    def companions(self, sections: Sequence[Section]) -> Companions | None:
        """Sections that belong together, for a task that needs several; None for one that needs no second."""
        return None

    def script(self, order: Order, rng: Random) -> tuple[str, ...]:
        """What the user of a conversation does in each turn; () where that is not planned."""
        return ()

    def shape(self) -> type[BaseModel]:
        """The model that a reply must fit."""
        return self.response

    def requests(self, order: Order) -> int:
        """How many requests an order takes."""
        return 1

    def ask(self, order: Order, replies: Sequence[BaseModel], run: Run, avoid: Sequence[str] = ()) -> Ask | None:
        """The next request for an order, given the replies that came so far; None when there are enough.

        A function of its arguments and the recipe alone. `avoid` are questions that were kept for this section before.
        """
        if replies:
            return None
        sections = prompted(order, run)
        messages = self.messages_to_teacher(self.task(order, run), order, sections, run, avoid)
        return Ask(messages, self.shape(), sections)

    def settings(self) -> Mapping[str, object]:
        """What a task's text may use beside what all have."""
        return {}

    def task(self, order: Order, run: Run) -> str:
        """What the teacher is to write, in words."""
        jinja = environment(prompt_folders(type(self)))
        return jinja.get_template(self.prompt_file).render(self.variables(order, run))

    def variables(self, order: Order, run: Run) -> dict[str, object]:
        """What a task's text may use; sections go by their numbers, so that no text of theirs leaves its fence."""
        keys = [section.key for section in prompted(order, run)]
        return {
            "order": order,
            "shown": tuple(keys.index(key) + 1 for key in order.excerpt),
            "withheld": tuple(keys.index(key) + 1 for key in order.targets if key not in order.excerpt),
            "focus": tuple(keys.index(key) + 1 for key in order.targets),
            "brief": run.brief(order),
            "instruction": self.instruction,
            "length": LENGTHS.get(order.length, order.length),
            "persona": _drawn(self.personas, run.rng("persona", order.id)),
            "scenario": _drawn(self.scenarios, run.rng("scenario", order.id)),
            "wording": dict(run.wording),
            "settings": self.settings(),
        }

    def messages_to_teacher(
        self, task: str, order: Order, sections: Sequence[Section], run: Run, avoid: Sequence[str] = (),
        brief: str | None = None,
    ) -> tuple[Message, ...]:  # fmt: skip
        """System message and sections first, which orders about one section share; what is this order's own last.

        `brief` is what is said of the situation, in place of what the order's edge case says.
        """
        queries = drawn(self.queries, self.anchors, run.rng("queries", order.id), run)
        fenced = [inside(section) for section in sections]
        jinja = environment((PROMPTS,))
        variables = self.variables(order, run) if brief is None else {**self.variables(order, run), "brief": brief}
        user = jinja.get_template("request.jinja").render(
            **variables, task=task.strip(), sections=fenced, queries=queries, avoid=tuple(avoid),
            closed_book=self.context == "none", fence=Fences([*fenced, *queries, *avoid]),
        )  # fmt: skip
        system = jinja.get_template("system.jinja").render().strip()
        user = user.strip()
        # Orders about the same sections share everything up to the last of them.
        shared = user.index("\n", user.rindex("\n</section ") + 1) if fenced else 0
        return (
            Message(role="system", content=system, shared=len(system)),
            Message(role="user", content=user, shared=shared),
        )

    def instructions(self, order: Order, run: Run) -> str:
        """What the prompts for an order say beside the sections, the queries and the questions to avoid."""
        bare = self.model_copy(update={"queries": ()})
        return "\n".join(message.content for message in bare.messages_to_teacher(self.task(order, run), order, (), run))

    def unsuitable(self, replies: Sequence[BaseModel]) -> str:
        """Why the teacher declined the order; '' when it did not."""
        return next((said for each in replies if (said := str(getattr(each, "unsuitable", "")))), "")

    def turns(self, replies: Sequence[BaseModel]) -> tuple[Turn, ...]:
        """The replies' content, one turn per question; evidence still names sections by their citation."""
        if not all(isinstance(reply, TurnDraft) for reply in replies):
            raise TypeError(f"{type(self).__name__} must say how its replies become turns")
        return tuple(reply.turn() for reply in replies if isinstance(reply, TurnDraft))

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        """'' when a draft with looked-up evidence has what this task demands of one, else what is wrong with it."""
        return ""

    def messages(self, turns: Sequence[Turn], excerpt: Sequence[Section], run: Run) -> tuple[Message, ...]:
        """The production format: what the student is trained on, evaluated in and served with."""
        cited = {claim.evidence.section for turn in turns for claim in turn.claims}
        citations = {id: run.sections[id].citation for id in cited if id in run.sections}
        shown = f"Excerpt:\n{show_excerpt(excerpt)}\n\n" if self.context == "excerpt" else ""
        messages = [Message(role="system", content=self.system)] if self.system else []
        for number, turn in enumerate(turns):
            question = folded(turn.question)
            opening = "" if number else f"{self.instruction}\n\n{shown}"
            messages.append(Message(role="user", content=opening + question))
            messages.append(Message(role="assistant", content=show_answer(turn, citations, run.wording)))
        return tuple(messages)

    def closed_set(self) -> tuple[Decision, ...]:
        """The closed set of a student's answers: this task's own, and those of the edge cases."""
        return (*self.outcomes, *EXCEPTIONAL)

    def read(self, text: str, run: Run) -> Answer:
        """What can be read from a student's answer in the production format."""
        return read_answer(text, self.closed_set(), run.wording)


def prompted(order: Order, run: Run) -> tuple[Section, ...]:
    """The sections that the teacher sees: what it is about first, then the rest of the excerpt, the nearest first.

    Not in the excerpt's own order, which is shuffled: orders about one section then begin alike.
    """
    targets = [run.sections[key] for key in order.targets]
    rest = [run.sections[key] for key in order.excerpt if key not in order.targets]

    def distance(section: Section) -> tuple[bool, int, str]:
        return section.document != targets[0].document, abs(section.start - targets[0].start), section.key

    return (*targets, *sorted(rest, key=distance))


def prompt_folders(kind: type[Template]) -> tuple[Path, ...]:
    """Where a class's prompts are looked for: beside its module, beside those it derives from, in the package."""
    modules = [sys.modules.get(each.__module__) for each in kind.__mro__ if issubclass(each, Template)]
    files = [file for module in modules if (file := getattr(module, "__file__", None))]
    return tuple(dict.fromkeys([*(Path(file).absolute().parent for file in files), PROMPTS]))


def _drawn(choices: Sequence[str], rng: Random) -> str:
    return rng.choice(choices) if choices else ""
