"""What must not be written or printed: secrets by the name of their key, and whatever came from the environment."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, Override

from synthforge.build import MISSING
from synthforge.errors import Finding, RecipeError
from synthforge.where import Key

HIDDEN = "***"
SECRET = re.compile(r"(^|_)(api_?keys?|key|token|secrets?|passwords?|passwd|passphrase|authorization|credentials?)$")
VOCABULARY = re.compile(r"(^|_)(bos|cls|end|eos|first|image|last|mask|next|pad|sep|special|start|stop|unk)_token$")
"""What a tokenizer calls a token."""
MEMBERS = ("sources", "templates", "edge_cases", "validators", "filters")
"""Below these stand names that the recipe gives, which say nothing about their values."""
ENVIRONMENT = re.compile(r"oc\.env:\s*['\"]?(\w+)")
EMPTY = (None, "", MISSING, True, False)


def telling(path: Key) -> bool:
    """Whether a key's name says that its value is nobody else's business."""
    if not path or (len(path) > 1 and path[-2] in MEMBERS):
        return False
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path[-1].split(".")[-1]).replace("-", "_").lower()
    return bool(SECRET.search(name)) and not VOCABULARY.search(name)


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    elif value not in EMPTY:
        yield value


class Secrets:
    """What must not be written or printed, wherever it stands: values under telling keys, and the environment's.

    The first are shown as `***`, the others as the expression that fetched them.
    """

    def __init__(self, typed: Sequence[Override]) -> None:
        self.instead: dict[str, str] = {}
        self.lines: dict[str, str] = {}
        for override in typed:
            value = override.value()
            if isinstance(value, ChoiceSweep):
                value = [Override._convert_value(each) for each in value.list]
            self.gather(None, value, key_of(override))
        self.lines = {each.input_line: self.override(each) for each in typed if each.input_line}

    def add(self, value: object, instead: str = HIDDEN) -> None:
        for each in leaves(value):
            text = re.sub(r"^(Bearer|Basic|Token) +", "", str(each))
            if instead == HIDDEN or text not in self.instead:
                self.instead[text] = instead

    def gather(self, node: object, value: object, path: Key = ()) -> None:
        """Note what is secret in a tree; `node` is the same before its expressions were resolved."""
        if telling(path):
            self.add(value)
        if isinstance(value, dict):
            nodes = {str(key): inner for key, inner in node.items()} if isinstance(node, dict) else {}
            for key, inner in value.items():
                self.gather(nodes.get(str(key)), inner, (*path, str(key)))
        elif isinstance(value, list):
            inners = node if isinstance(node, list) else [None] * len(value)
            for inner, each in zip(inners, value, strict=False):
                self.gather(inner, each, path)
        if isinstance(node, str) and "oc.env" in node:
            said = {name: os.environ.get(name, "") for name in ENVIRONMENT.findall(node)}
            for name, text in said.items():
                self.add(text, f"${{oc.env:{name}}}")
            if not any(text and text in str(value) for text in said.values()):
                # A default, or something made of what was said.
                self.add(value, f"${{oc.env:{next(iter(said))}}}" if said else HIDDEN)

    def text(self, said: str) -> str:
        """What may be shown of a text. Short values count as words only: 'test' is not in 'latest'."""
        found = sorted((text for text in self.instead if len(text) >= 4), key=len, reverse=True)
        if not found:
            return said
        each = (re.escape(text) if len(text) >= 8 else rf"(?<!\w){re.escape(text)}(?!\w)" for text in found)
        return re.sub("|".join(each), lambda match: self.instead[match[0]], said)

    def tree(self, node: object, value: Any, path: Key = ()) -> Any:
        """What may be shown of a tree."""
        if telling(path) and any(True for _ in leaves(value)):
            return HIDDEN
        if isinstance(value, dict):
            nodes = {str(key): inner for key, inner in node.items()} if isinstance(node, dict) else {}
            return {key: self.tree(nodes.get(str(key)), inner, (*path, str(key))) for key, inner in value.items()}
        if isinstance(value, list):
            nodes_ = node if isinstance(node, list) and len(node) == len(value) else [None] * len(value)
            return [self.tree(inner, each, path) for inner, each in zip(nodes_, value, strict=True)]
        if isinstance(node, str) and "${" in node and value not in EMPTY and str(value) in self.instead:
            return self.instead[str(value)]
        return self.line(value) if isinstance(value, str) and path[-1:] != ("_target_",) else value

    def override(self, typed: Override) -> str:
        """What may be shown of an override."""
        line, value = typed.input_line or "", typed.value()
        masked = f"{line.partition('=')[0]}={HIDDEN}"
        if telling(key_of(typed)) and value not in EMPTY:
            return masked
        without = self.text(line)
        hidden = isinstance(value, dict | list) and self.tree(None, value, key_of(typed)) != value
        return masked if hidden and without == line else without

    def line(self, said: str) -> str:
        """What may be shown of a text that may quote the command line."""
        for line, without in self.lines.items():
            said = said.replace(line, without)
        return self.text(said)

    def finding(self, finding: Finding) -> Finding:
        reason = self.line(finding.reason)
        if telling(tuple(finding.key.split("."))):
            reason = re.sub(r"\(got .*\)", f"(got {HIDDEN})", reason, flags=re.DOTALL)
        typed = finding.place.startswith("the command line")
        return Finding(finding.key, reason, self.line(finding.place) if typed else finding.place)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Findings leave this block without them."""
        try:
            yield
        except RecipeError as error:
            raise RecipeError([self.finding(each) for each in error.findings]) from error.__cause__


def key_of(override: Override) -> Key:
    return tuple(re.split(r"[./]", override.key_or_group))
