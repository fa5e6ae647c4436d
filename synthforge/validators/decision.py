"""The seventh check: does each verdict follow, is each abstention needed, and does no turn contradict another?"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.cases import limiting, scenario, silent
from synthforge.meaning.coverage import covered, vocabulary
from synthforge.meaning.disagreement import disagree, matter
from synthforge.meaning.rules import rules
from synthforge.meaning.sentences import sentences
from synthforge.records import Example, Section, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import whole

Fault = tuple[str, str]

_LOOKS_UP = re.compile(
    r"(?i)(?:^|[,.:;!?]\s+)(?:and |but |so )?(?:what|how|which|when|who|where|by when|for how)\b[^.!?]*\?\s*\Z"
)
"""A question whose answer can be read from a rule, unlike one that asks whether a case complies."""


class Decision(Validator):
    """Rejects verdicts that plain arithmetic refutes or that nothing in the case supports, abstentions where a section
    shown decides, and conversations that contradict themselves. What it cannot tell, it passes."""

    same_matter: float = Field(0.6, gt=0, le=1)
    """Share of a rule's words that a case must repeat for the rule to be about it."""
    answered: float = Field(0.85, gt=0, le=1)
    """Share of a question's words, by rarity, that one sentence must hold to be its answer."""

    def check(self, example: Example, run: Run) -> Verdict:
        shown = [run.sections[key] for key in example.order.excerpt if key in run.sections]
        for number, turn in enumerate(example.turns, 1):
            where = f"turn {number}: " if len(example.turns) > 1 else ""
            so_far = "\n".join(each.question for each in example.turns[:number])
            for code, reason in (*_refuted(turn, so_far, run), *self._needless(turn, shown, run)):
                return self.failed(code, where + reason)
        for code, reason in _contradictions(example.turns):
            return self.failed(code, reason)
        return self.passed()

    def _needless(self, turn: Turn, shown: Sequence[Section], run: Run) -> Iterator[Fault]:
        """An abstention for want of information, though a section shown decides."""
        if turn.decision != "insufficient_information":
            return
        for section in shown:
            for start, end in sentences(section.text):
                sentence = section.text[start:end]
                if self._decides(sentence, turn.question) or self._answers(sentence, turn.question, section, run):
                    yield "abstention.decided", f"{section.key} decides it: '{sentence}'"

    def _decides(self, sentence: str, case: str) -> bool:
        rule = limiting([sentence])
        if rule is None or scenario(case, rule) is None:
            return False
        asked = matter(rule.text)
        return bool(asked) and len(asked & matter(case)) >= self.same_matter * len(asked)

    def _answers(self, sentence: str, question: str, section: Section, run: Run) -> bool:
        if not _LOOKS_UP.search(question) or not any(rule.limit for rule in rules(sentence)):
            return False
        share = covered(question, vocabulary((sentence, section.lead_in, *section.path)), run.index, 4)
        return share is not None and share >= self.answered


def _refuted(turn: Turn, so_far: str, run: Run) -> Iterator[Fault]:
    """A verdict against plain arithmetic, or on a case that lacks the value it turns on."""
    if turn.decision not in ("compliant", "violation"):
        return
    rule = limiting(sentence for claim in turn.claims for sentence in whole(claim.evidence, run.sections))
    if rule is None:
        return
    argued = f"{turn.reasoning}\n{turn.answer}"
    value = scenario(turn.question, rule, argued)
    complies = rule.permits(value) if value else None
    if value is not None and complies is not None and complies != (turn.decision == "compliant"):
        said = turn.question[value.start : value.end]
        yield "decision.contradicts_limit", f"'{said}' is called {turn.decision}, the rule says: {rule.text}"
    if silent(so_far, rule):
        yield (
            "decision.fact_absent",
            f"called {turn.decision}, but the case does not say what this is held against: {rule.text}",
        )


def _contradictions(turns: Sequence[Turn]) -> Iterator[Fault]:
    """Rules that two turns state, each in its own words, and that cannot both be followed."""
    said = [[rule for text in _stated(turn) for rule in rules(text)] for turn in turns]
    for (first, one), (second, other) in combinations(enumerate(said, 1), 2):
        if "conflicting_sources" in (turns[first - 1].decision, turns[second - 1].decision):
            continue  # there the sources contradict each other, and the turn says so
        for a in one:
            for b in other:
                if disagree(a, b) and a.text != b.text:
                    yield "dialogue.contradiction", f"turn {first} says '{a.text}', turn {second} says '{b.text}'"


def _stated(turn: Turn) -> tuple[str, ...]:
    return (*(claim.text for claim in turn.claims), turn.answer)
