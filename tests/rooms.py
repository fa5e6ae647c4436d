"""Small furnished rooms for tests: sections, a run, examples."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from synthforge.context import Run
from synthforge.edge_cases import EdgeCase, HumanReview, InsufficientInformation
from synthforge.progress import Lines
from synthforge.records import Claim, Evidence, Example, Order, Section, Turn, Verdict
from synthforge.store import Store

EDGE_CASES: Mapping[str, EdgeCase] = {
    "insufficient_information": InsufficientInformation(),
    "human_review": HumanReview(),
}

RULES = (
    "A driver must rest for at least 10 consecutive hours before a new shift.",
    "The trailer temperature shall not exceed 5 °C during loading.",
    "A spill must be reported to the terminal manager within 24 hours.",
    "Visitors may not leave the marked walkway without an escort.",
    "The operator must clean the hopper before each batch.",
    "Records must be kept for at least 6 months.",
)


def sections(texts: Sequence[str] = RULES, family: str = "FP-07") -> dict[str, Section]:
    """One section a text, cut from one canonical text."""
    made: dict[str, Section] = {}
    start = 0
    for number, text in enumerate(texts, 1):
        citation = f"{family} §{number}"
        section = Section(
            id=f"{family}#{citation}", document=family, citation=citation, path=(f"{number} Rule {number}",), text=text,
            start=start, end=start + len(text),
        )  # fmt: skip
        made[section.id] = section
        start += len(text) + 1
    return made


def run(
    folder: Path,
    corpus: Mapping[str, Section] | None = None,
    seed: int = 0,
    cases: Mapping[str, EdgeCase] = EDGE_CASES,
) -> Run:
    def brief(order: Order) -> str:
        return cases[order.edge_case].brief(order) if order.edge_case in cases else ""

    def user_brief(order: Order) -> str:
        return cases[order.edge_case].user_brief(order) if order.edge_case in cases else ""

    return Run(
        seed=seed,
        folder=folder,
        cache=folder / "cache",
        roots=[folder],
        store=Store(folder / "cache" / "store.sqlite"),
        progress=Lines(),
        wording={case.decision: case.wording for case in cases.values() if case.decision},
        brief=brief,
        user_brief=user_brief,
        sections=corpus if corpus is not None else sections(),
    )


def order(target: str = "FP-07#FP-07 §1", template: str = "compliance_check", **changes: object) -> Order:
    fields: dict[str, object] = {
        "template": template, "targets": (target,), "excerpt": (target, "FP-07#FP-07 §2"), "category": "policy",
        "difficulty": "medium", **changes,
    }  # fmt: skip
    return Order.model_validate(fields)


def turn(**changes: object) -> Turn:
    claim = Claim(text=RULES[0], evidence=Evidence(section="FP-07#FP-07 §1", quote=RULES[0]))
    fields: dict[str, object] = {
        "question": "A driver rested for 8 consecutive hours. Does this comply?",
        "claims": (claim,),
        "reasoning": "8 consecutive hours is below the minimum of 10 consecutive hours",
        "decision": "violation",
        **changes,
    }
    return Turn.model_validate(fields)


def example(id: str = "a", verdicts: Sequence[Verdict] = (), **changes: object) -> Example:
    fields: dict[str, object] = {"id": id, "order": order(), "turns": (turn(),), "verdicts": tuple(verdicts), **changes}
    return Example.model_validate(fields)
