"""YAML to values with their lines: everything stays the text that was written, and aliases are not followed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from synthforge.readers.values import DEEPEST, Keys, Value, below, too_deep
from synthforge.sections.blocks import fold

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml is ten times as fast; its wheels lack it on few platforms."""
_NULLS = ("", "~", "null", "Null", "NULL")
_ALIASED = 80
"""Characters of an anchored text that its aliases repeat; what is longer, or a structure, is shown as `*name`."""
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> tuple[str, int]:
    """The text with the characters that YAML forbids replaced, and how many there were."""
    return _UNPRINTABLE.subn("\ufffd", text)


@dataclass
class Tree:
    """One YAML document: its value, the line of every value by JSON pointer, and the keys that came twice."""

    value: Value = None
    lines: dict[str, int] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)


@dataclass
class _Open:
    """A list or mapping that is still being read; in a mapping every other text is a key."""

    value: list[Value] | dict[str, Value]
    pointer: str
    keys: Keys = field(default_factory=Keys)
    key: str | None = None

    def takes_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    def next(self) -> str:
        """The pointer of the value that comes next; a structure as a key stands where the mapping does."""
        if self.takes_key():
            return self.pointer
        return below(self.pointer, len(self.value) if self.key is None else self.key)

    def add(self, value: Value) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is None:
            self.key = self.keys.add(_key(value))
        else:
            self.value[self.key] = value
            self.key = None


def trees(text: str, name: str, first_line: int = 1) -> Iterator[Tree]:
    """Every document of a file, read event by event: no recursion, and no more memory than the text takes.

    Raises:
        yaml.YAMLError: the text is not YAML.
        RowError: it is nested too deep.
    """
    tree, stack, anchors = Tree(), list[_Open](), dict[str, str]()
    for event in yaml.parse(text, Loader=_Loader):
        line = (event.start_mark.line if event.start_mark else 0) + first_line
        match event:
            case yaml.DocumentStartEvent():
                tree, anchors = Tree(), {}
            case yaml.DocumentEndEvent():
                yield tree
            case yaml.CollectionStartEvent():
                if len(stack) >= DEEPEST:
                    raise too_deep(name)
                pointer = stack[-1].next() if stack else ""
                tree.lines.setdefault(pointer, line)
                stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], pointer))
            case yaml.CollectionEndEvent():
                opened = stack.pop()
                tree.repeated.extend(f"'{fold(key)[:80]}' before line {line}" for key in opened.keys.repeated)
                _add(tree, stack, opened.value, line)
            case yaml.ScalarEvent():
                value = _text(event)
                if event.anchor and len(value or "") <= _ALIASED:
                    anchors[event.anchor] = value or ""
                _add(tree, stack, value, line)
            case yaml.AliasEvent():
                _add(tree, stack, anchors.get(event.anchor or "", f"*{event.anchor}"), line)


def _add(tree: Tree, stack: list[_Open], value: Value, line: int) -> None:
    if not stack:
        tree.value = value
        return
    if not stack[-1].takes_key():
        tree.lines.setdefault(stack[-1].next(), line)
    stack[-1].add(value)


def _text(event: yaml.ScalarEvent) -> str | None:
    """The scalar as written, with a tag of the author's own (`!Ref`) before it."""
    if event.style in (None, "") and event.value in _NULLS and not event.tag:
        return None
    own = event.tag and event.tag.startswith("!") and len(event.tag) > 1
    return f"{event.tag} {event.value}" if own else str(event.value)


def _key(value: Value) -> str:
    """A list or mapping as a key is rare: `? [a, b]`."""
    return value if isinstance(value, str) else ", ".join(map(str, value)) if value else "null"
