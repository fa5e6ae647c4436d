"""Places on a PDF page: boxes, the page as it is shown, and text that does not stand upright."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


class Frame(NamedTuple):
    """A page as shown: its lower left corner in the file's own coordinates, size and quarter turns to the right."""

    left: float
    bottom: float
    width: float
    height: float
    turns: int = 0

    @property
    def shown_height(self) -> float:
        return self.width if self.turns % 2 else self.height

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        left, right, bottom, top = left - self.left, right - self.left, bottom - self.bottom, top - self.bottom
        match self.turns:
            case 1:
                return bottom, self.width - right, top, self.width - left
            case 2:
                return self.width - right, self.height - top, self.width - left, self.height - bottom
            case 3:
                return self.height - top, left, self.height - bottom, right
        return left, bottom, right, top


_UPRIGHT: dict[int, Callable[[Box], Box]] = {
    1: lambda box: (box[1], -box[2], box[3], -box[0]),
    2: lambda box: (-box[2], -box[3], -box[0], -box[1]),
    3: lambda box: (-box[3], box[0], -box[1], box[2]),
}


def along(box: Box, quarter: int) -> Box:
    """The box turned so that letters which stand so many quarter turns to the left stand upright."""
    return _UPRIGHT[quarter](box) if quarter in _UPRIGHT else box


def union(boxes: Sequence[Box]) -> Box:
    if len(boxes) == 1:
        return boxes[0]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
