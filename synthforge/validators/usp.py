"""USP general chapters: does the number exist, and is it one that can be required?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from synthforge.meaning.rules import modalities
from synthforge.meaning.sentences import sentence_at
from synthforge.validators.domain import Mention, Registered, Remark

_NUMBER = r"\d{1,4}(?![\d.])"
_CHAPTER = re.compile(
    rf"(?:(?<!\w)USP\s?)?[<〈](?P<bracketed>{_NUMBER})[A-Z]{{0,2}}[>〉]"
    rf"|\bUSP\s(?:[Gg]eneral\s)?[Cc]hapters?\s(?P<named>{_NUMBER})(?!\w)"
)
_REQUIRES = re.compile(r"(?i)\b(?:requires?|mandates?|demands?|prescribes?|enforceable)\b")
_DENIES = re.compile(
    r"(?i)\b(?:informational|(?:not|never|n't)\s+(?:\w+\s)?(?:require|mandat|enforceable|demand|prescribe))"
)


class Usp(Registered):
    """Rejects withdrawn chapters; holds statements that an informational one (1000 to 1999) requires something."""

    topic: ClassVar[str] = "usp"
    absent: ClassVar[str] = "unknown_chapter"

    def mentions(self, text: str) -> Iterator[Mention]:
        for found in _CHAPTER.finditer(text):
            yield Mention(str(int(found["bracketed"] or found["named"])), *found.span())

    def above(self, id: str) -> Iterator[str]:
        yield "USP"

    def remarks(self, text: str) -> Iterator[Remark]:
        yield from super().remarks(text)
        for mention in self.mentions(text):
            if 1000 <= int(mention.id) < 2000 and _is_required(text, mention):
                reason = (
                    "is an informational chapter (USP General Notices: 1000 to 1999), and requires nothing by itself"
                )
                yield Remark(mention, "uncertain", "informational_as_requirement", reason)


def _is_required(text: str, mention: Mention) -> bool:
    start, end = sentence_at(text, mention.start, mention.end)
    sentence = text[start:end]
    says = _REQUIRES.search(sentence) or {"must", "must_not"} & set(modalities(sentence))
    return bool(says) and not _DENIES.search(sentence)
