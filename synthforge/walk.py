"""Which files a glob means: each once, links followed within the folder, what cannot be opened among them."""

import glob
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path


def matching(pattern: str, root: Path) -> list[Path]:
    """Files below `root` that match, sorted. Names that start with a dot are matched only where the pattern has one.

    A folder that cannot be listed, and a link to a folder elsewhere, stand in the list themselves: whoever opens them
    learns why. Of several ways to one file the one without a link counts.
    """
    wanted = Path(pattern).expanduser()
    fixed = list(takewhile(lambda part: not glob.has_magic(part), wanted.parts))
    base = root.joinpath(*fixed)
    rest = "/".join(wanted.parts[len(fixed) :])
    if not rest:
        return [base] if os.path.lexists(base) and not os.path.isdir(base) else []
    expression = re.compile(as_regex(rest))
    hidden = any(part.startswith(".") for part in wanted.parts[len(fixed) :])
    walked = _walk(base, "", os.path.realpath(base), {os.path.realpath(base)}, hidden)
    found = (path for path, name in walked if os.path.isdir(path) or expression.fullmatch(name))
    best: dict[str, Path] = {}
    for path in sorted(found, key=lambda path: (os.path.realpath(path) != os.path.abspath(path), path)):
        best.setdefault(os.path.realpath(path), path)
    return sorted(best.values())


def _walk(folder: Path, above: str, base: str, seen: set[str], hidden: bool) -> Iterator[tuple[Path, str]]:
    """Files with their path below the base, each folder entered once, none outside the base."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        yield folder, above
        return
    for entry in entries:
        name = f"{above}/{entry.name}" if above else entry.name
        if entry.name.startswith(".") and not hidden:
            continue
        if not os.path.isdir(entry.path):  # entry.is_dir() raises where links lead in a circle
            yield Path(entry.path), name
            continue
        real = os.path.realpath(entry.path)
        if not Path(real).is_relative_to(base):
            yield Path(entry.path), name
        elif real not in seen:
            seen.add(real)
            yield from _walk(Path(entry.path), name, base, seen, hidden)


def inside(file: Path, pattern: str, root: Path) -> bool:
    """Whether a file lies where the glob's wildcards start; one that is named as it is may stand anywhere."""
    parts = Path(pattern).expanduser().parts
    fixed = list(takewhile(lambda part: not glob.has_magic(part), parts))
    base = os.path.realpath(root.joinpath(*fixed))
    return len(fixed) == len(parts) or Path(os.path.realpath(file)).is_relative_to(base)


@cache
def as_regex(pattern: str) -> str:
    """A glob as a regular expression: `*` and `?` stay within a folder, `**` does not.

    Raises:
        ValueError: its brackets make no sense.
    """
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", pattern)
    made = "".join(signs.get(part, _class(part) if part.startswith("[") else re.escape(part)) for part in parts)
    try:
        re.compile(made)
    except re.error as error:
        raise ValueError(f"is no glob: {error.msg} in {pattern!r}") from error
    return f"(?s:{made})"


def _class(part: str) -> str:
    inner = part[1:-1].replace("\\", "\\\\")
    return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
