"""An event loop whose clock is simulated: sleeping takes no time, and equal programs run in equal order.

Time stands still while anything can run and jumps to the next timer when nothing can. A program that waits for
something that no timer will bring is an error here, not a hang.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stuck(AssertionError):
    """Everything waits, and nothing is due."""


class _Clock(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck(f"at {self.now:.3f} s everything waits and nothing is due")
        self.now += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, start: float) -> None:
        self._simulated = _Clock()
        self._simulated.now = start
        super().__init__(self._simulated)

    def time(self) -> float:
        return self._simulated.now


def run(main: Coroutine[Any, Any, T], start: float = 0.0) -> T:
    """`asyncio.run` on simulated time, which begins at `start` (a real loop's begins anywhere)."""
    with asyncio.Runner(loop_factory=lambda: _Loop(start)) as runner:
        return runner.run(main)
