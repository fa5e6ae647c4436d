"""What the providers' own clients have in common: how they are built, and how they say that something went wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from json import JSONDecodeError
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from synthforge.teacher.chat import NO_KEY, Unanswered

Answer = TypeVar("Answer")

Structure = Literal["json_schema", "tools"]

SPENT = "insufficient_quota"
"""OpenAI's code for an account without money; its status is that of a rate limit."""

RETRIES = 0
"""Retries are the admission's: it knows of every one, what it costs, and what the others met."""


@cache
def schema(response: type[BaseModel]) -> dict[str, Any]:
    """A response model's JSON schema, sent as it is."""
    return response.model_json_schema()


@cache
def tool(response: type[BaseModel], provider: Literal["openai", "anthropic"]) -> dict[str, Any]:
    """The response model as a tool that is called with a reply, as instructor describes it."""
    import instructor

    made: dict[str, Any] = getattr(instructor.openai_schema(response), f"{provider}_schema")
    return made


@cache
def reader(provider: Literal["openai", "anthropic"], structure: Structure) -> Callable[..., BaseModel]:
    """What instructor reads a reply with. Its usual way in (`from_response`) walks the model once more for every reply,
    which takes longer than reading it."""
    import instructor
    import instructor.v2  # registers its handlers
    from instructor.v2.core.registry import mode_registry

    mode = instructor.Mode.TOOLS if structure == "tools" else instructor.Mode.JSON_SCHEMA
    found: Callable[..., BaseModel] = mode_registry.get_handlers(instructor.Provider(provider), mode).response_parser
    return found


@contextmanager
def speaking(errors: tuple[type[Exception], ...], key: str) -> Iterator[None]:
    """What an SDK raises within leaves as Unanswered."""
    try:
        yield
    except errors as error:
        raise unanswered(error, key) from error


def unanswered(error: Exception, key: str) -> Unanswered:
    """An SDK's exception as a status, what was said, and when to come back; without the key, should it be quoted."""
    if isinstance(error, JSONDecodeError):
        return Unanswered(200, f"200 with what is no JSON: {line(str(error), key)}")
    response = getattr(error, "response", None)
    status = int(getattr(error, "status_code", 0) or 0)
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    told = inner if isinstance(inner, dict) else {}
    if told.get("code") == SPENT:
        status = 402
    if not status:
        return unconnected(error, key)
    text = line(str(told.get("message") or error), key)
    return Unanswered(status, f"{status} {text}", retry_after(getattr(response, "headers", {})))


def unconnected(error: BaseException, key: str) -> Unanswered:
    """No answer came. What the connection itself says is kept: the layers above call every one that breaks a timeout,
    though only one that could not be made at all is sure not to be billed."""
    import aiohttp

    while error.__cause__ is not None and not isinstance(error, aiohttp.ClientError):
        error = error.__cause__
    sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return Unanswered(0, line(f"{type(error).__name__}: {error}", key), sent=sent)


def understood(answer: object, kind: type[Answer], key: str) -> Answer:
    """The answer, if it is one of the API's: a gateway may say anything with status 200.

    Raises: Unanswered.
    """
    if not isinstance(answer, kind):
        raise Unanswered(200, f"200 with what is no answer of the API: '{line(str(answer), key)}'")
    return answer


def line(text: str, key: str) -> str:
    """The server's own words, shortened to a line, without the key."""
    text = " ".join(text.split())
    text = text.replace(key, "***") if key != NO_KEY else text
    return text if len(text) <= 300 else f"{text[:299]}…"


def counted(usage: object, name: str) -> int:
    """A number of tokens; 0 where a server does not say it, as some of one's own do not."""
    said = getattr(usage, name, None)
    return said if isinstance(said, int) and said > 0 else 0


def retry_after(headers: Any) -> float | None:
    """Seconds that the server asks to be left alone; None when it does not say. Dates are not used by either."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return None
