import pytest

from synthforge.sources.designators import Step, resolve, tokens
from tests.sources.files import read, texts

PART = "# 21 CFR Part 820\n\n## Subpart A—General\n\n### §\u2009820.1 Scope.\n\n"


def test_sections_with_a_thin_space_get_the_citation_a_lawyer_writes() -> None:
    document = read(PART + "Everyone shall comply.\n\n### §\u2009820.3 Definitions.\n\nWords mean things.\n")
    assert list(texts(document)) == ["21 CFR 820.1", "21 CFR 820.3"]
    assert document.sections[0].id == "21 CFR 820#21 CFR 820.1"
    assert document.sections[0].path == ("Subpart A—General", "Scope")


def test_paragraphs_are_cited_to_the_leaf_with_their_lead_in() -> None:
    body = (
        "(a) *Records.* (1) Keep them "
        + "very carefully " * 60
        + "as follows:\n\n(i) In a dry room.\n\n(ii) Locked.\n\n(2) Destroy them.\n\n(b) No exceptions.\n"
    )
    document = read(PART + body)
    assert list(texts(document)) == [
        "21 CFR 820.1(a)(1)(i)", "21 CFR 820.1(a)(1)(ii)", "21 CFR 820.1(a)(2)", "21 CFR 820.1(b)"
    ]  # fmt: skip
    assert document.sections[0].lead_in.startswith("(a) Records. (1) Keep them")
    assert document.sections[2].lead_in == ""


def test_a_short_list_stays_with_its_lead_in() -> None:
    document = read(PART + "(a) The label must show:\n\n(1) the name;\n\n(2) the date.\n\n(b) Else it is void.\n")
    assert texts(document) == {
        "21 CFR 820.1(a)": "(a) The label must show:\n(1) the name;\n(2) the date.",
        "21 CFR 820.1(b)": "(b) Else it is void.",
    }


def test_two_editions_of_one_section_are_two_sections() -> None:
    document = read(
        PART + "Old text here.\n\n### PART 820—NEW (EFF. 2-2-26)\n\n### §\u2009820.1 Scope.\n\nNew text here.\n"
    )
    assert [(s.citation, s.edition) for s in document.sections] == [
        ("21 CFR 820.1", ""), ("21 CFR 820.1", "2026-02-02")
    ]  # fmt: skip


def test_the_us_code_is_recognised_from_its_title_and_its_headings_carry_designators() -> None:
    document = read(
        "# Title 49— TRANSPORTATION\n## CHAPTER 315— SAFETY\n### § 31502. Hours\n"
        "#### (f) Concrete.\n\n(1) In general it applies.\n"
    )
    assert list(texts(document)) == ["49 U.S.C. 31502(f)(1)"]


def test_a_document_of_one_section_is_cited_to_its_leaves() -> None:
    document = read(
        "---\nchunk_id: 21 U.S.C. § 353\n---\n# §353. Exemptions\n\n## (a) Goods\n\n(1) The Secretary acts.\n"
    )
    assert list(texts(document)) == ["21 U.S.C. 353(a)(1)"]


def test_a_section_sign_in_another_text_is_not_cited_as_law() -> None:
    document = read("# Guide\n\n## § 390.5 in short\n\nWhat it says.\n\n## Other\n\nMore.\n")
    assert texts(document)["Guide § 390.5"] == "What it says."


def test_designators_out_of_sequence_are_reported_and_stay_text() -> None:
    document = read(PART + "(a) First rule.\n\n(d) Stray rule.\n\n(b) Second rule.\n")
    assert texts(document) == {
        "21 CFR 820.1(a)": "(a) First rule.\n(d) Stray rule.",
        "21 CFR 820.1(b)": "(b) Second rule.",
    }
    assert any("21 CFR 820.1, from line 7: designator out of sequence: (d) after (a)" in w for w in document.warnings)


@pytest.mark.parametrize(
    ("sequence", "shown"),
    [
        ("a b c d e f g h i j", "(j)"),
        ("a 1 i ii A B 2 b", "(b)"),
        ("a 1 A i I II ii B", "(a)(1)(B)"),
        ("h 1 2 i j", "(j)"),
        ("g 1 i ii", "(g)(1)(ii)"),
        ("z aa bb", "(bb)"),
    ],
)
def test_the_expected_next_designator_decides(sequence: str, shown: str) -> None:
    given = sequence.split()
    stack = [Step("lower", ord(given[0][0]) - 96, given[0])] if given[0] not in ("a",) else []
    rest = given if not stack else given[1:]
    for i, token in enumerate(rest):
        after, _ = resolve(token, stack, rest[i + 1] if i + 1 < len(rest) else None)
        assert after is not None, token
        stack = after
    assert "".join(f"({step.token})" for step in stack) == shown


def test_several_designators_may_open_a_paragraph() -> None:
    assert tokens("(c)(1) Each") == ["c", "1"]
    assert tokens("(a) Applicability. (1) Current") == ["a", "1"]
    assert tokens("(3) Driving time—(i) A driver") == ["3", "i"]
    assert tokens("See paragraph (a)") == []
