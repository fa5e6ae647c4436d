"""LoRA tuning through trl, with its silent ways of training on something else made impossible or refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from synthforge.context import Run
from synthforge.records import fingerprint
from synthforge.student import adapter, chat
from synthforge.student.base import Prompt, Student, Tuner
from synthforge.student.loading import (
    Hardware,
    computing,
    context,
    hardware,
    load_model,
    load_tokenizer,
    threads,
    weights_hash,
)
from synthforge.student.proof import prove
from synthforge.student.rows import Row, fit, kept, report
from synthforge.student.training import alone, answers_only, losses, train, write_losses

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PreTrainedTokenizerBase
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

IGNORED = -100
"""The label of tokens that carry no loss."""


class Lora(Tuner):
    """Low-rank adapters on a frozen student. The defaults suit models of 1 to 8 billion parameters."""

    r: int = Field(16, ge=1)
    alpha: float = Field(32, gt=0)
    dropout: float = Field(0.0, ge=0, lt=1)
    target_modules: str | tuple[str, ...] = "all-linear"
    """Which layers get an adapter: all linear ones but the output head, a regular expression, or names."""
    use_rslora: bool = False
    use_dora: bool = False
    learning_rate: float = Field(2e-4, gt=0)
    epochs: float = Field(3, gt=0)
    steps: int | None = Field(None, ge=1)
    """Train for exactly this many optimizer steps, whatever `epochs` says."""
    batch_size: int = Field(8, ge=1)
    """Answers a forward pass."""
    gradient_accumulation: int = Field(2, ge=1)
    """Forward passes an optimizer step."""
    warmup: float = Field(0.05, ge=0, lt=1)
    """Share of the steps with a rising learning rate."""
    scheduler: Literal["cosine", "linear", "constant", "constant_with_warmup"] = "cosine"
    weight_decay: float = Field(0.0, ge=0)
    max_length: int | None = Field(None, ge=8)
    """Most tokens of prompt and answer; longer ones are refused and counted, never cut. Default: what the
    data need."""
    gradient_checkpointing: bool | None = None
    """Less memory for more time; default: on a GPU only."""

    @model_validator(mode="after")
    def _known_to_work(self) -> "Lora":
        names = (self.target_modules,) if isinstance(self.target_modules, str) else self.target_modules
        if any("lm_head" in name for name in names):
            raise ValueError("target_modules: trl cannot train an adapter on 'lm_head'; leave it out")
        return self

    def tune(self, student: Student, chats: Sequence[Prompt], folder: Path, run: Run) -> None:
        with computing(student):
            self._tune(student, chats, folder, run)

    def _tune(self, student: Student, chats: Sequence[Prompt], folder: Path, run: Run) -> None:
        tokenizer = load_tokenizer(student, "tune")
        model = load_model(student, "tune")
        end = chat.end_token(tokenizer, student, "tune")
        room = context(model)
        limit = min(self.max_length or room, room)
        rows, refused = fit(tokenizer, chats, end, limit)
        report(rows, refused, limit, student, folder, run)
        template = chat.template_hash(tokenizer)  # before trl touches the tokenizer

        work = run.cache / "training" / self._key(student, rows, run)
        with alone(work):
            trainer = self.trainer(model, tokenizer, rows, work, run.seed)
            prove(trainer, tokenizer, kept(chats, refused), end)
            train(trainer, run)
            self._save(trainer, tokenizer, folder)
        card = adapter.Card(
            template=template,
            template_settings=dict(chat.TEMPLATE_SETTINGS),
            end_token=str(tokenizer.decode([end])),
            systems=tuple(chat.systems(chats)),
            base_model=student.model,
            base_weights=weights_hash(student),
            tuner=self.identity(),
            seed=run.seed,
            rows=len(rows),
            refused=len(refused),
            longest=max(len(row.prompt) + len(row.answer) for row in rows),
            steps=trainer.state.global_step,
            device=hardware().device,
            threads=threads(),
            versions=adapter.versions(),
        )
        adapter.write(folder, card)
        values = [entry["loss"] for entry in losses(trainer.state.log_history)]
        last = values[-5:]
        fell = f"loss {values[0]:.3f} -> {sum(last) / len(last):.3f}"
        run.progress.say(f"tune: {card.rows} answers, {card.steps} steps, {fell}")

    def trainer(
        self,
        model: Any,
        tokenizer: "PreTrainedTokenizerBase",
        rows: Sequence[Row],
        work: Path,
        seed: int,
    ) -> "SFTTrainer":
        """A trl trainer fed our own tokens and labels, so no chat template is swapped and nothing is cut."""
        from datasets import Dataset  # type: ignore[import-untyped]
        from transformers.trainer_callback import PrinterCallback
        from trl.trainer.sft_trainer import SFTTrainer

        machine = hardware()
        kind: type[SFTTrainer] = SFTTrainer if machine.device != "cpu" else answers_only()
        data = Dataset.from_list(
            [{"input_ids": row.prompt + row.answer, "labels": [IGNORED] * len(row.prompt) + row.answer} for row in rows]
        )
        trainer = kind(
            model=model,
            args=self._arguments(work, seed, len(rows), machine),
            train_dataset=data,
            processing_class=tokenizer,
            peft_config=self._adapter(),
        )
        trainer.remove_callback(PrinterCallback)
        return trainer

    def _adapter(self) -> "LoraConfig":
        from peft import LoraConfig

        targets = self.target_modules if isinstance(self.target_modules, str) else list(self.target_modules)
        return LoraConfig(
            r=self.r,
            lora_alpha=self.alpha,  # type: ignore[arg-type]  # peft divides it by r; a fraction is fine
            lora_dropout=self.dropout,
            target_modules=targets,
            use_rslora=self.use_rslora,
            use_dora=self.use_dora,
            task_type="CAUSAL_LM",
        )

    def _arguments(self, work: Path, seed: int, rows: int, machine: Hardware) -> "SFTConfig":
        from trl.trainer.sft_config import SFTConfig

        gpu = machine.device != "cpu"
        batches = -(-rows // self.batch_size)
        total = self.steps or max(1, round(self.epochs * -(-batches // self.gradient_accumulation)))
        arguments = SFTConfig(
            output_dir=str(work),
            use_cpu=not gpu,  # trl's default, bf16=True, raises on a machine without a GPU
            bf16=machine.bf16,
            fp16=False,
            max_length=None,  # trl would cut at 1024 tokens, answers included, and say nothing
            packing=False,
            activation_checkpointing=self.gradient_checkpointing or (gpu and self.gradient_checkpointing is None),
            per_device_train_batch_size=self.batch_size,
            gradient_accumulation_steps=self.gradient_accumulation,
            max_steps=total,
            train_sampling_strategy="group_by_length",  # a batch of like lengths is hardly padded
            learning_rate=self.learning_rate,
            lr_scheduler_type=self.scheduler,
            warmup_steps=self.warmup,  # below 1 it is a share
            weight_decay=self.weight_decay,
            seed=seed,
            data_seed=seed,
            save_strategy="steps",
            save_steps=max(5, total // 10),
            save_total_limit=2,
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
        )
        # With several GPUs in sight trl refuses to run in one process; one is enough for an adapter.
        arguments._n_gpu = min(arguments.n_gpu, 1)
        return arguments

    def _key(self, student: Student, rows: Sequence[Row], run: Run) -> str:
        """Names the folder of checkpoints: a killed training is only continued by the very same one."""
        tokens = [(row.prompt, row.answer) for row in rows]
        base = (student.model, weights_hash(student), str(student.dtype))
        return fingerprint(self.identity(), base, tokens, run.seed, adapter.versions())

    def _save(self, trainer: "SFTTrainer", tokenizer: "PreTrainedTokenizerBase", folder: Path) -> None:
        model: Any = trainer.accelerator.unwrap_model(trainer.model)
        model.save_pretrained(str(folder), save_embedding_layers=False)
        tokenizer.save_pretrained(str(folder))
        (folder / "README.md").unlink(missing_ok=True)  # peft's model card, empty but for its headings
        write_losses(trainer.state.log_history, folder / "loss.csv")
