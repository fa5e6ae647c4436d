"""What a paragraph of law opens with: designators as printed, past captions; a defined term; a caption that counts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthforge.sections.blocks import Block, words

_TOKEN = re.compile(r"\((?P<token>[A-Za-z]{1,5}|\d{1,3})\)")
_RANGE = re.compile(r"\s*(?:[-–—,]|and|through|to)\s*\((?P<last>[A-Za-z]{1,5}|\d{1,3})\)\s*(?=\[)")
"""`(c)-(e) [Reserved]`: several at once, and nothing below them."""
_CAPTION = re.compile(r"[A-Z“][^.()§]{0,90}[.—–-]{1,2}\s*(?=\([a-zA-Z0-9]{1,5}\))")
_FOOTNOTE = re.compile(r"\[?\d{1,2}\]?\s+(?=\([A-Za-z\d]{1,5}\))")
_RUNS_ON = re.compile(
    r"\b(?:shall|may|must|will|means?|is|are|includes?|either|that|if|by|to|of|for|in|and|or)\s*[—–-]+\s*$"
)
_AFTER_CAPTION = re.compile(r"[\s.,:—–-]*")
_GAP = re.compile(r"(?:\*\s*){3,}")
_DEFINED = re.compile(
    r"“?(?P<term>[A-Z][^.;:()“”]{1,70}?)[,”]*\s+(?:\([^()]{1,60}\)\s+)?"
    r"(?:means?|includes?|refers?\s+to|ha(?:s|ve)\s+the\s+(?:same\s+)?meanings?|is\s+defined\s+as|shall\s+mean)\b"
)
_ABBREVIATED = re.compile(r"\s*\([^()]*\)?$")
_DEFINES = re.compile(r"(?i)\bdefin(?:ed|ition|itions|es)\b|\bmeanings?\b|\bas used in\b|\bterms\b")
_NO_TERM = re.compile(r"(?i)(?:examples?|notes?|provided)\b")
_NO_SUBJECT = re.compile(r"(?i)(?:this|the following|each|any|such|these|those|it|for|where|when|if)\b")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _letter(token: str) -> int:
    """a…z, aa…zz as 1…52; 0 when it is not such a letter."""
    if len(token) == 1 and token.isalpha():
        return ord(token.lower()) - 96
    return ord(token[0].lower()) - 96 + 26 if len(token) == 2 and token[0] == token[1] and token.isalpha() else 0


def _roman(token: str) -> int:
    values = [_ROMAN.get(c, 0) for c in token.upper()]
    if not values or not all(values):
        return 0
    total = sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))
    return total if _numeral(total) == token.upper() else 0


def _numeral(number: int) -> str:
    text = ""
    for sign, value in zip("C XC L XL X IX V IV I".split(), (100, 90, 50, 40, 10, 9, 5, 4, 1), strict=True):
        text += sign * (number // value)
        number %= value
    return text


KINDS: dict[str, Callable[[str], int]] = {
    "lower": lambda t: _letter(t) if t.islower() else 0,
    "number": lambda t: int(t) if t.isdigit() else 0,
    "lower roman": lambda t: _roman(t) if t.islower() else 0,
    "upper": lambda t: _letter(t) if t.isupper() else 0,
    "upper roman": lambda t: _roman(t) if t.isupper() else 0,
    "double": lambda t: _letter(t[0]) if len(t) == 2 and t[0] == t[1] and t.islower() else 0,
    "upper double": lambda t: _letter(t[0]) if len(t) == 2 and t[0] == t[1] and t.isupper() else 0,
}


@dataclass(frozen=True)
class Token:
    """A designator as printed, or a defined term that stands in the place of one.

    `italic` is None where the format does not say. `last` is the end of a range. `gap` says that text is left out
    before it (stars), `defines` that its paragraph announces definitions. A `caption` starts the count anew, as the
    categories of a list do; one that is `nested` does so below the paragraph it stands in.
    """

    text: str
    start: int = 0
    italic: bool | None = None
    last: str = ""
    term: bool = False
    caption: bool = False
    nested: bool = False
    gap: bool = False
    defines: bool = False


def tokens(block: Block) -> list[Token]:
    """The designators a paragraph opens with: `(c)(1)`, or `(a) Applicability. (1)` past a caption; or its term."""
    text, position = block.text, 0
    found: list[Token] = []
    if block.kind == "caption":
        return [Token(f", {caption_label(text)}", caption=True, nested=block.level > 1)]
    term = defined_term(block)
    if term:
        found.append(Token(f" ({term[0]})", term=True))
        position = term[1]
    defines = bool(_DEFINES.search(text[:300]))
    while match := _TOKEN.match(text, position):
        token = match["token"]
        if not any(reader(token) for reader in KINDS.values()):
            break
        span = _RANGE.match(text, match.end())
        end = span.end() if span else match.end()
        italic = None if block.emphasis is None else _inside(block.emphasis, match.start("token"))
        found.append(Token(token, match.start(), italic, span["last"] if span else "", defines=defines))
        position = _past_blanks(text, end)
        position = _past_caption(block, position)
    return found


def _past_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _past_caption(block: Block, position: int) -> int:
    """Behind a caption or a footnote's sign that another designator follows; else where it was."""
    if sign := _FOOTNOTE.match(block.text, position):
        return sign.end()
    run = next((end for start, end in block.emphasis or () if start <= position < end), 0)
    if run:
        after = _AFTER_CAPTION.match(block.text, run)
        end = after.end() if after else run
        return end if _TOKEN.match(block.text, end) else position
    caption = _CAPTION.match(block.text, position)
    return caption.end() if caption and (block.emphasis is None or _reads_as_caption(caption.group())) else position


def _reads_as_caption(text: str) -> bool:
    """Upright text before a designator: `Definitions—`, but not `The driver shall—`."""
    return words(text) <= (8 if text.rstrip()[-1] == "." else 4) and not _RUNS_ON.search(text)


def _inside(spans: Sequence[tuple[int, int]], position: int) -> bool:
    return any(start <= position < end for start, end in spans)


def defined_term(block: Block) -> tuple[str, int] | None:
    """The term that a paragraph without designator defines, and where the text behind it starts.

    Italics at its start mark the term, where the format has them; else the words do: `Agency means…`.
    """
    if block.kind != "paragraph" or _NO_TERM.match(block.text):
        return None
    run = next((end for start, end in block.emphasis or () if start <= 1), 0)
    if run and (term := block.text[:run].strip(' .,:;—–-“”"')) and len(term) <= 90 and term[0].isalnum():
        after = _AFTER_CAPTION.match(block.text, run)
        return _ABBREVIATED.sub("", term), after.end() if after else run
    if not _NO_SUBJECT.match(block.text) and (found := _DEFINED.match(block.text)):
        return found["term"].strip(), found.end("term")
    return None


def caption_label(text: str) -> str:
    """`Category IV` of `category iv—launch vehicles`; printers set such captions in small capitals."""
    head = re.split(r"[—–:\[]", text)[0].strip(" .")
    if not head or len(head) > 60:
        return text[:60].strip()
    return " ".join(w.upper() if _roman(w) else w.capitalize() for w in head.split()) if head.islower() else head


def announces(text: str) -> bool:
    """Whether a heading or sentence says that definitions follow."""
    return bool(_DEFINES.search(text))


def leaves_out(text: str) -> bool:
    """Whether stars stand for text that is not repeated."""
    return bool(_GAP.search(text))
