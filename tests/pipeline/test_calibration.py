"""Mistakes planted on purpose: what is counted, what is corrupted, what is never asked, which thresholds follow."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from synthforge.artifacts import write_rows
from synthforge.compose import Composed, load, run_folder
from synthforge.context import Run
from synthforge.corruption import MISTAKES
from synthforge.errors import StageError, UsageError
from synthforge.evaluation.intervals import wilson
from synthforge.execution import calibrated, execute
from synthforge.pipeline.calibration import Calibration, stopped_by
from synthforge.pipeline.mutants import Mutant, relocated
from synthforge.pipeline.thresholds import highest, thresholds
from synthforge.plugin import Cost
from synthforge.progress import Lines
from synthforge.records import Example, Section, Turn, Verdict
from synthforge.validators.base import Validator
from tests import rooms
from tests.conftest import POLICY, RECIPE

Calibrate = Callable[..., Calibration]


class Passes(Validator):
    """Lets everything through, so that every mistake can be looked at."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.passed()


class Known(Validator):
    """Sees one mistake only: a section that does not exist."""

    sure: bool = True

    def check(self, example: Example, run: Run) -> Verdict:
        cited = {claim.evidence.section for turn in example.turns for claim in turn.claims}
        if cited <= set(run.sections):
            return self.passed()
        return (self.failed if self.sure else self.uncertain)("section.unknown", "no such section")


class Strict(Validator):
    """Rejects what is right as well."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.failed("word.driver", "a driver") if "driver" in example.turns[0].answer else self.passed()


class Paid(Validator):
    cost: ClassVar[Cost] = "money"

    asked: ClassVar[list[str]] = []

    model: str = "small"

    def check(self, example: Example, run: Run) -> Verdict:
        self.asked.append(example.id)
        return self.failed("judge.no", "no")


class Scored(Validator):
    """The share of an answer's words that its quotes have."""

    threshold: ClassVar[str] = "least"

    least: float = Field(0.2, gt=0, le=1)

    def check(self, example: Example, run: Run) -> Verdict:
        turn = example.turns[-1]
        said = turn.answer.lower().split()
        quoted = {word for claim in turn.claims for word in claim.evidence.quote.lower().split()}
        score = round(sum(word in quoted for word in said) / max(len(said), 1), 4)
        if score < self.least:
            return self.failed("words.few", "few of them are quoted", score=score)
        return self.passed().model_copy(update={"score": score})


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client's folder; the documents are read once for all tests."""
    home = tmp_path_factory.mktemp("client")
    (home / "recipes").mkdir()
    (home / "recipes" / "yard.yaml").write_text(RECIPE)
    (home / "corpus").mkdir()
    for n in range(1, 7):
        text = POLICY.format(n=n, a=7 + n, b=2 + n, c=20 + 5 * n, d=3 * n + 1, e=5 + n)
        (home / "corpus" / f"policy-{n}.md").write_text(text)
    return home


def composed(yard: Path, *overrides: str, outputs: str = "outputs") -> Composed:
    placed = [f"outputs={yard / outputs}", f"cache_dir={yard / 'cache'}", *overrides]
    return load(yard / "recipes" / "yard.yaml", placed)


@pytest.fixture
def calibrate(yard: Path) -> Calibrate:
    """Calibrate the yard's recipe with other checks in place of its own."""

    def call(
        validators: Mapping[str, Validator] | None = None, *overrides: str, place: Path | None = None, n: int = 8,
        with_models: bool = False, outputs: str = "none",
    ) -> Calibration:  # fmt: skip
        recipe = composed(yard, *overrides, outputs=outputs)
        if validators is not None:
            changed = recipe.recipe.model_copy(update={"validators": dict(validators)})
            recipe = replace(recipe, recipe=changed)
        return calibrated(recipe, Lines(), place, n, with_models)

    return call


