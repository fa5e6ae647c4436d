"""Whole recipes with a judge on a server of its own: asked about what is left uncertain and about the audit, no more.

The teacher speaks OpenAI's protocol and the judge Anthropic's, through their real clients.
"""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from synthforge.__main__ import main
from synthforge.artifacts import read_rows
from synthforge.compose import load
from synthforge.context import Run
from synthforge.errors import OutOfBudget, RecipeError
from synthforge.pipeline.summary import StageCount, Summary
from synthforge.records import Example, Verdict
from synthforge.validators.base import Validator
from synthforge.validators.judge import Judge
from tests.conftest import Execute
from tests.support.asked import Asked
from tests.support.llm_server import Running, running

HERE = "tests.pipeline.test_judging"
ORDERS = 80
AUDIT = 0.25


class Doubtful(Validator):
    """Cannot tell what every other example says, by its id."""

    def check(self, example: Example, run: Run) -> Verdict:
        if doubtful(example):
            return self.uncertain("modality.flip", "'may' or 'must'")
        return self.passed()


def doubtful(example: Example) -> bool:
    return int(example.id[-1], 16) % 2 == 0


def judging(asked: Asked) -> JsonValue:
    """Finds that what is said of temperatures leaves something out, and all else supported."""
    statement = re.search(r"^Statement: (.*)$", asked.prompt, re.M)
    said = statement.group(1) if statement else ""
    misleading = "temperature" in said
    return {
        "statement": said, "span": said, "corrected": "", "missing_condition": "in transit" if misleading else "",
        "verdict": "misleading" if misleading else "supported",
    }  # fmt: skip


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[Running, Running]]:
    with running() as teacher, running() as judge:
        yield teacher, judge


