from pathlib import Path

import pytest

from synthforge.validators.nist import Nist
from tests.validators.domains import alarms, registry, said, texts


@pytest.mark.parametrize(
    "answer",
    [
        "AC-2(1) and AU-9 apply.",
        "AC-2d, IA-5c and IA-13 apply.",
        "AC-01 is AC-1.",
        "PR.AC-99 is of another framework, AU-99.1(iv) an assessment.",
        "CVE-2024-3400 and SR-422A are no controls.",
    ],
)
def test_keeps_controls_it_knows(tmp_path: Path, answer: str) -> None:
    assert said(Nist(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [("AC-99 applies.", "unknown_control"), ("SA-6 applies.", "withdrawn"), ("AC-2(99) applies.", "unverified")],
)
def test_warns_of_what_is_only_recalled(tmp_path: Path, answer: str, code: str) -> None:
    assert said(Nist(), tmp_path, answer) == ("passed", f"nist.{code}")


def test_rejects_by_a_list_with_a_source(tmp_path: Path) -> None:
    rows = "AC,current,,yes,2025-08,OSCAL\nAC-2,current,,yes,2025-08,OSCAL\nAC-13,withdrawn,,,2020-09,OSCAL\n"
    part = Nist(registry=registry(tmp_path, rows))
    assert said(part, tmp_path, "AC-99 applies.") == ("failed", "nist.unknown_control")
    assert said(part, tmp_path, "AC-2(99) applies.") == ("failed", "nist.unknown_control")
    assert said(part, tmp_path, "AC-13 applies.") == ("failed", "nist.withdrawn")
    assert said(part, tmp_path, "AC-13(1) applies.") == ("passed", "nist.unverified")
    assert said(part, tmp_path, "AC-2(1) applies.") == ("passed", "")


def test_the_controls_of_real_baselines_are_known() -> None:
    real = ("policy/scuba_*.md", "policy/macos_rules/*.yaml")
    part = Nist()
    named = {mention.id for _, text in texts(*real) for mention in part.mentions(text)}
    assert len(named) >= 60
    assert alarms(part, *real) == []
    assert [remark for _, text in texts(*real) for remark in part.remarks(text)] == []