@pytest.fixture(scope="module")
def ran(yard: Path) -> Path:
    """A run of the recipe that kept examples."""
    made = composed(yard, "until=filter")
    folder = run_folder(made.recipe)
    execute(made, Lines(), folder)
    return folder


def by_kind(made: Calibration) -> dict[str, list[Mutant]]:
    """The mistakes that slipped through."""
    return {kind: [each for each in made.slipped if each.kind == kind] for kind in MISTAKES}


def test_rejected_held_and_slipped_add_up_and_no_example_counts_twice(calibrate: Calibrate) -> None:
    made = calibrate()
    assert {each.kind for each in made.detections} > {"number", "modality", "section_id", "quote_altered"}
    for each in made.detections:
        assert each.rejected + each.held + each.slipped == each.n <= 8
        assert each.caught.n == each.n and each.caught.value == pytest.approx((each.rejected + each.held) / each.n)
        slipped = [m for m in made.slipped if (m.kind, m.style) == (each.kind, each.style)]
        assert len({m.of for m in slipped}) == len(slipped) == each.slipped
        assert max([*each.by.values(), 0]) <= each.n and sum(each.alone.values()) <= each.rejected + each.held
    caught = {each.kind: each.rejected for each in made.detections if each.style == "extractive"}
    assert caught["number"] == caught["section_id"] == caught["quote_altered"] == 8


@pytest.mark.parametrize(("sure", "column"), [(True, "rejected"), (False, "held")])
def test_a_check_that_sees_one_kind_is_credited_with_that_one_and_nothing_else(
    calibrate: Calibrate, sure: bool, column: str
) -> None:
    made = calibrate({"known": Known(sure=sure), "all": Passes()})
    seen = {each.kind for each in made.detections if any(name.startswith("known:") for name in each.by)}
    assert seen == {"section_id"}
    for each in made.detections:
        if each.kind == "section_id":
            assert each.by == each.alone == {"known:section.unknown": getattr(each, column)}
            assert 0 < getattr(each, column) == each.n - each.slipped
        elif each.kind != "decision_flipped":  # what was ordered is checked by the pipeline itself
            assert (each.by, each.slipped) == ({}, each.n)
    assert all(each.rejected == each.held == 0 for each in made.untouched)


def test_the_same_recipe_gives_the_same_calibration_whatever_is_stored(calibrate: Calibrate, yard: Path) -> None:
    first, again = calibrate(n=3), calibrate(n=3)
    fresh = calibrate(None, f"cache_dir={yard / 'another'}", n=3)
    assert first == again == fresh and first.slipped == fresh.slipped
    other = calibrate(None, "seed=1", n=3)
    assert [m.after for m in other.slipped] != [m.after for m in first.slipped]


def test_a_mistake_stands_in_what_the_student_would_be_trained_on(calibrate: Calibrate) -> None:
    slipped = by_kind(calibrate({"all": Passes()}))
    for mutant in (*slipped["number"], *slipped["modality"], *slipped["addition_generic"]):
        answer = mutant.example.turns[mutant.turn].answer
        assert f"Answer: {' '.join(answer.split())}\n" in mutant.example.messages[2 * mutant.turn + 1].content
    assert all(m.after in m.example.messages[-1].content for m in slipped["addition_generic"] if "answer" in m.where)
    for mutant in slipped["quote_altered"]:
        turn = mutant.example.turns[mutant.turn]
        assert any(claim.evidence.start is None for claim in turn.claims), mutant.after
    for mutant in slipped["wrong_section_near"]:
        assert any(mutant.after == claim.evidence.section for claim in mutant.example.turns[mutant.turn].claims)


