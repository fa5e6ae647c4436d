"""A turned rule: must for may, at least for at most, a lost "not"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from synthforge.corruption.base import Corruption, Fault, plain, retold, shuffled, with_claim_text
from synthforge.corruption.grammar import is_many, upper_first
from synthforge.records import Section, Turn

_TIME = r"(?=\s+(?:\d+|[a-z]+)[\s-](?:\w+\s)?(?:minute|hour|day|week|month|year)s?)"
_SUBJECT = (
    r"(?<!may )(?<!might )(?<!will )(?<!should )(?<!shall )(?<!can )"
    r"(?<!not )(?<!now )(?<!also )(?<!would )(?<!to )(?<!still )(?<!ll )"
)
_NUM = (
    r"(?=\s+(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|twenty|thirty|forty|fifty|sixty))"
)
_OPPOSITES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("modality", r"(?:must|shall) not", ("may",)),
    ("modality", r"(?<!or )may not(?! need| be able| have| be necessary| be required| apply)", ("may",)),
    ("modality", r"cannot|can not", ("can",)),
    ("modality", r"need not", ("must",)),
    ("modality", r"(?:do|does) not (?:have|need) to", ("must",)),
    ("modality", r"(?:is|are) not required to", ("must",)),
    ("modality", r"(?:is|are) not (?:allowed|permitted) to", ("may",)),
    ("modality", r"(?:is|are) (?:required|obliged|obligated) to", ("may",)),
    ("modality", r"must(?! not)(?! have been)", ("may", "need not", "does not have to|do not have to")),
    ("modality", r"shall(?! not)(?! have)", ("may", "need not", "shall not")),
    ("modality", _SUBJECT + r"(?:has|have|needs|need) to(?! do with)", ("may",)),
    (
        "modality",
        r"(?<![Yy]ou )(?<![Tt]here )(?<!as )may(?! not| also have| have| vary| or| wish| result"
        r"| cause| need| affect| appear| find"
        r"| work| differ| contain| exist| be (?!\w+ed\b|\w+ly \w+ed\b"
        r"|held|kept|given|sent|made|taken|worn|left|done|stored))",
        ("must", "must not"),
    ),
    (
        "modality",
        r"should(?! not)(?! have)(?! now| see| end| likely| help| be able| be fine| be possible| all)",
        ("need not", "should not"),
    ),
    ("modality", r"should not", ("should",)),
    ("modality", r"prohibited|forbidden", ("permitted",)),
    ("modality", r"(?<!not )(?:permitted|allowed)(?! to\b)", ("prohibited",)),
    ("modality", r"(?<!not )mandatory", ("optional",)),
    ("modality", r"(?<!not )(?<!no )optional", ("mandatory",)),
    ("comparator", r"(?<!not )at least" + _NUM, ("at most",)),
    ("comparator", r"(?<!not )at most" + _NUM, ("at least",)),
    ("comparator", r"(?:no|not) (?:more|greater|longer|higher) than" + _NUM, ("at least", "more than")),
    ("comparator", r"(?:no|not) (?:less|fewer|lower) than" + _NUM, ("at most", "less than")),
    ("comparator", r"(?<!no )(?<!not )(?:more|greater) than" + _NUM, ("less than",)),
    ("comparator", r"(?<!no )(?<!not )(?:less|fewer) than" + _NUM, ("more than",)),
    ("comparator", r"a minimum of", ("a maximum of",)),
    ("comparator", r"a maximum of", ("a minimum of",)),
    ("comparator", r"(?:up to|a maximum of)" + _NUM, ("at least",)),
    ("comparator", r"(?<!not )exceeds" + _NUM, ("falls below",)),
    ("comparator", r"(?:must|shall|may|should|does|do) not exceed", ("must exceed",)),
    ("comparator", r"or more\b(?= (?:hours|minutes|days|weeks|months|years|of)|[.,;]|$)", ("or less",)),
    ("comparator", r"or less", ("or more",)),
    ("comparator", r"no later than", ("no earlier than",)),
    ("comparator", r"whichever is (?:later|longer)", ("whichever is earlier", "whichever is shorter")),
    ("comparator", r"whichever is (?:earlier|sooner|shorter)", ("whichever is later", "whichever is longer")),
    ("comparator", r"whichever is (?:greater|higher)", ("whichever is less",)),
    ("comparator", r"whichever is (?:less|lower|smaller)", ("whichever is greater",)),
    ("comparator", r"within" + _TIME, ("after",)),
    ("order", r"(?<!day )(?<!or )before(?! or| and|hand|,)", ("after",)),
    ("order", r"prior to", ("after",)),
    ("order", r"(?<!look )(?<!looks )(?<!before or )after(?! all\b| that|,)", ("before",)),
    (
        "negation",
        r"(?<=\bis )not (?!only|limited|necessar|later|more|less)"
        r"|(?<=\bare )not (?!only|limited|necessar|later|more|less)",
        ("",),
    ),
    (
        "negation",
        r"(?<=\bwas )not |(?<=\bwere )not |(?<=\bwill )not (?!only)|(?<=\bhas )not |(?<=\bhave )not ",
        ("",),
    ),
    ("negation", r"does not apply", ("applies",)),
    ("negation", r"do not apply", ("apply",)),
    ("negation", r"(?<=\bis )(?=required\b|permitted\b|subject\b|responsible\b)", ("not ",)),
    ("negation", r"(?<=\bare )(?=required\b|permitted\b|subject\b|responsible\b)", ("not ",)),
    ("negation", r"applies(?= to)", ("does not apply",)),
    ("negation", r"(?<=\bshall )(?=apply\b)", ("not ",)),
    ("negation", r"(?<=\bwill )(?!not\b|also\b)(?=\w)", ("not ",)),
    ("negation", r"never", ("always",)),
    ("negation", r"(?:^|(?<=[.;:] ))(?:Please )?[Dd]o not (?!apply)", ("",)),
    ("condition", r"(?<!even )unless", ("if",)),
    ("condition", r"only if", ("even if",)),
    ("condition", r"except (?:when|where|if)", ("including when",)),
    ("scope", r"(?:^|(?<= ))all(?= (?!of\b|such\b|other\b)[a-z]+s\b)", ("some",)),
    ("scope", r"\bneither\b(?= [^.]*\bnor\b)", ("either",)),
    ("scope", r"both ([^,.;]{3,40}?) and", (r"either \g<1> or",)),
)


_NEGATIVE = re.compile(r"\b(?:no|not|never|none|nothing|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Edit:
    """One opposite at one place; by `left` and `right`, the words beside it, the answer's copy is found."""

    label: str
    start: int
    end: int
    after: str
    before: str
    left: str
    right: str


