"""What the user of a conversation does from turn to turn: the moves there are, and a script drawn from their shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from synthforge.records import REFUSAL

Move = Literal["clarification", "follow_up", "multi_step", "topic_change", "refusal"]
"""What a recipe may give shares to. The first turn is always an `opening`, an edge case's last one `edge_case`."""

OPENING, EDGE_CASE = "opening", "edge_case"


@dataclass(frozen=True)
class Part:
    """A move as its two sides are told of it; the user's side is told nothing of the source."""

    user: str
    assistant: str


PARTS: Mapping[str, Part] = {
    OPENING: Part(
        "Open the conversation: say what you are dealing with, with its facts, and ask what you need to know.",
        "Answer the question, or judge the case, by the rule that decides it.",
    ),
    "clarification": Part(
        "Something in the last answer is not clear to you: a word, a condition, or whom it applies to. Ask about it.",
        "Make it clear from the sections; quote what says so.",
    ),
    "follow_up": Part(
        "Change one fact of your case (another number, time, person or place) and ask how it stands then.",
        "Judge the case with its changed fact; quote the rule again.",
    ),
    "multi_step": Part(
        "Describe a case with two or more facts that all have to be looked at, one after the other, and ask how it "
        "stands.",
        "Take the facts one by one in `reasoning`, each against the rule for it; then decide.",
    ),
    "topic_change": Part(
        "Leave this matter and ask about the other one named above.",
        "Answer from the section that the new matter is in, not from those before.",
    ),
    REFUSAL: Part(
        "Ask for something that belongs to the matter but that nobody may have written down (who, how much, since "
        "when), and press for a best guess.",
        "The sections do not settle what is asked. Do not guess: say so, name in `missing` what is not there, and "
        "decide insufficient_information.",
    ),
    EDGE_CASE: Part("", "Answer as the situation below asks."),
}


def script(shares: Mapping[Move, float], turns: int, edge_case: str, rng: Random) -> tuple[str, ...]:
    """The moves of one conversation: the opening, then moves by their shares, none twice in a row where it can be
    helped; the edge case last."""
    moves = [OPENING]
    while len(moves) < turns:
        fresh = {move: share for move, share in sorted(shares.items()) if share > 0 and move != moves[-1]}
        moves += rng.choices(list(fresh), list(fresh.values())) if fresh else moves[-1:]
    return (*moves[:-1], EDGE_CASE) if edge_case != "none" else tuple(moves)
