"""Where a run speaks to a person: rich bars on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TextIO

from synthforge.context import Bar, Progress

if TYPE_CHECKING:
    from rich.console import Console


def progress() -> Progress:
    """Bars where a person is watching, lines where a file or another program is."""
    return Terminal() if sys.stdout.isatty() else Lines()


class Tally:
    """A count that threads may advance, printed at every tenth of the way, at most once in `pause` s."""

    pause = 1.0

    def __init__(self, stage: str, total: int, stream: TextIO) -> None:
        self.stage, self.total, self.stream = stage, total, stream
        self.count = self._printed = 0
        self._started = self._spoke = time.monotonic()
        self._lock = threading.Lock()

    def advance(self, count: int = 1) -> None:
        with self._lock:
            self.count += count
            now = time.monotonic()
            due = self.count - self._printed >= max(1, self.total // 10) and now - self._spoke >= self.pause
            if due and self.count < self.total:
                self._print(f"{self.stage}: {self.count} of {self.total}")
                self._printed, self._spoke = self.count, now

    def close(self) -> None:
        """A stage that came to its end is told by the pipeline; one that broke off says how far it came."""
        if self.count < self.total:
            seconds = time.monotonic() - self._started
            self._print(f"{self.stage}: {self.count} of {self.total} in {seconds:.1f} s")

    def _print(self, text: str) -> None:
        print(text, file=self.stream, flush=True)


class Lines:
    """Plain lines, for files and other programs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    def say(self, text: str) -> None:
        print(text, file=self.stream, flush=True)

    @contextmanager
    def bar(self, stage: str, total: int) -> Iterator[Bar]:
        tally = Tally(stage, total, self.stream)
        try:
            yield tally
        finally:
            tally.close()


class Terminal:
    """One live line for every stage under way, above it what was said; it goes when the stage is done."""

    def __init__(self, console: "Console | None" = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self.console = console or Console(highlight=False)
        self.bars = Bars(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self._open = 0

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)

    def bar(self, stage: str, total: int) -> AbstractContextManager[Bar]:
        return self._bar(stage, total)

    @contextmanager
    def _bar(self, stage: str, total: int) -> Iterator[Bar]:
        task = self.bars.add_task(stage, total=total)
        self._open += 1
        self.bars.start()
        try:
            yield Step(self, task)
        finally:
            self._open -= 1
            if not self._open:
                self.bars.stop()
                for done in self.bars.task_ids:
                    self.bars.remove_task(done)


class Step:
    """One bar of a terminal."""

    def __init__(self, terminal: Terminal, task: int) -> None:
        self.terminal, self.task = terminal, task

    def advance(self, count: int = 1) -> None:
        from rich.progress import TaskID

        self.terminal.bars.advance(TaskID(self.task), count)
