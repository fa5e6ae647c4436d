"""YAML at the top of a Markdown file: what a document declares about itself, flattened to text."""

import re
from collections.abc import Iterator

import yaml

from synthforge.sections.blocks import fold

_FRONT_KEY = re.compile(r"[A-Za-z_][\w .-]*:(\s|$)")
_LONGEST_FRONT = 100_000


def front_matter(text: str) -> tuple[str, dict[str, str], int]:
    """The body, the flattened front matter, and how many lines it took; the opening `---` may be missing."""
    lines = text.split("\n")
    opened = bool(lines) and lines[0].rstrip() == "---"
    if not opened and not _FRONT_KEY.match(lines[0]):
        return text, {}, 0
    first = 1 if opened else 0
    end = next((i for i in range(first, min(len(lines), 400)) if lines[i].rstrip() in ("---", "...")), None)
    if end is None or sum(map(len, lines[first:end])) > _LONGEST_FRONT:
        return text, {}, 0
    try:
        loaded = yaml.load("\n".join(lines[first:end]), Loader=_FrontMatter)
    except (yaml.YAMLError, RecursionError):
        return text, {}, 0
    if not isinstance(loaded, dict):
        return text, {}, 0
    return "\n".join(lines[end + 1 :]), dict(_leaves(loaded)), end + 1


class _FrontMatter(yaml.BaseLoader):
    """Strings only, and no aliases: a few lines of them can stand for millions of values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def _leaves(tree: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _leaves(value, str(name).strip().lower().replace("-", "_").replace(" ", "_"))
    elif isinstance(tree, str) and key:
        # YAML can spell half a character, which nothing can write.
        yield key, fold(tree.encode("utf-8", "replace").decode())
