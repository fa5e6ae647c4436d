"""The checks, a run to ask them in, and the lines of a table that say what they stopped."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

from synthforge.context import Run
from synthforge.corruption import MISTAKES
from synthforge.evaluation.intervals import wilson
from synthforge.pipeline.check import check
from synthforge.pipeline.mutants import Good, Mutant
from synthforge.progress import Lines
from synthforge.records import Claim, Example, Order, Section, Turn
from synthforge.store import Store
from synthforge.templates import CitedAnswer
from synthforge.validators import Citation, Coverage, Decision, Facts, Logic, Quote, Schema
from synthforge.validators.base import Validator

CHECKS: Mapping[str, Validator] = {
    kind.__name__.lower(): kind.model_validate({})
    for kind in (Schema, Quote, Citation, Facts, Coverage, Logic, Decision)
}
"""As in conf/validators/grounding.yaml."""
TEMPLATE = "cited_answer"
TEMPLATES = {TEMPLATE: CitedAnswer.model_validate({})}
DRIFT = ("obligation>advice", "advice>obligation")
"""Changes of force that untouched paraphrases show too."""
FORCE, SOFT = "modality: must, may, need not", "modality: must, should"
HEAD = f"  {'':<32} {'n':>5} {'rejected':>9} {'uncertain':>10}  {'caught':<23} of passing"

_HOME = tempfile.TemporaryDirectory()


def run_over(sections: Iterable[Section]) -> Run:
    """A run over these sections, with a store of its own in which nothing has been judged yet."""
    folder = Path(tempfile.mkdtemp(dir=_HOME.name))
    by_key = {section.key: section for section in sections}
    store, silent = Store(folder / "store.sqlite"), Lines(StringIO())
    return Run(seed=0, folder=folder, cache=folder, roots=[folder], store=store, progress=silent, sections=by_key)


def answered(claims: Sequence[Claim], shown: Sequence[str], question: str = "", id: str = "") -> Example:
    """Claims as the answer to a question, with the keys of the sections that are shown with it."""
    text = " ".join(dict.fromkeys(claim.text for claim in claims))
    order = Order(template=TEMPLATE, targets=(), excerpt=tuple(shown), category="", difficulty="medium")
    turn = Turn(question=question, claims=tuple(claims), answer=text, decision="answered")
    return Example(id=id, order=order, turns=(turn,))


def judged(examples: Sequence[Example], run: Run) -> list[Example]:
    return check(examples, CHECKS, {}, run)


def stopped(good: Sequence[Good], made: Sequence[Mutant], run: Run) -> Iterator[str]:
    """The table of one set: the untouched examples, then those with each kind of mistake."""
    untouched = judged([each.example for each in good], run)
    after = judged([each.example for each in made], run)
    names = [name for kind in MISTAKES for name in ((FORCE, SOFT) if kind == "modality" else (kind,))]
    found: dict[str, list[tuple[str, Example]]] = {name: [] for name in names}
    for mutant, example in zip(made, after, strict=True):
        found[_name(mutant)].append((mutant.of, example))
    passing = {example.id for example in untouched if example.fate == "kept"}
    yield HEAD
    yield row("untouched", untouched)
    for name, pairs in found.items():
        yield row(name, [example for _, example in pairs], [example for of, example in pairs if of in passing])
    yield "  the untouched were stopped by"
    yield from causes(untouched)


def _name(mutant: Mutant) -> str:
    if mutant.kind != "modality":
        return mutant.kind
    return SOFT if mutant.label in DRIFT else FORCE


def row(name: str, examples: Sequence[Example], passing: Sequence[Example] | None = None) -> str:
    """`passing` are those of the examples that pass untouched."""
    n, fates = len(examples), Counter(example.fate for example in examples)
    if not n:
        return f"  {name:<32} {0:>5}  no example can carry it"
    caught = share(fates["rejected"] + fates["held"], n)
    line = f"  {name:<32} {n:>5} {fates['rejected'] / n:>9.1%} {fates['held'] / n:>10.1%}  {caught:<23}"
    if not passing:
        return line
    return f"{line} {sum(example.fate != 'kept' for example in passing) / len(passing):.1%} of {len(passing)}"


def causes(examples: Sequence[Example]) -> Iterator[str]:
    """Every check and code that had something against them, and how often."""
    found = Counter((v.outcome, v.by, v.code) for each in examples for v in each.verdicts if v.outcome != "passed")
    for (outcome, by, code), count in found.most_common():
        yield f"    {f'{by}: {code}':<30} {count:>5} {count / len(examples):>9.1%}  {outcome}"


def share(hits: int, n: int) -> str:
    """With Wilson's 95 % interval."""
    found = wilson(hits, n)
    return f"{found.value:.1%} [{found.low:.1%}, {found.high:.1%}]" if n else "none"
