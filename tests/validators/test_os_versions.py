from pathlib import Path

import pytest

from synthforge.validators.os_versions import OsVersions
from tests.validators.domains import registry, said, texts


@pytest.mark.parametrize(
    "answer",
    [
        "iOS 17.4 and iPadOS 18 apply.",
        "macOS 10.15.7, OS X 10.9 and macOS 26 apply.",
        "Windows 10, version 22H2, and Windows 11 23H2 apply.",
        "Android 14 and Windows Server 2099 apply.",
    ],
)
def test_keeps_versions_it_knows(tmp_path: Path, answer: str) -> None:
    assert said(OsVersions(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize("version", ["iOS 21", "macOS 17", "macOS 10.16", "Windows 11 20H1", "Android 99"])
def test_warns_of_versions_that_never_were(tmp_path: Path, version: str) -> None:
    assert said(OsVersions(), tmp_path, f"It runs {version}.") == ("passed", "os_versions.unknown")


def test_rejects_by_a_list_with_a_source(tmp_path: Path) -> None:
    own = registry(tmp_path, "iOS,current,,yes,2026-11,vendor\niOS 17,withdrawn,,,2026-11,vendor\n")
    assert said(OsVersions(registry=own), tmp_path, "It runs iOS 21.") == ("failed", "os_versions.unknown")
    assert said(OsVersions(registry=own), tmp_path, "It runs iOS 17.4.") == ("failed", "os_versions.withdrawn")
    assert said(OsVersions(registry=own), tmp_path, "It runs iOS 18.") == ("passed", "")


def test_the_versions_of_real_manuals_and_rules_are_known() -> None:
    real = ("manual/apple_mdm/*.yaml", "manual/mdm_docs/*.md", "policy/macos_rules/*.yaml", "policy/nsa/*.md")
    part = OsVersions()
    assert sum(1 for _, text in texts(*real) for _ in part.mentions(text)) >= 50
    assert [remark for _, text in texts(*real) for remark in part.remarks(text)] == []
