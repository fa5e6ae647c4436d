"""The check by a reading model, where one is configured: does each statement follow from the sentences it quotes?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.plugin import Cost
from synthforge.records import Example, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.settling import doubts, earlier
from synthforge.validators.statements import Statement, quoted, short, source_sentences, statements
from synthforge.weights import folder_hash, quiet

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Pair = tuple[str, str]
"""A premise from the source, and the statement that should follow from it."""

DIGITS = 4
"""Scores are rounded before they are compared: the last digits depend on what shares a batch."""
_BATCHES = 16
"""Batches between two steps of the progress bar; within them pairs are sorted by length."""


class Entailment(Validator):
    """Asks a cross-encoder how likely it is that a statement follows from the whole sentences its quotes stand in.

    Any sequence classifier over two texts will do, from the Hugging Face hub or a folder: an NLI model
    (`cross-encoder/nli-deberta-v3-base`), MiniCheck (`lytang/MiniCheck-RoBERTa-Large` with `label: 1`), HHEM 1
    (`vectara/hallucination_evaluation_model` with `revision: hhem-1.0-open`). Whether it knows the client's field is
    for `synthforge calibrate` to measure, which also proposes thresholds.
    """

    cost: ClassVar[Cost] = "model"
    threshold: ClassVar[str] = "accept_from"

    model: str = Field(min_length=1)
    """Its name on the hub, or its folder, from the recipe's."""

    revision: str | None = None
    """The hub's commit, tag or branch; pinned, verdicts stay those of the same weights."""

    label: str | int | None = None
    """Which of several outputs means that it follows: its name or number. By default the one called entailment."""

    reject_below: float = Field(0.2, ge=0, le=1)
    """An example whose weakest statement scores less is rejected."""

    accept_from: float = Field(0.8, ge=0, le=1)
    """One whose weakest statement scores this or more is accepted, and doubts of earlier checks about what its
    statements say are settled. Between the two it is left uncertain."""

    batch_size: int = Field(32, ge=1)
    """Pairs read at once."""

    max_length: int | None = Field(None, ge=8)
    """Tokens of a pair; the model's own limit when not set. What is longer is left uncertain, not cut."""

    @field_validator("model")
    @classmethod
    def _placed(cls, model: str, info: ValidationInfo) -> str:
        """The folder, where the recipe has one of that name beside it."""
        roots: tuple[Path, ...] = (info.context or {}).get("roots") or (Path.cwd(),)
        places = [root / Path(model).expanduser() for root in roots]
        return next((str(place) for place in places if place.is_dir()), model)

    @model_validator(mode="after")
    def _a_band(self) -> "Entailment":
        if self.reject_below > self.accept_from:
            raise ValueError(f"reject_below ({self.reject_below}) is above accept_from ({self.accept_from})")
        return self

    def identity(self) -> dict[str, Any]:
        """The weights themselves, wherever their folder is."""
        return {**super().identity(), "model": self._weights() or self.model}

    def check(self, example: Example, run: Run) -> Verdict:
        return self.check_many([example], run)[0]

    def check_many(self, examples: Sequence[Example], run: Run) -> list[Verdict]:
        stated = [dict(_pairs(example, run)) for example in examples]
        # In an order that the examples' own has no part in.
        pairs = sorted({pair for each in stated for pair in each.values()})
        scores = self._scores(pairs, run)
        return [self._verdict(*both, scores) for both in zip(examples, stated, strict=True)]

    def reads(self, example: Example, run: Run) -> object:
        return [[pair for _, pair in _pairs(example, run)], earlier(example)]

    def _verdict(
        self, example: Example, stated: Mapping[Statement, Pair], scores: Mapping[Pair, float | None]
    ) -> Verdict:
        """The weakest statement decides; one that cannot be read whole is weaker than any that can."""
        if not stated:
            return self.passed()
        weakest = min(stated, key=lambda statement: -1.0 if (s := scores[stated[statement]]) is None else s)
        premise, text = stated[weakest]
        score = scores[premise, text]
        details: dict[str, Any] = {"score": score, "said": weakest.span, "found": text, "expected": premise}
        if score is None:
            reason = f"{weakest.place} and its source are longer than the model reads: '{short(text)}'"
            return self.uncertain("entailment.too_long", reason, **details)
        reason = f"{weakest.place} follows with {score:.2f}: '{short(text)}' from '{short(premise)}'"
        if score < self.reject_below:
            return self.failed("entailment.low", reason, **details)
        if score < self.accept_from:
            return self.uncertain("entailment.unsure", reason, **details)
        return self.passed().model_copy(update={"score": score, "settles": _settled(example)})

    def _scores(self, pairs: Sequence[Pair], run: Run) -> dict[Pair, float | None]:
        """How likely each pair's second text follows from its first; None for one that cannot be read whole."""
        if not pairs:
            return {}
        model = load(self.model, self.revision, self.max_length, self._weights())
        output = self._output(names(model))
        found: dict[Pair, float | None] = {}
        step = _BATCHES * self.batch_size
        with run.progress.bar("entailment", len(pairs)) as bar:
            for at in range(0, len(pairs), step):
                some = pairs[at : at + step]
                short = [pair for pair in some if fits(model, pair)]
                found |= dict.fromkeys(some)
                found |= zip(short, probabilities(model, short, output, self.batch_size), strict=True)
                bar.advance(len(some))
        return found

    def _output(self, outputs: Sequence[str]) -> int:
        """The number of the output that means that the statement follows."""
        if len(outputs) == 1:
            return 0
        wanted = "entailment" if self.label is None else str(self.label)
        for number, name in enumerate(outputs):
            if wanted.lower() in (name.lower(), str(number)):
                return number
        raise StageError(
            "check", f"'{self.model}' has no output '{wanted}' (it has: {', '.join(outputs)})",
            "set the check's label to the output that means that the statement follows, by its name or number from 0",
        )  # fmt: skip

    def _weights(self) -> str:
        return folder_hash(Path(self.model))


