"""What an adapter remembers of its making (`synthforge.json`), and the refusal to answer in another
format."""

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.student import chat
from synthforge.student.base import Prompt, Student
from synthforge.student.loading import weights_hash

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase as Tokenizer

CARD = "synthforge.json"


class Card(BaseModel):
    """The adapter's card. `template` and `systems` are hashes; `base_weights` is '' for a student from a
    hub."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    template: str
    template_settings: dict[str, Any]
    end_token: str
    systems: tuple[str, ...]
    base_model: str
    base_weights: str
    tuner: dict[str, Any]
    seed: int
    rows: int
    refused: int
    longest: int
    steps: int
    device: str
    threads: int
    versions: dict[str, str]


def versions() -> dict[str, str]:
    """The packages that decide the weights."""
    found = {}
    for name in ("synthforge", "torch", "transformers", "trl", "peft", "tokenizers"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def write(folder: Path, card: Card) -> None:
    (folder / CARD).write_text(json.dumps(card.model_dump(), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read(folder: Path, stage: str) -> Card:
    try:
        return Card.model_validate_json((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        reason = f"'{folder}' is no adapter of synthforge ({CARD} is missing or damaged)"
        raise StageError(stage, reason, "give a folder that the tune stage left, or tune again") from error


def admit(folder: Path, student: Student, tokenizer: "Tokenizer", prompts: Sequence[Prompt], run: Run) -> Card:
    """The adapter's card, once it is sure that the prompts come in the format that the adapter was trained in.

    A system message that training never saw is only said, since a format change of that size costs points, not all
    of the answer.

    Raises:
        StageError: another chat template, or another base model, than the adapter was trained with.
    """
    card = read(folder, "evaluate")
    if card.template != chat.template_hash(tokenizer):
        reason = f"'{student.model}' has another chat template than the adapter '{folder}' was trained with"
        raise StageError("evaluate", reason, "answer with the tokenizer it was trained with, or tune again")
    weights = weights_hash(student)
    if card.base_weights != weights and card.base_weights and weights:
        reason = f"the adapter '{folder}' was trained on other weights than '{student.path}' holds"
        raise StageError("evaluate", reason, "take the same base model, or tune again")
    if unknown := set(chat.systems(prompts)) - set(card.systems):
        run.progress.say(f"evaluate: {len(unknown)} system message(s) here were not in training; answers may suffer")
    return card
