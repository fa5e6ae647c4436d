"""Masking: each value of a document gives way to a label, the same value everywhere to the same one."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from synthforge.privacy.detector import Detector
from synthforge.privacy.found import LABEL, Found, merged, without
from synthforge.privacy.repeats import Repeats
from synthforge.privacy.settings import Redact

_BETWEEN = "\n\0\n"
"""Put between the texts of a document: no built-in rule reads across it."""
_PASSES = 8
"""A label can lay bare what its value hid ("E123456" glued to a card number); such chains are short."""


class Edit(NamedTuple):
    """A stretch of a text, and the label that replaces it."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Masked:
    """A document's texts with labels for values, and what was replaced in each, in its old offsets.

    `counts` are replacements by kind. `values` says what each label stands for, in every spelling that was met; it
    stays where the documents are.
    """

    texts: tuple[str, ...]
    edits: tuple[tuple[Edit, ...], ...]
    counts: Mapping[str, int]
    values: Mapping[str, list[str]]


class Masker:
    """Masks one document after another by a recipe's settings; nothing is carried from one to the next."""

    def __init__(self, redact: Redact) -> None:
        self._detector = Detector(redact)

    def mask(self, texts: Sequence[str], names: Sequence[str] = ()) -> Masked:
        """Mask the texts of one document, in reading order, and then its names (citations, headings, titles).

        Names repeat what the texts say, and are not counted. A value that is cut over two texts is not found. Labels
        are numbered as values turn up; a number that the document itself already has in a label is left out.
        """
        parts = [*texts, *names]
        whole = _BETWEEN.join(parts)
        starts = _starts(parts)
        borders = [(start - len(_BETWEEN), start) for start in starts[1:]]
        labels = _Labels({match[0] for match in LABEL.finditer(whole)})
        repeats = Repeats()
        view = _View(whole, [])
        for _ in range(_PASSES):
            finds = list(self._finds(view, borders, repeats))
            if not finds:
                break
            view = _View(whole, sorted([*view.edits, *(labels.edit(find, whole) for find in finds)]))
        edits = _by_text(view.edits, starts)
        new = tuple(replaced(text, each) for text, each in zip(parts, edits, strict=True))
        counts = Counter(kind_of(edit.label) for each in edits[: len(texts)] for edit in each)
        return Masked(new, edits, counts, labels.values)

    def _finds(self, view: "_View", borders: Sequence[tuple[int, int]], repeats: Repeats) -> Iterator[Found]:
        """What is found in a text that is masked in part, placed in the original."""
        finds = self._detector.find(view.text)
        repeats.learn(finds, view.text)
        for find in merged([*finds, *repeats.find(view.text)]):
            start = view.origin(find.start)
            yield from without(find._replace(start=start, end=start + find.end - find.start), borders, view.whole)


def kind_of(label: str) -> str:
    return label[1:].rpartition("-")[0].lower()


def replaced(text: str, edits: Sequence[Edit]) -> str:
    pieces, place = [], 0
    for edit in edits:
        pieces += [text[place : edit.start], edit.label]
        place = edit.end
    return "".join([*pieces, text[place:]])


def _starts(texts: Sequence[str]) -> list[int]:
    """Where each text begins in the joined one."""
    starts, place = [], 0
    for text in texts:
        starts.append(place)
        place += len(text) + len(_BETWEEN)
    return starts


def _by_text(edits: Sequence[Edit], starts: Sequence[int]) -> tuple[tuple[Edit, ...], ...]:
    """The edits of each text, in its own offsets."""
    own: list[list[Edit]] = [[] for _ in starts]
    for edit in edits:
        n = bisect_right(starts, edit.start) - 1
        own[n].append(Edit(edit.start - starts[n], edit.end - starts[n], edit.label))
    return tuple(map(tuple, own))


class Moved:
    """Where the places of a text went when it was masked."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits, self._shifts = edits, [0]
        for edit in edits:
            self._shifts.append(self._shifts[-1] + len(edit.label) - (edit.end - edit.start))

    def start(self, place: int) -> int:
        """A place within a value moves to the beginning of its label."""
        n = bisect_right(self._edits, place, key=lambda edit: edit.end)
        inside = n < len(self._edits) and self._edits[n].start < place
        return (self._edits[n].start if inside else place) + self._shifts[n]

    def end(self, place: int) -> int:
        """A place within a value moves to the end of its label."""
        n = bisect_right(self._edits, place - 1, key=lambda edit: edit.start)
        inside = n > 0 and place < self._edits[n - 1].end
        return (self._edits[n - 1].end if inside else place) + self._shifts[n]


class _View:
    """A text with some edits made, which knows where its characters come from."""

    def __init__(self, whole: str, edits: list[Edit]) -> None:
        self.whole, self.edits = whole, edits
        self.text = replaced(whole, edits)
        self._places, self._shifts = [0], [0]
        for edit in edits:
            shift = self._shifts[-1] + len(edit.label) - (edit.end - edit.start)
            self._places.append(edit.end + shift)
            self._shifts.append(shift)

    def origin(self, place: int) -> int:
        """Where a character that no edit made stood before."""
        return place - self._shifts[bisect_right(self._places, place) - 1]


@dataclass
class _Labels:
    """The labels given out in one document."""

    taken: set[str]
    values: dict[str, list[str]] = field(default_factory=dict)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)

    def edit(self, find: Found, text: str) -> Edit:
        label = self._given.get((find.kind, find.key)) or self._new(find)
        value = text[find.start : find.end]
        if value not in self.values.setdefault(label, []):
            self.values[label].append(value)
        return Edit(find.start, find.end, label)

    def _new(self, find: Found) -> str:
        while True:
            self._numbers[find.kind] += 1
            label = f"[{find.kind.upper()}-{self._numbers[find.kind]}]"
            if label not in self.taken:
                self._given[find.kind, find.key] = label
                return label
