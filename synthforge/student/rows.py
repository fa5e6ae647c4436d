"""Cuts chats into one row per answer, and refuses, aloud, rows that do not fit: an answer is never cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import Message
from synthforge.student import chat
from synthforge.student.base import Prompt, Student

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase as Tokenizer


@dataclass(frozen=True)
class Row:
    """One assistant turn as tokens: the prompt's, then the answer's up to and with its end token."""

    chat: int
    turn: int
    prompt: list[int]
    answer: list[int]


@dataclass(frozen=True)
class Refusal:
    """An answer that is not trained on: prompt and answer need `tokens`, more than fit."""

    chat: int
    turn: int
    tokens: int


def row(tokenizer: "Tokenizer", number: int, turn: int, prompt: Prompt, answer: Message, end: int) -> Row:
    """One assistant turn as tokens.

    Raises:
        StageError: prompt and answer share a token, or the answer has no end: a server would feed another.
    """
    before = chat.encode(tokenizer, chat.render(tokenizer, prompt, True))
    whole = chat.encode(tokenizer, chat.render(tokenizer, [*prompt, answer], False))
    place = f"chat {number}, answer {turn}"
    if whole[: len(before)] != before:
        reason = f"{place}: the prompt's tokens are not the beginning of the whole chat's"
        raise StageError("tune", reason, "the chat template must render a prompt alike with and without its answer")
    if end not in whole[len(before) :]:
        remedy = f"the chat template must close every answer with {tokenizer.decode([end])!r}"
        raise StageError("tune", f"{place}: the answer has no end token", remedy)
    last = len(whole) - 1 - whole[::-1].index(end)
    return Row(number, turn, before, whole[len(before) : last + 1])


def fit(tokenizer: "Tokenizer", chats: Sequence[Prompt], end: int, limit: int) -> tuple[list[Row], list[Refusal]]:
    """One row per assistant turn, and those that need more than `limit` tokens."""
    rows, refused = [], []
    for number, messages in enumerate(chats):
        for turn, (prompt, answer) in enumerate(chat.turns(messages)):
            made = row(tokenizer, number, turn, prompt, answer, end)
            tokens = len(made.prompt) + len(made.answer)
            if tokens > limit:
                refused.append(Refusal(number, turn, tokens))
            else:
                rows.append(made)
    return rows, refused


def kept(chats: Sequence[Prompt], refused: Sequence[Refusal]) -> list[tuple[Prompt, Message]]:
    out = {(refusal.chat, refusal.turn) for refusal in refused}
    return [
        pair
        for number, messages in enumerate(chats)
        for turn, pair in enumerate(chat.turns(messages))
        if (number, turn) not in out
    ]


def report(
    rows: Sequence[Row],
    refused: Sequence[Refusal],
    limit: int,
    student: Student,
    folder: Path,
    run: Run,
) -> None:
    """Says, and writes to `refused.csv`, which answers are not trained on, and which could not be given."""
    if refused:
        table = "".join(f"{refusal.chat},{refusal.turn},{refusal.tokens}\n" for refusal in refused)
        (folder / "refused.csv").write_text("chat,turn,tokens\n" + table, encoding="utf-8")
        first = ", ".join(f"{refusal.chat}.{refusal.turn}" for refusal in refused[:5])
        run.progress.say(
            f"tune: {len(refused)} of {len(rows) + len(refused)} answers need more than {limit} tokens with "
            f"their prompts and are left out, not cut (chat.answer {first}…; refused.csv)"
        )
    if not rows:
        remedy = "raise tuner.max_length, or shorten the excerpts" if refused else "see what the filters dropped"
        raise StageError("tune", "no example is left to train on", remedy)
    if long := sum(len(row.answer) > student.max_new_tokens for row in rows):
        run.progress.say(
            f"tune: {long} of {len(rows)} answers are longer than student.max_new_tokens="
            f"{student.max_new_tokens}; the student could not finish them"
        )
