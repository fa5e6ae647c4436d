"""The one place where a conversation becomes the text a student sees: in training, evaluation and deployment.

A chat is trained as one row per assistant turn: everything before it is the prompt, exactly as a server would
render it, and the loss is on the answer and the token that ends it. That needs no markers in the chat
template, so it works for any template, and `proof` compares what the trainer really feeds with what a server
would.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synthforge.errors import StageError
from synthforge.records import Message, fingerprint
from synthforge.student.base import Prompt, Student

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase as Tokenizer

TEMPLATE_SETTINGS: Mapping[str, Any] = {"enable_thinking": False, "date_string": "26 Jul 2024"}
"""What chat templates are called with: no thinking block before answers (Qwen 3), and no date of today in the
system message (Llama 3.1). A server must pass the same (`chat_template_kwargs` in vLLM)."""

SENTINEL = "sentinel-3b9a"
PROBE = (
    Message(role="system", content=f"system {SENTINEL}"),
    Message(role="user", content="one"),
    Message(role="assistant", content="two"),
    Message(role="user", content="three"),
    Message(role="assistant", content=SENTINEL),
)


def turns(chat: Prompt) -> list[tuple[Prompt, Message]]:
    """Each assistant message of a chat with everything before it, in order."""
    return [(chat[:place], message) for place, message in enumerate(chat) if message.role == "assistant"]


def clean(tokenizer: "Tokenizer", content: str) -> str:
    """A message's text as it is fed: trimmed, as many templates do, and free of special tokens.

    A document that spells out `<|im_end|>` would otherwise end the user's turn; it gets a space after its
    first sign.
    """
    for token in tokenizer.all_special_tokens:
        if token in content:
            content = content.replace(token, f"{token[0]} {token[1:]}")
    return content.strip()


def _plain(tokenizer: "Tokenizer", messages: Prompt, fold: bool) -> list[dict[str, str]]:
    plain = [{"role": message.role, "content": clean(tokenizer, message.content)} for message in messages]
    plain = [message for message in plain if message["content"] or message["role"] != "system"]
    if fold and plain and plain[0]["role"] == "system":
        system, user, *rest = plain
        plain = [{"role": "user", "content": f"{system['content']}\n\n{user['content']}"}, *rest]
    return plain


def _render(tokenizer: "Tokenizer", plain: list[dict[str, str]], answering: bool) -> str:
    settings: dict[str, Any] = {"tokenize": False, "add_generation_prompt": answering, **TEMPLATE_SETTINGS}
    return str(tokenizer.apply_chat_template(plain, **settings))


@functools.lru_cache(maxsize=64)
def _folds(tokenizer: "Tokenizer", template: str) -> bool:
    """Whether the template has no system role (Gemma 2 refuses one, some drop it)."""
    from jinja2 import TemplateError

    try:
        return PROBE[0].content not in _render(tokenizer, _plain(tokenizer, PROBE, fold=False), False)
    except TemplateError:
        return True


def render(tokenizer: "Tokenizer", messages: Prompt, answering: bool) -> str:
    """The chat as text; with `answering` it ends where the student's answer begins."""
    return _render(tokenizer, plain(tokenizer, messages), answering)


def plain(tokenizer: "Tokenizer", messages: Prompt) -> list[dict[str, str]]:
    """The messages as a server should get them: trimmed, and with the system message opening the user's first
    turn where the template has no system role."""
    return _plain(tokenizer, messages, _folds(tokenizer, str(tokenizer.chat_template)))


def served(tokenizer: "Tokenizer", messages: Prompt, answering: bool) -> list[int]:
    """What a server would feed the model: the tokens that the tokenizer's own chat method gives."""
    chat = plain(tokenizer, messages)
    tokens: Any = tokenizer.apply_chat_template(chat, add_generation_prompt=answering, **TEMPLATE_SETTINGS)
    return list(tokens["input_ids"])


def encode(tokenizer: "Tokenizer", text: str) -> list[int]:
    """Tokens of a rendered chat, which already holds its special tokens."""
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def end_token(tokenizer: "Tokenizer", student: Student, stage: str) -> int:
    """The token with which the template closes an assistant turn, and generation stops.

    Raises:
        StageError: the template closes it with none, or with another than `student.end_token`.
    """
    after = render(tokenizer, PROBE, False).rsplit(SENTINEL, 1)[1]
    tokens = encode(tokenizer, after)
    if not after.strip() or (tokens[0] not in tokenizer.all_special_ids and student.end_token is None):
        reason = f"the chat template of '{student.model}' ends an answer with {after!r}, no special token"
        remedy = "name the token that ends an answer in student.end_token, or fix the template"
        raise StageError(stage, reason, remedy)
    if student.end_token is not None and tokenizer.convert_tokens_to_ids(student.end_token) != tokens[0]:
        reason = f"student.end_token is {student.end_token!r}, the template ends answers with {after.strip()!r}"
        remedy = "leave student.end_token out, or take the chat template that goes with it"
        raise StageError(stage, reason, remedy)
    return int(tokens[0])


def template_hash(tokenizer: "Tokenizer") -> str:
    """A hash of the deployment format: the chat template, and what it makes of a fixed conversation."""
    full, open_ended = render(tokenizer, PROBE, False), render(tokenizer, PROBE[:-1], True)
    return fingerprint("chat", str(tokenizer.chat_template), full, encode(tokenizer, full), open_ended)


def systems(chats: Sequence[Prompt]) -> list[str]:
    """Hashes of the system messages these chats open with, '' for none."""
    opening = {chat[0].content.strip() if chat and chat[0].role == "system" else "" for chat in chats}
    return sorted(fingerprint("system", text) if text else "" for text in opening)
