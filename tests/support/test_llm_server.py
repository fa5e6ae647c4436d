"""The loopback server, driven by the SDK clients that the teachers use."""

import asyncio
import json
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import anthropic
import httpx2
import instructor
import openai
import pytest
from anthropic import Anthropic, AsyncAnthropic
from anthropic.types.messages.batch_create_params import Request as BatchRequest
from instructor.core.exceptions import InstructorRetryException
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel, Field, ValidationError

from tests.support.faults import Faults
from tests.support.llm_server import Running, running

MODEL = "small-model"


class Claim(BaseModel):
    text: str
    section: str


class Answer(BaseModel):
    question: str
    difficulty: Literal["easy", "medium", "hard"]
    claims: list[Claim] = Field(min_length=1, max_length=3)


TOOL = {"name": "Answer", "description": "The answer.", "input_schema": Answer.model_json_schema()}
FUNCTION = {"type": "function", "function": {"name": "Answer", "parameters": Answer.model_json_schema()}}


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def server(process: Running) -> Running:
    """The module's server, as if it had just been started."""
    process.renew()
    return process


@cache  # to make one takes a tenth of a second
def openai_client(server: Running, key: str = "key") -> OpenAI:
    return OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0, timeout=5)


@cache
def anthropic_client(server: Running, key: str = "key") -> Anthropic:
    return Anthropic(base_url=server.url, api_key=key, max_retries=0, timeout=5)


def say(server: Running, text: str = "Write.", **more: object) -> openai.types.chat.ChatCompletion:
    messages = [{"role": "user", "content": text}]
    return openai_client(server).chat.completions.create(model=MODEL, messages=messages, **more)  # type: ignore[call-overload,no-any-return]


# OpenAI


def test_openai_answers_in_prose_with_usage(server: Running) -> None:
    reply = say(server, "x" * 400)
    assert reply.choices[0].finish_reason == "stop" and reply.choices[0].message.content
    assert reply.usage is not None
    assert reply.usage.prompt_tokens == 100
    assert reply.usage.total_tokens == 100 + reply.usage.completion_tokens
    assert say(server, "x" * 400).choices[0].message.content == reply.choices[0].message.content
    assert say(server, "y" * 400).choices[0].message.content != reply.choices[0].message.content


@pytest.mark.parametrize("strict", [False, True])
def test_openai_calls_the_tool_by_its_schema(server: Running, strict: bool) -> None:
    tool = openai.pydantic_function_tool(Answer) if strict else FUNCTION
    choice = {"type": "function", "function": {"name": "Answer"}}
    message = say(server, tools=[tool], tool_choice=choice).choices[0].message
    assert message.tool_calls is not None
    call = message.tool_calls[0]
    assert call.type == "function" and call.function.name == "Answer"
    Answer.model_validate_json(call.function.arguments)


def test_openai_parses_a_response_format(server: Running) -> None:
    messages = [{"role": "user", "content": "Write."}]
    reply = openai_client(server).chat.completions.parse(model=MODEL, messages=messages, response_format=Answer)  # type: ignore[arg-type]
    assert isinstance(reply.choices[0].message.parsed, Answer)


def test_openai_refuses_a_strict_schema_that_is_not_closed(server: Running) -> None:
    open_schema = {"name": "Answer", "strict": True, "schema": Answer.model_json_schema()}
    with pytest.raises(openai.BadRequestError, match="'additionalProperties' is required to be supplied"):
        say(server, response_format={"type": "json_schema", "json_schema": open_schema})
    say(server, response_format={"type": "json_schema", "json_schema": {**open_schema, "strict": False}})


def test_openai_lists_models(server: Running) -> None:
    client = openai_client(server)
    assert [model.id for model in client.models.list()] == ["small-model", "large-model"]
    assert client.models.retrieve("large-model").id == "large-model"


# Anthropic


def create(server: Running, **more: object) -> anthropic.types.Message:
    asked = {"model": MODEL, "max_tokens": 1000, "messages": [{"role": "user", "content": "Write."}], **more}
    return anthropic_client(server).messages.create(**asked)  # type: ignore[call-overload,no-any-return]


def test_anthropic_calls_the_tool_by_its_schema(server: Running) -> None:
    reply = create(server, tools=[TOOL], tool_choice={"type": "tool", "name": "Answer"}, system="You write.")
    (block,) = reply.content
    assert reply.stop_reason == "tool_use" and block.type == "tool_use"
    Answer.model_validate(block.input)
    assert reply.usage.output_tokens > 10


