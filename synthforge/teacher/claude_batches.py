"""Anthropic's Message Batches, which are named by nobody but their own requests."""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from typing import ClassVar

from pydantic import BaseModel

from synthforge.records import Usage
from synthforge.teacher.batches import (
    RECENT,
    UPLOAD,
    Batches,
    Result,
    Standing,
    Trace,
    custom_id,
    no_batches,
    request_of,
)  # fmt: skip
from synthforge.teacher.chat import Call, Json, Received, Unanswered
from synthforge.teacher.claude import ClaudeApi, read, used
from synthforge.teacher.sdk import speaking

FINAL = (
    "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
    "request_too_large",
)  # fmt: skip
"""Errors of a request that will be no others the next time."""


class ClaudeBatches(ClaudeApi, Batches):
    console: ClassVar[str] = "https://platform.claude.com/workspaces/default/batches"

    async def check(self) -> None:
        await super().check()
        try:
            with speaking(self._errors, self._key):
                await self._client.messages.batches.list(limit=1)
        except Unanswered as failure:
            if failure.status in (404, 405):
                raise no_batches(self._teacher, failure.said) from failure
            raise

    async def submit(self, name: str, calls: Mapping[str, Call]) -> str:
        from anthropic.types.messages import MessageBatch

        requests = [{"custom_id": custom_id(name, key), "params": call.body} for key, call in calls.items()]
        with speaking(self._errors, self._key):  # not `create`, which walks every request once more
            batch = await self._client.post(
                "/v1/messages/batches", body={"requests": requests}, cast_to=MessageBatch, options={"timeout": UPLOAD}
            )
        return batch.id

    async def find(self, name: str, count: int, known: Collection[str]) -> Trace | None:
        """What a batch is tells nobody before it has ended; until then it is one of the same size."""
        seen = 0
        with speaking(self._errors, self._key):
            async for batch in self._client.messages.batches.list(limit=100):
                if (seen := seen + 1) > RECENT:
                    break
                if batch.id in known or sum(batch.request_counts.model_dump().values()) != count:
                    continue
                if batch.processing_status != "ended":
                    return Trace(batch.id, sure=False)
                if batch.results_url and any([True async for _ in self.results(batch.id, name)]):
                    return Trace(batch.id, sure=True)
        return None

    async def standing(self, provider: str) -> Standing:
        with speaking(self._errors, self._key):
            batch = await self._client.messages.batches.retrieve(provider)
        counts = batch.request_counts.model_dump(exclude={"processing"})
        return Standing(batch.processing_status == "ended", sum(counts.values()))

    async def results(self, provider: str, name: str) -> AsyncIterator[Result]:
        with speaking(self._errors, self._key):
            lines = await self._client.get(
                f"/v1/messages/batches/{provider}/results", cast_to=bytes, options={"timeout": UPLOAD}
            )
        for line in filter(None, lines.splitlines()):
            told = json.loads(line)
            if key := request_of(told["custom_id"], name):
                yield _result(key, told["result"])

    def read(self, raw: str, response: type[BaseModel]) -> Received:
        from anthropic.types import Message as Answer

        return read(Answer.construct(**json.loads(raw)), response, self._teacher.structure)

    def used(self, raw: str) -> Usage:
        from anthropic.types import Message as Answer

        return used(Answer.construct(**json.loads(raw)))


def _result(key: str, told: Json) -> Result:
    if told["type"] == "succeeded":
        return Result(key, raw=json.dumps(told["message"], ensure_ascii=False))
    if told["type"] != "errored":
        return Result(key, said=f"the request {told['type']} with its batch")
    outer = told.get("error")
    error = outer.get("error") if isinstance(outer, dict) else None
    kind, said = (error.get("type"), error.get("message")) if isinstance(error, dict) else (None, outer)
    return Result(key, said=f"{kind}: {said}", refused=kind in FINAL)
