"""Proves, before anything is trained, that the trainer feeds what a server would feed, token by token."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from unicodedata import normalize

from synthforge.errors import StageError
from synthforge.records import Message
from synthforge.student import chat
from synthforge.student.base import Prompt

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase as Tokenizer
    from trl.trainer.sft_trainer import SFTTrainer

CLOSELY = 16
"""How many rows are also proved as text and after batching."""


def prove(trainer: "SFTTrainer", tokenizer: "Tokenizer", wanted: Sequence[tuple[Prompt, Message]], end: int) -> int:
    """Compare what the trainer feeds with the deployment format, token by token; returns the rows compared.

    `wanted` are the prompts with their answers, in the trainer's order. Every row's tokens are compared with
    what the tokenizer's own chat rendering gives, and every row's loss with the answer; the first `CLOSELY`
    also after collating, as the model gets them, and as text: the loss decodes to the answer and its end.

    Raises:
        StageError: which row differs, and in what.
    """
    fed: Any = trainer.train_dataset
    if len(fed) != len(wanted):
        _refuse(f"{len(wanted)} answers were given, the trainer feeds {len(fed)} rows")
    stop = str(tokenizer.decode([end]))
    for place, (prompt, answer) in enumerate(wanted):
        tokens, labels = list(fed[place]["input_ids"]), list(fed[place]["labels"])
        name = f"row {place} ({answer.content.strip()[:40]!r}…)"
        before, whole = chat.served(tokenizer, prompt, True), chat.served(tokenizer, [*prompt, answer], False)
        _first_difference(name, tokenizer, tokens, whole[: len(tokens)])
        expected = [-100] * len(before) + tokens[len(before) :]
        if labels != expected:
            trained = tokenizer.decode([token for token in labels if token != -100])
            _refuse(f"{name}: the loss is on {trained[:200]!r}, not on the answer and its end token")
        if not tokens or tokens[-1] != end:
            _refuse(f"{name}: the last token fed is {tokenizer.decode(tokens[-1:])!r}, not the end token {stop!r}")
        if place < CLOSELY:
            text, answered = (
                str(tokenizer.decode(tokens[len(before) :])),
                chat.clean(tokenizer, answer.content),
            )
            if normalize("NFKC", text) != normalize("NFKC", answered + stop):
                _refuse(f"{name}: the loss tokens read {text[:200]!r}, the answer is {answered[:200]!r}")
    _collated(trainer, min(CLOSELY, len(wanted)))
    return len(wanted)


def _first_difference(name: str, tokenizer: "Tokenizer", fed: list[int], served: list[int]) -> None:
    if fed != served:
        place = next((i for i, (a, b) in enumerate(zip(fed, served, strict=False)) if a != b), len(served))
        here, there = (tokenizer.decode(tokens[place : place + 8]) for tokens in (fed, served))
        _refuse(f"{name}: at token {place} the trainer feeds {here!r}, a server would feed {there!r}")


def _collated(trainer: "SFTTrainer", count: int) -> None:
    data: Any = trainer.train_dataset
    rows = [data[place] for place in range(count)]
    batch = trainer.data_collator([dict(row) for row in rows])
    for place, row in enumerate(rows):
        seen = batch["attention_mask"][place].bool()
        tokens, labels = batch["input_ids"][place], batch["labels"][place]
        if tokens[seen].tolist() != list(row["input_ids"]) or labels[seen].tolist() != list(row["labels"]):
            _refuse(f"row {place}: batching changes its tokens or its loss")
        if (labels[~seen] != -100).any():
            _refuse(f"row {place}: the loss is also on padding")


def _refuse(reason: str) -> NoReturn:
    remedy = "nothing was trained: this version of trl or this chat template departs from the deployment format"
    raise StageError("tune", f"training would not match deployment. {reason}", remedy)
