"""Composed configuration → Recipe, or every reason why not."""

import importlib
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hydra import version
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra._internal.hydra import Hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.errors import HydraException, MissingConfigException
from hydra.initialize import get_gh_backup, restore_gh_from_backup
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig, ListConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from synthforge.artifacts import write_text
from synthforge.build import MISSING, UNSET, build, lowered
from synthforge.errors import Finding, RecipeError, StageError
from synthforge.masking import HIDDEN, Secrets, telling
from synthforge.recipe import Recipe
from synthforge.where import CONF, HOME, RECIPES, Fragment, Key, Origin, Where, find, mention, nearest, shown

UNCOMPOSABLE = (HydraException, OmegaConfBaseException, yaml.YAMLError, ValueError, RecursionError)
"""What Hydra raises on a recipe that it cannot compose; it does not name all of them its own."""


@dataclass(frozen=True)
class Composed:
    """A recipe ready to run.

    `settings` is the resolved tree that it was built from, for config/ and trackers. It, `overrides` and `command`
    hold no secrets (see `Secrets`); `recipe` alone has their values. `roots` is where relative source paths start.
    """

    recipe: Recipe
    settings: dict[str, Any]
    overrides: tuple[str, ...]
    roots: tuple[Path, ...]
    command: str
    """What to type to run it again."""

    def leave(self, folder: Path) -> None:
        """Write what was composed, and what was typed, into `folder`."""
        write_text(folder / "config.yaml", as_yaml(self.settings))
        write_text(folder / "overrides.yaml", as_yaml(list(self.overrides)))


def as_yaml(tree: object) -> str:
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=110)


def load(recipe: str | Path, overrides: Sequence[str] = ()) -> Composed:
    """Compose a packaged recipe (by name) or a recipe file (by path), validated as a whole.

    Raises:
        RecipeError: with every finding.
    """
    origin = find(recipe)
    readable(origin.file)
    typed = parse(overrides)
    secrets = Secrets(typed)
    with secrets.kept(), hydra_for(origin) as hydra:
        refuse_sweeps(typed)
        cfg, where = composed(hydra, origin, typed)
        findings: list[Finding] = []
        tree = plain(cfg, findings, where)
        nodes = OmegaConf.to_container(cfg, resolve=False)
        secrets.gather(nodes, tree)
        if tree.get("name") is None:
            tree["name"] = origin.file.stem
        built = build(tree, where, findings)
    named = f"recipes={origin.name}" if origin.folder == RECIPES else str(recipe)
    said = tuple(secrets.override(each) for each in typed)
    return Composed(built, secrets.tree(nodes, tree), said, origin.roots, shlex.join(["synthforge", named, *said]))