@pytest.fixture
def teacher(processes: tuple[Running, Running], monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    processes[0].renew(answers="tests.support.answers:quoting")
    return processes[0]


@pytest.fixture
def judge(processes: tuple[Running, Running], monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "any")
    processes[1].renew(answers=f"{HERE}:judging")
    return processes[1]


@pytest.fixture
def said(client: Path, teacher: Running, judge: Running) -> list[str]:
    """A recipe with a check that doubts and a judge; and what is said of both servers."""
    recipe = client / "recipes" / "yard.yaml"
    recipe.write_text(recipe.read_text().replace("defaults:\n", "defaults:\n  - /teacher@judge: claude\n"))
    return [
        f"orders={ORDERS}", "until=check", "templates=[cited_answer]", "~mix.edge_cases",
        "validators=[schema,quote,citation,judge]", f"+validators.doubt={{_target_: {HERE}.Doubtful}}",
        f"validators.judge.audit={AUDIT}",
        "teacher=openai", f"teacher.base_url={teacher.url}/v1", "teacher.model=small-model", "teacher.effort=null",
        f"judge.base_url={judge.url}", "judge.model=large-model", "judge.effort=null", "judge.max_tokens=1000",
    ]  # fmt: skip


def count(server: Running, name: str) -> int:
    found = server.stats()[name]
    return sum(found.values()) if isinstance(found, dict) else found  # type: ignore[arg-type, return-value]


def stage(summary: Summary, name: str) -> StageCount:
    [found] = [each for each in summary.stages if each.name == name]
    return found


def examples(summary: Summary, place: str = "round-1") -> list[Example]:
    return list(read_rows(Path(summary.folder) / place / "3-checked" / "checked.jsonl", Example))


def before(example: Example) -> str:
    """Its fate without the judge."""
    others = tuple(verdict for verdict in example.verdicts if verdict.by not in ("judge", "strictness"))
    return example.model_copy(update={"verdicts": others}).fate


def about_temperature(example: Example) -> bool:
    return "temperature" in example.turns[0].claims[0].text


def test_it_is_asked_about_the_uncertain_and_the_audit_and_what_it_says_decides(
    runs: Execute, said: list[str], judge: Running
) -> None:
    summary = runs(*said)
    made = examples(summary)
    uncertain = [e for e in made if before(e) == "held"]
    audited = [e for e in made if before(e) == "kept" and Judge(audit=AUDIT).asks_about(e)]
    assert len(uncertain) > 15 and 3 < len(audited) < ORDERS / 2
    assert all(doubtful(e) for e in uncertain)
    assert count(judge, "requests") == len(uncertain) + len(audited)
    for example in made:
        asked = example in uncertain or example in audited
        wrong = asked and about_temperature(example)
        assert example.fate == ("rejected" if wrong or before(example) == "rejected" else "kept")
        if wrong:
            assert example.cause is not None and example.cause.code == "judge.misleading"
            assert "left out: 'in transit'" in example.cause.reason
    rejected = sum(map(about_temperature, audited))
    audit = f"audit: of {len(audited)} examples that all other checks had accepted, 'judge' rejected {rejected}"
    assert audit in summary.notes
    assert audit.split(", ")[0] in (Path(summary.folder) / "report.md").read_text()


def test_what_it_costs_is_counted_where_it_was_asked(runs: Execute, said: list[str], judge: Running) -> None:
    rates = ["teacher.rate={input: 1, output: 1}", "judge.rate={input: 10, output: 50}"]
    summary = runs(*said, *rates)
    checked, generated = stage(summary, "check"), stage(summary, "generate")
    assert checked.asked == checked.requests == count(judge, "requests") > 0
    cost = (10 * count(judge, "input_tokens") + 50 * count(judge, "output_tokens")) / 1e6
    assert checked.paid.cost_usd == pytest.approx(cost) == checked.usage.cost_usd
    assert summary.spent_usd == pytest.approx(cost + generated.paid.cost_usd)
    again = stage(runs(*said, *rates), "check")
    assert (again.asked, again.paid.cost_usd) == (0, 0)
    assert (again.requests, again.usage) == (checked.requests, checked.usage)


def test_a_second_run_asks_nothing_and_neither_does_one_that_has_only_the_store(
    runs: Execute, said: list[str], judge: Running, tmp_path: Path
) -> None:
    first = runs(*said)
    asked = count(judge, "requests")
    assert runs(*said).redone == 0
    shutil.copytree(tmp_path / "cache", tmp_path / "store", ignore=shutil.ignore_patterns("stages"))
    third = runs(*said, cache="store")
    assert third.redone > 0 and examples(third) == examples(first)
    assert count(judge, "requests") == asked


def test_strict_keeps_what_the_judge_supports_and_rejects_what_nobody_settled(
    runs: Execute, said: list[str], judge: Running
) -> None:
    judge.set(cut=0.5)
    summary = runs(*said, "strictness=strict", "judge.attempts=1")
    uncertain = [e for e in examples(summary) if before(e) == "held"]
    answered = [e for e in uncertain if not any(v.code == "judge.unanswered" for v in e.verdicts)]
    assert 0 < len(answered) < len(uncertain)
    for example in uncertain:
        by = example.cause.by if example.cause else None
        assert by == (("judge" if about_temperature(example) else None) if example in answered else "strictness")


def test_what_was_not_answered_is_held_and_asked_again_by_the_next_run(
    runs: Execute, said: list[str], judge: Running
) -> None:
    judge.set(cut=0.4)
    first = runs(*said, "judge.attempts=1")
    missed = [e for e in examples(first) if any(v.code == "judge.unanswered" for v in e.verdicts)]
    assert missed and all(e.fate == "held" for e in missed)
    note = f"round-1: {len(missed)} examples got no answer from the judge this time; the next run asks for them again"
    assert note in first.notes
    asked = count(judge, "requests")
    judge.set(cut=0.0)
    second = runs(*said, "judge.attempts=1")
    assert count(judge, "requests") == asked + len(missed)
    assert not any(e.fate == "held" for e in examples(second))
    assert [e.id for e in examples(second)] == [e.id for e in examples(first)]


def test_in_waves_other_orders_make_up_for_what_was_not_answered(
    runs: Execute, said: list[str], judge: Running
) -> None:
    judge.set(cut=0.4)
    waves = ["orders=null", "target=20", "until=filter", "filters=[exact]", "judge.attempts=1"]
    first = runs(*said, *waves)
    assert any("from the judge this time; other orders make up for them" in note for note in first.notes)
    assert first.fates.kept == 20
    asked = count(judge, "requests")
    judge.set(cut=0.0)
    assert runs(*said, *waves).redone == 0 and count(judge, "requests") == asked


def test_a_kill_repeats_only_what_was_in_flight(said: list[str], judge: Running, client: Path, tmp_path: Path) -> None:
    judge.set(latency=0.2)
    typed = [str(client / "recipes" / "yard.yaml"), f"outputs={tmp_path}/out", f"cache_dir={tmp_path}/cache", *said]
    command = [sys.executable, "-m", "synthforge", *typed, "judge.concurrency=4"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and count(judge, "requests") < 12:
        time.sleep(0.002)
    process.kill()
    process.wait()
    assert process.returncode == -signal.SIGKILL
    assert main([*typed]) == 0
    run = max((tmp_path / "out" / "yard").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
    summary = Summary.model_validate_json((run / "summary.json").read_text())
    assert stage(summary, "check").requests <= count(judge, "requests") <= stage(summary, "check").requests + 4
    assert count(judge, "repeated") <= 4


def test_the_budget_holds_for_the_judge_and_more_of_it_goes_on(
    runs: Execute, said: list[str], judge: Running, teacher: Running, tmp_path: Path
) -> None:
    rates = ["teacher.rate={input: 0, output: 0}", "judge.rate={input: 10, output: 50}"]
    with pytest.raises(OutOfBudget, match=r"the budget is used up: \$0\.\d\d of \$0\.30"):
        runs(*said, *rates, "budget_usd=0.3")
    spent = (10 * count(judge, "input_tokens") + 50 * count(judge, "output_tokens")) / 1e6
    assert 0 < spent <= 0.3
    [folder] = (tmp_path / "outputs" / "yard").iterdir()
    stopped = Summary.model_validate_json((folder / "summary.json").read_text())
    assert stopped.fates.held > 0 and stopped.fates.kept > 0
    bought = count(judge, "good")
    done = runs(*said, *rates, "budget_usd=30")
    assert done.fates.held == 0
    assert stage(done, "check").asked == stage(done, "check").requests - bought
    assert (count(judge, "repeated"), count(teacher, "requests")) == (0, ORDERS)


def test_the_evaluation_set_is_judged_too(runs: Execute, said: list[str], judge: Running) -> None:
    small = ["orders=16", "evaluation.orders=16", "tuner.steps=1", "student.max_new_tokens=8", "filters=[exact]"]
    summary = runs(*said, "until=evaluate", *small, "validators.judge.audit=1")
    names = [each.name for each in summary.stages if each.name.startswith("check") and each.asked]
    assert names == ["check (evaluation)", "check"]
    assert count(judge, "requests") == sum(each.asked for each in summary.stages if each.name in names)
    assert any(note.startswith("evaluation: audit: of ") for note in summary.notes)


def test_a_judge_that_is_shut_is_named_as_such(
    said: list[str], judge: Running, client: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    judge.set(keys="another")
    typed = [str(client / "recipes" / "yard.yaml"), f"outputs={tmp_path}/out", f"cache_dir={tmp_path}/cache", *said]
    assert main(typed) == 1
    assert "synthforge: check: the judge, large-model: the API key in ANTHROPIC_API_KEY is refused" in (
        capfd.readouterr().err
    )


# Before a run


def test_a_preview_asks_it_and_the_run_does_not_again(
    said: list[str], judge: Running, client: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    typed = [str(client / "recipes" / "yard.yaml"), f"outputs={tmp_path}/out", f"cache_dir={tmp_path}/cache", *said]
    assert main(["preview", *typed, "-n", "8", "validators.judge.audit=1"]) == 0
    asked = count(judge, "requests")
    assert asked > 0 and f"{8 + asked} requests were sent" in capfd.readouterr().out
    assert main([*typed, "validators.judge.audit=1"]) == 0
    assert count(judge, "repeated") == 0


def test_a_forecast_says_what_the_audit_costs_and_what_may_come_to_it(
    said: list[str], client: Path, judge: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    recipe = str(client / "recipes" / "yard.yaml")
    assert main(["check", recipe, *said, "judge.rate={input: 10, output: 50}"]) == 0
    told = capfd.readouterr().out
    assert "judge: audits about 20 of 80 drafts" in told and "with 80 requests if that were all of them" in told
    assert re.search(r"cost of judge: about \$0\.\d\d with large-model \(20 requests\)", told)
    assert "teacher's own model" not in told and count(judge, "requests") == 0
    assert main(["check", recipe, *said, "judge.model=small-model"]) == 0
    assert "it is the teacher's own model, and shares its mistakes" in capfd.readouterr().out
    assert main(["check", recipe, *said, "~validators.judge"]) == 0
    assert "judge: no check asks it (validators: [..., judge])" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (["judge=null"], "the check 'judge' asks one; choose it in defaults (/teacher@judge: NAME)"),
        (
            ["judge=embedded"],
            "Embedded only writes examples and cannot judge them; choose a model (/teacher@judge: claude)",
        ),
        (
            ["budget_usd=5", "teacher.rate={input: 1, output: 1}"],
            "the price table does not know its model, so budget_usd cannot be kept: say what it costs "
            "(judge.rate: {input: …, output: …}, in USD per million tokens)",
        ),
    ],
)
def test_a_judge_that_could_not_be_asked_is_a_fault_of_the_recipe(
    said: list[str], client: Path, typed: list[str], reason: str
) -> None:
    recipe = client / "recipes" / "yard.yaml"
    if other := [each.removeprefix("judge=") for each in typed if each.startswith("judge=")]:
        said = [each for each in said if not each.startswith("judge.")]
        choice = f"  - /teacher@judge: {other[0]}\n" if other != ["null"] else ""
        recipe.write_text(recipe.read_text().replace("  - /teacher@judge: claude\n", choice))
        typed = []
    with pytest.raises(RecipeError) as error:
        load(recipe, [*said, *typed])
    assert [(finding.key, finding.reason) for finding in error.value.findings] == [("judge", reason)]


def test_in_batches_it_says_the_same_at_the_batch_price(
    runs: Execute, said: list[str], judge: Running, teacher: Running
) -> None:
    for server in (judge, teacher):
        server.set(batch_seconds=0.05)
    small = ["orders=24", "judge.rate={input: 10, output: 50}"]
    one_by_one = runs(*said, *small)
    asked = count(judge, "requests")
    batched = runs(*said, *small, "runner=batch", "runner.poll_seconds=0.05", cache="other")
    assert examples(batched) == examples(one_by_one)
    cost = stage(one_by_one, "check").paid.cost_usd
    assert stage(batched, "check").paid.cost_usd == pytest.approx(cost / 2) and cost > 0
    assert stage(batched, "check").asked == asked == stage(one_by_one, "check").asked
