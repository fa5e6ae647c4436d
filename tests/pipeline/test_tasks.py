"""Every task and every edge case over a small corpus, offline: planned, written, checked, told apart."""

from collections import Counter
from pathlib import Path

import pytest

from synthforge.compose import load, run_folder
from synthforge.execution import execute
from synthforge.pipeline.summary import Summary
from synthforge.progress import Lines
from synthforge.records import ABSTENTIONS, ORDINARY, Document, Example
from tests.conftest import POLICY

TASKS = (
    "compliance_check", "cited_answer", "extraction", "dialogue", "simulated_dialogue", "procedure", "ticket_triage",
    "multi_section", "closed_book",
)  # fmt: skip
CASES = (
    "insufficient_information", "human_review", "false_premise", "out_of_scope", "conflicting_sources",
    "superseded_version",
)  # fmt: skip

HANDLING = """# SOP-20 Incident handling

Version: {v}

## 1 Definitions

“Incident” means any event that injures a person or damages goods or equipment.

## 2 Reporting

Every incident must be reported to the safety desk within {h} hours of its discovery. A report must name the place and
the time, as set out in § 4.

## 3 Response

1. Stop the work in the area.
2. Secure the area with barriers.
3. Inform the safety desk without delay.

## 4 Records

Incident reports must be kept for at least {m} months. The safety desk shall review each report before it is closed.
"""

RECIPE = """# @package _global_
# Does every task work?
defaults:
  - override /templates: [{tasks}]
  - override /edge_cases: [{cases}]
  - _self_
sources:
  yard: {{path: corpus/**/*.md, category: policy}}
orders: 240
mix:
  edge_cases: {{{shares}}}
templates:
  dialogue: {{moves: {{follow_up: 0.5, clarification: 0.3, refusal: 0.2}}}}
evaluation: {{orders: 60, share: 0.3}}
"""


def furnished(home: Path) -> Path:
    """A client's folder: six policies, a procedure in two editions, a recipe of every task and every edge case."""
    (home / "recipes").mkdir(parents=True)
    (home / "corpus").mkdir()
    for n in range(1, 7):
        text = POLICY.format(n=n, a=7 + n, b=2 + n, c=20 + 5 * n, d=3 * n + 1, e=5 + n)
        (home / "corpus" / f"policy-{n}.md").write_text(text)
    for version, hours, months in ((1, 48, 3), (2, 24, 6)):
        text = HANDLING.format(v=version, h=hours, m=months)
        (home / "corpus" / f"sop-20-v{version}.md").write_text(text)
    shares = ", ".join(f"{case}: 0.08" for case in CASES)
    recipe = home / "recipes" / "tasks.yaml"
    recipe.write_text(RECIPE.format(tasks=", ".join(TASKS), cases=", ".join(CASES), shares=shares))
    return recipe


def run(recipe: Path, place: Path, *overrides: str) -> Summary:
    composed = load(recipe, [f"outputs={place / 'outputs'}", f"cache_dir={place / 'cache'}", *overrides])
    return execute(composed, Lines(), run_folder(composed.recipe))


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnished(tmp_path_factory.mktemp("tasks") / "client")


