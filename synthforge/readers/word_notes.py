"""Footnotes and endnotes of a Word file: blocks of their own, marked as printed, near what refers to them."""

from collections.abc import Iterable, Iterator

from synthforge.readers.word_numbering import rendered
from synthforge.readers.word_package import Element, Package, W
from synthforge.readers.word_text import text, visible
from synthforge.records import Locator
from synthforge.sections.blocks import Block, Reading, fold, solid

_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")
_FORMS = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """Every note once, numbered in the order in which the text refers to them."""

    def __init__(self, package: Package, reading: Reading) -> None:
        self.reading = reading
        self.unread = {(kind, number): note for kind in _FORMS for number, note in _notes(package, kind)}
        reading.visible += sum(map(visible, self.unread.values()))
        self.counts = dict.fromkeys(_FORMS, 0)
        self.waiting: list[Block] = []

    def refer(self, references: Iterable[tuple[str, str]], block: int) -> None:
        for kind, number in references:
            self.counts[kind] += 1
            note = self.unread.pop((kind, number), None)
            if note is not None and (found := self._block(kind, note, block)):
                self.waiting.append(found)

    def due(self, but: int = 0) -> Iterator[Block]:
        """The notes that wait, except those of the block which is being read."""
        ready = [note for note in self.waiting if note.locator.block != but]
        self.waiting = [note for note in self.waiting if note.locator.block == but]
        yield from ready

    def close(self) -> None:
        """Notes that nothing refers to any more are left out."""
        for note in self.unread.values():
            self.reading.drop("notes without reference", text(note, self.reading.dropped))
        self.unread = {}

    def _block(self, kind: str, note: Element, block: int) -> Block | None:
        said = fold(" ".join(text(paragraph, self.reading.dropped) for paragraph in note.iter(f"{W}p")))
        mark = f"[{rendered(self.counts[kind], _FORMS[kind])}]"
        if not said:
            return None
        self.reading.visible += solid(mark)
        return Block("paragraph", f"{mark} {said}", 1, Locator(block=block))


def _notes(package: Package, kind: str) -> Iterator[tuple[str, Element]]:
    for part in package.parts(f"{kind}s"):
        for note in part.iter(f"{W}{kind}"):
            if note.get(f"{W}type") not in _SEPARATORS:
                yield note.get(f"{W}id") or "", note
