"""Records to blocks: short fields as `field: value` lines of the record, what is long as a section of its own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from synthforge.readers.naming import name_in, naming
from synthforge.readers.prose import prose, without_markup
from synthforge.readers.values import Number, Place, Root, Value, inside, leaves, listed, records, visible
from synthforge.sections.blocks import Block, Reading, fold, solid, words
from synthforge.sections.parts import LIMIT

SHORT = 25
"""Words. A field that says more, or breaks its lines, is something that people cite by the field's name."""
_ARRAY = LIMIT
"""Numbers. A longer array (coordinates, embeddings) does not fit one section and is data for machines."""
_LONGEST = 80
"""Characters of a field's name in a citation."""
_TEXTS = ("text", "content", "body")
"""The fields that are a record's very text, and so cited as the record."""
_TURNS = (("role", "content"), ("from", "value"))
"""The fields of a chat message, in the two ways in which data sets write them."""


@dataclass(frozen=True)
class Citation:
    """`INC00469#resolution`: what a record is called, `#`, and the path inside it.

    A record that stands in another of its own kind is cited by the names alone: `Settings.Wallpaper`, not
    `Settings.subkeys.Wallpaper`. So `kind` remembers the field that named the record, `outer` the path around a list;
    `entry` marks a record of an inner list.
    """

    base: str
    path: str = ""
    outer: str = ""
    kind: str = ""
    entry: bool = False

    def __str__(self) -> str:
        return f"{self.base}#{self.path}" if self.path else self.base

    def into(self, key: str) -> "Citation":
        short = fold(key) if len(key) <= _LONGEST else f"{fold(key[:_LONGEST])}…"
        return replace(self, path=f"{self.path}.{short}" if self.path else short, outer=self.path, entry=False)

    def at(self, number: int) -> "Citation":
        return replace(self, path=f"{self.path}[{number}]", kind="", entry=True)

    def named(self, name: str, kind: str) -> "Citation":
        around = self.outer if kind == self.kind else self.path
        return Citation(self.base, f"{around}.{name}" if around else name, around, kind, entry=True)


