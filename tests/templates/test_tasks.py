"""What single tasks demand of a draft: steps in order, every section quoted, every field filled."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from synthforge.records import Claim, Evidence, Link, Section, Turn
from synthforge.templates import MultiSection, Procedure, TicketTriage
from tests import rooms

STEPS = "1. Stop the belt.\n2. Lock the gate.\n3. Tell the guard."
ONE, TWO, THREE = (f"FP-07#FP-07 §{n}" for n in (1, 2, 3))


def listed(*quotes: str, section: str = ONE, **changes: object) -> Turn:
    claims = [
        Claim(text=quote, evidence=Evidence(section=section, quote=quote, start=STEPS.find(quote))) for quote in quotes
    ]
    return rooms.turn(claims=tuple(claims), decision="answered", **changes)


def test_the_steps_of_a_procedure_are_its_answer_in_the_order_of_the_document(tmp_path: Path) -> None:
    draft = Procedure.response.model_validate({
        "question": "How do I stop it?", "decision": "answered",
        "claims": [{"text": t, "section": "s", "quote": t} for t in ("Stop the belt.", "Lock the gate.")],
    })  # fmt: skip
    [turn] = Procedure().turns([draft])
    assert turn.answer == "(1) Stop the belt. (2) Lock the gate."
    run, order = rooms.run(tmp_path), rooms.order()
    right = listed("Stop the belt.", "Lock the gate.", "Tell the guard.")
    assert Procedure().lacks([right], order, run) == ""
    wrong = listed("Stop the belt.", "Tell the guard.", "Lock the gate.")
    assert Procedure().lacks([wrong], order, run) == "step 3 stands before step 2 in the document"
    assert Procedure().lacks([listed("Stop the belt.")], order, run).startswith("a procedure has 2 steps at least")


def test_an_edge_case_needs_no_steps_and_says_what_it_is_asked_for(tmp_path: Path) -> None:
    said = {"question": "Why?", "decision": "out_of_scope", "answer": "It covers belts."}
    draft = Procedure.response.model_validate(said)
    [turn] = Procedure().turns([draft])
    assert turn.answer == "It covers belts."
    assert Procedure().lacks([turn], rooms.order(), rooms.run(tmp_path)) == ""


TICKET = {
    "question": "The belt stopped. What now?", "decision": "answered", "category": "machine", "priority": "high",
    "action": "Call the shift lead;", "escalation": "none stated",
}  # fmt: skip


def test_a_ticket_is_answered_by_its_fields_whose_sets_are_in_the_schema(tmp_path: Path) -> None:
    template = TicketTriage(categories=("machine", "people"))
    schema = template.shape().model_json_schema()
    assert schema["title"] == "TriageDraft"
    assert schema["properties"]["category"]["enum"] == ["machine", "people", ""]
    assert "enum" not in TicketTriage().shape().model_json_schema()["properties"]["category"]
    [turn] = template.turns([template.shape().model_validate(TICKET)])
    assert turn.answer == "Category: machine; Priority: high; Action: Call the shift lead; Escalation: none stated"
    assert template.lacks([turn], rooms.order(), rooms.run(tmp_path)) == ""
    [partly] = template.turns([template.shape().model_validate({**TICKET, "priority": "", "escalation": " "})])
    assert template.lacks([partly], rooms.order(), rooms.run(tmp_path)) == "the triage gives no priority, no escalation"
    with pytest.raises(ValidationError, match="category"):
        template.shape().model_validate({**TICKET, "category": "weather"})


def test_a_joint_answer_quotes_every_section_it_is_about(tmp_path: Path) -> None:
    order = rooms.order(targets=(ONE, TWO))
    both = rooms.turn(decision="answered", claims=tuple(_claim(key) for key in (ONE, TWO)))
    one = rooms.turn(decision="answered", claims=(_claim(ONE),))
    abstention = rooms.turn(decision="insufficient_information", claims=())
    run = rooms.run(tmp_path)
    assert MultiSection().lacks([both], order, run) == MultiSection().lacks([abstention], order, run) == ""
    assert MultiSection().lacks([one], order, run) == "nothing is quoted from FP-07 §2"


def _claim(key: str) -> Claim:
    return Claim(text="x", evidence=Evidence(section=key, quote="y"))


def linked(corpus: dict[str, Section], key: str, *targets: str) -> None:
    links = tuple(Link(kind="reference", start=0, end=1, target="§", section=target) for target in targets)
    corpus[key] = corpus[key].model_copy(update={"links": links})


def test_a_section_goes_with_those_it_refers_to_within_the_corpus() -> None:
    corpus = rooms.sections()
    linked(corpus, ONE, TWO, THREE, TWO, ONE, "elsewhere")
    together = MultiSection().companions(list(corpus.values()))
    assert together == {ONE: [(TWO,), (THREE,), (TWO, THREE)]}
    assert MultiSection(most=1).companions(list(corpus.values())) == {ONE: [(TWO,), (THREE,)]}


def test_a_section_without_references_goes_with_those_that_define_its_terms() -> None:
    texts = ["“Walkway” means a marked path.", "Visitors must keep to walkways at all times.", "A walk must be logged."]
    corpus = rooms.sections(texts)
    defined = Link(kind="definition", start=0, end=9, target="Walkway")
    corpus[ONE] = corpus[ONE].model_copy(update={"links": (defined,)})
    assert MultiSection().companions(list(corpus.values())) == {TWO: [(ONE,)]}
