"""One language throughout: the question is asked in that of the documents, and answered in its own."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from synthforge.context import Run
from synthforge.meaning.language import language
from synthforge.records import Example, Turn, Verdict
from synthforge.validators.base import Validator

_KIN = (
    frozenset(("es", "pt", "gl", "ca", "an", "ast", "oc")), frozenset(("nl", "af")), frozenset(("de", "lb")),
    frozenset(("da", "no", "nb", "nn", "sv")), frozenset(("cs", "sk")), frozenset(("hr", "bs", "sr", "sl")),
    frozenset(("id", "ms")),
)  # fmt: skip
"""Languages that a single sentence hardly tells apart: of 19,475 messages of common programs in eight languages, two
are taken for one that is no kin of theirs."""
_SCRIPTS = frozenset(
    "CJK HIRAGANA KATAKANA HANGUL CYRILLIC ARABIC HEBREW DEVANAGARI BENGALI TAMIL THAI ARMENIAN GEORGIAN".split()
)
"""Scripts that no text of another one borrows letters from; Greek gives every trade its symbols."""
_WORDS = 5
"""Fewer are not judged: of 17,753 such messages with one to four words, 20 are taken for a stranger's."""
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]+[\"”“»]|`[^`]+`")


class Language(Validator):
    """Rejects questions in another language than the sections shown, and answers in another than their question.

    What is too short to tell, and what stands in quotation marks, is let through.
    """

    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2}$")], ...] = ()
    """Languages (ISO 639-1) that questions may be in, such as `[en, de]`; that of the sections shown when empty."""

    def check(self, example: Example, run: Run) -> Verdict:
        source = _source(example, run)
        for number, turn in enumerate(example.turns, 1):
            for code, reason in self._faults(turn, source):
                where = f"turn {number}: " if len(example.turns) > 1 else ""
                return self.failed(f"language.{code}", where + reason)
        return self.passed()

    def reads(self, example: Example, run: Run) -> object:
        return _source(example, run)

    def _faults(self, turn: Turn, source: str) -> Iterator[tuple[str, str]]:
        expected = self.languages or tuple(filter(None, [language(source)]))
        asked = _told(turn.question)
        if asked and expected and not _akin(asked, expected):
            yield "other", f"the question is in '{asked}', expected is {' or '.join(expected)}"
        spoken = (asked,) if asked else expected
        for name in ("reasoning", "answer"):
            text = getattr(turn, name)
            told = _told(text)
            if told and spoken and not _akin(told, spoken):
                yield "mixed", f"the {name} is in '{told}', its question in {' or '.join(spoken)}"
            if strange := _scripts(text) - _scripts(turn.question) - _scripts(source):
                yield "mixed", f"the {name} has {', '.join(sorted(strange))} letters, and nothing else has"


def _told(text: str) -> str:
    bare = _QUOTED.sub(" ", text)
    long_enough = len(bare.split()) >= _WORDS or _scripts(bare)  # Chinese puts no blanks between words
    return language(bare) if long_enough else ""


def _source(example: Example, run: Run) -> str:
    keys = dict.fromkeys((*example.order.excerpt, *example.order.targets))
    return "\n".join(run.sections[key].text for key in keys if key in run.sections)


def _akin(told: str, expected: Sequence[str]) -> bool:
    return told in expected or any(told in kin and not kin.isdisjoint(expected) for kin in _KIN)


def _scripts(text: str) -> set[str]:
    """The scripts of a text's letters, as far as they are foreign to others."""
    if text.isascii():
        return set()
    return {name.split(" ", 1)[0] for letter in set(text) if (name := unicodedata.name(letter, ""))} & _SCRIPTS
