import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.records import Document
from synthforge.sections.blocks import Block
from synthforge.sections.designators import Token, tokens
from synthforge.sections.sequence import resolve, shown
from tests.sources.files import read, texts

PART = "# 21 CFR Part 820\n\n## Subpart A—General\n\n### §\u2009820.1 Scope.\n\n"


def test_sections_with_a_thin_space_get_the_citation_a_lawyer_writes() -> None:
    document = read(PART + "Everyone shall comply.\n\n### §\u2009820.5 Quality.\n\nBe good.\n")
    assert list(texts(document)) == ["21 CFR 820.1", "21 CFR 820.5"]
    assert document.sections[0].id == "21 CFR 820#21 CFR 820.1"
    assert document.sections[0].path == ("Subpart A—General", "Scope")


def introducing(document: Document) -> list[str]:
    return [section.citation.removeprefix("21 CFR 820.1") for section in document.sections if section.introduces]


def test_paragraphs_are_cited_to_the_leaf_with_their_lead_in() -> None:
    body = (
        "(a) *Records.* (1) Keep them "
        + "very carefully " * 60
        + "as follows:\n\n(i) In a dry room.\n\n(ii) Locked.\n\n(2) Destroy them.\n\n(b) No exceptions.\n"
    )
    document = read(PART + body)
    assert list(texts(document)) == [
        "21 CFR 820.1(a)(1)", "21 CFR 820.1(a)(1)(i)", "21 CFR 820.1(a)(1)(ii)", "21 CFR 820.1(a)(2)",
        "21 CFR 820.1(b)",
    ]  # fmt: skip
    leads = {s.citation.removeprefix("21 CFR 820.1"): s.lead_in for s in document.sections}
    assert leads["(a)(1)(ii)"].startswith("(a) Records. (1) Keep them very")
    assert leads["(a)(2)"] == "(a) Records." and leads["(b)"] == ""
    assert introducing(document) == ["(a)(1)"]


def test_a_designated_paragraph_is_never_merged_and_what_only_introduces_says_so() -> None:
    document = read(PART + "(a) The label must show:\n\n(1) the name;\n\n(2) the date.\n\n(b) Else it is void.\n")
    assert texts(document) == {
        "21 CFR 820.1(a)": "(a) The label must show:",
        "21 CFR 820.1(a)(1)": "(1) the name;",
        "21 CFR 820.1(a)(2)": "(2) the date.",
        "21 CFR 820.1(b)": "(b) Else it is void.",
    }
    assert introducing(document) == ["(a)"]
    assert [s.lead_in for s in document.sections] == ["", "(a) The label must show:", "(a) The label must show:", ""]


def test_text_before_the_first_designator_is_cited_to_the_section() -> None:
    document = read(PART + "Each driver must:\n\n(a) Rest.\n\n(b) Eat.\n")
    assert list(texts(document)) == ["21 CFR 820.1", "21 CFR 820.1(a)", "21 CFR 820.1(b)"]
    assert introducing(document) == [""]
    assert {s.lead_in for s in document.sections[1:]} == {"Each driver must:"}


@pytest.mark.parametrize(
    ("opening", "introduces"),
    [
        ("(a) The log must show the following.", True),
        ("(a) Records. Each log must show—", True),
        ("(a) Every carrier keeps a log for a period of six months. It must show:", False),
        ("(a) Every carrier keeps a log.", False),
    ],
)
def test_a_rule_of_its_own_before_the_lead_in_can_be_asked_about(opening: str, introduces: bool) -> None:
    document = read(PART + f"{opening}\n\n(1) Hours.\n\n(2) Miles.\n")
    assert bool(introducing(document)) is introduces


def test_reserved_paragraphs_keep_their_place_and_ask_for_nothing() -> None:
    document = read(PART + "(a) Rest.\n\n(b) and (c) [Reserved]\n\n(d) Eat.\n\n(e)–(g) [Reserved]\n\n(h) Drink.\n")
    assert list(texts(document)) == [f"21 CFR 820.1{x}" for x in ("(a)", "(b)-(c)", "(d)", "(e)-(g)", "(h)")]
    assert introducing(document) == ["(b)-(c)", "(e)-(g)"]
    assert not document.warnings


def test_definitions_without_designators_are_cited_by_their_term() -> None:
    document = read(
        "# 49 CFR Part 395\n\n### § 395.2 Definitions.\n\nAs used in this part:\n\nCarrier means a firm.\n\n"
        "On-duty time means all of:\n\n(1) Waiting; and\n\n(2) Loading, as defined in § 1.1.\n\nYard includes a lot.\n"
    )
    assert list(texts(document)) == [
        "49 CFR 395.2", "49 CFR 395.2 (Carrier)", "49 CFR 395.2 (On-duty time)", "49 CFR 395.2 (On-duty time)(1)",
        "49 CFR 395.2 (On-duty time)(2)", "49 CFR 395.2 (Yard)",
    ]  # fmt: skip
    assert document.sections[3].lead_in == "As used in this part:\nOn-duty time means all of:"


def test_definitions_below_a_paragraph_end_with_it() -> None:
    document = read(
        PART + "(a) Scope.\n\n(b) Definitions. In this section:\n\nCarrier means a firm.\n\n"
        "Yard means a lot.\n\n(c) Wheels turn.\n\nWheels include tyres.\n"
    )
    assert list(texts(document)) == [
        f"21 CFR 820.1{x}" for x in ("(a)", "(b)", "(b) (Carrier)", "(b) (Yard)", "(c)")
    ]  # fmt: skip
    assert document.sections[-1].text == "(c) Wheels turn.\nWheels include tyres."