def _pairs(example: Example, run: Run) -> Iterator[tuple[Statement, Pair]]:
    """Each statement that quotes something, with its premise: what leads up to the sentences, and they themselves."""
    for number, turn in enumerate(example.turns, 1):
        for statement in statements(turn, number, len(example.turns)):
            if quoted(statement):
                keys = (each.section for each in statement.evidence)
                leads = (run.sections[key].lead_in for key in keys if key in run.sections)
                said = [*leads, *source_sentences(statement, run.sections)]
                yield statement, (" ".join(filter(None, dict.fromkeys(said))), statement.text)


def _settled(example: Example) -> tuple[str, ...]:
    """The doubts about statements; of the answer's other sentences nothing was asked."""
    elsewhere = {v.code for v in example.unsettled if v.said is None or "claim" not in v.said.place}
    return tuple(code for code in doubts(example) if code not in elsewhere)


@lru_cache(maxsize=1)
def load(name: str, revision: str | None, max_length: int | None, weights: str) -> "CrossEncoder":
    """The model, once a process; `weights` is their hash where they lie in a folder.

    Raises:
        StageError: it is not there, cannot be fetched, or is no classifier.
    """
    import torch
    from sentence_transformers import CrossEncoder

    quiet()
    if not weights and (name.startswith((".", "/", "~")) or name.count("/") > 1):
        remedy = "set the check's model to a folder that exists (from the recipe's), or to a name on the hub"
        raise StageError("check", f"the model's folder '{name}' does not exist", remedy)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        model: CrossEncoder = CrossEncoder(
            name, revision=revision, max_length=max_length, device=device, local_files_only=bool(weights)
        )
    except (OSError, ValueError, KeyError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        remedy = (
            "the folder needs what `save_pretrained` writes: config.json, *.safetensors, the tokenizer's files"
            if weights
            else f"without network, download it where there is one (`hf download {name} --local-dir DIR`) and set the "
            "check's model to DIR; a gated one wants `hf auth login`"
        )
        raise StageError("check", f"cannot load the model '{name}': {said[0]}", remedy) from error
    config: Any = model.config
    kinds: Sequence[str] = config.architectures or ["unknown"]
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        # It was given a head of random numbers.
        reason = f"'{name}' is no classifier (it is: {', '.join(kinds)})"
        raise StageError("check", reason, "name a cross-encoder that was trained for entailment or fact checking")
    return model


def names(model: "CrossEncoder") -> list[str]:
    """What its outputs are called, in their order."""
    config: Any = model.config
    return [str(config.id2label.get(number, number)) for number in range(model.num_labels)]


def fits(model: "CrossEncoder", pair: Pair) -> bool:
    """Whether it reads a pair whole."""
    return len(model.tokenizer(*pair, verbose=False)["input_ids"]) <= (model.max_seq_length or 10**9)


def probabilities(model: "CrossEncoder", pairs: Sequence[Pair], output: int, batch_size: int) -> Iterable[float]:
    import torch

    if not pairs:
        return []
    several = model.num_labels > 1
    activation = torch.nn.Softmax(dim=-1) if several else torch.nn.Sigmoid()
    made = model.predict(list(pairs), batch_size=batch_size, show_progress_bar=False, activation_fn=activation)
    return [round(float(each[output] if several else each), DIGITS) for each in made]