def test_anthropic_parses_an_output_format(server: Running) -> None:
    reply = anthropic_client(server).messages.parse(
        model=MODEL, max_tokens=1000, messages=[{"role": "user", "content": "Write."}], output_format=Answer
    )
    assert isinstance(reply.parsed_output, Answer)


def test_anthropic_refuses_what_it_does_not_support(server: Running) -> None:
    class Bounded(BaseModel, extra="forbid"):
        count: int = Field(ge=1)

    form = {"type": "json_schema", "schema": Bounded.model_json_schema()}
    with pytest.raises(anthropic.BadRequestError, match="'integer' type, property 'minimum' is not supported"):
        create(server, output_config={"format": form})
    with pytest.raises(anthropic.BadRequestError, match="temperature"):
        create(server, extra_body={"temperature": 0.5})


def test_anthropic_caches_a_marked_prefix_once_it_has_been_answered(server: Running) -> None:
    def ask(question: str) -> anthropic.types.Usage:
        system = [{"type": "text", "text": "rule " * 1000, "cache_control": {"type": "ephemeral"}}]
        return create(server, system=system, messages=[{"role": "user", "content": question}]).usage

    first, second = ask("One?"), ask("Two?")
    assert (first.cache_creation_input_tokens, first.cache_read_input_tokens) == (1250, 0)
    assert (second.cache_creation_input_tokens, second.cache_read_input_tokens) == (0, 1250)
    assert second.input_tokens < 10
    short = create(server, system=[{"type": "text", "text": "Hi.", "cache_control": {"type": "ephemeral"}}]).usage
    assert (short.cache_creation_input_tokens, short.cache_read_input_tokens) == (0, 0)


def test_anthropic_counts_tokens_and_lists_models(server: Running) -> None:
    client = anthropic_client(server)
    counted = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "x" * 40}])
    assert counted.input_tokens == 10
    assert [model.id for model in client.models.list()] == ["small-model", "large-model"]
    assert client.models.retrieve(MODEL).lifecycle == "active"


def test_an_answer_that_does_not_fit_max_tokens_breaks_off_there(server: Running) -> None:
    reply = create(server, max_tokens=2)
    (block,) = reply.content
    assert reply.stop_reason == "max_tokens" and block.type == "text" and len(block.text) == 8


# Instructor


def test_instructor_gets_its_response_model_from_both(server: Running) -> None:
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": "Write."}], "response_model": Answer}
    asked |= {"model": MODEL, "max_tokens": 1000}
    by_openai = instructor.from_openai(openai_client(server)).chat.completions.create(**asked)
    by_anthropic = instructor.from_anthropic(anthropic_client(server)).messages.create(**asked)
    assert isinstance(by_openai, Answer) and isinstance(by_anthropic, Answer)


def test_instructor_asks_again_in_other_words(server: Running) -> None:
    """Its second request repeats the useless answer, so it is another request and draws its own fault."""
    server.set(schema=1.0)
    client = instructor.from_openai(openai_client(server))
    with pytest.raises(InstructorRetryException):
        client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Write."}], response_model=Answer, max_retries=2
        )
    stats = server.stats()
    assert (stats["requests"], stats["faults"], stats["good"]) == (3, {"schema": 3}, 0)


# What cannot be asked


def test_wrong_keys_models_and_sizes_are_refused_in_the_provider_s_words(server: Running) -> None:
    server.set(keys="good,better", context=1000)
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        say(server)
    with pytest.raises(anthropic.AuthenticationError, match="authentication_error"):
        create(server)
    openai_good, anthropic_good = openai_client(server, "good"), anthropic_client(server, "better")
    question = [{"role": "user", "content": "word " * 1000}]
    with pytest.raises(openai.NotFoundError, match="'absent' does not exist"):
        openai_good.chat.completions.create(model="absent", messages=question)  # type: ignore[arg-type]
    with pytest.raises(openai.BadRequestError, match="context_length_exceeded"):
        openai_good.chat.completions.create(model=MODEL, messages=question)  # type: ignore[arg-type]
    with pytest.raises(anthropic.NotFoundError, match="not_found_error"):
        anthropic_good.messages.create(model="absent", max_tokens=9, messages=question)  # type: ignore[arg-type]
    with pytest.raises(anthropic.BadRequestError, match="prompt is too long: 1250 tokens > 1000 maximum"):
        anthropic_good.messages.create(model=MODEL, max_tokens=9, messages=question)  # type: ignore[arg-type]
    assert server.stats()["by_key"] == {"good": 2, "better": 2}


