"""The stages of one run: each is computed once per content, linked into the run folder, counted, and told."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from synthforge.artifacts import Artifacts, Made, read_rows, write_rows
from synthforge.context import Desk, Run
from synthforge.errors import StageError
from synthforge.evaluation import Item
from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.check import check
from synthforge.pipeline.collect import collect, heed, read_corpus, sections_of
from synthforge.pipeline.evaluate import answer_all, difference, scores
from synthforge.pipeline.filter import filter
from synthforge.pipeline.generate import generate, instructed
from synthforge.pipeline.held_out import apart
from synthforge.pipeline.intake import Intake, changes_since, intake
from synthforge.pipeline.judging import audits, bench, unjudged, used
from synthforge.pipeline.rounds import SURPLUS, TRANSIENT, avoided, planner_of, rounds
from synthforge.pipeline.split import sides
from synthforge.pipeline.summary import Scores, StageCount, dropped, told, total_usage
from synthforge.pipeline.tune import certified
from synthforge.plugin import Plugin
from synthforge.recipe import Recipe, Stage
from synthforge.records import Document, Example, Order, Section, Usage, fingerprint
from synthforge.sources.base import FAILED, Source
from synthforge.student.adapter import read as read_card
from synthforge.student.adapter import versions
from synthforge.student.base import Student
from synthforge.student.loading import weights_hash
from synthforge.teacher.base import Teacher
from synthforge.templates.base import Template

ORDER: tuple[Stage, ...] = ("collect", "generate", "check", "filter", "tune", "evaluate")


@dataclass(frozen=True)
class Corpus:
    """Documents to train on and documents to be examined on; no document is in both. `unused` gave no section."""

    training: list[Document]
    held_out: list[Document]
    unused: list[Document]
    warnings: list[str]
    key: str


@dataclass
class Stages:
    """The stages over one recipe. `counts`, `scores` and `notes` fill up as they run."""

    recipe: Recipe
    run: Run
    artifacts: Artifacts
    counts: list[StageCount] = field(default_factory=list)
    scores: list[Scores] = field(default_factory=list)
    differences: dict[str, Interval] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    intake: Intake = field(default_factory=Intake)
    declared: dict[str, dict[str, float]] = field(default_factory=dict)
    """What the plan is to reach: the share of each value of each factor."""
    out_of_budget: str = ""
    """Why nothing more may be spent; '' as long as there is money."""

    def reaches(self, stage: Stage) -> bool:
        return ORDER.index(stage) <= ORDER.index(self.recipe.until)

    def ends(self, *stages: Stage) -> bool:
        return self.recipe.until in stages

    def collect(self) -> Corpus:
        """Read every source; hold documents out unless the recipe names others for the evaluation."""
        settings = self.recipe.evaluation
        training, key, warnings = self._corpus("1-sections", self.recipe.sources)
        others = None
        if settings.sources:
            others, other, more = self._corpus("evaluation/1-sections", settings.sources)
            key, warnings = key + other, warnings + more
        everything = [*training, *(others or ())]
        self.intake = intake(everything, changes_since(self._memory(), key, everything))
        unused = [d for d in everything if not d.sections]
        if self.ends("collect"):  # nothing is asked for beyond the documents
            read = [d for d in training if d.sections]
            return Corpus(read, [d for d in others or () if d.sections], unused, warnings, key)
        training, held_out, shared = sides(training, others, settings.share, self.reaches("evaluate"), self.run)
        if held_out and others is None:
            self.notes.append(f"held out for the evaluation: {_named(held_out)}")
            key = f"{key} {settings.share} {self.recipe.seed}"
        return Corpus(training, held_out, unused, warnings + shared, key)

    def _memory(self) -> Path:
        """Where the last collect of this recipe is remembered: its name, folders and sources tell it from others."""
        known = fingerprint(self.recipe.name, list(map(str, self.run.roots)), _identities(self.recipe.sources))
        return self.run.cache / "corpora" / f"{known}.json"

    def evaluation_set(self, corpus: Corpus) -> list[Example]:
        """Held-out examples, through the same checks and filters as those trained on.

        They come from the held-out documents; closed-book ones, whose rules a student can only know from training, ask
        other questions on the documents that are trained on.
        """
        settings = self.recipe.evaluation
        teacher = settings.teacher or self.recipe.teacher
        closed = {name: each for name, each in self.recipe.templates.items() if each.context == "none"}
        others = {name: each for name, each in self.recipe.templates.items() if name not in closed}
        share = _weight(closed) / _weight(self.recipe.templates)
        sides = (
            ("evaluation", others, corpus.held_out, settings.orders - round(share * settings.orders)),
            ("evaluation-closed-book", closed, corpus.training, round(share * settings.orders)),
        )
        examples: list[Example] = []
        for place, templates, documents, count in sides:
            if templates and count:
                planner = planner_of(self.recipe, documents, "evaluation", templates, self.run)
                self.notes += (f"evaluation: {each}" for each in planner.impossible)
                orders = planner.wave(1, count)
                examples += self._round(place, orders, [], documents, corpus.key, teacher, last="filter")[0]
        self.notes += (f"evaluation: {each}" for each in audits(examples, self.recipe.validators))
        kept = [example for example in examples if example.fate == "kept"]
        if not kept and not self.out_of_budget:
            raise StageError(
                "evaluate", f"none of {len(examples)} drafts for the evaluation set survived: {_lost(examples)}",
                "put right what these codes name (report.md says what they mean), set evaluation.sources to documents "
                "with rules in them, or raise evaluation.orders",
            )  # fmt: skip
        return kept

    def rounds(self, corpus: Corpus, exam: Sequence[Example] = ()) -> list[Example]:
        """Waves of orders until enough survive; each wave makes up for what the ones before have lost.

        What is like a closed-book question of the `exam` is filtered out: both are about the same documents.
        """
        recipe, key = self.recipe, corpus.key
        planner = planner_of(recipe, corpus.training, "train", recipe.templates, self.run)
        closed = [each for each in exam if recipe.templates[each.order.template].context == "none"]
        self.declared = planner.declared
        self.notes += planner.impossible
        if planner.unsuited:
            self.notes.append(f"no section suits these templates, so they get no orders: {', '.join(planner.unsuited)}")

        def make(number: int, orders: Sequence[Order], before: Sequence[Example]) -> list[Example]:
            nonlocal key
            made, key = self._round(
                f"round-{number}", orders, before, corpus.training, key, recipe.teacher, recipe.until, closed
            )
            return made

        done = rounds(recipe, planner, make, lambda: self.reaches("filter") and not self.out_of_budget)
        self.notes += [*done.notes, *audits(done.examples, recipe.validators)]
        self._set_aside(key, done.examples)
        return done.examples

    def _set_aside(self, key: str, examples: Sequence[Example]) -> None:
        """Write down which survivors the plan had no place for."""
        survivors = [e for e in examples if e.cause is None or e.cause.code == SURPLUS]
        surplus = [e for e in survivors if e.cause is not None]
        if surplus:
            made = self._make("4-surplus", [key, [e.id for e in surplus]],
                              lambda folder: write_rows(folder / "surplus.jsonl", surplus))  # fmt: skip
            self._count("filter (plan)", made, len(survivors), len(survivors) - len(surplus), survivors)

    def tune(self, examples: Sequence[Example]) -> Path:
        """LoRA on what every check passed; anything else is refused."""
        recipe = self.recipe
        kept = certified(examples, recipe.validators)
        made = self._make(
            "5-adapter",
            [[e.id for e in kept], [m.model_dump() for e in kept for m in e.messages], _student(recipe.student),
             recipe.tuner.identity(), recipe.seed],
            lambda folder: recipe.tuner.tune(recipe.student, [e.messages for e in kept], folder, self.run),
        )  # fmt: skip
        self._count("tune", made, len(kept), len(kept))
        card = read_card(made.path, "tune")
        if card.refused:
            self.notes.append(
                f"tune: {card.refused} of {card.rows + card.refused} answers are longer than the student's room and "
                "were not trained on; 5-adapter/refused.csv lists them"
            )
        return made.path

    def evaluate(self, corpus: Corpus, exam: Sequence[Example], adapter: Path) -> None:
        """Base and tuned student on the same held-out questions, in the format they are deployed in."""
        recipe = self.recipe
        run = self._with({s.key: s for s in sections_of([*corpus.training, *corpus.held_out])})
        both = {}
        for name, place in (("base", None), ("tuned", adapter)):
            made = self._make(
                f"6-answers/{name}",
                [[e.id for e in exam], [m.model_dump() for e in exam for m in e.messages], _student(recipe.student),
                 place.name if place else "", recipe.seed, _identities(recipe.templates), dict(run.wording)],
                lambda folder, place=place: write_rows(  # type: ignore[misc]
                    folder / "items.jsonl", answer_all(recipe.student, place, exam, recipe.templates, run)
                ),
            )  # fmt: skip
            both[name] = made.path / "items.jsonl"
            scored = scores(name, both[name], recipe.evaluation.resamples, run)
            self.scores.append(scored)
            if silent := sum(not row.text for row in read_rows(both[name], Item)):
                self.notes.append(f"evaluate: the {name} student had no answer to {silent} questions")
            self._count(f"evaluate {name}", made, len(exam), len(exam))
        self.differences = difference(both["base"], both["tuned"], recipe.evaluation.resamples, run)

    def _corpus(self, name: str, sources: Mapping[str, Source]) -> tuple[list[Document], str, list[str]]:
        settings = self.recipe.collect
        state = {source: part.state(self.run) for source, part in sorted(sources.items())}
        inputs = [_identities(sources), state, settings.redact and settings.redact.model_dump_json()]
        made = self._make(name, inputs, lambda folder: collect(sources, self.run, folder))
        documents, warnings = read_corpus(made.path)
        failed = [document.uri for document in documents if document.error.startswith(FAILED)]
        if failed:  # in time or memory: a matter of this run, which the next one tries again
            self.artifacts.forget(made)
        errors = [document.error for document in documents if document.error]
        label = "collect" if name == "1-sections" else "collect (evaluation)"
        self._count(label, made, len(documents), sum(len(d.sections) for d in documents), lost=errors)
        for error in errors:
            self.run.progress.say(f"  {error}")
        heed(documents, settings.on_error)
        return documents, fingerprint(made.key, failed) if failed else made.key, warnings

    def _round(
        self, place: str, orders: Sequence[Order], before: Sequence[Example], documents: Sequence[Document], key: str,
        teacher: Teacher, last: Stage, exam: Sequence[Example] = (),
    ) -> tuple[list[Example], str]:  # fmt: skip
        """generate, check and filter for one wave, as far as `last`; the examples, and the key of what was done.

        `exam` are examples that none of the wave may be like.
        """
        recipe = self.recipe
        run = self._with({s.key: s for s in sections_of(list(documents))})
        label = "" if place == "round-1" else f" ({place.replace('-', ' ')})"
        templates = recipe.templates
        desk = self.run.desk(place)
        made = self._make(
            f"{place}/2-drafts",
            [key, recipe.seed, [o.id for o in orders], _identities(templates),
             {n: t.state(run) for n, t in templates.items()}, _identities(recipe.edge_cases), teacher.asks_as()],
            lambda folder: write_rows(
                folder / "drafts.jsonl",
                generate(orders, templates, teacher, run, avoided(before), runner=recipe.runner, desk=desk),
            ),
        )  # fmt: skip
        examples = list(read_rows(made.path / "drafts.jsonl", Example))
        replies = sum(len(e.replies) for e in examples), total_usage(examples)
        drafted = sum(e.fate != "failed" for e in examples)
        self._count(f"generate{label}", made, len(orders), drafted, examples, desk=desk, replies=replies)
        lost = [e for e in examples if e.cause is not None and e.cause.code in TRANSIENT]
        spent = [e.cause.reason for e in lost if e.cause and e.cause.code == "budget.spent"]
        said, others = "orders got no usable reply", len(lost) - len(spent)
        key = self._settled(place, made, lost, said, others, next(iter(spent), ""))
        if last == "generate":
            return examples, key
        examples, key = self._checked(place, label, examples, key, run)
        if last == "check":
            return examples, key
        passed = [e for e in examples if e.fate == "kept"]
        kept_before = [*exam, *(e for e in before if e.fate == "kept")]
        checked = examples

        def choose(folder: Path) -> None:
            judged = filter(list(apart(checked, exam)), kept_before, recipe.filters, run)
            write_rows(folder / "kept.jsonl", [e for e in judged if e.fate == "kept"])
            write_rows(folder / "rejected.jsonl", [e for e in judged if e.fate != "kept"])

        made = self._make(
            f"{place}/4-filtered", [key, [e.id for e in kept_before], _identities(recipe.filters)], choose
        )
        examples = [e for name in ("kept", "rejected") for e in read_rows(made.path / f"{name}.jsonl", Example)]
        survivors = [e for e in examples if e.cause is None or e.cause.stage == "filter"]
        self._count(f"filter{label}", made, len(passed), sum(e.fate == "kept" for e in examples), survivors)
        return sorted(examples, key=lambda e: e.id), made.key

    def _checked(
        self, place: str, label: str, drafts: Sequence[Example], key: str, run: Run
    ) -> tuple[list[Example], str]:  # fmt: skip
        """The drafts with every check's verdict, and the key of that."""
        recipe, desk = self.recipe, self.run.desk(f"{place} judge")
        judge = bench(recipe, run, desk)

        def judged(folder: Path) -> None:
            asking = replace(run, judge=judge)
            checked = check(drafts, recipe.validators, recipe.edge_cases, asking, recipe.strictness)
            write_rows(folder / "checked.jsonl", checked)

        made = self._make(
            f"{place}/3-checked",
            [key, _identities(recipe.validators), _identities(recipe.edge_cases), recipe.strictness,
             judge.identity if judge else None],
            judged,
        )  # fmt: skip
        examples = list(read_rows(made.path / "checked.jsonl", Example))
        usable = [e for e in examples if e.fate != "failed"]
        passed = sum(e.fate == "kept" for e in usable)
        self._count(f"check{label}", made, len(usable), passed, usable, desk=desk, replies=used(examples, recipe, run))
        lost = [e for e in examples if unjudged(e)]
        spent = judge.out_of_budget if judge else ""
        said = "examples got no answer from the judge"
        return examples, self._settled(place, made, lost, said, 0 if spent else len(lost), spent)

    def _settled(
        self, place: str, made: Made, lost: Sequence[Example], said: str, count: int, spent: str
    ) -> str:  # fmt: skip
        """The key of what was made. What the world kept from being answered is asked for again by the next run; save in
        a round that others follow, which have made up for it: to fill it later would change all that came after.

        `spent` says why the budget allowed no more; `count` of the `lost` were lost for other reasons.
        """
        self.out_of_budget = self.out_of_budget or spent
        made_up_for = place.startswith("round-") and self.recipe.target is not None and not spent
        if count:
            what = "other orders make up for them" if made_up_for else "the next run asks for them again"
            self.notes.append(f"{place}: {count} {said} this time; {what}")
        if not lost or made_up_for:
            return made.key
        self.artifacts.forget(made)
        return fingerprint(made.key, [e.id for e in lost])

    def _make(self, name: str, inputs: Sequence[object], build: Callable[[Path], None]) -> Made:
        return self.artifacts.make(name, inputs, build)

    def _count(
        self,
        name: str,
        made: Made,
        came_in: int,
        went_out: int,
        examples: Sequence[Example] = (),
        *,
        desk: Desk | None = None,
        replies: tuple[int, Usage] = (0, Usage()),
        lost: Sequence[str] = (),
    ) -> None:
        """Note a stage; `replies` says how many it used of the teacher's or the judge's, and what they had cost."""
        codes = Counter(reason.partition(":")[0] for reason in lost)
        opening = desk.ledger.opening if desk else (0.0, 0.0)
        count = StageCount(
            name=name, came_in=came_in, went_out=went_out, dropped=dropped(examples) or dict(codes),
            seconds=round(made.seconds - opening[0], 2), cpu_seconds=round(made.cpu_seconds - opening[1], 2),
            opening_seconds=round(opening[0], 2), cached=made.cached,
            requests=replies[0], usage=replies[1],
            asked=desk.ledger.asked if desk else 0, endings=dict(desk.ledger.endings) if desk else {},
            paid=desk.ledger.usage if desk else Usage(),
        )  # fmt: skip
        self.counts.append(count)
        self.run.progress.say(told(count))

    def _with(self, sections: Mapping[str, Section]) -> Run:
        return instructed(replace(self.run, sections=sections), self.recipe.templates)


def _lost(examples: Sequence[Example]) -> str:
    return ", ".join(f"{count:,} {code}" for code, count in dropped(examples).items())


def _named(documents: Sequence[Document], at_most: int = 8) -> str:
    names = ", ".join(document.id for document in documents[:at_most])
    return names + (f" and {len(documents) - at_most} more" if len(documents) > at_most else "")


def _weight(templates: Mapping[str, Template]) -> float:
    return sum(template.weight for template in templates.values())


def _identities(parts: Mapping[str, Plugin]) -> dict[str, object]:
    return {name: part.identity() for name, part in sorted(parts.items())}


def _student(student: Student) -> list[object]:
    """What a student is: its settings, the files they name, and the packages that compute with them."""
    return [student.identity(), weights_hash(student), versions()]
