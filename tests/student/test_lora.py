"""LoRA tuning: nothing is cut, the same data give the same weights, a killed training goes on."""

import csv
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import Message
from synthforge.student import Lora, Student
from synthforge.student import chat as ch
from synthforge.student.loading import load_model, load_tokenizer
from synthforge.student.rows import fit
from synthforge.student.training import last_checkpoint
from tests.student.tiny import Lines
from tests.student.tiny import chat as make_chat

Make = Callable[..., Student]
Chats = list[list[Message]]
SMALL = Lora(r=4, alpha=8, steps=12, batch_size=2, gradient_accumulation=1, learning_rate=5e-3, dropout=0.1)


def weights(folder: Path) -> str:
    return hashlib.sha256((folder / "adapter_model.safetensors").read_bytes()).hexdigest()


def tune(lora: Lora, student: Student, chats: Chats, folder: Path, run: Run) -> Path:
    folder.mkdir(parents=True)
    lora.tune(student, chats, folder, run)
    return folder


@pytest.mark.parametrize("family", ["qwen3_hub", "qwen2_5", "gemma2"])
def test_families_tune_through_the_same_code(
    family: str, make_student: Make, chats: Chats, run: Run, tmp_path: Path
) -> None:
    folder = tune(Lora(r=2, steps=2, batch_size=4), make_student(family), chats, tmp_path / "adapter", run)
    card = json.loads((folder / "synthforge.json").read_text())
    assert (card["rows"], card["refused"], card["steps"]) == (12, 0, 2)
    assert card["end_token"] == ("<end_of_turn>" if family == "gemma2" else "<|im_end|>")
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"]


def test_what_is_left_behind(make_student: Make, chats: Chats, run: Run, lines: Lines, tmp_path: Path) -> None:
    student = make_student()
    lora = Lora(r=4, epochs=5, batch_size=4, gradient_accumulation=1, learning_rate=2e-2)
    folder = tune(lora, student, chats, tmp_path / "adapter", run)
    names = {path.name for path in folder.iterdir()}
    assert {
        "adapter_model.safetensors",
        "adapter_config.json",
        "synthforge.json",
        "loss.csv",
        "tokenizer.json",
    } <= names
    assert names.isdisjoint({"refused.csv", "README.md", "training_args.bin"})
    with (folder / "loss.csv").open() as file:
        history = list(csv.DictReader(file))
    assert [int(entry["step"]) for entry in history] == list(range(1, 16))
    assert float(history[-1]["loss"]) < float(history[0]["loss"]) - 0.3
    assert lines.bars["tune"] == [15, 15]
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] == student.path
    card = json.loads((folder / "synthforge.json").read_text())
    assert card["seed"] == run.seed and card["threads"] == 1 and card["tuner"]["r"] == 4 and card["base_weights"]
    assert not any((run.cache / "training").glob("*/checkpoint-*"))


def test_the_same_data_and_seed_give_the_same_weights(
    make_student: Make, chats: Chats, run: Run, tmp_path: Path
) -> None:
    from dataclasses import replace

    student = make_student()
    first = weights(tune(SMALL, student, chats, tmp_path / "1", run))
    assert weights(tune(SMALL, student, chats, tmp_path / "2", run)) == first
    assert weights(tune(SMALL, student, chats, tmp_path / "3", replace(run, seed=8))) != first


def test_answers_that_do_not_fit_are_refused_and_counted_never_cut(
    make_student: Make, chats: Chats, run: Run, lines: Lines, tmp_path: Path
) -> None:
    long = [*make_chat(1)[:-1], Message(role="assistant", content="so " * 300)]
    lora = Lora(r=2, steps=1, max_length=250)
    folder = tune(lora, make_student(), [chats[0], long, chats[2]], tmp_path / "adapter", run)
    assert (folder / "refused.csv").read_text().splitlines()[1].startswith("1,0,")
    card = json.loads((folder / "synthforge.json").read_text())
    assert (card["rows"], card["refused"]) == (2, 1) and card["longest"] <= 250
    assert any("1 of 3 answers need more than 250 tokens" in line and "not cut" in line for line in lines.said)


def test_without_max_length_only_the_models_own_context_limits(
    make_student: Make, chats: Chats, run: Run, lines: Lines, tmp_path: Path
) -> None:
    long = [*make_chat(1)[:-1], Message(role="assistant", content="x" * 600)]
    tune(Lora(r=2, steps=1), make_student(), [chats[0], long], tmp_path / "adapter", run)
    assert any("need more than 512 tokens" in line for line in lines.said)


