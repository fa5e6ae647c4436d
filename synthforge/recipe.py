"""The recipe: every setting of a run, its fields in stage order."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from synthforge.edge_cases.base import EdgeCase
from synthforge.filters.base import Filter
from synthforge.money.prices import Prices
from synthforge.privacy import Redact
from synthforge.runners.base import Runner
from synthforge.runners.local import Local
from synthforge.sources.base import Source
from synthforge.student.base import Student, Tuner
from synthforge.teacher.base import Teacher
from synthforge.templates.base import LENGTHS, Template
from synthforge.tracking.base import Tracker
from synthforge.validators.base import Validator
from synthforge.validators.judge import Judge, Judgement
from synthforge.where import nearest

DIFFICULTIES = ("easy", "medium", "hard")

Stage = Literal["collect", "generate", "check", "filter", "tune", "evaluate"]


def known_difficulty(name: str) -> str:
    if name not in DIFFICULTIES:
        raise ValueError(f"is no difficulty{nearest(name, DIFFICULTIES)}")
    return name


def known_length(name: str) -> str:
    if name not in LENGTHS:
        raise ValueError(f"is no answer length{nearest(name, LENGTHS)}")
    return name


def plain_name(name: str) -> str:
    """A run's folder is called so, and stays where runs go."""
    if not name or name.startswith(".") or not name.isprintable() or set(name) & set("/\\") or len(name) > 120:
        raise ValueError(f"should be a plain file name, at most 120 characters without '/' and '\\' (got {name!r})")
    return name


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Collect(Settings):
    """How documents are taken in, whichever source they come from."""

    on_error: Literal["stop", "report"] = "report"
    """What a file that gives no section costs: the run, once all files have been looked at; or a line in the report."""
    redact: Redact | None = None
    """Personal data and secrets to mask before anything else sees the text; null for none."""


class Mix(Settings):
    """Declared shares; each marginal and each crossing of two is kept to."""

    difficulty: dict[Annotated[str, AfterValidator(known_difficulty)], float] = {
        "easy": 0.2,
        "medium": 0.5,
        "hard": 0.3,
    }
    """Shares by difficulty; they are scaled to add up to 1, and what is left out is not asked for."""
    edge_cases: dict[str, float] = {}
    """Shares by edge case, 1 at most all together; what they leave is ordinary."""
    length: dict[Annotated[str, AfterValidator(known_length)], float] = {"short": 0.25, "medium": 0.5, "long": 0.25}
    """Shares by answer length, in the tasks that are told one; scaled as those of the difficulties are."""
    turns: dict[Annotated[int, Field(ge=2, le=8)], float] = {2: 0.3, 3: 0.4, 4: 0.3}
    """Shares by number of questions, in conversations whose moves are planned; scaled alike."""
    category: dict[str, float] = {}
    """Shares by document category, scaled alike; when empty, each has that of its usable sections."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, said: Any) -> Any:
        """Null drops a share, as it drops a member of a set."""
        if not isinstance(said, dict):
            return said

        def without(tree: dict[Any, Any]) -> dict[Any, Any]:
            return {key: value for key, value in tree.items() if value is not None}

        return {key: without(value) if isinstance(value, dict) else value for key, value in without(said).items()}

    @model_validator(mode="after")
    def _shares(self) -> "Mix":
        by_factor: dict[str, Mapping[Any, float]] = {name: getattr(self, name) for name in type(self).model_fields}
        if any(share < 0 for shares in by_factor.values() for share in shares.values()):
            raise ValueError("shares cannot be negative")
        for name, example in (("difficulty", "medium"), ("length", "medium"), ("turns", "3")):
            if sum(by_factor[name].values()) <= 0:
                raise ValueError(f"the {name} shares add up to 0; say for example {name}: {{{example}: 1}}")
        if self.category and sum(self.category.values()) <= 0:
            raise ValueError("the category shares add up to 0; leave them out to go by the number of sections")
        if sum(self.edge_cases.values()) > 1 + 1e-9:
            raise ValueError(f"the edge-case shares add up to {sum(self.edge_cases.values()):g}; at most 1")
        return self


class Evaluation(Settings):
    """The held-out set: other documents than those trained on, the same checks, never trained on."""

    sources: dict[str, Source] = {}
    """Documents to make it from; when empty, `share` of the collected documents is held out."""
    share: float = Field(default=0.2, gt=0, lt=1)
    orders: int = Field(default=160, ge=1)
    """Drafts ordered for it; the checks decide how many stay."""
    teacher: Teacher | None = None
    """Who writes it; the recipe's teacher when not set."""
    resamples: int = Field(default=2000, ge=100)
    """Bootstrap resamples behind each 95 % interval."""


