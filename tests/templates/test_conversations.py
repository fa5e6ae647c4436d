"""Conversations: moves by their shares, a user's side that never sees the source, answers that stand by themselves."""

import asyncio
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from pydantic import BaseModel

from synthforge.context import Run
from synthforge.edge_cases import EdgeCase, FalsePremise, HumanReview, InsufficientInformation, OutOfScope
from synthforge.pipeline.generate import generate
from synthforge.plan import Planner
from synthforge.records import Order, Reply, Request, Usage
from synthforge.teacher import Embedded
from synthforge.teacher.base import Teacher
from synthforge.templates import Dialogue, SimulatedDialogue
from synthforge.templates.moves import PARTS, script
from synthforge.templates.simulated_dialogue import AssistantDraft, UserDraft
from tests import rooms

CASES: dict[str, EdgeCase] = {
    "insufficient_information": InsufficientInformation(), "human_review": HumanReview(),
    "false_premise": FalsePremise(), "out_of_scope": OutOfScope(),
}  # fmt: skip
ONE, TWO = "FP-07#FP-07 §1", "FP-07#FP-07 §2"
MOVES = ("opening", "follow_up", "topic_change", "refusal")


def test_moves_come_by_their_shares_and_none_twice_in_a_row() -> None:
    moves = [script({"follow_up": 0.75, "clarification": 0.25}, 6, "none", Random(n)) for n in range(200)]
    assert {len(each) for each in moves} == {6} and {each[0] for each in moves} == {"opening"}
    second = Counter(each[1] for each in moves)
    assert 0.65 < second["follow_up"] / 200 < 0.85
    assert all(a != b for each in moves for a, b in pairwise(each))
    assert script({"refusal": 1}, 3, "none", Random(0)) == ("opening", "refusal", "refusal")
    assert script({"refusal": 1}, 3, "human_review", Random(0)) == ("opening", "refusal", "edge_case")


def test_there_is_no_other_matter_where_one_section_is_shown() -> None:
    template = SimulatedDialogue(moves={"topic_change": 0.9, "follow_up": 0.1})
    lone = rooms.order(excerpt=(ONE,), turns=3)
    assert all("topic_change" not in template.script(lone, Random(n)) for n in range(30))
    assert "topic_change" in template.script(rooms.order(turns=3), Random(0))


def test_turns_are_those_of_the_order_where_moves_are_planned(tmp_path: Path) -> None:
    assert len(SimulatedDialogue().script(rooms.order(turns=5), Random(0))) == 5
    assert SimulatedDialogue().converses and not Dialogue().converses
    ordered = rooms.order(moves=("opening", "follow_up"), turns=2)
    said = Dialogue(moves={"follow_up": 1.0}).lacks([rooms.turn()] * 3, ordered, rooms.run(tmp_path))
    assert said == "the conversation has 3 turns, 2 were ordered"
    assert Dialogue().script(rooms.order(turns=5), Random(0)) == ()


@pytest.mark.parametrize("moves", [{"follow_up": -1.0}, {"follow_up": 0.0}, {"chat": 1.0}])
def test_shares_that_are_none_are_refused(moves: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="moves"):
        Dialogue(moves=moves)  # type: ignore[arg-type]


def test_one_call_is_told_the_moves_in_their_order(tmp_path: Path) -> None:
    ask = Dialogue().ask(rooms.order(moves=MOVES), (), rooms.run(tmp_path))
    assert ask is not None
    prompt = ask.messages[1].content
    places = [prompt.index(PARTS[move].user) for move in MOVES]
    assert "Write 4 `turns`" in prompt and places == sorted(places)


def spoken(order: Order, run: Run, *replies: BaseModel) -> tuple[str, str]:
    ask = SimulatedDialogue(personas=("a guard",), scenarios=("at night",)).ask(order, replies, run)
    assert ask is not None
    return ask.messages[0].content, ask.messages[1].content


ASKED = UserDraft(message="How long must we rest?")
ANSWERED = AssistantDraft.model_validate({
    "claims": [{"text": rooms.RULES[0], "section": "FP-07 §1", "quote": rooms.RULES[0]}],
    "reasoning": f"As it says: {rooms.RULES[0]}", "answer": f"Under this rule, a{rooms.RULES[0][1:]}",
    "decision": "answered",
})  # fmt: skip


def test_the_two_sides_alternate_until_every_turn_is_answered(tmp_path: Path) -> None:
    run, order = rooms.run(tmp_path), rooms.order(moves=("opening", "follow_up"))
    template = SimulatedDialogue()
    kinds = []
    replies: list[BaseModel] = []
    while (ask := template.ask(order, replies, run)) is not None:
        kinds.append(ask.response)
        replies.append(ASKED if ask.response is UserDraft else ANSWERED)
    assert kinds == [UserDraft, AssistantDraft] * 2
    assert [turn.question for turn in template.turns(replies)] == ["How long must we rest?"] * 2


def test_the_user_hears_the_answer_without_the_source_and_the_assistant_sees_it_all(tmp_path: Path) -> None:
    run, order = rooms.run(tmp_path), rooms.order(moves=MOVES)
    system, user = spoken(order, run, ASKED, ANSWERED)
    assert "You have not read the rules" in system
    assert PARTS["follow_up"].user in user and "Under this rule, [the rule, word for word]" in user
    assert "Rule 1" in user and "a guard" in user and "at night" in user and ASKED.message in user
    assert not any(rule.rstrip(".").lower() in user.lower() for rule in rooms.RULES)
    assert "FP-07 §1" not in user
    system, assistant = spoken(order, run, ASKED, ANSWERED, UserDraft(message="And if it was 4 hours?"))
    assert "You write worked examples" in system
    assert rooms.RULES[0] in assistant and "And if it was 4 hours?" in assistant
    assert PARTS["follow_up"].assistant in assistant


