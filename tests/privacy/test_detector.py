import pytest

from synthforge.privacy import Redact
from synthforge.privacy.detector import Detector
from synthforge.privacy.settings import KINDS
from tests.privacy.planted import FALSE_ALARMS, TEXTS, missed, planted

ALL = Detector(Redact(kinds=KINDS))


def test_the_planted_values_are_many_and_of_every_kind() -> None:
    assert set(TEXTS) == set(KINDS)
    assert sum(len(planted(marked)[1]) for marked in TEXTS.values()) >= 150


@pytest.mark.parametrize("kind", TEXTS)
def test_every_planted_value_is_found_whole(kind: str) -> None:
    text, _, places = planted(TEXTS[kind])
    assert missed(places, ALL.find(text), text) == []


@pytest.mark.parametrize("kind", TEXTS)
def test_nothing_else_is_found_beside_them(kind: str) -> None:
    text, _, places = planted(TEXTS[kind])
    assert [text[find.start : find.end] for find in ALL.find(text) if tuple(find[:3]) not in places] == []


@pytest.mark.parametrize("line", FALSE_ALARMS.splitlines())
def test_no_false_alarm(line: str) -> None:
    assert [(find.kind, line[find.start : find.end]) for find in ALL.find(line)] == []
