"""Blocks to an outline: which headings there are, how they nest, and what each is cited as."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from synthforge.sections.blocks import Block, Reading
from synthforge.sections.citation import Identity, cites_section, date, identify
from synthforge.sections.clauses import clauses
from synthforge.sections.front import find_title, heading_text, joined_headings, mark_front
from synthforge.sections.furniture import without_contents, without_running_heads
from synthforge.sections.numbering import LEGAL_RANK, Form, Label, label, leading_identifier


@dataclass(frozen=True)
class Placed:
    """A block and its place in the canonical text."""

    block: Block
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.block.text)


@dataclass
class Node:
    """A heading with what stands directly below it, and the citation a professional would write for it.

    `cited` says that the citation is the source's own; `amended` is the edition that the source gave it or its parent.
    """

    label: Label
    level: int
    path: tuple[str, ...]
    citation: str
    edition: str
    number: str = ""
    legal: bool = False
    body: list[Placed] = field(default_factory=list)
    cited: bool = False
    amended: str = ""

    @property
    def heading(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1 if self.number else max(1, len(self.path))


@dataclass(frozen=True)
class Outline:
    identity: Identity
    placed: tuple[Placed, ...]
    nodes: tuple[Node, ...]
    warnings: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The canonical text: a line a block."""
        return "\n".join(place.block.text for place in self.placed)


def outline(reading: Reading, uri: str) -> Outline:
    blocks = reading.blocks
    marked = any(block.citation for block in blocks)
    if not marked:
        blocks = without_running_heads(without_contents(blocks, reading), reading)
        blocks = list(joined_headings(blocks))
    title = find_title(blocks, reading)
    identity = identify(replace(reading, blocks=blocks), heading_text(title.text) if title else "", uri)
    if not marked:  # a source that says what its pieces are cited as needs no guesses about furniture and numbers
        blocks = list(mark_front(list(clauses(blocks, reading)), title))
    placed = tuple(in_line(blocks))
    nodes = _nest(placed, title, identity)
    return Outline(identity, placed, tuple(nodes), tuple(reading.warnings))


def in_line(blocks: Iterable[Block]) -> Iterator[Placed]:
    """The blocks in their places, one line behind the other."""
    position = 0
    for block in blocks:
        yield Placed(block, position)
        position += len(block.text) + 1


def _nest(placed: Sequence[Placed], title: Block | None, identity: Identity) -> list[Node]:
    labels = _accepted([p.block for p in placed], identity)
    root = Node(Label("words", "", identity.title), 0, (), identity.root, identity.edition)
    stack, nodes = [root], [root]
    used: dict[str, int] = {}
    edition, edition_level = identity.edition, 0
    for index, place in enumerate(placed):
        block = place.block
        if block.kind == "title":
            root.legal = False
            continue
        if block.kind != "heading":
            nodes[-1].body.append(place)
            continue
        heading = labels[index]
        _close(stack, block, heading)
        if "EFF." in block.text.upper() and date(block.text):
            edition, edition_level = date(block.text), block.level
        elif block.level < edition_level:
            edition, edition_level = identity.edition, 0
        node = _node(heading, block, stack, identity, edition, used)
        stack.append(node)
        nodes.append(node)
    return nodes


def _close(stack: list[Node], block: Block, heading: Label) -> None:
    """Pop what the new heading does not stand under.

    1.2 never stands under 1.1, whatever their levels; a legal unit stands under a higher one or nothing.
    """
    if heading.form == "number" and "." in heading.number and not block.citation:
        row = heading.number.rpartition(".")[0]
        beside = (i for i, node in enumerate(stack) if node.number.rpartition(".")[0] == row)
        del stack[next(beside, len(stack)) :]
    while len(stack) > 1:
        top = stack[-1]
        if top.level < block.level:
            break
        if top.level == block.level and not block.citation and 0 < top.label.rank < (heading.rank or 9):
            break
        stack.pop()
    if heading.form == "legal" and not block.citation:
        above = [i for i, node in enumerate(stack) if 0 < node.label.rank < heading.rank]
        if above:
            del stack[above[-1] + 1 :]


def _accepted(blocks: Sequence[Block], identity: Identity) -> dict[int, Label]:
    """Every heading's label, once the whole outline has been seen."""
    texts = {i: heading_text(block.text) for i, block in enumerate(blocks) if block.kind == "heading"}
    labels = {i: label(text) for i, text in texts.items()}
    seen = _Seen(labels.values())
    return {i: _judged(head, texts[i], seen, identity) for i, head in labels.items()}


