"""A hand-made run: two documents, eight orders, every fate, and text that would break a careless report."""

from collections.abc import Callable

import pytest

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.difficulty import signals
from synthforge.pipeline.intake import Changes, Intake, intake
from synthforge.pipeline.summary import (
    Caught,
    Fates,
    Faults,
    Scores,
    StageCount,
    Summary,
    dropped,
    fates,
    strata,
)
from synthforge.records import (
    Account,
    Claim,
    Document,
    Evidence,
    Example,
    Message,
    Order,
    Section,
    Turn,
    Usage,
    Verdict,
)
from synthforge.templates import CitedAnswer
from synthforge.templates.distance import distance

TEXT = "A driver must rest for at least 10 hours.\nDrivers may | not <b>skip</b> `rest`."
NASTY = "Pipes | and\nnewlines, <script>alert(1)</script> & *stars* [link](javascript:x) ``` \u202egnp.exe"


def document(id: str, category: str = "policy", edition: str = "2024") -> Document:
    sections = tuple(
        Section(
            id=f"{id}#§{n}",
            document=id,
            citation=f"{id} §{n}",
            edition=edition,
            text=TEXT[a:b],
            start=a,
            end=b,
        )
        for n, a, b in ((1, 0, 41), (2, 42, len(TEXT)))
    )
    return Document(
        id=id,
        uri=f"corpus/{id}.md",
        title=f"{id} | rest <i>rules</i>",
        category=category,
        edition=edition,
        text=TEXT,
        sections=sections,
        warnings=(f"table on page 3 skipped: {NASTY}",),
    )


def example(id: str, *verdicts: Verdict, template: str = "compliance_check", edge_case: str = "none") -> Example:
    order = Order(
        template=template,
        targets=("FP-07#§1",),
        excerpt=("FP-07#§1", "FP-07#§2"),
        category="policy",
        difficulty="medium",
        edge_case=edge_case,
        sample=int(id, 16) % 1000,
    )
    if verdicts and verdicts[0].stage == "generate":
        return Example(id=id, order=order, verdicts=verdicts)
    evidence = Evidence(section="FP-07#§1", quote=TEXT[:41], start=0, end=41)
    turn = Turn(
        question=f"A driver rested 8 hours. Is that allowed? {NASTY}",
        claims=(Claim(text="10 hours are required.", evidence=evidence),),
        reasoning="8 hours is less than 10 hours",
        decision="violation" if edge_case == "none" else "insufficient_information",
    )
    messages = (
        Message(role="user", content=f"Judge the case.\n\n{turn.question}"),
        Message(role="assistant", content=f'Quote: "{TEXT[:41]}" [FP-07 §1]\nDecision: {turn.decision}'),
    )
    return Example(id=id, order=order, turns=(turn,), messages=messages, verdicts=verdicts)


def verdict(stage: str, by: str, code: str, reason: str = "", outcome: str = "failed") -> Verdict:
    said = {"stage": stage, "by": by, "outcome": outcome, "code": code, "reason": reason}
    return Verdict.model_validate(said)


def run_examples() -> list[Example]:
    return [
        example("a1"),
        example("a2", edge_case="insufficient_information"),
        example("a3", template="cited_answer"),
        example("b1", verdict("check", "numbers", "number.unsupported", f"8 hours is nowhere: {NASTY}")),
        example("b2", verdict("check", "numbers", "number.unsupported", "12 hours is nowhere")),
        example("b3", verdict("filter", "near", "near.duplicate:a1", "0.93 like a1")),
        example("c1", verdict("check", "logic", "logic.open", "cannot tell", outcome="uncertain")),
        example("d1", verdict("generate", "teacher", "reply.schema", "decision: Field required")),
    ]


def interval(value: float, low: float, high: float, n: int = 152) -> Interval:
    return Interval(value=value, low=low, high=high, n=n)


def stages() -> list[StageCount]:
    used = Usage(input_tokens=12_000, output_tokens=3_400, cost_usd=0.25)
    return [
        StageCount(name="collect", came_in=2, went_out=4, seconds=0.2, cached=True),
        StageCount(name="generate", came_in=8, went_out=7, dropped={"reply.schema": 1}, seconds=3.25,
                   cached=False, requests=8, asked=5, usage=used),
        StageCount(name="check", came_in=7, went_out=4, dropped={"number.unsupported": 2, "logic.open": 1},
                   seconds=0.9, cached=False),
        StageCount(name="filter", came_in=4, went_out=3, dropped={"near.duplicate:a1": 1}, seconds=0.1,
                   cached=False),
        StageCount(name="tune", came_in=3, went_out=1, seconds=101.4, cached=False),
        StageCount(name="evaluate", came_in=152, went_out=152, seconds=20.0, cached=False),
    ]  # fmt: skip


