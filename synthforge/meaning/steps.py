"""The steps that a text tells somebody to take, one behind the other."""

import re
from functools import lru_cache

from synthforge.meaning.rules import rules
from synthforge.meaning.sentences import Span, sentences

_MARK = re.compile(r"\s*(?:[-•*]\s+|\([A-Za-z0-9]{1,5}\)\s+|\d{1,2}[.)]\s+)+")
_ORDERS = re.compile(
    r"(?i)(?:then|next|first|finally|now|afterwards)?,?\s*(?:always |never |do not )?(?:add|adjust|allow|apply|ask"
    r"|attach|call|check|clean|clear|close|collect|complete|confirm|connect|contact|count|cover|detach|disconnect|do|document"
    r"|drain|enter|fasten|file|fill|hand|hold|inform|inspect|install|keep|label|leave|let|lift|listen|load|lock|log|look"
    r"|lower|mark|measure|move|note|notify|open|park|place|post|press|print|pull|push|put|raise|read|record|release"
    r"|remove|repeat|replace|report|reset|restart|return|rinse|save|secure|select|send|set|shut|sign|start|stop|store"
    r"|switch|tag|take|tell|test|tighten|turn|unload|unlock|unplug|update|use|verify|wait|walk|wash|wear|weigh|wipe"
    r"|write)\b"
)
"""Verbs that open an instruction in the imperative."""


@lru_cache(maxsize=8192)
def steps(text: str) -> tuple[Span, ...]:
    """The spans of the sentences that instruct, without their list marks: imperatives, and what must be done."""
    found = []
    for start, end in sentences(text):
        mark = _MARK.match(text, start, end)
        start = mark.end() if mark else start
        sentence = text[start:end]
        if sentence.endswith((".", ";", "!")) and (_ORDERS.match(sentence) or _demands(sentence)):
            found.append((start, end))
    return tuple(found)


def _demands(sentence: str) -> bool:
    return any(rule.modality == "must" for rule in rules(sentence))
