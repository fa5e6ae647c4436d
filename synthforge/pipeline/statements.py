"""True statements drawn from the corpus: its own rules as answers, word for word and reworded; no teacher is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence

from synthforge.context import Run
from synthforge.corruption import paraphrase
from synthforge.meaning.rules import Rule, rules
from synthforge.records import Claim, Document, Evidence, Example, Order, Section, Turn, fingerprint
from synthforge.templates import CitedAnswer
from synthforge.templates.base import Template

WORDS = (6, 60)
"""Shorter and longer sentences are headings or whole lists."""
GIVES_AWAY = re.compile(r"\d|^(?:no|neither|none|nobody)\b", re.IGNORECASE)
NUMBERING = re.compile(r"^(?:[§\W\d]|[A-Za-z]?\d[\w.]*|\b[IVX]+\b)*\s*")


def statements(
    documents: Sequence[Document], templates: Mapping[str, Template], run: Run, at_most: int
) -> Iterator[Example]:
    """Up to `at_most` answered questions, spread over the corpus by seed; each claim is a normative sentence."""
    name, template = answering(templates)
    places = [(document, at) for document in documents for at in range(len(document.sections))]
    run.rng("statements").shuffle(places)
    found = (
        _example(rule, document, at, name, template, run)
        for document, at in places
        for rule in rules(document.sections[at].text)
        if stands_alone(rule)
    )
    for _, example in zip(range(at_most), found, strict=False):
        yield example


def answering(templates: Mapping[str, Template]) -> tuple[str, Template]:
    """The recipe's first task that gives plain answers from an excerpt; the packaged one where it has none."""
    fitting = ((n, t) for n, t in templates.items() if "answered" in t.outcomes and t.context == "excerpt")
    return next(fitting, ("cited_answer", CitedAnswer.model_validate({})))


def stands_alone(rule: Rule) -> bool:
    """A whole sentence that asks for something by itself; an item of a list needs what leads up to it."""
    least, most = WORDS
    whole = rule.text[0].isupper() and rule.text.endswith(".")
    return whole and rule.modality != "fact" and least <= len(rule.text.split()) <= most


def reworded(example: Example, template: Template, run: Run) -> Example | None:
    """The same statement in other words; None where no safe rewording is known."""
    (turn,) = example.turns
    text = paraphrase(turn.answer, run.rng("reworded", example.id))
    if text == turn.answer:
        return None
    claims = tuple(claim.model_copy(update={"text": text}) for claim in turn.claims)
    told = turn.model_copy(update={"claims": claims, "answer": text})
    return rendered(example, (told,), template, run).model_copy(update={"id": fingerprint("reworded", example.id)})


def rendered(example: Example, turns: tuple[Turn, ...], template: Template, run: Run) -> Example:
    """The example with other turns, and the messages that a student would be trained on."""
    excerpt = [run.sections[key] for key in example.order.excerpt]
    return example.model_copy(update={"turns": turns, "messages": template.messages(turns, excerpt, run)})


def _example(rule: Rule, document: Document, at: int, name: str, template: Template, run: Run) -> Example:
    section = document.sections[at]
    shown = document.sections[max(0, at - 1) : at + 3]
    order = Order(
        template=name, targets=(section.key,), excerpt=tuple(each.key for each in shown), category=document.category,
        difficulty="medium",
    )  # fmt: skip
    text = " ".join(rule.text.split())
    start, end = section.start + rule.start, section.start + rule.end
    evidence = Evidence(section=section.key, quote=section.text[rule.start : rule.end], start=start, end=end)
    turn = Turn(
        question=f"Which rule applies to {_topic(rule, section)}?", claims=(Claim(text=text, evidence=evidence),),
        answer=text, decision="answered",
    )  # fmt: skip
    example = Example(id=fingerprint("statement", section.key, rule.start), order=order)
    return rendered(example, (turn,), template, run)


def _topic(rule: Rule, section: Section) -> str:
    """What the question names: a heading, else a subject; without numbers, which would give facts away, or denial."""
    heading = NUMBERING.sub("", section.heading)
    choices = (" ".join(text.split()) for text in (heading, rule.subject))
    plain = (text for text in choices if text and len(text) < 80 and not GIVES_AWAY.search(text))
    topic = next(plain, "this matter")
    return topic if re.match(r"[A-Z]{2}", topic) else topic[0].lower() + topic[1:]
