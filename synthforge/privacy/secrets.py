"""Keys and tokens by the form that their issuer gives them, passwords by the name they are assigned to."""

import base64
import binascii
import json
import re
from collections.abc import Iterator

from synthforge.privacy.found import Found
from synthforge.privacy.patterns import holds, program

_ISSUED = (
    "A(?:KIA|SIA)[0-9A-Z]{16}",  # AWS
    "gh[oprsu]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255}",
    "gl(?:pat|dt|rt|ft|soat|ptt|cbt)-[A-Za-z0-9_-]{20,64}",  # GitLab
    "xox[abeoprs]-(?:[0-9]-)?[A-Za-z0-9-]{10,250}|xapp-[0-9]-[A-Za-z0-9-]{20,250}",  # Slack
    "[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,255}",  # Stripe
    "AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29[.][A-Za-z0-9_-]{30,512}",  # Google
    "sk-(?:proj-|svcacct-|ant-[a-z0-9]{3,8}-|or-v1-)?[A-Za-z0-9_-]{32,255}",  # OpenAI, Anthropic, OpenRouter
    "hf_[A-Za-z0-9]{30,64}",  # Hugging Face
    "npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{50,999}|dckr_pat_[A-Za-z0-9_-]{24,64}",
    "SG[.][A-Za-z0-9_-]{16,32}[.][A-Za-z0-9_-]{16,64}|[0-9a-f]{32}-us[0-9]{1,2}",  # SendGrid, Mailchimp
    "do[opr]_v1_[0-9a-f]{64}|dapi[0-9a-f]{32}(?:-[0-9])?|hvs[.][A-Za-z0-9_-]{24,255}",  # … and Vault
    "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}",  # Shopify, Square
    "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram
)
"""Tokens that say themselves what they are, for RE2."""
_TOKEN = rf"\b(?:{'|'.join(_ISSUED)})"
_HOOK = r"hooks\.slack\.com/services/(T\w{6,14}/B\w{6,14}/\w{18,32})"
_SIGNED = r"[?&;]sig=([A-Za-z0-9%+/=]{40,120})"
_BEARER = r"(?i:bearer|basic)[ \t]+([A-Za-z0-9._~+/-]{20,999}={0,2})"
_JWT = re.compile(r"eyJ(?<![\w.-]...)[\w-]{8,4096}={0,2}\.\n?[\w-]{2,16384}={0,2}\.?\n?[\w-]{0,4096}")

_KEY = r"-----(?:BEGIN|END) (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----"
_BEGIN, _END = re.compile(_KEY.replace("(?:BEGIN|END)", "BEGIN")), re.compile(_KEY.replace("(?:BEGIN|END)", "END"))
_BODY = re.compile(r"(?:\s{0,4}(?:\\[rn])*[A-Za-z0-9+/=]{16,})*")
_LONGEST_KEY = 20_000

_SECRET = (
    r"(?i:pass(?:word|wd|phrase|code)|pwd|secret|token|credential|shared ?access ?key"
    r"|(?:api|access|account|auth|private|client|encryption|signing|secret|subscription)[ _-]?key)"
    r"(?:s|[_-][A-Za-z0-9_-]{0,30}|[A-Z][A-Za-z0-9]{0,30}| value)?[\"'`*]{0,3}"
    r"(?:\s?(?::=|=>|[:=|>])[*_]{0,2}[ \t]*\n?[ \t]*|[ ](?:is|was)[ ]?:?[ ]?)[*_]{0,2}"
)
"""A telling name, and what says that its value follows."""
_VALUE = re.compile(rf"{_SECRET}(?:[\"'`“](?P<quoted>[^\"'`”\n]{{6,200}})[\"'`”]|(?P<bare>[^\s\"'`<>|,;“”]{{6,200}}))")
_URL = r"[A-Za-z][\w+.-]{1,30}://[^\s:/@\[\]<>\"']{0,100}:([^\s@/<>\"'{}$\[\]]{3,200})@[\w\[]"
_PLACEHOLDER = re.compile(
    r"[<\[({%$*•]|.*(?:\$\{|\{\{|<|\.\.\.|…|\*\*\*|xxx|your|example|placeholder|change_?me|redacted|insert|_here)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"[A-Za-z_][\w.:-]*[(\[{].*|(?:[A-Za-z_]+[./:-])+[A-Za-z_]\w*|[\d.,:%/-]+|[A-Z][A-Z_]+|https?://.*"
    r"|[\w./-]+\.(?:md|txt|pdf|html?|ya?ml|json|py)"
)
"""Calls, dotted names, figures, constants, links and files: what code and manuals put where a value stands."""


def token(text: str) -> Iterator[Found]:
    """API keys and tokens in their issuer's form, JSON Web Tokens, and what an Authorization header carries."""
    for pattern, group in ((_TOKEN, 0), (_HOOK, 1), (_SIGNED, 1), (_BEARER, 1)):
        for match in program(pattern).finditer(text):
            start, end = match.span(group)
            value = text[start:end]
            ends = not (text[end : end + 1].isalnum() or text[end : end + 1] == "<")
            if ends and len(set(value)) > 8 and any(map(str.isdigit, value)):
                yield Found(start, end, "token", value)
    if "eyJ" in text:
        for web in _JWT.finditer(text):
            if _is_jwt(web[0]):
                yield Found(*web.span(), "token", "".join(web[0].split()))


def _is_jwt(value: str) -> bool:
    """Whether the first part is what a JWT opens with: a JSON object that names its algorithm or type."""
    header = value.partition(".")[0].rstrip("=")
    try:
        said = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(said, dict) and ("alg" in said or "typ" in said)


def private_key(text: str) -> Iterator[Found]:
    """A PEM block from BEGIN to END; one without an end as far as its lines look like a key."""
    if "PRIVATE KEY" not in text:
        return
    place = 0
    while begin := _BEGIN.search(text, place):
        end = _END.search(text, begin.end(), begin.end() + _LONGEST_KEY) or _BODY.match(text, begin.end())
        assert end is not None  # a body may be empty
        place = end.end()
        yield Found(begin.start(), place, "private_key", "".join(text[begin.start() : place].split()))


def password(text: str) -> Iterator[Found]:
    """What a telling name is given as its value, and the password in a URL; no placeholder, no plain word."""
    for name in program(_SECRET).finditer(text):  # within a word too: DB_PASSWORD, clientSecret
        if (match := _VALUE.match(text, name.span()[0])) and (found := _value(match)):
            yield found
    if "://" in text and holds(_URL, text):
        for url in program(_URL).finditer(text):
            start, end = url.span(1)
            if not _PLACEHOLDER.match(text[start:end]):
                yield Found(start, end, "password", text[start:end])


def _value(match: re.Match[str]) -> Found | None:
    group = "quoted" if match["quoted"] else "bare"
    value = match[group] if match["quoted"] else match[group].rstrip(".,;:)]}*_")
    if len(value) < 6 or " " in value or _PLACEHOLDER.match(value) or _PLAIN.fullmatch(value):
        return None
    mixed = any(map(str.isdigit, value)) or (group == "quoted" and not value.isalnum())
    if not mixed or not any(map(str.isalpha, value)):
        return None
    return Found(match.start(group), match.start(group) + len(value), "password", value)
