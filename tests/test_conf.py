"""Every packaged recipe and every option of conf/ composes, builds and explains itself.

`make golden` (or `python tests/test_conf.py`) writes tests/golden again, after a change that was meant.
"""

from functools import cache
from pathlib import Path

import pytest
import yaml
from hydra.utils import instantiate
from pydantic import BaseModel

from synthforge import compose
from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.plugin import Plugin
from synthforge.recipe import Recipe
from synthforge.where import CONF, RECIPES, lines, packaged

GOLDEN = Path(__file__).parent / "golden"
SETTINGS = ("prices",)
"""Groups whose options are plain settings, not parts."""
OPTIONS = sorted(file.relative_to(CONF).with_suffix("").as_posix() for file in CONF.glob("*/*.yaml"))
BUNDLES = [option for option in OPTIONS if list(yaml.safe_load((CONF / f"{option}.yaml").read_text())) == ["defaults"]]
"""Options that name others of their group."""
PARTS = [option for option in OPTIONS if option.split("/")[0] not in SETTINGS and option not in BUNDLES]
FILES = sorted([*CONF.rglob("*.yaml"), *RECIPES.rglob("*.yaml")])
COMPANY = {"runner/batch": ["teacher=claude"], "validators/judge": ["+teacher@judge=claude"]}
SETS = ("templates", "edge_cases", "validators", "filters")


@cache
def packaged_recipe(name: str) -> Recipe:
    return load(name).recipe


def chosen(option: str) -> str:
    group, name = option.split("/")
    return f"{group}=[{name}]" if group in SETS else f"{group}={name}"


def with_values(option: str) -> list[str]:
    """The option, with a value for what it leaves to the user, and with what it goes with."""
    said = yaml.safe_load((CONF / f"{option}.yaml").read_text())
    group, name = option.split("/")
    place, said = (f"{group}.{name}", said.get(name, {})) if group in SETS else (group, said)
    given = [f"{place}.{key}=given" for key, value in said.items() if value == "???"]
    return [chosen(option), *given, *COMPANY.get(option, ())]


@pytest.mark.parametrize("name", packaged())
def test_every_recipe_composes(name: str) -> None:
    recipe = packaged_recipe(name)
    assert recipe.name == Path(name).name
    assert all(source.path.startswith("examples/") for source in recipe.sources.values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.split("/")[0] in SETTINGS])
def test_every_option_of_settings_composes(option: str) -> None:
    group, _ = option.split("/")
    composed = load("quickstart", [chosen(option)])
    said = yaml.safe_load((CONF / f"{option}.yaml").read_text())
    assert getattr(composed.recipe, group) == type(getattr(composed.recipe, group)).model_validate(said)


