"""Answers of a teacher that has read what it was sent: whole examples that quote the first section of the prompt.

Named to the server as `tests.support.answers:quoting`.
"""

import re

from pydantic import JsonValue

from tests.support.asked import Asked
from tests.support.instances import instance

_SECTION = re.compile(r"^<section 1 \w+>\n\[(?P<citation>[^\n]+)\]\n(?P<text>.*?)\n</section 1 ", re.S | re.M)
_SENTENCE = re.compile(r"[^.!?]+[.!?]?")


def quoting(asked: Asked) -> JsonValue:
    """A reply of the asked form, whose claims rest on the first sentence of the first section."""
    if asked.schema is None:
        return None
    number = int.from_bytes(asked.digest[:8])
    made = instance(asked.schema, number)
    found = _SECTION.search(asked.prompt)
    if not isinstance(made, dict) or found is None:
        return made
    sentence = _SENTENCE.findall(found["text"])[0].strip()
    claim: JsonValue = {"text": sentence, "section": f"[{found['citation']}]", "quote": sentence}
    turns = made.get("turns")
    for n, turn in enumerate(turns if isinstance(turns, list) else [made]):
        if isinstance(turn, dict):
            _fill(turn, claim, f"Question {number % 10**8}-{n}: what does the rule ask for?", sentence)
    if "unsuitable" in made:
        made["unsuitable"] = ""
    return made


def _fill(turn: dict[str, JsonValue], claim: JsonValue, question: str, sentence: str) -> None:
    said: dict[str, JsonValue] = {
        "question": question, "claims": [claim], "answer": sentence, "missing": "", "reasoning": "",
    }  # fmt: skip
    turn.update({name: value for name, value in said.items() if name in turn})
    if "decision" in turn:
        turn["decision"] = "answered" if turn["decision"] not in ("compliant", "violation") else turn["decision"]
