"""Anthropic's messages, with prompt caching and answers by schema."""

from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from tests.support.asked import Asked, Json, Kind, Refused, Said, closed, texts
from tests.support.instances import Schema

_ERRORS: dict[Kind, str] = {
    "key": "authentication_error",
    "model": "not_found_error",
    "request": "invalid_request_error",
    "context": "invalid_request_error",
    "limit": "rate_limit_error",
    "overloaded": "overloaded_error",
    "missing": "not_found_error",
}

UNSUPPORTED = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems".split()
)
"""Schema keys that the provider refuses in `output_config.format`; its SDK moves them into the description."""

NO_SAMPLING_SINCE = "2026-10-21"
"""The API version from which temperature, top_p and top_k are refused."""


class Anthropic:
    overload = 529

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")

    def read(self, body: Json, headers: Mapping[str, str]) -> Asked:
        _refuse(body, headers)
        most = body["max_tokens"]
        form, name, schema = _wanted(body)
        messages = body["messages"]
        assert isinstance(messages, list) and isinstance(most, int)
        blocks = [*_blocks(body.get("tools")), *_blocks(body.get("system"))]
        for message in messages:
            blocks += _blocks(message.get("content") if isinstance(message, dict) else None)
        shown = [texts(block) for block in blocks]
        marked = [n for n, b in enumerate(blocks, 1) if isinstance(b, dict) and b.get("cache_control")]
        if body.get("cache_control"):  # at the top: everything up to the last block
            marked.append(len(blocks))
        return Asked(
            model=str(body["model"]),
            prompt="\n".join(shown),
            form=form,
            schema=schema,
            name=name,
            max_tokens=most,
            shared="\n".join(shown[: max(marked, default=0)]),
        )

    def reply(self, asked: Asked, said: Said, number: int, batch: bool = False) -> Json:
        content: Json = {"type": "text", "text": said.text}
        stop = {"whole": "end_turn", "cut": "max_tokens", "declined": "refusal"}[said.ending]
        if asked.form == "tool" and said.ending != "declined":
            content = {"type": "tool_use", "id": f"toolu_{number}", "name": asked.name, "input": _input(said)}
            stop = "tool_use" if stop == "end_turn" else stop
        return {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "content": [content],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {
                "input_tokens": asked.input_tokens - said.cache_read - said.cache_written,
                "cache_creation_input_tokens": said.cache_written,
                "cache_read_input_tokens": said.cache_read,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": said.cache_written,
                    "ephemeral_1h_input_tokens": 0,
                },
                "output_tokens": said.output_tokens,
                "service_tier": "batch" if batch else "standard",
            },
        }

    def refusal(self, refused: Refused) -> Json:
        kind = _ERRORS.get(refused.kind, "api_error")
        return {"type": "error", "error": {"type": kind, "message": str(refused)}, "request_id": None}


def models(names: list[str]) -> Json:
    return {"data": [model(name) for name in names], "has_more": False, "first_id": names[0], "last_id": names[-1]}


def model(name: str) -> Json:
    return {"id": name, "type": "model", "display_name": name, "created_at": "2026-01-01T00:00:00Z",
            "lifecycle": "active", "max_input_tokens": 200_000, "max_tokens": 64_000}  # fmt: skip


def _refuse(body: Json, headers: Mapping[str, str]) -> None:
    if body.get("stream"):
        raise Refused(400, "request", "this server does not stream")
    for key in ("model", "max_tokens", "messages"):
        if key not in body:
            raise Refused(400, "request", f"{key}: Field required")
    if headers.get("anthropic-version", "") >= NO_SAMPLING_SINCE:
        for key in ("temperature", "top_p", "top_k"):
            if key in body:
                raise Refused(400, "request", f"{key}: this parameter is not supported")


def _wanted(body: Json) -> tuple[Literal["text", "json", "tool"], str, Schema | None]:
    """In which form the answer is wanted: prose, JSON by a schema, or a call of a tool."""
    tools, choice, config = body.get("tools"), body.get("tool_choice"), body.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    if isinstance(form, dict):
        schema = form.get("schema")
        if why := closed(schema, UNSUPPORTED):
            raise Refused(400, "request", f"output_config.format.schema: {why}")
        return "json", "", schema if isinstance(schema, dict) else None
    if isinstance(tools, list) and tools and not (isinstance(choice, dict) and choice.get("type") == "none"):
        named = choice.get("name") if isinstance(choice, dict) else None
        offered = [tool for tool in tools if isinstance(tool, dict)]
        tool = next((tool for tool in offered if tool.get("name") == named), offered[0])
        schema = tool.get("input_schema")
        return "tool", str(tool["name"]), schema if isinstance(schema, dict) else None
    return "text", "", None


def _input(said: Said) -> JsonValue:
    """A tool's input: always an object; one that was cut has the fields that were finished."""
    if not isinstance(said.value, dict):
        return {}
    return dict(list(said.value.items())[: len(said.value) // 2]) if said.ending == "cut" else said.value


def _blocks(content: JsonValue) -> list[JsonValue]:
    return content if isinstance(content, list) else [] if content is None else [content]
