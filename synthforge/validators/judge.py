"""The last check: another model reads what the ones before it left uncertain, and a share of what they accepted."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synthforge.context import Run
from synthforge.errors import RowError, StageError
from synthforge.fencing import Fences, defused, environment, inside
from synthforge.meaning.quotes import find
from synthforge.plugin import Cost
from synthforge.records import Example, Message, Reply, Request, Section, Span, Turn, Verdict, fingerprint
from synthforge.validators.base import Validator
from synthforge.validators.settling import doubts, earlier, readable
from synthforge.validators.statements import short, statements

PROMPTS = Path(__file__).parent / "prompts"

FINAL = ("reply.refused", "reply.schema")
"""Answers without a verdict that are stored as they are: to ask again would bring the same."""


class Judgement(BaseModel):
    """What you find when you hold the example against the sections."""

    model_config = ConfigDict(extra="forbid")

    statement: str = Field(description="The statement that the sections carry least, word for word from the example.")
    span: str = Field(description="The words of the sections that decide on it, verbatim; empty if there are none.")
    missing_condition: str = Field(description="A condition or exception that the example leaves out; empty if none.")
    corrected: str = Field(description="The statement as the sections have it; empty if it needs no correction.")
    verdict: Literal["supported", "contradicted", "not_enough", "misleading"] = Field(
        description="supported; contradicted: the sections say otherwise; not_enough: they do not say it; misleading: "
        "a condition, exception or limit is left out, so that a reader would act wrongly."
    )


class Judge(Validator):
    """Asks the recipe's `judge` about examples that reading can settle, and about a share of the accepted ones.

    A model of another family than the teacher's is the better judge: it does not share the teacher's mistakes.
    """

    cost: ClassVar[Cost] = "money"

    audit: float = Field(0.05, ge=0, le=1)
    """Share of the examples that every other check accepted to be judged as well; by their ids, so always the same
    ones. What it rejects of them says how much the others let through."""

    twice: bool = False
    """Show it the sections of an uncertain example in both orders, in two requests; one verdict against is enough."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.check_many([example], run)[0]

    def check_many(self, examples: Sequence[Example], run: Run) -> list[Verdict]:
        asked = [self.requests(example, run) for example in examples]
        answers = iter(_answers([request for requests in asked for request in requests], run))
        return [
            self._verdict(example, requests[0].sections, [next(answers) for _ in requests])
            if requests else self.passed()
            for example, requests in zip(examples, asked, strict=True)
        ]  # fmt: skip

    def reads(self, example: Example, run: Run) -> object:
        """What is asked, and whom."""
        asked = [message.content for request in self.requests(example, run) for message in request.messages]
        return [earlier(example), asked, run.judge.identity if run.judge and asked else None]

    def asks_about(self, example: Example) -> bool:
        """A doubt that no reading settles stays one, whatever a judge says: nothing is paid for it."""
        if example.unsettled:
            return all(readable(verdict) for verdict in example.unsettled)
        return int(fingerprint("audit", example.id), 16) < self.audit * 16**20

    def requests(self, example: Example, run: Run) -> list[Request]:
        """What it asks about an example with the verdicts of the checks before it; nothing about most."""
        if not self.asks_about(example):
            return []
        shown = _shown(example, run)
        orders = [shown, shown[::-1]] if self.twice and example.unsettled and len(shown) > 1 else [shown]
        return [_request(example, order) for order in orders]

    def _verdict(self, example: Example, shown: Sequence[Section], answers: Sequence[Reply | RowError]) -> Verdict:
        try:
            given = [_read(answer) for answer in answers]
        except RowError as error:
            code = "judge.no_verdict" if error.code in FINAL else "judge.unanswered"
            return self.uncertain(code, f"the judge gave no answer: {error}")
        against = next((each for each in given if each.verdict != "supported"), None)
        if against is None:
            return self.passed().model_copy(update={"reason": _reason(given[0]), "settles": doubts(example)})
        return self.failed(f"judge.{against.verdict}", _reason(against), **_details(against, example, shown))


