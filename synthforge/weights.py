"""Models of others, loaded in silence, and known by what their files hold rather than by where they lie."""

import functools
import hashlib
import os
import sys
import warnings
from pathlib import Path
from typing import Any


def quiet() -> None:
    """No telemetry (trl sends some when a trainer is built) and no progress bars of other packages."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Where the hub's client is loaded already, it has read its environment.
    if constants := sys.modules.get("huggingface_hub.constants"):
        vars(constants)["HF_HUB_DISABLE_TELEMETRY"] = True
    # Their use of their own deprecated names (transformers 5.23 with peft 0.21) is nothing a user can act on.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|trl|peft)\.")
    from transformers.utils import logging

    speak: Any = logging
    speak.disable_progress_bar()
    speak.set_verbosity_error()


def folder_hash(folder: Path) -> str:
    """A hash of a model's folder: weights, tokenizer, configuration; '' where there is none."""
    files = sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []
    stats = [(str(file), file.stat()) for file in files]
    return _hash(tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)) if files else ""


@functools.lru_cache(maxsize=8)
def _hash(files: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, _, _ in files:
        with open(name, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:20]