def test_what_is_rejected_untouched_is_reported_and_never_corrupted(calibrate: Calibrate) -> None:
    made = calibrate({"strict": Strict(), "all": Passes()}, n=40)
    lost = {each.style: each for each in made.untouched}["extractive"]
    assert 0 < lost.rejected < lost.n and lost.by == {"strict:word.driver": lost.rejected}
    assert lost.lost.value == pytest.approx(lost.rejected / lost.n)
    refused = {good.example.id for good in made.false_rejections}
    assert len(refused) == sum(each.rejected + each.held for each in made.untouched)
    assert made.slipped and not refused & {mutant.of for mutant in made.slipped}
    assert not [each for each in made.detections if each.kind in ("unit", "section_id", "quote_altered") and each.by]
    assert all("driver" in good.example.turns[0].answer for good in made.false_rejections)


def test_a_mistake_that_two_checks_stop_is_neithers_alone() -> None:
    failed = Verdict(stage="check", by="facts", outcome="failed", code="number.unsupported:12", reason="12")
    unsure = Verdict(stage="check", by="judge", outcome="uncertain", code="judge.unsure", reason="?")
    passed = Verdict(stage="check", by="quote", outcome="passed", code="quote.long", reason="noted only")
    settled = passed.model_copy(update={"settles": ("judge.unsure",)})
    assert stopped_by(rooms.example("a", [failed, unsure, passed])) == (
        ["facts:number.unsupported", "judge:judge.unsure"], False,
    )  # fmt: skip
    assert stopped_by(rooms.example("b", [passed, unsure])) == (["judge:judge.unsure"], True)
    assert stopped_by(rooms.example("c", [failed, unsure, settled])) == (["facts:number.unsupported"], True)
    assert stopped_by(rooms.example("d", [passed])) == ([], False)


