"""What flows through the pipeline: documents, sections, orders, examples and the verdicts on them.

Every record is frozen and the same on disk (JSON lines) as in memory. Offsets are code points into the
document's canonical text, so `document.text[section.start:section.end] == section.text` for every section, and
the same slice equals the quote for every located piece of evidence.
"""

import hashlib
import json
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

SCHEMA_VERSION = 3
"""Raised when a record changes shape; stores and stage outputs written under another number are not read."""

Ordinary = Literal["compliant", "violation", "answered"]
Exceptional = Literal[
    "insufficient_information", "human_review", "false_premise", "out_of_scope", "conflicting_sources"
]
Decision = Literal[Ordinary, Exceptional]
ORDINARY: tuple[Decision, ...] = get_args(Ordinary)
EXCEPTIONAL: tuple[Decision, ...] = get_args(Exceptional)
"""What an edge case is answered with: its own decision, so that a student that overlooks the case is wrong."""
ABSTENTIONS: tuple[Decision, ...] = (
    "insufficient_information", "human_review", "out_of_scope", "conflicting_sources",
)  # fmt: skip
"""Decisions that give no answer; a false premise is answered, by what is right instead."""
REFUSAL = "refusal"
"""The move of a conversation that is rightly met with an abstention: the user presses for a guess."""
Outcome = Literal["passed", "failed", "uncertain"]
Fate = Literal["kept", "rejected", "held", "failed"]


