"""What language models say that is no part of a question or an answer: of themselves, of their task, in politeness.

English alone, and each by a whole construction: "the passage" is a corridor and "the prompt" a shell's until one of
them *says* something. What a task shows the student may be spoken of by name, so "the excerpt gives no rule on this"
or "according to the document" is no meta-talk where there is an excerpt.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Speaker = Literal["question", "reasoning", "answer"]

_SHOWN = r"(?:text|context|passage|excerpt|document|section|source|snippet|material|information|content)s?"
_GIVEN = r"(?:provided|given|supplied|retrieved)"
_BY = r"(?:based (?:up)?on|according to|as (?:stated|described|mentioned|noted|specified) in|judging by|per|from)"
_SAYS = (
    r"(?:do(?:es)? not|doesn't|don't|says?|states?|mentions?|indicates?|specif(?:y|ies)|notes?|makes? no|tells? us"
    r"|gives? no|is silent|are silent)\b"
)
_NOT_BY = r"(?! (?:by|to|in|on|at|under|with|for|from|during|pursuant))"
"""Behind these it is the client's own: "the information provided by the carrier"."""
_CANNOT = r"I (?:can(?:no|')t|could not|am (?:unable|not able) to|won't|will not)"

_SELF = (
    r"\bas an? (?:AI|(?:large )?language model)(?: language)?(?: model| assistant| chatbot)?\b(?=[,.;:)]| I\b|$)",
    r"\bI(?:'m| am) (?:just |only |merely )?an? (?:AI|(?:large )?language model|virtual assistant|chatbot)\b",
    r"\bmy (?:training data|knowledge cut-?off|programming|last (?:knowledge )?update|language model)\b",
)
_TASK = (
    r"\b(?:the|this|your|my) (?:system )?prompt (?:above |here )?(?:says|asks|states|tells|wants|instructs)\b",
    r"\b(?:the|these|your|my) instructions? (?:above )?(?:asks?|tells?|told|instructs?) (?:me|us)\b",
    r"\bI(?:'ve been| have been| was|'m| am) (?:asked|told|instructed) to (?:write|generate|create|produce|quote)\b",
    r"\bas (?:you )?(?:requested|instructed),? (?:here|the following)\b",
    r"\bthe student (?:will|does|did|can|could|is|was)(?: ?not|n't)? (?:see|sees|be shown|shown|given|have access)\b",
    r"\bthe withheld (?:section|text|rule)\b|\bsections? \d+ (?:is|was|are|were) withheld\b",
    r"\b(?:the teacher model|(?:this|the) (?:worked|training|synthetic) (?:example|question))\b",
)
_SOURCE = (
    rf"\b{_BY} (?:the|this|these) {_GIVEN} {_SHOWN}\b{_NOT_BY}",
    rf"\b{_BY} (?:the|this|these) {_SHOWN} {_GIVEN}\b{_NOT_BY}",
    rf"\bthe {_GIVEN} {_SHOWN} {_SAYS}",
    rf"\bthe {_SHOWN} (?:{_GIVEN}|above) {_SAYS}",
    rf"\b{_BY} the (?:passage|snippet|context)\b(?=[,.;:)?]|$)",
    rf"\bthe (?:passage|snippet|context) {_SAYS}",
    rf"\b{_BY} (?:the|this) {_SHOWN} (?:above|shown (?:above|here))\b",
)
"""The source under a name that no production prompt gives it."""
_UNSEEN = r"\bthe (?:excerpt|passage|snippet)s?\b"
"""What cannot be pointed at where the student is shown nothing."""
_UNNAMED = (
    r"\b(?:based on|according to|as stated in) (?:the|this) (?:document|text|section|source|context)\b(?=[,.;:)?]|$)"
)
"""Nor does a question stand alone that does not say which document it means."""
_LEFT = (
    r"(?<!\])\[\^?[1-9]\d?\](?!\w|\[)",
    r"【[^】]*】",
    r"\[citation needed\]",
    r"</?(?:think|thinking|answer|response|reasoning|scratchpad|output|question)>",
    r"<\|\w+\|>|\[/?INST\]",
    r"\A\W*(?:final )?(?:answer|question|response|reasoning|output|assistant|human)\*{0,2}:",
    r"\A\s*(?:```json|[{\[]\s*\"\w+\"\s*[:,\]])",
)
_POLITE = (
    r"\A\W*(?:sure|certainly|of course|absolutely|great question|good question|no problem)(?:[!,]| thing\b)",
    r"\A\W*(?:I'd be|I'm|I am|I would be) (?:happy|glad) to\b",
    r"\A\W*here(?: is|'s| are) (?:the|your|an?|my|some) (?:\w+ )?(?:answer|response|summary|example|question|list)s?\b",
    r"\bI hope (?:this|that) (?:helps|answers|clarifies)\b",
    r"\b(?:let me know if|feel free to (?:ask|reach out|contact me)|is there anything else I can)\b",
    r"\bthank you for (?:your question|asking)\b",
)
_BOUND = (
    rf"\b(?:{_CANNOT}|I do(?:n't| not)) (?:have )?(?:access to )?(?:real-time|live|up-to-date|the internet|the web)\b",
    rf"\b{_CANNOT} (?:browse|search|look up|access)\b",
)
_REFUSED = (
    r"\bI(?:'m| am) (?:really |very )?sorry,? (?:but )?I\b",
    r"\bI (?:must |do )?apologi[sz]e\b|\bmy apologies\b",
    rf"\b{_CANNOT} (?:help|assist|comply|fulfil+|engage|answer|respond|discuss|share)\b",
    rf"\b{_CANNOT} provide (?:legal|medical|financial|professional|that|this|such|any|the|an|you)\b",
    r"\b(?:please )?consult (?:with )?(?:a|an|your) (?:\w+ )?(?:lawyer|attorney|legal counsel|doctor|professional)\b",
    r"\b(?:against|outside) my (?:guidelines|policy|policies|capabilities)\b",
)


class Phrase(NamedTuple):
    """A phrase that was found; `code` ends the verdict's."""

    code: str
    said: str


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_META, _LEFTOVER = _any(*_SELF, *_TASK, *_SOURCE), _any(*_LEFT)
_UNSEEN_BY = {"question": _any(_UNSEEN, _UNNAMED), "reasoning": _any(_UNSEEN), "answer": _any(_UNSEEN)}
_MANNERS, _REFUSAL = _any(*_POLITE, *_BOUND), _any(*_REFUSED)


def phrases(text: str, speaker: Speaker, closed_book: bool = False) -> Iterator[Phrase]:
    """Every such phrase of a text; people who ask may be polite, and may be unable to reach a web site."""
    patterns = [("leftover", _LEFTOVER), ("meta_talk", _META)]
    if closed_book:
        patterns.append(("meta_talk", _UNSEEN_BY[speaker]))
    if speaker != "question":
        patterns += [("refusal", _REFUSAL), ("meta_talk", _MANNERS)]
    for code, pattern in patterns:
        for match in pattern.finditer(text):
            yield Phrase(code, match.group().strip())
