"""What two examples are compared by: their own words, never the excerpt and never private data."""

from synthforge.meaning.quotes import fold
from synthforge.records import Example


def spoken(example: Example) -> str:
    """Question, answer and reasoning of every turn, folded and lower-cased."""
    parts = (part for turn in example.turns for part in (turn.question, turn.answer, turn.reasoning))
    return "\n".join(fold(part).lower() for part in parts)