def _answers(requests: Sequence[Request], run: Run) -> Sequence[Reply | RowError]:
    if not requests:
        return ()
    if run.judge is None:
        raise StageError("check", "there is no judge to ask", "choose one in defaults (/teacher@judge: NAME)")
    return run.judge.ask(requests)


def _read(answer: Reply | RowError) -> Judgement:
    if isinstance(answer, RowError):
        raise answer
    try:
        return Judgement.model_validate(answer.content)
    except ValidationError as error:
        raise RowError("reply.schema", f"it does not fit: {error.errors()[0]['msg']}") from error


def _shown(example: Example, run: Run) -> tuple[Section, ...]:
    """What the example cites and what the student sees, in the order of the documents; what is withheld stays so."""
    cited = (claim.evidence.section for turn in example.turns for claim in turn.claims)
    found = (run.sections[key] for key in {*cited, *example.order.excerpt} if key in run.sections)
    return tuple(sorted(found, key=lambda section: (section.document, section.start, section.key)))


def _request(example: Example, shown: tuple[Section, ...]) -> Request:
    fenced = [inside(section) for section in shown]
    told = defused("\n\n".join(_told(turn, n, len(example.turns), shown) for n, turn in enumerate(example.turns, 1)))
    doubted = defused("\n".join(verdict.reason for verdict in example.unsettled))
    jinja = environment((PROMPTS,))
    user = jinja.get_template("judge.jinja").render(
        sections=fenced, example=told, doubts=doubted, fence=Fences([*fenced, told, doubted])
    )
    system = jinja.get_template("judge_system.jinja").render()
    return Request(
        messages=(Message(role="system", content=system.strip()), Message(role="user", content=user.strip())),
        response_schema=_schema(), response=Judgement, sample=0, order=example.order, sections=shown,
    )  # fmt: skip


def _told(turn: Turn, number: int, of: int, shown: Sequence[Section]) -> str:
    """A turn in lines: question, statements with what they quote, reasoning, answer and outcome."""
    citations = {section.key: section.citation for section in shown}
    lines = [f"Question{f' {number}' if of > 1 else ''}: {turn.question}"]
    for statement in statements(turn):
        lines.append(f"Statement: {statement.text}")
        for each in statement.evidence:
            lines.append(f'  quoting [{citations.get(each.section, each.section)}]: "{each.quote}"')
    said = {"Reasoning": turn.reasoning, "Answer": turn.answer, "Outcome": turn.decision, "Missing": turn.missing}
    return "\n".join([*lines, *(f"{name}: {text}" for name, text in said.items() if text)])


@cache
def _schema() -> dict[str, Any]:
    return Judgement.model_json_schema()


def _reason(judgement: Judgement) -> str:
    """What was found, on which words, against which of the source."""
    parts = {
        "at": judgement.statement, "the source": judgement.span, "left out": judgement.missing_condition,
        "it should be": judgement.corrected,
    }  # fmt: skip
    said = (f"{name}: '{short(text)}'" for name, text in parts.items() if text.strip())
    return "; ".join([f"judged {judgement.verdict.replace('_', ' ')}", *said])


def _details(judgement: Judgement, example: Example, shown: Sequence[Section]) -> dict[str, Any]:
    """Where the statement stands in the example, and the deciding words in a section, as far as they are verbatim."""
    return {
        "said": next(_spans(judgement.statement, _places(example)), None),
        "source": next(_spans(judgement.span, ((section.key, section.text) for section in shown)), None),
        "found": judgement.statement,
        "expected": judgement.corrected,
    }


def _places(example: Example) -> Iterator[tuple[str, str]]:
    for number, turn in enumerate(example.turns, 1):
        for statement in statements(turn, number, len(example.turns)):
            yield statement.place, statement.text
        where = f"turn {number} " if len(example.turns) > 1 else ""
        yield from ((where + name, text) for name, text in (("reasoning", turn.reasoning), ("answer", turn.answer)))


def _spans(words: str, texts: Iterable[tuple[str, str]]) -> Iterator[Span]:
    for place, text in texts:
        if words.strip() and (span := find(words, text)):
            yield Span(place=place, start=span[0], end=span[1])
