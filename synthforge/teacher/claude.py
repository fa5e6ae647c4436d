"""Anthropic's models, with replies held to the response model by the provider, and prompts read from its cache."""

import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError, model_validator

from synthforge.errors import StageError
from synthforge.records import Message, Request, Usage
from synthforge.teacher.batches import Batched, Batches
from synthforge.teacher.chat import Api, Call, Json, Received, bound, misfit
from synthforge.teacher.sdk import RETRIES, Structure, counted, reader, schema, tool, unanswered, understood
from synthforge.where import nearest

if TYPE_CHECKING:
    from anthropic.types import Message as Answer

SAMPLING = ("temperature", "top_p", "top_k")
"""Refused by the API since version 2026-10-21 (anthropic SDK 2.12 sends that version)."""

UNFORCED = re.compile(r"claude-(?:(?:opus|sonnet)-5-5|(?:fable|mythos)-5-[12])")
"""Models that refuse a tool that has to be called, since they think before they answer
(platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5, and the pages of the others)."""

UNSUPPORTED = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems".split()
)
"""Schema keywords that structured outputs refuse (platform.claude.com/docs/en/build-with-claude/structured-outputs)."""


class Claude(Batched):
    """Anthropic's messages."""

    api_key_env: str = "ANTHROPIC_API_KEY"

    structure: Structure = "json_schema"
    """How the response model is sent: as the format of the reply, or as a tool that has to be called."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    """How much the model thinks; its own default when not set."""

    cache: bool = True
    """Have the provider keep what prompts begin with, instructions and sections, for five minutes: reading it from
    there costs a tenth or less, writing it a quarter more."""

    @model_validator(mode="before")
    @classmethod
    def _sampling(cls, said: Any) -> Any:
        for name in SAMPLING if isinstance(said, dict) else ():
            if name in said:
                raise ValueError(
                    f"Claude's API takes no {name} any more (since version 2026-10-21): remove it. Variety comes from "
                    "sections, personas, scenarios and the questions that an order is told to avoid"
                )
        return said

    @model_validator(mode="after")
    def _forced(self) -> "Claude":
        if self.structure == "tools" and UNFORCED.search(self.model):
            raise ValueError(f"'{self.model}' refuses a tool that has to be called: say structure: json_schema")
        return self

    def parameters(self) -> Json:
        return self.model_dump(mode="json", include={"structure", "effort"})

    def refuses(self, schema: Mapping[str, Any]) -> str:
        return "; ".join(unsupported(schema)) if self.structure == "json_schema" else ""

    def api(self, key: str) -> "ClaudeApi":
        return ClaudeApi(self, key)

    def batches(self, key: str) -> Batches:
        from synthforge.teacher.claude_batches import ClaudeBatches

        return ClaudeBatches(self, key)


class ClaudeApi(Api):
    def __init__(self, teacher: Claude, key: str) -> None:
        import anthropic

        reader("anthropic", teacher.structure)  # imports instructor: not when others are waiting
        self._teacher = teacher
        self._key = key
        self._errors = (anthropic.APIError, JSONDecodeError)
        self._client = anthropic.AsyncAnthropic(
            api_key=key, base_url=teacher.base_url, timeout=teacher.timeout, max_retries=RETRIES,
            # Takes less CPU than the default transport, which at 100 connections is what a run waits for.
            http_client=anthropic.DefaultAioHttpClient(timeout=teacher.timeout),
        )  # fmt: skip

    def call(self, request: Request) -> Call:
        teacher = self._teacher
        assert request.response is not None
        said = [message for message in request.messages if message.role != "system"]
        body: dict[str, Any] = {
            "model": teacher.model,
            "max_tokens": teacher.max_tokens,
            "system": [block for m in request.messages if m.role == "system" for block in self._blocks(m)],
            "messages": [{"role": m.role, "content": self._blocks(m)} for m in said],
        }
        config: dict[str, Any] = {"effort": teacher.effort} if teacher.effort else {}
        if teacher.structure == "tools":
            called = tool(request.response, "anthropic")
            body |= {"tools": [called], "tool_choice": {"type": "tool", "name": called["name"]}}
        else:
            config["format"] = {"type": "json_schema", "schema": schema(request.response)}
        if config:
            body["output_config"] = config
        return Call(body, request.response, bound(body, teacher.max_tokens))

    def _blocks(self, message: Message) -> list[dict[str, Any]]:
        """A message as text blocks, of which the first, if others share it, is to be kept by the provider."""
        end = message.shared if self._teacher.cache else 0
        kept = {"cache_control": {"type": "ephemeral"}}
        blocks = [{"type": "text", "text": message.content[:end], **kept}] if end else []
        rest = message.content[end:]
        return [*blocks, {"type": "text", "text": rest}] if rest.strip() else blocks

    async def send(self, call: Call) -> Received:
        from anthropic.types import Message as Answer

        try:
            answer = await self._client.post("/v1/messages", body=call.body, cast_to=Answer)
        except self._errors as error:
            raise unanswered(error, self._key) from error
        return read(understood(answer, Answer, self._key), call.response, self._teacher.structure)

    async def check(self) -> None:
        """A server of one's own that lists no models is taken at its word."""
        from anthropic.types import ModelInfo

        model = self._teacher.model
        try:
            understood(await self._client.models.retrieve(model), ModelInfo, self._key)
        except self._errors as error:
            failure = unanswered(error, self._key)
            if failure.status != 404:
                raise failure from error
            if names := await self._names():
                raise StageError(
                    "generate", f"there is no model '{model}'{nearest(model, names)}", "correct teacher.model"
                ) from error

    async def _names(self) -> list[str]:
        try:
            return [model.id async for model in self._client.models.list(limit=1000)]
        except self._errors as error:
            failure = unanswered(error, self._key)
            if failure.status == 404:
                return []
            raise failure from error

    async def close(self) -> None:
        await self._client.close()


