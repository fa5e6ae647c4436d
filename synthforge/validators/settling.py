"""Which doubts of the checks before it a model's reading can settle: those on what the words of the source say."""

from synthforge.records import Example, Verdict

GROUNDING = (
    "modality.", "negation.", "comparator.", "condition.", "addition.", "entity.", "number.elsewhere", "entailment.",
)  # fmt: skip
"""How their codes begin. No reading tells whether an identifier is registered or a citation current."""


def readable(verdict: Verdict) -> bool:
    """Whether reading the sections and the example can decide what this verdict left open."""
    return verdict.code.startswith(GROUNDING)


def doubts(example: Example) -> tuple[str, ...]:
    """The codes of these doubts, each once, as far as they are not settled."""
    return tuple(dict.fromkeys(verdict.code for verdict in example.unsettled if readable(verdict)))


def earlier(example: Example) -> list[tuple[str, str, str]]:
    """What the checks before have left open, for the key of a verdict that goes by it."""
    return [(verdict.code, verdict.reason, verdict.said.place if verdict.said else "") for verdict in example.unsettled]