class Recipe(Settings):
    """Everything a run does, validated."""

    name: Annotated[str, AfterValidator(plain_name)] = "recipe"
    """Names the run's folder."""
    seed: int = 0
    system: str = ""
    """System message that students are trained and served with, in every template that has none of its own."""
    sources: dict[str, Source] = Field(min_length=1)
    collect: Collect = Collect()
    templates: dict[str, Template] = Field(min_length=1)
    edge_cases: dict[str, EdgeCase] = {}
    mix: Mix = Mix()
    orders: int | None = Field(None, ge=1, le=1_000_000)
    """Ask for exactly this many drafts, in one wave."""
    target: int | None = Field(None, ge=1, le=1_000_000)
    """Go on in waves until this many examples survive the filters."""
    max_orders: int = Field(20_000, ge=1)
    """With `target`: give up after this many drafts."""
    teacher: Teacher
    prices: Prices
    """What the models cost that are asked."""
    runner: Runner = Local()
    """How it is asked: now, request by request (local), or in the provider's batches at their price (batch)."""
    budget_usd: float | None = Field(None, gt=0, allow_inf_nan=False)
    """US dollars that all teachers together may cost, resumed runs included: a hard stop; null for none."""
    validators: dict[str, Validator] = Field(min_length=1)
    judge: Teacher | None = None
    """Another model than the teacher, for the validator `judge` to ask: by the same runner, from the same budget."""
    strictness: Literal["strict", "balanced"] = "balanced"
    """What becomes of an example that the checks have left uncertain: rejected (strict), or held for a person's review
    and not trained on until then (balanced)."""
    filters: dict[str, Filter] = {}
    student: Student
    tuner: Tuner
    evaluation: Evaluation = Evaluation()
    tracker: Tracker
    cache_dir: str | None = None
    """Where replies and stage outputs are kept; default `outputs/.cache`, or SYNTHFORGE_CACHE."""
    outputs: str = "outputs"
    until: Stage = "evaluate"
    """The last stage to run."""

    @field_validator("templates")
    @classmethod
    def _one_system(cls, templates: dict[str, Template], info: ValidationInfo) -> dict[str, Template]:
        common = {"system": info.data.get("system", "")}

        def has_its_own(each: Template) -> bool:
            return bool(each.system) or "system" in each.model_fields_set

        return {name: each if has_its_own(each) else each.model_copy(update=common) for name, each in templates.items()}

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Each key that contradicts others, and why."""
        if (self.orders is None) == (self.target is None):
            yield (
                "orders",
                "say one of orders (drafts asked for) and target (examples that survive)",
            )
        if self.target is not None and self.target > self.max_orders:
            yield "target", f"is more than max_orders ({self.max_orders:,}): not all of those could survive"
        for name in self.mix.edge_cases:
            if name not in self.edge_cases:
                known = ", ".join(self.edge_cases) or "none"
                yield f"mix.edge_cases.{name}", f"names no edge case of this recipe (it has: {known})"
        if "turns" in self.mix.model_fields_set and not any(each.converses for each in self.templates.values()):
            yield "mix.turns", "no template here plans a conversation (simulated_dialogue, or dialogue with moves)"
        if "length" in self.mix.model_fields_set and not any(each.heeds_length for each in self.templates.values()):
            yield "mix.length", "no template here tells the teacher a length (its prompt would say {{ length }})"
        categories = [source.category for source in (self.__dict__.get("sources") or {}).values()]
        for name in self.mix.category:
            if None not in categories and name not in categories:
                known = ", ".join(sorted(filter(None, set(categories))))
                yield f"mix.category.{name}", f"names no category of this recipe's sources (they have: {known})"
        yield from self._unaskable()
        yield from self._unjudged()

    def _unaskable(self) -> Iterator[tuple[str, str]]:
        """What a teacher could not be asked, or could not be paid for within the budget."""
        said = self.__dict__  # while faults are gathered, some of it is missing
        evaluation = said.get("evaluation")
        teachers = {
            "teacher": said.get("teacher"),
            "evaluation.teacher": evaluation and evaluation.teacher,
            "judge": said.get("judge"),
        }
        for key, teacher in teachers.items():
            if teacher is None or not teacher.whole:
                continue
            runner = said.get("runner")
            if key == "teacher" and runner and runner.whole and (why := runner.refuses(teacher)):
                yield "runner", f"cannot ask this teacher: {why}"
            if said.get("budget_usd") is not None and said.get("prices") and teacher.price(self.prices) is None:
                yield (
                    key,
                    "the price table does not know its model, so budget_usd cannot be kept: say what it costs "
                    f"({key}.rate: {{input: …, output: …}}, in USD per million tokens)",
                )
            for name, template in (said.get("templates") or {}).items() if key != "judge" else ():
                if template.whole and (why := teacher.refuses(template.shape().model_json_schema())):
                    yield f"templates.{name}", f"its response model cannot be sent to this {key}: {why}"

    def _unjudged(self) -> Iterator[tuple[str, str]]:
        """A judge that is not there, or that cannot be one."""
        judge = self.__dict__.get("judge")
        validators = self.__dict__.get("validators") or {}
        asking = ", ".join(f"'{name}'" for name, part in validators.items() if isinstance(part, Judge))
        if asking and judge is None:
            yield "judge", f"the check {asking} asks one; choose it in defaults (/teacher@judge: NAME)"
        if judge is None or not judge.whole:
            return
        if not judge.judges:
            kind = type(judge).__name__
            yield "judge", f"{kind} only writes examples and cannot judge them; choose a model (/teacher@judge: claude)"
        elif why := judge.refuses(Judgement.model_json_schema()):
            yield "judge", f"it cannot be sent the form of a verdict: {why}"

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        if found := list(self.conflicts()):
            raise ValueError("; ".join(f"{key}: {reason}" for key, reason in found))
        return self
