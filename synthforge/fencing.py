"""Prompts: Jinja texts rendered in a sandbox, and fences around what is the client's, which no document can close."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synthforge.records import Section, fingerprint

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


@cache
def environment(folders: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["defused"] = defused
    return made