class TurnedRule(Corruption):
    """Turns one operator of a claim around, and the same words in the answer; labels say which."""

    kind = "modality"

    def plant(self, turn: Turn, sections: Mapping[str, Section], rng: Random) -> Fault | None:
        for index in shuffled(range(len(turn.claims)), rng):
            claim = turn.claims[index]
            edits = [edit for edit in _edits(claim.text, rng) if _differs(claim.text, claim.evidence.quote, edit)]
            labels = sorted({edit.label for edit in edits})
            if labels:
                label = rng.choice(labels)
                edit = rng.choice([edit for edit in edits if edit.label == label])
                told = retold(turn, lambda text, edit=edit: _elsewhere(text, edit))  # type: ignore[misc]
                planted = with_claim_text(told, index, _made(claim.text, edit))
                where = "claim+answer" if told.answer != turn.answer else "claim"
                return self.fault(planted, edit.label, where, _phrase(edit, edit.before), _phrase(edit, edit.after))
        return None


def _edits(text: str, rng: Random) -> list[_Edit]:
    edits = []
    for label, pattern, opposites in _OPPOSITES:
        bounded = pattern if pattern.startswith("(?:^") or "(?<=" in pattern else rf"\b(?:{pattern})"
        for match in re.finditer(bounded, text):
            left = re.search(r"[\w'’]*\W*$", text[: match.start()])
            right = re.match(r"\W*[\w'’]*", text[match.end() :])
            after = _agreeing(match.expand(rng.choice(opposites)), text[: match.start()])
            if after is None or not _stands(text, match, after):
                continue
            sides = (left.group() if left else "", right.group() if right else "")
            edits.append(_Edit(label, match.start(), match.end(), after, match.group(), *sides))
    return edits


def _stands(text: str, match: re.Match[str], after: str) -> bool:
    """Whether the turned clause is English: no cut word, no double negative, no "must bring anything"."""
    if re.match(r"\w", text[match.end() :]) and match.group()[-1:].isalnum():
        return False
    left = re.split(r"[.;,:]", text[: match.start()])[-1]
    right = re.split(r"[.;:]", text[match.end() :])[0]
    if re.search(r"\b(?:not|never)\b", after):
        if _NEGATIVE.search(left) or _NEGATIVE.search(right.split(",")[0]):
            return False
        return not re.match(r"\s?(?:also|then|now|only|both|always)\b", right) and not re.search(r"\bonly\b", right)
    return not (_NEGATIVE.search(match.group()) and re.search(r"\b(?:any\w*|ever|yet|either|nor|but)\b", right))


def _agreeing(opposite: str, before: str) -> str | None:
    """ "does not have to" or "do not have to", as the subject asks; None where that cannot be told."""
    singular, _, plural = opposite.partition("|")
    if not plural:
        return singular
    many = is_many(before)
    return None if many is None else plural if many else singular


def _made(text: str, edit: _Edit) -> str:
    changed = text[: edit.start] + edit.after + text[edit.end :]
    return upper_first(changed) if text[:1].isupper() else changed


def _differs(text: str, quote: str, edit: _Edit) -> bool:
    """The turned sentence must not be what the source says."""
    made = plain(_made(text, edit))
    return made != plain(text) and made not in plain(quote)


def _elsewhere(text: str, edit: _Edit) -> str:
    """The same turn in another text, where a word beside it is the same too."""
    for match in re.finditer(rf"(?<!\w){re.escape(edit.before)}" if edit.before else r"", text):
        left, right = text[: match.start()], text[match.end() :]
        if (edit.left.strip() and left.endswith(edit.left)) or (edit.right.strip() and right.startswith(edit.right)):
            beside = left.endswith(edit.left) and right.startswith(edit.right) if not edit.before else True
            if beside:
                return upper_first(left + edit.after + right) if text[:1].isupper() else left + edit.after + right
    return text


def _phrase(edit: _Edit, middle: str) -> str:
    return f"{edit.left}{middle}{edit.right}".strip()
