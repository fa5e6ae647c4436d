"""A section of law cut into its designated paragraphs, each cited to its leaf and carrying what introduces it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from synthforge.records import Locator
from synthforge.sections.blocks import ends_sentence, is_lead_in, words
from synthforge.sections.designators import Token, announces, leaves_out, tokens
from synthforge.sections.outline import Placed
from synthforge.sections.parts import Part, cut
from synthforge.sections.sequence import counts_anew, resolve, shown

_FOLLOWS = re.compile(r"(?i)\bfollow(?:s|ing)\b[^.]*\.?$")
_RESERVED = re.compile(r"(?i)[^\n]{0,60}\[(?:removed and )?reserved\]\.?\s*$")
_SENTENCE = re.compile(r"[.!?]\s+(?=[\"“‘(]*[A-Z])")
_DESIGNATORS = re.compile(r"(?:\s*\([A-Za-z\d]{1,5}\))+\s*")
_CAPTION_WORDS = 8
"""A sentence of so many words before a lead-in is a caption and no rule of its own."""


@dataclass
class Paragraph:
    """A designated paragraph: its own text, the paragraphs below it, and where in the body its text stands.

    `opening` is its text where it shares a block with the paragraph below it: `(3) Driving time—` of `(3) Driving
    time—(i) A driver…`.
    """

    suffix: str
    opening: str = ""
    own: list[tuple[int, Placed]] = field(default_factory=list)
    children: list["Paragraph"] = field(default_factory=list)

    def runs(self) -> Iterator[list[tuple[int, Placed]]]:
        """Stretches of its own text with nothing of another paragraph and no `meta` in between."""
        run: list[tuple[int, Placed]] = []
        for index, place in self.own:
            if run and index != run[-1][0] + 1:
                yield run
                run = []
            run.append((index, place))
        if run:
            yield run

    @property
    def first(self) -> int:
        """The body's index at which the first paragraph below it starts."""
        return min((child.start for child in self.children), default=10**9)

    @property
    def start(self) -> int:
        return self.own[0][0] if self.own else self.first


@dataclass(frozen=True)
class Report:
    """What could not be settled, and where."""

    note: str
    place: Locator


def cite(body: Sequence[Placed], text: str, heading: str = "") -> tuple[list[Part], list[Report]]:
    """The parts of a section of law in the order of the text, with designators as suffixes, and what is in doubt.

    Every designated paragraph is a part of its own; one that only leads into those below it `introduces`.
    """
    root, reports = paragraphs(body, heading)
    found = sorted(_parts(root, text, ""), key=lambda part: part.start)
    return found, reports


def paragraphs(body: Sequence[Placed], heading: str = "") -> tuple[Paragraph, list[Report]]:
    """The section as a tree; the root holds what stands before the first designator."""
    if any(place.block.designators for place in body):
        return _as_stated(body), []
    opened = list(_opened(body))
    if not counts_anew([token for several in opened for token in several]):
        opened = [[token for token in several if not token.caption] for several in opened]
    settled = iter(resolve([token for several in opened for token in several], _defines(body, opened, heading)))
    root, reports = Paragraph(""), list[Report]()
    path = [root]
    for index, (place, several) in enumerate(zip(body, opened, strict=True)):
        for token, after in zip(several, [*several[1:], None], strict=False):
            reading = next(settled)
            if reading.note:
                reports.append(Report(reading.note, place.block.locator))
            if not reading.placed:
                continue
            path = [*path[: len(reading.stack)], Paragraph(shown(reading.stack))]
            path[-2].children.append(path[-1])
            if after:
                path[-1].opening = place.block.text[token.start : after.start].strip()
        if place.block.kind != "meta":
            _home(path, place).own.append((index, place))
    return root, reports


def _opened(body: Sequence[Placed]) -> Iterator[list[Token]]:
    """The designators that each block opens with; what is set off or stands in a table has none of its own.

    A section with stars in it is an excerpt, and may start anywhere.
    """
    gap = any(leaves_out(place.block.text) for place in body)
    for place in body:
        block = place.block
        several = tokens(block) if block.kind in ("paragraph", "item", "caption") else []
        if several and gap:
            several[0] = replace(several[0], gap=True)
        gap = leaves_out(block.text) or (gap and not several)
        yield several


