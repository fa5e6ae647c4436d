"""An older edition stands beside the one in force, and the right answer goes by the latter and says so."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar

from synthforge.edge_cases.base import Companions, EdgeCase, cited
from synthforge.records import ORDINARY, Decision, Order, Section, Turn


class SupersededVersion(EdgeCase):
    """A question that two editions of a section answer differently.

    It decides as the edition in force does: whether a student went by that one is told by its citation.
    """

    decision: ClassVar[Decision | None] = None
    needs: ClassVar[str] = "two editions of one section that can be put in order"

    wording: str = "the other edition is superseded"

    def companions(self, sections: Sequence[Section]) -> Companions:
        """The edition in force of each section, with each older one whose text differs."""
        editions: dict[str, list[Section]] = defaultdict(list)
        for section in sections:
            if section.versioned:
                editions[section.id].append(section)
        found = {}
        for each in editions.values():
            newest = max(each, key=lambda section: _number(section.edition))
            older = [(s.key,) for s in each if _comparable(s, newest) and s.hash != newest.hash]
            if older:
                found[newest.key] = older
        return found

    def brief(self, order: Order) -> str:
        return (
            "The two sections that the example is about are editions of one section: the first is in force, the second "
            "is superseded. Ask where they differ, without naming an edition. Quote and cite the edition in force "
            f"alone, decide as it does, and say in `reasoning` or `answer`, in these words: '{self.wording}'."
        )

    def user_brief(self, order: Order) -> str:
        return "Ask what the rule on this matter is today, or report a case that it decides."

    def shown(self, turn: Turn, order: Order) -> str:
        if turn.decision not in ORDINARY:
            return f"decided {turn.decision}, ordered an ordinary answer"
        in_force, *older = order.targets
        if in_force not in cited(turn):
            return "does not cite the edition in force"
        if cited(turn) & set(older):
            return "rests on the superseded edition"
        said = f"{turn.reasoning} {turn.answer}".lower()
        return "" if self.wording.lower() in said else f"does not say that '{self.wording}'"


def _number(edition: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", edition)))


def _comparable(older: Section, newer: Section) -> bool:
    """Two dates or two version numbers, the first one lower."""
    forms = {re.sub(r"\d+", "#", section.edition) for section in (older, newer)}
    return len(forms) == 1 and () < _number(older.edition) < _number(newer.edition)
