"""Real documents: what a professional would cite is what the sections are called."""

import json
import re
from pathlib import Path

import pytest

from synthforge.sources.files import read_file
from tests.sources.files import SHARED, checked, read_shared, shared, texts, unify

SOP = ("sop/SOP-014_rev3.md", "sop/SOP-014_rev3.docx", "sop/SOP-014_rev3.pdf")
FLEET = Path(__file__).parents[2] / "examples" / "fleet"


def folded(text: str | list[list[str]]) -> str:
    joined = "\n".join(" | ".join(row) for row in text) if isinstance(text, list) else text
    return " ".join(joined.split())


@pytest.mark.parametrize("path", SOP)
def test_sop_014_is_the_same_in_every_format(path: str) -> None:
    truth = [json.loads(line) for line in shared("sop/SOP-014_rev3.sections.jsonl").read_text("utf-8").splitlines()]
    document = read_shared(path)
    assert [(s.citation, s.heading, s.level, folded(s.text)) for s in document.sections] == [
        (row["section"], row["heading"], row["level"], folded(row["text"])) for row in truth if row["text"]
    ]
    assert {s.edition for s in document.sections} == {"rev 3"}
    assert document.title == "SOP-014 Cleaning and Use of the Rotary Tablet Press TP-200"


def test_sop_014_in_three_formats_is_used_once() -> None:
    documents, warnings = unify([read_shared(path) for path in SOP])
    assert sum(len(d.sections) for d in documents) == 11
    assert len(warnings) == 2


def test_21_cfr_820_finds_its_sections_behind_thin_spaces_and_keeps_both_editions() -> None:
    document = read_shared("regulation/21cfr820.md")
    headings = re.findall(r"^### §\u2009(820\.\d+) (?!\[)", shared("regulation/21cfr820.md").read_text("utf-8"), re.M)
    cited = {match.group() for s in document.sections if (match := re.match(r"21 CFR 820\.\d+", s.citation))}
    assert len(headings) >= 35
    assert {f"21 CFR {heading}" for heading in headings} <= cited
    assert [s.edition for s in document.sections if s.citation == "21 CFR 820.1(b)"] == ["", "2026-02-02"]
    assert [s.id for s in document.sections if s.text.startswith("(aa) Verification")] == [
        "21 CFR 820#21 CFR 820.3(aa)"
    ]
    assert [s.citation for s in document.sections if s.text.startswith("(i) Design changes")] == ["21 CFR 820.30(i)"]
    out_of_sequence = [w for w in document.warnings if "out of sequence" in w]
    assert len(out_of_sequence) <= 2


def test_the_us_code_is_cited_to_the_leaf() -> None:
    cited = texts(read_shared("regulation/49usc315/chunck-2594.md"))
    assert cited["49 U.S.C. 31502(f)(1)(C)"].startswith("(C) the driver has at least 10 consecutive hours off duty")


@pytest.mark.parametrize(("path", "count"), [("aad", 31), ("exo", 12), ("teams", 14)])
def test_scuba_policies_are_cited_by_their_identifier(path: str, count: int) -> None:
    file = shared(f"policy/scuba_{path}.md")
    document = read_shared(f"policy/scuba_{path}.md")
    policies = set(re.findall(r"^#### +(MS\.[A-Z]+\.\d+\.\d+v\d+)\s*$", file.read_text("utf-8"), re.M))
    assert len(policies) >= count
    assert policies <= set(texts(document))
    assert all(s.text[0].isupper() for s in document.sections if s.citation in policies)


def test_the_drivers_guide_is_readable() -> None:
    document = read_shared("regulation/fmcsa-hos-395-drivers-guide-2022-04-28.md")
    assert document.title == "Interstate Truck Driver’s Guide to Hours of Service"
    assert document.edition == "2022-04-28"
    cited = texts(document)
    limit = next(
        t for c, t in cited.items() if c.endswith("What Are the Hours of Service Limits? > 11-Hour Driving Limit")
    )
    assert "11 hours" in limit
    assert not any("FOR PROPERTY CARRIERS" in text for text in cited.values())
    assert max(len(text.split()) for text in cited.values()) <= 300


def test_every_document_of_the_corpora_is_read() -> None:
    shared("MANIFEST.csv")
    files = sorted(f for f in (SHARED / "corpora").rglob("*") if f.suffix in (".md", ".rst", ".docx"))
    documents = [checked(read_file(file, file.relative_to(SHARED).as_posix(), "x")) for file in files]
    assert all(document.sections for document in documents)
    unified, _ = unify(documents)
    ids = [(s.id, s.edition) for d in unified for s in d.sections]
    assert len(ids) == len(set(ids)) > 2500


def test_the_fleet_examples_are_cited_by_number() -> None:
    files = sorted(
        f for f in FLEET.glob("*/*/*") if f.suffix in (".md", ".txt", ".pdf", ".docx") and "build" not in f.parts
    )
    assert files
    for file in files:
        document = checked(read_file(file, file.name, file.parent.name))
        family = re.match(r"[A-Z]+-(?:\d{4}-)?[A-Z]?\d*", file.name)
        assert family and document.id.startswith(f"{family.group()}@")
        assert all(re.fullmatch(rf"{family.group()} §[\d.]+|TKT-\d+", s.citation) for s in document.sections), file
