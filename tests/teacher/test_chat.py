"""Teachers behind an HTTP API: the providers' own clients against a loopback server that errs on purpose.

Counts, not times: what was asked, how each attempt ended, what it is said to have cost.
"""

import asyncio
import json
import socket
from itertools import pairwise
from pathlib import Path

import pytest
from anthropic.types import Message
from openai.types.chat import ChatCompletion

from synthforge.compose import load
from synthforge.errors import RecipeError, RowError, StageError
from synthforge.money.prices import Price
from synthforge.pipeline.generate import request
from synthforge.records import Usage
from synthforge.teacher.chat import Unanswered
from synthforge.teacher.claude import used as claude_used
from synthforge.teacher.openai import used as openai_used
from synthforge.templates import CitedAnswer, SimulatedDialogue
from tests import rooms
from tests.support.http import Answer, Call, as_json
from tests.support.listening import MODEL_CALLS, First, listening
from tests.teacher.asking import (
    PROTOCOLS,
    QUOTING,
    RATE,
    STRUCTURES,
    At,
    claude,
    fates,
    openai,
    orders,
    room,
    rows,
    written,
)  # fmt: skip

KEY = "sk-canary-4711-0815"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)


def refusing(words: str, status: int = 400, when: str = "", **more: object) -> First:
    """Answers every request whose prompt holds `when` with an error."""

    def first(call: Call) -> Answer | None:
        if call.path not in MODEL_CALLS or when not in call.body.decode():
            return None
        error = {"type": "invalid_request_error", "message": words, **more}
        return as_json({"type": "error", "error": error}, status)

    return first


def saying(body: bytes, content_type: str = "application/json") -> First:
    """Answers every request with status 200 and this."""

    def first(call: Call) -> Answer | None:
        return Answer(200, body, {"content-type": content_type}) if call.path in MODEL_CALLS else None

    return first


# What comes back


