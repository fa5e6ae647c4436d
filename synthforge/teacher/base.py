"""The teacher family: one request in, one typed reply out."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import Field

from synthforge.plugin import Plugin
from synthforge.records import Reply, Request


class Teacher(Plugin, ABC):
    """Who writes the examples."""

    stand_in: ClassVar[bool] = False
    """True for a teacher that is not meant for production data; the report and the dataset card say so."""

    concurrency: int = Field(16, ge=1)
    """Requests in flight at once; changes how long a run takes, never what comes out."""

    @abstractmethod
    async def ask(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            RowError: no usable reply could be had for this request.
        """

    def asks_as(self) -> dict[str, Any]:
        """The part of the identity that decides replies, for the request key."""
        return {k: v for k, v in self.identity().items() if k != "concurrency"}