@pytest.fixture(scope="module")
def made(recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """A run without planted faults."""
    return run(recipe, tmp_path_factory.mktemp("made"), "until=filter", "teacher.fault_rate=0")


def examples(summary: Summary, places: str = "round-*") -> list[Example]:
    files = Path(summary.folder).glob(f"{places}/4-filtered/*.jsonl")
    return [Example.model_validate_json(line) for path in files for line in path.read_text().splitlines()]


def test_every_task_and_every_edge_case_comes_through_the_checks(made: Summary) -> None:
    all_ = examples(made)
    checked = [e for e in all_ if e.fate == "kept" or (e.cause and e.cause.stage == "filter")]
    assert len(all_) == 240 and len(checked) > 216
    assert {e.order.template for e in checked} == set(TASKS)
    assert {e.order.edge_case for e in checked} == {"none", *CASES}
    ordered = Counter(e.order.edge_case for e in all_)
    assert all(abs(ordered[case] - 0.08 * 240) <= 2 for case in CASES)
    assert [note for note in made.notes if note.startswith("no ")] == [
        "no conflicting_sources is ordered of multi_section: no section is both; other tasks make up for it",
        "no superseded_version is ordered of multi_section: no section is both; other tasks make up for it",
    ]


def test_kept_edge_cases_are_what_they_say(made: Summary) -> None:
    corpus = (Path(made.folder) / "1-sections" / "documents.jsonl").read_text().splitlines()
    sections = {s.key: s for d in map(Document.model_validate_json, corpus) for s in d.sections}
    for each in (e for e in examples(made) if e.fate == "kept" and e.order.edge_case != "none"):
        case, turn = each.order.edge_case, each.turns[-1]
        cited = {claim.evidence.section for claim in turn.claims}
        if case == "superseded_version":
            assert turn.decision in ORDINARY
            assert {sections[key].edition for key in cited} == {"version 2"}
            assert "the other edition is superseded" in each.messages[-1].content.lower()
        else:
            assert turn.decision == case
            assert each.messages[-1].content.endswith(f"Decision: {wording(case)}")
        if case == "conflicting_sources":
            assert len({sections[key].document for key in cited}) == 2
        if case == "out_of_scope":
            assert not cited and "The documents cover" in turn.answer


def wording(case: str) -> str:
    composed = load("quickstart", [f"edge_cases=[{case}]", "~mix.edge_cases"])
    return composed.recipe.edge_cases[case].wording


def test_conversations_abstain_where_they_were_planned_to_and_nowhere_else(made: Summary) -> None:
    kept = [e for e in examples(made) if e.fate == "kept" and e.order.moves]
    planned = [(move, turn) for e in kept for move, turn in zip(e.order.moves, e.turns, strict=True)]
    assert {turn.decision for move, turn in planned if move == "refusal"} == {"insufficient_information"}
    rest = [turn.decision for move, turn in planned if move not in ("refusal", "edge_case")]
    assert rest and not set(rest) & set(ABSTENTIONS)


def test_a_closed_book_student_is_shown_nothing_and_examined_by_other_questions(recipe: Path, tmp_path: Path) -> None:
    only = ("templates=[closed_book,cited_answer]", "templates.dialogue=null", "~mix.edge_cases", "orders=120")
    summary = run(recipe, tmp_path, *only, "tuner.steps=1", "evaluation.orders=24")
    kept = [e for e in examples(summary) if e.fate == "kept"]
    exam = [e for e in examples(summary, "evaluation*") if e.fate == "kept"]
    for example in (*kept, *exam):
        assert ("Excerpt:" in example.messages[-2].content) == (example.order.template == "cited_answer")
        assert example.messages[-1].content.startswith('Quote: "')
    closed = [e for e in exam if e.order.template == "closed_book"]
    trained = {key.partition("#")[0] for e in kept for key in e.order.targets}
    assert closed and {e.order.targets[0].partition("#")[0] for e in closed} <= trained
    assert not {e.turns[0].question for e in closed} & {e.turns[0].question for e in kept}
    assert set(summary.evaluation[0].by_template) == {"closed_book", "cited_answer"}


def test_the_dataset_is_the_same_for_any_number_of_workers(recipe: Path, tmp_path: Path) -> None:
    folders = [run(recipe, tmp_path / n, "until=filter", f"teacher.concurrency={n}").folder for n in ("1", "16")]
    one, many = ((Path(folder) / "dataset" / "train.jsonl").read_bytes() for folder in folders)
    assert one == many != b""


def test_planted_faults_of_every_task_meet_the_checks(recipe: Path, tmp_path: Path) -> None:
    faults = run(recipe, tmp_path, "until=filter", "teacher.fault_rate=1", "orders=300").faults
    assert faults is not None
    for kind in ("citation", "quote", "number", "unit"):
        rows = [row for row in faults.planted if row.kind == kind]
        planted, stopped = sum(row.planted for row in rows), sum(row.caught for row in rows)
        assert planted > 5 and stopped > 0.9 * planted, kind
