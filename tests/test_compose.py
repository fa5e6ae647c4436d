"""A faulty recipe is refused with every reason at once, each with its key and the line that said it."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from synthforge import compose, masking
from synthforge.build import build
from synthforge.compose import load
from synthforge.errors import Finding, RecipeError
from synthforge.recipe import Recipe
from synthforge.where import CONF
from tests import rooms

PARTS = '''
"""A client's own parts."""

from pydantic import Field

from synthforge.records import Example, Verdict
from synthforge.context import Run
from synthforge.teacher import Embedded
from synthforge.templates import ComplianceCheck
from synthforge.validators.base import Validator
from synthforge.where import CONF


class Length(Validator):
    """The answer's length in words."""

    min_words: int = Field(1, ge=0)
    max_words: int = Field(400, gt=0)

    def check(self, example: Example, run: Run) -> Verdict:
        return self.passed()


class Strict(Length):
    limit: int


class Unfinished(Validator):
    """It has no check."""


class Judge(Embedded):
    """A teacher that wants to be paid."""

    api_key: str | int | None = None
    header: str = ""
    max_tokens: int = 512
    end_token: str = "<end>"
    headers: dict[str, str] = {}


class House(ComplianceCheck):
    """A task of the client's."""


class Polite(ComplianceCheck):
    """A task with a system message of its own."""

    system: str = "Be polite."