# Faults


def test_each_request_meets_the_fault_that_is_drawn_for_it_and_for_how_often_it_was_asked(server: Running) -> None:
    """The same in every run, order and connection; asking again draws again."""
    rates = {"rate429": 0.2, "rate500": 0.2, "rate503": 0.1, "rate529": 0.1, "seed": 5}

    def statuses(order: list[int]) -> dict[int, list[int]]:
        server.renew(**rates)
        found: dict[int, list[int]] = {number: [] for number in order}
        for number in order * 3:
            try:
                say(server, f"Question {number}")
                found[number].append(200)
            except openai.APIStatusError as error:
                found[number].append(error.status_code)
        return found

    forwards = statuses(list(range(30)))
    assert statuses(list(reversed(range(30)))) == forwards
    assert {status for each in forwards.values() for status in each} == {200, 429, 500, 503, 529}
    drawn = [status for each in forwards.values() for status in each if status != 200]
    assert sum(server.stats()["faults"].values()) == len(drawn)  # type: ignore[union-attr,arg-type]


def test_rates_are_kept(server: Running) -> None:
    faults = Faults(rate429=0.1, rate500=0.05, cut=0.1)
    drawn = [faults.drawn(number.to_bytes(8), 0) for number in range(20_000)]
    shares = {kind: drawn.count(kind) / len(drawn) for kind in ("429", "500", "cut", "none")}
    assert shares == pytest.approx({"429": 0.1, "500": 0.05, "cut": 0.1, "none": 0.75}, abs=0.01)


def test_429_says_when_to_come_back(server: Running) -> None:
    server.set(rate429=1.0, retry_after=2)
    with pytest.raises(openai.RateLimitError) as plain:
        say(server)
    assert plain.value.response.headers["retry-after"] == "2"
    assert "retry-after-ms" not in plain.value.response.headers
    server.set(retry_after=0.25, retry_after_ms=True)
    with pytest.raises(anthropic.RateLimitError) as precise:
        create(server)
    assert precise.value.response.headers["retry-after"] == "1"
    assert precise.value.response.headers["retry-after-ms"] == "250"


def test_overloads_have_their_status(server: Running) -> None:
    server.set(rate503=1.0)
    with pytest.raises(openai.InternalServerError) as unavailable:
        say(server)
    assert unavailable.value.status_code == 503
    server.set(rate503=0.0, rate529=1.0)
    with pytest.raises(anthropic.OverloadedError, match="overloaded_error"):
        create(server)


def test_cut_json_says_that_it_was_cut(server: Running) -> None:
    server.set(cut=1.0)
    choice = say(server, tools=[FUNCTION]).choices[0]
    assert choice.finish_reason == "length" and choice.message.tool_calls is not None
    assert choice.message.tool_calls[0].type == "function"
    with pytest.raises(json.JSONDecodeError):
        json.loads(choice.message.tool_calls[0].function.arguments)
    reply = create(server, tools=[TOOL], tool_choice={"type": "tool", "name": "Answer"})
    (block,) = reply.content
    assert reply.stop_reason == "max_tokens" and block.type == "tool_use"
    with pytest.raises(ValidationError):
        Answer.model_validate(block.input)


def test_a_schema_violation_is_whole_json(server: Running) -> None:
    server.set(schema=1.0)
    choice = say(server, tools=[FUNCTION]).choices[0]
    assert choice.finish_reason == "tool_calls" and choice.message.tool_calls is not None
    assert choice.message.tool_calls[0].type == "function"
    with pytest.raises(ValidationError):
        Answer.model_validate(json.loads(choice.message.tool_calls[0].function.arguments))


def test_a_refusal_of_the_model_has_its_own_place(server: Running) -> None:
    server.set(declined=1.0)
    assert say(server, tools=[FUNCTION]).choices[0].message.refusal
    assert create(server).stop_reason == "refusal"


def test_a_reset_breaks_the_connection(server: Running) -> None:
    server.set(reset=1.0)
    with pytest.raises(openai.APIConnectionError):
        say(server)


