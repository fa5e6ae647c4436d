"""The fifth check: may the words of an answer turn what its source says?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

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
        count = len(example.turns)
        found = [each for number, turn in enumerate(example.turns, 1) for each in _doubts(turn, number, count, run)]
        if not found:
            return self.passed()
        # What an answer adds of its own comes first: a model that reads claims cannot settle it.
        place, offset, fault, evidence = next((each for each in found if "claim" not in each[0]), found[0])
        where = f"{place.split(' claim')[0].removesuffix(' answer')}: " if count > 1 else ""
        return self.uncertain(fault.code, where + fault.reason, **against(fault, place, evidence, run.sections, offset))


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
            yield each.place, 0, _placed(fault, each.text), each.evidence
    if turn.decision not in ("answered", "false_premise"):
        return  # a verdict or an abstention speaks of the case, and of what the source lacks
    claimed = {each.text for each in stated}
    cited = [claim.evidence for claim in turn.claims]
    for start, end in parts(turn.answer):
        if (said := turn.answer[start:end]) not in claimed and len(about(said)) >= _SHORTEST:
            for fault in (*doubts(said, everything), *misbound(said, everything)):
                yield f"turn {number} answer" if of > 1 else "answer", start, _placed(fault, said), cited


def _placed(fault: Difference, text: str) -> Difference:
    """What nothing in a text stands for is a matter of all of it."""
    return fault if fault.said else replace(fault, said=(0, len(text)), found=fault.found or text)
