from pathlib import Path

import pytest

from synthforge.validators.cve import Cve
from tests import rooms
from tests.validators.domains import judged, registry, said


def test_an_id_that_a_section_names_is_kept(tmp_path: Path) -> None:
    own = rooms.sections(("Update at once where CVE-2024-3400 applies.",))
    assert judged(Cve(), tmp_path, "cve-2024-3400 applies.", corpus=own).code == ""


@pytest.mark.parametrize("id", ["CVE-24-1234", "CVE-2024-12", "CVE-2024-123456789012345678901", "CVE-1998-1234"])
def test_rejects_what_is_no_id(tmp_path: Path, id: str) -> None:
    assert said(Cve(), tmp_path, f"It is {id}.") == ("failed", "cve.malformed")


def test_holds_years_to_come_and_warns_of_what_it_cannot_know(tmp_path: Path) -> None:
    assert said(Cve(), tmp_path, "It is CVE-2027-1234.") == ("uncertain", "cve.later")
    assert said(Cve(latest=2027), tmp_path, "It is CVE-2027-1234.") == ("passed", "cve.unverified")
    assert said(Cve(), tmp_path, "It is CVE-2024-1234.") == ("passed", "cve.unverified")


def test_a_list_of_one_s_own(tmp_path: Path) -> None:
    rows = "CVE,current,,yes,2026-11,our scanner\nCVE-2024-3400,current,,,2026-11,our scanner\n"
    part = Cve(registry=registry(tmp_path, rows + "CVE-2024-9999,withdrawn,,,2026-11,our scanner\n"))
    assert said(part, tmp_path, "It is CVE-2024-3400.") == ("passed", "")
    assert said(part, tmp_path, "It is CVE-2024-9999.") == ("failed", "cve.withdrawn")
    assert said(part, tmp_path, "It is CVE-2024-1234.") == ("failed", "cve.unknown")