@pytest.mark.parametrize("option", PARTS)
def test_every_option_composes_and_hydra_instantiate_makes_the_same_part(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, name = option.split("/")
    (tmp_path / "given").write_text('{"order": "0", "reply": {"answer": ""}}\n')  # where a file has to be given
    monkeypatch.chdir(tmp_path)
    # The mix names edge cases, so it goes with the set that it names.
    composed = load("quickstart", [*with_values(option), "~mix.edge_cases"])
    node, part = composed.settings[group], getattr(composed.recipe, group)
    if group in SETS:
        node, part = node[name], part[name]
    assert isinstance(part, Plugin)
    made = instantiate(node, _convert_="all")
    # The system message is the recipe's, which hands it to its templates.
    given = {"system": composed.recipe.system} if group == "templates" and "system" not in node else {}
    assert made.model_copy(update=given) == part


@pytest.mark.parametrize("option", BUNDLES)
def test_a_bundle_is_its_members_and_each_can_be_tuned_or_dropped(option: str) -> None:
    group, _ = option.split("/")
    first, *rest = yaml.safe_load((CONF / f"{option}.yaml").read_text())["defaults"]
    assert list(getattr(load("quickstart", [chosen(option)]).recipe, group)) == [first, *rest]
    assert list(getattr(load("quickstart", [chosen(option), f"{group}.{first}=null"]).recipe, group)) == rest


def test_every_slot_of_a_recipe_has_its_folder_of_options() -> None:
    from synthforge.build import slot

    slots = {name for name, field in Recipe.model_fields.items() if slot(field.annotation)[0]}
    # Sources are named by recipes alone: there is no document that every client has. Judges are teachers.
    assert {folder.name for folder in CONF.iterdir() if folder.is_dir()} == (slots - {"sources", "judge"}) | set(
        SETTINGS
    )


def test_the_pipeline_in_one_screen_names_every_setting() -> None:
    said = {key[0] for key in lines(CONF / "config.yaml")} - {"hydra", "defaults"}
    slots = {folder.name for folder in CONF.iterdir() if folder.is_dir()}
    assert said | slots == set(Recipe.model_fields)


def test_the_values_of_the_one_screen_are_those_of_the_classes() -> None:
    tree = yaml.safe_load((CONF / "config.yaml").read_text())
    for name, field in Recipe.model_fields.items():
        if name in tree and name not in ("name", "sources"):
            default = field.get_default(call_default_factory=True)
            plain = default.model_dump() if hasattr(default, "model_dump") else default
            if name == "mix":  # what it says of shares would be merged into what a recipe says
                plain = {"edge_cases": plain["edge_cases"]}
            assert tree[name] == plain, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_comment_stands_above_every_key_and_none_beside_one(file: Path) -> None:
    text = file.read_text().splitlines()
    first_in_line = {}
    for key, line in lines(file).items():
        first_in_line.setdefault(line, key)
    for line, key in first_in_line.items():
        if key[0] == "defaults" or (len(key) > 1 and text[line - 1].lstrip().startswith("- ")):
            continue
        assert text[line - 2].lstrip().startswith("#") or (text[0].startswith("#") and line == 2), (
            f"{file.name}:{line}: {'.'.join(key)} has no comment above it"
        )
        assert " # " not in text[line - 1], f"{file.name}:{line}: a comment stands above its key, not beside it"


@pytest.mark.parametrize("name", packaged())
def test_every_recipe_opens_with_its_question(name: str) -> None:
    text = (RECIPES / f"{name}.yaml").read_text()
    assert text.startswith("# @package _global_\n# ")
    assert "?" in packaged()[name]


@pytest.mark.parametrize("name", packaged())
def test_golden(name: str) -> None:
    kept = GOLDEN / f"{name}.yaml"
    assert kept.is_file(), "run `make golden`"
    assert golden(name) == kept.read_text(), "the composed recipe changed; if that was meant, run `make golden`"


def test_an_option_that_names_no_field_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tuner").mkdir()
    (tmp_path / "tuner" / "mine.yaml").write_text("_target_: synthforge.student.Lora\nrank: 4\n")
    (tmp_path / "acme.yaml").write_text(
        "# @package _global_\n# ?\ndefaults:\n  - override /tuner: mine\n  - _self_\n"
        "sources: {a: {path: x}}\norders: 1\n"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError) as caught:
        load("acme.yaml")
    (finding,) = caught.value.findings
    assert (finding.key, finding.place) == ("tuner.rank", "tuner/mine.yaml:2")


def golden(name: str) -> str:
    """The composed recipe with every default of every part: what a run would do, in full."""
    return compose.as_yaml(told(packaged_recipe(name)))


def told(value: object) -> object:
    if isinstance(value, BaseModel):
        target = {"_target_": f"{type(value).__module__}.{type(value).__name__}"} if isinstance(value, Plugin) else {}
        return target | {field: told(getattr(value, field)) for field in type(value).model_fields}
    if isinstance(value, dict):
        return {key: told(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for recipe_name in packaged():
        path = GOLDEN / f"{recipe_name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(golden(recipe_name))
        print(path)