def fingerprint(*parts: object) -> str:
    """A 20-hex-digit content hash of JSON-like parts; the same on every machine and in every process."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@cache
def _raised() -> dict[int, str]:
    """Raised, lowered and fraction characters as text that says so: NFKC alone would make 10² and 102 one."""
    marks = {"<super>": "^", "<sub>": "_", "<fraction>": " "}
    tagged = ((n, unicodedata.decomposition(chr(n)).partition(" ")[0]) for n in range(0x80, 0x20000))
    return {n: marks[tag] + unicodedata.normalize("NFKC", chr(n)) for n, tag in tagged if tag in marks}


def folded(text: str) -> str:
    """Ligatures, wide letters and all kinds of blanks in their plain form (NFKC), runs of blanks as one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_raised()))
    return " ".join(text.split())


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Locator(Record):
    """Where a piece of text stands in the original file; only what the format knows is set (counted from 1).

    `box` is left, bottom, right, top in points from the page's lower left corner; `pointer` a JSON pointer
    (RFC 6901), or the anchor above it in a page (`#scope`).
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    line: int | None = None
    block: int | None = None
    row: int | None = None
    pointer: str | None = None

    @model_serializer(mode="wrap")
    def _known(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}

    def __str__(self) -> str:
        named = (("page", self.page), ("line", self.line), ("block", self.block), ("row", self.row))
        said = [f"{name} {value}" for name, value in named if value is not None]
        return ", ".join([*said, self.pointer] if self.pointer else said)


NOWHERE = Locator()


class Link(Record):
    """What a section says about another place, or a term it defines.

    `start` and `end` are code points into the section's own text. For a `reference` and an `exception` ("except
    as provided in § 4.2"), `target` is the citation in full, and `section` the key of the section that holds it, or
    of the first one below it; empty when the corpus does not hold it. For a `definition`, `target` is the term.
    """

    kind: Literal["reference", "exception", "definition"]
    start: int
    end: int
    target: str
    section: str = ""


class Section(Record):
    """A citable piece of a document.

    `id` is the document's family, `#`, and the citation without its edition; (id, edition) is unique in a corpus.
    `citation` is what a professional would write and what students are shown; it names the edition only where the
    corpus holds several (`versioned`), so that a section which a new edition leaves alone stays the same section.
    `lead_in` is the ancestors' introductory text without which a list item means nothing. `introduces` marks such
    text itself: it can be quoted, but asks for nothing without the items below it.
    """

    id: str
    document: str
    citation: str
    edition: str = ""
    path: tuple[str, ...] = ()
    level: int = 1
    text: str
    start: int
    end: int
    lead_in: str = ""
    introduces: bool = False
    locator: Locator = Locator()
    links: tuple[Link, ...] = ()
    versioned: bool = False

    @property
    def key(self) -> str:
        """Unique in a corpus: the id, with its edition where the corpus holds several."""
        return f"{self.id} ({self.edition or 'no edition'})" if self.versioned else self.id

    @property
    def heading(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def hash(self) -> str:
        """Of the text after folding of compatibility forms and white space: equal in every format and layout."""
        return fingerprint(folded(self.text))


class Account(Record):
    """What became of a file's text, in characters that are not blank.

    `visible` is what a reader of the file sees (0 when it could not be counted), `extracted` what stands in the
    canonical text; `dropped` says by kind what was left out on purpose (furniture, contents, running heads),
    `masked` how many values of each kind redaction replaced. `needs_ocr` lists pages without text.
    """

    visible: int = 0
    extracted: int = 0
    dropped: dict[str, int] = {}
    masked: dict[str, int] = {}
    needs_ocr: tuple[int, ...] = ()


class Document(Record):
    """One source document: its canonical text, and the sections that cut it up without overlap.

    `error` says why a file gave no section; `language` is an ISO 639-1 code, empty where there is too little text.
    """

    id: str
    uri: str
    title: str
    category: str
    edition: str = ""
    language: str = ""
    text: str
    sections: tuple[Section, ...] = ()
    places: tuple[tuple[int, Locator], ...] = ()
    """Where each block of the canonical text, by its first code point, stands in the original file; a corpus keeps
    them in a file of their own."""
    account: Account = Account()
    warnings: tuple[str, ...] = ()
    error: str = ""

    def place(self, offset: int) -> Locator:
        """Where the block that holds a code point of the canonical text stands in the original file."""
        after = bisect_right(self.places, offset, key=lambda place: place[0])
        return self.places[after - 1][1] if after else NOWHERE


class Order(Record):
    """One thing asked of the teacher.

    `targets` are the keys of the sections it is about; `excerpt` those of the sections the student is shown, in order
    (for an unanswerable question the target is missing from it; a closed-book one has none). `sample` tells repeated
    orders apart. `moves` are what the user of a conversation does in each turn, where that is planned.
    """

    template: str
    targets: tuple[str, ...]
    excerpt: tuple[str, ...]
    category: str
    difficulty: str
    edge_case: str = "none"
    length: str = "medium"
    turns: int = 1
    moves: tuple[str, ...] = ()
    round: int = 1
    sample: int = 0

    @property
    def id(self) -> str:
        return _order_id(self)


@lru_cache(maxsize=1 << 16)
def _order_id(order: Order) -> str:
    """Looked up a dozen times for each order; a cached property would survive `model_copy`, and be wrong there."""
    return fingerprint("order", order.model_dump(mode="json"))


class Message(Record):
    """`shared` counts the code points at its beginning that other requests are likely to begin with as well: where a
    provider's cache may end. It is no part of what is said."""

    role: Literal["system", "user", "assistant"]
    content: str
    shared: int = Field(default=0, exclude=True, repr=False)


class Evidence(Record):
    """A verbatim quote and its section's key; `start` and `end` are set once it has been found there."""

    section: str
    quote: str
    start: int | None = None
    end: int | None = None


class Claim(Record):
    """One statement of an answer, and the quote that carries it."""

    text: str
    evidence: Evidence


class Turn(Record):
    """One question and its answer, as content; a template renders it into messages.

    `question` holds everything the user says, scenario included. `reasoning` is the line that compares the case
    with the rule. `missing` says what keeps an abstention from a decision: the absent fact or rule, or what a person
    has to settle.
    """

    question: str
    claims: tuple[Claim, ...] = ()
    reasoning: str = ""
    answer: str = ""
    decision: Decision
    missing: str = ""


