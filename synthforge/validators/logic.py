"""The fifth check: may the words of an answer turn what its source says?"""

from collections.abc import Iterator, Sequence

from synthforge.context import Run
from synthforge.meaning.agreement import Difference
from synthforge.meaning.binding import misbound
from synthforge.meaning.conditions import dropped
from synthforge.meaning.logic import about, doubts
from synthforge.records import Evidence, Example, Turn, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.statements import against, parts, source_sentences, statements

_SHORTEST = 2
"""Words that a piece of an answer must be about something with, to be compared."""


class Logic(Validator):
    """Leaves uncertain what may be turned: duty or permission, yes or no, a bound, a number's place, a condition.

    Words alone do not decide these, so nothing is rejected here; an entailment model, a judge or a person settles it,
    or `strictness: strict` rejects it.
    """

    def check(self, example: Example, run: Run) -> Verdict:
        for number, turn in enumerate(example.turns):
            where = f"turn {number + 1} " if len(example.turns) > 1 else ""
            for place, offset, fault, evidence in _doubts(turn, number + 1, len(example.turns), run):
                details = against(fault, place, evidence, run.sections, offset)
                return self.uncertain(fault.code, f"{where}{fault.reason}", **details)
        return self.passed()


def _doubts(turn: Turn, number: int, of: int, run: Run) -> Iterator[tuple[str, int, Difference, Sequence[Evidence]]]:
    """(which text, where in it, the doubt, what it rests on) of each claim against its own source, and of the answer
    against all of them."""
    stated = statements(turn, number, of)
    everything = list(dict.fromkeys(text for each in stated for text in source_sentences(each, run.sections)))
    if not everything:
        return
    told = " ".join((turn.question, turn.answer, turn.reasoning, *(each.text for each in stated)))
    for each in stated:
        sources = source_sentences(each, run.sections)
        for fault in (*doubts(each.text, sources), *misbound(each.text, sources), *dropped(each.text, told, sources)):
            yield each.place, 0, fault, each.evidence
    if turn.decision not in ("answered", "false_premise"):
        return  # a verdict or an abstention speaks of the case, and of what the source lacks
    claimed = {each.text for each in stated}
    cited = [claim.evidence for claim in turn.claims]
    for start, end in parts(turn.answer):
        if (said := turn.answer[start:end]) not in claimed and len(about(said)) >= _SHORTEST:
            for fault in (*doubts(said, everything), *misbound(said, everything)):
                yield f"turn {number} answer" if of > 1 else "answer", start, fault, cited
