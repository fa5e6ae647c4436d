"""A misstatement: one edit of a claim's words, and of the same words where the answer repeats the claim."""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar

from synthforge.corruption.base import Corruption, Fault, plain, retold, shuffled, with_claim_text, words
from synthforge.corruption.grammar import mend_article, upper_first
from synthforge.records import ABSTENTIONS, Section, Turn

QUOTED = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"")
CITED = re.compile(rf"{QUOTED.pattern}|\[[^\]]*\]")
_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=(?:\s*\[[^\]]*\])*\s+[A-Z(“\"]|\s*(?:\[[^\]]*\]\s*)*$)|$)", re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """`text[start:end]` becomes `after`; `label` names the variant."""

    label: str
    start: int
    end: int
    after: str


class Misstatement(Corruption):
    """Makes one edit in a claim and in the answer's sentence that carries it, or in the answer alone; quotes stay."""

    kept: ClassVar[re.Pattern[str]] = CITED
    """What no edit reaches into."""

    @abstractmethod
    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        """Every edit of this kind that the text can take; those that the sections would bear out are left out later."""

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            claim = turn.claims[index]
            edit = self._drawn(claim.text, claim.evidence.quote, sections, rng)
            if edit:
                return self._told(turn, index, edit, rng)
        if not turn.claims or turn.decision in ABSTENTIONS:
            return None
        return self._answered(turn, sections, rng)

    def _drawn(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Edit | None:
        """One edit: each variant is as likely as the next, however often the text could take it."""
        found: dict[str, list[Edit]] = {}
        for edit in self.edits(text, quote, sections, rng):
            if is_free(text, edit, self.kept) and is_wrong(text, edit, quote, sections):
                found.setdefault(edit.label, []).append(edit)
        return rng.choice(found[rng.choice(sorted(found))]) if found else None

    def _told(self, turn: Turn, index: int, edit: Edit, rng: Random) -> Fault:
        claim = turn.claims[index].text
        before, after = claim[edit.start : edit.end].strip(), edit.after.strip()
        told = retold(turn, lambda text: carried(text, claim, edit, self.kept))
        if told.answer != turn.answer and rng.random() < 0.25:
            return self.fault(told, edit.label, "answer", before, after)
        where = "claim+answer" if told.answer != turn.answer else "claim"
        return self.fault(with_claim_text(told, index, applied(claim, edit)), edit.label, where, before, after)

    def _answered(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        """The edit in the answer, where no claim can carry it."""
        quotes = " ".join(claim.evidence.quote for claim in turn.claims)
        edit = self._drawn(turn.answer, quotes, sections, rng)
        if edit is None:
            return None
        told = turn.model_copy(update={"answer": applied(turn.answer, edit)})
        return self.fault(told, edit.label, "answer", turn.answer[edit.start : edit.end].strip(), edit.after.strip())


def applied(text: str, edit: Edit) -> str:
    """The text with the edit made: articles fit, no blank is doubled, and a sentence keeps its capital."""
    left, right = text[: edit.start], text[edit.end :]
    if not edit.after and (not left or left.endswith((" ", "("))):
        right = right.lstrip(" ")
    if not edit.after and re.match(r"[.,;:)]|$", right):
        left = left.rstrip(" ")
    after = edit.after
    if re.search(r"(?:^|[.!?\]]\s)$", left) and text[edit.start : edit.start + 1].isupper():
        after, right = (upper_first(after), right) if after else (after, upper_first(right))
    return mend_article(left, after or right) + after + right


def carried(text: str, claim: str, edit: Edit, kept: re.Pattern[str]) -> str:
    """The same edit in a text that repeats the claim, word for word or in one of its sentences."""
    body = claim.rstrip(". ")
    at = text.find(body)
    if at >= 0 and edit.end <= len(body):
        moved = replace(edit, start=at + edit.start, end=at + edit.end)
        return applied(text, moved)
    start, end = _likest(text, claim)
    place = _same_words(text[start:end], claim, edit)
    if place is None:
        return text
    lowered = claim[edit.start].isupper() and text[start + place[0]].islower() and edit.after[1:2].islower()
    after = edit.after[:1].lower() + edit.after[1:] if lowered else edit.after
    moved = replace(edit, start=start + place[0], end=start + place[1], after=after)
    return applied(text, moved) if is_free(text, moved, kept) else text


def _likest(text: str, claim: str) -> tuple[int, int]:
    """The sentence that shares most words with the claim, and at least half of either's; else an empty stretch."""
    said = words(claim)

    def likeness(match: re.Match[str]) -> float:
        other = words(match.group())
        return len(said & other) / max(1, min(len(said), len(other)))

    best = max(_SENTENCE.finditer(text), key=likeness, default=None)
    return best.span() if best and likeness(best) >= 0.5 else (0, 0)


def _same_words(sentence: str, claim: str, edit: Edit) -> tuple[int, int] | None:
    """Where the edited words stand in another sentence: beside the same word, or only once."""
    before = claim[edit.start : edit.end].strip()
    if not before:
        return None
    found = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(before)}(?!\w)", sentence, re.IGNORECASE)]
    sides = _beside(claim, edit.start, edit.end)
    alike = [span for span in found if any(a and a == b for a, b in zip(sides, _beside(sentence, *span), strict=True))]
    return alike[0] if alike else found[0] if len(found) == 1 else None


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    left, right = re.search(r"(\w+)\W*$", text[:start]), re.match(r"\W*(\w+)", text[end:])
    return (left[1].casefold() if left else "", right[1].casefold() if right else "")


def is_free(text: str, edit: Edit, kept: re.Pattern[str]) -> bool:
    """Whether the edit stays clear of quoted words, code and the like."""
    return all(edit.end <= match.start() or edit.start >= match.end() for match in kept.finditer(text))


def is_wrong(text: str, edit: Edit, quote: str, sections: Mapping[str, Section]) -> bool:
    """Whether the edited text says what neither the quote nor a section says.

    A claim may put its quote in other words. Where the quote has the new words and not the old ones (outside the new
    ones: "is" in "is not"), the edit may only undo that.
    """
    changed, before, after = applied(text, edit), text[edit.start : edit.end].strip(), edit.after.strip()
    rest = plain(quote).replace(plain(after), " ") if has(after, before) else quote
    if plain(changed) == plain(text) or (has(quote, after) and not has(rest, before)):
        return False
    return not is_said(changed, before, after, sections)


def homes(quote: str, sections: Mapping[str, Section]) -> list[Section]:
    """The sections that hold the quote."""
    return [section for section in sections.values() if plain(quote) in plain(section.text)]


def is_said(changed: str, before: str, after: str, sections: Mapping[str, Section]) -> bool:
    """Whether a section has the sentence, or one with nearly all of its words and the new ones for the old.

    What is left after a deletion has to be a sentence there: it always stands within the longer one.
    """
    told, body = words(changed), plain(changed).rstrip(". ")
    for section in sections.values():
        if after.strip() and not has(section.text, after):
            continue
        text = plain(section.text)
        if body in text if after.strip() else re.search(rf"(?:^|[.!?;:] ){re.escape(body)}(?:[.;]|$)", text):
            return True
        for match in _SENTENCE.finditer(section.text) if after.strip() else ():
            said = match.group()
            if has(said, after) and not has(said, before) and len(told & words(said)) >= 0.8 * len(told):
                return True
    return False


def has(text: str, phrase: str) -> bool:
    """Whether a phrase stands in the text as whole words; no phrase stands nowhere."""
    phrase, text = phrase.strip().casefold(), text.casefold()
    return bool(phrase) and phrase in text and bool(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text))
