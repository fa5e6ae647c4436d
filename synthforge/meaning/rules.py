"""Reading normative sentences: who must, must not, may or should do what, up to which limit, and when not.

Written for clean sentences of policies and regulations; a sentence that cannot be read with confidence
gives a rule without a limit rather than a wrong one, since scenarios and verdicts are made from what stands
here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from synthforge.meaning.quantities import Comparator, Quantity, quantities
from synthforge.meaning.sentences import sentences

Modality = Literal["must", "must_not", "may", "need_not", "should", "should_not", "fact"]

OPPOSITE: dict[Comparator, Comparator] = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "=": "=", "~": "~"}

_ADVERB = (
    r"(?:\s+(?:also|always|only|then|at all times|generally|normally|immediately|promptly|first|both|either"
    r"|still|in any case|therefore|further|themselves|all))?"
)
_MODALS: tuple[tuple[Modality, str], ...] = (
    ("need_not", r"(?:need|needs) not(?: to)?|(?:is|are) not (?:required|obliged|obligated|expected) to"
                 r"|(?:does|do) not (?:need|have) to|(?:is|are) not (?:required|mandatory|necessary)\b"),
    ("must_not", rf"(?:must|shall|may|can){_ADVERB} ?(?:not|never|neither|in no case"
                 rf"|under no circumstances)\b|cannot|mustn't|can't|(?:is|are) (?:prohibited|forbidden"
                 rf"|barred) from|(?:is|are) not (?:permitted to|allowed to|authori[sz]ed to|to(?= \w))|(?:is"
                 rf"|are) (?:prohibited|forbidden|not permitted|not allowed)\b"),
    ("should_not", r"should(?:n't|\s+(?:not|never))|ought not to|(?:is|are) not recommended"),
    ("must", r"must|shall|(?:is|are|will be) (?:required|obliged|obligated) to|(?:has|have) to|(?:is"
             r"|are) to(?= be\b)|(?:is|are) (?:required|mandatory|obligatory)\b"),
    ("should", r"should|ought to|(?:is|are) (?:recommended|advised|encouraged|expected) to|(?:is"
               r"|are) recommended"),
    ("may", r"may|can|(?:is|are) (?:permitted|allowed|authori[sz]ed|entitled|free) to|(?:is"
            r"|are) (?:permitted|allowed|optional)\b"),
)  # fmt: skip
_MODAL = re.compile("|".join(rf"(?P<m_{name}>(?<![\w-])(?:{pattern})(?![\w-]))" for name, pattern in _MODALS), re.I)
_ADVERBS_AFTER = re.compile(rf"{_ADVERB}\s*", re.I)
_NO_SUBJECT = re.compile(
    r"(?:^|[,;:]\s)\W*(?:no|neither|none of|nobody|no one|under no circumstances|in no case|never)\b", re.I
)
_ONLY = re.compile(r"\bonly\b", re.I)
_CLAUSE = re.compile(
    r"(?<![\w-])(?:unless|except(?:\s+(?:that|when|where|if|as|for|in))?|provided(?:\s+that)?|if|when"
    r"|whenever|where|while"
    r"|until|once|as long as|so long as|only if|only when|in case|in the event|subject to|other than"
    r"|without)(?![\w-])",
    re.I,
)
_CONDITIONS = re.compile(
    r"(?<!even )\b(?:only if|only when|unless|except|provided|if|when|whenever|where|in case|in the event"
    r"|as long as|so long as|subject to)\b",
    re.I,
)
_DISCRETION = re.compile(
    r"\b(?:reasonabl[ey]|appropriate(?:ly)?|adequate(?:ly)?|sufficient(?:ly)?|suitabl[ey]"
    r"|case[ -]by[ -]case|as (?:necessary|needed|appropriate)"
    r"|(?:where|when|if|as|far as|whenever) (?:reasonably )?(?:practicable|practical|feasible|possible"
    r"|necessary|needed|appropriate)"
    r"|(?:in|at|within) (?:the |its |his or her |their )?(?:sole |own )?(?:judge?ment|discretion|opinion)"
    r"|(?:judge?ment|discretion|opinion) of|judge?s\b|considers|deems?|deemed|undue|satisfactory"
    r"|good cause|significant(?:ly)?|material(?:ly)? (?:change|effect|impact))",
    re.I,
)
_PARTICIPLE = re.compile(
    r"be\s+(?:\w+ly\s+|not\s+|never\s+|re-?)?(?:[\w-]+(?:ed|en)|kept|held|made|set|put|sent|done|shut|cut"
    r"|read|built|begun|worn|"
    r"brought|told|found|left|met|paid|shown|lit|run|understood|withdrawn|swept|lost|sold|dealt|bound|led"
    r"|fed|hung|spent|stuck)\b",
    re.I,
)
_RETAIN = re.compile(
    r"(?:keep|kept|retain|retained|preserve|preserved|archived?|stored?|maintain"
    r"|maintained)\b[^,;]*\bfor\s*\Z",
    re.I,
)
_NOMINAL_MUST = re.compile(r"(?:is|are|will be|has|have)\b", re.I)
_NOMINAL = re.compile(
    r"(?:required|mandatory|obligatory|necessary|prohibited|forbidden|permitted|allowed|optional"
    r"|recommended)\Z",
    re.I,
)
_JOINED = re.compile(
    r"(?:;|,? (?:and|but|or))\s(?:(?!before|after|until|that|who|which)[\w'-]+\s){0,4}(?:must|shall|may"
    r"|should|is required to|are required to)\b",
    re.I,
)
_COORDINATED = re.compile(r"(?:;|,)\s+(?:but|so|and|or|yet)\s+|;\s+|:\s+", re.I)
_WINDOW = re.compile(
    r"(?:\b(?:in|within|during|per|every|over)\s+(?:any|a|each|every|the)?\s*(?:period of)?\s*)\Z", re.I
)
_LEADING = re.compile(r"\A\W*(?:\d[\w.)]*\s+|\([a-z0-9]{1,4}\)\s*)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One normative sentence; `start:end` is its span in the text it was read from.

    `action` begins with the base form that follows the modal ("drive more than 11 hours", "be kept for 6
    months") and leaves conditions out. `limit` carries the comparator as worded, without the modal's own
    negation: "may not drive more than 11 hours" is `must_not` with ">", and `allowed` says what compliance
    needs: "<=".
    """

    text: str
    start: int
    end: int
    modality: Modality
    subject: str = ""
    action: str = ""
    passive: bool = False
    limit: Quantity | None = None
    limits: tuple[Quantity, ...] = ()
    """Every bounded quantity of the action; `limit` is set only when it is clear which one is meant."""
    condition: str = ""
    discretion: bool = False
    only: bool = False
    """The permission is exclusive ("may only")."""

    @property
    def allowed(self) -> Comparator | None:
        """How a compliant value compares with the limit; None without a limit."""
        if self.limit is None:
            return None
        return OPPOSITE[self.limit.comparator] if self.modality == "must_not" else self.limit.comparator

    def permits(self, value: Quantity) -> bool | None:
        """Whether a value of the limit's dimension complies; None where that cannot be told."""
        if self.limit is None or self.allowed is None or value.dimension != self.limit.dimension:
            return None
        return compare(value, self.allowed, self.limit)