def unsupported(schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What structured outputs would refuse in a response model's schema, place by place."""
    here = place or str(schema.get("title", "the reply"))
    for keyword in sorted(UNSUPPORTED & set(schema)):
        yield f"{here} says {keyword}, which structured outputs refuse (check it in a validator of the model)"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield f"{here} allows keys of any name (give its model extra='forbid', and no dict fields)"
    for name, inner in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from unsupported(inner, f"{here}.{name}")
    for name in ("items", "additionalProperties"):
        if isinstance(inner := schema.get(name), Mapping):
            yield from unsupported(inner, here)
    for name in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(name, ()):
            yield from unsupported(inner, here)


def read(answer: "Answer", response: type[BaseModel], structure: Structure) -> Received:
    """A message's content, validated by the response model, or why it is no use."""
    usage, raw = used(answer), answer.model_dump_json(exclude_unset=True)
    if answer.stop_reason == "refusal":
        text = " ".join(block.text for block in answer.content or () if block.type == "text")
        return Received("declined", usage, raw, said=text or "the model refuses this request")
    if answer.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        return Received("unusable", usage, raw, said="the reply breaks off: it is longer than teacher.max_tokens")
    try:
        parsed = _parsed(answer, response, structure)
    except ValidationError as error:
        return Received("unusable", usage, raw, said=misfit(error))
    if parsed is None:
        return Received("unusable", usage, raw, said=f"the reply holds no {structure}")
    return Received("whole", usage, raw, content=parsed.model_dump(mode="json", include=set(response.model_fields)))


def _parsed(answer: "Answer", response: type[BaseModel], structure: Structure) -> BaseModel | None:
    """Blocks are taken by their type: a model that thinks says so first."""
    if structure == "json_schema":  # instructor falls back on prose instructions here
        text = "".join(block.text for block in answer.content or () if block.type == "text")
        return response.model_validate_json(text)
    if not any(block.type == "tool_use" for block in answer.content or ()):
        return None
    return reader("anthropic", structure)(answer, response)


def used(answer: "Answer") -> Usage:
    """All of the prompt is input; the API counts what was read from the cache or written to it apart."""
    said = answer.usage
    read, written = counted(said, "cache_read_input_tokens"), counted(said, "cache_creation_input_tokens")
    return Usage(
        input_tokens=counted(said, "input_tokens") + read + written, cache_read_tokens=read,
        cache_write_tokens=written, output_tokens=counted(said, "output_tokens"),
    )  # fmt: skip