def readable(file: Path) -> None:
    """Refuse what Hydra would not say plainly: a file that is no text, or one that lacks the line that roots it.

    Raises:
        RecipeError: with what to write, and where.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError([Finding(file.name, f"cannot be read as UTF-8 text: {error}", shown(file))]) from error
    if text.startswith("\ufeff"):
        reason = "starts with a byte order mark; save it as UTF-8 without one"
        raise RecipeError([Finding(file.name, reason, f"{shown(file)}:1")])
    if not re.match(r"\s*#\s*@package\s+_global_\s*$", text, re.MULTILINE):
        reason = "lacks the line '# @package _global_' as its first, without which its keys go astray"
        raise RecipeError([Finding(file.name, reason, f"{shown(file)}:1")])


def in_field_order(tree: dict[str, Any]) -> dict[str, Any]:
    known = {name: tree[name] for name in Recipe.model_fields if name in tree}
    return known | tree


def run_folder(recipe: Recipe) -> Path:
    """A new, empty folder `<outputs>/<recipe>/<time>`; a second run in the same second gets its own."""
    return new_folder(Path(recipe.outputs).expanduser() / recipe.name, time.strftime("%Y%m%d-%H%M%S"))


def new_folder(parent: Path, name: str) -> Path:
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            remedy = "set outputs to a folder that can be written"
            raise StageError("outputs", f"'{folder}' cannot be made: {error.strerror}", remedy) from error
        return folder.absolute()
    raise FileExistsError(f"{parent / name} and 998 more of that name exist")


class RecipeSource(FileConfigSource):
    """A home folder on Hydra's search path: its group `recipes` is its folder of recipes, by whatever name.

    A folder counts as a config group only when YAML files are in it; else `outputs=…` or `sources.…` would be
    taken for a choice of group wherever a home has folders of these names.
    """

    def __init__(self, provider: str, path: str) -> None:
        super().__init__(provider, path)
        self.recipes = Path(self.path)
        self.path = str(Origin(self.recipes / "_", self.recipes).home)

    @staticmethod
    def scheme() -> str:
        return "recipe"

    def where(self, config_path: str) -> Path:
        group, _, rest = config_path.partition("/")
        if group == "recipes":
            return self.recipes / rest
        return Path(self.path) / config_path

    def available(self) -> bool:
        return self.recipes.is_dir()

    def is_group(self, config_path: str) -> bool:
        folder = self.where(config_path)
        return folder.is_dir() and any(folder.glob("*.yaml"))

    def is_config(self, config_path: str) -> bool:
        return self.where(self._normalize_file_name(config_path)).is_file()

    def list(self, config_path: str, results_filter: Any) -> list[str]:
        folder = self.where(config_path)
        return sorted(file.stem for file in folder.glob("*.yaml")) if folder.is_dir() else []

    def load_config(self, config_path: str) -> ConfigResult:
        file = self.where(self._normalize_file_name(config_path))
        text = file.read_text(encoding="utf-8")
        with file.open(encoding="utf-8") as stream:
            config = OmegaConf.load(stream)
        return ConfigResult(
            config=config,
            path=f"{self.scheme()}://{self.path}",
            provider=self.provider,
            header=self._get_header_dict(text[:512]),
        )


CLIENTS: set[Path] = set()
"""Folders whose modules this process may have imported for a recipe."""


@contextmanager
def hydra_for(origin: Origin) -> Iterator[Hydra]:
    """Hydra over the recipe's home first, then the packaged conf files, then the packaged recipes."""
    Plugins.instance().register(RecipeSource)
    search = ConfigSearchPathImpl()
    search.append("hydra", "pkg://hydra.conf")
    if origin.folder != RECIPES:
        search.append("recipe", f"recipe://{origin.folder}")
    search.append("main", f"file://{CONF}")
    search.append("packaged", f"recipe://{RECIPES}")
    search.append("schema", "structured://")
    importable(*dict.fromkeys(folder for folder in (origin.home, origin.folder) if folder not in (HOME, RECIPES)))
    before = get_gh_backup()
    GlobalHydra.instance().clear()
    version.setbase("1.3")
    try:
        yield Hydra.create_main_hydra2("synthforge", search)
    finally:
        restore_gh_from_backup(before)


def importable(*folders: Path) -> None:
    """Put a client's folders first among those that modules are imported from, in this order.

    A module of another client's that has the name of one of theirs is imported again, from here.
    """
    theirs = [str(folder) for folder in folders]
    sys.path[:] = [*theirs, *(folder for folder in sys.path if folder not in theirs)]
    importlib.invalidate_caches()
    modules = {file.stem for folder in folders for file in folder.glob("*.py")}
    packages = {file.parent.name for folder in folders for file in folder.glob("*/__init__.py")}
    for name in modules | packages:
        if file := getattr(sys.modules.get(name), "__file__", None):
            base = Path(file).parent.parent if Path(file).name == "__init__.py" else Path(file).parent
            if base in CLIENTS and base not in folders:
                for each in [each for each in sys.modules if each.split(".")[0] == name]:
                    del sys.modules[each]
    CLIENTS.update(folders)


def parse(overrides: Sequence[str]) -> list[Override]:
    """Overrides as Hydra reads them; every one that cannot be read is a finding."""
    parser = OverridesParser.create()
    parsed: list[Override] = []
    findings: list[Finding] = []
    for text in overrides:
        try:
            parsed.append(parser.parse_override(text))
        except HydraException as error:
            key = text.split("=")[0]
            secret = telling(tuple(re.split(r"[./]", key.lstrip("+~"))))
            detail = "" if secret else f" ({str(error).splitlines()[0]})"
            reason = f"cannot be read as key=value{detail}; quote what is not plain: 'key=\"…\"'"
            findings.append(Finding(key, reason, f"the command line: {f'{key}={HIDDEN}' if secret else text}"))
    if findings:
        raise RecipeError(findings)
    return parsed


def refuse_sweeps(overrides: Sequence[Override]) -> None:
    several = [each for each in overrides if each.is_sweep_override()]
    if several:
        reason = "has several values: say -m to run each, [a,b] for a list, '\"a,b\"' for text with a comma"
        findings = [Finding(o.key_or_group, reason, f"the command line: {o.input_line}") for o in several]
        raise RecipeError(findings)


def arguments(hydra: Hydra, origin: Origin, overrides: Sequence[Override]) -> list[str]:
    """Overrides for Hydra: values are forced in, so that a mistyped key is found with all other faults."""
    repository = hydra.config_loader.repository  # type: ignore[attr-defined]
    chosen = any(each.key_or_group == "recipes" for each in overrides)
    given = [] if chosen else [f"recipes={quoted(origin.name)}"]
    for override in overrides:
        text = override.input_line or ""
        plainly = not (override.is_add() or override.is_force_add() or override.is_delete())
        group = repository.group_exists(override.key_or_group) and not isinstance(override._value, dict)
        given.append(f"++{text}" if plainly and not group and not override.is_hydra_override() else text)
    return given


def quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w/.-]+", name) else "'" + name.replace("'", "\\'") + "'"


def composed(hydra: Hydra, origin: Origin, overrides: Sequence[Override]) -> tuple[DictConfig, Where]:
    """Hydra's composition, and where its parts came from.

    Raises:
        RecipeError: Hydra cannot compose; it stops at the first reason.
    """
    given = arguments(hydra, origin, overrides)
    try:
        cfg = hydra.compose_config("config", given, RunMode.RUN, with_log_configuration=False)
    except UNCOMPOSABLE as error:
        raise as_recipe_error(hydra, origin, overrides, error) from error
    with open_dict(cfg):
        del cfg["hydra"]

    @cache
    def fragments() -> list[Fragment]:
        found = []
        for default in hydra.config_loader.compute_defaults_list("config", given, RunMode.RUN).defaults:
            if file := file_of(hydra, default.config_path or ""):
                found.append(Fragment(file, tuple(default.package.split(".")) if default.package else ()))
        return found

    said = [(tuple(each.key_or_group.split(".")), each.input_line or "") for each in overrides]
    return cfg, Where(fragments, said, (CONF, origin.home), origin.file, origin.roots)


def as_recipe_error(hydra: Hydra, origin: Origin, overrides: Sequence[Override], error: Exception) -> RecipeError:
    if isinstance(error, MissingConfigException):
        return RecipeError([no_such_option(hydra, origin, overrides, error)])
    if isinstance(error, yaml.MarkedYAMLError):
        return RecipeError([unreadable(error)])
    return RecipeError([not_composed(hydra, origin, overrides, error)])


def file_of(hydra: Hydra, config_path: str) -> Path | None:
    for source in hydra.config_loader.get_sources():
        if isinstance(source, FileConfigSource) and source.is_config(config_path):
            name = source._normalize_file_name(config_path)
            return source.where(name) if isinstance(source, RecipeSource) else Path(source.path) / name
    return None


def no_such_option(
    hydra: Hydra, origin: Origin, overrides: Sequence[Override], error: MissingConfigException
) -> Finding:
    """A choice that no file makes: `teacher: clod`, or one member of `validators: [lenght]`."""
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    options = hydra.config_loader.get_group_options(group)
    for override in overrides:
        if override.key_or_group == group and re.search(rf"\b{re.escape(name)}\b", override.input_line or ""):
            place = f"the command line: {override.input_line}"
            break
    else:
        place = mention(origin.file, name)
    if not options:
        return Finding(group or name, f"there is no conf file '{error.missing_cfg_file}.yaml'", place)
    return Finding(group, f"has no option '{name}'{nearest(name, options, 'options')}", place)


