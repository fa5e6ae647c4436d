"""The student family: a causal language model with its own chat template, and the part that tunes it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from synthforge.context import Run
from synthforge.plugin import Plugin
from synthforge.records import Message

Prompt = Sequence[Message]


class Student(Plugin):
    """The base model: `embedded`, a local folder, or a hub id."""

    model: str = Field(min_length=1)
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """`auto`: bfloat16 on a GPU that has it, else float32."""
    max_new_tokens: int = Field(256, ge=1)
    batch_size: int = Field(32, ge=1)
    """Prompts answered at once."""
    threads: int | None = Field(None, ge=1)
    """Threads of a CPU to compute with; torch's own choice when unset. One gives a small model the same numbers on
    every machine, and is the fastest where other work is going on."""
    end_token: str | None = None
    """The token that ends an assistant turn, where the tokenizer's own eos is another (Qwen base models)."""

    @property
    def path(self) -> str:
        """What `from_pretrained` is given."""
        return str(Path(__file__).parent / "embedded") if self.model == "embedded" else self.model


class Tuner(Plugin, ABC):
    """How a student is tuned."""

    @abstractmethod
    def tune(self, student: Student, chats: Sequence[Prompt], folder: Path, run: Run) -> None:
        """Train on chats that end with an assistant message; leaves the adapter in `folder`."""
