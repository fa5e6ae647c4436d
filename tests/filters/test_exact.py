from pathlib import Path

from synthforge.filters import Exact
from tests import rooms


def test_one_of_equal_examples_stays(tmp_path: Path) -> None:
    first = rooms.example("a")
    shouted = rooms.example(
        "b", turns=(rooms.turn(question="A driver  rested for 8 consecutive hours. DOES this comply?"),)
    )
    other = rooms.example(
        "c", turns=(rooms.turn(question="A driver rested for 9 consecutive hours. Does this comply?"),)
    )
    verdicts = Exact().keep([first, shouted, other], [], rooms.run(tmp_path))
    assert [v.code for v in verdicts] == ["", "exact.duplicate", ""]
    assert "a" in verdicts[1].reason


def test_earlier_rounds_count(tmp_path: Path) -> None:
    verdicts = Exact().keep([rooms.example("b")], [rooms.example("a")], rooms.run(tmp_path))
    assert [v.code for v in verdicts] == ["exact.duplicate"]


def test_another_decision_is_another_example(tmp_path: Path) -> None:
    other = rooms.example("b", turns=(rooms.turn(decision="compliant"),))
    assert [v.code for v in Exact().keep([rooms.example("a"), other], [], rooms.run(tmp_path))] == ["", ""]
