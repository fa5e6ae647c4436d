"""Where recipes and conf files are kept, and which line of which of them said a thing."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from synthforge.errors import Finding, RecipeError

PACKAGE = Path(__file__).parent
HOME = PACKAGE if (PACKAGE / "conf").is_dir() else PACKAGE.parent
"""The folder of conf/, recipes/ and examples/: the package in a wheel, the repository in a checkout."""

CONF = HOME / "conf"
RECIPES = HOME / "recipes"

Key = tuple[str, ...]


def packaged() -> dict[str, str]:
    """The packaged recipes and the question that each opens with."""
    files = sorted(RECIPES.rglob("*.yaml"), key=lambda file: (len(file.parts), file))
    return {file.relative_to(RECIPES).with_suffix("").as_posix(): question(file) for file in files}


def question(file: Path) -> str:
    """The first comment of a recipe that is not a directive."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and not line.startswith("# @"):
            return line.lstrip("# ").rstrip()
    return ""


def shown(file: Path) -> str:
    """The path as a person would type it."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)


@dataclass(frozen=True)
class Origin:
    """A recipe's file, the folder of recipes it is in, and that folder's home: its conf files and data."""

    file: Path
    folder: Path

    @property
    def name(self) -> str:
        return self.file.relative_to(self.folder).with_suffix("").as_posix()

    @property
    def home(self) -> Path:
        return self.folder.parent if self.folder.name == "recipes" else self.folder

    @property
    def roots(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((self.home, Path.cwd())))


def find(recipe: str | Path) -> Origin:
    """The recipe that a name or a path means.

    Raises:
        RecipeError: there is none; the message has the nearest names.
    """
    text = str(recipe)
    if not isinstance(recipe, Path) and not looks_like_path(text):
        known = packaged()
        if text in known:
            return Origin(RECIPES / f"{text}.yaml", RECIPES)
        raise RecipeError([Finding("recipes", f"there is no recipe '{text}'{nearest(text, known)}")])
    file = Path(text).expanduser().absolute()
    if not file.is_file():
        beside = [each.name for each in file.parent.glob("*.yaml")] if file.parent.is_dir() else []
        reason = f"there is no recipe file '{text}'{nearest(file.name, beside, 'beside it')}"
        raise RecipeError([Finding("recipes", reason)])
    if file.suffix != ".yaml":
        raise RecipeError([Finding("recipes", f"'{text}' must be called .yaml, as every recipe is")])
    folder = next((each for each in list(file.parents)[:2] if each.name == "recipes"), file.parent)
    return Origin(file, folder)


def looks_like_path(text: str) -> bool:
    return text.endswith((".yaml", ".yml")) or text.startswith(("/", "./", "../", "~"))


def nearest(word: str, known: Collection[str], what: str = "there is") -> str:
    """'; did you mean …? (there is: …)', as far as there is something to say."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return hint + (f" ({what}: {', '.join(known)})" if known else "")


@cache
def lines(file: Path) -> dict[Key, int]:
    """The line of every key in a YAML file, counted from 1."""
    import yaml

    found: dict[Key, int] = {}

    def walk(node: yaml.Node | None, path: Key) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*path, str(key.value))
                found[inner] = key.start_mark.line + 1
                walk(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                inner = (*path, str(index))
                found[inner] = value.start_mark.line + 1
                walk(value, inner)

    walk(yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), ())
    return found


def mention(file: Path, word: str) -> str:
    """`file:line` of the first line, comments aside, that has this word in it; '' for none."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", line.split("#")[0]):
            return f"{shown(file)}:{number}"
    return ""


@dataclass(frozen=True)
class Fragment:
    """A conf file and the key under which it was merged."""

    file: Path
    under: Key = ()


@dataclass(frozen=True)
class Where:
    """What a configuration was composed from: files in merge order, then overrides as they were typed.

    The files are only looked for when something is wrong.
    """

    fragments: Callable[[], Sequence[Fragment]] = tuple
    overrides: Sequence[tuple[Key, str]] = ()
    homes: Sequence[Path] = (CONF,)
    """Folders of conf files."""
    recipe: Path | None = None
    roots: Sequence[Path] = ()
    """Where relative paths start."""

    def __call__(self, key: Key) -> str:
        """The last place that said `key`, else the last that said the nearest thing around it."""
        typed = [(said, text) for said, text in reversed(self.overrides) if said == key[: len(said)]]
        for said, text in typed:
            if said == key:
                return f"the command line: {text}"
        if exact := last(self.fragments(), key):
            return exact
        if typed:
            return f"the command line: {typed[0][1]}"
        around = (last(self.fragments(), key[:depth]) for depth in range(len(key) - 1, 0, -1))
        # A set that is empty is only named in the defaults, if anywhere.
        chosen = mention(self.recipe, f"/{key[0]}") if self.recipe else ""
        return next(filter(None, around), chosen)

    def options(self, group: str) -> list[str]:
        """What can be chosen for a slot of the recipe."""
        return sorted({file.stem for home in self.homes for file in (home / group).glob("*.yaml")})


def last(fragments: Iterable[Fragment], key: Key) -> str:
    """`file:line` of the last fragment that has this key."""
    place = ""
    for fragment in fragments:
        depth = len(fragment.under)
        if key[:depth] == fragment.under and (line := lines(fragment.file).get(key[depth:])):
            place = f"{shown(fragment.file)}:{line}"
    return place
