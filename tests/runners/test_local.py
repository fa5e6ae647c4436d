"""The local runner: at most so many in flight, replies in the order asked, stored ones never asked for again."""

import asyncio
from collections.abc import Generator
from pathlib import Path

from synthforge.errors import RowError
from synthforge.records import Message, Reply, Request
from synthforge.runners import Answered, Local, ask_all
from synthforge.teacher.base import Teacher
from tests import rooms

flying: list[int] = []
peaks: list[int] = []


class Echo(Teacher):
    """Answers after a few turns of the loop, the later requests sooner; refuses the thirteenth."""

    async def ask(self, request: Request) -> Reply:
        flying.append(1)
        peaks.append(len(flying))
        for _ in range(40 - request.sample):
            await asyncio.sleep(0)
        flying.pop()
        if request.sample == 13:
            raise RowError("reply.refused", "unlucky")
        return Reply(content={"sample": request.sample})


class Bar:
    def __init__(self) -> None:
        self.count = 0

    def advance(self, count: int = 1) -> None:
        self.count += count


def requests(count: int) -> list[Request]:
    message = Message(role="user", content="Write.")
    return [
        Request(messages=(message,), response_schema={}, sample=n, order=rooms.order(sample=n), sections=())
        for n in range(count)
    ]


def test_replies_come_in_the_order_asked_with_at_most_so_many_in_flight(tmp_path: Path) -> None:
    peaks.clear()
    bar = Bar()
    answered = ask_all(Local(), Echo(concurrency=5), requests(30), rooms.run(tmp_path).desk("generate"), bar)
    contents = [reply.content["sample"] if isinstance(reply, Reply) else reply.code for _, reply in answered]
    assert contents == [*range(13), "reply.refused", *range(14, 30)]
    assert max(peaks) == 5
    assert bar.count == 30


def test_only_what_is_not_stored_is_asked_again(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    first = ask_all(Local(), Echo(), requests(20), run.desk("generate"), Bar())
    desk = run.desk("generate")
    second = ask_all(Local(), Echo(concurrency=1), requests(25), desk, Bar())
    assert [key for key, _ in second[:20]] == [key for key, _ in first]
    assert desk.ledger.asked == 6  # five new ones, and the one that was refused


def test_one_question_asked_by_two_orders_is_paid_for_once(tmp_path: Path) -> None:
    desk = rooms.run(tmp_path).desk("generate")
    answered = ask_all(Local(), Echo(), requests(3) + requests(3), desk, Bar())
    assert desk.ledger.asked == 3
    assert answered[:3] == answered[3:]


def talk(first: int, turns: int) -> Generator[Request, Answered, list[object]]:
    """As many requests as turns, each made from the reply before it."""
    said: list[object] = []
    number = first
    for _ in range(turns):
        _, reply = yield requests(number + 1)[number]
        if isinstance(reply, RowError):
            return [*said, reply.code]
        said.append(reply.content["sample"])
        number += 1
    return said


def test_conversations_go_on_by_themselves_and_end_where_something_goes_wrong(tmp_path: Path) -> None:
    desk, bar = rooms.run(tmp_path).desk("generate"), Bar()
    talks = [talk(0, 3), talk(11, 4), talk(20, 1), talk(5, 0)]
    ends = Local().converse_all(Echo(concurrency=2), talks, desk, bar)
    assert ends == [[0, 1, 2], [11, 12, "reply.refused"], [20], []]
    assert desk.ledger.asked == 7 and bar.count == 4
    again = Local().converse_all(Echo(concurrency=9), [talk(0, 3), talk(11, 2)], desk, bar)
    assert again == [[0, 1, 2], [11, 12]] and desk.ledger.asked == 7
