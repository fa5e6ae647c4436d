"""An altered quote: what a teacher hands over as verbatim and is not in the document."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.base import Corruption, Fault, plain, sentences, shuffled, with_evidence
from synthforge.corruption.number import wrong_values
from synthforge.corruption.paraphrase import paraphrase, with_synonyms
from synthforge.corruption.quantities import mentions, replace_number
from synthforge.records import Section, Turn

_DROPPABLE = (
    r"\s*\([^()]{3,80}\)",
    r",\s(?:including|such as|e\.g\.,|for example|if any|if applicable"
    r"|where applicable|as appropriate)[^,;.]{0,80}(?=[,.;])",
    r",\s(?:unless|except|if|when|where|provided that|which|who|and)\s[^,;.]{5,120}(?=[.;]|$)",
    r"^(?:If|When|Where|Before|After|For|In|At|Unless|Upon|During)\s[^,;.]{5,100},\s",
    r"\s(?:unless|except|provided that)\s[^,;.]{5,120}(?=[.;]|$)",
    r"\s(?:in writing|immediately|promptly|at all times"
    r"|as necessary|in accordance with [^,;.]{5,60})(?=[\s,.;])",
)
_ADJECTIVE = re.compile(
    r"\b(?:a|an|the|all|any|each)\s(\w+(?:al|ive|ed|ic|able|ible|ary|ate|ous|ful|ant|ent|ing))\s(?=[a-z]{4,})"
)
_NOT_ADJECTIVES = {
    "during",
    "regarding",
    "including",
    "following",
    "document",
    "department",
    "agreement",
    "building",
    "equipment",
    "assessment",
    "management",
    "need",
    "hundred",
    "client",
    "student",
    "event",
    "agent",
}


class AlteredQuote(Corruption):
    """Alters one quote so that its section no longer holds it; claim and answer stay as they are.

    An answer that repeats the quote inside quotation marks repeats the altered one.
    """

    kind = "quote"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            evidence = turn.claims[index].evidence
            section = sections.get(evidence.section)
            source = plain(section.text) if section else plain(evidence.quote)
            altered: dict[str, list[str]] = {}
            for label, text in _alterations(evidence.quote, section.text if section else "", rng):
                # Cut off at its end it still stands there word for word, and is no alteration.
                if plain(text).strip(" .,;:") not in source and len(text.split()) >= 3:
                    altered.setdefault(label, []).append(text)
            if altered:
                label = rng.choice(sorted(altered))
                after = rng.choice(altered[label])
                told = turn.model_copy(update={"answer": _requoted(turn.answer, evidence.quote, after)})
                where = "evidence" if told.answer == turn.answer else "evidence+answer"
                return self.fault(with_evidence(told, index, quote=after), label, where, evidence.quote, after)
        return None


def _requoted(answer: str, quote: str, altered: str) -> str:
    for opening, closing in ("“”", '""', "«»"):
        answer = answer.replace(f"{opening}{quote}{closing}", f"{opening}{altered}{closing}")
    return answer


def _alterations(quote: str, section_text: str, rng: Random) -> Iterator[tuple[str, str]]:
    synonym = with_synonyms(quote, rng, most=1)
    if synonym != quote:
        yield "synonym", synonym
    for pattern in _DROPPABLE:
        for match in re.finditer(pattern, quote):
            rest = quote[: match.start()] + quote[match.end() :]
            if len(rest.split()) >= 4:
                yield "clause_dropped", rest[:1].upper() + rest[1:] if quote[0].isupper() else rest
    for match in _ADJECTIVE.finditer(quote):
        if match[1] not in _NOT_ADJECTIVES and not re.match(r"(?:of|to|from|and|or|that|with)\b", quote[match.end() :]):
            yield "word_dropped", quote[: match.start(1)] + quote[match.end(1) + 1 :]
    for mention in mentions(quote):
        for _, value in wrong_values(mention, section_text, rng):
            yield "number", replace_number(quote, mention, value)
    reworded = paraphrase(quote, rng)
    if reworded != quote:
        yield "paraphrased", reworded
    yield from (("spliced", text) for text in _splices(quote, section_text, rng))


def _splices(quote: str, section_text: str, rng: Random) -> Iterator[str]:
    """The quote run together with a sentence that does not follow it in the section."""
    others = [s for s in sentences(section_text) if plain(s) not in plain(quote) and plain(quote) not in plain(s)]
    for other in shuffled(others, rng)[:2]:
        yield f"{quote} {other}"
        yield f"{other} {quote}"
        head, comma, _ = quote.partition(", ")
        tail = other.partition(", ")[2]
        if comma and len(head.split()) >= 4 and len(tail.split()) >= 4:
            yield f"{head}, {tail}"
