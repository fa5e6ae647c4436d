"""HTML to blocks: decoded, made safe to parse, read as a browser would show it, and what is left out counted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from synthforge.readers import plain
from synthforge.readers.encoding import declared_encoding, decode
from synthforge.readers.html_furniture import LeftOut
from synthforge.readers.html_table import by_identifier
from synthforge.readers.html_walk import Walk
from synthforge.readers.spans import SPARE
from synthforge.readers.tags import DEPTH, bounded, with_lines
from synthforge.records import Locator
from synthforge.sections.blocks import Block, Reading, fold, solid

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)
_UNSEEN = ["script", "style", "template"]
_PREFIX = re.compile(r"(?:dc|dcterms|dcterm|citation|article|og)[._:]")
_KEYS = {"published_time": "published", "modified_time": "modified", "last_modified": "modified"}
_LONGEST = 2000
"""Characters of a declared value; more is no title and no date."""


def read(data: bytes, name: str) -> Reading:
    text, warnings = decode(data, name, declared_encoding(data))
    return parse(text, warnings)


def is_page(text: str) -> bool:
    """Whether a text is a whole HTML page, whatever its file is called."""
    return _PAGE.match(text) is not None


def parse(text: str, warnings: Sequence[str] = ()) -> Reading:
    """`visible` is the text of the body without scripts and styles, counted by a parse of its own."""
    source, deep = bounded(text)
    reading = Reading(warnings=list(warnings), visible=shown(source))
    if deep:
        reading.warnings.append(f"{deep} elements stand deeper than {DEPTH}; their text was read without their tags")
    tree, lined = _with_lines(source)
    reading.metadata = dict(_metadata(tree))
    tree.strip_tags(_UNSEEN, recursive=True)
    blocks, left_out = _blocks(tree, lined, reading.visible, keep=False)
    if 2 * left_out.characters > reading.visible:  # a page that scripts unfold, or one that is marked up wrongly
        blocks, left_out = _blocks(tree, lined, reading.visible, keep=True)
    left_out.report(reading)
    headings = any(block.kind == "heading" for block in blocks)
    reading.blocks = list(by_identifier(blocks) if headings else _from_paragraphs(blocks, reading))
    if headings:  # a register's header and identifiers stand again with every row
        reading.added += sum(solid(block.text) for block in reading.blocks) - sum(solid(b.text) for b in blocks)
    if any(block.kind == "heading" and block.level == 1 for block in blocks):
        reading.metadata.pop("title", None)  # a page's title often names the site too
    return reading


def shown(source: str) -> int:
    """Characters, blanks and soft hyphens apart, that a page's body shows."""
    tree = _tree(source)
    tree.strip_tags(_UNSEEN, recursive=True)
    return solid(tree.body.text().replace("\u00ad", "")) if tree.body else 0


def _tree(source: str) -> LexborHTMLParser:
    """Without the events that mirror a chosen option: they take time quadratic in the options of a list."""
    return LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS)


def _with_lines(source: str) -> tuple[LexborHTMLParser, bool]:
    """The tree with lines in its tags, unless writing them there would have changed the text."""
    tree, bare = _tree(with_lines(source)), _tree(source)
    same = _text(tree) == _text(bare)
    return (tree, True) if same else (bare, False)


def _text(tree: LexborHTMLParser) -> str:
    return tree.root.text() if tree.root else ""


def _blocks(tree: LexborHTMLParser, lined: bool, visible: int, keep: bool) -> tuple[list[Block], LeftOut]:
    main = tree.css_first("main, article, [role=main]") is not None
    left_out = LeftOut(main, keep, spare=visible + SPARE)
    body = tree.body
    blocks = list(Walk(left_out, lined).blocks(body)) if body else []
    if not lined:
        blocks = [
            replace(block, locator=Locator(block=number, pointer=block.locator.pointer))
            for number, block in enumerate(blocks, 1)
        ]
    return blocks, left_out


def _metadata(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    title = tree.css_first("head > title")
    if title and (text := fold(title.text())):
        yield "title", text[:_LONGEST]
    for meta in tree.css("meta"):
        if found := _declared(meta):
            yield found


def _declared(meta: LexborNode) -> tuple[str, str] | None:
    """`dcterms.issued`, `article:published_time`, `Version`, as `issued`, `published`, `version`."""
    attributes = meta.attributes
    name = (attributes.get("name") or attributes.get("property") or "").lower()
    value = fold(attributes.get("content") or "")
    key = _PREFIX.sub("", re.sub(r"[\s-]", "_", name.strip())).split(".")[-1]
    if not key or key == "title" or not value or len(key) > 100:
        return None
    return _KEYS.get(key, key), value[:_LONGEST]


def _from_paragraphs(blocks: Sequence[Block], reading: Reading) -> Iterator[Block]:
    """A page without headings: those in its paragraphs are found as in plain text."""
    run: list[Block] = []
    for block in (*blocks, None):
        if block and block.kind == "paragraph":
            run.append(block)
            continue
        if run:
            flat = plain.parse("\n\n".join(b.text for b in run))
            reading.warnings.extend(flat.warnings)
            reading.dropped.update(flat.dropped)
            for found in flat.blocks:
                yield replace(found, locator=run[((found.locator.line or 1) - 1) // 2].locator)
        run = []
        if block:
            yield block