class _Seen:
    """What the headings of a document have in common."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.numbers: dict[Form, set[str]] = {}
        self.kinds: Counter[str] = Counter()
        for head in labels:
            self.numbers.setdefault(head.form, set()).add(head.number)
            self.kinds.update([_kind(name)] if (name := _identifier(head)) else [])
        self.integers = {number for number in self.numbers.get("number", ()) if number.isdigit()}
        self.parents = {
            number.split(".")[0] for numbers in self.numbers.values() for number in numbers if "." in number
        }

    def has(self, form: Form, number: str) -> bool:
        return number in self.numbers.get(form, ())


def _judged(head: Label, text: str, seen: _Seen, identity: Identity) -> Label:
    """A lone integer, letter or numeral counts only as part of a sequence (or with 5.1 below 5); a leading
    identifier only when it is the whole heading, or when another heading starts with one of its kind."""
    words, kinds = Label("words", "", text), seen.kinds
    match head.form:
        case "number" if head.number.isdigit():
            known = "1" in seen.integers or len(seen.integers) > 1 or head.number in seen.parents
            head = head if known else words
        case "letter" if not seen.has("letter", "A"):
            return words
        case "roman" if not seen.has("roman", "I"):
            letter = len(head.number) == 1 and seen.has("letter", "A")
            return replace(head, form="letter") if letter else words
        case "legal" if not identity.instrument and head.rank < LEGAL_RANK["section"]:
            named = Label("label", head.number, head.title or head.number)
            return named if head.rank >= LEGAL_RANK["chapter"] else words
        case "identifier" if head.title and kinds[_kind(head.number)] < 2:
            return words
    if head.form == "number" and (name := _identifier(head)) and kinds[_kind(name)] > 1:
        return Label("identifier", name, head.title[len(name) :].lstrip(" :—–-\t"))
    return head


def _identifier(head: Label) -> str:
    """The identifier that a heading starts with, or has behind its number (`2.1 TKT-2207 Frozen fish`)."""
    inner = leading_identifier(head.title) if head.form == "number" else None
    return head.number if head.form == "identifier" else inner[0] if inner else ""


def _kind(identifier: str) -> str:
    """What identifiers of one series share: `TKT-`, `MS.AAD.`."""
    return re.split(r"\d", identifier)[0]


def _node(
    heading: Label,
    block: Block,
    stack: Sequence[Node],
    identity: Identity,
    edition: str,
    used: dict[str, int],
) -> Node:
    parent = stack[-1]
    text = heading_text(block.text)
    title = heading_text(heading.title) or heading.number
    anchor = next((n for n in reversed(stack) if n.cited or n.label.form == "label"), None)
    base = anchor.citation if anchor else identity.root
    named = next((n.citation for n in reversed(stack) if n.cited), identity.root)
    number = ""
    match heading.form:
        case "legal" if identity.instrument or named == identity.root:
            citation = _legal(heading, identity, text)
            title = title if heading.rank == LEGAL_RANK["section"] else text
        case "number" | "letter" | "roman":
            number = _full_number(heading, stack)
            citation = f"{base} §{number}"
        case "identifier":
            repeated = f"{heading.number}@{edition}" in used
            citation = text if repeated and heading.title else heading.number
            title = heading_text(text) if citation == text else title
        case "label":
            citation = f"{named} {heading.number}"
            title = text
        case "designator" if parent.label.rank == LEGAL_RANK["section"] or parent.label.form == "designator":
            citation = f"{parent.citation}({heading.number})"
        case _:
            title = text
            citation = f"{parent.citation} > {text}"
    citation = block.citation or citation
    amended = block.edition or parent.amended
    edition = amended or edition
    key = f"{citation}@{edition}"
    used[key] = used.get(key, 0) + 1
    if used[key] > 1:
        citation = f"{citation} [{used[key]}]"
    legal = (
        cites_section(block.citation)
        or (heading.rank == LEGAL_RANK["section"] and bool(identity.instrument))
        or (heading.form == "designator" and parent.legal)
    )
    cited = bool(block.citation)
    return Node(
        heading, block.level, (*parent.path, title), citation, edition, number, legal, cited=cited, amended=amended
    )


def _legal(heading: Label, identity: Identity, text: str) -> str:
    if heading.rank == LEGAL_RANK["section"]:
        return f"{identity.instrument or identity.root + ' §'} {heading.number}"
    if heading.number.startswith("Part "):
        return f"{identity.instrument} {heading.number.split()[1]}"
    return f"{identity.root} {heading.number}" if identity.root else text


def _full_number(heading: Label, stack: Sequence[Node]) -> str:
    """`5.2.1` as printed; `1` under `C` under `III` as III.C.1."""
    if "." in heading.number:
        return heading.number
    above = next((node for node in reversed(stack) if node.number or node.cited or node.label.form == "label"), None)
    return f"{above.number}.{heading.number}" if above and above.number else heading.number