class Usage(Record):
    """Tokens and dollars of one reply; an embedded teacher uses none.

    `input_tokens` counts all of the prompt; what of it the provider read from its cache or wrote there stands apart as
    well, since each has a price of its own.
    """

    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
        )


class Answer(Record):
    """What could be read from a student's text: the fields of a turn, as far as they are there.

    `well_formed` is format compliance: every required field once, the decision from the closed set.
    """

    decision: Decision | None = None
    citations: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    answer: str = ""
    well_formed: bool = False


class Span(Record):
    """Code points `start:end` of a text: of an example's ("answer", "turn 2 claim 1") or a section's, named by its
    key."""

    place: str
    start: int
    end: int


class Verdict(Record):
    """What one check or filter said of one example.

    `code` is what the funnel counts (`number.unsupported`, `near.duplicate`); `reason` is for a person, with the
    values in it. A passed verdict with a code is a warning. `said` and `source` are where example and section stand
    against each other, `found` and `expected` their words. `settles` are the codes that this passed verdict decides
    where checks before it were uncertain.
    """

    stage: Literal["generate", "check", "filter"]
    by: str
    outcome: Outcome
    code: str = ""
    reason: str = ""
    score: float | None = None
    said: Span | None = None
    source: Span | None = None
    found: str = ""
    expected: str = ""
    settles: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _known(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        always = ("stage", "by", "outcome", "code", "reason", "score")
        return {name: value for name, value in dump(self).items() if name in always or value}


class Example(Record):
    """One order's outcome, with its history; a rejected example is the same record with a failing verdict.

    `replies` are the keys of the teacher's replies it was made from, in their order; `usage` is their sum.
    """

    id: str
    order: Order
    turns: tuple[Turn, ...] = ()
    messages: tuple[Message, ...] = ()
    replies: tuple[str, ...] = ()
    usage: Usage = Usage()
    verdicts: tuple[Verdict, ...] = ()

    def judged(self, *verdicts: Verdict) -> "Example":
        return self.model_copy(update={"verdicts": (*self.verdicts, *verdicts)})

    @property
    def fate(self) -> Fate:
        """Failed when no usable draft came, rejected on a failing verdict, held on an uncertain one, else kept."""
        failures = [v for v in self.verdicts if v.outcome == "failed"]
        if any(v.stage == "generate" for v in failures):
            return "failed"
        if failures:
            return "rejected"
        return "held" if self.unsettled else "kept"

    @property
    def unsettled(self) -> tuple[Verdict, ...]:
        """The uncertain verdicts that no later one has settled."""
        settled: set[str] = set()
        left = []
        for verdict in reversed(self.verdicts):
            settled.update(verdict.settles)
            if verdict.outcome == "uncertain" and verdict.code not in settled:
                left.append(verdict)
        return tuple(reversed(left))

    @property
    def cause(self) -> Verdict | None:
        """The first verdict that kept this example out, or None for a kept one."""
        return next((v for v in self.verdicts if v.outcome == "failed"), next(iter(self.unsettled), None))

    @property
    def decision(self) -> Decision:
        return self.turns[-1].decision


class Request(Record):
    """What is sent to a teacher. Only `messages`, `response_schema` and `sample` reach a real provider.

    `response` is the model that the reply must fit, of which `response_schema` is the JSON schema. The rest repeats
    the prompt's content as data, and nothing that the prompt does not show; the embedded teacher reads it instead of
    prose. `turns` and `question` are the conversation so far, and what is to be answered now.
    """

    messages: tuple[Message, ...]
    response_schema: dict[str, Any]
    response: type[BaseModel] | None = Field(default=None, exclude=True)
    sample: int
    order: Order
    sections: tuple[Section, ...]
    turns: tuple[Turn, ...] = ()
    question: str = ""


class Reply(Record):
    """A teacher's raw answer. `private` is never shown to a check or filter: it says which fault was planted."""

    content: dict[str, Any]
    usage: Usage = Usage()
    private: Mapping[str, Any] = {}
