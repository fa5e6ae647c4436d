from pathlib import Path

import pytest

from synthforge.validators.usp import Usp
from tests import rooms
from tests.validators.domains import alarms, judged, registry, said, texts


@pytest.mark.parametrize(
    "answer",
    [
        "USP <711> requires six units.",
        "Test as in 〈85〉.",
        "USP general chapter 905 applies.",
        "Infrared identification follows <197U>.",
        "USP <1225> is informational.",
        "USP <1225> does not require it.",
        "USP 43 applies, and <b>bold</b> is no chapter.",
    ],
)
def test_keeps_chapters_it_knows(tmp_path: Path, answer: str) -> None:
    assert said(Usp(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize(
    "answer",
    [
        "USP <1225> requires a validation of the method.",
        "The method must be validated under <1225>.",
        "Friability limits are enforceable under USP <1216>.",
    ],
)
def test_holds_an_informational_chapter_that_is_said_to_require(tmp_path: Path, answer: str) -> None:
    assert said(Usp(), tmp_path, answer) == ("uncertain", "usp.informational_as_requirement")


def test_a_requirement_elsewhere_is_not_the_chapter_s(tmp_path: Path) -> None:
    answer = "The record must be signed. Guidance is in <1225>."
    assert said(Usp(), tmp_path, answer) == ("passed", "")


def test_a_client_s_own_requirement_stands_but_a_mention_does_not_make_one(tmp_path: Path) -> None:
    answer = "USP <1225> requires a validation."
    required = rooms.sections(("Methods must be validated under <1225>.",))
    assert judged(Usp(), tmp_path, answer, corpus=required).code == ""
    mentioned = rooms.sections(("Guidance is in <1225>.",))
    assert judged(Usp(), tmp_path, answer, corpus=mentioned).code == "usp.informational_as_requirement"


def test_unknown_and_recalled_ones_warn(tmp_path: Path) -> None:
    assert said(Usp(), tmp_path, "As in <998>.") == ("passed", "usp.unverified")
    assert said(Usp(), tmp_path, "As in <231>.") == ("passed", "usp.withdrawn")


def test_a_complete_list_of_one_s_own_rejects(tmp_path: Path) -> None:
    own = registry(tmp_path, "USP,current,,yes,2026-05,USP-NF 2026\n231,withdrawn,,,2018-01,USP-NF 2018\n")
    assert said(Usp(registry=own), tmp_path, "As in <998>.") == ("failed", "usp.unknown_chapter")
    assert said(Usp(registry=own), tmp_path, "As in <231>.") == ("failed", "usp.withdrawn")


def test_real_guidance_raises_no_alarm() -> None:
    real = ("regulation/fda_guidance/*.md", "ticket/fda_crl/*.md", "manual/*.md", "sop/*.md")
    assert sum(1 for _, text in texts(*real) for _ in Usp().mentions(text)) >= 15
    assert alarms(Usp(), *real) == []
