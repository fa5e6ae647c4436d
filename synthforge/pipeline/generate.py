"""Generate: orders → the teacher's typed replies → examples whose evidence has been looked up in its section."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from synthforge.context import Run
from synthforge.errors import RowError
from synthforge.meaning.quotes import locate
from synthforge.records import Claim, Evidence, Example, Order, Reply, Request, Section, Turn, Verdict, fingerprint
from synthforge.runners.local import ask_all
from synthforge.teacher.base import Teacher
from synthforge.templates.base import Template


def generate(orders: Sequence[Order], templates: Mapping[str, Template], teacher: Teacher, run: Run) -> list[Example]:
    """One example per order, in order-id sequence; an order without a usable draft is a failed example."""
    orders = sorted(orders, key=lambda order: order.id)
    requests = [request(order, templates[order.template], run) for order in orders]
    with run.progress.bar("generate", len(orders)) as bar:
        replies = ask_all(teacher, requests, run.store, bar)
    return [
        draft(order, templates[order.template], key, reply, run)
        for order, (key, reply) in zip(orders, replies, strict=True)
    ]


def request(order: Order, template: Template, run: Run) -> Request:
    ids = dict.fromkeys([*order.excerpt, *order.targets])
    return Request(
        messages=template.prompt(order, run.sections, run),
        response_schema=_schema(template.response),
        sample=order.sample,
        order=order,
        sections=tuple(run.sections[id] for id in ids),
    )


@cache
def _schema(response: type[BaseModel]) -> dict[str, Any]:
    return response.model_json_schema()


def draft(order: Order, template: Template, key: str, reply: Reply | RowError, run: Run) -> Example:
    """A reply as an example; what cannot be read becomes a failing verdict."""
    example = Example(id=fingerprint("example", order.id, key), order=order, reply=key)
    if isinstance(reply, RowError):
        return example.judged(_failed(reply.code, reply.reason))
    example = example.model_copy(update={"usage": reply.usage})
    try:
        response = template.response.model_validate(reply.content)
    except ValidationError as error:
        return example.judged(_failed("reply.schema", "; ".join(_fault(e) for e in error.errors()[:3])))
    if declined := template.unsuitable(response):
        return example.judged(_failed("reply.declined", declined))
    turns = tuple(_cited(turn, order, run) for turn in template.turns(response))
    if not turns:
        return example.judged(_failed("reply.empty", "the reply holds no turn"))
    messages = template.messages(turns, [run.sections[id] for id in order.excerpt], run)
    return example.model_copy(update={"turns": turns, "messages": messages})


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
    found = locate(evidence.quote, section)
    if found is None:
        evidence = Evidence(section=section.id, quote=evidence.quote)
    else:
        start, end = found
        quote = section.text[start - section.start : end - section.start]
        evidence = Evidence(section=section.id, quote=quote, start=start, end=end)
    return Claim(text=claim.text, evidence=evidence)


def _failed(code: str, reason: str) -> Verdict:
    return Verdict(stage="generate", by="teacher", outcome="failed", code=code, reason=reason)


def _fault(error: Mapping[str, object]) -> str:
    place = ".".join(map(str, error["loc"])) if isinstance(error["loc"], tuple) else ""
    return f"{place}: {error['msg']}"