class Fields:
    """Writes records into a reading. Levels are those of the nesting; the record itself stands at its own."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.arrays: list[str] = []

    def records(self, roots: Sequence[Root], title: str, noun: str = "row") -> None:
        """A section a record, cited by the field that names it (`INC00469`), else by its number (`Tickets row 12`)."""
        kind = naming([root.value for root in roots if isinstance(root.value, dict)])
        used, again = Counter[str](), list[str]()
        for root in roots:
            name = name_in(root.value, kind) if isinstance(root.value, dict) else ""
            base = name or f"{title} {noun} {root.number}"
            used[base] += 1
            if used[base] > 1:
                again.append(f"{noun} {root.number} ({base})")
                base = f"{base} [{used[base]}]"
            self._heading(name or f"{noun} {root.number}", Citation(base), root.place, 1)
            self.body(root.value, Citation(base, kind=kind if name else ""), root.place, 1)
        if again:
            self.reading.warnings.append(f"'{kind}' comes again and is numbered [2], [3], … in {listed(again)}")

    def record(self, record: Mapping[str, Value], cite: Citation, place: Place, level: int) -> None:
        """Short fields first, so that they stand in the record's own section; then a section for every long one.

        The only long text of a record inside another stays with its fields, and so does what is a record's very text.
        """
        lines, long = list[tuple[str, str]](), dict[str, Value]()
        said = 0  # characters of the values that the lines show
        for key, value in record.items():
            if isinstance(value, str):
                value = self.plain(value)
                if is_long(value):
                    long[key] = value
                elif shown := fold(value):
                    lines.append((key, f"{_label(key)}: {shown}"))
                    said += solid(shown)
            elif value and is_small(value) and not (cite.kind and naming(records(value)) == cite.kind):
                lines.extend((key, f"{path}: {text}") for path, text in leaves(value, _label(key)))
                said += visible(value, key)
            elif value:
                long[key] = value
        inline = _inline(long, cite.entry or (cite.path != "" and len(long) == 1))
        if inline or not long or [key for key, _ in lines] != [cite.kind]:
            self._lines(lines, place)
            self.reading.added += sum(solid(text) for _, text in lines) - said
        else:  # a name alone would say no more than the heading, which then shows it
            self.reading.added -= said
        for key in sorted(long, key=lambda key: key != inline):
            value, at = long[key], place.into(key)
            if key != inline:
                self._section(key, value, cite.into(key), at, level + 1)
            elif isinstance(value, str):
                self.reading.added += solid(key) + 1
                self.reading.blocks.extend(_told(key, value, at))
            else:
                self.reading.added += solid(key) + 1
                self.reading.blocks.append(Block("item", f"{_label(key)}:", 1, at.locator))
                self.body(value, cite.into(key), at, level)

    def _lines(self, lines: Sequence[tuple[str, str]], place: Place) -> None:
        """One block where they fit one section: a table of a hundred thousand rows is no more than as many blocks."""
        whole = "\n".join([text for _, text in lines])
        if words(whole) <= LIMIT // 2:
            lines = [("", whole)] if whole else []
        for key, text in lines:
            self.reading.blocks.append(Block("item", text, 1, (place.into(key) if key else place).locator))

    def body(self, value: Value, cite: Citation, place: Place, level: int) -> None:
        """What stands below a heading that is already written; a text comes without markup."""
        if isinstance(value, str):
            self.reading.blocks.extend(prose(value, place.locator))
        elif isinstance(value, dict):
            self.record(value, cite, place, level)
        elif value is not None:
            self._list(value, cite, place, level)

    def report(self) -> None:
        if self.arrays:
            self.reading.warnings.append(
                f"arrays of more than {_ARRAY} numbers were left out, at {listed(self.arrays)}; "
                "write them as a table if they are to be cited"
            )

    def _section(self, heading: str, value: Value, cite: Citation, place: Place, level: int) -> None:
        if isinstance(value, list) and (numbers := array(value)):
            self.reading.drop("numbers", numbers)
            self.arrays.append(str(place.locator))
            return
        self._heading(heading, cite, place, level)
        self.body(value, cite, place, level)

    def _list(self, entries: Sequence[Value], cite: Citation, place: Place, level: int) -> None:
        """Texts, table rows and messages are paragraphs of one section; records have sections of their own."""
        turns = next((turn for turn in _TURNS if all(is_turn(entry, turn) for entry in entries)), None)
        inner = list[tuple[int, dict[str, Value] | list[Value]]]()
        for n, entry in enumerate(entries):
            at = place.into(n)
            if isinstance(entry, str):
                self._entry(entry, at)
            elif turns and isinstance(entry, dict):
                self._turn(entry, turns, at)
            elif isinstance(entry, list) and is_row(entry):
                self._row(entry, at)
            elif entry:
                inner.append((n, entry))
        kind = naming([entry for _, entry in inner if isinstance(entry, dict)])
        for n, entry in inner:
            name = name_in(entry, kind) if isinstance(entry, dict) else ""
            below = cite.named(name, kind) if name else cite.at(n + 1)
            self._section(name or f"[{n + 1}]", entry, below, place.into(n), level + 1)

    def _entry(self, text: str, place: Place) -> None:
        text = self.plain(text)
        self.reading.added += bool(text.strip())  # the bullet
        if is_long(text):
            first, *others = prose(text, place.locator)
            self.reading.blocks += [replace(first, text=f"- {first.text}"), *others]
        elif shown := fold(text):
            self.reading.blocks.append(Block("item", f"- {shown}", 1, place.locator))

    def _turn(self, entry: Mapping[str, Value], turn: tuple[str, str], place: Place) -> None:
        speaker, text = (value if isinstance(value := entry.get(key), str) else "" for key in turn)
        self.reading.added += 1  # the colon
        self.reading.blocks.extend(_told(speaker, self.plain(text), place))

    def _row(self, cells: Sequence[Value], place: Place) -> None:
        texts = [fold(self.plain(cell).replace("\n", " ")) if isinstance(cell, str) else "" for cell in cells]
        if any(texts):
            self.reading.added += len(texts) - 1
            self.reading.blocks.append(Block("row", " | ".join(texts), 1, place.locator))

    def _heading(self, text: str, cite: Citation, place: Place, level: int) -> None:
        self.reading.added += solid(text)
        self.reading.blocks.append(Block("heading", fold(text.replace("\n", " ")), level, place.locator, str(cite)))

    def plain(self, text: str) -> str:
        """The text without formatting tags, which are counted as dropped; call it once for every text."""
        shown = without_markup(text)
        if shown is not text:
            self.reading.dropped["markup"] += max(0, solid(text) - solid(shown))
        return shown


def _inline(long: Mapping[str, Value], whole: bool) -> str:
    """The field whose text is the record's own; empty if every long one is cited by its name."""
    texts = [key for key, value in long.items() if isinstance(value, str)]
    own = [key for key, value in long.items() if key.lower() in _TEXTS and not _has_records(value)]
    if len(own) == 1 and texts in ([], own):
        return own[0]
    return texts[0] if whole and len(texts) == 1 else ""


def _has_records(value: Value) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(entry, dict) for entry in value))


@lru_cache(maxsize=4096)
def _label(key: str) -> str:
    return fold(key)


def _told(name: str, text: str, place: Place) -> list[Block]:
    """A text with its name before it: `user: How …`, or on a line above a listing."""
    said = list(prose(text, place.locator))
    if said and said[0].kind == "paragraph":
        return [replace(said[0], text=f"{fold(name)}: {said[0].text}"), *said[1:]]
    return [Block("item", f"{fold(name)}:", 1, place.locator), *said]


def is_long(text: str) -> bool:
    return "\n" in text.strip() or (len(text) > 2 * SHORT and words(text) > SHORT)


def is_small(value: Value) -> bool:
    """Whether a nested value is short enough to be lines of the record that holds it; looks no further than needed."""
    size, rest = 0, [value]
    while rest and size <= SHORT and len(rest) <= _ARRAY:
        entry = rest.pop()
        if isinstance(entry, str):
            size += max(1, words(entry))
            if "\n" in entry.strip():
                return False
        elif entry:
            rest.extend(inside(entry))
    return not rest and size <= SHORT


def array(value: Value) -> str:
    """The numbers of a long, perhaps nested array of nothing else; empty for any other value."""
    found, rest = list[str](), [value]
    while rest:
        entry = rest.pop()
        if isinstance(entry, Number):
            found.append(entry)
        elif isinstance(entry, list):
            rest.extend(entry)
        else:
            return ""
    return "".join(found) if len(found) > _ARRAY else ""


def is_row(cells: Sequence[Value]) -> bool:
    return all(cell is None or isinstance(cell, str) for cell in cells) and is_small(list(cells))


def is_turn(entry: Value, turn: tuple[str, str]) -> bool:
    """A chat message: who speaks and what is said, both as text."""
    return isinstance(entry, dict) and set(entry) == set(turn) and all(isinstance(v, str) for v in entry.values())
