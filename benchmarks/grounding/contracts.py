"""ContractNLI: hypotheses about non-disclosure agreements, and how well each check tells which of them hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from counting import CHECKS, answered, run_over
from numpy.typing import NDArray

from synthforge.context import Run
from synthforge.meaning.evidence import rarity, supporting
from synthforge.records import Claim, Evidence, Example, Section

SUSPICION = {"passed": 0, "uncertain": 1, "failed": 2}


class Case(NamedTuple):
    hypothesis: str
    positive: bool
    """Whether it is to be caught."""
    example: Example


def areas(file: Path) -> Iterator[str]:
    data = json.loads(file.read_text())
    said = {name: label["hypothesis"] for name, label in data["labels"].items()}
    yield f"  {'':<10} {'n':>5} {'positive':>9}  {'':<10} {'AUC':>6} {'mean AUC within a hypothesis':>30}"
    for mode, asked in (("contract", _whole), ("evidence", _annotated)):
        sections, cases = asked(data["documents"], said)
        run = run_over(sections)
        positive = np.array([case.positive for case in cases])
        for name, scores in _scores(cases, run).items():
            within = [auc(scores[at], positive[at]) for at in _by_hypothesis(cases)]
            told = f"{name:<10} {auc(scores, positive):>6.3f} {np.nanmean(within):>30.3f}"
            yield f"  {mode:<10} {len(cases):>5} {positive.mean():>9.0%}  {told}"


def _whole(contracts: Sequence[Mapping[str, Any]], said: Mapping[str, str]) -> tuple[list[Section], list[Case]]:
    """Every hypothesis, on the sentences of the contract that the package finds for it."""
    sections = [_section(f"NDA-{contract['id']}", contract["text"]) for contract in contracts]
    rare, cases = rarity([section.text for section in sections]), list[Case]()
    for section, contract in zip(sections, contracts, strict=True):
        for name, annotation in contract["annotation_sets"][0]["annotations"].items():
            spans = [span for _, span in supporting(said[name], [section.text], rare)]
            quotes = [(section, section.text[start:end]) for start, end in spans] or [(section, "")]
            cases.append(Case(name, annotation["choice"] != "Entailment", _example(said[name], quotes)))
    return sections, cases


def _annotated(contracts: Sequence[Mapping[str, Any]], said: Mapping[str, str]) -> tuple[list[Section], list[Case]]:
    """The hypotheses that are decided, on the sentences that decide them, each of which is a section here."""
    sections, cases = list[Section](), list[Case]()
    for contract in contracts:
        texts = [contract["text"][start:end] for start, end in contract["spans"]]
        own = [_section(f"NDA-{contract['id']}/{number}", text) for number, text in enumerate(texts)]
        sections += own
        for name, annotation in contract["annotation_sets"][0]["annotations"].items():
            if annotation["choice"] != "NotMentioned":
                quotes = [(own[at], own[at].text) for at in annotation["spans"]]
                cases.append(Case(name, annotation["choice"] == "Contradiction", _example(said[name], quotes)))
    return sections, cases


def _section(name: str, text: str) -> Section:
    return Section(id=f"{name}#§1", document=name, citation=f"{name} §1", text=text, start=0, end=len(text))


def _example(statement: str, quotes: Sequence[tuple[Section, str]]) -> Example:
    claims = [Claim(text=statement, evidence=Evidence(section=s.key, quote=quote)) for s, quote in quotes]
    return answered(claims, list(dict.fromkeys(s.key for s, _ in quotes)))


def _scores(cases: Sequence[Case], run: Run) -> dict[str, NDArray[np.float64]]:
    """By check, the higher the more it has against a case; coverage has a score of its own."""
    verdicts = {n: [CHECKS[n].check(case.example, run) for case in cases] for n in ("coverage", "facts", "logic")}
    levels = {n: np.array([float(SUSPICION[v.outcome]) for v in found]) for n, found in verdicts.items()}
    missing = np.array([1.0 - (1.0 if v.score is None else v.score) for v in verdicts["coverage"]])
    together = np.sum([*levels.values()], axis=0)
    return {"coverage": missing, "logic": levels["logic"], "facts": levels["facts"], "together": together}


def _by_hypothesis(cases: Sequence[Case]) -> Iterator[NDArray[np.bool_]]:
    names = np.array([case.hypothesis for case in cases])
    return (names == name for name in dict.fromkeys(names))


def auc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """How often a positive case scores higher than a negative one, ties counting half (Mann and Whitney's U); NaN
    without one of either."""
    hits, misses = int(positive.sum()), int((~positive).sum())
    if not hits or not misses:
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))
