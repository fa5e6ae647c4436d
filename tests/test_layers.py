"""The house: imports point one way, nothing heavy loads before it is used, the tests mirror the package."""

import ast
import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import synthforge

PACKAGE = Path(synthforge.__file__).parent
ROOT = PACKAGE.parent

LAYERS = (
    ("errors",),
    ("plugin", "records", "where"),
    ("money",),
    ("meaning", "corruption", "privacy", "sections"),
    ("links", "readers"),
    ("store", "artifacts", "walk", "fencing", "weights"),
    ("context",),
    (
        "sources", "templates", "edge_cases", "teacher", "validators", "filters",
        "student", "evaluation", "tracking", "progress",
    ),
    ("plan", "runners"),
    ("recipe",),
    ("build",),
    ("masking",),
    ("compose",),
    ("pipeline",),
    ("report",),
    ("execution",),
    ("__main__",),
    ("__init__",),
)  # fmt: skip
"""From the ground up; a module imports from below its own layer or from its own folder."""

HEAVY = {
    "torch",
    "transformers",
    "peft",
    "trl",
    "datasets",
    "wandb",
    "sentence_transformers",
    "sklearn",
    "scipy",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(name: str) -> int:
    return next((level for level, names in enumerate(LAYERS) if name in names), -1)


def room(file: Path) -> str:
    """The folder or module at the package's top that a file belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "synthforge":
                yield from (f"synthforge.{alias.name}" for alias in node.names)


def own(names: Iterator[str]) -> Iterator[str]:
    """The rooms of this package among imported names."""
    for name in names:
        parts = name.split(".")
        if parts[0] == "synthforge" and len(parts) > 1 and not parts[1].startswith("__"):
            yield parts[1]


def test_every_room_has_a_layer() -> None:
    assert {room(file) for file in MODULES} <= {name for names in LAYERS for name in names}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    here = room(file)
    above = {each for each in own(imports(file)) if each != here and layer(each) >= layer(here)}
    assert not above, f"{here} imports {', '.join(sorted(above))}, which is not below it"


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_hydra_stays_at_the_door(file: Path) -> None:
    used = {name.split(".")[0] for name in imports(file)} & {"hydra", "omegaconf"}
    assert not used or room(file) in ("__main__", "compose", "masking", "where")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_for_and_stays_shallow(file: Path) -> None:
    assert len(file.relative_to(PACKAGE).parts) <= 2
    text = file.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_the_tests_mirror_the_package() -> None:
    folders = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}
    tested = {folder.name for folder in (ROOT / "tests").iterdir() if any(folder.glob("test_*.py"))}
    assert folders - tested == set()


def loaded(code: str) -> set[str]:
    """The heavy packages in memory after some code has run in a fresh interpreter."""
    script = f"import sys\n{textwrap.dedent(code)}\nprint('loaded:', *{HEAVY!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("loaded:")[1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import synthforge",
        "from synthforge.__main__ import main; main(['--help'])",
        "from synthforge.compose import load; load('quickstart')",
    ],
    ids=["import", "help", "compose"],
)
def test_nothing_heavy_is_loaded_before_it_is_used(code: str) -> None:
    assert loaded(code) == set()


def test_import_and_help_load_next_to_nothing() -> None:
    code = """
        from synthforge.__main__ import main
        main(['--help'])
        assert not {'hydra', 'omegaconf', 'pydantic', 'yaml'} & set(sys.modules)
    """
    assert loaded(code) == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_a_run_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"synthforge/{file.relative_to(ROOT)}" for file in (ROOT / "conf").rglob("*.yaml")} <= names
    assert {f"synthforge/{file.relative_to(ROOT)}" for file in (ROOT / "recipes").rglob("*.yaml")} <= names
    documents = [file for file in (ROOT / "examples").glob("*/documents/**/*") if file.is_file()]
    assert documents
    assert {f"synthforge/{file.relative_to(ROOT)}" for file in documents} <= names
    how_they_were_made = {name for name in names if "/examples/" in name and "/build" in name}
    assert not how_they_were_made
    held_out = [file for file in (ROOT / "examples").glob("*/evaluation/**/*") if file.is_file()]
    assert {f"synthforge/{file.relative_to(ROOT)}" for file in held_out} <= names
    beside = {".csv", ".jinja", ".json", ".safetensors", ".yaml"}
    kept = {file for file in PACKAGE.rglob("*") if file.suffix in beside}
    assert {str(file.relative_to(ROOT)) for file in kept} <= names


def test_the_wheel_composes_its_recipes_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import synthforge, synthforge.where as w; from synthforge.compose import load\n"
        "made = load('quickstart')\n"
        "print(w.HOME, *made.roots, all((w.HOME / 'examples').glob('*/documents')))"
    )
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(site), "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(site / "synthforge"), str(site / "synthforge"), str(tmp_path), "True"]


def test_every_declared_dependency_is_used_and_every_used_one_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[><=;]", text)[0].strip() for text in project["dependencies"]}
    names = {
        "google-re2": "re2", "hydra-core": "hydra", "markdown-it-py": "markdown_it", "python-stdnum": "stdnum",
        "pyyaml": "yaml",
    }  # fmt: skip
    modules = {names.get(name, name.replace("-", "_")) for name in declared}
    used = {name.split(".")[0] for file in MODULES for name in imports(file)}
    third_party = used - set(sys.stdlib_module_names) - {"synthforge"}
    assert third_party == modules
