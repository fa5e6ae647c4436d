"""What happens to a call: who asks, is it allowed now, which fault does it meet, what does the model say."""

import asyncio
import json
import math
from collections import Counter
from dataclasses import asdict, replace

from tests.support.anthropic_api import Anthropic
from tests.support.anthropic_api import model as anthropic_model
from tests.support.anthropic_api import models as anthropic_models
from tests.support.anthropic_batches import AnthropicBatches
from tests.support.asked import Asked, Dialect, Json, Refused, Said, Wait
from tests.support.batch import Answered, Item
from tests.support.faults import Fault
from tests.support.http import Answer, Call, Manner, as_json
from tests.support.model import Model, answers
from tests.support.openai_api import OpenAI
from tests.support.openai_api import model as openai_model
from tests.support.openai_api import models as openai_models
from tests.support.openai_batches import OpenAIBatches
from tests.support.quota import Quota
from tests.support.settings import Settings
from tests.support.stats import Stats

MANNERS: dict[Fault, Manner] = {"stall": "never", "slow": "slow", "reset": "reset"}


class Server:
    """One provider of both protocols; a call with the header anthropic-version is Anthropic's."""

    def __init__(self, settings: Settings) -> None:
        self._clock = asyncio.get_running_loop().time
        self._dialects: tuple[Dialect, Dialect] = (OpenAI(), Anthropic())
        self.settings = settings
        self._forget()

    def _set(self, settings: Settings) -> None:
        self.settings = settings
        self._quota = Quota(settings.limit, settings.limiter, settings.tokens_per_minute)
        self._model = Model(answers(settings.answers), settings.cache_from)

    def _forget(self) -> None:
        self._set(self.settings)
        self.stats = Stats()
        self._asked: Counter[bytes] = Counter()
        self._answered: set[bytes] = set()
        self._anthropic_batches, self._openai_batches = AnthropicBatches(), OpenAIBatches()

    def handle(self, call: Call) -> Answer:
        dialect = self._dialects["anthropic-version" in call.headers]
        try:
            if call.path.startswith("/_"):
                return self._inspect(call)
            key, accepted = dialect.key(call.headers), self.settings.keys
            if not key or (accepted and key not in accepted.split(",")):
                raise Refused(401, "key", "Incorrect API key provided")
            if (call.method, call.path) in (("POST", "/v1/chat/completions"), ("POST", "/v1/messages")):
                return self._ask(dialect, call, key)
            return self._serve(dialect, call)
        except Refused as refused:
            return self._refuse(dialect, refused)

    def _inspect(self, call: Call) -> Answer:
        match call.method, call.path:
            case "GET", "/_stats":
                return as_json(self.stats.as_json())
            case "DELETE", "/_stats":
                self._forget()
                return as_json({})
            case "POST", "/_settings":
                self._set(replace(self.settings, **json.loads(call.body)))
                return as_json(asdict(self.settings))
        raise Refused(404, "missing", f"{call.method} {call.path} is not known")

    # One request to the model, or one item of a batch

    def _ask(self, dialect: Dialect, call: Call, key: str) -> Answer:
        stats, now = self.stats, self._clock()
        stats.start(now, key)
        try:
            asked = self._read(dialect, json.loads(call.body), call)
            if wait := self._quota.take(now, asked.input_tokens):
                stats.limited += 1
                raise Wait(wait)
            if self.settings.capacity and stats.in_flight > self.settings.capacity:
                stats.limited += 1
                raise Refused(dialect.overload, "overloaded", "Overloaded")
            answer = self._answer(dialect, asked)
        except Refused as refused:
            answer = self._refuse(dialect, refused)
        earn = answer.over

        def over(sent: bool) -> None:
            stats.end(self._clock(), 0 if answer.manner == "reset" else answer.status, sent)
            if sent and earn is not None:
                earn(sent)

        answer.over = over
        return answer

    def _read(self, dialect: Dialect, body: Json, call: Call) -> Asked:
        """What is asked, if this server can be asked it."""
        if str(body.get("model")) not in self.settings.models.split(","):
            raise Refused(404, "model", f"The model '{body.get('model')}' does not exist")
        asked = dialect.read(body, call.headers)
        if asked.input_tokens > self.settings.context:
            much = f"{asked.input_tokens} tokens > {self.settings.context} maximum"
            raise Refused(400, "context", f"prompt is too long: {much}")
        return asked

    def _answer(self, dialect: Dialect, asked: Asked) -> Answer:
        settings, before = self.settings, self._asked[asked.digest]
        fault = self._drawn(asked)
        if fault == "429":
            raise Wait(settings.retry_after)
        if fault in ("503", "529"):
            raise Refused(int(fault), "overloaded", "Overloaded")
        spread = int.from_bytes(asked.digest[:4]) * (before + 1) % 2**32 / 2**32
        latency = max(0.0, settings.latency + settings.jitter * (2 * spread - 1))
        self.stats.latency += latency
        if fault == "500":
            refusal = self._refuse(dialect, Refused(500, "server", "Internal server error"))
            return replace(refusal, after=latency)
        now = self._clock()
        said = self._model.say(asked, fault, now, now + latency)
        body = json.dumps(dialect.reply(asked, said, self.stats.requests)).encode()
        manner = MANNERS.get(fault, "whole")

        def earn(sent: bool) -> None:
            if manner != "reset":
                self._earn(asked, said, fault)

        return Answer(200, body, self._identified(), latency, manner, settings.slow_seconds, earn)

    def _drawn(self, asked: Asked) -> Fault:
        """The fault that this request meets, this time."""
        self.stats.repeated += asked.digest in self._answered
        fault = self.settings.drawn(asked.digest, self._asked[asked.digest])
        self._asked[asked.digest] += 1
        if fault != "none":
            self.stats.faults[fault] += 1
        return fault

    def _earn(self, asked: Asked, said: Said, fault: Fault) -> None:
        """Count an answer that the caller has, and has to pay."""
        self.stats.input_tokens += asked.input_tokens
        self.stats.output_tokens += said.output_tokens
        self.stats.cache_read_tokens += said.cache_read
        if fault in ("none", "slow") and said.ending == "whole":
            self.stats.good += 1
            self._answered.add(asked.digest)

    def _refuse(self, dialect: Dialect, refused: Refused) -> Answer:
        headers = self._identified()
        if isinstance(refused, Wait) and refused.seconds:
            headers["retry-after"] = str(math.ceil(refused.seconds))
            if self.settings.retry_after_ms:
                headers["retry-after-ms"] = str(math.ceil(refused.seconds * 1000))
        body = json.dumps(dialect.refusal(refused)).encode()
        return Answer(refused.status, body, headers, self.settings.refusal_latency)

    def _identified(self) -> dict[str, str]:
        number = f"req_{self.stats.requests}"
        return {"request-id": number, "x-request-id": number}

    def _item(self, dialect: Dialect, call: Call) -> Answered:
        """Answers one request of a batch."""

        def answered(body: Json) -> Item:
            self.stats.batched += 1
            try:
                asked = self._read(dialect, body, call)
                fault = self._drawn(asked)
                if fault == "stall":
                    return "expired", {}
                if fault in ("429", "500", "503", "529", "reset"):
                    raise Refused(500, "server", "Internal server error")
            except Refused as refused:
                return "errored", dialect.refusal(refused)
            now = self._clock()
            said = self._model.say(asked, fault, now, now)
            self._earn(asked, said, fault)
            return "succeeded", dialect.reply(asked, said, self.stats.batched, batch=True)

        return answered

    # Everything else

    def _serve(self, dialect: Dialect, call: Call) -> Answer:
        anthropic, parts = dialect is self._dialects[1], call.path.removeprefix("/v1/").split("/")
        now, seconds, item = self._clock(), self.settings.batch_seconds, self._item(dialect, call)
        if parts[0] == "models":
            return as_json(self._models(anthropic, parts[1:]))
        if anthropic and parts == ["messages", "count_tokens"]:
            body: Json = {"max_tokens": 1, **json.loads(call.body)}
            return as_json({"input_tokens": self._read(dialect, body, call).input_tokens})
        created = call.method == "POST" and parts[-1] == "batches"
        self.stats.batches += created
        if anthropic and parts[:2] == ["messages", "batches"]:
            return self._anthropic_batches.route(call, parts[2:], now, seconds, item)
        return self._openai_batches.route(call, parts, now, seconds, item)

    def _models(self, anthropic: bool, parts: list[str]) -> Json:
        names = self.settings.models.split(",")
        if not parts:
            return anthropic_models(names) if anthropic else openai_models(names)
        if parts[0] not in names:
            raise Refused(404, "model", f"The model '{parts[0]}' does not exist")
        return anthropic_model(parts[0]) if anthropic else openai_model(parts[0])
