"""Generate: what a reply must be to become a draft, and what of earlier waves an order is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.pipeline.generate import _cited, _repairs, generate, request
from synthforge.records import Claim, Evidence, Order, Reply, Request, Turn
from synthforge.teacher.base import Teacher
from synthforge.templates import Ask, CitedAnswer, MultiSection
from tests import rooms

ONE, TWO = "FP-07#FP-07 §1", "FP-07#FP-07 §2"


class Parrot(Teacher):
    """Answers every request with the first rule alone."""

    async def ask(self, request: Request) -> Reply:
        claim = {"text": rooms.RULES[0], "section": "[FP-07 §1]", "quote": rooms.RULES[0]}
        return Reply(
            content={"question": "How long?", "claims": [claim], "answer": "10 hours.", "decision": "answered"}
        )


def test_a_draft_that_lacks_what_its_task_demands_is_no_draft(tmp_path: Path) -> None:
    orders = [rooms.order(template=name, targets=(ONE, TWO)) for name in ("joint", "plain")]
    made = generate(orders, {"joint": MultiSection(), "plain": CitedAnswer()}, Parrot(), rooms.run(tmp_path))
    ends = {e.order.template: (e.fate, e.cause and e.cause.code, e.cause and e.cause.reason) for e in made}
    assert ends["joint"] == ("failed", "reply.incomplete", "nothing is quoted from FP-07 §2")
    assert ends["plain"] == ("kept", None, None)


def test_an_order_is_told_the_questions_kept_for_its_section_and_no_others(tmp_path: Path) -> None:
    avoid = {ONE: ("How long must I rest?",), TWO: ("How warm may it be?",)}
    asked = request(rooms.order(), CitedAnswer(), rooms.run(tmp_path), avoid).messages[1].content
    assert "How long must I rest?" in asked and "How warm may it be?" not in asked
    assert "How long must I rest?" not in request(rooms.order(), CitedAnswer(), rooms.run(tmp_path)).messages[1].content


class Lost(CitedAnswer):
    """A client's class with a mistake."""

    def ask(self, order: Order, replies: Sequence[BaseModel], run: Run, avoid: Sequence[str] = ()) -> Ask | None:
        raise KeyError("nowhere")


def test_a_template_that_breaks_is_named_with_the_order(tmp_path: Path) -> None:
    order = rooms.order(template="t")
    with pytest.raises(StageError, match=rf"test_generate\.Lost failed on order {order.id}: KeyError: 'nowhere'"):
        generate([order], {"t": Lost()}, Parrot(), rooms.run(tmp_path))


class Noting(Parrot):
    """Notes how much of each prompt a provider is asked to keep."""

    async def ask(self, request: Request) -> Reply:
        seen.append((request.order.sample, [bool(message.shared) for message in request.messages]))
        return await super().ask(request)


seen: list[tuple[int, list[bool]]] = []


def test_only_what_several_orders_of_a_wave_begin_with_is_marked_for_a_provider_s_cache(tmp_path: Path) -> None:
    seen.clear()
    orders = [rooms.order(template="t", sample=0), rooms.order(template="t", sample=1),
              rooms.order(TWO, template="t", excerpt=(TWO,), sample=2)]  # fmt: skip
    generate(orders, {"t": CitedAnswer()}, Noting(), rooms.run(tmp_path))
    assert dict(seen) == {0: [True, True], 1: [True, True], 2: [True, False]}


def test_what_is_marked_as_shared_ends_with_the_last_section(tmp_path: Path) -> None:
    system, user = request(rooms.order(), CitedAnswer(), rooms.run(tmp_path)).messages
    assert system.shared == len(system.content)
    assert user.content[: user.shared].splitlines()[-1].startswith("</section 2 ")
    assert user.content[user.shared :].startswith("\n") and "<section" not in user.content[user.shared :]


def test_a_quote_copied_badly_is_replaced_by_the_true_words_and_says_so(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    [section, *_] = run.sections.values()

    def written(quote: str) -> Turn:
        evidence = Evidence(section=section.citation, quote=quote)
        return rooms.turn(claims=(Claim(text=rooms.RULES[0], evidence=evidence),))

    slips = (
        rooms.RULES[0].replace("before a new", "before the new"),
        rooms.RULES[0],
        rooms.RULES[0].replace("10", "12"),
    )
    before = tuple(written(quote) for quote in slips)
    after = tuple(_cited(turn, rooms.order(), run) for turn in before)
    quotes = [turn.claims[0].evidence for turn in after]
    assert quotes[0].quote == quotes[1].quote == rooms.RULES[0]
    assert quotes[2].start is None
    [warning] = _repairs(before, after)
    assert (warning.outcome, warning.code, warning.found) == ("passed", "quote.repaired", slips[0])