@lru_cache(maxsize=8192)
def modalities(sentence: str) -> tuple[Modality, ...]:
    """Every modality that a sentence expresses, in order, subordinate clauses included."""
    first = next((rule for rule in rules(sentence) if rule.modality != "fact"), None)
    found: list[Modality] = [
        (match.lastgroup or "m_fact")[2:]  # type: ignore[misc]
        for match in _MODAL.finditer(sentence)
        if _verbal(sentence, match) and not match.group().lower().startswith(("can", "could"))
    ]
    # "No driver may" forbids; only the whole sentence shows it.
    return (first.modality, *found[1:]) if first and len(found) == 1 else tuple(found)


def compare(value: Quantity, comparator: Comparator, limit: Quantity) -> bool | None:
    """`value comparator limit` in their common dimension; None for "about"."""
    a, b = value.size, limit.size
    results: dict[Comparator, bool] = {"<=": a <= b, ">=": a >= b, "<": a < b, ">": a > b, "=": a == b}
    return results.get(comparator)


@lru_cache(maxsize=8192)
def rules(text: str) -> tuple[Rule, ...]:
    """The normative sentences of a text, in order; plain statements only where they set a bound."""
    return tuple(rule for start, end in sentences(text) if (rule := _rule(text[start:end], start)) is not None)


