"""OpenAI's Batch: a file of requests goes up, files of answers and of errors come back."""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, ClassVar, Literal

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
from synthforge.teacher.chat import OVERLOADED, TRANSIENT, Call, Received, Unanswered
from synthforge.teacher.openai import OpenAIApi, read, used
from synthforge.teacher.sdk import speaking

ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"

ENDED = ("completed", "expired", "cancelled", "failed")

FULL = "token_limit_exceeded"
"""An account may have so many tokens waiting in batches, and no more."""

NAMED = "synthforge"
"""The key of a batch's metadata under which our name for it stands."""


class OpenAIBatches(OpenAIApi, Batches):
    console: ClassVar[str] = "https://platform.openai.com/batches"

    async def check(self) -> None:
        await super().check()
        try:
            with speaking(self._errors, self._key):
                await self._client.batches.list(limit=1)
        except Unanswered as failure:
            if failure.status in (404, 405):
                raise no_batches(self._teacher, failure.said) from failure
            raise

    async def submit(self, name: str, calls: Mapping[str, Call]) -> str:
        client = self._client.with_options(timeout=UPLOAD)
        with speaking(self._errors, self._key):
            file = await client.files.create(file=(f"{name}.jsonl", _lines(name, calls)), purpose="batch")
            batch = await client.batches.create(
                input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h", metadata={NAMED: name}
            )
        return batch.id

    async def find(self, name: str, count: int, known: Collection[str]) -> Trace | None:
        seen = 0
        with speaking(self._errors, self._key):
            async for batch in self._client.batches.list(limit=100):
                if (batch.metadata or {}).get(NAMED) == name:
                    return Trace(batch.id, sure=True)
                if (seen := seen + 1) >= RECENT:
                    break
        return None

    async def standing(self, provider: str) -> Standing:
        with speaking(self._errors, self._key):
            batch = await self._client.batches.retrieve(provider)
        counts, errors = batch.request_counts, (batch.errors.data if batch.errors else None) or []
        said = "; ".join(filter(None, (error.message for error in errors))) or "the provider does not say why"
        return Standing(
            ended=batch.status in ENDED,
            done=counts.completed + counts.failed if counts else 0,
            failed=said if batch.status == "failed" else "",
            full=any(error.code == FULL for error in errors),
        )

    async def results(self, provider: str, name: str) -> AsyncIterator[Result]:
        client = self._client.with_options(timeout=UPLOAD)
        with speaking(self._errors, self._key):
            batch = await client.batches.retrieve(provider)
            files = [await client.files.content(file) for file in (batch.output_file_id, batch.error_file_id) if file]
        for file in files:
            for line in filter(None, file.content.splitlines()):  # bytes: text would be split within strings
                told = json.loads(line)
                if key := request_of(told["custom_id"], name):
                    yield _result(key, told)

    def read(self, raw: str, response: type[BaseModel]) -> Received:
        from openai.types.chat import ChatCompletion

        return read(ChatCompletion.construct(**json.loads(raw)), response, self._teacher.structure)

    def used(self, raw: str) -> Usage:
        from openai.types.chat import ChatCompletion

        return used(ChatCompletion.construct(**json.loads(raw)))


def _lines(name: str, calls: Mapping[str, Call]) -> bytes:
    lines = (
        {"custom_id": custom_id(name, key), "method": "POST", "url": ENDPOINT, "body": call.body}
        for key, call in calls.items()
    )
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def _result(key: str, told: dict[str, Any]) -> Result:
    answer, error = told.get("response") or {}, told.get("error") or {}
    status, body = answer.get("status_code", 0), answer.get("body") or {}
    if status == 200 and not error:
        return Result(key, raw=json.dumps(body, ensure_ascii=False))
    said = error or body.get("error") or {}
    refused = 400 <= status < 500 and status not in (*OVERLOADED, *TRANSIENT)
    return Result(key, said=f"{status or said.get('code')} {said.get('message')}", refused=refused)
