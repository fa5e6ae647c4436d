"""The tracking family: where a run's settings and results are also sent."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthforge.plugin import Plugin


class Tracker(Plugin, ABC):
    """A sink for finished results; a tracker that fails is reported and never stops a run."""

    @abstractmethod
    def log(self, name: str, group: str, settings: Mapping[str, Any], summary: Mapping[str, Any], folder: Path) -> str:
        """Send one run's settings and summary; returns one line saying where they went ('' for nowhere)."""


class Off(Tracker):
    """The run folder is the only record."""

    def log(self, name: str, group: str, settings: Mapping[str, Any], summary: Mapping[str, Any], folder: Path) -> str:
        return ""
