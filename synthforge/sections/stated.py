"""Blocks whose source divides and names itself to an outline: nothing is read out of the text of a record."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from synthforge.sections.blocks import Block, Reading
from synthforge.sections.citation import Identity, edition, slug
from synthforge.sections.numbering import Label
from synthforge.sections.outline import Node, Outline, in_line


def stated(reading: Reading, uri: str) -> Outline:
    """Headings nest by their level alone and are cited as they say; a field that starts with `4.1` stays a field."""
    identity = identify(reading.metadata, uri)
    root = Node(_words(identity.title), 0, (), identity.root, identity.edition)
    stack, nodes, used = [root], [root], dict[str, int]()
    placed = tuple(in_line(reading.blocks))
    for place in placed:
        block = place.block
        if block.kind == "heading":
            while stack[-1].level >= block.level:
                stack.pop()
            stack.append(_node(block, stack[-1], identity.edition, used))
            nodes.append(stack[-1])
        elif block.kind != "title":
            nodes[-1].body.append(place)
    return Outline(identity, placed, tuple(nodes), tuple(reading.warnings))


def identify(metadata: Mapping[str, str], uri: str) -> Identity:
    """Identifier, title and edition as declared under `id`, `title`, `version`, `date`; else from the file's name."""
    stem = PurePosixPath(uri).stem
    title = metadata.get("title") or _title(stem)
    identifier = metadata.get("id", "")
    return Identity(identifier or slug(title), identifier or title, title, edition(metadata, (), title, stem), "")


def _title(stem: str) -> str:
    """The whole stem: `rules-1.4` and `rules-1.5` are two files."""
    words = re.sub(r"[_\s]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def _node(block: Block, parent: Node, edition: str, used: dict[str, int]) -> Node:
    citation = block.citation or f"{parent.citation} > {block.text}"
    used[citation] = count = used.get(citation, 0) + 1
    citation = f"{citation} [{count}]" if count > 1 else citation
    return Node(_words(block.text), block.level, (*parent.path, block.text), citation, edition)


def _words(text: str) -> Label:
    return Label("words", "", text)
