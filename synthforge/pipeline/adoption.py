"""Adoption: a row from elsewhere becomes an example that the checks can judge as if it had been written here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from synthforge.context import Run
from synthforge.edge_cases.base import EdgeCase
from synthforge.errors import RowError, blamed
from synthforge.meaning.quotes import fold
from synthforge.pipeline.attribution import Citation, citations, context, evidence, resting, stated, tagged
from synthforge.pipeline.foreign import conversation
from synthforge.pipeline.library import Library
from synthforge.records import (
    ABSTENTIONS,
    EXCEPTIONAL,
    ORDINARY,
    REFUSAL,
    Answer,
    Claim,
    Decision,
    Example,
    Message,
    Order,
    Section,
    Span,
    Turn,
    Verdict,
)
from synthforge.templates.base import Template

SCREEN = "screen"
"""The task of a row that names none of the recipe's, and who signs what is wrong with it before any check sees it."""

_EXCERPT = re.compile(r"Excerpt:\n(?P<lines>(?:- .*\n)+)\n(?P<question>.+)\Z", re.DOTALL)
_SHOWN = re.compile(r"^- .* \[(?P<citation>.+)\]$", re.MULTILINE)
_CHECKED = re.compile(r"^Check: *(?P<reasoning>.+)$", re.MULTILINE)
_NAMED = 4
"""Citations that a reason lists."""


@dataclass(frozen=True)
class Adopted:
    """One question of a row with its answer, all that is cited for it, and what is wrong with it already."""

    turn: Turn
    named: Sequence[Citation]
    faults: Sequence[Verdict] = ()


@dataclass(frozen=True)
class Adoption:
    """How rows are read: whose corpus they cite, and in which formats and words they may have been written."""

    library: Library
    templates: Mapping[str, Template]
    edge_cases: Mapping[str, EdgeCase]
    run: Run

    def example(self, row: Mapping[str, object], id: str) -> Example:
        """A row as an example; what it lacks is a failing verdict on it.

        Raises:
            RowError: it cannot be read as questions and answers.
        """
        if "order" in row and "turns" in row:
            return _record(row, id)
        pairs = conversation(row)
        asked = [self._asked(question) for question, _ in pairs]
        shown = [*context(row, self.library), *(section for _, excerpt in asked for section in excerpt)]
        turns = [
            self._turn(question, pair[1], row, last=number == len(pairs), place=_place("answer", number, len(pairs)))
            for number, ((question, _), pair) in enumerate(zip(asked, pairs, strict=True), 1)
        ]
        last = turns[-1].turn
        left = self._left(turns, last.answer or last.question)
        final = last.model_copy(update={"claims": (*last.claims, *left)})
        return Example(
            id=id,
            order=self._order(row, turns, shown),
            turns=(*(each.turn for each in turns[:-1]), final),
            messages=tuple(message for pair in pairs for message in _messages(*pair)),
            verdicts=tuple(fault for each in turns for fault in each.faults),
        )

    def _asked(self, text: str) -> tuple[str, Sequence[Section]]:
        """A question without what the production format puts before it, and the sections of the excerpt there."""
        instructions = (template.instruction for template in self.templates.values())
        said = next((each for each in instructions if text.startswith(each)), "")
        rest = text[len(said) :].strip() or text
        excerpt = _EXCERPT.match(rest)
        if excerpt is None:
            return rest, ()
        cited = (shown["citation"] for shown in _SHOWN.finditer(excerpt["lines"]))
        return excerpt["question"].strip(), [section for name in cited for section in self.library.find(name)]

    def _turn(self, question: str, answer: str, row: Mapping[str, object], *, last: bool, place: str) -> Adopted:
        listed = citations(row, self.library)
        if read := self._read(answer, row):
            return self._produced(question, answer, read, listed, row)
        decision = self._decision(row) if last else "answered"
        said = tagged(answer, listed, self.library)
        named = [*listed, *(each for _, each in said.tags)]
        claims, faults = stated(row, self.library) if last else [], list[Verdict]()
        if decision in ABSTENTIONS:
            claims = claims or [self._quoted(each) for each in named if each.quote]
        elif not claims:
            found = resting(question, said, listed, self.library)
            claims, faults = found.claims, [_unsupported(said.text, place, *each) for each in found.unsupported]
            if not (claims or faults):
                faults = self._uncited(named)
        return Adopted(_turned(question, said.text, decision, claims, row), named, faults)

    def _uncited(self, named: Sequence[Citation]) -> list[Verdict]:
        """Of an answer without claims; where it cites what is not there, the checks say so."""
        if any(self.library.find(each.name) for each in named):
            return [_failed("quote.none_found", "what it cites says nothing of this")]
        reason = "it cites no section of the documents that it could be held against"
        return [] if named else [_failed("citation.missing", reason)]

    def _read(self, text: str, row: Mapping[str, object]) -> Answer | None:
        """An answer in the production format of the task that the row names, or of another of the recipe's."""
        for name in sorted(self.templates, key=lambda name: name != _task(row)):
            with blamed("screen", self.templates[name], f"the answer {text[:60]!r}"):
                read = self.templates[name].read(text, self.run)
            if read.decision is not None and (read.well_formed or read.quotes):
                return read
        return None

    def _produced(
        self, question: str, text: str, read: Answer, listed: Sequence[Citation], row: Mapping[str, object]
    ) -> Adopted:
        """A turn out of the production format, whose quotes are its claims."""
        by_quote = {fold(each.quote): each for each in listed if each.quote}
        pairs = zip(read.citations, read.quotes, strict=True)
        quoted = [by_quote.get(fold(quote), Citation(name, quote)) for name, quote in pairs]
        checked = _CHECKED.search(text)
        reasoning = checked["reasoning"].strip() if checked else ""
        claims = [self._quoted(each) for each in quoted]
        turn = _turned(question, read.answer, read.decision, claims, row, reasoning)
        return Adopted(turn, [*quoted, *listed])

    def _quoted(self, cited: Citation) -> Claim:
        return Claim(text=cited.quote, evidence=evidence(cited, self.library))

    def _left(self, turns: Sequence[Adopted], answer: str) -> Iterator[Claim]:
        """Citations that no statement came to rest on are claims too, since a wrong one has to be seen: a quote
        carries itself, and what names no section is left to carry the answer."""
        used = {(c.evidence.section, c.evidence.quote) for each in turns for c in each.turn.claims}
        for cited in dict.fromkeys(each for turn in turns for each in turn.named):
            there = evidence(cited, self.library)
            known = bool(self.library.find(cited.name))
            if (there.section, there.quote) not in used and (cited.quote or not known):
                yield Claim(text=cited.quote or answer, evidence=there)

    def _decision(self, row: Mapping[str, object]) -> Decision:
        said = str(row.get("decision") or "answered").strip().casefold()
        known: dict[str, Decision] = {decision: decision for decision in (*ORDINARY, *EXCEPTIONAL)}
        worded = {wording.casefold(): decision for decision, wording in self.run.wording.items()}
        if found := known.get(said) or worded.get(said):
            return found
        raise RowError("row.decision", f"'decision' is '{said[:60]}', which is none of {', '.join(known)}")

    def _order(self, row: Mapping[str, object], turns: Sequence[Adopted], shown: Sequence[Section]) -> Order:
        """What would have been ordered: the excerpt is its own if it names one, else the sections that it cites."""
        decisions = [each.turn.decision for each in turns]
        names = list(dict.fromkeys(cited.name for each in turns for cited in each.named))
        used = (claim.evidence.section for each in turns for claim in each.turn.claims)
        cited = [*used, *(section.key for name in names for section in self.library.section(name))]
        keys = [s.key for s in shown] or cited or [s.key for name in names for s in self.library.find(name)]
        return Order(
            template=_task(row) if _task(row) in self.templates else SCREEN,
            targets=(),
            excerpt=tuple(key for key in dict.fromkeys(keys) if key in self.run.sections),
            category="",
            difficulty="medium",
            edge_case=next((n for n, case in self.edge_cases.items() if case.decision == decisions[-1]), "none"),
            turns=len(turns),
            moves=tuple(REFUSAL if decision in ABSTENTIONS else "" for decision in decisions),
        )