def test_a_moved_quote_is_looked_up_again_as_a_run_does(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    turn = rooms.turn()
    (claim,) = relocated(turn, run).claims
    assert (claim.evidence.start, claim.evidence.end) == (0, len(rooms.RULES[0]))
    moved = claim.evidence.model_copy(update={"section": "FP-07#FP-07 §2", "start": None, "end": None})
    wrong = turn.model_copy(update={"claims": (claim.model_copy(update={"evidence": moved}),)})
    assert relocated(wrong, run) == wrong


def test_when_nothing_passes_untouched_nothing_is_planted(calibrate: Calibrate, ran: Path) -> None:
    made = calibrate({"paid": Paid()}, with_models=True, place=ran)
    history = {verdict.by for good in made.false_rejections for verdict in good.example.verdicts}
    assert history == {"order", "paid"}  # what a run said of an example does not speak for it
    assert made.detections == () and {each.lost.value for each in made.untouched} == {1.0}
    assert made.notes == (f"no example that passes untouched can carry: {', '.join(MISTAKES)}",)


def test_reworded_statements_keep_their_quotes(calibrate: Calibrate) -> None:
    slipped = by_kind(calibrate({"all": Passes()}, n=40))
    quotes = {style: {m.example.turns[0].claims[0].evidence.quote for m in slipped["modality"] if m.style == style}
              for style in ("extractive", "paraphrased")}  # fmt: skip
    assert quotes["paraphrased"] and quotes["paraphrased"] <= quotes["extractive"]
    reworded = [m.example.turns[0] for m in slipped["section_id"] if m.style == "paraphrased"]
    assert reworded and all(turn.claims[0].text != turn.claims[0].evidence.quote for turn in reworded)


def test_the_newest_run_gives_accepted_examples_and_abstentions_among_them_are_answered(
    calibrate: Calibrate, ran: Path
) -> None:
    made = calibrate({"all": Passes()}, outputs="outputs")
    assert made.source == str(ran)
    assert {each.style for each in made.untouched} == {"accepted", "extractive", "paraphrased"}
    (answered,) = [each for each in made.detections if each.kind == "overconfident"]
    assert answered.style == "accepted" and answered.by == {"order:edge_case.not_shown": answered.n}
    assert calibrate({"all": Passes()}, place=ran).model_dump() == made.model_dump()


def test_a_file_of_examples_will_do_and_what_it_rests_on_must_be_there(
    calibrate: Calibrate, ran: Path, tmp_path: Path
) -> None:
    kept = ran / "round-1" / "4-filtered" / "kept.jsonl"
    assert calibrate({"all": Passes()}, place=kept).source == str(kept)
    one = rooms.example("gone")
    write_rows(tmp_path / "gone.jsonl", [one])
    made = calibrate({"all": Passes()}, place=tmp_path / "gone.jsonl")
    assert made.notes[0] == "1 of 1 accepted examples were left out: their sections or tasks are gone"
    assert "accepted" not in {each.style for each in made.untouched}


def test_examples_that_are_not_there_or_anothers_are_refused(calibrate: Calibrate, ran: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"'{ran}' is a run of 'yard', not of 'acme'"):
        calibrate(None, "name=acme", place=ran)
    with pytest.raises(UsageError, match=f"'{tmp_path}' holds no kept examples"):
        calibrate(place=tmp_path)
    (tmp_path / "train.jsonl").write_text('{"messages": []}\n')
    with pytest.raises(UsageError, match=r"train\.jsonl' holds lines that are no examples"):
        calibrate(place=tmp_path / "train.jsonl")
    lost = rooms.example(verdicts=[Verdict(stage="check", by="facts", outcome="failed", code="a.b")])
    write_rows(tmp_path / "rejected.jsonl", [lost])
    with pytest.raises(UsageError, match=r"rejected\.jsonl' holds no accepted example \(1 in all\)"):
        calibrate(place=tmp_path / "rejected.jsonl")


def test_documents_without_a_rule_need_accepted_examples(yard: Path, calibrate: Calibrate) -> None:
    (yard / "plain").mkdir()
    (yard / "plain" / "a.md").write_text("# Letter\n\nThe gate is painted blue, and the fence was green last year.\n")
    with pytest.raises(StageError, match="no example was accepted, and no sentence of the documents says what must"):
        calibrate(None, "sources.yard.path=plain/*.md")


def test_a_check_that_costs_money_is_left_out_and_said_so(calibrate: Calibrate) -> None:
    Paid.asked.clear()
    paid = Paid(model="large")  # what the small one said is stored
    made = calibrate({"known": Known(), "paid": paid})
    (left,) = made.left_out
    assert not Paid.asked and made.validators == ("known",)
    assert (left.validator, left.cost) == ("paid", "money")
    planted = sum(each.slipped + each.held for each in made.detections)
    assert left.questions == planted + sum(each.n - each.rejected for each in made.untouched)
    assert left.tokens > left.questions
    with_it = calibrate({"known": Known(), "paid": paid}, with_models=True)
    assert with_it.left_out == () and len(Paid.asked) == sum(each.n for each in with_it.untouched)


def test_of_a_judge_it_is_said_what_it_would_cost(calibrate: Calibrate) -> None:
    made = calibrate(None, "+teacher@judge=claude", "validators=[schema,judge]", "validators.judge.audit=0.5")
    (left,) = made.left_out
    let_through = sum(each.slipped for each in made.detections) + sum(each.n for each in made.untouched)
    assert left.validator == "judge" and 0.3 * let_through < left.questions < 0.7 * let_through
    assert left.usd and left.usd > 0


class Silent(Paid):
    def check(self, example: Example, run: Run) -> Verdict:
        return self.uncertain("silent.unanswered", "it timed out")


def test_what_a_model_gave_no_answer_about_is_not_passed_off_as_caught(calibrate: Calibrate) -> None:
    made = calibrate({"silent": Silent()}, with_models=True, n=2)
    silent = sum(each.n for each in made.untouched)
    assert made.notes[-1] == f"a model gave no answer about {silent:,} examples, which count as held: run it again"


def test_a_recipe_whose_checks_all_ask_a_model_says_how_to_ask_them(calibrate: Calibrate) -> None:
    with pytest.raises(StageError, match="every check of this recipe asks a model\n  add --with-models"):
        calibrate({"paid": Paid()})


def test_a_threshold_is_proposed_from_the_scores_and_costs_what_it_says(calibrate: Calibrate) -> None:
    made = calibrate({"scored": Scored()}, n=20)
    (found,) = made.thresholds
    assert found.key == "validators.scored.least" and found.now.value == 0.2
    assert set(found.proposed) == {"0.02", "0.05"}
    two, five = found.proposed["0.02"], found.proposed["0.05"]
    assert two and five and found.now.value < two.value <= five.value
    for share, point in found.proposed.items():
        assert point is not None
        assert point.false_alarms.value is not None and point.false_alarms.value <= float(share)
        tried = calibrate({"scored": Scored(least=point.value)}, n=20)
        stopped = sum(each.rejected for each in tried.untouched)
        assert stopped == round(point.false_alarms.value * sum(each.n for each in tried.untouched))
    assert (five.caught.value or 0) > (found.now.caught.value or 0)


def test_examples_that_a_check_has_chosen_say_nothing_of_its_threshold(calibrate: Calibrate, ran: Path) -> None:
    alone = calibrate({"facts": Scored(), "all": Passes()}, place=ran)
    other = calibrate({"scored": Scored(), "all": Passes()}, place=ran)
    accepted = {each.style: each.n for each in other.untouched}["accepted"]
    assert other.thresholds[0].now.false_alarms.n - alone.thresholds[0].now.false_alarms.n == accepted > 0


def scored(*scores: float) -> list[Example]:
    passed = Verdict(stage="check", by="scored", outcome="passed")
    return [rooms.example(str(at), [passed.model_copy(update={"score": score})]) for at, score in enumerate(scores)]


def test_a_threshold_lies_where_so_many_true_ones_are_below_it() -> None:
    true = scored(*(at / 100 for at in range(100)))
    (found,) = thresholds({"scored": Scored()}, lambda name: true, scored(0.01, 0.015, 0.03, 0.9))
    two, five = found.proposed["0.02"], found.proposed["0.05"]
    assert two and five
    assert (two.value, two.false_alarms.value, two.caught.value) == (0.02, 0.02, 0.5)
    assert (five.value, five.false_alarms.value, five.caught.value) == (0.05, 0.05, 0.75)
    assert highest([0.5, 0.5, 0.5, 0.9], 0.5) == 0.5 and highest([0.123456], 0.05) == 0.1234


def test_a_value_that_the_check_would_refuse_is_not_proposed() -> None:
    (found,) = thresholds({"scored": Scored()}, lambda name: scored(0.0, 0.5), scored(0.1))
    assert found.proposed == {"0.02": None, "0.05": None}
    assert thresholds({"scored": Scored()}, lambda name: [], scored(0.1)) == ()
    assert thresholds({"all": Passes()}, lambda name: scored(0.5), scored(0.1)) == ()


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17:857 (1998), table I, method 3."""
    found = wilson(hits, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert wilson(0, 0).value is None


def test_a_recipe_without_a_task_that_answers_still_gets_statements(calibrate: Calibrate) -> None:
    made = calibrate({"all": Passes()}, "templates=[compliance_check]")
    assert {each.style for each in made.untouched} == {"extractive", "paraphrased"} and made.slipped


def test_a_mistake_may_be_made_of_sections_near_and_far(calibrate: Calibrate, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Turn, dict[str, Section]]] = []
    plain = MISTAKES["number"].plant
    monkeypatch.setattr(
        type(MISTAKES["number"]), "plant",
        lambda self, turn, sections, rng: seen.append((turn, dict(sections))) or plain(turn, sections, rng),
    )  # fmt: skip
    calibrate({"all": Passes()})
    assert seen
    for turn, sections in seen:
        (home,) = {claim.evidence.section.partition("#")[0] for claim in turn.claims}
        families = [key.partition("#")[0] for key in sections]
        assert families[0] == home and families.count(home) >= 4 and len(set(families)) >= 3
