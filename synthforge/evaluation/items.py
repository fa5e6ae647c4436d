"""One evaluated answer: what was asked and expected, what the student wrote, and what could be read from
it."""

from collections.abc import Mapping, Sequence

from synthforge.records import Answer, Decision, Example, Record, Section


class Item(Record):
    """One turn of one held-out example. `text` is the student's answer, `answer` what its template read from
    it.

    `document` is where the question's target stands: items of one document resemble each other, so intervals
    are taken over documents. Gold quotes and citations are those of the checked reference answer. `excerpt` are the
    texts in which a quote may stand; for a closed-book question, which shows none, those that the answer cites and
    those that it should.
    """

    example: str
    turn: int
    document: str
    template: str
    edge_case: str
    difficulty: str
    question: str
    excerpt: tuple[str, ...]
    decision: Decision
    citations: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    text: str
    answer: Answer

    @property
    def key(self) -> tuple[str, int]:
        """Names the question; two students' answers to it have the same."""
        return (self.example, self.turn)


def item(example: Example, turn: int, text: str, answer: Answer, sections: Mapping[str, Section]) -> Item:
    """The item of an example's turn (counted from 0), given the student's text and what was read from it."""
    order, gold = example.order, example.turns[turn]
    evidence = [claim.evidence for claim in gold.claims]
    return Item(
        example=example.id,
        turn=turn,
        document=sections[order.targets[0]].document,
        template=order.template,
        edge_case=order.edge_case,
        difficulty=order.difficulty,
        question=gold.question,
        excerpt=tuple(sections[name].text for name in order.excerpt or _known(order.targets, answer, sections)),
        decision=gold.decision,
        citations=tuple(dict.fromkeys(sections[e.section].citation for e in evidence if e.section in sections)),
        quotes=tuple(dict.fromkeys(found.quote for found in evidence)),
        text=text,
        answer=answer,
    )


def _known(targets: Sequence[str], answer: Answer, sections: Mapping[str, Section]) -> tuple[str, ...]:
    """Keys of the sections that an answer without an excerpt may quote from."""
    cited = {" ".join(name.split()) for name in answer.citations}
    return (*targets, *(key for key, each in sections.items() if key not in targets and each.citation in cited))