def _record(row: Mapping[str, object], id: str) -> Example:
    """An example that was written by a run: judged anew, as it was ordered."""
    try:
        example = Example.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"has order and turns, and is no example all the same: {place}: {first['msg']}"
        raise RowError("row.example", reason) from error
    if not example.order.targets and example.order.edge_case != "none":
        raise RowError("row.example", f"its order is for {example.order.edge_case}, and has no targets")
    return example.model_copy(update={"id": id, "verdicts": ()})


def _task(row: Mapping[str, object]) -> str:
    return str(row.get("task") or row.get("template") or "")


def _place(name: str, number: int, of: int) -> str:
    return f"turn {number} {name}" if of > 1 else name


def _messages(question: str, answer: str) -> tuple[Message, Message]:
    return Message(role="user", content=question), Message(role="assistant", content=answer)


def _turned(
    question: str, answer: str, decision: Decision | None, claims: Sequence[Claim], row: Mapping[str, object],
    reasoning: str = "",
) -> Turn:  # fmt: skip
    """An abstention that does not say apart what is missing says it in its answer."""
    decision = decision or "answered"
    missing = str(row.get("missing") or reasoning or answer) if decision in ABSTENTIONS else ""
    return Turn(
        question=question, claims=tuple(claims), reasoning=reasoning, answer=answer, decision=decision, missing=missing
    )


def _unsupported(text: str, place: str, span: tuple[int, int], sections: Sequence[Section]) -> Verdict:
    cited = list(dict.fromkeys(section.citation for section in sections))
    where = ", ".join(cited[:_NAMED]) + (f" and {len(cited) - _NAMED} more" if len(cited) > _NAMED else "")
    sentence = text[span[0] : span[1]]
    return _failed(
        "quote.none_found", f"no sentence of {where} says: '{sentence}'",
        said=Span(place=place, start=span[0], end=span[1]), found=sentence,
    )  # fmt: skip


def _failed(code: str, reason: str, **details: Any) -> Verdict:
    return Verdict(stage="check", by=SCREEN, outcome="failed", code=code, reason=reason, **details)
