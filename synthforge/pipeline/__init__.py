"""The drawing: documents → sections → orders → examples → checked → filtered → tuned student → evaluated.

collect ──► split ──► evaluation set
              │
              ├──► rounds: order ► generate ► check ► filter    until enough survive
              │
              └──► tune ──► evaluate (base and tuned, on documents neither was trained on)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from synthforge.pipeline.stages import Corpus, Stages
from synthforge.records import Example

__all__ = ["Outcome", "pipeline"]


@dataclass(frozen=True)
class Outcome:
    """What a run leaves behind, as far as its `until` went."""

    corpus: Corpus
    examples: Sequence[Example] = ()
    evaluation_set: Sequence[Example] = ()


def pipeline(stages: Stages) -> Outcome:
    """All the stages in order; each one is computed once per content and read from the cache afterwards."""
    corpus = stages.collect()
    if stages.ends("collect"):
        return Outcome(corpus)
    evaluation_set = stages.evaluation_set(corpus) if stages.reaches("evaluate") else ()
    examples = () if stages.out_of_budget else stages.rounds(corpus, evaluation_set)
    if stages.ends("generate", "check", "filter") or stages.out_of_budget:
        return Outcome(corpus, examples, evaluation_set)
    adapter = stages.tune(examples)
    if stages.reaches("evaluate"):
        stages.evaluate(corpus, evaluation_set, adapter)
    return Outcome(corpus, examples, evaluation_set)
