"""OpenAI's batches and the files that they are made of and end in."""

import json
from email import message_from_bytes

from tests.support.asked import Json, Refused
from tests.support.batch import Answered, Batch, Item
from tests.support.http import Answer, Call, as_json

_CREATED = 1_800_000_000


class OpenAIBatches:
    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, Json]] = {}
        self._batches: dict[str, Batch] = {}

    def route(self, call: Call, parts: list[str], now: float, seconds: float, answered: Answered) -> Answer:
        """Do what a call to /v1/files/… or /v1/batches/… asks."""
        match call.method, parts:
            case "POST", ["files"]:
                return as_json(self._upload(call))
            case "GET", ["files", name]:
                return as_json(self._file(name)[1])
            case "GET", ["files", name, "content"]:
                return Answer(body=self._file(name)[0])
            case "POST", ["batches"]:
                return as_json(self._create(json.loads(call.body), now, seconds, answered))
            case "GET", ["batches"]:
                data: list[Json] = [self._said(batch, now) for batch in reversed(self._batches.values())]
                return as_json({"object": "list", "data": [*data], "has_more": False})
            case "GET", ["batches", name]:
                return as_json(self._said(self._find(name), now))
            case "POST", ["batches", name, "cancel"]:
                batch = self._find(name)
                changed = {"status": "cancelling"} if batch.cancel(now) else {}
                return as_json({**self._said(batch, now), **changed})
        raise Refused(404, "missing", f"{call.method} {call.path} is not known")

    def _upload(self, call: Call) -> Json:
        head = f"content-type: {call.headers['content-type']}\r\nmime-version: 1.0\r\n\r\n".encode()
        held: dict[str, tuple[str, bytes]] = {}
        for part in list(message_from_bytes(head + call.body).walk())[1:]:
            payload = part.get_payload(decode=True)
            name = str(part.get_param("name", header="content-disposition"))
            held[name] = (part.get_filename() or "", payload if isinstance(payload, bytes) else b"")
        if "file" not in held or "purpose" not in held:
            raise Refused(400, "request", "a file and its purpose are required")
        name, data = held["file"]
        return self._keep(data, name, held["purpose"][1].decode())

    def _file(self, name: str) -> tuple[bytes, Json]:
        if name not in self._files:
            raise Refused(404, "missing", f"No such File object: {name}")
        return self._files[name]

    def _keep(self, data: bytes, filename: str, purpose: str) -> Json:
        name = f"file-{len(self._files) + 1}"
        about: Json = {
            "id": name, "object": "file", "bytes": len(data), "created_at": _CREATED, "filename": filename,
            "purpose": purpose, "status": "processed",
        }  # fmt: skip
        self._files[name] = data, about
        return about

    def _create(self, body: Json, now: float, seconds: float, answered: Answered) -> Json:
        items: dict[str, Item] = {}
        for line in self._file(str(body.get("input_file_id")))[0].splitlines():
            request = json.loads(line)
            if request["custom_id"] in items or request["url"] != body.get("endpoint"):
                raise Refused(400, "request", f"custom_id '{request['custom_id']}' is not unique, or its url differs")
            items[request["custom_id"]] = answered(request["body"])
        batch = Batch(f"batch_{len(self._batches) + 1}", now, seconds, items, body)
        self._batches[batch.name] = batch
        return self._said(batch, now)

    def _find(self, name: str) -> Batch:
        if name not in self._batches:
            raise Refused(404, "missing", f"No batch found with id '{name}'")
        return self._batches[name]

    def _said(self, batch: Batch, now: float) -> Json:
        ended, done = batch.ended(now), batch.done(now)
        good = [name for name, (how, _) in done.items() if how == "succeeded"]
        if ended and "output_file_id" not in batch.about:
            self._collect(batch, done)
        return {
            "completion_window": "24h",
            "metadata": None,
            **batch.about,
            "id": batch.name,
            "object": "batch",
            "status": "in_progress" if not ended else "completed" if batch.cancelled is None else "cancelled",
            "created_at": _CREATED,
            "expires_at": _CREATED + 86_400,
            "completed_at": _CREATED + 3_600 if ended else None,
            "request_counts": {"total": len(batch.items), "completed": len(good), "failed": len(done) - len(good)},
        }

    def _collect(self, batch: Batch, done: dict[str, Item]) -> None:
        """Write the output file and the error file, each only where it has lines."""
        lines: dict[str, list[str]] = {"output_file_id": [], "error_file_id": []}
        for custom_id in reversed(batch.items):
            how, held = done.get(custom_id, ("cancelled", {}))
            answer: Json = {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": None, "error": None}
            if how in ("succeeded", "errored"):
                status = 200 if how == "succeeded" else 500
                answer["response"] = {"status_code": status, "request_id": f"req_{custom_id}", "body": held}
            else:
                answer["error"] = {"code": f"batch_{how}", "message": f"this request was {how} with its batch"}
            lines["output_file_id" if how == "succeeded" else "error_file_id"].append(json.dumps(answer))
        for key, written in lines.items():
            about = self._keep("\n".join(written).encode(), f"{key}.jsonl", "batch_output") if written else {}
            batch.about[key] = about.get("id")
