"""Two sections say different things on one matter, and the right answer shows both and chooses neither."""

import re
from collections.abc import Sequence
from typing import ClassVar

from synthforge.edge_cases.base import Companions, EdgeCase, cited
from synthforge.meaning.disagreement import disagreements
from synthforge.records import Decision, Order, Section, Turn

_PRECEDENCE = re.compile(r"(?i)\b(?:prevails?|takes? precedence|supersedes?|overrides?|notwithstanding|in place of)\b")


class ConflictingSources(EdgeCase):
    """Rules of two sections or documents that cannot both be followed, none of which says that it comes first."""

    decision: ClassVar[Decision] = "conflicting_sources"
    needs: ClassVar[str] = "two sections that disagree on one matter"

    wording: str = "the sources disagree, and neither states which prevails"

    def companions(self, sections: Sequence[Section]) -> Companions:
        known = {section.key: section for section in sections}
        return {
            key: choices
            for key, others in disagreements(sections).items()
            if (choices := [(other,) for other in others if not _settled(known[key], known[other])])
        }

    def brief(self, order: Order) -> str:
        return (
            "The two sections that the example is about disagree. Ask what their rules are on the point where they do, "
            "or report a case that one allows and the other does not. Quote both; say in `reasoning` on what they "
            "disagree and in `missing` who or what has to say which prevails. Do not choose between them, unless one "
            f"of them states that it comes first: decide conflicting_sources: '{self.wording}'. If they do not really "
            "disagree, say so in `unsuitable`."
        )

    def user_brief(self, order: Order) -> str:
        return "Ask what the rule is on this matter."

    def shown(self, turn: Turn, order: Order) -> str:
        if fault := self.decided(turn):
            return fault
        if not set(order.targets) <= cited(turn):
            return "does not quote both sides"
        return "" if turn.missing.strip() else "does not say what has to be settled"


def _settled(one: Section, other: Section) -> bool:
    """Whether the texts say which comes first, or refer to each other as rule and exception."""
    linked = any(
        link.kind == "exception" and link.section == there.key
        for here, there in ((one, other), (other, one))
        for link in here.links
    )
    return linked or any(_PRECEDENCE.search(section.text) for section in (one, other))
