"""A question that no single section answers: one sets the rule, another its definition, condition or next step."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import BaseModel, Field

from synthforge.context import Run
from synthforge.meaning.rules import rules
from synthforge.meaning.terms import used
from synthforge.records import ORDINARY, Order, Section, Turn
from synthforge.templates.base import Companions, Template
from synthforge.templates.drafts import AnswerDraft


class JointDraft(AnswerDraft):
    """A question over several sections, and what follows from all of them."""


class MultiSection(Template):
    """A question and an excerpt → every section that it needs quoted, and what they say together."""

    instruction: str = (
        "Answer the question from the excerpt: quote every rule that it takes, say how they go together, then answer."
    )

    most: int = Field(2, ge=1)
    """Sections that a question may take beside the first."""

    prompt_file: ClassVar[str] = "multi_section.jinja"
    response: ClassVar[type[BaseModel]] = JointDraft

    def suits(self, section: Section, edge_case: str) -> bool:
        return bool(rules(section.text))

    def companions(self, sections: Sequence[Section]) -> Companions:
        """Sections that one refers to; where it refers to none, those of its document that define a term it uses."""
        known = {section.key for section in sections}
        defining = _defining(sections)
        found: dict[str, list[tuple[str, ...]]] = {}
        for section in sections:
            linked = [link.section for link in section.links if link.section in known and link.section != section.key]
            joined = list(dict.fromkeys(linked or used(section, defining[section.document])))
            if joined:
                found[section.key] = list(self._choices(joined))
        return found

    def _choices(self, joined: Sequence[str]) -> Iterator[tuple[str, ...]]:
        yield from ((key,) for key in joined)
        if 1 < len(joined) and self.most > 1:
            yield tuple(joined[: self.most])

    def lacks(self, turns: Sequence[Turn], order: Order, run: Run) -> str:
        for turn in turns:
            cited = {claim.evidence.section for claim in turn.claims}
            left = [run.sections[key].citation for key in order.targets if key not in cited]
            if turn.decision in ORDINARY and left:
                return f"nothing is quoted from {', '.join(left)}"
        return ""


def _defining(sections: Sequence[Section]) -> dict[str, dict[str, str]]:
    """For each document, its defined terms and the section that defines each."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for section in sections:
        for link in section.links:
            if link.kind == "definition":
                found[section.document].setdefault(link.target, section.key)
    return found