def test_nothing_to_train_on(make_student: Make, chats: Chats, run: Run, tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no example is left"):
        tune(Lora(max_length=10), make_student(), chats, tmp_path / "a", run)
    with pytest.raises(StageError, match="no example is left"):
        tune(Lora(), make_student(), [], tmp_path / "b", run)


def test_answers_longer_than_the_student_may_write_are_said(
    make_student: Make, chats: Chats, run: Run, lines: Lines, tmp_path: Path
) -> None:
    tune(Lora(r=2, steps=1), make_student(max_new_tokens=5), chats, tmp_path / "adapter", run)
    assert any("12 of 12 answers are longer than student.max_new_tokens=5" in line for line in lines.said)


@pytest.mark.parametrize("settings", [{"target_modules": ["q_proj", "lm_head"]}, {"r": 0}, {"rank": 8}])
def test_settings_that_cannot_work(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Lora(**settings)


@pytest.mark.parametrize("model", ["/no/such/folder", "./missing", "a/b/c"])
def test_a_missing_folder_says_what_to_write(model: str, run: Run, chats: Chats, tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"does not exist\n  write student.model as"):
        tune(Lora(), Student(model=model), chats, tmp_path / "adapter", run)


def test_a_hub_id_without_network_says_what_to_do(
    run: Run, chats: Chats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(StageError, match=r"(?s)cannot load the student 'nobody/nothing'.*--local-dir DIR"):
        tune(Lora(), Student(model="nobody/nothing"), chats, tmp_path / "adapter", run)


def test_a_model_without_a_chat_template_is_refused(make_student: Make, run: Run, chats: Chats, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(make_student().path, tmp_path / "base")
    (tmp_path / "base" / "chat_template.jinja").unlink()
    with pytest.raises(StageError, match="has no chat template"):
        tune(Lora(), Student(model=str(tmp_path / "base")), chats, tmp_path / "adapter", run)


CHILD = """
import json, os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
import torch
torch.set_num_threads(1)
from tests.student.tiny import Lines, chat
from synthforge.context import Run
from synthforge.store import Store
from synthforge.student import Student
from tests.student.test_lora import SMALL

class Dies(Lines):
    def bar(self, stage, total):
        outer = super().bar(stage, total)
        class Bar:
            def __enter__(self):
                self.inner, self.steps = outer.__enter__(), 0
                return self
            def __exit__(self, *_):
                return None
            def advance(self, by=1):
                self.steps += by
                if self.steps == 8:
                    os.kill(os.getpid(), signal.SIGKILL)
        return Bar()

here = Path({here!r})
run = Run(7, here, here / "cache", [here], Store(here / "store"), Dies())
(here / "killed").mkdir()
chats = [chat(n, turns=1 + n % 2) for n in range(8)]
SMALL.tune(Student(model={model!r}, max_new_tokens=12), chats, here / "killed", run)
"""


def test_a_killed_training_goes_on_and_ends_bit_for_bit_the_same(
    make_student: Make, chats: Chats, run: Run, lines: Lines, tmp_path: Path
) -> None:
    student = make_student()
    code = CHILD.format(root=str(Path(__file__).parents[2]), here=str(tmp_path), model=student.model)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = [path.name for path in (run.cache / "training").glob("*/checkpoint-*")]
    assert left == ["checkpoint-5"]
    resumed = tune(SMALL, student, chats, tmp_path / "resumed", run)
    assert any("going on after step 5 of 12" in line for line in lines.said)
    whole = tune(SMALL, student, chats, tmp_path / "whole", run)
    assert weights(resumed) == weights(whole)
    assert (resumed / "loss.csv").read_text() == (whole / "loss.csv").read_text()


def test_a_checkpoint_of_the_last_step_or_a_half_written_one_is_passed_over(tmp_path: Path) -> None:
    for step, text in (
        (5, '{"global_step": 5}'),
        (10, '{"global_step": 10}'),
        (12, '{"global_step": 12}'),
        (11, '{"gl'),
    ):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(text)
    (tmp_path / "checkpoint-9").mkdir()
    assert last_checkpoint(tmp_path, 12) == tmp_path / "checkpoint-10"
    assert last_checkpoint(tmp_path, 5) is None
    assert last_checkpoint(tmp_path / "none", 5) is None


@pytest.mark.parametrize("family", ["qwen3", "gemma2"])
def test_the_loss_on_a_cpu_is_trls(family: str, make_student: Make, chats: Chats, tmp_path: Path) -> None:
    import torch
    from trl.trainer.sft_trainer import SFTTrainer

    student = make_student(family)
    tokenizer = load_tokenizer(student, "tune")
    rows, _ = fit(tokenizer, chats, ch.end_token(tokenizer, student, "tune"), 10**9)
    trainer = SMALL.trainer(load_model(student, "tune"), tokenizer, rows, tmp_path, 0)
    data: Any = trainer.train_dataset
    batch = trainer.data_collator([data[place] for place in range(5)])
    for tokens in (None, torch.tensor(77)):
        ours = trainer.compute_loss(trainer.model, dict(batch), num_items_in_batch=tokens)
        theirs = SFTTrainer.compute_loss(trainer, trainer.model, dict(batch), num_items_in_batch=tokens)
        assert type(trainer) is not SFTTrainer
        assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
