"""Paragraphs of law: (a)(1)(i) resolved by what is expected next in the open stack, cited to the leaf."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from synthforge.sources.blocks import ends_sentence, is_lead_in, words
from synthforge.sources.outline import Placed
from synthforge.sources.parts import LIMIT, Part, cut

_TOKEN = re.compile(r"\(([A-Za-z]{1,5}|\d{1,3})\)\s*")
_CAPTION = re.compile(r"[A-Z“][^.()§]{0,90}[.—–-]{1,2}\s*(?=\([a-zA-Z0-9]{1,5}\))")
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
    return total


KINDS: dict[str, Callable[[str], int]] = {
    "lower": lambda t: _letter(t) if t.islower() else 0,
    "number": lambda t: int(t) if t.isdigit() else 0,
    "lower roman": lambda t: _roman(t) if t.islower() else 0,
    "upper": lambda t: _letter(t) if t.isupper() else 0,
    "upper roman": lambda t: _roman(t) if t.isupper() else 0,
}


@dataclass(frozen=True)
class Step:
    """One open designator: its kind, its ordinal, and as printed."""

    kind: str
    ordinal: int
    token: str


@dataclass
class Paragraph:
    """A designated paragraph, the undesignated ones that follow it, and its children."""

    suffix: str
    own: list[Placed] = field(default_factory=list)
    children: list["Paragraph"] = field(default_factory=list)

    @property
    def blocks(self) -> list[Placed]:
        return [*self.own, *(place for child in self.children for place in child.blocks)]


def resolve(token: str, stack: Sequence[Step], upcoming: str | None = None) -> tuple[list[Step] | None, bool]:
    """The stack after `token`, or None when it is not expected here; and whether there was another reading.

    Where two readings fit, the one after which the `upcoming` designator is expected too is taken: (i) after
    (h) is a letter when (j) comes next and a roman numeral when (ii) does.
    """
    found = _readings(token, stack)
    if len(found) > 1:
        found = [r for r in found if _usual(r)] or found
    if len(found) < 2:
        return (found[0] if found else None), False
    if upcoming is not None:
        fitting = [reading for reading in found if _readings(upcoming, reading)]
        direct = [
            r for r in fitting if any(s[-1].kind == r[-1].kind and len(s) == len(r) for s in _readings(upcoming, r))
        ]
        if len(direct) == 1 or len(fitting) == 1:
            return (direct or fitting)[0], False
    return found[0], True


_PARENTS = {
    "lower": ("", "number"),
    "number": ("", "lower", "upper"),
    "lower roman": ("number", "upper"),
    "upper": ("lower roman", "number"),
    "upper roman": ("lower roman",),
}
"""What each kind stands under in the CFR, (a)(1)(i)(A)(1), and in the U.S. Code, (a)(1)(A)(i)(I)."""


def _usual(stack: Sequence[Step]) -> bool:
    above = stack[-2].kind if len(stack) > 1 else ""
    return above in _PARENTS[stack[-1].kind]


def _readings(token: str, stack: Sequence[Step]) -> list[list[Step]]:
    found: list[list[Step]] = []
    for depth in range(len(stack) - 1, -1, -1):
        kind, ordinal = stack[depth].kind, stack[depth].ordinal
        if KINDS[kind](token) == ordinal + 1:
            found.append([*stack[:depth], Step(kind, ordinal + 1, token)])
    opened = {step.kind for step in stack[-2:]}
    for kind, value in KINDS.items():
        if value(token) == 1 and kind not in opened:
            found.append([*stack, Step(kind, 1, token)])
    return found


def tokens(text: str) -> list[str]:
    """The designators a paragraph opens with: `(c)(1)`, or `(a) Applicability. (1)` past a caption."""
    found: list[str] = []
    position = 0
    while match := _TOKEN.match(text, position):
        found.append(match.group(1))
        position = match.end()
        if caption := _CAPTION.match(text, position):
            position = caption.end()
    return found


def paragraphs(body: Sequence[Placed]) -> tuple[list[Placed], list[Paragraph], list[str]]:
    """The text before the first designator, the designated paragraphs, and what was out of sequence."""
    opened = [tokens(place.block.text) for place in body]
    queue = [token for several in opened for token in several]
    intro: list[Placed] = []
    roots: list[Paragraph] = []
    path: list[Paragraph] = []
    stack: list[Step] = []
    strange: list[str] = []
    position = 0
    for place, several in zip(body, opened, strict=True):
        for token in several:
            position += 1
            after, doubtful = resolve(token, stack, queue[position] if position < len(queue) else None)
            if after is None:
                strange.append(f"({token}) after {_shown(stack) or 'no designator'}")
                continue
            if doubtful:
                strange.append(f"({token}) after {_shown(stack)} may be a letter or a numeral")
            stack = after
            node = Paragraph(_shown(stack))
            path = path[: len(stack) - 1]
            (path[-1].children if path else roots).append(node)
            path.append(node)
        (path[-1].own if path else intro).append(place)
    return intro, roots, strange


def _shown(stack: Sequence[Step]) -> str:
    return "".join(f"({step.token})" for step in stack)


def cite(body: Sequence[Placed], text: str) -> tuple[list[Part], list[str]]:
    """The parts of a section of law, with designators as suffixes, and the designators out of sequence.

    A paragraph whose own text only leads into short items stays one part with them; a long one passes its
    lead-in on to its items.
    """
    intro, roots, strange = paragraphs(body)
    if not roots:
        return cut(body, text), strange
    lead = _text(intro, text) if intro and _leads(intro) else ""
    parts: list[Part] = [] if lead else _own(intro, text, "", "")
    for root in roots:
        parts.extend(_parts(root, text, lead))
    return parts, strange


def _parts(node: Paragraph, text: str, lead: str) -> list[Part]:
    own = _text(node.own, text)
    if not node.children:
        return _own(node.own, text, node.suffix, lead)
    leads = not node.own or _leads(node.own)
    blocks = node.blocks
    if leads and words(text[blocks[0].start : blocks[-1].end]) <= LIMIT * 0.6 and own:
        return _own(blocks, text, node.suffix, lead)
    parts = [] if leads else _own(node.own, text, node.suffix, lead)
    context = f"{lead}\n{own}".strip() if leads else lead
    for child in node.children:
        parts.extend(_parts(child, text, context))
    return parts


def _leads(own: Sequence[Placed]) -> bool:
    last = own[-1].block.text
    return is_lead_in(last) or not ends_sentence(last)


def _text(own: Sequence[Placed], text: str) -> str:
    return text[own[0].start : own[-1].end] if own else ""


def _own(own: Sequence[Placed], text: str, suffix: str, lead: str) -> list[Part]:
    return [
        Part(part.start, part.end, part.first, suffix + part.suffix, part.lead_in or lead) for part in cut(own, text)
    ]