def _rule(sentence: str, offset: int) -> Rule | None:
    lead = _LEADING.match(sentence)
    begin = lead.end() if lead else 0
    clauses = _clauses(sentence, begin)
    modals = [m for m in _MODAL.finditer(sentence, begin) if not _inside(m.start(), clauses) and _verbal(sentence, m)]
    # "A driver who cannot finish in time may ...": ability only counts where nothing normative follows.
    modal = next((m for m in modals if not m.group().lower().startswith("can")), modals[0] if modals else None)
    if modal is None:
        bounds = tuple(
            q for q in quantities(sentence) if q.comparator not in ("=", "~") and q.kind in ("number", "ordinal")
        )
        if not bounds or sentence.endswith("?"):
            return None
        limit = bounds[0] if len(bounds) == 1 and not _inside(bounds[0].start, clauses) else None
        return Rule(
            sentence, offset, offset + len(sentence), "fact", limit=limit, limits=bounds,
            condition=_condition(sentence, clauses), discretion=bool(_DISCRETION.search(sentence)),
        )  # fmt: skip
    modality: Modality = (modal.lastgroup or "m_fact")[2:]  # type: ignore[assignment]
    subject = _subject(sentence, begin, modal.start(), clauses)
    if modality in ("must", "may") and _NO_SUBJECT.search(sentence[begin : modal.start()]):
        modality = "need_not" if _NOMINAL_MUST.match(modal.group()) else "must_not"
    skipped = _ADVERBS_AFTER.match(sentence, modal.end())
    verb = skipped.end() if skipped else modal.end()
    stop = min((a for a, _ in clauses if a >= verb), default=len(sentence))
    if joined := _JOINED.search(sentence, verb, stop):
        stop = joined.start()
    action = "" if _NOMINAL.search(modal.group()) else sentence[verb:stop].strip().rstrip(".;:, ")
    limits = _limits(sentence, modality, modal, stop)
    return Rule(
        sentence, offset, offset + len(sentence), modality, subject, action,
        passive=bool(_PARTICIPLE.match(action)), limit=_limit(sentence, modality, limits),
        limits=limits, condition=_condition(sentence, clauses), discretion=bool(_DISCRETION.search(sentence)),
        only=bool(_ONLY.search(sentence, modal.start(), verb + 8)),
    )  # fmt: skip


def _verbal(sentence: str, modal: re.Match[str]) -> bool:
    """Not the month, a fuel can, or "may be" as a guess."""
    word = modal.group()
    if word in ("May", "Can") and modal.start() > 0:
        return False
    return sentence[modal.end() : modal.end() + 1] in ("", " ", ",", ".", ":", "\n")


def _clauses(sentence: str, begin: int) -> list[tuple[int, int]]:
    """Spans of subordinate clauses that condition the main one: from the conjunction to the comma or the
    end."""
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(sentence, begin):
        if spans and match.start() < spans[-1][1]:
            continue
        comma = sentence.find(",", match.end())
        leads = match.start() <= begin + 1
        spans.append((match.start(), comma if comma > 0 and leads else len(sentence)))
    return spans


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= position < b for a, b in spans)


def _subject(sentence: str, begin: int, modal: int, clauses: list[tuple[int, int]]) -> str:
    start = max((b for a, b in clauses if b <= modal), default=begin)
    start = max((m.end() for m in _COORDINATED.finditer(sentence, start, modal)), default=start)
    return sentence[start:modal].strip(" ,;:\n\"'*_")


def _condition(sentence: str, clauses: list[tuple[int, int]]) -> str:
    found = _CONDITIONS.search(sentence)
    if found is None:
        return ""
    end = next((b for a, b in clauses if a == found.start()), len(sentence))
    return sentence[found.start() : end].strip().rstrip(".;,")


def _limits(sentence: str, modality: Modality, modal: re.Match[str], stop: int) -> tuple[Quantity, ...]:
    """Bounded quantities of the action, read without the modal's own negation."""
    unnegated = sentence
    if modality in ("must_not", "should_not", "need_not"):
        gap = "\u00b7" * (modal.end() - modal.start())
        unnegated = sentence[: modal.start()] + gap + sentence[modal.end() :]
    found = [q for q in quantities(unnegated) if modal.end() <= q.start < stop]
    return tuple(_retained(sentence, q, modality) for q in found if q.kind != "year")


def _retained(sentence: str, quantity: Quantity, modality: Modality) -> Quantity:
    """ "Keep for 6 months" asks for at least that long."""
    if quantity.comparator == "=" and modality in ("must", "should") and _RETAIN.search(sentence[: quantity.start]):
        return Quantity(
            quantity.value, quantity.unit, ">=", quantity.start, quantity.end, quantity.kind, quantity.worded
        )
    return quantity


def _limit(sentence: str, modality: Modality, limits: tuple[Quantity, ...]) -> Quantity | None:
    """The bound that the rule turns on, if the sentence leaves no doubt."""
    bounded = [q for q in limits if q.comparator not in ("=", "~") and q.kind in ("number", "ordinal")]
    if not bounded or modality in ("need_not", "should", "should_not"):
        return None
    first = bounded[0]
    if modality == "must_not" and limits[0] is not first:
        return None
    rivals = [q for q in limits if q.unit == first.unit and q is not first and not _WINDOW.search(sentence[: q.start])]
    return None if rivals or any(q.kind == "range" for q in limits) else first
