"""A wrong verdict: the opposite one, a confident one where the source is silent, silence where it speaks."""

import re
from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, sentences, shuffled
from synthforge.corruption.grammar import lower_first
from synthforge.records import ABSTENTIONS, Claim, Decision, Evidence, Section, Turn

_TURNS: tuple[tuple[str, str], ...] = (
    (r"is non-compliant", "is compliant"),
    (r"is not compliant", "is compliant"),
    (r"is compliant", "is not compliant"),
    (r"are compliant", "are not compliant"),
    (r"non-compliant|noncompliant", "compliant"),
    (r"is (?:a|in) violation(?: of)?", "complies with"),
    (r"does not comply", "complies"),
    (r"do not comply", "comply"),
    (r"complies", "does not comply"),
    (r"violates|breaches|contravenes", "complies with"),
    (r"does not (?:meet|satisfy)", "meets"),
    (r"(?:meets|satisfies)", "does not meet"),
    (r"does not exceed", "exceeds"),
    (r"exceeds|is (?:over|above|beyond|longer than|more than)", "is within"),
    (r"is within|stays within|falls within|is (?:under|below)", "exceeds"),
    (r"is not (?:permitted|allowed)", "is permitted"),
    (r"is (?:permitted|allowed)", "is not permitted"),
    (r"fails to meet", "meets"),
    (r"is too (?:long|late|high|low|short|many|few)", "is acceptable"),
    (r"is acceptable", "is not acceptable"),
)
_COMPLIANT = re.compile(r"^(?P<word>compliant|violation|non-compliant|yes|no)(?=[.,:;!]|$| [–—-])", re.IGNORECASE)
_OTHER_WORD = {
    "compliant": "violation",
    "violation": "compliant",
    "non-compliant": "compliant",
    "yes": "no",
    "no": "yes",
}
_REASONS: Mapping[Decision, tuple[str, ...]] = {
    "compliant": (
        "The facts described stay within what the rule allows.",
        "Everything that the rule asks for was done in this case.",
        "The case meets the requirement, so nothing more is needed.",
        "Nothing in the case goes beyond the limit that the rule sets.",
        "The conditions of the rule are fulfilled here.",
    ),
    "violation": (
        "The facts described go against what the rule requires.",
        "What the rule asks for was not done in this case.",
        "The case does not meet the requirement.",
        "The conduct described goes beyond the limit that the rule sets.",
        "The conditions of the rule are not fulfilled here.",
    ),
}
_SILENT: Mapping[Decision, tuple[str, ...]] = {
    "compliant": (
        "Yes. Nothing in the text forbids this, so it is compliant.",
        "This is compliant: the general rule covers the case.",
        "The practice described is in line with the document and may go ahead.",
    ),
    "violation": (
        "No. The text does not provide for this, so it is a violation.",
        "This is a violation, because the document allows no such case.",
        "The practice described goes against the document.",
    ),
    "answered": (
        "Yes, this is covered: {rule}",
        "The document settles this. {rule}",
        "The applicable rule is clear: {rule}",
    ),
}
_MISSING = (
    "The text does not say what applies in this case.",
    "The document does not state the requirement that the question asks about.",
    "No provision on this point is given.",
    "The relevant value is not given in the text.",
)
_JUDGED = re.compile(r"\b(?:complian|comply|complies|violat|breach|allowed|permitted|acceptable)", re.IGNORECASE)


class WrongDecision(Corruption):
    """Flips the decision and tells the story to fit it; claims and quotes stay as they are.

    An abstention that cites nothing gets a real sentence of the sections that does not settle the question.
    """

    kind = "decision"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        if turn.decision == "compliant":
            return self._flipped(turn, "violation", rng)
        if turn.decision == "violation":
            return self._flipped(turn, "compliant", rng)
        if turn.decision in ABSTENTIONS:
            return self._confident(turn, sections, rng)
        return self._abstained(turn, rng) if turn.claims else None

    def _flipped(self, turn: Turn, decision: Decision, rng: Random) -> Fault:
        reason = rng.choice(_REASONS[decision])
        reasoning = turned(turn.reasoning)
        if reasoning == turn.reasoning:
            reasoning = reason
        answer = turned(turn.answer)
        if answer == turn.answer:
            answer = f"{turn.answer.rstrip()} {reason}".strip() if turn.answer else reason
        told = turn.model_copy(update={"decision": decision, "reasoning": reasoning, "answer": answer})
        return self.fault(told, "flipped", "decision+reasoning+answer", turn.decision, decision)

    def _confident(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        claim = _unsettling(sections, rng)
        if not turn.claims and claim is None:
            return None
        claims = turn.claims or ((claim,) if claim else ())
        verdicts: tuple[Decision, ...] = ("compliant", "violation") if _JUDGED.search(turn.question) else ("answered",)
        decision = rng.choice(verdicts)
        answer = rng.choice(_SILENT[decision]).format(rule=lower_first(claims[0].text))
        reasoning = rng.choice(_REASONS.get(decision, (f"The question is decided by this rule: {claims[0].text}",)))
        told = turn.model_copy(
            update={
                "decision": decision,
                "claims": claims,
                "reasoning": reasoning if turn.reasoning else "",
                "answer": answer,
                "missing": "",
            }
        )
        return self.fault(told, "confident", "decision+reasoning+answer", turn.decision, decision)

    def _abstained(self, turn: Turn, rng: Random) -> Fault:
        missing = rng.choice(_MISSING)
        decision: Decision = "insufficient_information"
        changes = {"decision": decision, "missing": missing, "answer": missing, "reasoning": ""}
        told = turn.model_copy(update=changes)
        return self.fault(told, "abstained", "decision+answer", turn.decision, "insufficient_information")


def _unsettling(sections: Mapping[str, Section], rng: Random) -> Claim | None:
    """A real sentence of the first section that has one, quoted as if it decided the question."""
    for section in sections.values():
        said = [s for s in sentences(section.text) if s in section.text and len(s) < 400]
        if said:
            sentence = shuffled(said, rng)[0]
            return Claim(text=sentence, evidence=Evidence(section=section.key, quote=sentence))
    return None


def turned(text: str) -> str:
    """The text with its last verdict turned around, and a leading "Yes" or "Violation" with it."""
    head = _COMPLIANT.match(text)
    if head:
        word = _OTHER_WORD[head["word"].casefold()]
        text = (word.capitalize() if head["word"][0].isupper() else word) + text[head.end() :]
    start = len(_COMPLIANT.match(text)["word"]) if head and (_COMPLIANT.match(text)) else 0  # type: ignore[index]
    best: tuple[int, int, str] | None = None
    for pattern, other in _TURNS:
        for match in re.finditer(rf"\b(?:{pattern})\b", text[start:]):
            at = start + match.start()
            if best is None or at > best[1] or (at >= best[0] and start + match.end() > best[1]):
                best = (at, start + match.end(), other)
    return text[: best[0]] + best[2] + text[best[1] :] if best else text
