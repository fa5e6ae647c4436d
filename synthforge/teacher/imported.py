"""The imported teacher: drafts that people or other tools wrote, each handed to the order that it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from synthforge.context import Desk
from synthforge.errors import RowError, StageError
from synthforge.records import Reply, Request
from synthforge.teacher.base import Line, Teacher
from synthforge.teacher.drafts import Drafts, citation, misfit, read_drafts
from synthforge.walk import matching

NAMED = 8
"""Lines that were not asked for are named up to here, and counted beyond."""


class Imported(Teacher):
    """Reads drafts from a file and asks nobody; nothing is spent."""

    judges: ClassVar[bool] = False

    path: str = Field(min_length=1)
    """A JSONL file, from the recipe's folder; a line holds a `reply` and what it answers: an `order` by its id, or a
    `template` and a `section` by its citation (with an `edge_case`)."""

    @field_validator("path")
    @classmethod
    def _can_be_read(cls, path: str, info: ValidationInfo) -> str:
        roots: tuple[Path, ...] = (info.context or {}).get("roots") or (Path.cwd(),)
        file = next((file for root in roots for file in matching(path, root)), None)
        if file is None:
            looked = ", ".join(f"'{root}'" for root in roots)
            raise ValueError(f"no file '{path}' (looked from {looked})")
        read_drafts(file)
        return str(file)

    def identity(self) -> dict[str, Any]:
        """The drafts themselves, wherever their file is."""
        return {**super().identity(), "path": self._file().hash}

    async def ask(self, request: Request) -> Reply:
        file = self._file()
        return answered(request, file, file.line(request))

    @asynccontextmanager
    async def open(self, desk: Desk) -> AsyncIterator[Line]:
        """Nothing is stored, since nothing was paid; at the end it is told which drafts were not asked for."""
        hands = Hands(self._file())
        yield hands
        if unused := hands.unused():
            desk.say(unused)

    def _file(self) -> Drafts:
        try:
            return read_drafts(Path(self.path))
        except ValueError as error:  # it was right when the recipe was read
            raise StageError("generate", str(error), "put it right and run again: finished stages are kept") from error


class Hands:
    """Hands a file's drafts out, and knows which it still holds."""

    def __init__(self, file: Drafts) -> None:
        self._file = file
        self._used: set[int] = set()
        self._stopped: StageError | None = None

    async def ask(self, key: str, request: Request) -> Reply:
        if self._stopped is not None:
            raise self._stopped
        line = self._file.line(request)
        self._used |= {line} if line is not None else set()
        return answered(request, self._file, line)

    def stop(self, reason: str, remedy: str) -> None:
        self._stopped = self._stopped or StageError("generate", reason, remedy)

    def unused(self) -> str:
        """Which drafts no order has asked for; '' when all were."""
        left = {line: row for line, row in self._file.rows.items() if line not in self._used}
        named = "; ".join(f"line {line}: {row}" for line, row in list(left.items())[:NAMED])
        more = f"; and {len(left) - NAMED} more" if len(left) > NAMED else ""
        answer = f"{len(self._file.rows) - len(left)} of {len(self._file.rows)} drafts in '{self._file.name}'"
        return f"{answer} answer an order of this stage; no order is for {named}{more}" if left else ""


def answered(request: Request, file: Drafts, line: int | None) -> Reply:
    """The draft of a line, as the reply to a request.

    Raises:
        RowError: there is none, or it does not fit the response model.
    """
    order = request.order
    if line is None:
        case = f" as {order.edge_case}" if order.edge_case != "none" else ""
        asked = f"{order.template} on '{citation(request)}'{case}"
        raise RowError("reply.missing", f"'{file.name}' has no draft for order {order.id}, {asked}")
    said = file.rows[line].reply
    # A conversation is asked for message by message: the user's, its answer, the user's next one.
    step = 2 * len(request.turns) + bool(request.question)
    contents = said if isinstance(said, list) else [said]
    if step >= len(contents):
        raise RowError(
            "reply.missing", f"'{file.name}', line {line} has {len(contents)} replies; a further is asked for"
        )
    if request.response is not None:
        try:
            request.response.model_validate(contents[step])
        except ValidationError as error:
            raise RowError("reply.schema", f"'{file.name}', line {line}: {misfit(error)}") from error
    return Reply(content=contents[step])
