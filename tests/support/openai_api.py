"""OpenAI's chat completions, as every compatible server speaks them."""

from collections.abc import Mapping
from typing import Literal

from tests.support.asked import Asked, Json, Kind, Refused, Said, closed, texts
from tests.support.instances import Schema

_ERRORS: dict[Kind, tuple[str, str | None]] = {
    "key": ("invalid_request_error", "invalid_api_key"),
    "model": ("invalid_request_error", "model_not_found"),
    "request": ("invalid_request_error", None),
    "context": ("invalid_request_error", "context_length_exceeded"),
    "limit": ("requests", "rate_limit_exceeded"),
    "missing": ("invalid_request_error", None),
}


class OpenAI:
    overload = 503

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("authorization", "").removeprefix("Bearer ")

    def read(self, body: Json, headers: Mapping[str, str]) -> Asked:
        if body.get("stream"):
            raise Refused(400, "request", "this server does not stream")
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise Refused(400, "request", "Missing required parameter: 'messages'.")
        form, name, schema = _wanted(body)
        most = body.get("max_completion_tokens") or body.get("max_tokens")
        return Asked(
            model=str(body.get("model", "")),
            prompt="\n".join(map(texts, messages)),
            form=form,
            schema=schema,
            name=name,
            max_tokens=most if isinstance(most, int) else None,
        )

    def reply(self, asked: Asked, said: Said, number: int, batch: bool = False) -> Json:
        message: Json = {"role": "assistant", "content": said.text, "refusal": None}
        finish = {"whole": "stop", "cut": "length", "declined": "stop"}[said.ending]
        if said.ending == "declined":
            message.update(content=None, refusal=said.text)
        elif asked.form == "tool":
            call: Json = {"name": asked.name, "arguments": said.text}
            message.update(content=None, tool_calls=[{"id": f"call_{number}", "type": "function", "function": call}])
            finish = "tool_calls" if finish == "stop" else finish
        asked_for, wrote = asked.input_tokens, said.output_tokens
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1_800_000_000,
            "model": asked.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {
                "prompt_tokens": asked_for,
                "completion_tokens": wrote,
                "total_tokens": asked_for + wrote,
                "prompt_tokens_details": {"cached_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 0},
            },
        }

    def refusal(self, refused: Refused) -> Json:
        kind, code = _ERRORS.get(refused.kind, ("server_error", None))
        return {"error": {"message": str(refused), "type": kind, "param": None, "code": code}}


def models(names: list[str]) -> Json:
    return {"object": "list", "data": [model(name) for name in names]}


def model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 1_800_000_000, "owned_by": "tests"}


def _wanted(body: Json) -> tuple[Literal["text", "json", "tool"], str, Schema | None]:
    """In which form the answer is wanted: prose, JSON by a schema, or a call of a tool."""
    tools, form = body.get("tools"), body.get("response_format")
    if isinstance(tools, list) and tools and body.get("tool_choice") != "none":
        functions = [t["function"] for t in tools if isinstance(t, dict) and isinstance(t.get("function"), dict)]
        named = _inner(_inner(body, "tool_choice"), "function").get("name")
        function = next((f for f in functions if isinstance(f, dict) and f.get("name") == named), functions[0])
        assert isinstance(function, dict)
        return "tool", str(function["name"]), _strict(_inner(function, "parameters"), function, "function")
    if isinstance(form, dict) and form.get("type") == "json_schema":
        held = _inner(form, "json_schema")
        return "json", str(held.get("name", "")), _strict(_inner(held, "schema"), held, "response_format")
    if isinstance(form, dict) and form.get("type") == "json_object":
        return "json", "", None
    return "text", "", None


def _strict(schema: Schema, held: Json, place: str) -> Schema:
    if held.get("strict") and (why := closed(schema, every=True)):
        raise Refused(400, "request", f"Invalid schema for {place} '{held.get('name')}': {why}")
    return schema


def _inner(held: Json, key: str) -> Json:
    value = held.get(key)
    return value if isinstance(value, dict) else {}
