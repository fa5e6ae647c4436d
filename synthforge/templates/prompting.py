"""Prompts: Jinja texts rendered in a sandbox, and fences around what is the client's, which no document can close."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synthforge.records import Order, Section, fingerprint

PROMPTS = Path(__file__).parent / "prompts"

_CHAT_TOKEN = re.compile(
    r"(?<=<)(?=[|｜][\w▁]|/?s>|(?:start|end)_of_turn>|bos>|eos>|pad>|</?SYS>>)|(?<=\[)(?=/?INST\])"
)


def defused(text: str) -> str:
    """A document that spells out a chat template's own token (`<|im_end|>`) would end the turn it stands in, in a
    prompt or for whoever trains on it; a blank after its first sign keeps it text."""
    return _CHAT_TOKEN.sub(" ", text)


class Fences:
    """A delimiter for each text of one prompt: absent from all of them, and the same in every run, so that replies
    can be reused and a provider's cache is hit."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._everything = "\n".join(texts)

    def __call__(self, text: str) -> str:
        mark = fingerprint("fence", text)[:12]
        while mark in self._everything:
            mark = fingerprint("fence", mark)[:12]
        return mark


def inside(section: Section) -> str:
    """What stands within a section's fence; its citation too, since headings are the client's."""
    text = f"{section.lead_in} {section.text}" if section.lead_in else section.text
    return defused(f"[{' '.join(section.citation.split())}]\n{text}")


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


@cache
def environment(folders: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["defused"] = defused
    return made


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
