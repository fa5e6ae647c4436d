"""Anthropic's Message Batches: created from a list of requests, collected as JSON lines."""

import json
import re

from tests.support.asked import Json, Refused
from tests.support.batch import Answered, Batch, Item
from tests.support.http import Answer, Call, as_json

_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class AnthropicBatches:
    def __init__(self) -> None:
        self._batches: dict[str, Batch] = {}

    def route(self, call: Call, parts: list[str], now: float, seconds: float, answered: Answered) -> Answer:
        """Do what a call to /v1/messages/batches/… asks."""
        match call.method, parts:
            case "POST", []:
                return as_json(self._create(json.loads(call.body), now, seconds, answered))
            case "GET", []:
                data: list[Json] = [_said(batch, now) for batch in reversed(self._batches.values())]
                return as_json({"data": [*data], "has_more": False, "first_id": None, "last_id": None})
            case "GET", [name]:
                return as_json(_said(self._find(name), now))
            case "GET", [name, "results"]:
                return Answer(body=_results(self._find(name), now))
            case "POST", [name, "cancel"]:
                batch = self._find(name)
                changed = {"processing_status": "canceling"} if batch.cancel(now) else {}
                return as_json({**_said(batch, now), **changed})
        raise Refused(404, "missing", f"{call.method} {call.path} is not known")

    def _create(self, body: Json, now: float, seconds: float, answered: Answered) -> Json:
        items: dict[str, Item] = {}
        requests = body.get("requests")
        for request in requests if isinstance(requests, list) else []:
            assert isinstance(request, dict)
            name, params = str(request.get("custom_id")), request.get("params")
            if not _CUSTOM_ID.fullmatch(name) or name in items:
                raise Refused(400, "request", f"requests: custom_id '{name}' is malformed or not unique")
            items[name] = answered(params if isinstance(params, dict) else {})
        batch = Batch(f"msgbatch_{len(self._batches) + 1}", now, seconds, items)
        self._batches[batch.name] = batch
        return _said(batch, now)

    def _find(self, name: str) -> Batch:
        if name not in self._batches:
            raise Refused(404, "missing", f"no batch '{name}'")
        return self._batches[name]


def _results(batch: Batch, now: float) -> bytes:
    if not batch.ended(now):
        raise Refused(404, "missing", f"batch '{batch.name}' has no results yet")
    done, lines = batch.done(now), []
    for custom_id in reversed(batch.items):
        how, held = done.get(custom_id, ("canceled", {}))
        extra: Json = {"message": held} if how == "succeeded" else {"error": held} if how == "errored" else {}
        lines.append(json.dumps({"custom_id": custom_id, "result": {"type": how, **extra}}))
    return "\n".join(lines).encode()


def _said(batch: Batch, now: float) -> Json:
    ended, done = batch.ended(now), batch.done(now)
    ways = [how for how, _ in done.values()] if ended else []
    counts: Json = {how: ways.count(how) for how in ("succeeded", "errored", "expired")}
    counts["canceled"] = len(batch.items) - len(done) if ended else 0
    counts["processing"] = 0 if ended else len(batch.items)
    return {
        "id": batch.name,
        "type": "message_batch",
        "processing_status": "ended" if ended else "in_progress",
        "request_counts": counts,
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": "2026-01-02T00:00:00Z",
        "ended_at": "2026-01-01T01:00:00Z" if ended else None,
        "cancel_initiated_at": None if batch.cancelled is None else "2026-01-01T00:30:00Z",
        "archived_at": None,
        "results_url": f"/v1/messages/batches/{batch.name}/results" if ended else None,
    }