def test_quoted_designators_do_not_count() -> None:
    document = read(PART + "(a) Say “(c) yes”.\n\n“(a) As amended, go.”\n\n(b) Stop.\n")
    assert list(texts(document)) == ["21 CFR 820.1(a)", "21 CFR 820.1(b)"]
    assert not document.warnings


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
    assert any("21 CFR 820.1, line 9: designator out of sequence: (d) after (a)" in w for w in document.warnings)


def test_a_gap_that_the_sequence_goes_on_from_is_taken_and_reported() -> None:
    document = read(PART + "(a) One.\n\n(d) Four.\n\n(e) Five.\n\n(f) Six.\n")
    assert list(texts(document)) == [f"21 CFR 820.1({x})" for x in "adef"]
    assert any("(d) after (a); what stands between is missing" in w for w in document.warnings)


def read_sequence(sequence: str) -> tuple[str, list[str]]:
    given = [Token(t.strip("*"), italic="*" in t if "*" in sequence else None) for t in sequence.split()]
    readings = resolve(given)
    return shown(readings[-1].stack), [r.note for r in readings if r.note]


@pytest.mark.parametrize(
    ("sequence", "last"),
    [
        ("a b c d e f g h i j", "(j)"),
        ("a b c d e f g h i", "(i)"),
        ("a 1 i ii A B 2 b", "(b)"),
        ("a 1 A i I II ii B", "(a)(1)(B)"),
        ("a b c d e f g h 1 2 i j", "(j)"),
        ("a b c d e f g 1 i ii", "(g)(1)(ii)"),
        ("a b c d e f g h 1 i ii 2 i", "(i)"),
        ("a 1 i A *1* *i* *ii* *2* B", "(a)(1)(i)(B)"),
        ("a 1 i A *1* *2*", "(a)(1)(i)(A)(2)"),
        ("a 1 i A *1* 2", "(a)(2)"),
        ("a 1 A i I aa bb II", "(a)(1)(A)(i)(II)"),
        (" ".join("abcdefghijklmnopqrstuvwxyz") + " aa bb", "(bb)"),
        ("1 2 i ii iii iv v vi", "(2)(vi)"),
    ],
)
def test_the_whole_sequence_decides(sequence: str, last: str) -> None:
    assert read_sequence(sequence) == (last, [])


def test_two_readings_of_one_cost_are_reported() -> None:
    last, notes = read_sequence("a b c d e f g h i i")
    assert last == "(i)(i)"
    assert notes == ["(i) after (h) may be a letter or a numeral"]


LEVELS = ("lower", "number", "lower roman", "upper", "*number", "*lower roman")
ORDINALS = {
    "lower": "abcdefghijkl", "number": [str(n) for n in range(1, 13)], "upper": "ABCDEFGHIJKL",
    "lower roman": "i ii iii iv v vi vii viii ix x xi xii".split(),
}  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Paths in the order of a text: each goes on in an open list, or opens the next deeper one."""
    path: list[int] = [0]
    paths = [tuple(path)]
    for _ in range(draw(st.integers(2, 40))):
        depth = draw(st.integers(0, len(path)))
        if depth == len(path) and len(path) < len(LEVELS):
            path = [*path, 0]
        else:
            path = path[: min(depth, len(path) - 1) + 1]
            if path[-1] >= 11:
                continue
            path[-1] += 1
        paths.append(tuple(path))
    return paths


@given(trees())
def test_well_formed_law_with_italics_is_resolved_but_for_what_is_reported(paths: list[tuple[int, ...]]) -> None:
    given, expected = [], []
    for path in paths:
        kinds = [LEVELS[depth] for depth in range(len(path))]
        printed = [ORDINALS[kind.lstrip("*")][n] for kind, n in zip(kinds, path, strict=True)]
        given.append(Token(printed[-1], italic=kinds[-1].startswith("*")))
        expected.append("".join(f"({p})" for p in printed))
    readings = resolve(given)
    lone = any(path[-1] == 0 and (*path[:-1], 1) not in paths for path in paths if len(path) > 1)
    if not lone and not any(r.note for r in readings):
        assert [shown(r.stack) for r in readings] == expected


@given(st.lists(st.sampled_from("a b c i ii v x A B I 1 2 3 aa EPA zz".split()), max_size=30))
def test_any_sequence_is_read_in_one_way(sequence: list[str]) -> None:
    given = [Token(token) for token in sequence]
    readings = resolve(given)
    assert len(readings) == len(given)
    assert readings == resolve(given)
    assert all(reading.placed or reading.note for reading in readings)


def test_several_designators_may_open_a_paragraph() -> None:
    def opened(text: str, *italics: tuple[int, int]) -> list[str]:
        emphasis = italics if italics else None
        return [token.text for token in tokens(Block("paragraph", text, emphasis=emphasis))]

    assert opened("(c)(1) Each") == ["c", "1"]
    assert opened("(a) Applicability. (1) Current") == ["a", "1"]
    assert opened("(3) Driving time—(i) A driver") == ["3", "i"]
    assert opened("(e) Fees of more than $50.00. (1) When", (4, 29)) == ["e", "1"]
    assert opened("(c) The driver shall—(1) stop", (0, 0)) == ["c"]
    assert opened("(2)(A) 1 (i) To") == ["2", "A", "i"]
    assert opened("(a) 12 drivers") == ["a"]
    assert opened("See paragraph (a)") == []
    assert opened("(EPA) says") == []