@STRUCTURES
def test_replies_are_read_counted_and_priced(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    desk = run.desk("generate")
    with listening(answers=QUOTING) as heard:
        examples = written(at(heard.url), 20, run, desk)
        assert fates(examples) == ["kept"] * 20
        assert (heard.stats.requests, heard.stats.good) == (20, 20)
        used = desk.ledger.usage
        assert used.input_tokens == heard.stats.input_tokens and used.output_tokens == heard.stats.output_tokens
    for example in examples:
        assert 0 < example.usage.cost_usd == pytest.approx(RATE.cost(example.usage))
    assert used.cost_usd == pytest.approx(sum(e.usage.cost_usd for e in examples))
    assert used.cost_usd == pytest.approx(run.store.spent(""))


def test_what_the_provider_kept_has_its_own_price(tmp_path: Path) -> None:
    run = room(tmp_path)
    desk = run.desk("generate")
    with listening(answers=QUOTING, cache_from=100) as heard:
        written(claude(heard.url, concurrency=1), 5, run, desk)
        used = desk.ledger.usage
        assert used.input_tokens == heard.stats.input_tokens
        assert used.cache_read_tokens == heard.stats.cache_read_tokens == 4 * used.cache_write_tokens > 0
    plain = used.input_tokens - used.cache_read_tokens - used.cache_write_tokens
    dollars = plain * 2 + used.cache_read_tokens * 0.2 + used.cache_write_tokens * 2.5 + used.output_tokens * 10
    assert used.cost_usd == pytest.approx(dollars / 1e6)


@STRUCTURES
def test_a_model_that_declines_is_not_asked_again(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening(answers=QUOTING, declined=0.3) as heard:
        first = written(at(heard.url), 40, run)
        declined = heard.stats.faults["declined"]
        assert fates(first).count("reply.refused") == declined > 0
        assert fates(first).count("kept") == 40 - declined
        assert written(at(heard.url), 40, run) == first
        assert heard.stats.requests == 40
    reasons = {e.cause.reason for e in first if e.cause}
    assert reasons == {"I can't help with that."}


@STRUCTURES
@pytest.mark.parametrize("fault", ["cut", "schema"])
def test_a_reply_that_cannot_be_used_is_paid_for_and_asked_for_again_under_its_key(
    at: At, fault: str, tmp_path: Path
) -> None:
    run = room(tmp_path)
    desk = run.desk("generate")
    with listening(answers=QUOTING, **{fault: 0.4}) as heard:
        assert fates(written(at(heard.url), 40, run, desk)) == ["kept"] * 40
        faults = heard.stats.faults[fault]
        assert faults > 0 and heard.stats.requests == 40 + faults and heard.stats.repeated == 0
        assert desk.ledger.usage.output_tokens == heard.stats.output_tokens
    assert desk.ledger.endings == {"reply": 40, "unusable": faults}
    kept = rows(run)
    assert sorted(ending for _, ending, _ in kept) == ["reply"] * 40 + ["unusable"] * faults
    assert len({key for key, _, _ in kept}) == 40
    assert all(cost > 0 for _, _, cost in kept)


@PROTOCOLS
def test_a_reply_that_never_fits_fails_its_order_alone(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening(answers=QUOTING, cut=1.0) as heard:
        examples = written(at(heard.url, attempts=3), 4, run)
        assert heard.stats.requests == 12
        assert fates(examples) == ["reply.unusable"] * 4
        heard.server.settings = heard.server.settings.__class__(answers=QUOTING)
        assert fates(written(at(heard.url), 4, run)) == ["kept"] * 4  # given up, not settled
    cause = examples[0].cause
    assert cause and "3 attempts; the last: the reply breaks off: it is longer than teacher.max_tokens" in cause.reason


@PROTOCOLS
@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html>Please sign in</html>", "text/html"), (b'{"id": "x", "cho', "application/json"),
     (b"[1]", "application/json"), (b"null", "application/json"), (b'{"id": "x"}', "application/json")],
    ids=["page", "broken-off", "list", "null", "empty"],
)  # fmt: skip
def test_status_200_with_something_else_is_no_reply(at: At, body: bytes, kind: str, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening(saying(body, kind)) as heard:
        assert set(fates(written(at(heard.url, attempts=2), 3, run))) <= {"reply.gave_up", "reply.unusable"}
    assert {ending for _, ending, _ in rows(run)} <= {"lost", "unusable"}
    assert all(cost > 0 for _, _, cost in rows(run))  # it may have been billed, and nobody says for how much


def test_a_conversation_goes_on_over_several_requests(tmp_path: Path) -> None:
    with listening(answers=QUOTING, cut=0.2, rate500=0.1) as heard:
        moves = ("opening", "follow_up", "clarification")
        examples = written(openai(heard.url), 10, room(tmp_path), template=SimulatedDialogue(), turns=3, moves=moves)
        replies = sum(len(example.replies) for example in examples)
        assert (
            fates(examples) == ["kept"] * 10
            and replies == 60
            and heard.stats.requests == replies + heard.stats.faults.total()
        )


# What goes wrong


@PROTOCOLS
def test_every_fault_is_asked_again_exactly_once(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    desk = run.desk("generate")
    faults = {"rate429": 0.1, "rate500": 0.05, "cut": 0.1}
    with listening(answers=QUOTING, retry_after=0.05, retry_after_ms=True, **faults) as heard:
        assert fates(written(at(heard.url, concurrency=50), 200, run, desk)) == ["kept"] * 200
        drawn = heard.stats.faults
        assert min(drawn[name] for name in ("429", "500", "cut")) > 0
        assert heard.stats.requests == 200 + drawn.total() and heard.stats.repeated == 0
    assert desk.ledger.endings == {
        "reply": 200, "overloaded": drawn["429"], "failed": drawn["500"], "unusable": drawn["cut"],
    }  # fmt: skip


@PROTOCOLS
def test_retry_after_is_waited_out(at: At, tmp_path: Path) -> None:
    asked: dict[bytes, list[float]] = {}
    with listening(answers=QUOTING, rate429=0.4, retry_after=0.3, retry_after_ms=True) as heard:
        assert fates(written(at(heard.url), 20, room(tmp_path))) == ["kept"] * 20
        assert heard.stats.faults["429"] > 0
    for call, moment in zip(heard.calls, heard.times, strict=True):
        asked.setdefault(call.body, []).append(moment)
    waits = [later - one for moments in asked.values() for one, later in pairwise(moments)]
    assert len(waits) >= heard.stats.faults["429"] and min(waits) >= 0.3


@PROTOCOLS
@pytest.mark.parametrize("fault", ["stall", "reset"])
def test_what_may_have_been_billed_counts_as_its_worst(at: At, fault: str, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening(answers=QUOTING, **{fault: 0.2}) as heard:
        assert fates(written(at(heard.url, timeout=0.5), 30, run)) == ["kept"] * 30
        faults = heard.stats.faults[fault]
        assert heard.stats.requests == 30 + faults > 30
    lost = [cost for _, ending, cost in rows(run) if ending == "lost"]
    assert len(lost) == faults
    assert min(lost) > 1000 * 10 / 1e6  # all of max_tokens, and the prompt
    assert run.store.spent("") == pytest.approx(sum(cost for _, _, cost in rows(run)))


@PROTOCOLS
def test_a_connection_that_could_not_be_made_was_not_billed(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        teacher = at(f"http://127.0.0.1:{taken.getsockname()[1]}")

        async def send() -> object:
            api = teacher.api(KEY)
            try:
                return await api.send(api.call(request(orders(1)[0], CitedAnswer(), run)))
            finally:
                await api.close()

        with pytest.raises(Unanswered, match="Cannot connect to host") as refused:
            asyncio.run(send())
    assert (refused.value.status, refused.value.sent) == (0, False)


@PROTOCOLS
def test_a_request_that_the_server_will_not_take_fails_its_row_and_stops_nothing(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    words = "prompt is too long: 9 tokens > 8 maximum"
    with listening(refusing(words, when="served 3 time(s)"), answers=QUOTING) as heard:
        examples = written(at(heard.url), 10, run)
        assert fates(examples) == ["kept"] * 9 + ["request.refused"]
        [cause] = [each.cause for each in examples if each.cause]
        assert cause.reason == f"400 {words}"
    assert [cost for _, ending, cost in rows(run) if ending == "refused"] == [0.0]
    with listening(answers=QUOTING) as mended:  # it is no answer: the next run asks again, and only for this one
        assert fates(written(at(mended.url), 10, run)) == ["kept"] * 10
        assert mended.stats.requests == 1


@PROTOCOLS
def test_a_server_that_takes_no_request_is_left_after_five(at: At, tmp_path: Path) -> None:
    words = "temperature: this parameter is not supported"
    with listening(refusing(words), answers=QUOTING) as heard:
        with pytest.raises(StageError) as stopped:
            written(at(heard.url, concurrency=1), 50, room(tmp_path))
        assert len(heard.bodies()) == 5
    assert str(stopped.value) == (
        f"generate: 5 requests in a row were refused; the last: 400 {words}\n"
        "  correct the teacher's settings or the account, then run again"
    )


@PROTOCOLS
def test_an_account_without_money_stops_at_once(at: At, tmp_path: Path) -> None:
    words = "You exceeded your current quota, please check your plan and billing details."
    with listening(refusing(words, 429, code="insufficient_quota")) as heard:
        with pytest.raises(StageError, match="the server refuses: 402 You exceeded your current quota"):
            written(at(heard.url, concurrency=1), 50, room(tmp_path))
        assert len(heard.bodies()) == 1


# Before anything is spent


@PROTOCOLS
def test_a_wrong_key_is_named_before_anything_is_asked(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening(keys="another") as heard:
        with pytest.raises(StageError) as stopped:
            written(at(heard.url), 50, run)
        assert heard.bodies() == []
        assert sum("/models" in call.path for call in heard.calls) == 1  # whoever waits meanwhile need not knock too
    name = at("http://one").api_key_env
    assert str(stopped.value) == (
        f"generate: the API key in {name} is refused: 401 Incorrect API key provided\n  correct {name}"
    )
    assert rows(run) == []


@PROTOCOLS
def test_a_wrong_model_is_named_with_the_nearest(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    with listening() as heard:
        with pytest.raises(StageError, match=r"no model 'smal-model'; did you mean 'small-model'\?") as stopped:
            written(at(heard.url, model="smal-model"), 5, run)
        assert heard.bodies() == [] and rows(run) == []
    assert stopped.value.remedy == "correct teacher.model"


@PROTOCOLS
def test_a_server_that_lists_no_models_is_taken_at_its_word(at: At, tmp_path: Path) -> None:
    def first(call: Call) -> Answer | None:
        return as_json({"detail": "Not Found"}, 404) if call.method == "GET" else None

    with listening(first, answers=QUOTING) as heard:
        assert fates(written(at(heard.url), 3, room(tmp_path))) == ["kept"] * 3


@PROTOCOLS
def test_a_page_in_place_of_models_says_where(at: At, tmp_path: Path) -> None:
    def first(call: Call) -> Answer | None:
        return Answer(200, b"<html>Welcome</html>", {"content-type": "text/html"})

    with listening(first) as heard, pytest.raises(StageError, match=r"http://127\S+ answers 200 with .*Welcome"):
        written(at(heard.url), 3, room(tmp_path))


@PROTOCOLS
def test_an_address_where_nobody_listens_is_told(at: At, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        with pytest.raises(StageError, match=r"http://127\S+ cannot be reached: \S+ Cannot connect to host"):
            written(at(f"http://127.0.0.1:{taken.getsockname()[1]}"), 3, room(tmp_path))


@PROTOCOLS
def test_no_key_is_told_by_its_variable(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_KEY", raising=False)
    with pytest.raises(StageError, match="the environment variable ACME_KEY holds no API key for 'small-model'"):
        written(at("http://127.0.0.1:9", api_key_env="ACME_KEY"), 3, room(tmp_path))


@PROTOCOLS
def test_a_second_run_needs_neither_key_nor_server(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = room(tmp_path)
    with listening(answers=QUOTING) as heard:
        first = written(at(heard.url), 5, run)
        teacher = at(heard.url, api_key_env="GONE", base_url="http://127.0.0.1:9/v1", concurrency=3, max_tokens=2000)
    assert written(teacher, 5, run) == first


# Keys


@PROTOCOLS
@pytest.mark.parametrize("filler", ["", "x" * 280], ids=["whole", "where the words are cut off"])
def test_a_key_that_the_server_quotes_is_not_repeated(at: At, filler: str, tmp_path: Path) -> None:
    words = f"{filler} the key {KEY} may not do this"
    with listening(refusing(words, when="served 3 time(s)"), answers=QUOTING) as heard:
        examples = written(at(heard.url), 5, room(tmp_path))
    [cause] = [each.cause for each in examples if each.cause]
    assert "the key" in cause.reason or filler
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY[:9].encode() not in path.read_bytes(), path
    assert KEY[:9] not in json.dumps([each.model_dump(mode="json") for each in examples])


@PROTOCOLS
def test_a_key_that_the_server_quotes_at_the_door_is_not_repeated(at: At, tmp_path: Path) -> None:
    def first(call: Call) -> Answer | None:
        return as_json({"error": {"message": f"Incorrect API key provided: {KEY}."}}, 401)

    with listening(first) as heard, pytest.raises(StageError) as stopped:
        written(at(heard.url), 5, room(tmp_path))
    assert "Incorrect API key provided: ***." in str(stopped.value)
    shown: BaseException | None = stopped.value
    while shown is not None:  # as a traceback would print it
        assert KEY not in str(shown)
        shown = None if shown.__suppress_context__ else shown.__cause__ or shown.__context__


# Outside a run


@PROTOCOLS
def test_one_request_alone(at: At, tmp_path: Path) -> None:
    run = room(tmp_path)
    asked = request(orders(1)[0], CitedAnswer(), run)
    with listening(answers=QUOTING) as heard:
        reply = asyncio.run(at(heard.url).ask(asked))
        assert reply.content["claims"][0]["quote"] == rooms.RULES[0] and reply.usage.output_tokens > 0
        heard.server.settings = heard.server.settings.__class__(cut=1.0)
        with pytest.raises(RowError, match=r"reply\.unusable"):
            asyncio.run(at(heard.url).ask(asked))


# Identity and price


@PROTOCOLS
def test_what_changes_no_reply_changes_no_key(at: At) -> None:
    one = at("http://one", concurrency=3, max_tokens=10, timeout=1, attempts=2, requests_per_minute=7, rate=None)
    assert one.asks_as() == at("http://other", api_key_env="X").asks_as()
    assert one.asks_as() != at("http://one", model="large-model").asks_as()
    assert one.asks_as() != at("http://one", structure="tools").asks_as()
    assert one.asks_as() != at("http://one", effort="low").asks_as()
    assert at("http://one", model="new-name", alias="small-model").asks_as() == one.asks_as()


@PROTOCOLS
def test_replies_of_which_none_is_any_good_stop_the_run_before_they_are_all_paid_for(at: At, tmp_path: Path) -> None:
    with listening(answers=QUOTING, cut=1.0) as heard:
        with pytest.raises(StageError, match="40 replies in a row were of no use; the last: the reply breaks off"):
            written(at(heard.url, concurrency=4), 60, room(tmp_path))
        assert 40 <= heard.stats.requests < 50


@pytest.mark.parametrize("usage", [{}, {"total_tokens": 5}, {"prompt_tokens": None, "input_tokens": None}, None])
def test_tokens_that_a_server_does_not_count_are_none(usage: object) -> None:
    assert openai_used(ChatCompletion.construct(**{"usage": usage})) == Usage()
    assert claude_used(Message.construct(**{"usage": usage})) == Usage()


def test_a_key_is_sent_only_where_the_recipe_names_its_variable() -> None:
    assert load("quickstart", ["teacher=server", "teacher.model=m"]).recipe.teacher.key() == "none"  # type: ignore[attr-defined]


def test_a_price_is_the_recipe_s_or_the_table_s() -> None:
    from datetime import date

    from synthforge.money.prices import Prices

    table = Prices(as_of=date(2026, 1, 1), source="x", models={"small-model": Price(input=1, output=1)})
    none = Prices(as_of=date(2026, 1, 1), source="x")
    assert openai("http://one").price(table) == RATE
    assert openai("http://one", rate=None).price(table) == Price(input=1, output=1)
    assert openai("http://one", rate=None).price(none) is None
    assert openai("http://one", rate=None, base_url=None).price(none) is None
    assert RATE.cost(Usage(input_tokens=1_000_000)) == 2


@pytest.mark.parametrize("key", ["sk-a b", "sk-a\nb", "schlüssel", " "])
def test_what_is_no_key_is_told_before_it_is_sent(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(StageError, match="what OPENAI_API_KEY holds is no API key"):
        openai("http://one", api_key_env="OPENAI_API_KEY").key()


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://x", "http://", "localhost:8000/v1"])
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(RecipeError, match=r"teacher\.base_url\n    should be an address such as"):
        load("quickstart", ["teacher=server", "teacher.model=m", f"teacher.base_url='{address}'"])