'''

STAGES = "'collect', 'generate', 'check', 'filter', 'tune' or 'evaluate'"

BASE = """\
# @package _global_
# Is it right?
sources:
  documents: {path: documents/*.md, category: policy}
orders: 40
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client's folder with parts and a conf file of its own."""
    home = tmp_path / "client"
    (home / "recipes").mkdir(parents=True)
    (home / "validators").mkdir()
    (home / "client_parts.py").write_text(PARTS)
    (home / "validators" / "length.yaml").write_text("length:\n  _target_: client_parts.Length\n")
    monkeypatch.chdir(home)
    return home


def recipe(client: Path, text: str, name: str = "recipes/acme.yaml") -> Path:
    path = client / name
    path.write_text(BASE + textwrap.dedent(text))
    return path


def findings(path: Path | str, *overrides: str) -> Sequence[Finding]:
    with pytest.raises(RecipeError) as caught:
        load(path, overrides)
    return caught.value.findings


def only(path: Path | str, *overrides: str) -> Finding:
    (finding,) = findings(path, *overrides)
    return finding


def test_a_recipe_outside_the_package_uses_its_own_conf_files_and_modules(client: Path) -> None:
    path = recipe(client, "defaults:\n  - override /validators: [schema, length]\n  - _self_\n")
    composed = load(path, ["validators.length.min_words=3"])
    assert list(composed.recipe.validators) == ["schema", "length"]
    assert composed.recipe.validators["length"].model_dump() == {"min_words": 3, "max_words": 400}
    assert composed.recipe.name == "acme"
    assert composed.roots == (client,)
    assert composed.overrides == ("validators.length.min_words=3",)


def test_a_recipe_in_any_folder_and_of_any_name(client: Path, tmp_path: Path) -> None:
    lone = client / "my recipe (1).yaml"
    lone.write_text(BASE)
    composed = load("./my recipe (1).yaml")
    assert composed.recipe.name == "my recipe (1)"
    assert composed.roots == (client,)


def test_relative_paths_start_at_the_home_of_the_recipes_then_where_one_works(
    client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recipe(client, "")
    monkeypatch.chdir(tmp_path)
    assert load(path).roots == (client, tmp_path)


def test_one_recipe_may_build_on_another(client: Path) -> None:
    recipe(client, "seed: 1\n", "recipes/base.yaml")
    path = client / "recipes" / "more.yaml"
    path.write_text("# @package _global_\n# More?\ndefaults:\n  - base\n  - _self_\norders: 50\n")
    built = load(path).recipe
    assert (built.seed, built.orders, built.name) == (1, 50, "more")


def test_a_recipe_that_is_called_like_a_packaged_one_is_the_one_that_runs(client: Path) -> None:
    assert load(recipe(client, "seed: 7\n", "recipes/quickstart.yaml")).recipe.seed == 7


def test_folders_named_like_settings_do_not_get_in_the_way(client: Path) -> None:
    (client / "outputs").mkdir()
    (client / "sources").mkdir()
    assert load(recipe(client, ""), ["outputs=elsewhere"]).recipe.outputs == "elsewhere"


def test_null_drops_a_member(client: Path) -> None:
    path = recipe(client, "filters:\n  near: null\n")
    assert "near" not in load(path).recipe.filters
    assert "exact" not in load(path, ["~filters.exact"]).recipe.filters


def test_a_part_may_stand_in_the_recipe_itself(client: Path) -> None:
    path = recipe(client, "validators:\n  house: {_target_: client_parts.Length, max_words: 9}\n")
    assert load(path).recipe.validators["house"].model_dump()["max_words"] == 9


def test_another_teacher_for_the_held_out_set(client: Path) -> None:
    path = recipe(client, "defaults:\n  - /teacher@evaluation.teacher: embedded\n  - _self_\n")
    assert load(path).recipe.evaluation.teacher is not None


def test_settings_show_expressions_in_place_of_what_the_environment_said(
    client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_SYSTEM", "s3cret")
    composed = load(recipe(client, "system: ${oc.env:ACME_SYSTEM}\n"))
    assert composed.recipe.system == "s3cret"
    assert all(template.system == "s3cret" for template in composed.recipe.templates.values())
    assert composed.settings["system"] == "${oc.env:ACME_SYSTEM}"
    assert "s3cret" not in compose.as_yaml(composed.settings)


JUDGE = "teacher:\n  _target_: client_parts.Judge\n"


def test_a_secret_is_hidden_wherever_it_is_said(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "sk-SECRET")
    more = "  api_key: ${oc.env:ACME_KEY}\n  header: Bearer ${teacher.api_key}\n"
    path = recipe(client, JUDGE + more + "  headers: {Authorization: Basic s4ndwich}\nsystem: Say s4ndwich.\n")
    typed = ["teacher.max_tokens=99", "templates.compliance_check.instruction=Say sk-SECRET now"]
    composed = load(path, typed)
    assert composed.recipe.teacher.model_dump()["header"] == "Bearer sk-SECRET"
    assert composed.recipe.system == "Say s4ndwich."
    teacher = composed.settings["teacher"]
    assert (teacher["api_key"], teacher["header"]) == ("***", "Bearer ***")
    assert teacher["headers"] == {"Authorization": "***"}
    assert teacher["max_tokens"] == 99
    assert composed.settings["system"] == "Say ***."
    written = compose.as_yaml(composed.settings) + composed.command + str(composed.overrides)
    assert "SECRET" not in written and "s4ndwich" not in written
    assert composed.overrides == (typed[0], "templates.compliance_check.instruction=Say *** now")


@pytest.mark.parametrize(
    "typed",
    [
        "evaluation.teacher={_target_: client_parts.Judge, api_key: sk-TYPED}",
        "++teacher.api_key=sk-TYPED",
        "teacher.api_key='sk-TYPED'",
        "teacher.headers={X-Api-Key: sk-TYPED}",
        "+teacher.headers.hf_token=sk-TYPED",
        "+teacher.headers.accessToken=sk-TYPED",
        "teacher.api_key=TYPED",
        "teacher.api_key=731234",
    ],
)
def test_a_typed_secret_is_hidden_and_used(client: Path, typed: str) -> None:
    composed = load(recipe(client, JUDGE), [typed])
    said = str((composed.settings, composed.overrides, composed.command))
    parts = (composed.recipe.teacher, composed.recipe.evaluation.teacher)
    assert re.search("TYPED|731234", repr(parts))
    assert "TYPED" not in said and "731234" not in said and "***" in said


def test_a_secret_is_not_printed_with_what_is_wrong(client: Path) -> None:
    path = recipe(client, JUDGE)
    for typed in (
        ["teacher.api_kee=1", "teacher.api_key=[sk-TYPED]"],
        ["teacher.api_key=sk=TYPED"],
        ["teacher.api_key=sk-TYPED,sk-TYPED2"],
        ["tuner.api_key=sk-TYPED" + "x" * 80],
    ):
        assert "TYPED" not in str(RecipeError(findings(path, *typed)))


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *((name, True) for name in (
            "api_key", "apikey", "key", "token", "secret", "password", "authorization", "Authorization", "credential",
            "credentials", "hf_token", "X-Api-Key", "client_secret", "accessToken", "private_key",
        )),
        *((name, False) for name in (
            "max_tokens", "end_token", "max_new_tokens", "tokenizer", "keys_seen", "monkey", "pad_token", "keyword",
            "secretary", "path",
        )),
    ],
)  # fmt: skip
def test_names_that_tell(name: str, secret: bool) -> None:
    assert masking.telling(("teacher", name)) is secret


def test_a_part_may_be_called_like_a_secret(client: Path) -> None:
    path = recipe(client, "validators:\n  secret: {_target_: client_parts.Length, min_words: 7}\n")
    assert load(path).settings["validators"]["secret"]["min_words"] == 7


def test_short_words_of_the_environment_hide_no_others(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SEED", "1")
    monkeypatch.setenv("ACME_WORD", "rule")
    path = recipe(client, "seed: ${oc.env:ACME_SEED}\nsystem: ${oc.env:ACME_WORD}\ntuner: {epochs: 1}\n")
    settings = load(path, ["templates.compliance_check.instruction=One ruler"]).settings
    assert settings["seed"] == "${oc.env:ACME_SEED}"
    assert settings["tuner"]["epochs"] == 1
    assert settings["templates"]["compliance_check"]["instruction"] == "One ruler"


def test_a_default_in_place_of_the_environment_is_hidden_as_it_would_be(client: Path) -> None:
    settings = load(recipe(client, "system: ${oc.env:ACME_NOT_SET,sk-default}\n")).settings
    assert settings["system"] == "${oc.env:ACME_NOT_SET}"


def test_what_a_recipe_says_of_difficulty_is_all_there_is(client: Path) -> None:
    assert load(recipe(client, "")).recipe.mix.difficulty == {"easy": 0.2, "medium": 0.5, "hard": 0.3}
    easy = recipe(client, "mix: {difficulty: {easy: 1}}\n")
    assert load(easy).recipe.mix.difficulty == {"easy": 1}
    assert load(easy, ["mix.difficulty.hard=3"]).recipe.mix.difficulty == {"easy": 1, "hard": 3}
    assert load(easy, ["mix.difficulty={hard: 1, easy: null}"]).recipe.mix.difficulty == {"hard": 1}
    assert load(easy, ["mix.difficulty={hard: 1, easy: 0}"]).recipe.mix.difficulty == {"hard": 1, "easy": 0}
    assert load(easy, ["mix.difficulty=null"]).recipe.mix.difficulty == Recipe.model_fields["mix"].default.difficulty


def test_one_system_message_for_every_template_that_has_none_of_its_own(client: Path) -> None:
    path = recipe(
        client,
        """\
        system: Answer from the excerpt.
        templates:
          house: {_target_: client_parts.House}
          polite: {_target_: client_parts.Polite}
          own: {_target_: client_parts.House, system: Mine.}
          silent: {_target_: client_parts.House, system: ''}
        """,
    )
    templates = load(path).recipe.templates
    assert {name: template.system for name, template in templates.items()} == {
        **dict.fromkeys(("compliance_check", "cited_answer", "extraction", "dialogue"), "Answer from the excerpt."),
        "house": "Answer from the excerpt.",
        "polite": "Be polite.",
        "own": "Mine.",
        "silent": "",
    }


def test_the_folder_of_the_recipes_home_comes_first_whatever_else_is_importable(client: Path, tmp_path: Path) -> None:
    path = recipe(client, "validators:\n  house: {_target_: acme_house.Length, max_words: 9}\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder in (elsewhere, client / "recipes", client):
        text = PARTS.replace("A client's own parts", f"Of {folder.name}")
        (folder / "acme_house.py").write_text(text)
    code = (
        "import sys; from synthforge.compose import load; load(sys.argv[1]); import acme_house as a; print(a.__doc__)"
    )
    for seed in ("0", "1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(elsewhere)}
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == "Of client.\n"


def test_two_clients_may_call_their_modules_the_same(client: Path, tmp_path: Path) -> None:
    first = load(recipe(client, "validators:\n  house: {_target_: client_parts.Length}\n"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "client_parts.py").write_text(PARTS.replace("max_words: int = Field(400", "max_words: int = Field(5"))
    (other / "acme.yaml").write_text(BASE + "validators:\n  house: {_target_: client_parts.Length}\n")
    assert first.recipe.validators["house"].model_dump()["max_words"] == 400
    assert load(other / "acme.yaml").recipe.validators["house"].model_dump()["max_words"] == 5


DOCS = Path(__file__).parent.parent / "docs" / "recipes.md"


def test_the_sample_validator_in_the_docs_runs(client: Path, tmp_path: Path) -> None:
    part = DOCS.read_text().split("## Your own parts")[1]
    code, settings = re.findall(r"```(?:python|yaml)\n(.*?)```", part, re.DOTALL)[:2]
    (client / "house.py").write_text(code)
    validator = load(recipe(client, settings)).recipe.validators["no_phones"]
    run = rooms.run(tmp_path)

    def passes(answer: str) -> bool:
        return validator.check(rooms.example(turns=(rooms.turn(answer=answer),)), run).outcome == "passed"

    assert passes("Within 24 hours, by 2031-05, on form 1234567, after 8 + 8 + 8 + 8 + 8 hours and 10 and 20 more.")
    assert not passes("Call 030 1234567.") and not passes("Call 555-123-4567.")


def test_what_was_composed_and_typed_is_left_behind(client: Path, tmp_path: Path) -> None:
    composed = load(recipe(client, ""), ["seed=3"])
    composed.leave(tmp_path / "config")
    assert "seed: 3\n" in (tmp_path / "config" / "config.yaml").read_text()
    assert (tmp_path / "config" / "overrides.yaml").read_text() == "- seed=3\n"


def test_every_fault_at_once(client: Path) -> None:
    path = recipe(
        client,
        """\
        defaults:
          - override /validators: [schema, length]
          - override /filters: [exact]
          - _self_
        cuont: 40
        mix:
          edge_cases: {unanswerable: 0.2}
        validators:
          length:
            min_wrods: 8
            max_words: lots
          house: {_target_: client_parts.Lenght}
          half: {_target_: client_parts.Unfinished}
        filters:
          near: {threshold: 0.7}
        tuner:
          r: -4
        until: fliter
        """,
    )
    with pytest.raises(RecipeError) as caught:
        load(path, ["+tuner.rnak=8", "target=30"])
    said = str(caught.value).replace(", ".join(load("quickstart").recipe.tuner.model_dump()), "(its settings)")
    said = said.replace(", ".join(Recipe.model_fields), "(the recipe's)").replace(STAGES, "{stages}")
    assert said == textwrap.dedent(
        """\
        this recipe cannot run: 11 problems

          mix.edge_cases.unanswerable
            names no edge case of this recipe (it has: insufficient_information, human_review)
            at recipes/acme.yaml:12

          orders
            say one of orders (drafts asked for) and target (examples that survive)
            at recipes/acme.yaml:5

          validators.length.max_words
            should be a valid integer, unable to parse string as an integer (got 'lots')
            at recipes/acme.yaml:16

          validators.length.min_wrods
            unknown key; did you mean 'min_words'? Length takes: min_words, max_words
            at recipes/acme.yaml:15

          validators.house
            'client_parts.Lenght' does not exist; did you mean Length? (client_parts offers: Length, Strict)
            at recipes/acme.yaml:17

          validators.half
            'client_parts.Unfinished' is not finished: it lacks check
            at recipes/acme.yaml:18

          filters.near
            sets up a filter that is not selected: add 'near' to the list in defaults, or give it a _target_
            at recipes/acme.yaml:20

          tuner.r
            should be greater than or equal to 1 (got -4)
            at recipes/acme.yaml:22

          tuner.rnak
            unknown key. Lora takes: (its settings)
            at the command line: +tuner.rnak=8

          until
            should be {stages} (got 'fliter'); did you mean 'filter'?
            at recipes/acme.yaml:23

          cuont
            unknown key; did you mean 'until'? Recipe takes: (the recipe's)
            at recipes/acme.yaml:10"""
    )


CLI = "the command line: "
LENGTH = "defaults:\n  - override /validators: [length]\n  - _self_\n"

VALIDATORS = [file.stem for file in (CONF / "validators").glob("*.yaml")]
FAULTS: list[tuple[str, str, list[str], Finding]] = [
    (
        "a mistyped key without a plus is found like one with it",
        LENGTH,
        ["validators.length.min_wrods=2"],
        Finding(
            "validators.length.min_wrods",
            "unknown key; did you mean 'min_words'? Length takes: min_words, max_words",
            CLI + "validators.length.min_wrods=2",
        ),
    ),
    (
        "a setting without a default",
        "validators:\n  strict: {_target_: client_parts.Strict}\n",
        [],
        Finding("validators.strict.limit", "must be set: there is no default for it", "recipes/acme.yaml:7"),
    ),
    (
        "a setting that a conf file leaves to the recipe",
        "validators:\n  strict: {_target_: client_parts.Strict, limit: '???'}\n",
        [],
        Finding("validators.strict.limit", "must be set: there is no default for it", "recipes/acme.yaml:7"),
    ),
    (
        "a class of another family",
        "validators:\n  odd: {_target_: synthforge.filters.Exact}\n",
        [],
        Finding(
            "validators.odd",
            "'synthforge.filters.Exact' is not a Validator",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "any callable is refused before it is called",
        "validators:\n  odd: {_target_: os.system, command: 'exit 1'}\n",
        [],
        Finding("validators.odd", "'os.system' is not a Validator", "recipes/acme.yaml:7"),
    ),
    (
        "a module that is not there",
        "validators:\n  odd: {_target_: no_such_module.Check}\n",
        [],
        Finding(
            "validators.odd",
            "no module named 'no_such_module' (in _target_ 'no_such_module.Check')",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "Hydra's own keys have no meaning here",
        LENGTH + "validators:\n  length:\n    _partial_: true\n",
        [],
        Finding(
            "validators.length._partial_",
            "is not used here: a part is its class and its settings (remove _partial_)",
            "recipes/acme.yaml:11",
        ),
    ),
    (
        "a part that is a word",
        "validators:\n  odd: strict\n",
        [],
        Finding(
            "validators.odd",
            "should be a part: _target_ and its settings (got 'strict')",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "a single part that nobody chose",
        "evaluation:\n  teacher: {concurrency: 2}\n",
        [],
        Finding(
            "evaluation.teacher",
            "sets up a teacher that is not selected: choose one in defaults "
            "(/teacher@evaluation.teacher: NAME), or give it a _target_",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "a difficulty that is none",
        "mix:\n  difficulty: {eazy: 1}\n",
        [],
        Finding(
            "mix.difficulty.eazy",
            "is no difficulty; did you mean 'easy'? (there is: easy, medium, hard)",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "difficulties that are all left out",
        "mix:\n  difficulty: {easy: 0}\n",
        [],
        Finding(
            "mix",
            "the difficulty shares add up to 0; say for example difficulty: {medium: 1}",
            "recipes/acme.yaml:6",
        ),
    ),
    (
        "no validators",
        "",
        ["validators=[]"],
        Finding(
            "validators",
            f"at least one validator is needed (options: {', '.join(sorted([*VALIDATORS, 'length']))})",
            CLI + "validators=[]",
        ),
    ),
    (
        "no templates",
        "defaults:\n  - override /templates: []\n  - _self_\n",
        [],
        Finding(
            "templates",
            "at least one template is needed (options: cited_answer, closed_book, compliance_check, dialogue, "
            "extraction, multi_section, procedure, simulated_dialogue, ticket_triage)",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "no sources",
        "",
        ["~sources.documents"],
        Finding(
            "sources",
            "at least one source is needed, for example documents: {path: documents/**/*}",
            "recipes/acme.yaml:3",
        ),
    ),
    *(
        (
            f"a name that is no file name: {name}",
            "",
            [f"name='{name}'"],
            Finding(
                "name",
                f"should be a plain file name, at most 120 characters without '/' and '\\' (got '{name}')",
                CLI + f"name='{name}'",
            ),
        )
        for name in ("../../evil", "/tmp/evil", "..", ".cache", "")
    ),
    (
        "shares that are too many",
        "mix:\n  edge_cases: {human_review: 0.6, insufficient_information: 0.6}\n",
        [],
        Finding("mix", "the edge-case shares add up to 1.2; at most 1", "recipes/acme.yaml:6"),
    ),
    (
        "neither orders nor a target",
        "",
        ["orders=null"],
        Finding(
            "orders",
            "say one of orders (drafts asked for) and target (examples that survive)",
            CLI + "orders=null",
        ),
    ),
    (
        "a reference to nothing, which others refer to",
        "system: ${sytem}\n",
        [],
        Finding("system", "interpolation key 'sytem' not found", "recipes/acme.yaml:6"),
    ),
    (
        "an environment variable that is not set",
        "system: ${oc.env:NO_SUCH_VARIABLE}\n",
        [],
        Finding("system", "environment variable 'NO_SUCH_VARIABLE' not found", "recipes/acme.yaml:6"),
    ),
    (
        "an option that is not there",
        "defaults:\n  - override /student: qwen3\n  - _self_\n",
        [],
        Finding(
            "student",
            "has no option 'qwen3'; did you mean 'qwen3b'? (options: embedded, gemma2b, qwen3b)",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "a member of a list that is not there",
        "defaults:\n  - override /edge_cases: [human_review, insufficient]\n  - _self_\n",
        [],
        Finding(
            "edge_cases",
            "has no option 'insufficient'; did you mean 'insufficient_information'? "
            "(options: conflicting_sources, false_premise, human_review, insufficient_information, out_of_scope, "
            "superseded_version)",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "an option on the command line that is not there",
        "",
        ["edge_cases=[human_reveiw]"],
        Finding(
            "edge_cases",
            "has no option 'human_reveiw'; did you mean 'human_review'? "
            "(options: conflicting_sources, false_premise, human_review, insufficient_information, out_of_scope, "
            "superseded_version)",
            CLI + "edge_cases=[human_reveiw]",
        ),
    ),
    (
        "a group that is not there",
        "defaults:\n  - override /validator: [schema]\n  - _self_\n",
        [],
        Finding(
            "validator",
            "is no group of options; did you mean 'validators'? (groups: edge_cases, filters, prices, runner, student, "
            "teacher, templates, tracker, tuner, validators)",
            "recipes/acme.yaml:7",
        ),
    ),
    (
        "a choice that is made twice",
        "",
        ["+student=qwen3b"],
        Finding(
            "student",
            "is chosen already; write student=… without a '+', or 'override /student: …' in defaults",
            CLI + "+student=qwen3b",
        ),
    ),
    (
        "several values without a sweep",
        "",
        ["seed=1,2"],
        Finding(
            "seed",
            "has several values: say -m to run each, [a,b] for a list, '\"a,b\"' for text with a comma",
            CLI + "seed=1,2",
        ),
    ),
    (
        "an override that is none",
        "",
        ["seed=1=2"],
        Finding(
            "seed",
            "cannot be read as key=value (mismatched input '=' expecting <EOF>); quote what is not plain: 'key=\"…\"'",
            CLI + "seed=1=2",
        ),
    ),
    (
        "what is not YAML",
        "mix: {edge_cases\nseed: 1\n",
        [],
        Finding("acme.yaml", "is not YAML: expected ',' or '}', but got ':'", "recipes/acme.yaml:7"),
    ),
]


@pytest.mark.parametrize(("text", "overrides", "expected"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault(client: Path, text: str, overrides: list[str], expected: Finding) -> None:
    assert only(recipe(client, text), *overrides) == expected


def test_a_fault_of_one_part_does_not_hide_those_of_others(client: Path) -> None:
    path = recipe(client, "validators:\n  odd: {_target_: no.Such}\ntarget: 3\n")
    assert [finding.key for finding in findings(path)] == ["orders", "validators.odd"]


def test_a_faulty_number_of_orders_is_not_also_a_missing_one(client: Path) -> None:
    assert only(recipe(client, ""), "orders=lots").key == "orders"
    assert "valid integer" in only(recipe(client, ""), "orders=lots").reason


def test_a_recipe_that_is_not_there(client: Path) -> None:
    recipe(client, "")
    assert only("quikstart").reason.startswith("there is no recipe 'quikstart'; did you mean 'quickstart'?")
    reason = "there is no recipe file 'recipes/acem.yaml'; did you mean 'acme.yaml'? (beside it: acme.yaml)"
    assert only("recipes/acem.yaml").reason == reason


def test_a_recipe_with_another_suffix_is_told_so(client: Path) -> None:
    (client / "acme.yml").write_text(BASE)
    assert only("acme.yml").reason == "'acme.yml' must be called .yaml, as every recipe is"


def test_two_runs_in_one_second_get_two_folders(client: Path, tmp_path: Path) -> None:
    built = load(recipe(client, f"outputs: {tmp_path / 'out'}\n")).recipe
    folders = {compose.run_folder(built) for _ in range(3)}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {tmp_path / "out" / "acme"}


def test_a_tree_without_files_builds_too() -> None:
    with pytest.raises(RecipeError) as caught:
        build({"orders": 3, "sources": {"a": {"path": "x", "pth": 1}}})
    missing = {f.key for f in caught.value.findings if f.reason.startswith("must be set")}
    assert missing == {"teacher", "prices", "student", "tuner", "tracker"}
    needed = {f.key for f in caught.value.findings if f.reason.startswith("at least one ")}
    assert needed == {"templates", "validators"}
    assert "sources.a.pth" in {finding.key for finding in caught.value.findings}


def test_hydra_is_left_as_it_was_found() -> None:
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    with initialize_config_dir(str(CONF / "student"), version_base="1.3"):
        load("quickstart")
        assert hydra_compose("embedded")["model"] == "embedded"
    assert not GlobalHydra.instance().is_initialized()