def _defines(body: Sequence[Placed], opened: Sequence[Sequence[Token]], heading: str) -> bool:
    """Whether the section is one of definitions: it says so in its heading or before its first designator."""
    before = (p.block.text for p, several in zip(body, opened, strict=True) if not any(not t.term for t in several))
    return announces(heading) or announces(next(before, ""))


def _home(path: Sequence[Paragraph], place: Placed) -> Paragraph:
    """The latest paragraph; text at the margin belongs to the one that introduced the list before it.

    What is set off behind a reserved paragraph, a note to the whole list, belongs to the one above it.
    """
    if place.block.kind == "flush":
        for paragraph in reversed(path[:-1]):
            if paragraph.own and _leads([place for _, place in paragraph.own]):
                return paragraph
    if place.block.kind == "quote" and path[-1].own and _reserved(path[-1].own[-1][1].block.text):
        return path[-2] if len(path) > 1 else path[-1]
    return path[-1]


def _as_stated(body: Sequence[Placed]) -> Paragraph:
    """The tree that the source itself draws."""
    root = Paragraph("")
    known: dict[tuple[str, ...], Paragraph] = {(): root}
    for index, place in enumerate(body):
        path = place.block.designators
        for depth in range(1, len(path) + 1):
            if path[:depth] not in known:
                known[path[:depth]] = Paragraph("".join(f"({step})" for step in path[:depth]))
                known[path[: depth - 1]].children.append(known[path[:depth]])
        if place.block.kind != "meta":
            known[path].own.append((index, place))
    return root


def _parts(node: Paragraph, text: str, context: str) -> Iterator[Part]:
    yield from _own(node, text, context)
    said = node.opening
    before = [place for index, place in node.own if index < node.first]
    if before and _leads(before):
        said = before[-1].block.text
    below = f"{_beyond(context, said)}\n{said}".strip() if said else context
    for child in node.children:
        yield from _parts(child, text, below)


def _own(node: Paragraph, text: str, context: str) -> Iterator[Part]:
    """A paragraph's own text: what comes before the paragraphs below it, and what goes on behind them."""
    runs = [run for run in node.runs() if any(_says_something(place.block.text) for _, place in run)]
    first = node.first
    before = [part for run in runs if run[0][0] < first for part in cut([place for _, place in run], text)]
    for number, part in enumerate(before, 1):
        own = text[part.start : part.end]
        introduces = _reserved(own) or (bool(node.children) and number == len(before) and _only_introduces(own))
        suffix = f"{node.suffix} ¶{number}" if len(before) > 1 else node.suffix
        lead_in = part.lead_in or _beyond(context, own)
        yield replace(part, suffix=suffix, lead_in=lead_in, introduces=introduces)
    for part in [part for run in runs if run[0][0] > first for part in cut([place for _, place in run], text)]:
        named = "note" if part.first.block.kind == "quote" else "flush language"
        yield replace(part, suffix=f"{node.suffix} ({named}){part.suffix}", lead_in=part.lead_in or context)


def _beyond(context: str, text: str) -> str:
    """The context without what the text itself opens with: `(a) Records.` before `(a) Records. (1) Keep…`."""
    before, _, last = context.rpartition("\n")
    return before if last and text.startswith(last) else context


def _leads(own: Sequence[Placed]) -> bool:
    last = own[-1].block
    return last.kind in ("paragraph", "item", "flush", "caption") and _leads_in(last.text)


def _leads_in(text: str) -> bool:
    return is_lead_in(text) or not ends_sentence(text) or bool(_FOLLOWS.search(text[-200:]))


def _only_introduces(text: str) -> bool:
    """A single sentence, captions apart, that leads into what is below it."""
    rest = text[found.end() :] if (found := _DESIGNATORS.match(text)) else text
    *before, _ = _SENTENCE.split(rest)
    return _leads_in(text) and all(words(sentence) <= _CAPTION_WORDS for sentence in before)


def _reserved(text: str) -> bool:
    return bool(_RESERVED.match(text))


def _says_something(text: str) -> bool:
    return any(c.isalnum() for c in text)