def test_the_user_changes_to_another_matter_that_is_shown(tmp_path: Path) -> None:
    run, order = rooms.run(tmp_path), rooms.order(moves=MOVES)
    turn = (ASKED, ANSWERED)
    changing, after = spoken(order, run, *turn * 2)[1], spoken(order, run, *turn * 3)[1]
    assert "\n1 Rule 1\n" in changing and "\n2 Rule 2\n" in changing and "matter 2 is the other one" in changing
    assert "\n2 Rule 2\n" in after and "\n1 Rule 1\n" not in after


def test_what_is_withheld_is_spoken_of_in_the_last_turn_alone(tmp_path: Path) -> None:
    run = rooms.run(tmp_path, cases=CASES)
    order = rooms.order(excerpt=(TWO,), moves=("opening", "edge_case"), edge_case="insufficient_information")
    assert "\n2 Rule 2\n" in spoken(order, run)[1] and "Rule 1" not in spoken(order, run)[1]
    last = spoken(order, run, ASKED, ANSWERED)[1]
    assert "\n1 Rule 1\n" in last and CASES["insufficient_information"].user_brief(order) in last
    first = spoken(order, run, ASKED)[1]
    assert "Situation:" not in first
    assert "Situation: Ask what only the withheld" in spoken(order, run, ASKED, ANSWERED, ASKED)[1]


seen: list[Request] = []


class Overheard(Embedded):
    """The embedded teacher, with every request noted."""

    async def ask(self, request: Request) -> Reply:
        seen.append(request)
        return await super().ask(request)


def test_no_request_to_the_users_side_holds_any_text_of_the_source(tmp_path: Path) -> None:
    seen.clear()
    run = rooms.run(tmp_path, cases=CASES)
    shares = dict.fromkeys(CASES, 0.12)
    templates = {"talk": SimulatedDialogue()}
    planner = Planner(
        templates,
        CASES,
        {"easy": 0.5, "hard": 0.5},
        shares,
        list(run.sections.values()),
        {"FP-07": "policy"},
        run,
        turns={4: 1.0},
    )
    made = generate(planner.wave(1, 60), templates, Overheard(fault_rate=0), run)
    kept = [example for example in made if example.fate == "kept"]
    assert len(kept) > 45 and {len(example.turns) for example in kept} == {4}
    asked = [request for request in seen if request.response_schema["title"] == "UserDraft"]
    assert len(asked) > 150
    for request in asked:
        data = request.model_dump_json().lower()
        assert not any(rule.rstrip(".").lower() in data for rule in rooms.RULES)


def test_every_answer_is_an_assistants_reply_of_its_own_and_costs_add_up(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    order = rooms.order(template="talk", moves=("opening", "follow_up"))
    [example] = generate([order], {"talk": SimulatedDialogue()}, Priced(), run)
    assert len(example.replies) == len(set(example.replies)) == 4
    assert example.usage.input_tokens == 4 and example.usage.cost_usd == pytest.approx(0.04)
    assert [m.role for m in example.messages] == ["user", "assistant"] * 2
    assert all(run.store.reply(key) is not None for key in example.replies)


class Priced(Teacher):
    """The embedded teacher's replies, at a price."""

    async def ask(self, request: Request) -> Reply:
        reply = await Embedded(fault_rate=0).ask(request)
        return reply.model_copy(update={"usage": Usage(input_tokens=1, output_tokens=1, cost_usd=0.01)})


class Mute(Embedded):
    """Answers the first question, and loses the thread at the second."""

    async def ask(self, request: Request) -> Reply:
        if request.turns and request.response_schema["title"] == "AssistantDraft":
            return Reply(content={"decision": "perhaps"})
        return await super().ask(request)


def test_a_conversation_that_breaks_off_is_a_failed_example_with_what_was_paid_for_it(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    order = rooms.order(template="talk", moves=("opening", "follow_up"))
    [example] = generate([order], {"talk": SimulatedDialogue()}, Mute(fault_rate=0), run)
    assert example.fate == "failed" and example.cause is not None and example.cause.code == "reply.schema"
    assert len(example.replies) == 4 and example.turns == ()


def test_conversations_do_not_depend_on_how_many_go_on_at_once(tmp_path: Path) -> None:
    orders = [rooms.order(template="talk", moves=MOVES, sample=n) for n in range(12)]
    templates = {"talk": SimulatedDialogue()}
    one = generate(orders, templates, Embedded(concurrency=1), rooms.run(tmp_path / "a"))
    many = generate(orders[::-1], templates, Embedded(concurrency=16), rooms.run(tmp_path / "b"))
    assert one == many


def test_the_embedded_user_needs_no_more_than_headings_and_answers() -> None:
    order = rooms.order(moves=("opening",))
    section = next(iter(rooms.sections().values())).model_copy(update={"text": "", "citation": ""})
    schema = UserDraft.model_json_schema()
    request = Request(messages=(), response_schema=schema, sample=0, order=order, sections=(section,))
    said = asyncio.run(Embedded().ask(request)).content["message"]
    assert "'Rule 1'" in said or "rule 1" in said.lower()
