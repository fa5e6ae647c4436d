"""The proof: what trl feeds is what is served, and a trainer that feeds anything else is refused."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from synthforge.errors import StageError
from synthforge.records import Message
from synthforge.student import Lora, Student
from synthforge.student import chat as ch
from synthforge.student.loading import load_model, load_tokenizer
from synthforge.student.proof import prove
from synthforge.student.rows import fit
from tests.student.tiny import chat as make_chat

Make = Callable[..., Student]


def pairs(chats: Sequence[Sequence[Message]]) -> list[tuple[Any, Message]]:
    return [pair for chat in chats for pair in ch.turns(chat)]


# What the proof is for: each way in which a trainer can feed something else than what will be served.


@pytest.fixture(scope="module")
def trained_on(make_student: Make, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, list[Any], int]:
    student, work = make_student(), tmp_path_factory.mktemp("work")
    tokenizer = load_tokenizer(student, "tune")
    end = ch.end_token(tokenizer, student, "tune")
    chats = [make_chat(n, turns=1 + n % 2) for n in range(6)]
    lora = Lora(r=2, steps=1)
    rows, refused = fit(tokenizer, chats, end, 10**9)
    assert not refused
    return lora.trainer(load_model(student, "tune"), tokenizer, rows, work, 0), tokenizer, pairs(chats), end


def test_what_we_feed_is_what_is_served(trained_on: tuple[Any, Any, list[Any], int]) -> None:
    trainer, tokenizer, wanted, end = trained_on
    assert prove(trainer, tokenizer, wanted, end) == 9
    trained = [token for token in trainer.train_dataset[0]["labels"] if token != -100]
    assert tokenizer.decode(trained) == make_chat(0)[-1].content + "<|im_end|>"


def test_the_proof_notices_a_tampered_template(trained_on: tuple[Any, Any, list[Any], int]) -> None:
    trainer, tokenizer, wanted, end = trained_on
    template = tokenizer.chat_template
    try:
        tokenizer.chat_template = str(template).replace("{{ message['content'] }}", "{{ message['content'] }} ")
        with pytest.raises(StageError, match="a server would feed"):
            prove(trainer, tokenizer, wanted, end)
    finally:
        tokenizer.chat_template = template


def _no_end(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name][:-1] for name in ("input_ids", "labels")}


def _all_loss(row: dict[str, Any]) -> dict[str, Any]:
    return {"labels": row["input_ids"]}


def _other_token(row: dict[str, Any]) -> dict[str, Any]:
    return {"input_ids": [*row["input_ids"][:5], 9, *row["input_ids"][6:]]}


def _end_untrained(row: dict[str, Any]) -> dict[str, Any]:
    return {"labels": [*row["labels"][:-1], -100]}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (_no_end, "not the end token"),
        (_all_loss, "the loss is on"),
        (_other_token, "at token 5 the trainer feeds"),
        (_end_untrained, "the loss is on"),
    ],
)
def test_the_proof_notices(
    fault: Callable[[dict[str, Any]], dict[str, Any]], says: str, trained_on: tuple[Any, Any, list[Any], int]
) -> None:
    trainer, tokenizer, wanted, end = trained_on
    whole = trainer.train_dataset
    try:
        trainer.train_dataset = whole.map(fault)
        with pytest.raises(StageError, match=says):
            prove(trainer, tokenizer, wanted, end)
        trainer.train_dataset = whole.select(range(len(whole) - 1))
        with pytest.raises(StageError, match="9 answers were given, the trainer feeds 8 rows"):
            prove(trainer, tokenizer, wanted, end)
    finally:
        trainer.train_dataset = whole


@pytest.mark.parametrize(
    ("shape", "max_length", "says"),
    [
        ("messages", None, "the loss is on"),
        ("prompt", None, "not the end token"),  # but the line feed after it
        ("prompt", 100, "not the end token"),
        ("prompt", 40, "4 answers were given, the trainer feeds 0 rows"),
    ],
)
def test_the_proof_notices_what_trl_does_by_itself(
    shape: str, max_length: int | None, says: str, make_student: Make, tmp_path: Path
) -> None:
    """Loss on the prompt, answers cut, examples dropped: all without an error from trl."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    student = make_student()
    tokenizer = load_tokenizer(student, "tune")
    chats = [make_chat(n) for n in range(4)]
    rows = [[message.model_dump() for message in chat] for chat in chats]
    cut = [{"messages": row} if shape == "messages" else {"prompt": row[:-1], "completion": row[-1:]} for row in rows]
    arguments = SFTConfig(
        output_dir=str(tmp_path / "trl"), use_cpu=True, bf16=False, report_to="none", max_length=max_length
    )
    trainer = SFTTrainer(
        model=load_model(student, "tune"),
        args=arguments,
        train_dataset=Dataset.from_list(cut),
        processing_class=tokenizer,
    )
    with pytest.raises(StageError, match=says):
        prove(trainer, tokenizer, pairs(chats), ch.end_token(tokenizer, student, "tune"))
