"""OpenAI's models, and every server that speaks the same protocol (vLLM, Ollama, gateways)."""

import re
from collections.abc import Mapping
from functools import cache
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from synthforge.errors import StageError
from synthforge.records import Request, Usage
from synthforge.teacher.batches import Batched, Batches
from synthforge.teacher.chat import Api, Call, Json, Received, bound, misfit
from synthforge.teacher.sdk import RETRIES, Structure, counted, reader, schema, tool, unanswered, understood
from synthforge.where import nearest

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

REASONING = re.compile(r"(?:^|/)(?:gpt-[5-9]|o\d)")
"""Models that think before they answer, and take no sampling parameters."""


class OpenAI(Batched):
    """OpenAI's chat completions."""

    api_key_env: str = "OPENAI_API_KEY"

    structure: Structure = "json_schema"
    """How the response model is sent: as the format of the reply, or as a tool that has to be called."""

    temperature: float | None = Field(None, ge=0, le=2)
    """For models that take one; the model's own when not set."""

    top_p: float | None = Field(None, gt=0, le=1)

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    """How much a reasoning model thinks; the model's own when not set."""

    @model_validator(mode="after")
    def _sampling(self) -> "OpenAI":
        if self.base_url is None and REASONING.search(self.model) and self.effort != "none":
            for name in ("temperature", "top_p"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"'{self.model}' takes no {name} while it thinks: remove it. Variety comes from sections, "
                        "personas, scenarios and the questions that an order is told to avoid"
                    )
        return self

    def parameters(self) -> Json:
        return self.model_dump(mode="json", include={"structure", "temperature", "top_p", "effort"})

    def api(self, key: str) -> "OpenAIApi":
        return OpenAIApi(self, key)

    def batches(self, key: str) -> Batches:
        from synthforge.teacher.openai_batches import OpenAIBatches

        return OpenAIBatches(self, key)


class OpenAIApi(Api):
    def __init__(self, teacher: OpenAI, key: str) -> None:
        import openai

        reader("openai", teacher.structure)  # imports instructor: not when others are waiting
        self._teacher = teacher
        self._key = key
        self._errors = (openai.APIError, JSONDecodeError)
        self._client = openai.AsyncOpenAI(
            api_key=key, base_url=teacher.base_url, timeout=teacher.timeout, max_retries=RETRIES,
            # Takes less CPU than the default transport, which at 100 connections is what a run waits for.
            http_client=openai.DefaultAioHttpClient(timeout=teacher.timeout),
        )  # fmt: skip

    def call(self, request: Request) -> Call:
        teacher = self._teacher
        assert request.response is not None
        body: dict[str, Any] = {
            "model": teacher.model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            **_wanted(request.response, teacher.structure),
            # The name that reasoning models insist on; servers of one's own may know the older one alone.
            "max_tokens" if teacher.base_url else "max_completion_tokens": teacher.max_tokens,
        }
        optional = {"temperature": teacher.temperature, "top_p": teacher.top_p, "reasoning_effort": teacher.effort}
        body |= {name: value for name, value in optional.items() if value is not None}
        return Call(body, request.response, bound(body, teacher.max_tokens))

    async def send(self, call: Call) -> Received:
        from openai.types.chat import ChatCompletion

        try:
            # Not `create`: its checking of parameters costs more than everything else that the SDK does.
            answer = await self._client.post("/chat/completions", body=call.body, cast_to=ChatCompletion)
        except self._errors as error:
            raise unanswered(error, self._key) from error
        return read(understood(answer, ChatCompletion, self._key), call.response, self._teacher.structure)

    async def check(self) -> None:
        """Servers list what they serve; one that does not is taken at its word."""
        try:
            listed = await self._client.get("/models", cast_to=object)
        except self._errors as error:
            failure = unanswered(error, self._key)
            if failure.status in (404, 405):
                return
            raise failure from error
        models = understood(listed, dict, self._key).get("data") or []
        names = [str(each.get("id")) for each in models if isinstance(each, dict)]
        model = self._teacher.model
        if names and model not in names:
            raise StageError(
                "generate", f"the server has no model '{model}'{nearest(model, names)}", "correct teacher.model"
            )

    async def close(self) -> None:
        await self._client.close()


@cache
def _wanted(response: type[BaseModel], structure: Structure) -> dict[str, Any]:
    """What says in which form the reply is wanted."""
    if structure == "tools":
        function = tool(response, "openai")
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": function["name"]}},
        }
    form = {"name": response.__name__, "schema": schema(response), "strict": strict(schema(response))}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def strict(schema: Mapping[str, Any]) -> bool:
    """Whether the provider can hold a reply to every detail of the schema: no object leaves anything open."""
    objects = [schema, *schema.get("$defs", {}).values()]
    return all(
        each.get("additionalProperties") is False
        and set(each.get("properties", {})) == set(each.get("required", ()))
        and not any("default" in field for field in each.get("properties", {}).values())
        for each in objects
        if each.get("type") == "object"
    )


def read(answer: "ChatCompletion", response: type[BaseModel], structure: Structure) -> Received:
    """A completion's content, validated by the response model, or why it is no use."""
    from instructor.core.exceptions import IncompleteOutputException, ResponseParsingError

    usage, raw = used(answer), answer.model_dump_json(exclude_unset=True)
    if not answer.choices or answer.choices[0].message is None:
        return Received("unusable", usage, raw, said="the reply holds no choice")
    choice = answer.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return Received(
            "declined", usage, raw, said=choice.message.refusal or "stopped by the provider's content filter"
        )
    try:
        parsed = reader("openai", structure)(answer, response)
    except IncompleteOutputException:
        return Received("unusable", usage, raw, said="the reply breaks off: it is longer than teacher.max_tokens")
    except ValidationError as error:
        return Received("unusable", usage, raw, said=misfit(error))
    except (ResponseParsingError, AssertionError, AttributeError, TypeError) as error:
        return Received("unusable", usage, raw, said=f"the reply holds no {structure}: {error}")
    return Received("whole", usage, raw, content=parsed.model_dump(mode="json", include=set(response.model_fields)))


def used(answer: "ChatCompletion") -> Usage:
    """Nothing where a server does not count, or not all of it."""
    said = answer.usage
    details = getattr(said, "prompt_tokens_details", None)
    return Usage(
        input_tokens=counted(said, "prompt_tokens"),
        cache_read_tokens=counted(details, "cached_tokens"),
        cache_write_tokens=counted(details, "cache_write_tokens"),
        output_tokens=counted(said, "completion_tokens"),
    )
