"""The command: verbs, recipe paths, sweeps, and the one place where errors are printed."""

import difflib
import io
import os
import shlex
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from synthforge import __version__
from synthforge.errors import SynthforgeError, UsageError

if TYPE_CHECKING:
    from synthforge.compose import Composed

HELP = """\
synthforge: a client's documents → fine-tuning data that a small model can be trusted on → that model, tuned

  synthforge RECIPE [KEY=VALUE ...]            run a recipe, from documents to a tuned and evaluated student
  synthforge -m RECIPE KEY=A,B [KEY=C,D ...]   run every combination, and compare them
  synthforge check RECIPE [KEY=VALUE ...]      validate it, say what it would ask for; spend nothing
  synthforge preview RECIPE [-n 5]             its first prompts, then drafts for them with the checks' verdicts
  synthforge calibrate RECIPE [RUN]            mistakes planted on purpose in good examples: what do its checks catch?
  synthforge screen DATA RECIPE                its checks and filters over rows that came from elsewhere
  synthforge trace RUN EXAMPLE                 what an example rests on, and where that stands in the original file
  synthforge new PATH                          write a commented recipe to start from

RECIPE is a packaged one (recipes=NAME) or the path of your own file. Finished stages are never redone:
run the same line again to go on after a stop.

packaged recipes
{recipes}

examples
  synthforge recipes=quickstart
  synthforge recipes=quickstart orders=60 until=filter
  synthforge ~/client/recipes/acme.yaml student=qwen3b tuner=lora 'validators=[schema,quote]'
  synthforge -m recipes=quickstart filters.near.threshold=0.7,0.9 tuner.r=4,8

  synthforge VERB --help       more on check, preview, calibrate, screen, trace and new
  synthforge --version

every choice and its settings: {conf}
exit code: 0 done, 1 a stage or a variant failed, 2 the recipe or the command is wrong, 130 stopped by Ctrl-C
"""

