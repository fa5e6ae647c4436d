"""Generate: orders → the teacher's typed replies → examples whose evidence has been looked up in its section."""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from synthforge.context import Desk, Run
from synthforge.errors import RowError, blamed
from synthforge.meaning.quotes import find, locate
from synthforge.meaning.repair import repaired
from synthforge.records import Claim, Evidence, Example, Order, Request, Section, Turn, Verdict, fingerprint
from synthforge.runners import Answered, Local, Runner
from synthforge.teacher.base import Teacher
from synthforge.templates.base import Ask, Template

Avoid = Mapping[str, Sequence[str]]
"""By section key the questions that earlier waves kept for it."""


def generate(
    orders: Sequence[Order], templates: Mapping[str, Template], teacher: Teacher, run: Run, avoid: Avoid | None = None,
    *, runner: Runner | None = None, desk: Desk | None = None,
) -> list[Example]:  # fmt: skip
    """One example per order, in order-id sequence; an order without a usable draft is a failed example.

    `avoid` must be the same for all orders of a wave, so that none depends on another.
    """
    orders = sorted(orders, key=lambda order: order.id)
    about = Counter(map(_about, orders))
    conversations = [
        conversation(order, templates[order.template], run, avoid or {}, alone=about[_about(order)] == 1)
        for order in orders
    ]
    with run.progress.bar("generate", len(orders)) as bar:
        return (runner or Local()).converse_all(teacher, conversations, desk or run.desk("generate"), bar)


def instructed(run: Run, templates: Mapping[str, Template]) -> Run:
    """The run with what each order's prompts say in their own words, for checks of whether a draft repeats it."""

    @lru_cache(maxsize=256)
    def instructions(order: Order) -> str:
        return templates[order.template].instructions(order, run)

    return replace(run, instructions=instructions)


def _about(order: Order) -> frozenset[str]:
    """The sections in an order's prompt; orders about the same ones have the same in front."""
    return frozenset((*order.targets, *order.excerpt))


def conversation(
    order: Order, template: Template, run: Run, avoid: Avoid, alone: bool = False
) -> Generator[Request, Answered, Example]:
    """One order's requests, each made from the replies before it, to the example that comes of them.

    It is sent what became of each request, and knows nothing of who asks it, in what company, or how often; save that
    with `alone`, no other order of the wave has its sections, so that keeping them in a provider's cache is no use.
    """
    alone = alone and template.requests(order) == 1
    example = Example(id=fingerprint("example", order.id, ()), order=order)
    replies: list[BaseModel] = []
    while (asked := _next(order, template, replies, run, avoid)) is not None:
        key, reply = yield _request(order, asked, alone)
        if isinstance(reply, RowError):
            return example.judged(_failed(reply.code, reply.reason))
        keys = (*example.replies, key)
        example = example.model_copy(update={"id": fingerprint("example", order.id, keys), "replies": keys})
        example = example.model_copy(update={"usage": example.usage + reply.usage})
        try:
            replies.append(asked.response.model_validate(reply.content))
        except ValidationError as error:
            return example.judged(_failed("reply.schema", "; ".join(_fault(e) for e in error.errors()[:3])))
        if declined := template.unsuitable(replies):
            return example.judged(_failed("reply.declined", declined))
    return _drafted(example, template, replies, run)


def request(order: Order, template: Template, run: Run, avoid: Avoid | None = None) -> Request:
    """The first request of an order."""
    asked = _next(order, template, (), run, avoid or {})
    if asked is None:
        raise ValueError(f"the template '{order.template}' asks nothing for order {order.id}")
    return _request(order, asked)


def _next(order: Order, template: Template, replies: Sequence[BaseModel], run: Run, avoid: Avoid) -> Ask | None:
    with blamed("generate", template, f"order {order.id}"):
        return template.ask(order, replies, run, avoid.get(order.targets[0], ()))


def _request(order: Order, asked: Ask, alone: bool = False) -> Request:
    messages = asked.messages
    if alone:
        messages = tuple(m if m.role == "system" else m.model_copy(update={"shared": 0}) for m in messages)
    return Request(
        messages=messages,
        response_schema=_schema(asked.response),
        response=asked.response,
        sample=order.sample,
        order=order,
        sections=asked.sections,
        turns=asked.turns,
        question=asked.question,
    )


@cache
def _schema(response: type[BaseModel]) -> dict[str, Any]:
    return response.model_json_schema()


def _drafted(example: Example, template: Template, replies: Sequence[BaseModel], run: Run) -> Example:
    """The replies as an example; what cannot be used becomes a failing verdict."""
    order = example.order
    written = template.turns(replies)
    turns = tuple(_cited(turn, order, run) for turn in written)
    if not turns:
        return example.judged(_failed("reply.empty", "the reply holds no turn"))
    if lacks := template.lacks(turns, order, run):
        return example.judged(_failed("reply.incomplete", lacks))
    messages = template.messages(turns, [run.sections[key] for key in order.excerpt], run)
    example = example.model_copy(update={"turns": turns, "messages": messages})
    return example.judged(*_repairs(written, turns))


def _cited(turn: Turn, order: Order, run: Run) -> Turn:
    """Evidence with its section's id for the citation that the teacher wrote, and its place when it is found there."""
    # What the prompt showed comes first: two documents may use one citation.
    shown = {run.sections[id].citation: run.sections[id] for id in [*order.excerpt, *order.targets]}
    claims = tuple(_located(claim, shown, run.by_citation) for claim in turn.claims)
    return turn.model_copy(update={"claims": claims})


def _located(claim: Claim, *by_citation: Mapping[str, Section]) -> Claim:
    evidence = claim.evidence
    said = evidence.section.strip()
    bare = said[1:-1] if said.startswith("[") and said.endswith("]") else said
    # As written first: a repeated heading's own citation ends in brackets ("Rules [2]").
    section = next((sections[name] for name in (said, bare) for sections in by_citation if name in sections), None)
    if section is None:
        return claim
    found = locate(evidence.quote, section) or _meant(evidence.quote, section)
    if found is None:
        evidence = Evidence(section=section.key, quote=evidence.quote)
    else:
        start, end = found
        quote = section.text[start - section.start : end - section.start]
        evidence = Evidence(section=section.key, quote=quote, start=start, end=end)
    return Claim(text=claim.text, evidence=evidence)


def _meant(quote: str, section: Section) -> tuple[int, int] | None:
    """Where the words stand that a quote with slips of the pen means: offsets into the section's document."""
    span = repaired(quote, section.text)
    return None if span is None else (section.start + span[0], section.start + span[1])


def _repairs(written: Sequence[Turn], cited: Sequence[Turn]) -> Iterator[Verdict]:
    """A warning for each quote that was not the source's own words, and now is."""
    for before, after in zip(written, cited, strict=True):
        for claim, located in zip(before.claims, after.claims, strict=True):
            quote, evidence = claim.evidence.quote, located.evidence
            if evidence.start is not None and find(quote, evidence.quote) != (0, len(evidence.quote)):
                yield Verdict(
                    stage="generate", by="teacher", outcome="passed", code="quote.repaired",
                    reason=f"'{quote}' was copied badly from '{evidence.quote}'", found=quote, expected=evidence.quote,
                )  # fmt: skip


def _failed(code: str, reason: str) -> Verdict:
    return Verdict(stage="generate", by="teacher", outcome="failed", code=code, reason=reason)


def _fault(error: Mapping[str, object]) -> str:
    place = ".".join(map(str, error["loc"])) if isinstance(error["loc"], tuple) else ""
    return f"{place}: {error['msg']}"
