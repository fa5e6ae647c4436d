"""Speed: what a check costs, and a check that has been made before."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from counting import CHECKS, judged, run_over
from rulebook import HALVES, Rulebook

from synthforge.context import Run
from synthforge.pipeline.mutants import Mutant
from synthforge.records import Example

EXAMPLES = 10_000
"""The rulebook's sentences, and of those with a mistake as many as it takes."""
TIMED = 1_000
"""Of these, for each check by itself."""


def speed(book: Rulebook, made: Mapping[str, Sequence[Mutant]]) -> Iterator[str]:
    examples = _examples(book, made)
    yield f"  {'check':<10} {'claims/s':>9}"
    for name in CHECKS:
        _forget()
        run, timed = run_over(book.run.sections.values()), examples[:TIMED]
        seconds = _seconds(name, timed, run)
        yield f"  {name:<10} {_claims(timed) / seconds:>9,.0f}"
    _forget()
    run = run_over(book.run.sections.values())
    passes = [_pass(examples, run) for _ in range(2)]
    yield f"  {'together':<10} {_claims(examples) / passes[0][0]:>9,.0f}\n"
    yield f"  {len(examples):,} examples with {_claims(examples):,} claims"
    for name, (cpu, wall) in zip(("first", "second"), passes, strict=True):
        yield f"  {name:<10} {cpu:>6.1f} CPU s  {wall:>6.1f} s"
    yield f"  second / first, in CPU seconds: {passes[1][0] / passes[0][0]:.2f}"


def _examples(book: Rulebook, made: Mapping[str, Sequence[Mutant]]) -> list[Example]:
    stated = [each.good.example for half in HALVES for each in book.stated[half]]
    wrong = [mutant.example for half in HALVES for mutant in made[half]]
    return Random("speed").sample([*stated, *wrong], min(EXAMPLES, len(stated) + len(wrong)))


def _claims(examples: Sequence[Example]) -> int:
    """Statements: one that rests on several quotes is checked once."""
    return len({(example.id, claim.text) for example in examples for turn in example.turns for claim in turn.claims})


def _seconds(name: str, examples: Sequence[Example], run: Run) -> float:
    started = time.process_time()
    CHECKS[name].check_many(examples, run)
    return time.process_time() - started


def _pass(examples: Sequence[Example], run: Run) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    judged(examples, run)
    return time.process_time() - cpu, time.perf_counter() - wall


def _forget() -> None:
    """Empty what the package has remembered of texts, which would make the next one look faster."""
    for name, module in list(sys.modules.items()):
        if name.startswith("synthforge."):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()
