"""Runs a trainer to its end, from the last whole checkpoint of a killed run if there is one."""

import csv
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthforge.context import Bar, Run

if TYPE_CHECKING:
    from transformers import TrainerCallback
    from trl.trainer.sft_trainer import SFTTrainer


@contextmanager
def alone(work: Path) -> Iterator[None]:
    """Hold the folder of a training's checkpoints; it is removed once the training has been saved."""
    from filelock import FileLock

    work.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{work}.lock"):
        yield
        shutil.rmtree(work, ignore_errors=True)


def train(trainer: "SFTTrainer", run: Run) -> None:
    """Train to the last step; a resumed run ends with the weights of an uninterrupted one, bit for bit."""
    done = last_checkpoint(Path(str(trainer.args.output_dir)), trainer.args.max_steps)
    if done is not None:
        run.progress.say(f"tune: going on after step {done.name.rpartition('-')[2]} of {trainer.args.max_steps}")
    with run.progress.bar("tune", trainer.args.max_steps) as bar:
        trainer.add_callback(_callback(bar))
        trainer.train(resume_from_checkpoint=str(done) if done else None)


def last_checkpoint(work: Path, steps: int) -> Path | None:
    """The last whole checkpoint before `steps`.

    The trainer writes `trainer_state.json` last, so a checkpoint that has it is whole. One of the last step
    is passed over: to resume a finished training trains a step too many.
    """
    whole: dict[int, Path] = {}
    for folder in work.glob("checkpoint-*"):
        try:
            step = json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))["global_step"]
        except (OSError, ValueError, KeyError):
            continue
        if step < steps:
            whole[step] = folder
    return whole[max(whole)] if whole else None


def _callback(bar: Bar) -> "TrainerCallback":
    from transformers import TrainerCallback

    class Steps(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            bar.advance(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            bar.advance()

    return Steps()


def answers_only() -> "type[SFTTrainer]":
    """trl's trainer with the same loss at a third of the cost on a CPU.

    There trl 1.16 runs the output head over every token, prompts and padding too, and takes its entropy; that is
    two thirds of a small student's time. Here the head runs over the positions where some row has an answer.
    """
    import torch
    from trl.trainer.sft_trainer import SFTTrainer

    class AnswersOnly(SFTTrainer):
        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            next_tokens = inputs["labels"][:, 1:]
            places = (next_tokens != -100).any(0).nonzero().flatten()
            outputs = model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                use_cache=False,
                logits_to_keep=places,
            )
            wanted = next_tokens[:, places].flatten()
            total = torch.nn.functional.cross_entropy(outputs.logits.float().flatten(0, 1), wanted, reduction="sum")
            loss = total / ((wanted != -100).sum() if num_items_in_batch is None else num_items_in_batch)
            return (loss, outputs) if return_outputs else loss

    return AnswersOnly


def losses(history: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The trainer's log, its optimizer steps only."""
    return [entry for entry in history if "loss" in entry]


def write_losses(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """`loss.csv`: one row an optimizer step."""
    names = ("step", "epoch", "loss", "learning_rate", "grad_norm")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(names)
        table.writerows([entry.get(name, "") for name in names] for entry in losses(history))
