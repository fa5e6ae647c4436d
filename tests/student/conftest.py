"""What every test of the student shares: a run, chats, and students of each family made once a session."""

from collections.abc import Callable
from pathlib import Path

import pytest

from synthforge.context import Run
from synthforge.records import Message
from synthforge.store import Store
from synthforge.student import Student
from tests.student.tiny import Lines, chat, checkpoint


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Tiny matrices on busy cores: a second thread only waits for the first, ten times as long."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def run(tmp_path: Path, lines: Lines) -> Run:
    return Run(
        seed=7,
        folder=tmp_path / "run",
        cache=tmp_path / "cache",
        roots=[tmp_path],
        store=Store(tmp_path / "store.sqlite"),
        progress=lines,
    )


@pytest.fixture
def chats() -> list[list[Message]]:
    return [chat(number, turns=1 + number % 2) for number in range(8)]


@pytest.fixture(scope="session")
def make_student(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Student]:
    """Saved as the family's own checkpoints are: configuration, weights, tokenizer, chat template."""
    made: dict[str, Path] = {}

    def make(family: str = "qwen3", **settings: object) -> Student:
        if family not in made:
            made[family] = checkpoint(family, tmp_path_factory.mktemp(family))
        return Student(model=str(made[family]), **{"max_new_tokens": 12, **settings})  # type: ignore[arg-type]

    return make
