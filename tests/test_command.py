"""What is typed, what is printed, and the exit code."""

import os
import resource
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from synthforge import __version__, execution
from synthforge.__main__ import main
from synthforge.compose import Composed, load
from synthforge.errors import StageError

CHOICES = "recipes=fleet_hos, recipes=quickstart, or the path of your own .yaml file"
STAGES = "'collect', 'generate', 'check', 'filter', 'tune' or 'evaluate'"

Ran = list[tuple[Composed, Path, str]]


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Runs are noted, not made."""
    noted: Ran = []

    def execute(composed: Composed, progress: Any, folder: Path, group: str = "") -> None:
        noted.append((composed, folder, group))
        (folder / "summary.json").write_text("{}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "execute", execute)
    return noted


@pytest.fixture
def failing(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    def install(error: BaseException) -> None:
        def execute(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(execution, "execute", execute)

    return install


def test_a_run_gets_its_own_folder_and_says_there_what_was_asked(ran: Ran, tmp_path: Path) -> None:
    assert main(["recipes=quickstart", "orders=60"]) == 0
    assert main(["recipes=quickstart", "orders=60"]) == 0
    (composed, folder, group), (_, second, _) = ran
    assert composed.recipe.orders == 60
    assert folder.parent == tmp_path / "outputs" / "quickstart" == second.parent
    assert folder != second
    assert group == ""
    assert yaml.safe_load((folder / "config" / "config.yaml").read_text())["orders"] == 60
    assert (folder / "config" / "overrides.yaml").read_text() == "- orders=60\n"
    assert sorted(path.name for path in folder.iterdir()) == ["config", "summary.json"]


def test_a_packaged_recipe_may_be_named_alone_and_values_may_come_first(ran: Ran) -> None:
    assert main(["seed=4", "quickstart"]) == 0
    assert ran[0][0].recipe.seed == 4


def test_a_sweep_runs_every_combination_in_a_folder_of_its_own(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-m", "recipes=quickstart", "filters.near.threshold=0.7,0.9", "tuner.r=4,8", "orders=5"]) == 0
    names = [folder.name for _, folder, _ in ran]
    assert names == [
        "0_filters.near.threshold=0.7,tuner.r=4",
        "1_filters.near.threshold=0.7,tuner.r=8",
        "2_filters.near.threshold=0.9,tuner.r=4",
        "3_filters.near.threshold=0.9,tuner.r=8",
    ]
    (sweep,) = {folder.parent for _, folder, _ in ran}
    assert sweep.parent == tmp_path / "outputs" / "sweeps"
    assert sweep.name.startswith("quickstart-")
    assert {group for _, _, group in ran} == {sweep.name}
    assert [composed.recipe.orders for composed, _, _ in ran] == [5] * 4
    assert [composed.recipe.tuner.model_dump()["r"] for composed, _, _ in ran] == [4, 8, 4, 8]
    assert {path.name for path in sweep.iterdir()} == {*names, "compare.md", "runs.csv", "multirun.yaml"}
    assert str(sweep / "compare.md") in capsys.readouterr().out


def test_a_sweep_over_recipes_and_sets(ran: Ran, tmp_path: Path) -> None:
    assert main(["-m", "recipes=quickstart,fleet_hos", "validators=[schema],[schema,quote]"]) == 0
    assert [(c.recipe.name, list(c.recipe.validators)) for c, _, _ in ran] == [
        ("quickstart", ["schema"]),
        ("quickstart", ["schema", "quote"]),
        ("fleet_hos", ["schema"]),
        ("fleet_hos", ["schema", "quote"]),
    ]
    assert ran[1][1].name == "1_quickstart,validators=schema,quote"


def test_a_recipe_of_ones_own_says_what_to_sweep(ran: Ran, tmp_path: Path) -> None:
    path = tmp_path / "ranks.yaml"
    sweeper = "hydra:\n  sweeper:\n    params: {tuner.r: '2,4', tuner.dropout: '0.1'}\n"
    path.write_text(f"# @package _global_\n# Which rank?\nsources: {{a: {{path: '*.md'}}}}\norders: 3\n{sweeper}")
    assert main(["-m", str(path), "hydra.sweep.dir=ranks", "seed=1"]) == 0
    assert [folder for _, folder, _ in ran] == [
        tmp_path / "ranks" / "0_tuner.r=2",
        tmp_path / "ranks" / "1_tuner.r=4",
    ]
    assert [c.recipe.tuner.model_dump()["dropout"] for c, _, _ in ran] == [0.1, 0.1]
    assert {c.recipe.seed for c, _, _ in ran} == {1}
    assert ran[0][0].roots == (tmp_path,)


def test_a_variant_that_fails_stops_no_other_and_is_listed(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-m", "recipes=quickstart", "tuner.r=4,-1,8", "hydra.sweep.dir=ranks"]) == 1
    assert [folder.name for _, folder, _ in ran] == ["0_tuner.r=4", "2_tuner.r=8"]
    failed = tmp_path / "ranks" / "1_tuner.r=-1" / "error.txt"
    assert "should be greater than or equal to 1 (got -1)" in failed.read_text()
    assert capsys.readouterr().err.endswith(f"synthforge: failed: {failed}\n")


def test_a_fault_of_the_code_in_a_variant_keeps_its_traceback(
    failing: Callable[[BaseException], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(ZeroDivisionError("one part"))
    assert main(["-m", "recipes=quickstart", "seed=0,1", "hydra.sweep.dir=seeds"]) == 1
    for name in ("0_seed=0", "1_seed=1"):
        assert (tmp_path / "seeds" / name / "error.txt").read_text().startswith("Traceback")
    assert "ZeroDivisionError: one part" in capsys.readouterr().err


def test_a_sweep_that_cannot_be_composed_runs_nothing(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-m", "recipes=quickstart", "validators=[schema],[schema,qoute]"]) == 2
    assert ran == []
    assert "has no option 'qoute'; did you mean 'quote'?" in capsys.readouterr().err


KEYED = """
from synthforge.teacher import Embedded


