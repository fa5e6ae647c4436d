"""Teacher-side hygiene: nothing of the prompt, of the model or of its manners gets into what a student learns."""

import re
from collections.abc import Iterator, Sequence, Set
from math import ceil

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.agreement import words
from synthforge.meaning.quotes import fold
from synthforge.meaning.sentences import sentences
from synthforge.records import EXCEPTIONAL, Example, Order, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.phrases import Speaker, phrases
from synthforge.validators.repetition import repeated

_SPOKEN: tuple[Speaker, ...] = ("question", "reasoning", "answer")
"""What of a turn, beside its quotes and its decision, a student is shown."""
_SENTENCES = {"short": 1, "medium": 2, "long": 6}
"""What an order's length asks for at most (`templates.base.LENGTHS`)."""
_WORDS = 30
"""Words of a sentence, for a text that puts its stops where it likes."""
_STEPS = re.compile(r"\(1\) .*\(2\) ", re.DOTALL)
_ECHOED = 5
_INTERNAL = re.compile(
    rf"</?(?:section|query|question|matter|user|you|assistant)(?: \d+)? [0-9a-f]{{12}}>"
    rf"|\[the rule, word for word\]|\b(?:{'|'.join(name for name in EXCEPTIONAL if '_' in name)})\b"
)
"""Fences, what stands for the rule where a user must not see it, and decisions by their internal names."""
_VERBATIM = re.compile(r"(?<!\w)['\"][^\n]+?['\"](?!\w)")
"""What a prompt puts in quotation marks is what is to be said."""

Runs = Set[tuple[str, ...]]
"""Runs of words."""


class Hygiene(Validator):
    """Rejects what the teacher says of itself or its task, prompt text, chatter, refusals, loops, and answers longer
    than ordered.

    A phrase that stands in the sections shown, in the message that students are served with, or in an edge case's
    wording is not the teacher's. Whether an answer stands in its question is for `schema` and `trivial`.
    """

    leaked_words: int = Field(8, ge=5)
    """As many words in a row from the prompt's own text, its persona and scenario included, are a leak. Real documents
    and questions have no five in common with the packaged prompts; whoever speaks as a persona may have a few more."""
    length_tolerance: float = Field(1.5, ge=1)
    """How many times the sentences, or the words, that its order's length asks for an answer may have; one that is no
    longer than its quotes, or that lists steps, always may. 'long' has no lower bound: a rule may be short."""

    def check(self, example: Example, run: Run) -> Verdict:
        theirs = _theirs(example, run)
        own = _VERBATIM.sub("\n", run.instructions(example.order))
        prompt = runs(own, self.leaked_words) - runs(theirs, self.leaked_words)
        for number, turn in enumerate(example.turns, 1):
            for code, reason, found in self._faults(turn, example.order, theirs, prompt):
                where = f"turn {number}: " if len(example.turns) > 1 else ""
                return self.failed(f"hygiene.{code}", where + reason, found=found)
        if asked := _asked_again(example.turns):
            return self.failed("hygiene.repetition", f"the conversation asks twice: '{asked}'", found=asked)
        return self.passed()

    def reads(self, example: Example, run: Run) -> object:
        return run.instructions(example.order), _theirs(example, run)

    def _faults(self, turn: Turn, order: Order, theirs: str, prompt: Runs) -> Iterator[tuple[str, str, str]]:
        for name in _SPOKEN:
            text = fold(getattr(turn, name))
            for code, said in phrases(text, name, closed_book=not order.excerpt):
                if not _stands(said, theirs):
                    yield code, f"the {name} says '{said}'", said
            if leak := leaked(text, prompt, self.leaked_words):
                yield "prompt_leak", f"the {name} repeats the prompt: '{leak}'", leak
            if loop := repeated(text, theirs):
                yield "repetition", f"the {name} says more than once: '{loop}'", loop
        if echo := _echo(turn):
            yield "copied_question", f"the answer repeats the question: '{echo}'", echo
        if reason := self._too_long(turn, order.length):
            yield "length", reason, ""

    def _too_long(self, turn: Turn, length: str) -> str:
        told = len(turn.answer.split())
        quoted = sum(len(claim.evidence.quote.split()) for claim in turn.claims)
        if length not in _SENTENCES or told <= quoted or _STEPS.search(turn.answer):
            return ""
        most = self.length_tolerance * _SENTENCES[length]
        for unit, count, allowed in (
            ("sentences", len(sentences(turn.answer)), ceil(most)),
            ("words", told, ceil(most * _WORDS)),
        ):
            if count > allowed:
                return f"the answer has {count} {unit}; '{length}' allows {allowed}"
        return ""


def _theirs(example: Example, run: Run) -> str:
    """What is not the teacher's: the sections shown, what the student is told, and the wording of decisions."""
    shown = [run.sections[key] for key in (*example.order.excerpt, *example.order.targets) if key in run.sections]
    source = [text for section in shown for text in (section.lead_in, section.text, *section.path)]
    served = [message.content for message in example.messages if message.role == "system"]
    return fold("\n".join([*source, *served, *run.wording.values()])).lower()


def _stands(said: str, theirs: str) -> bool:
    start = r"\b" if said[0].isalnum() else ""  # "sure," does not stand in "measure,"
    return re.search(start + re.escape(said.lower()), theirs) is not None


def runs(text: str, length: int) -> Runs:
    """Every run of words of a text."""
    said = words(text)
    return {said[at : at + length] for at in range(len(said) - length + 1)}


def leaked(text: str, prompt: Runs, length: int) -> str:
    """The first run of so many words that a prompt has too, or what only prompts have; '' for neither."""
    if match := _INTERNAL.search(text):
        return match.group()
    said = words(text)
    found = (said[at : at + length] for at in range(len(said) - length + 1) if said[at : at + length] in prompt)
    return " ".join(next(found, ()))


def _echo(turn: Turn) -> str:
    """The question's last sentence, where the answer says it again before it answers."""
    spans = sentences(turn.question)
    asked = fold(turn.question[slice(*spans[-1])]) if spans else ""
    again = asked.lower().rstrip(" ?.") in fold(turn.answer).lower()
    return asked if again and asked.endswith("?") and len(asked.split()) >= _ECHOED else ""


def _asked_again(turns: Sequence[Turn]) -> str:
    """A question that a conversation asks again, to be answered from the same evidence."""
    seen: set[object] = set()
    for turn in turns:
        asked = (words(turn.question), frozenset(claim.evidence.quote for claim in turn.claims))
        if asked in seen:
            return turn.question
        seen.add(asked)
    return ""
