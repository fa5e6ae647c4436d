"""The imported teacher: each draft to the order that it answers, and not one lost without a word."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from synthforge.compose import load
from synthforge.context import Run
from synthforge.errors import RecipeError, RowError
from synthforge.money.prices import Prices
from synthforge.pipeline.generate import generate, request
from synthforge.pipeline.summary import Summary
from synthforge.records import Example, Order
from synthforge.runners import Local
from synthforge.store import Store
from synthforge.teacher import Imported
from synthforge.templates import CitedAnswer, ComplianceCheck, SimulatedDialogue, Template
from tests import rooms
from tests.conftest import Execute

TEMPLATES: dict[str, Template] = {
    "compliance_check": ComplianceCheck(),
    "cited_answer": CitedAnswer(),
    "simulated_dialogue": SimulatedDialogue(),
}

FIRST, SECOND = "FP-07 §1", "FP-07 §2"


def draft(question: str = "How long is the rest before a shift?", **changes: object) -> dict[str, object]:
    claim = {"text": rooms.RULES[0], "section": FIRST, "quote": rooms.RULES[0]}
    return {"question": question, "claims": [claim], "answer": "10 hours.", "decision": "answered", **changes}


def row(section: str = FIRST, reply: object = None, **changes: object) -> dict[str, object]:
    return {"template": "cited_answer", "section": section, "reply": reply or draft(), **changes}


def written(folder: Path, rows: Sequence[object]) -> Path:
    file = folder / "drafts.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows) + "\n")
    return file


def cited(**changes: object) -> Order:
    return rooms.order(template="cited_answer", **changes)


def made(folder: Path, rows: Sequence[object], orders: Sequence[Order], run: Run | None = None) -> dict[str, Example]:
    teacher = Imported(path=str(written(folder, rows)))
    return {each.order.id: each for each in generate(orders, TEMPLATES, teacher, run or rooms.run(folder))}


def question(example: Example) -> str:
    assert example.cause is None, example.cause
    return example.turns[0].question


def test_a_draft_answers_the_order_with_its_id(tmp_path: Path) -> None:
    mine, other = cited(), cited(difficulty="hard")
    examples = made(tmp_path, [{"order": mine.id, "reply": draft("Mine?")}], [mine, other])
    assert question(examples[mine.id]) == "Mine?"
    assert examples[mine.id].turns[0].claims[0].evidence.start == 0
    cause = examples[other.id].cause
    assert cause is not None and cause.code == "reply.missing"
    assert cause.reason == f"'drafts.jsonl' has no draft for order {other.id}, cited_answer on '{FIRST}'"


def test_a_draft_answers_the_order_for_its_task_and_section(tmp_path: Path) -> None:
    rows = [
        row(reply=draft("Of the first?")),
        row("FP-07#FP-07 §2", draft("By its key?")),
        row(reply=draft("Human?"), edge_case="human_review"),
        row(SECOND, draft("Another task?"), template="compliance_check"),
    ]
    orders = [
        cited(),
        cited(targets=("FP-07#FP-07 §2",)),
        cited(edge_case="human_review"),
        cited(edge_case="insufficient_information"),
    ]
    examples = made(tmp_path, rows, orders)
    said = [question(examples[order.id]) for order in orders[:3]]
    assert said == ["Of the first?", "By its key?", "Human?"]
    cause = examples[orders[3].id].cause
    assert cause is not None and cause.reason.endswith(f"cited_answer on '{FIRST}' as insufficient_information")


def test_several_drafts_of_a_kind_answer_one_order_each(tmp_path: Path) -> None:
    orders = [cited(sample=number) for number in range(3)]
    examples = made(tmp_path, [row(reply=draft("One?")), row(reply=draft("Two?"))], orders)
    assert [question(examples[order.id]) for order in orders[:2]] == ["One?", "Two?"]
    assert examples[orders[2].id].fate == "failed"


def test_the_id_comes_before_the_kind(tmp_path: Path) -> None:
    order = cited()
    rows = [row(reply=draft("Kind?")), {"order": order.id, "reply": draft("Id?")}]
    assert question(made(tmp_path, rows, [order])[order.id]) == "Id?"


def test_a_draft_that_does_not_fit_fails_its_order_with_its_line(tmp_path: Path) -> None:
    fine, short, strange = (cited(sample=number) for number in range(3))
    rows = ["", row(), row(reply={"question": "?", "decision": "perhaps"}), row(reply=draft(score=1))]
    examples = made(tmp_path, rows, [fine, short, strange])
    assert examples[fine.id].fate != "failed"
    causes = [examples[order.id].cause for order in (short, strange)]
    assert [cause and cause.code for cause in causes] == ["reply.schema", "reply.schema"]
    assert causes[0] is not None and causes[0].reason.startswith("'drafts.jsonl', line 3: decision: Input should be ")
    assert causes[1] is not None and "line 4: score: Extra inputs are not permitted" in causes[1].reason


def test_a_conversation_is_a_list_of_replies(tmp_path: Path) -> None:
    order = rooms.order(template="simulated_dialogue", turns=2, moves=("opening", "follow_up"))
    answer = {key: value for key, value in draft().items() if key != "question"}
    talk = [{"message": "How long?"}, answer, {"message": "And at night?"}, answer]
    examples = made(tmp_path, [{"order": order.id, "reply": talk}], [order])
    assert [turn.question for turn in examples[order.id].turns] == ["How long?", "And at night?"]
    cut = made(tmp_path, [row(template="simulated_dialogue", reply=talk[:3])], [order])[order.id].cause
    assert cut is not None and cut.reason == "'drafts.jsonl', line 1 has 3 replies; a further is asked for"


def test_drafts_that_no_order_asks_for_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path, [row(), row(SECOND), {"order": "0" * 20, "reply": draft()}], [cited()])
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"1 of 3 drafts in 'drafts.jsonl' answer an order of this stage; no order is for "
        f"line 2: cited_answer on '{SECOND}'; line 3: order {'0' * 20}"
    )
    made(tmp_path, [row(SECOND)] * 12, [cited()])
    assert capsys.readouterr().out.splitlines()[-1].endswith("; and 4 more")
    made(tmp_path, [row()], [cited()])
    assert "no order is for" not in capsys.readouterr().out


def test_the_worker_count_and_an_earlier_run_change_nothing(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    orders = [cited(sample=number, difficulty=each) for number in range(4) for each in ("easy", "hard")]
    rows = [row(reply=draft(f"Question {number}?")) for number in range(4)]
    teacher = Imported(path=str(written(tmp_path, rows)))
    first, second = (
        generate(orders, TEMPLATES, teacher.model_copy(update={"concurrency": n}), run, runner=Local()) for n in (1, 16)
    )
    assert first == second
    assert run.store.spent("") == 0


def test_nothing_of_it_is_paid_or_stored(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    [example] = made(tmp_path, [row()], [cited()], run).values()
    assert example.usage.cost_usd == 0 and run.store.answer(example.replies[0]) is None
    price = Imported(path=str(tmp_path / "drafts.jsonl")).price(Prices(as_of="2026-01-01", source="here"))  # type: ignore[arg-type]
    assert price is not None and (price.input, price.output) == (0, 0)


def test_its_identity_is_the_drafts_and_not_their_place(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    here = Imported(path=str(written(tmp_path, [row()])))
    before = here.asks_as()
    assert before == Imported(path=str(written(elsewhere, [row()])), concurrency=3).asks_as()
    written(tmp_path, [row(), row(SECOND)])
    assert here.asks_as() != before


def test_ask_by_itself_says_what_is_missing(tmp_path: Path) -> None:
    run, teacher = rooms.run(tmp_path), Imported(path=str(written(tmp_path, [row()])))
    reply = asyncio.run(teacher.ask(request(cited(), TEMPLATES["cited_answer"], run)))
    assert reply.content == draft()
    with pytest.raises(RowError, match="has no draft"):
        asyncio.run(teacher.ask(request(cited(sample=1), TEMPLATES["cited_answer"], run)))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["{"], "'drafts.jsonl', line 1 is not JSON"),
        ([row(), "", "[" * 5000], "'drafts.jsonl', line 3 is not JSON"),
        (["[]"], "line 1: Input should be a valid dictionary"),
        ([draft()], "line 1: reply: Field required"),
        ([{"reply": draft()}], "line 1: say the order it answers, or the template and the section"),
        ([{"template": "cited_answer", "reply": draft()}], "line 1: say the order it answers"),
        ([row(order="a")], "line 1: say the order it answers"),
        ([{"order": "a", "edge_case": "human_review", "reply": draft()}], "line 1: say the order it answers"),
        ([{"order": "a", "reply": draft(), "by": "hand"}], "line 1: by: Extra inputs are not permitted"),
        ([{"order": "a", "reply": {}}], "line 1: reply"),
        ([{"order": "a", "reply": draft()}] * 2, "line 2: line 1 answers the order 'a' already"),
        ([""], "'drafts.jsonl' holds no draft"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_with_the_line(
    rows: list[object], message: str, tmp_path: Path
) -> None:
    file = written(tmp_path, rows)
    with pytest.raises(ValidationError) as caught:
        Imported(path=str(file))
    assert message in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "drafts.jsonl").write_bytes(b"\xff\xfe{")
    with pytest.raises(ValidationError, match="cannot be read as UTF-8 text"):
        Imported(path=str(tmp_path / "drafts.jsonl"))


def test_a_faulty_file_is_a_fault_of_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "client"
    home.mkdir()
    (home / "acme.yaml").write_text(
        "# @package _global_\n# ?\ndefaults:\n  - override /teacher: imported\n  - _self_\n"
        "sources: {a: {path: x}}\norders: 1\nteacher:\n  path: drafts.jsonl\n"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError) as missing:
        load("client/acme.yaml")
    (finding,) = missing.value.findings
    assert (finding.key, finding.place) == ("teacher.path", "client/acme.yaml:9")
    assert finding.reason.startswith("no file 'drafts.jsonl' (looked from ")
    written(home, ["{"])
    with pytest.raises(RecipeError, match=r"'drafts\.jsonl', line 1 is not JSON"):
        load("client/acme.yaml")
    file = written(home, [row()])  # beside the recipe, which was started from elsewhere
    assert load("client/acme.yaml").recipe.teacher == Imported(path=str(file))


def test_what_another_teacher_wrote_comes_out_the_same(runs: Execute, tmp_path: Path) -> None:
    """The drafts of one run, exported and imported, make the same examples, checked the same way."""
    common = ("orders=40", "until=filter")
    first = runs(*common, "teacher.fault_rate=0")
    drafts = [
        Example.model_validate_json(line)
        for line in (Path(first.folder) / "round-1/2-drafts/drafts.jsonl").read_text().splitlines()
    ]
    rows = []
    for example in drafts:
        replies = [stored(example, key, tmp_path) for key in example.replies]
        rows.append({"order": example.order.id, "reply": replies if len(replies) > 1 else replies[0]})
    second = runs(*common, "teacher=imported", f"teacher.path={written(tmp_path, rows)}", cache="other")
    assert second.fates == first.fates
    assert messages(first) == messages(second) != []
    assert first.stand_in and not second.stand_in


def stored(example: Example, key: str, folder: Path) -> object:
    store = Store(folder / "cache" / "store.sqlite")
    reply = store.reply(key)
    store.close()
    assert reply is not None, example.id
    return reply.content


def messages(summary: Summary) -> list[object]:
    lines = (Path(summary.folder) / "dataset/train.jsonl").read_text().splitlines()
    return sorted((json.loads(line)["messages"] for line in lines), key=str)