class Keyed(Embedded):
    api_key: str = ""
    header: str = ""
"""


def keyed(folder: Path) -> Path:
    """A recipe whose teacher takes a key."""
    (folder / "keyed_teacher.py").write_text(KEYED)
    path = folder / "keyed.yaml"
    path.write_text(
        "# @package _global_\n# ?\nsources: {a: {path: '*.md'}}\norders: 3\n"
        "teacher: {_target_: keyed_teacher.Keyed, header: 'Bearer ${teacher.api_key}'}\n"
    )
    return path


@pytest.mark.parametrize("swept", [False, True], ids=["run", "sweep"])
def test_a_key_that_was_typed_is_written_nowhere(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str], swept: bool
) -> None:
    typed = [str(keyed(tmp_path)), "teacher.api_key=sk-TYPED", "tuner.r=4", "teacher.fault_rate=0.1,0.2"]
    if swept:
        assert main(["-m", *typed]) == 0
        assert main(["-m", typed[0], "teacher.api_key=sk-TYPED-a,sk-TYPED-b"]) == 0
        assert len(ran) == 4
    else:
        assert main(typed[:-1]) == 0
    assert {composed.recipe.teacher.model_dump()["api_key"][:8] for composed, _, _ in ran} == {"sk-TYPED"}
    files = [path for path in (tmp_path / "outputs").rglob("*")]
    assert sum(path.name == "config.yaml" for path in files) == len(ran)
    for path in files:
        assert "sk-TYPED" not in str(path)
        assert path.is_dir() or "sk-TYPED" not in path.read_text(), path
    assert "sk-TYPED" not in "".join(capsys.readouterr())


def test_a_sweep_that_cannot_run_writes_no_key_either(ran: Ran, tmp_path: Path) -> None:
    assert main(["-m", str(keyed(tmp_path)), "teacher.api_key=sk-TYPED", "student=[embedded],[nobody]"]) == 2
    assert all("sk-TYPED" not in path.read_text() for path in (tmp_path / "outputs").rglob("*.yaml"))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (
            ["recipes=quikstart"],
            """\
            synthforge: this recipe cannot run: 1 problem

              recipes
                there is no recipe 'quikstart'; did you mean 'quickstart'? (there is: fleet_hos, quickstart)
            """,
        ),
        (
            ["recipes=quickstart", "ordres=60", "until=filtr"],
            """\
            synthforge: this recipe cannot run: 2 problems

              until
                should be {stages} (got 'filtr'); did you mean 'filter'?
                at the command line: until=filtr

              ordres
                unknown key; did you mean 'orders'? Recipe takes: {fields}
                at the command line: ordres=60
            """,
        ),
        (
            ["chekc", "quickstart"],
            "synthforge: 'chekc' is no verb, recipe or key=value; did you mean 'check'?\n",
        ),
        (
            ["quikstart"],
            "synthforge: 'quikstart' is no verb, recipe or key=value; did you mean 'quickstart'?\n",
        ),
        (
            ["xyzzy"],
            "synthforge: 'xyzzy' is no verb, recipe or key=value; synthforge --help shows what there is\n",
        ),
        (["--multrun", "quickstart"], "synthforge: unknown option '--multrun'; did you mean '--multirun'?\n"),
        (
            ["orders=3"],
            f"synthforge: choose a recipe: {CHOICES}\n",
        ),
        (
            ["quickstart", "fleet_hos"],
            f"synthforge: choose one recipe, not 2 (quickstart, fleet_hos): {CHOICES}\n",
        ),
        (
            ["check"],
            f"synthforge: choose a recipe: {CHOICES}\n",
        ),
        (
            ["screen", "quickstart"],
            "synthforge: say a dataset (.jsonl, .ndjson, .json, .csv, .tsv, .parquet) and a recipe: "
            "synthforge screen faq.jsonl ~/client/recipes/acme.yaml\n",
        ),
        (["screen", "faq.jsonl"], f"synthforge: choose a recipe: {CHOICES}\n"),
        (["screen", "faq.jsonl", "quickstart"], "synthforge: there is no dataset 'faq.jsonl'\n"),
        (["new"], "synthforge: say one path for the new recipe: synthforge new ~/client/recipes/acme.yaml\n"),
        (
            ["new", "acme"],
            "synthforge: 'acme' must be called .yaml, as every recipe is: synthforge new acme.yaml\n",
        ),
    ],
)
def test_what_cannot_be_understood(
    ran: Ran, capsys: pytest.CaptureFixture[str], typed: list[str], printed: str
) -> None:
    from synthforge.recipe import Recipe

    assert main(typed) == 2
    said = capsys.readouterr()
    expected = textwrap.dedent(printed).replace("{fields}", ", ".join(Recipe.model_fields))
    assert said.err == expected.replace("{stages}", STAGES)
    assert said.out == ""
    assert ran == []


def test_a_stage_that_fails_is_one_message(
    failing: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(StageError("generate", "the server is gone", "run again to go on"))
    assert main(["recipes=quickstart"]) == 1
    assert capsys.readouterr().err == "synthforge: generate: the server is gone\n  run again to go on\n"


def test_a_fault_of_the_code_keeps_its_traceback(failing: Callable[[BaseException], None]) -> None:
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        main(["recipes=quickstart"])


@pytest.mark.parametrize("typed", [["recipes=quickstart", "seed=1"], ["-m", "recipes=quickstart", "seed=1,2"]])
def test_ctrl_c_says_how_to_go_on(
    failing: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str], typed: list[str]
) -> None:
    failing(KeyboardInterrupt())
    assert main(typed) == 130
    line = f"\nsynthforge: stopped; everything finished is stored. To go on: synthforge {' '.join(typed)}\n"
    assert capsys.readouterr().err == line


def test_check_prints_the_forecast_and_runs_nothing(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(execution, "forecast", lambda composed, progress: [f"{composed.recipe.orders} orders"])
    assert main(["check", "recipes=quickstart", "orders=7"]) == 0
    assert capsys.readouterr().out == "7 orders\n"
    assert ran == []


def test_new_writes_a_recipe_that_composes_and_never_writes_over_one(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "client" / "recipes" / "acme.yaml"
    assert main(["new", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\nedit its sources, then: synthforge check {path}\n"
    composed = load(path)
    assert composed.recipe.name == "acme"
    assert composed.roots == (tmp_path / "client", tmp_path)
    path.write_text("mine")
    assert main(["new", str(path)]) == 2
    assert path.read_text() == "mine"
    assert capsys.readouterr().err == (
        f"synthforge: '{path}' is there already, and stays as it is; choose another name\n"
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"synthforge {__version__}\n"


@pytest.mark.parametrize("typed", [["--help"], ["-h"], ["recipes=quickstart", "--help"]])
def test_help_shows_the_recipes_and_examples(capsys: pytest.CaptureFixture[str], typed: list[str]) -> None:
    assert main(typed) == 0
    text = capsys.readouterr().out
    assert "recipes=quickstart " in text
    assert "synthforge -m recipes=quickstart filters.near.threshold=0.7,0.9 tuner.r=4,8" in text


def test_calibrate_leaves_a_folder_of_its_own_and_says_how_to_run_it_again(
    client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = str(client / "recipes" / "yard.yaml")
    assert main(["calibrate", recipe, "-n", "2", "seed=3", "validators=[schema,facts]"]) == 0
    said = capsys.readouterr().out
    (folder,) = (tmp_path / "outputs" / "yard").glob("calibrate-*")
    assert {path.name for path in folder.iterdir()} == {
        "calibration.md", "calibration.svg", "config", "false_rejections.jsonl", "slipped.jsonl", "slipped.md",
        "summary.json",
    }  # fmt: skip
    assert f"slipped through, to be read: {folder / 'slipped.md'}" in said
    again = f"synthforge calibrate {recipe} seed=3 'validators=[schema,facts]' -n 2"
    assert f"```sh\n{again}\n```" in (folder / "calibration.md").read_text()
    assert (folder / "config" / "overrides.yaml").read_text() == "- seed=3\n- validators=[schema,facts]\n"


@pytest.mark.parametrize(
    ("typed", "place", "count", "asks"),
    [
        (["quickstart"], None, 300, False),
        (["quickstart", "a run", "-n", "7"], Path("a run"), 7, False),
        (["0_tuner.r=4", "quickstart", "--with-models"], Path("0_tuner.r=4"), 300, True),
        (["quickstart", "seed=1", "--examples", "kept.jsonl"], Path("kept.jsonl"), 300, False),
    ],
)
def test_calibrate_is_told_where_the_examples_are_and_whether_to_ask(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], place: Path, count: int, asks: bool
) -> None:
    for folder in ("a run", "0_tuner.r=4"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kept.jsonl").touch()
    asked: list[tuple[Any, ...]] = []

    def calibrated(composed: Composed, progress: Any, *given: Any) -> None:
        asked.append(given)
        raise StageError("calibrate", "enough", "nothing")

    monkeypatch.setattr(execution, "calibrated", calibrated)
    assert main(["calibrate", *typed]) == 1
    assert asked == [(place, count, asks)]
    assert not (tmp_path / "outputs").exists()  # nothing is left where nothing was found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["quickstart", "outputs/no/run"], "there is no folder 'outputs/no/run'; name a run's, as in outputs/"),
        (["quickstart", "--examples"], "--examples takes a file of examples, as a run's round-1/4-filtered/kept.jsonl"),
        (["quickstart", "--examples", "no.jsonl"], "there is no file 'no.jsonl'"),
        (["quickstart", ".", ".."], "name one run's folder or one file of examples, not 2: ., .."),
        (["quickstart", "--with-model"], "unknown option '--with-model'"),
        (["quickstart", "-n", "0"], "-n takes a whole number from 1 on, not '0'"),
        (["quickstart", "."], "'.' holds no kept examples (round-1/4-filtered/kept.jsonl); run the recipe"),
    ],
)
def test_what_cannot_be_calibrated_is_said(
    ran: Ran, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    assert main(["calibrate", *typed]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["check", "calibrate", "screen", "new"])
def test_every_verb_has_help_with_an_example(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert main([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"synthforge {verb} ")
    assert f"example\n  synthforge {verb} " in text


def test_nothing_typed_shows_help_and_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "examples" in capsys.readouterr().out


def test_help_takes_less_than_half_a_second() -> None:
    """Of processor time, so that a busy machine does not fail it."""
    command = [sys.executable, "-m", "synthforge", "--help"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"sources: {}\n", "lacks the line '# @package _global_'"),
        (b"# Acme\n# @package _global_\nsources: {}\n", "as its first"),
        (b"\xef\xbb\xbf# @package _global_\n", "starts with a byte order mark"),
        (b"# @package _global_\nname: caf\xe9\n", "cannot be read as UTF-8 text"),
        (b"# @package _global_\nname: a\x00b\n", "unacceptable character #x0000"),
        (b"# @package _global_\ndefaults: hello\n", "nvalid defaults list"),
        (b"# @package _global_\ndefaults: [odd, _self_]\n", "odd"),
    ],
)
def test_a_recipe_that_is_no_recipe_is_one_message(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    finished = subprocess.run(
        [sys.executable, "-m", "synthforge", "check", "odd.yaml"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (finished.returncode, "Traceback" in finished.stderr) == (2, False), finished.stderr
    assert said in finished.stderr


def test_a_reader_that_has_seen_enough_and_a_plain_locale_end_nothing() -> None:
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    helped = subprocess.run([sys.executable, "-m", "synthforge", "--help"], env=plain, capture_output=True, text=True)
    assert (helped.returncode, helped.stderr) == (0, "")
    piped = subprocess.run(
        f"{sys.executable} -m synthforge check quickstart | head -1", shell=True, capture_output=True, text=True
    )
    assert "Traceback" not in piped.stderr
