"""What a recipe may say about redaction: which kinds, its own patterns, and what stays as it is."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict

Kind = Literal[
    "private_key", "token", "email", "iban", "card", "ssn", "phone", "mac", "ip", "licence", "passport",
    "medical_record", "birth_date", "address", "name", "password",
]  # fmt: skip
"""Where two claim the same stretch, the longer wins; of equals, the one named here first."""
KINDS: tuple[Kind, ...] = get_args(Kind)


def _expression(pattern: str) -> str:
    from synthforge.privacy.patterns import program

    if program(pattern).search("") is not None:
        raise ValueError(f"{pattern!r} matches the empty text; let it need at least one character")
    return pattern


def _own_kind(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError("a kind is named in lower-case letters, digits and '_'")
    if name in KINDS:
        raise ValueError("is a built-in kind; choose another name")
    return name


def _country(code: str) -> str:
    if code != "US":
        from phonenumbers import SUPPORTED_REGIONS

        if code not in SUPPORTED_REGIONS:
            raise ValueError(f"no such country: {code}; write two capitals, for example US, GB, DE")
    return code


Expression = Annotated[str, AfterValidator(_expression)]


class Allow(BaseModel):
    """What is no secret although it looks like one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domains: tuple[str, ...] = ()
    """Mail domains whose addresses are left alone, those below them included: `[acme.com]`."""
    values: tuple[str, ...] = ()
    """Exact values, white space and case apart: a hotline's number, a role's mailbox."""
    patterns: tuple[Expression, ...] = ()
    """Regular expressions (RE2); a value that one of them matches as a whole is left alone."""


class Redact(BaseModel):
    """Personal data and secrets to mask, by kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "ip")
    """Which built-in kinds are looked for; all but `ip` unless named, since an address of a machine seldom says
    anything of a person and manuals need theirs."""
    patterns: dict[Annotated[str, AfterValidator(_own_kind)], Expression] = {}
    """Kinds of the recipe's own, each a regular expression (RE2: linear in the text, no look-around and no
    back-references): `{employee_id: 'E\\d{6}'}`. It matches whole words; with a group in it, only the group is
    masked."""
    regions: tuple[Annotated[str, AfterValidator(_country)], ...] = ("US",)
    """Countries (ISO 3166) whose phone numbers are recognised without a country code."""
    allow: Allow = Allow()
    """What stays as it is."""
