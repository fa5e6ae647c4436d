"""A YAML file to its documents, whatever state it is in: templates, tabs, and fields that are no YAML are reported."""

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

from synthforge.errors import RowError
from synthforge.readers.templated import is_templated, plain
from synthforge.readers.values import Keys, Place, Root, Value, below, listed, visible
from synthforge.readers.yaml_tree import Tree, printable, trees
from synthforge.sections.blocks import Reading, solid

_TABS = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_FIELD = re.compile(r"([^\s#:{}\[\]\"'|>&*!%@`][^:\n]*?|\"[^\"\n]*\"|'[^'\n]*'):(?:[ \t]|$)")


def yaml_file(text: str, name: str, reading: Reading) -> list[Root]:
    """The documents of a file.

    Raises:
        RowError: nothing in it can be read as YAML, or it is nested too deep.
    """
    text, odd = printable(text)
    if odd:
        reading.warnings.append(f"{odd} control characters, which YAML forbids, were replaced")
    if is_templated(text):
        text = _without_templates(text, reading)
    found = list(_read(text, name, reading))
    repeated = list(dict.fromkeys(place for tree in found for place in tree.repeated))
    if repeated:
        reading.warnings.append(f"keys that come twice are kept as 'key', 'key [2]', …: {listed(repeated)}")
    reading.visible += sum(visible(tree.value, name) for tree in found)
    documents = [tree for tree in found if tree.value is not None]
    return [Root(n, tree.value, Place(pointer="", lines=tree.lines)) for n, tree in enumerate(documents, 1)]


def _without_templates(text: str, reading: Reading) -> str:
    text, gone = plain(text)
    for _, line in gone:
        reading.visible += solid(line)
        reading.drop("template", line)
    out = f"template code was left out in line {listed([str(n) for n, _ in gone])}; " if gone else ""
    reading.warnings.append(f"{out}what stands in a text is shown as written: expand the template to be rid of it")
    return text


def _read(text: str, name: str, reading: Reading) -> Iterator[Tree]:
    """As it stands, else with tabs as blanks, else field by field."""
    try:
        yield from list(trees(text, name))
        return
    except yaml.YAMLError as error:
        fault = error
    spaced = _TABS.sub(lambda tabs: tabs.group().replace("\t", "  "), text)
    if spaced != text:
        try:
            yield from list(trees(spaced, name))
        except yaml.YAMLError:
            pass
        else:
            reading.warnings.append(f"{_place(fault)}: YAML is not indented with tabs; each was read as two blanks")
            return
    yield _salvaged(spaced, name, reading, fault)


def _salvaged(text: str, name: str, reading: Reading, fault: yaml.YAMLError) -> Tree:
    """Every top-level entry by itself; one that is no YAML is kept as the text that it is.

    Raises:
        RowError: not one entry is YAML.
    """
    fields, lines, keys = dict[str, Value](), dict[str, int](), Keys()
    good, raw = 0, list[str]()
    for first, entry in _entries(text):
        try:
            found = list(trees(entry, name, first))
        except yaml.YAMLError:
            key = keys.add(key if (key := _key(entry)) else f"line {first}")
            fields[key] = entry[len(_key(entry)) + 1 :] if _key(entry) else entry
            lines[below("", key)] = first
            raw.append(f"'{key}' in line {first}")
            continue
        for tree in found:
            lines.update(tree.lines)
            good += isinstance(tree.value, dict | list)
            named = tree.value.items() if isinstance(tree.value, dict) else [(f"line {first}", tree.value)]
            fields.update((keys.add(key), value) for key, value in named if value is not None)
    if not good:
        raise RowError(
            "yaml.invalid", f"{name}, {_place(fault)}: {_reason(fault)}; correct it, or name it .txt if it is text"
        )
    reading.warnings.append(
        f"{_place(fault)} is not YAML ({_reason(fault)}); the file was read entry by entry, "
        f"and {len(raw)} of {good + len(raw)} kept as unread text: {listed(raw)}"
    )
    return Tree(fields, lines)


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Top-level entries with their first lines: keys at the margin, or dashes if the file is a list."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip() and line[0] not in "# %" and line != "---"), "")
    border = re.compile(r"-(?:[ ]|$)" if first.startswith("-") else r"[^\s#\-\]}]")
    starts = [i for i, line in enumerate(lines) if border.match(line)] or [0]
    for start, end in pairwise([*starts, len(lines)]):
        yield start + 1, "\n".join(lines[start:end])


def _key(entry: str) -> str:
    return found.group(1) if (found := _FIELD.match(entry)) else ""


def _reason(error: yaml.YAMLError) -> str:
    """What libyaml says, in one line."""
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split("\n")[0]


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else "somewhere"