def evaluation() -> list[Scores]:
    tuned = {
        "decision_accuracy": interval(0.82, 0.75, 0.88),
        "abstention_recall": interval(0.6, 0.41, 0.78, 31),
    }
    base = {"decision_accuracy": interval(0.03, 0.0099, 0.06), "abstention_recall": interval(0, 0, 0, 31)}
    groups = {"compliance_check": {"decision_accuracy": interval(0.8, 0.7, 0.9, 90)}}
    cases = {"none": {"decision_accuracy": interval(0.85, 0.78, 0.91, 121)}}
    medium = {"medium": {"decision_accuracy": interval(0.03, 0.0099, 0.06)}}
    return [
        Scores(student="base", metrics=base, by_template=groups, by_difficulty=medium),
        Scores(student="tuned", metrics=tuned, by_template=groups, by_edge_case=cases),
    ]


SCAN = Document(
    id="scan", uri="corpus/scan.pdf", title="scan", category="policy", text="",
    error=f"pdf.scanned: corpus/scan.pdf has no text on its 3 pages: it needs OCR {NASTY}",
)  # fmt: skip
ACCOUNT = Account(
    visible=400, extracted=320, dropped={"furniture": 60, "contents": 20}, masked={"email": 2}, needs_ocr=(2, 5, 6, 7)
)


@pytest.fixture
def corpus() -> list[Document]:
    manual = document("MAN-2", "manual", "").model_copy(update={"account": ACCOUNT, "language": "en"})
    return [document("FP-07"), manual, SCAN]


def taken(corpus: list[Document]) -> Intake:
    changes = Changes(added=["FP-07#§3"], changed=[f"FP-07#§{n}" for n in range(1, 20)], unchanged=7)
    counted = intake(corpus, changes)
    return counted.model_copy(update={"links": {"reference": 9, "reference, resolved": 7, "definition": 1}})


@pytest.fixture
def examples() -> list[Example]:
    return run_examples()


@pytest.fixture
def summary(examples: list[Example], corpus: list[Document]) -> Summary:
    assert sum(dropped(examples).values()) == 5
    caught = [
        Caught(kind="number", style="extractive", planted=40, caught=40, by={"numbers": 38, "quote": 2}),
        Caught(kind="number", style="paraphrased", planted=20, caught=17, by={"numbers": 17}),
        Caught(kind="modality", style="paraphrased", planted=9, caught=3, by={"logic": 3}),
    ]
    return Summary(
        recipe="quickstart",
        seed=7,
        version="0.1.0",
        command="synthforge recipes=quickstart",
        folder="outputs/quickstart/1",
        until="evaluate",
        seconds=125.85,
        intake=taken(corpus),
        fates=fates(examples),
        stages=stages(),
        by_stratum=strata(examples, {"cited_answer": CitedAnswer()}),
        declared={"template": {"compliance_check": 0.5, "cited_answer": 0.5}, "length": {"medium": 0.75, "long": 0.25}},
        distances={"cited_answer": distance(["What is the rest time?"], ["how long do i rest", "do i rest 10 hours"])},
        signals=signals([e for e in examples if e.fate == "kept"]),
        stand_in=True,
        faults=Faults(planted=caught, clean=90, clean_lost={"number.unsupported": 2}),
        evaluation=evaluation(),
        differences={
            "decision_accuracy": interval(0.79, 0.72, 0.86),
            "abstention_recall": interval(0.6, -0.02, 0.8, 31),
        },
        notes=["2 examples were too long for the student and left out"],
        usage=stages()[1].usage,
        redone=5,
    )


@pytest.fixture
def bare() -> Callable[..., Summary]:
    """A summary of nothing but the fields given."""

    def make(**fields: object) -> Summary:
        base = {"recipe": "r", "seed": 0, "version": "0", "folder": "f", "until": "collect", "seconds": 1.0}
        return Summary.model_validate({**base, "fates": Fates(), **fields})

    return make
