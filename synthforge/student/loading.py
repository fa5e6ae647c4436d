"""Fetches a student's tokenizer and weights, on the hardware there is, with nothing reported to anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthforge.errors import StageError
from synthforge.student.base import Student
from synthforge.weights import folder_hash, quiet

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Hardware:
    """Where models run. Apple GPUs are not used: the same recipe gives the same weights on any CPU run."""

    device: str
    bf16: bool


def hardware() -> Hardware:
    import torch

    if not torch.cuda.is_available():
        return Hardware("cpu", False)
    return Hardware("cuda:0", torch.cuda.is_bf16_supported())


def threads() -> int:
    """How many CPU threads torch uses: another number can give other last digits, and so another adapter."""
    import torch

    return torch.get_num_threads()


def is_local(student: Student) -> bool:
    return Path(student.path).expanduser().is_dir()


def _location(student: Student, stage: str) -> str:
    path = Path(student.path).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise StageError(stage, f"'{path}' holds no model (config.json is missing)", "point student.model at one")
        return str(path)
    if student.model == "embedded":
        remedy = "reinstall synthforge, or rebuild it with `make embedded-student`"
        raise StageError(stage, f"the embedded student is not there ('{path}')", remedy)
    # A hub id is "name" or "owner/name"; anything else was meant as a folder.
    if student.model.startswith((".", "/", "~")) or student.model.count("/") > 1:
        remedy = "write student.model as a folder, a hub id such as Qwen/Qwen2.5-3B-Instruct, or `embedded`"
        raise StageError(stage, f"the student's folder '{student.model}' does not exist", remedy)
    return student.model


def _fetch(load: Any, student: Student, stage: str, **settings: Any) -> Any:
    quiet()
    location = _location(student, stage)
    try:
        return load(location, local_files_only=is_local(student), **settings)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if is_local(student):
            remedy = "the folder needs what `save_pretrained` writes: config.json, *.safetensors, tokenizer.json"
        else:
            remedy = (
                "without network, download it where there is one (`hf download "
                f"{student.model} --local-dir DIR`) and set student.model=DIR; gated: `hf auth login`"
            )
        raise StageError(stage, f"cannot load the student '{student.model}': {reason}", remedy) from error


def load_tokenizer(student: Student, stage: str) -> "PreTrainedTokenizerBase":
    """The student's tokenizer, with a chat template and a padding token.

    Raises:
        StageError: it cannot be found, or has no chat template (base models).
    """
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = _fetch(AutoTokenizer.from_pretrained, student, stage)
    if not tokenizer.chat_template:
        reason = f"the student '{student.model}' has no chat template, so its deployment format is not defined"
        raise StageError(stage, reason, "take the instruction-tuned variant, or put a chat_template.jinja beside it")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(student: Student, stage: str) -> "PreTrainedModel":
    """The student's weights, on the hardware there is and in the precision it has."""
    from transformers import AutoModelForCausalLM

    machine = hardware()
    loaded = _fetch(AutoModelForCausalLM.from_pretrained, student, stage, dtype=precision(student, machine))
    model: PreTrainedModel = loaded.to(machine.device)
    return model


@contextmanager
def computing(student: Student) -> Iterator[None]:
    """torch with the student's number of threads, and with its own again afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(student.threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def precision(student: Student, machine: Hardware) -> "torch.dtype":
    import torch

    if student.dtype != "auto":
        named: torch.dtype = getattr(torch, student.dtype)
        return named
    return torch.bfloat16 if machine.bf16 else torch.float32


def context(model: "PreTrainedModel") -> int:
    """The most tokens the model can see; no limit where its configuration names none."""
    return getattr(model.config.get_text_config(), "max_position_embeddings", None) or 10**9


def weights_hash(student: Student) -> str:
    """A hash of a local student: weights, tokenizer, template, configuration; '' for a hub id, which names them."""
    return folder_hash(Path(student.path).expanduser())
