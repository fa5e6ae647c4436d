"""Anthropic's messages as they are sent, and what is refused before anything is."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from synthforge import templates
from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.pipeline.generate import generate
from synthforge.teacher import Claude
from synthforge.teacher.claude import unsupported
from synthforge.templates import CitedAnswer, Template
from synthforge.templates.drafts import AnswerDraft, Draft
from tests import rooms
from tests.support.asked import closed
from tests.support.listening import listening
from tests.teacher.asking import QUOTING, claude, fates, orders, room, through_tools, written


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-any")


def sent(folder: Path, at: Any = claude, **settings: Any) -> dict[str, Any]:
    """The body of one request."""
    with listening(answers=QUOTING) as heard:
        assert fates(written(at(heard.url, **settings), 1, room(folder))) == ["kept"]
        [body] = heard.bodies()
        [call] = [call for call in heard.calls if call.path == "/v1/messages"]
    assert call.headers["x-api-key" if "x-api-key" in call.headers else "authorization"].endswith("sk-any")
    return body


def test_what_is_sent(tmp_path: Path) -> None:
    body = sent(tmp_path, effort="low")
    asked = CitedAnswer().ask(orders(1)[0], (), room(tmp_path / "x"))
    assert asked is not None
    system, user = asked.messages
    marked = {"type": "ephemeral"}
    assert body == {
        "model": "small-model",
        "max_tokens": 1000,
        "system": [{"type": "text", "text": system.content, "cache_control": marked}],
        "messages": [{
            "role": "user",
            "content": [{"type": "text", "text": user.content}],  # no other order has its sections
        }],
        "output_config": {
            "effort": "low",
            "format": {"type": "json_schema", "schema": asked.response.model_json_schema()},
        },
    }  # fmt: skip


def test_what_is_shared_ends_with_the_sections(tmp_path: Path) -> None:
    """Orders about the same sections begin alike, whatever else is asked of them."""
    run = room(tmp_path)
    shared = []
    with listening(answers=QUOTING) as heard:
        asked = [rooms.order(template="task", difficulty=d, length=n) for d, n in (("easy", "long"), ("hard", "short"))]
        generate(asked, {"task": CitedAnswer()}, claude(heard.url), run)
        for body in heard.bodies():
            blocks = body["messages"][0]["content"]
            shared.append((body["system"], blocks[0]))
            assert "cache_control" not in blocks[1] and "Difficulty" in blocks[1]["text"]
    assert shared[0] == shared[1]
    assert shared[0][1]["text"].rstrip().splitlines()[-1].startswith("</section 2 ")


def test_without_a_cache_nothing_is_marked_and_the_words_stay_the_same(tmp_path: Path) -> None:
    body = sent(tmp_path, cache=False)
    assert "cache_control" not in str(body)
    assert len(body["messages"][0]["content"]) == 1


def test_a_response_model_as_a_tool_that_has_to_be_called(tmp_path: Path) -> None:
    body = sent(tmp_path, through_tools(claude))
    assert "output_config" not in body
    assert body["tool_choice"] == {"type": "tool", "name": "AnswerDraft"}
    [called] = body["tools"]
    schema = called["input_schema"]
    assert schema["properties"] == AnswerDraft.model_json_schema()["properties"]
    assert schema["required"] == AnswerDraft.model_json_schema()["required"]


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
def test_sampling_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(RecipeError, match=f"takes no {name} any more .since version 2026-10-21.: remove it"):
        load("quickstart", ["teacher=claude", f"+teacher.{name}=1"])


@pytest.mark.parametrize(
    "model", ["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-2", "anthropic/claude-opus-5-5"]
)
def test_models_that_refuse_a_forced_tool_are_not_sent_one(model: str) -> None:
    with pytest.raises(RecipeError, match="refuses a tool that has to be called: say structure: json_schema"):
        load("quickstart", ["teacher=claude", f"teacher.model={model}", "teacher.structure=tools"])


def test_models_that_take_one_are() -> None:
    load("quickstart", ["teacher=claude", "teacher.model=claude-haiku-5-5", "teacher.structure=tools"])


def test_a_budget_needs_a_price() -> None:
    said = ["teacher=claude", "teacher.model=claude-of-ours", "budget_usd=5"]
    with pytest.raises(RecipeError, match=r"does not know its model.*teacher\.rate: \{input: …, output: …\}"):
        load("quickstart", said)
    load("quickstart", [*said, "teacher.rate={input: 1, output: 5}"])
    load("quickstart", ["teacher=claude", "budget_usd=5"])


# Response models


def drafts(kind: type[Draft] = Draft) -> list[type[Draft]]:
    """The package's own; a client's class may derive from them."""
    found = [each for one in kind.__subclasses__() for each in (one, *drafts(one))]
    return [each for each in found if each.__module__.startswith("synthforge.")]


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.__name__)
def test_every_packaged_response_model_is_one_that_structured_outputs_take(draft: type[Draft]) -> None:
    schema = draft.model_json_schema()
    assert claude("http://one").refuses(schema) == ""
    assert closed(schema, every=True) == ""  # by the server's own reading of the rules


def test_there_are_response_models_to_look_at() -> None:
    packaged = [kind for kind in vars(templates).values() if isinstance(kind, type) and issubclass(kind, Template)]
    asked = {kind.response for kind in packaged if hasattr(kind, "response")}
    assert len(asked) > 5 and asked <= set(drafts())


class Inner(BaseModel):
    marks: dict[str, str] = {}


class Odd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    score: int = Field(ge=1)
    tags: list[Inner] | None = None


def test_what_structured_outputs_refuse_is_told_place_by_place() -> None:
    assert list(unsupported(Odd.model_json_schema())) == [
        "Odd.score says minimum, which structured outputs refuse (check it in a validator of the model)",
        "Odd.Inner allows keys of any name (give its model extra='forbid', and no dict fields)",
        "Odd.Inner.marks allows keys of any name (give its model extra='forbid', and no dict fields)",
    ]
    assert Claude(model="m", structure="tools").refuses(Odd.model_json_schema()) == ""


CLIENTS = """
from pydantic import Field
from synthforge.templates import CitedAnswer
from synthforge.templates.drafts import AnswerDraft


class Scored(AnswerDraft):
    score: int = Field(ge=1, le=5)


class Rating(CitedAnswer):
    response = Scored
"""


def test_a_client_s_response_model_is_looked_at_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "rating_task.py").write_text(CLIENTS)
    (tmp_path / "acme.yaml").write_text(
        "# @package _global_\n# ?\nsources: {a: {path: '*.md'}}\norders: 3\n"
        "templates: {rating: {_target_: rating_task.Rating}}\n"
    )
    with pytest.raises(RecipeError) as caught:
        load(tmp_path / "acme.yaml", ["teacher=claude"])
    [finding] = caught.value.findings
    assert finding.key == "templates.rating"
    assert (
        "cannot be sent to this teacher: Scored.score says maximum, which structured outputs refuse" in finding.reason
    )
    load(tmp_path / "acme.yaml", ["teacher=claude", "teacher.model=claude-haiku-5-5", "teacher.structure=tools"])
    load(tmp_path / "acme.yaml", ["teacher=openai"])