def test_a_stall_never_answers_and_is_seen_to_be_left(server: Running) -> None:
    server.set(stall=1.0)
    with pytest.raises(openai.APITimeoutError):
        openai_client(server).with_options(timeout=0.2).chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Write."}]
        )
    while server.stats()["in_flight"]:
        time.sleep(0.01)
    assert server.stats()["abandoned"] == 1


def test_a_slow_body_arrives_whole(server: Running) -> None:
    server.set(slow=1.0, slow_seconds=0.2)
    begun = time.monotonic()
    assert say(server).choices[0].message.content
    assert time.monotonic() - begun >= 0.15
    assert server.stats()["good"] == 1


# Limits


def ask_many(server: Running, count: int, **options: object) -> list[int]:
    """Statuses of that many requests at once."""

    async def main() -> list[int]:
        async with httpx2.AsyncClient(base_url=server.url, limits=httpx2.Limits(max_connections=100)) as client:

            async def one(number: int) -> int:
                message = {"role": "user", "content": f"Question {number}"}
                body = {"model": MODEL, "messages": [message], **options}
                headers = {"authorization": "Bearer key"}
                return (await client.post("/v1/chat/completions", json=body, headers=headers)).status_code

            return await asyncio.gather(*map(one, range(count)))

    return asyncio.run(main())


@pytest.mark.parametrize("limiter", ["bucket", "window"])
def test_so_many_requests_a_second(server: Running, limiter: str) -> None:
    server.set(limit=5, limiter=limiter)
    statuses = ask_many(server, 30)
    assert 5 <= statuses.count(200) <= 10 and set(statuses) == {200, 429}
    assert server.stats()["limited"] == statuses.count(429)


def test_so_many_input_tokens_a_minute(server: Running) -> None:
    server.set(tokens_per_minute=8)
    say(server, "x" * 32)
    with pytest.raises(openai.RateLimitError) as refused:
        say(server, "y" * 32)
    assert 55 <= int(refused.value.response.headers["retry-after"]) <= 60


def test_so_many_at_once(server: Running) -> None:
    server.set(capacity=4, latency=0.3)
    statuses = ask_many(server, 10)
    assert (statuses.count(200), statuses.count(503)) == (4, 6)


# Stats


def test_what_was_asked_is_told_and_forgotten(server: Running) -> None:
    server.set(latency=0.1)
    ask_many(server, 20)
    say(server, "Question 1")
    stats = server.stats()
    assert (stats["requests"], stats["good"], stats["repeated"]) == (21, 21, 1)
    assert stats["most_in_flight"] == 20 and stats["in_flight"] == 0
    assert stats["statuses"] == {"200": 21}
    assert stats["latency"] == pytest.approx(2.1)
    server.forget()
    assert server.stats()["requests"] == 0


def test_answers_of_a_test_s_own() -> None:
    with running(answers="tests.support.model:echo") as server:
        assert say(server, "hello").choices[0].message.content == "hello"


