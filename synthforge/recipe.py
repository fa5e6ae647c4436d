"""The recipe: every setting of a run, its fields in stage order."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from synthforge.edge_cases.base import EdgeCase
from synthforge.filters.base import Filter
from synthforge.privacy import Redact
from synthforge.sources.base import Source
from synthforge.student.base import Student, Tuner
from synthforge.teacher.base import Teacher
from synthforge.templates.base import Template
from synthforge.tracking.base import Tracker
from synthforge.validators.base import Validator
from synthforge.where import nearest

DIFFICULTIES = ("easy", "medium", "hard")

Stage = Literal["collect", "generate", "check", "filter", "tune", "evaluate"]


def known_difficulty(name: str) -> str:
    if name not in DIFFICULTIES:
        raise ValueError(f"is no difficulty{nearest(name, DIFFICULTIES)}")
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
    """Declared shares. Each must not exceed 1; what edge cases leave is ordinary."""

    difficulty: dict[Annotated[str, AfterValidator(known_difficulty)], float] = {
        "easy": 0.2,
        "medium": 0.5,
        "hard": 0.3,
    }
    """Shares by difficulty; they are scaled to add up to 1, and what is left out is not asked for."""
    edge_cases: dict[str, float] = {}
    """Share of the orders that are this edge case."""

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
        if any(share < 0 for share in [*self.difficulty.values(), *self.edge_cases.values()]):
            raise ValueError("shares cannot be negative")
        if sum(self.difficulty.values()) <= 0:
            raise ValueError("the difficulty shares add up to 0; say for example difficulty: {medium: 1}")
        if sum(self.edge_cases.values()) > 1:
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
    orders: int | None = Field(None, ge=1)
    """Ask for exactly this many drafts, in one wave."""
    target: int | None = Field(None, ge=1)
    """Go on in waves until this many examples survive the filters."""
    max_orders: int = Field(20_000, ge=1)
    """With `target`: give up after this many drafts."""
    teacher: Teacher
    validators: dict[str, Validator] = Field(min_length=1)
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
        for name in self.mix.edge_cases:
            if name not in self.edge_cases:
                known = ", ".join(self.edge_cases) or "none"
                yield f"mix.edge_cases.{name}", f"names no edge case of this recipe (it has: {known})"

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        if found := list(self.conflicts()):
            raise ValueError("; ".join(f"{key}: {reason}" for key, reason in found))
        return self
