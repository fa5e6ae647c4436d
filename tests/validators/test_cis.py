from pathlib import Path

import pytest

from synthforge.validators.cis import Cis
from tests.validators.domains import registry, said


@pytest.mark.parametrize(
    "answer",
    [
        "CIS Controls v8 Control 4 applies.",
        "CIS Control 18 (v8) applies.",
        "CIS Safeguard 4.1 of CIS Controls v8 applies.",
        "CIS Controls v8.1 ask for it in CIS Safeguard 16.14.",
        "CIS Control 20 of v7 applies.",
        "CIS Apple macOS 14 Benchmark 3.5 (level 1) applies.",
        "CIS Controls v8 apply.",
    ],
)
def test_keeps_numbers_of_the_version_named(tmp_path: Path, answer: str) -> None:
    assert said(Cis(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize(
    "answer",
    [
        "CIS Controls v8 Control 19 applies.",
        "CIS Control 20 of v8 applies.",
        "By the CIS Critical Security Controls version 8, CIS Control 19.1 applies.",
    ],
)
def test_rejects_controls_that_the_version_does_not_have(tmp_path: Path, answer: str) -> None:
    assert said(Cis(), tmp_path, answer) == ("failed", "cis.version")


def test_warns_without_a_version_and_of_safeguards_it_cannot_know(tmp_path: Path) -> None:
    assert said(Cis(), tmp_path, "CIS Control 4 applies.") == ("passed", "cis.version")
    assert said(Cis(), tmp_path, "CIS Safeguard 4.13 (v8) applies.") == ("passed", "cis.unverified")


def test_rejects_safeguards_by_a_list_with_a_source(tmp_path: Path) -> None:
    part = Cis(registry=registry(tmp_path, "v8 4,current,,yes,2021-05,CIS\n"))
    assert said(part, tmp_path, "CIS Safeguard 4.13 (v8) applies.") == ("failed", "cis.version")
    assert said(part, tmp_path, "CIS Safeguard 4.12 (v8) applies.") == ("passed", "")