def unreadable(error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark
    place = f"{shown(Path(mark.name))}:{mark.line + 1}" if mark else ""
    reason = f"is not YAML: {error.problem or error.context or 'cannot be read'}"
    return Finding(Path(mark.name).name if mark else "the recipe", reason, place)


def not_composed(hydra: Hydra, origin: Origin, overrides: Sequence[Override], error: Exception) -> Finding:
    """Anything else that Hydra refuses, in its own words without the address of its documentation."""
    text = str(error).strip() or str(error.__cause__ or error.__context__ or "")
    parts = [line.strip() for line in text.splitlines() if line.strip() and "https://" not in line]
    reason = re.sub(r"^In '[^']*': ", "", " ".join(parts[:3]))
    named = re.search(r"'([\w/.-]+)(?:@[\w.]*)?'", reason)
    key = named.group(1) if named else ""
    if "No match in the defaults list" in reason:
        groups = sorted(folder.name for folder in CONF.iterdir() if folder.is_dir())
        reason = f"is no group of options{nearest(key, groups, 'groups')}"
    elif twice := re.match(r"Multiple values for ([\w/]+)", reason):
        key = twice.group(1)
        reason = f"is chosen already; write {key}=… without a '+', or 'override /{key}: …' in defaults"
    elif reason:
        reason = lowered(reason.replace("++", ""))
    typed = (f"the command line: {each.input_line}" for each in overrides if each.key_or_group == key)
    said = mention(origin.file, key) if key else ""
    return Finding(key or origin.name, reason, next(typed, said or shown(origin.file)))


def plain(cfg: DictConfig, findings: list[Finding], where: Where) -> dict[str, Any]:
    """The composed tree as plain values; what cannot be resolved is a finding, and MISSING in the tree."""

    def note(path: Key, reason: str) -> str:
        # One broken key that others refer to is one finding: the first that says it is the one that broke.
        if not any(finding.reason == reason for finding in findings) or reason == UNSET:
            findings.append(Finding(".".join(path), reason, where(path)))
        return MISSING

    def value(node: DictConfig | ListConfig, key: Any, path: Key) -> Any:
        try:
            if OmegaConf.is_missing(node, key):
                return note(path, UNSET)
            return tree(node[key], path)
        except OmegaConfBaseException as error:
            said = str(error).splitlines()[0]
            said = re.sub(r'^\w+ raised while resolving interpolation: "?(.*?)"?$', r"\1", said)
            return note(path, lowered(said))

    def tree(node: Any, path: Key) -> Any:
        if isinstance(node, DictConfig):
            return {str(key): value(node, key, (*path, str(key))) for key in node}
        if isinstance(node, ListConfig):
            return [value(node, index, (*path, str(index))) for index in range(len(node))]
        return node

    # `system` and the like before the parts that refer to them, as in the recipe's own order.
    names = in_field_order({str(key): key for key in cfg})
    return {name: value(cfg, key, (name,)) for name, key in names.items()}


Attempt = Callable[[str, Sequence[str], Path], None]
"""Runs one variant: its recipe, its overrides, its folder."""


def multirun(recipe: str, overrides: Sequence[str], attempt: Attempt) -> Path:
    """Let Hydra's sweeper attempt every variant, each in a folder of its own; returns the sweep's folder.

    Raises:
        RecipeError: the sweep cannot be composed; nothing has run.
    """
    origins = [find(name) for name in recipe.split(",")]
    origin = origins[0]
    if len(origins) > 1:
        overrides = [f"recipes={recipe}", *overrides]
    typed = parse(overrides)
    secrets = Secrets(typed)
    with secrets.kept(), hydra_for(origin) as hydra:
        try:
            given = arguments(hydra, origin, typed)
            cfg = hydra.compose_config("config", given, RunMode.MULTIRUN, with_log_configuration=False)
            declared = [f"{key}={value}" for key, value in (cfg.hydra.sweeper.get("params") or {}).items()]
            folder = sweep_folder(cfg, typed, origins)
            typed = [*parse(declared), *typed]
            secrets = Secrets(typed)
            given = [*arguments(hydra, origin, typed), "hydra.sweeper.params=null"]
            given.append(f"hydra.sweep.dir={quoted(str(folder))}")
            try:
                hydra.multirun("config", variant(attempt, origin, typed, secrets), given)
            finally:
                hide(folder / "multirun.yaml", secrets)
        except UNCOMPOSABLE as error:
            raise as_recipe_error(hydra, origin, typed, error) from error
    return folder


def sweep_folder(cfg: DictConfig, typed: Sequence[Override], origins: Sequence[Origin]) -> Path:
    """`outputs/sweeps/<recipe>-<time>`, or the one that was asked for."""
    if any(each.key_or_group == "hydra.sweep.dir" for each in typed):
        return Path(cfg.hydra.sweep.dir).expanduser().absolute()
    names = "+".join(origin.file.stem for origin in origins)
    return new_folder(Path(cfg.hydra.sweep.dir), f"{names}-{time.strftime('%Y%m%d-%H%M%S')}")


def hide(file: Path, secrets: Secrets) -> None:
    """Take secrets out of what Hydra has written."""
    if file.is_file():
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        if (without := secrets.tree(None, written)) != written:
            write_text(file, as_yaml(without))


def variant(
    attempt: Attempt, origin: Origin, typed: Sequence[Override], secrets: Secrets
) -> Callable[[DictConfig], None]:
    """What Hydra's launcher calls for each variant; its folder is named by number and by what varies."""
    varied = {each.key_or_group for each in typed if each.is_sweep_override()}

    def job(cfg: DictConfig) -> None:
        hydra = HydraConfig.get()
        said = [text.lstrip("+") for text in hydra.overrides.task]
        values = [text.removeprefix("++") for text in hydra.overrides.task if not text.startswith("recipes=")]
        chosen = next(text.removeprefix("recipes=") for text in said if text.startswith("recipes="))
        without = (Secrets([each]).override(each) for each in parse(said) if each.key_or_group in varied)
        varying = ",".join(text.removeprefix("recipes=") for text in without)
        safe = re.sub(r"[^\w.,=+-]+", "-", re.sub(r"[][{}'\"]", "", varying))[:120].strip("-.,")
        folder = Path(hydra.runtime.output_dir)
        hide(folder.parent / "multirun.yaml", secrets)
        named = folder.with_name(f"{folder.name}_{safe}" if safe else folder.name)
        if named != folder:
            folder.rmdir()
            named.mkdir(exist_ok=True)
        attempt(chosen if origin.folder == RECIPES else str(origin.file), values, named)

    return job
