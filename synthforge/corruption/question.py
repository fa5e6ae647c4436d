"""Questions that teach nothing: copies of the quote, their own answer in them, or about nothing."""

import re
from collections.abc import Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, shuffled
from synthforge.corruption.grammar import ended, lower_first, lowers, upper_first
from synthforge.records import Claim, Evidence, Section, Turn

_COPIES = (
    "The rule says: {quote} What does the rule say?",
    "Which rule states that {quote_low}?",
    "Given that {quote_low}, what applies?",
    "Please restate the following rule: {quote}",
    "What does the document require when it says that {quote_low}?",
    "How does the document put the requirement that {quote_low}?",
    "In one sentence: {quote} What is required here?",
    "What is meant by “{quote}”?",
    "Repeat the provision under which {quote_low}.",
)
_FRONTED = (
    "{tail}, {head} – what does the rule require?",
    "What holds {tail_low} when {head}?",
    "If we look at it {tail_low}, {head}: which requirement is this?",
)
_TAIL = re.compile(
    r"\s((?:for at least|at least|within|before|after|when|if|unless|until|during"
    r"|prior to|without|by means of)\s[^,;]{6,90})\.?$"
)
_REPEATED = (
    "{question} Note that {answer_low}",
    "{answer} {question}",
    "{question} As we know, {answer_low}",
)
_GIVEN_TRUE = (
    "Is it true that {claim_low}?",
    "Is it correct that {claim_low}?",
    "Am I right that {claim_low}?",
    "Does the document say that {claim_low}?",
    "{claim} Yes or no?",
)
_GIVEN_WHOLE = (
    "{claim} Yes or no?",
    "Is this right? {claim}",
    "Does the document say this? {claim}",
    "True or false: {claim}",
)
_GIVEN = (
    "{question} (The answer is: {answer})",
    "{question} I believe the answer is this: {answer} Is that right?",
    "{question} Please confirm: {answer}",
    "{question} Hint: {answer}",
)
_BEGINNINGS = (
    "How does this section begin?",
    "What are the first words of this section?",
    "With which words does the text start?",
    "Which words does the section open with?",
)
_TITLES = (
    "What is the title of this section?",
    "What is this section called?",
    "What heading does this part have?",
)


class NearCopy(Corruption):
    """Puts the quote into the question, so that the answer is copied; a verdict is repeated."""

    kind = "near_copy"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        if turn.decision != "answered":
            if not turn.answer.strip():
                return None
            slots = _slots(turn, turn.answer)
            question = rng.choice(_REPEATED).format(**slots)
            return self._asked(turn, "answer_repeated", question)
        if not turn.claims:
            return None
        quote = re.sub(r"\s+", " ", rng.choice(turn.claims).evidence.quote).strip()
        if len(quote.split()) < 4:
            return None
        tail = _TAIL.search(quote)
        if tail and ". " not in quote and lowers(quote) and rng.random() < 0.4:
            head = lower_first(quote[: tail.start()]).rstrip(", ")
            end = tail[1].rstrip(". ")
            parts = {"head": head, "tail": upper_first(end), "tail_low": end}
            return self._asked(turn, "reordered", rng.choice(_FRONTED).format(**parts))
        whole = tuple(pattern for pattern in _COPIES if "{quote}" in pattern)
        copies = _COPIES if ". " not in quote and lowers(quote) else whole
        return self._asked(turn, "quote_repeated", rng.choice(copies).format(**_quoted(quote)))

    def _asked(self, turn: Turn, label: str, question: str) -> Fault:
        asked = turn.model_copy(update={"question": question})
        return self.fault(asked, label, "question", turn.question, question)


class Trivial(Corruption):
    """Asks what needs no document: the answer is in the question, or the question is about nothing."""

    kind = "trivial"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        makers = shuffled([self._given, self._given_true, self._about_nothing], rng)
        made = (maker(turn, sections, rng) for maker in makers)
        return next((fault for fault in made if fault), None)

    def _given(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        if not turn.answer.strip() or not turn.question.strip():
            return None
        return self._asked(turn, "answer_given", rng.choice(_GIVEN).format(**_slots(turn, turn.answer)))

    def _given_true(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        if turn.decision != "answered" or not turn.claims:
            return None
        claim = re.sub(r"\s+", " ", rng.choice(turn.claims).text).strip()
        patterns = _GIVEN_TRUE if ". " not in claim and lowers(claim) else _GIVEN_WHOLE
        question = rng.choice(patterns).format(claim=_stopped(claim), claim_low=lower_first(claim).rstrip(". "))
        yes = f"Yes, {lower_first(_stopped(claim))}" if lowers(claim) else f"Yes. {_stopped(claim)}"
        answer = rng.choice((f"Yes. {_stopped(claim)}", yes))
        asked = turn.model_copy(update={"question": question, "answer": answer})
        return self.fault(asked, "yes_no", "question+answer", turn.question, question)

    def _about_nothing(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        """A new question whose answer is right and worthless; only where the turn is no verdict."""
        known = [claim.evidence.section for claim in turn.claims if claim.evidence.section in sections]
        if turn.decision != "answered" or not known:
            return None
        section = sections[rng.choice(known)]
        opening = re.match(r"\s*((?:\S+[ \t]+){3,7}\S+)", section.text)
        choices = [
            (question, section.heading) for question in _TITLES if section.heading and section.heading in section.text
        ]
        choices += [(question, opening[1]) for question in _BEGINNINGS if opening]
        if not choices:
            return None
        question, words = rng.choice(choices)
        verb = "is called" if question in _TITLES else "begins with"
        text = f"The section {verb} “{words}”."
        claim = Claim(text=text, evidence=Evidence(section=section.key, quote=words))
        changes = {"question": question, "claims": (claim,), "answer": text, "reasoning": ""}
        return self.fault(turn.model_copy(update=changes), "about_nothing", "question+answer", turn.question, question)

    def _asked(self, turn: Turn, label: str, question: str) -> Fault:
        asked = turn.model_copy(update={"question": question})
        return self.fault(asked, label, "question", turn.question, question)


def _slots(turn: Turn, answer: str) -> dict[str, str]:
    answer = _stopped(re.sub(r"\s+", " ", answer).strip())
    return {"question": turn.question.strip(), "answer": answer, "answer_low": lower_first(answer)}


def _quoted(quote: str) -> dict[str, str]:
    return {"quote": _stopped(quote), "quote_low": lower_first(quote).rstrip(".;: ")}


def _stopped(text: str) -> str:
    return text if ended(text) else text.rstrip(";:, ") + "."