VERB_HELP = {
    "check": """\
synthforge check RECIPE [KEY=VALUE ...]

Composes the recipe, validates every setting and says what a run would ask for. Nothing is generated or spent.
All faults are listed at once, each with the file and line that said it; exit code 2.

example
  synthforge check ~/client/recipes/acme.yaml target=200
""",
    "preview": """\
synthforge preview RECIPE [KEY=VALUE ...] [-n 5] [--prompts]

Shows the prompts of some of the recipe's first orders as they are sent, then asks the teacher for drafts and shows what
every check says of them, with the tokens and dollars that they took. A run uses these replies again. With --prompts
nothing is asked and nothing is spent.

example
  synthforge preview ~/client/recipes/acme.yaml -n 3 --prompts
""",
    "calibrate": """\
synthforge calibrate RECIPE [RUN | --examples FILE] [KEY=VALUE ...] [-n 300] [--with-models]

Plants mistakes that teachers make in examples that are right (those kept by RUN or the recipe's newest run, and rules
of its documents as they stand and in other words) and reports, for each kind, what the recipe's checks stop, how often
they stop what is right, and which mistakes slip through. At most -n of a kind are planted in each of the three. Checks
that ask a model are left out unless --with-models; they are paid from budget_usd.

example
  synthforge calibrate ~/client/recipes/acme.yaml outputs/acme/20260301-120000
""",
    "screen": """\
synthforge screen DATA RECIPE [KEY=VALUE ...]

Judges a dataset that came from elsewhere by the recipe's documents, checks and filters. DATA is .jsonl, .json, .csv,
.tsv or .parquet; a row has instruction and output, question and answer, prompt and completion, messages or
conversations, and citations of the recipe's documents in its answer or beside it. passed.jsonl, rejected.jsonl and
held.jsonl in a new folder hold the rows as they were, each with what was said of it. No teacher is asked; only a
recipe whose checks ask a model spends anything.

example
  synthforge screen ~/client/faq.jsonl ~/client/recipes/acme.yaml
""",
    "trace": """\
synthforge trace RUN EXAMPLE

Walks from an example of a run folder to what its answer rests on: each claim, the section it cites, the quote in its
context, and where that stands in the original file (page, line, block or row). EXAMPLE is an id as in
dataset/train.jsonl or report.md, or the first digits of one.

example
  synthforge trace outputs/quickstart/20260301-120000 4f1c
""",
    "new": """\
synthforge new PATH

Writes a commented recipe to start from. A file that exists is left alone.

example
  synthforge new ~/client/recipes/acme.yaml
""",
}
OPTIONS = ("-m", "--multirun", "--help", "--version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; everything that goes wrong is printed here."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a locale without '→' must not end a run
    try:
        return command(given)
    except BrokenPipeError:  # `| head` has seen enough; what is left to flush has no reader
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SynthforgeError as error:
        print(f"synthforge: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        again = shlex.join(["synthforge", *given])
        print(f"\nsynthforge: stopped; everything finished is stored. To go on: {again}", file=sys.stderr)
        return 130


def command(given: list[str]) -> int:
    verbs: dict[str, Callable[[list[str]], int]] = {
        "check": check, "preview": preview, "calibrate": calibrate, "screen": screen, "trace": trace,
        "new": new,
    }  # fmt: skip
    asks_help = any(word in ("--help", "-h") for word in given)
    if given and given[0] in verbs:
        if asks_help:
            print(VERB_HELP[given[0]], end="")
            return 0
        return verbs[given[0]](given[1:])
    if asks_help or not given:
        print(usage(), end="")
        return 0 if given else 2
    if "--version" in given:
        print(f"synthforge {__version__}")
        return 0
    sweeps = [word for word in given if word in ("-m", "--multirun")]
    words = [word for word in given if word not in sweeps]
    recipe, overrides = understood(words, list(verbs))
    return sweep(recipe, overrides) if sweeps else run(recipe, overrides)


def usage() -> str:
    from synthforge.where import CONF, packaged, shown

    recipes = "\n".join(f"  recipes={name:<20} {question}" for name, question in packaged().items())
    return HELP.format(recipes=recipes, conf=shown(CONF))


def understood(words: Sequence[str], verbs: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The recipe and the overrides in a command line.

    Raises:
        UsageError: a word is neither, or there is no recipe or more than one.
    """
    from synthforge.where import packaged

    recipes, overrides = [], []
    for word in words:
        if word.startswith("recipes="):
            recipes.append(word.removeprefix("recipes="))
        elif word.startswith("-"):
            raise UsageError(f"unknown option '{word}'{similar(word, OPTIONS)}")
        elif is_path(word) or word in packaged():
            recipes.append(word)
        elif "=" in word or word.startswith("~"):
            overrides.append(word)
        else:
            known = [*verbs, *packaged()]
            raise UsageError(f"'{word}' is no verb, recipe or key=value{similar(word, known)}")
    if len(recipes) != 1:
        choices = ", ".join(f"recipes={name}" for name in packaged())
        too_many = f"choose one recipe, not {len(recipes)} ({', '.join(recipes)})"
        said = too_many if recipes else "choose a recipe"
        raise UsageError(f"{said}: {choices}, or the path of your own .yaml file")
    return recipes[0], overrides


def is_path(word: str) -> bool:
    return word.endswith((".yaml", ".yml")) and "=" not in word.split("/")[-1]


def similar(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else "; synthforge --help shows what there is"


def run(recipe: str, overrides: Sequence[str]) -> int:
    from synthforge.compose import load, run_folder

    composed = load(recipe, overrides)
    execute(composed, run_folder(composed.recipe))
    return 0


def execute(composed: "Composed", folder: Path, group: str = "") -> None:
    """Run a composed recipe in a folder of its own, which first of all says what was asked for."""
    from synthforge.execution import execute
    from synthforge.progress import progress

    composed.leave(folder / "config")
    execute(composed, progress=progress(), folder=folder, group=group)


def check(words: list[str]) -> int:
    recipe, overrides = understood(words)
    from synthforge.compose import load
    from synthforge.execution import forecast
    from synthforge.progress import progress

    for line in forecast(load(recipe, overrides), progress()):
        print(line)
    return 0


def preview(words: list[str]) -> int:
    words, count = counted(words)
    recipe, overrides = understood([word for word in words if word != "--prompts"])
    from synthforge.compose import load
    from synthforge.execution import previewed
    from synthforge.progress import progress
    from synthforge.report.preview import preview_lines

    for line in preview_lines(previewed(load(recipe, overrides), progress(), count, "--prompts" not in words)):
        print(line)
    return 0


def calibrate(words: list[str]) -> int:
    words, count = counted(words, usual=300)
    words, place = placed(words)
    asks = "--with-models" in words
    recipe, overrides = understood([word for word in words if word != "--with-models"])
    from synthforge.compose import load, new_folder
    from synthforge.execution import calibrated
    from synthforge.progress import progress
    from synthforge.report.calibration import write_calibration

    composed = load(recipe, overrides)
    made = calibrated(composed, progress(), place, count, asks)
    parent = Path(composed.recipe.outputs).expanduser() / composed.recipe.name
    folder = new_folder(parent, time.strftime("calibrate-%Y%m%d-%H%M%S"))
    composed.leave(folder / "config")
    given = [] if not made.source else [made.source] if Path(made.source).is_dir() else ["--examples", made.source]
    again = shlex.join([*given, "-n", str(count), *(["--with-models"] if asks else [])])
    typed = composed.command.removeprefix("synthforge ")
    print(write_calibration(made, f"synthforge calibrate {typed} {again}", folder))
    return 0


def placed(words: list[str]) -> tuple[list[str], Path | None]:
    """The words without a run's folder or `--examples FILE`, and which of them was named.

    Raises:
        UsageError: it is not there, or more than one was named.
    """
    from synthforge.where import packaged

    files: list[str] = []
    if "--examples" in words:
        at = words.index("--examples")
        files = words[at + 1 : at + 2]
        if not files:
            raise UsageError("--examples takes a file of examples, as a run's round-1/4-filtered/kept.jsonl")
        if not Path(files[0]).expanduser().is_file():
            raise UsageError(f"there is no file '{files[0]}'; name one as a run's round-1/4-filtered/kept.jsonl")
        words = words[:at] + words[at + 2 :]
    folders = [word for word in words if is_folder(word) and word not in packaged()]
    if len(places := [*files, *folders]) > 1:
        raise UsageError(f"name one run's folder or one file of examples, not {len(places)}: {', '.join(places)}")
    if missing := [word for word in folders if not Path(word).expanduser().is_dir()]:
        raise UsageError(f"there is no folder '{missing[0]}'; name a run's, as in outputs/quickstart/20260301-120000")
    return [word for word in words if word not in folders], Path(places[0]).expanduser() if places else None


def is_folder(word: str) -> bool:
    """A folder that is there, whatever its name, or what can only be meant as one."""
    means = "/" in word and "=" not in word and not is_path(word) and not word.startswith("-")
    return means or Path(word).expanduser().is_dir()


def screen(words: list[str]) -> int:
    from synthforge.pipeline.foreign import SUFFIXES

    data = next((word for word in words if "=" not in word and word.lower().endswith(SUFFIXES)), "")
    if not data:
        kinds = ", ".join(SUFFIXES)
        example = "synthforge screen faq.jsonl ~/client/recipes/acme.yaml"
        raise UsageError(f"say a dataset ({kinds}) and a recipe: {example}")
    recipe, overrides = understood([word for word in words if word != data])
    from synthforge.compose import load, new_folder
    from synthforge.execution import screened
    from synthforge.progress import progress
    from synthforge.report.screen import screen_lines

    composed, file = load(recipe, overrides), Path(data).expanduser()
    if not file.is_file():
        raise UsageError(f"there is no dataset '{file}'")
    parent = Path(composed.recipe.outputs).expanduser() / composed.recipe.name
    folder = new_folder(parent, time.strftime("screen-%Y%m%d-%H%M%S"))
    composed.leave(folder / "config")
    summary = screened(composed, progress(), file, folder)
    for line in screen_lines(summary):
        print(line)
    return 1 if summary.unreadable == summary.rows else 0


def counted(words: list[str], usual: int = 5) -> tuple[list[str], int]:
    """The words without `-n NUMBER`, and the number."""
    if "-n" not in words:
        return words, usual
    at = words.index("-n")
    number = words[at + 1] if at + 1 < len(words) else ""
    if not number.isdecimal() or not int(number):
        raise UsageError(f"-n takes a whole number from 1 on, not '{number}'")
    return words[:at] + words[at + 2 :], int(number)


def trace(words: list[str]) -> int:
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise UsageError("say a run's folder and an example: synthforge trace outputs/quickstart/20260301-120000 4f1c")
    from synthforge.report.trace import trace

    for line in trace(Path(words[0]).expanduser(), words[1]):
        print(line)
    return 0


def new(words: list[str]) -> int:
    from synthforge.where import PACKAGE

    if len(words) != 1 or words[0].startswith("-"):
        raise UsageError("say one path for the new recipe: synthforge new ~/client/recipes/acme.yaml")
    path = Path(words[0]).expanduser()
    if path.suffix != ".yaml":
        better = path.with_suffix(".yaml")
        raise UsageError(f"'{path}' must be called .yaml, as every recipe is: synthforge new {better}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write((PACKAGE / "starter.yaml").read_text(encoding="utf-8"))
    except FileExistsError:
        raise UsageError(f"'{path}' is there already, and stays as it is; choose another name") from None
    except OSError as error:
        raise UsageError(f"'{path}' cannot be written: {error.strerror}") from error
    print(f"{path}\nedit its sources, then: synthforge check {shlex.quote(str(path))}")
    return 0


def sweep(recipe: str, overrides: Sequence[str]) -> int:
    """Run every combination; one that fails says why in its error.txt, and the others go on."""
    from synthforge.compose import multirun

    folder = multirun(recipe, overrides, attempt)
    from synthforge.report import compare_sweep

    print(f"\n{compare_sweep(folder)}\n\n{folder / 'compare.md'}")
    failed = [error.parent.name for error in sorted(folder.glob("*/error.txt"))]
    for name in failed:
        print(f"synthforge: failed: {folder / name / 'error.txt'}", file=sys.stderr)
    return 1 if failed else 0


def attempt(recipe: str, overrides: Sequence[str], folder: Path) -> None:
    """One variant of a sweep."""
    from synthforge.artifacts import write_text
    from synthforge.compose import load

    print(f"\n{folder.name}", flush=True)
    (folder / "error.txt").unlink(missing_ok=True)
    try:
        execute(load(recipe, overrides), folder, group=folder.parent.name)
    except SynthforgeError as error:
        reason = str(error)
    except Exception:  # anybody's part may raise anything; the other variants go on, and this one keeps its traceback
        reason = traceback.format_exc()
    else:
        return
    write_text(folder / "error.txt", reason + "\n")
    print(f"synthforge: {reason}", file=sys.stderr, flush=True)


def entry() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    entry()