def test_answers_from_a_file(server: Running, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    path.write_text('{"contains": "weather", "answer": "Rain."}\n{"contains": "", "answer": {"question": "?"}}\n')
    server.set(answers=str(path))
    assert say(server, "How is the weather?").choices[0].message.content == "Rain."
    assert say(server, "Else?").choices[0].message.content == '{"question": "?"}'


# Batches


def item(number: int) -> dict[str, object]:
    return {"model": MODEL, "max_tokens": 500, "messages": [{"role": "user", "content": f"Question {number}"}]}


def test_an_anthropic_batch_takes_its_time_and_says_what_single_requests_say(server: Running) -> None:
    server.set(batch_seconds=0.3)
    client = anthropic_client(server)
    requests = [BatchRequest(custom_id=f"item-{n}", params=item(n)) for n in range(20)]  # type: ignore[typeddict-item]
    batch = client.messages.batches.create(requests=requests)
    assert batch.processing_status == "in_progress" and batch.request_counts.processing == 20
    with pytest.raises(anthropic.AnthropicError):
        client.messages.batches.results(batch.id)
    while client.messages.batches.retrieve(batch.id).processing_status != "ended":
        time.sleep(0.05)
    results = {result.custom_id: result.result for result in client.messages.batches.results(batch.id)}
    assert set(results) == {f"item-{n}" for n in range(20)}
    third = results["item-3"]
    assert third.type == "succeeded" and third.message.usage.service_tier == "batch"
    assert third.message.content == client.messages.create(**item(3)).content  # type: ignore[call-overload]
    assert [each.id for each in client.messages.batches.list()] == [batch.id]
    assert (server.stats()["batches"], server.stats()["batched"]) == (1, 20)


def test_an_anthropic_batch_has_items_that_fail_expire_and_are_cancelled(server: Running) -> None:
    server.set(batch_seconds=0.0, rate500=0.3, stall=0.2)
    client = anthropic_client(server)
    requests = [BatchRequest(custom_id=f"item-{n}", params=item(n)) for n in range(50)]  # type: ignore[typeddict-item]
    batch = client.messages.batches.create(requests=requests)
    counts = client.messages.batches.retrieve(batch.id).request_counts
    results = [result.result.type for result in client.messages.batches.results(batch.id)]
    assert min(counts.errored, counts.expired, counts.succeeded) > 0
    assert (results.count("errored"), results.count("expired")) == (counts.errored, counts.expired)
    server.set(batch_seconds=60.0)
    long = client.messages.batches.create(requests=requests)
    assert client.messages.batches.cancel(long.id).processing_status == "canceling"
    assert client.messages.batches.retrieve(long.id).request_counts.canceled > 40


def test_an_anthropic_batch_s_ids_are_checked(server: Running) -> None:
    for ids in (("a", "a"), ("with space", "b")):
        requests = [BatchRequest(custom_id=name, params=item(0)) for name in ids]  # type: ignore[typeddict-item]
        with pytest.raises(anthropic.BadRequestError, match="malformed or not unique"):
            anthropic_client(server).messages.batches.create(requests=requests)


def lines(count: int) -> bytes:
    url = "/v1/chat/completions"
    return "\n".join(
        json.dumps({"custom_id": f"item {n}", "method": "POST", "url": url, "body": item(n)}) for n in range(count)
    ).encode()


def test_an_openai_batch_goes_from_file_to_file(server: Running) -> None:
    server.set(batch_seconds=0.3, rate500=0.2)
    client = openai_client(server)
    file = client.files.create(file=("batch.jsonl", lines(30)), purpose="batch")
    assert file.bytes == len(lines(30))
    batch = client.batches.create(
        input_file_id=file.id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"run": "a"},
    )
    assert batch.status == "in_progress"
    while (batch := client.batches.retrieve(batch.id)).status != "completed":
        time.sleep(0.05)
    assert batch.output_file_id and batch.error_file_id and batch.request_counts
    good = [json.loads(line) for line in client.files.content(batch.output_file_id).text.splitlines()]
    bad = [json.loads(line) for line in client.files.content(batch.error_file_id).text.splitlines()]
    assert (len(good), len(bad)) == (batch.request_counts.completed, batch.request_counts.failed)
    assert {line["custom_id"] for line in good + bad} == {f"item {n}" for n in range(30)}
    assert bad[0]["response"]["status_code"] == 500
    first = good[0]
    server.set(rate500=0.0)
    alone = client.chat.completions.create(**item(int(first["custom_id"].split()[1])))  # type: ignore[call-overload]
    assert first["response"]["body"]["choices"][0]["message"]["content"] == alone.choices[0].message.content
    assert [each.metadata for each in client.batches.list()] == [{"run": "a"}]


def test_an_openai_batch_is_cancelled(server: Running) -> None:
    server.set(batch_seconds=60.0)
    client = openai_client(server)
    file = client.files.create(file=("batch.jsonl", lines(10)), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert client.batches.cancel(batch.id).status == "cancelling"
    ended = client.batches.retrieve(batch.id)
    assert ended.status == "cancelled" and ended.error_file_id
    assert "batch_cancelled" in client.files.content(ended.error_file_id).text


# It keeps up


def test_concurrent_sdk_clients_are_served_together(server: Running) -> None:
    server.set(latency=0.2)

    async def main() -> None:
        async with (
            AsyncOpenAI(base_url=f"{server.url}/v1", api_key="key", max_retries=0) as one,
            AsyncAnthropic(base_url=server.url, api_key="key", max_retries=0) as other,
        ):
            await asyncio.gather(
                *(one.chat.completions.create(**item(n)) for n in range(50)),  # type: ignore[call-overload]
                *(other.messages.create(**item(n)) for n in range(50, 100)),  # type: ignore[call-overload]
            )

    asyncio.run(main())
    assert server.stats()["most_in_flight"] == 100
    assert server.stats()["good"] == 100


def test_a_server_ends_with_its_block() -> None:
    with running() as server:
        url = server.url
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)
