"""The texts that prompts are made of: where they stand, what they may use, and whether they can be rendered."""

from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2 import meta, nodes

from synthforge.fencing import environment
from synthforge.records import Order

PROMPTS = Path(__file__).parent / "prompts"

SAMPLE: Mapping[str, object] = {
    "order": Order(template="sample", targets=("a",), excerpt=("a",), category="policy", difficulty="medium"),
    "shown": (1, 2),
    "withheld": (3,),
    "focus": (1,),
    "brief": "",
    "instruction": "Answer.",
    "length": "one or two sentences",
    "persona": "",
    "scenario": "",
    "wording": {},
    "settings": {},
}
"""What a task's text may use, with a value of the right kind for each; sections are spoken of by their numbers."""


def named(source: str) -> set[str]:
    """The variables that a task's text uses."""
    return meta.find_undeclared_variables(environment(()).parse(source))


def refuse_faulty(source: str, folders: tuple[Path, ...], settings: Mapping[str, object]) -> None:
    """Try a task's text before anything is asked with it.

    Raises:
        ValueError: it is no Jinja, names what is not there, or cannot be rendered; with the line of the text.
    """
    jinja = environment(folders)
    try:
        tree = jinja.parse(source)
        for name in sorted(meta.find_undeclared_variables(tree) - set(SAMPLE)):
            line = min(each.lineno for each in tree.find_all(nodes.Name) if each.name == name)
            raise ValueError(f"line {line}: there is no '{name}' (there is: {', '.join(SAMPLE)})")
        jinja.from_string(source).render(**{**SAMPLE, "settings": settings})
    except jinja2.TemplateSyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.message}") from error
    except (jinja2.TemplateError, TypeError, ArithmeticError, LookupError) as error:
        raise ValueError(f"line {_line(error)}: {error}") from error


def _line(error: BaseException) -> int:
    """The line of the text at which rendering stopped."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
