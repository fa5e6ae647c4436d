"""Answering: a batch gives what one alone gives, order does not matter, and another format is refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import Message
from synthforge.student import Lora, Student
from synthforge.student import chat as ch
from synthforge.student.answering import answer
from tests.student.tiny import Lines
from tests.student.tiny import chat as make_chat

Make = Callable[..., Student]


@pytest.fixture(scope="module")
def adapter(make_student: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from synthforge.store import Store

    here = tmp_path_factory.mktemp("adapter")
    run = Run(1, here, here / "cache", [here], Store(here / "store"), Lines())  # type: ignore[arg-type]
    lora = Lora(r=8, alpha=16, steps=60, batch_size=4, gradient_accumulation=1, learning_rate=3e-2)
    brief = [[*make_chat(n)[:-1], Message(role="assistant", content="violation 7")] for n in range(6)]
    (here / "made").mkdir()
    lora.tune(make_student(), brief, here / "made", run)
    return here / "made"


@pytest.fixture
def prompts() -> list[list[Message]]:
    """Of very different lengths, so that batches are padded."""
    return [make_chat(n, turns=1 + n % 3)[:-1] for n in range(9)] + [[Message(role="user", content="violation?")]]


def plain_greedy(student: Student, adapter: Path | None, prompt: list[Message]) -> str:
    """Token by token by hand: no batch, no padding, no generate()."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(student.path)
    model = AutoModelForCausalLM.from_pretrained(student.path, dtype=torch.float32)
    if adapter:
        model = PeftModel.from_pretrained(model, str(adapter))
    model.eval()
    tokens = ch.served(tokenizer, prompt, True)
    start, end = len(tokens), ch.end_token(tokenizer, student, "evaluate")
    while len(tokens) < start + student.max_new_tokens and tokens[-1] != end:
        with torch.inference_mode():
            tokens.append(int(model(input_ids=torch.tensor([tokens])).logits[0, -1].argmax()))
    return str(tokenizer.decode([token for token in tokens[start:] if token != end], skip_special_tokens=True)).strip()


@pytest.mark.parametrize("family", ["qwen3", "qwen2_5", "gemma2"])
def test_batches_answer_as_one_alone_by_hand(
    family: str, make_student: Make, prompts: list[list[Message]], run: Run
) -> None:
    """Left padding, in order, and none of the sampling settings or penalties that a base ships with."""
    student = make_student(family, batch_size=4)
    assert answer(student, None, prompts, run) == [plain_greedy(student, None, prompt) for prompt in prompts]


def test_the_tuned_student_stops_at_its_end_token(
    make_student: Make, adapter: Path, prompts: list[list[Message]], run: Run, lines: Lines
) -> None:
    student = make_student(batch_size=3)
    tuned = answer(student, adapter, prompts, run)
    assert tuned == [plain_greedy(student, adapter, prompt) for prompt in prompts]
    assert tuned.count("violation 7") >= 6
    assert lines.bars["answer (tuned)"] == [10, 10]


def test_answers_do_not_depend_on_order_or_on_repeats(
    make_student: Make, adapter: Path, prompts: list[list[Message]], run: Run
) -> None:
    student = make_student(batch_size=4)
    straight = answer(student, adapter, prompts, run)
    assert answer(student, adapter, prompts[::-1], run) == straight[::-1]
    assert answer(student, adapter, [*prompts, prompts[0]], run)[-1] == straight[0]


def test_a_prompt_that_fills_the_context_is_counted(make_student: Make, run: Run, lines: Lines) -> None:
    prompts = [[Message(role="user", content="x" * 900)], make_chat(1)[:-1]]
    answers = answer(make_student(), None, prompts, run)
    assert answers[0] == ""
    assert lines.said == ["evaluate: 1 prompts fill the context of 512 tokens; answered with nothing"]


def test_no_prompts(make_student: Make, run: Run) -> None:
    assert answer(make_student(), None, [], run) == []


def copied(student: Student, folder: Path) -> Path:
    shutil.copytree(student.path, folder)
    return folder


def test_another_chat_template_than_in_training_is_refused(
    make_student: Make, adapter: Path, run: Run, tmp_path: Path
) -> None:
    folder = copied(make_student(), tmp_path / "other")
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("assistant\n", "assistant\n\n"))
    with pytest.raises(StageError, match="has another chat template than the adapter"):
        answer(Student(model=str(folder)), adapter, [make_chat(1)[:-1]], run)


def test_other_base_weights_than_in_training_are_refused(
    make_student: Make, adapter: Path, run: Run, tmp_path: Path
) -> None:
    folder = copied(make_student(), tmp_path / "other")
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(bytes(weights))
    with pytest.raises(StageError, match="trained on other weights"):
        answer(Student(model=str(folder)), adapter, [make_chat(1)[:-1]], run)


def test_a_system_message_that_training_never_saw_is_said(
    make_student: Make, adapter: Path, run: Run, lines: Lines
) -> None:
    answer(make_student(), adapter, [make_chat(1, system="Another one.")[:-1]], run)
    assert lines.said == ["evaluate: 1 system message(s) here were not in training; answers may suffer"]


@pytest.mark.parametrize("content", [None, "{", json.dumps({"template": "x"})])
def test_a_folder_that_is_no_adapter_is_refused(
    content: str | None, make_student: Make, run: Run, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "synthforge.json").write_text(content)
    with pytest.raises(StageError, match="is no adapter of synthforge"):
        answer(make_student(), tmp_path, [make_chat(1)[:-1]], run)


def test_nothing_is_reported_to_anybody(make_student: Make, adapter: Path, run: Run, monkeypatch: Any) -> None:
    import huggingface_hub.constants as constants

    sent: list[Any] = []
    monkeypatch.setattr("trl.trainer.base_trainer.send_telemetry", lambda *a, **k: sent.append((a, k)))
    answer(make_student(), adapter, [make_chat(1)[:-1]], run)
    assert constants.HF_HUB_DISABLE_TELEMETRY is True
