"""The embedded teacher: a function of the request, through the same schemas, as fallible as declared."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from synthforge.context import Run
from synthforge.errors import RowError
from synthforge.pipeline.generate import generate, request
from synthforge.plan import Planner
from synthforge.records import Example
from synthforge.teacher import Embedded
from synthforge.teacher.embedded import PEN
from synthforge.teacher.norms import amounts, bound, norm
from synthforge.teacher.tasks import fields
from synthforge.templates import (
    CitedAnswer,
    ComplianceCheck,
    Custom,
    Dialogue,
    Extraction,
    MultiSection,
    Procedure,
    Template,
    TicketTriage,
)
from tests import rooms
from tests.test_layers import PACKAGE, imports

TEMPLATES: dict[str, Template] = {
    "compliance_check": ComplianceCheck(),
    "cited_answer": CitedAnswer(),
    "extraction": Extraction(),
    "dialogue": Dialogue(),
}


def drafts(run: Run, teacher: Embedded, count: int = 60) -> list[Example]:
    planner = Planner(
        TEMPLATES, rooms.EDGE_CASES, {"easy": 0.3, "medium": 0.4, "hard": 0.3},
        {"insufficient_information": 0.2, "human_review": 0.1}, list(run.sections.values()), {"FP-07": "policy"}, run,
    )  # fmt: skip
    return generate(planner.wave(1, count), TEMPLATES, teacher, run)


def test_every_reply_fits_its_schema_and_every_clean_quote_is_located(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    text = "\n".join(rooms.RULES)
    made = [e for e in drafts(run, Embedded(fault_rate=0)) if e.fate == "kept"]
    assert len(made) > 45
    for example in made:
        for evidence in (claim.evidence for turn in example.turns for claim in turn.claims):
            assert text[evidence.start : evidence.end] == evidence.quote


def test_edge_cases_are_what_was_ordered(tmp_path: Path) -> None:
    made = [e for e in drafts(rooms.run(tmp_path), Embedded(fault_rate=0)) if e.fate == "kept"]
    ordered = [e for e in made if e.order.edge_case != "none"]
    assert ordered
    assert all(rooms.EDGE_CASES[e.order.edge_case].shown(e.turns[-1], e.order) == "" for e in ordered)
    assert not any(
        e.decision in ("insufficient_information", "human_review") for e in made if e.order.edge_case == "none"
    )


def test_faults_are_planted_at_the_declared_rate_and_noted_in_private_only(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    made = [e for e in drafts(run, Embedded(fault_rate=0.5), 200) if e.replies]
    notes = [run.store.private(e.replies[0]) for e in made]
    planted = Counter(note.get("fault") for note in notes if "style" in note)
    share = 1 - planted[None] / planted.total()
    assert 0.38 < share < 0.62
    assert len(planted) >= 7
    assert not any("fault" in e.model_dump_json(exclude={"order"}) for e in made)


@pytest.mark.parametrize(("paraphrased", "same"), [(0.0, True), (1.0, False)])
def test_answers_copy_or_reword_as_declared(tmp_path: Path, paraphrased: float, same: bool) -> None:
    made = drafts(rooms.run(tmp_path), Embedded(fault_rate=0, paraphrased=paraphrased))
    claims = [claim for e in made for turn in e.turns for claim in turn.claims]
    copied = sum(claim.text == claim.evidence.quote for claim in claims)
    assert (copied == len(claims)) if same else (copied < len(claims) / 2)


def test_a_reply_depends_on_the_request_alone(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    asked = request(rooms.order(), TEMPLATES["compliance_check"], run)
    first = asyncio.run(Embedded().ask(asked))
    assert first == asyncio.run(Embedded(concurrency=3).ask(asked))
    assert first != asyncio.run(Embedded().ask(request(rooms.order(sample=1), TEMPLATES["compliance_check"], run)))


def test_a_section_without_a_rule_is_declined_and_an_unknown_schema_refused(tmp_path: Path) -> None:
    run = rooms.run(tmp_path, rooms.sections(["The press stands in Suite B near the door.", rooms.RULES[0]]))
    [example] = generate([rooms.order()], TEMPLATES, Embedded(), run)
    assert example.fate == "failed"
    assert example.cause is not None and example.cause.code == "reply.declined"
    odd = request(rooms.order(), TEMPLATES["compliance_check"], run).model_copy(
        update={"response_schema": {"title": "Poem"}}
    )
    with pytest.raises(RowError, match=r"writes ComplianceDraft, .*, not 'Poem'"):
        asyncio.run(Embedded().ask(odd))


def one(template: Template, run: Run, **changes: object) -> Example:
    [example] = generate([rooms.order(template="t", **changes)], {"t": template}, Embedded(fault_rate=0), run)
    return example


def test_a_ticket_gets_what_the_recipe_has_names_for(tmp_path: Path) -> None:
    template = TicketTriage(categories=("yard", "office"), priorities=("later", "now"))
    for sample in range(6):
        [turn] = one(template, rooms.run(tmp_path), sample=sample).turns
        said = dict(part.split(": ", 1) for part in turn.answer.split("; "))
        assert said["Category"] in template.categories and said["Priority"] in template.priorities
        assert said["Escalation"] == "none stated" and said["Action"]
    spill = one(template, rooms.run(tmp_path), targets=("FP-07#FP-07 §3",), excerpt=("FP-07#FP-07 §3",))
    assert spill.turns[0].answer.endswith("Escalation: the terminal manager")


def test_fields_stay_empty_where_there_is_no_ordinary_answer() -> None:
    turn = rooms.turn(decision="out_of_scope", claims=())
    assert fields(turn, {"category": (), "priority": ("low", "")}, rooms.order()) == {"category": "", "priority": ""}


def test_a_custom_task_is_written_by_its_decisions_and_fields(tmp_path: Path) -> None:
    judging = Custom(instruction="i", prompt="p", decisions=("compliant", "violation"))
    assert one(judging, rooms.run(tmp_path)).decision in ("compliant", "violation")
    noting = Custom(instruction="i", prompt="p", fields={"risk": "r"})
    [turn] = one(noting, rooms.run(tmp_path)).turns
    assert turn.decision == "answered" and turn.answer.startswith("Risk: ")


def test_steps_and_joint_answers_quote_what_they_are_made_of(tmp_path: Path) -> None:
    texts = ["1. Stop the belt at once.\n2. Lock the gate behind you.", *rooms.RULES]
    run = rooms.run(tmp_path, rooms.sections(texts))
    [listed] = one(Procedure(), run).turns
    assert [c.evidence.quote for c in listed.claims] == ["Stop the belt at once.", "Lock the gate behind you."]
    keys = ("FP-07#FP-07 §2", "FP-07#FP-07 §3")
    [joined] = one(MultiSection(), run, targets=keys, excerpt=keys).turns
    assert [c.evidence.section for c in joined.claims] == list(keys)


def test_amounts_are_read_in_the_limits_unit_however_they_are_written() -> None:
    rule = norm("A trailer must be loaded within 30 minutes.")
    assert rule is not None and rule.limit is not None
    assert amounts("It took 20 min, then half a day, then 2 hours and 5 °C.", rule.limit) == [20, 120]
    found = bound("no more than 4 °C")
    assert found is not None and (found.side, found.value) == ("maximum", 4)
    assert bound("as soon as possible") is None


def test_what_its_pen_is_made_of_is_part_of_its_identity() -> None:
    shared = {"artifacts", "errors", "plugin", "records", "store"}  # of which replies do not depend
    used = {name for file in PEN for name in imports(PACKAGE / file) if name.startswith("synthforge.")}
    rooms_used = {name.split(".")[1] for name in used} - shared
    assert rooms_used == {"corruption", "meaning", "teacher"}
    writers = {f"teacher/{name.split('.')[2]}.py" for name in used if name.startswith("synthforge.teacher.")}
    assert writers - {"teacher/base.py"} <= set(PEN)
