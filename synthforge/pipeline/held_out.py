"""Questions that are examined closed-book are not trained on: the documents are the same, so these must differ."""

from collections.abc import Iterator, Sequence

from synthforge.meaning.quotes import fold
from synthforge.records import Example, Verdict

BY = "held_out"
"""Who signs."""


def apart(examples: Sequence[Example], exam: Sequence[Example]) -> Iterator[Example]:
    """The examples, those rejected that ask in so many words what a closed-book one of the `exam` asks."""
    examined = {_plain(turn.question): each.id for each in exam for turn in each.turns}
    for example in examples:
        asked = next((id for turn in example.turns if (id := examined.get(_plain(turn.question)))), None)
        if asked is None or example.fate != "kept":
            yield example
        else:
            yield example.judged(
                Verdict(
                    stage="filter", by=BY, outcome="failed", code="leak.question", reason=f"asks what {asked} examines"
                )
            )


def _plain(question: str) -> str:
    return fold(question).lower().strip(" .?!")
