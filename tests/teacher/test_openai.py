"""OpenAI's chat completions as they are sent, to OpenAI itself and to servers that speak its protocol."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.pipeline.generate import request
from synthforge.teacher import OpenAI
from synthforge.teacher.openai import OpenAIApi, strict, used
from synthforge.templates import CitedAnswer
from synthforge.templates.drafts import AnswerDraft
from tests.support.http import Answer, Call, as_json
from tests.support.listening import MODEL_CALLS, listening
from tests.teacher.asking import QUOTING, RATE, fates, openai, orders, room, rows, through_tools, written
from tests.teacher.test_claude import drafts


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")


def sent(folder: Path, at: Any = openai, **settings: Any) -> dict[str, Any]:
    """The body of one request."""
    with listening(answers=QUOTING) as heard:
        assert fates(written(at(heard.url, **settings), 1, room(folder))) == ["kept"]
        [body] = heard.bodies()
        assert {call.headers["authorization"] for call in heard.calls} == {"Bearer sk-any"}
    return body


def test_what_is_sent(tmp_path: Path) -> None:
    body = sent(tmp_path, effort="low")
    asked = CitedAnswer().ask(orders(1)[0], (), room(tmp_path / "x"))
    assert asked is not None
    form = {"name": "AnswerDraft", "schema": AnswerDraft.model_json_schema(), "strict": True}
    assert body == {
        "model": "small-model",
        "messages": [{"role": message.role, "content": message.content} for message in asked.messages],
        "max_tokens": 1000,
        "reasoning_effort": "low",
        "response_format": {"type": "json_schema", "json_schema": form},
    }


def test_what_is_sampled_is_sent_only_when_it_is_said(tmp_path: Path) -> None:
    body = sent(tmp_path, temperature=0.7, top_p=0.9)
    assert (body["temperature"], body["top_p"]) == (0.7, 0.9)
    assert not {"temperature", "top_p", "reasoning_effort"} & set(sent(tmp_path / "plain"))


def test_room_for_a_reply_has_the_name_that_the_server_knows(tmp_path: Path) -> None:
    """A server of one's own may know the older name alone; OpenAI's models insist on the newer."""
    asked = request(orders(1)[0], CitedAnswer(), room(tmp_path))
    its_own, elsewhere = OpenAI(model="gpt-6.2-sol"), OpenAI(model="m", base_url="http://127.0.0.1:9/v1")
    for teacher, name, other in (
        (its_own, "max_completion_tokens", "max_tokens"), (elsewhere, "max_tokens", "max_completion_tokens"),
    ):  # fmt: skip
        body = OpenAIApi(teacher, "sk-any").call(asked).body
        assert body[name] == 8000 and other not in body


def test_a_response_model_as_a_tool_that_has_to_be_called(tmp_path: Path) -> None:
    body = sent(tmp_path, through_tools(openai))
    assert "response_format" not in body
    assert body["tool_choice"] == {"type": "function", "function": {"name": "AnswerDraft"}}
    [called] = body["tools"]
    schema = called["function"]["parameters"]
    assert schema["properties"] == AnswerDraft.model_json_schema()["properties"]


class Open(BaseModel):
    note: str


class Closed(BaseModel, extra="forbid"):
    note: str


class Spare(Closed):
    more: str = ""


class Nesting(Closed):
    notes: list[Spare]


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.__name__)
def test_every_packaged_response_model_is_held_to_its_letter(draft: type[BaseModel]) -> None:
    assert strict(draft.model_json_schema())


def test_what_leaves_something_open_is_sent_as_a_guide() -> None:
    assert strict(Closed.model_json_schema())
    assert not any(strict(each.model_json_schema()) for each in (Open, Spare, Nesting))


def test_tokens_from_the_provider_s_cache_are_counted_and_priced_apart(tmp_path: Path) -> None:
    from openai.types.chat import ChatCompletion

    counts = {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950,
              "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 200}}  # fmt: skip
    usage = used(ChatCompletion.construct(usage=None))
    assert usage.input_tokens == 0
    message = {"role": "assistant", "content": None, "refusal": "No."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": counts}

    def first(call: Call) -> Answer | None:
        return as_json(whole) if call.path in MODEL_CALLS else None

    run = room(tmp_path)
    desk = run.desk("generate")
    with listening(first) as heard:
        assert fates(written(openai(heard.url), 1, run, desk)) == ["reply.refused"]
    usage = desk.ledger.usage
    assert (usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens) == (900, 600, 200)
    assert usage.cost_usd == pytest.approx((100 * 2 + 600 * 0.2 + 200 * 2.5 + 50 * 10) / 1e6)


def test_a_server_that_counts_nothing_may_have_charged_the_worst(tmp_path: Path) -> None:
    message = {"role": "assistant", "content": None, "refusal": "No."}
    whole = {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}

    def first(call: Call) -> Answer | None:
        return as_json(whole) if call.path in MODEL_CALLS else None

    run = room(tmp_path)
    with listening(first) as heard:
        written(openai(heard.url), 1, run)
    [(_, ending, cost)] = rows(run)
    assert ending == "declined" and cost > 1000 * RATE.output / 1e6


def test_a_content_filter_is_the_provider_s_no(tmp_path: Path) -> None:
    message = {"role": "assistant", "content": "I", "refusal": None}
    whole = {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "content_filter"}]}

    def first(call: Call) -> Answer | None:
        return as_json(whole) if call.path in MODEL_CALLS else None

    with listening(first) as heard:
        [example] = written(openai(heard.url), 1, room(tmp_path))
    assert example.cause and example.cause.reason == "stopped by the provider's content filter"


# Before anything is asked


@pytest.mark.parametrize("name", ["temperature", "top_p"])
@pytest.mark.parametrize("model", ["gpt-6.2-sol", "gpt-5", "o3-mini", "openai/gpt-6-luna"])
def test_a_thinking_model_takes_no_sampling(name: str, model: str) -> None:
    said = ["teacher=openai", f"teacher.model={model}", f"teacher.{name}=0.5"]
    with pytest.raises(RecipeError, match=f"'{model}' takes no {name} while it thinks: remove it"):
        load("quickstart", said)
    load("quickstart", [*said, "teacher.effort=none"])


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "our-70b"])
def test_other_models_and_servers_do(model: str) -> None:
    load("quickstart", ["teacher=openai", f"teacher.model={model}", "teacher.temperature=0.5"])
    load("quickstart", ["teacher=server", "teacher.model=gpt-oss-120b", "teacher.temperature=0.5"])


def test_a_budget_needs_a_price() -> None:
    said = ["teacher=openai", "teacher.model=gpt-4.1-mini", "budget_usd=5"]
    with pytest.raises(RecipeError, match=r"does not know its model.*teacher\.rate"):
        load("quickstart", said)
    load("quickstart", [*said, "teacher.rate={input: 1, output: 5}"])
