from pathlib import Path

import pytest

from synthforge.validators.cfr import Cfr
from tests.validators.domains import alarms, said, texts


@pytest.mark.parametrize(
    "answer",
    [
        "49 CFR 395.3(a)(3)(i) sets the limit.",
        "Under § 395.3(a)(3)(i) and (ii) the driver must rest.",
        "Sections 395.3 and 395.5 of 49 CFR part 395 apply.",
        "Paragraph (b) of § 395.3 counts the hours.",
        "21 CFR 820.10(b)(4) applies, and 211.25(a).",
        "21 CFR 11.10(a) and 49 CFR 392.9b apply.",
        "Section 5.2 and step 3.4(b) of the handbook apply.",
        "The tank holds 395.7 litres.",
        "42 U.S.C. 395.99 is no regulation.",
        "Section 395.99 of the Traffic Act applies.",
    ],
)
def test_keeps_what_can_be(tmp_path: Path, answer: str) -> None:
    assert said(Cfr(), tmp_path, answer) == ("passed", "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("49 CFR 395.99 asks for it.", "unknown_section"),
        ("49 CFR §§ 395.1 and 395.4 ask for it.", "unknown_section"),
        ("21 CFR 803.31(a) asks for it.", "unknown_section"),
        ("As § 395.3(i) says.", "impossible_paragraph"),
        ("As 395.3(a)(3)(iii) says.", "impossible_paragraph"),
        ("As § 395.3(a)(3)(i) and (iii) say.", "impossible_paragraph"),
        ("As paragraph (d) of § 395.3 says.", "impossible_paragraph"),
        ("The definitions of 49 CFR 395.2(a) apply.", "impossible_paragraph"),
        ("49 CFR 395.12 asks for it.", "reserved"),
        ("Design controls are in 21 CFR 820.30(c).", "withdrawn"),
    ],
)
def test_rejects_what_cannot(tmp_path: Path, answer: str, code: str) -> None:
    assert said(Cfr(), tmp_path, answer) == ("failed", f"cfr.{code}")


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        ("21 CFR 211.999 asks for it.", "passed", "unverified"),
        ("49 CFR 395.1(z) asks for it.", "passed", "unverified"),
        ("45 CFR 46.101 asks for it.", "passed", "unverified"),
        ("49 CFR 391.27 asks for it.", "passed", "withdrawn"),  # recalled
        ("49 CFR 395.8(a)(i) asks for it.", "uncertain", "irregular_paragraph"),
        ("14 CFR 91.3(a)(1)(b) asks for it.", "uncertain", "irregular_paragraph"),
    ],
)
def test_what_it_cannot_know_it_warns_of_or_holds(tmp_path: Path, answer: str, outcome: str, code: str) -> None:
    assert said(Cfr(), tmp_path, answer) == (outcome, f"cfr.{code}")


@pytest.mark.parametrize("path", ["(a)(1)(i)(A)(1)(i)", "(aa)(1)", "(i)(1)", "(d)(5)(vi)(b)", "(x)(2)(v)"])
def test_every_order_in_which_paragraphs_are_counted(tmp_path: Path, path: str) -> None:
    assert said(Cfr(), tmp_path, f"As 14 CFR 91.3{path} says.") == ("passed", "cfr.unverified")


def test_a_number_without_a_title_is_read_where_one_title_has_its_part() -> None:
    text = "§ 395.3(b)(1) or (2), § 46.101, section 11.10, and 211.22(a)"
    named = [mention.id for mention in Cfr().mentions(text)]
    assert named == ["49 CFR 395.3(b)(1)", "49 CFR 395.3(b)(2)", "21 CFR 211.22(a)"]


REAL = (
    "regulation/ECFR-title1.xml", "regulation/21cfr*.md", "regulation/fda_guidance/*.md", "regulation/fmcsa-*.md",
    "regulation/hos_fr_notices/*.md", "regulation/49usc315/*.md", "ticket/fda_crl/*.md", "qa/*.md", "manual/322*.md",
)  # fmt: skip


def test_real_regulations_guidance_and_letters_raise_no_alarm() -> None:
    """900 citations, by the registry alone. What is withdrawn are the sections of 21 CFR 820 that were in
    force until 2026-02-02, in texts from before; the two irregular ones are printed so there."""
    found = sum(1 for _, text in texts(*REAL) for _ in Cfr().mentions(text))
    assert found > 800
    loud = alarms(Cfr(), *REAL)
    withdrawn = [remark.mention.id for _, remark in loud if remark.code == "withdrawn"]
    assert withdrawn and all(id.startswith("21 CFR 820.") for id in withdrawn)
    assert [remark.mention.id for _, remark in loud if remark.code != "withdrawn"] == [
        "21 CFR 1.512(b)(5)(C)(ii)(A)", "21 CFR 201.25(c)(i)",
    ]  # fmt: skip
