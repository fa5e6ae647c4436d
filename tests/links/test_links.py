import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.links.links import links
from synthforge.records import Section
from tests.sources.files import read_shared

RULE = "49 CFR 395.3(a)(2)(i)"
CODE = "21 U.S.C. 360(b)(1)(A)"
PROCEDURE = "SOP-014 §5.2"


def section(text: str, citation: str = RULE, *, path: tuple[str, ...] = (), lead_in: str = "") -> Section:
    family = re.split(r"\.| §| > |\(", citation)[0] if citation.startswith("4") else citation.split(" §")[0]
    return Section(
        id=f"{family}#{citation}",
        document=family,
        citation=citation,
        path=path,
        text=text,
        start=0,
        end=len(text),
        lead_in=lead_in,
    )


def targets(text: str, citation: str = RULE) -> list[str]:
    return [link.target for link in links(section(text, citation)) if link.kind != "definition"]


def spans(text: str, citation: str = RULE) -> list[str]:
    return [text[link.start : link.end] for link in links(section(text, citation))]


def kinds(text: str, citation: str = RULE) -> list[tuple[str, str]]:
    return [(link.kind, link.target) for link in links(section(text, citation))]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("see § 395.1(e)(1).", ["49 CFR 395.1(e)(1)"]),
        ("see §\u2009395.1(e)(1) of this part.", ["49 CFR 395.1(e)(1)"]),
        ("under §§ 395.1 and 395.8, but", ["49 CFR 395.1", "49 CFR 395.8"]),
        ("in § 1.2(a) through (d)", ["49 CFR 1.2(a)", "49 CFR 1.2(d)"]),
        ("§§ 602.8(a) and (c) or 602.15(b)", ["49 CFR 602.8(a)", "49 CFR 602.8(c)", "49 CFR 602.15(b)"]),
        (
            "listed in § 425.4(e)(2) (i), (ii), and (iii).",
            ["49 CFR 425.4(e)(2)(i)", "49 CFR 425.4(e)(2)(ii)", "49 CFR 425.4(e)(2)(iii)"],
        ),
        ("under 29 CFR part 1613, and § 1613.7", ["29 CFR 1613", "29 CFR 1613.7"]),
        ("49 CFR part 390; 21 CFR §820.75, 40 CFR1506.8", ["49 CFR 390", "21 CFR 820.75", "40 CFR 1506.8"]),
        ("at 1 CFR, chapter IV, part 426, subpart A)", ["1 CFR 426 Subpart A"]),
        ("45 CFR 46.116 and 46.117 and 21 CFR 50.25", ["45 CFR 46.116", "45 CFR 46.117", "21 CFR 50.25"]),
        ("part 603 of Title 1 of the Code of Federal Regulations", ["1 CFR 603"]),
        ("parts 20 and 21 of this chapter", ["49 CFR 20", "49 CFR 21"]),
        ("part 1271, subpart D of this chapter", ["49 CFR 1271 Subpart D"]),
        (
            "subpart B of this part and Appendix A to part 20 of this chapter",
            ["49 CFR 395 Subpart B", "49 CFR 20 Appendix A"],
        ),
        ("as required by paragraph (a)(2) of this section,", ["49 CFR 395.3(a)(2)"]),
        ("paragraphs (b)(1) and (2) of this section", ["49 CFR 395.3(b)(1)", "49 CFR 395.3(b)(2)"]),
        (
            "paragraphs (k)(2)(i)-(iv), (3) or (l)",
            [f"49 CFR 395.3{x}" for x in ("(k)(2)(i)", "(k)(2)(iv)", "(k)(3)", "(l)")],
        ),
        ("This paragraph (a) applies", ["49 CFR 395.3(a)"]),
        ("described in paragraph (1)", ["49 CFR 395.3(a)(1)"]),
        ("paragraph (b) of § 5.3", ["49 CFR 5.3(b)"]),
        ("subsection (b) of this section", ["49 CFR 395.3(b)"]),
        ("44 U.S.C. 1510, 5 U.S.C. 552(b)", ["44 U.S.C. 1510", "5 U.S.C. 552(b)"]),
        ("44 U.S.C. 1506, 4101; 1 U.S.C. 112", ["44 U.S.C. 1506", "44 U.S.C. 4101", "1 U.S.C. 112"]),
        (
            "5 U.S.C. 591-96, 42 U.S.C. 7401-7671q",
            ["5 U.S.C. 591", "5 U.S.C. 596", "42 U.S.C. 7401", "42 U.S.C. 7671q"],
        ),
        ("sections 552-553 of title 5, United States Code", ["5 U.S.C. 552", "5 U.S.C. 553"]),
        ("chapter 15 of title 44, United States Code", ["44 U.S.C. chapter 15"]),
        ("section 922(v), Title 18, U.S.C., makes it unlawful", ["18 U.S.C. 922(v)"]),
        ("chapter I of this title", ["49 CFR Chapter I"]),
        ("Clause 4.2.5 of ISO 13485 and USP <797>", ["ISO 13485 §4.2.5", "USP <797>"]),
    ],
)
def test_references_in_regulations(text: str, cited: list[str]) -> None:
    assert targets(text) == cited


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("section 360e–4(b) of this title", ["21 U.S.C. 360e-4(b)"]),
        ("section 355 or 360b of this title", ["21 U.S.C. 355", "21 U.S.C. 360b"]),
        ("under subsection (j), or paragraph (2)", ["21 U.S.C. 360(j)", "21 U.S.C. 360(b)(2)"]),
        ("paragraph (3) of this subsection", ["21 U.S.C. 360(b)(3)"]),
        ("subparagraphs (B) and (C)", ["21 U.S.C. 360(b)(1)(B)", "21 U.S.C. 360(b)(1)(C)"]),
        ("clause (ii) of subparagraph (C) of paragraph (4)", ["21 U.S.C. 360(b)(4)(C)(ii)"]),
        ("subsection (b) or subsection (c) of section 262 of title 42", ["42 U.S.C. 262(b)", "42 U.S.C. 262(c)"]),
        ("section 351(a) of the Public Health Service Act (42 U.S.C. 262)", ["42 U.S.C. 262"]),
    ],
)
def test_references_in_the_code(text: str, cited: list[str]) -> None:
    assert targets(text, CODE) == cited


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("repeat section 5.1 once", ["SOP-014 §5.1"]),
        ("as in section 7 of this procedure", ["SOP-014 §7"]),
        ("use section 4 and 10 vials", ["SOP-014 §4"]),
        ("Follow sections 4 and 6.1.", ["SOP-014 §4", "SOP-014 §6.1"]),
        ("open a deviation under SOP-031.", ["SOP-031"]),
        ("see SOP-031 §4 and WI-22, section 3.1", ["SOP-031 §4", "WI-22 §3.1"]),
        ("described in section 5.2 of SOP-031", ["SOP-031 §5.2"]),
        ("recorded in log EL-014 (see Appendix A)", ["EL-014", "SOP-014 Appendix A"]),
        ("required by 21 CFR part 11 (§ 11.10(c))", ["21 CFR 11", "21 CFR 11.10(c)"]),
        ("the limit in § 395.3(a)(2)", ["§ 395.3(a)(2)"]),
        ("ISO 9001:2015 and NIST SP 800-53 AC-2", ["ISO 9001:2015", "NIST SP 800-53"]),
    ],
)
def test_references_in_a_procedure(text: str, cited: list[str]) -> None:
    assert targets(text, PROCEDURE) == cited


def test_policies_cite_each_other_by_identifier() -> None:
    assert targets("as MS.AAD.3.1v1 has it", "MS.AAD.1.1v1") == ["MS.AAD.3.1v1"]


def test_a_definition_is_a_place_of_its_own() -> None:
    own = "1 CFR 457.103 (Qualified person)(4)"
    assert targets("under paragraph (1) of this definition", own) == ["1 CFR 457.103 (Qualified person)(1)"]
    assert targets("paragraph (2) or (3) of this section", own) == [own[:-3] + "(2)", own[:-3] + "(3)"]
    assert targets("paragraph (c) of this section", "1 CFR 426.210(b) (Review)(1)") == ["1 CFR 426.210(c)"]
    assert targets("as defined in this paragraph (b)", "1 CFR 426.210(b) (Review)") == ["1 CFR 426.210(b)"]


def test_a_rule_in_the_register_states_its_own_sections() -> None:
    own = "89 FR 9757, 24 CFR 1006.377(c)"
    assert targets("paragraph (a) of this section and § 5.3", own) == ["89 FR 9757, 24 CFR 1006.377(a)", "24 CFR 5.3"]


@pytest.mark.parametrize(
    "text",
    [
        "section 3 of the Act",
        "sections 501 and 502 of the Drug Act",
        "section 504 applies",
        "section 4 of Public Law 104-1",
        "§ 1.3 of the Internal Code",
        "Section 1258.14 of those regulations",
        "D.C. Code § 2.1004(c)",
        "subsections (c)(3) and (d) of the Privacy Act",
        "under subsection (k)(2)",
        "described in clause (i)",
        "this part, this section and this chapter",
        "this part 395 and part 395",
        "paragraph (b) of this agreement",
        "paragraph (b) of such section",
        "a party (a) shall; (b) may",
        "3 CFR, 1954-1958 Comp., p. 189",
        "3 CFR 1971 Comp., p. 189",
        "§ 5.1 et seq. of the Act",
        "listed in 18 U.S.C., appendix A",
        "87 Stat. 394; Pub. L. 93-112",
        "part II of the Register",
        "§ and §§, section, paragraph ()",
    ],
)
def test_what_is_no_place_of_this_law_is_no_link(text: str) -> None:
    assert targets(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "paragraph (a) or subsection (b)",
        "section 3 of the Act",
        "the IT Standards, section 2, say",
        "Section 2. Scope",
        "eCTD section 5.3.5",
        "A.R.S. Title 28, Chapter 3, Article 16",
        "under Article 3 and Schedule 1",
        "presses TP-200-01 to TP-200-04",
        "SOP-014",
        "within 5 days, 3 of 4",
        "under section A or section IV",
    ],
)
def test_what_is_another_texts_place_is_no_link(text: str) -> None:
    assert targets(text, PROCEDURE) == []


def test_relative_places_mean_nothing_in_notes_and_irregular_sections() -> None:
    assert targets("subsection (a) and paragraph (1)", "21 U.S.C. 360 > Amendments ¶2") == []
    assert targets("paragraph (3)", "21 U.S.C. 360(B)(4)") == []
    assert targets("section 374 of this title", "21 U.S.C. 360 > Amendments ¶2") == ["21 U.S.C. 374"]


def test_a_section_does_not_refer_to_itself() -> None:
    assert targets("paragraph (a)(2)(i) of this section, § 395.3(a)(2)(i)") == []
    assert targets("repeat section 5.2", PROCEDURE) == []


def test_spans_cover_the_words_of_each_member() -> None:
    text = "Except as provided in paragraphs (b)(1) and (2) of this section, see §§ 395.1 or 395.8."
    assert spans(text) == [
        "Except as provided in paragraphs (b)(1)",
        "(2) of this section",
        "§§ 395.1",
        "395.8",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Except as provided in § 5.1, drive",
        "Except, as otherwise specified in § 5.1",
        "unless otherwise specified in § 5.1",
        "Notwithstanding the provisions of § 5.1",
        "Subject to § 5.1, a driver",
        "a driver shall, subject to the limits of § 5.1, rest",
        "requests other than those described in § 5.1",
    ],
)
def test_exceptions(text: str) -> None:
    assert kinds(text) == [("exception", "49 CFR 5.1")]


@pytest.mark.parametrize(
    "text",
    [
        "a driver is subject to § 5.1",
        "drugs subject to § 5.1",
        "except that the driver shall notify under § 5.1",
        "Except in Alaska. See § 5.1",
        "exempt from the requirements of § 5.1",
    ],
)
def test_what_only_sounds_like_an_exception_is_a_reference(text: str) -> None:
    assert kinds(text) == [("reference", "49 CFR 5.1")]


def test_an_exception_holds_for_the_whole_list() -> None:
    text = "Except as provided in § 5.1 or (by permit) never"
    assert kinds(text) == [("exception", "49 CFR 5.1")]
    text = "Except as provided in §§ 5.1 and 5.2 or in § 6.1, see § 7.1"
    assert kinds(text) == [
        (kind, f"49 CFR {n}")
        for kind, n in zip(["exception"] * 3 + ["reference"], ("5.1", "5.2", "6.1", "7.1"), strict=True)
    ]


def defined(text: str, citation: str = RULE, *, path: tuple[str, ...] = (), lead_in: str = "") -> list[str]:
    found = links(section(text, citation, path=path, lead_in=lead_in))
    return [link.target for link in found if link.kind == "definition"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("(a) Driving time means all time", ["Driving time"]),
        ("The term “sleeper berth” means a berth", ["sleeper berth"]),
        ('For this section, the term "ready mix" has the meaning given', ["ready mix"]),
        ("“Adult,” or “major,” means", ["Adult", "major"]),
        ("Carrier, as used in this part, means a person", ["Carrier"]),
        ("Lead Agency means, as defined in § 5.1, the agency", ["Lead Agency"]),
        ("Lot is defined as one batch", ["Lot"]),
        ("Day means a day; and\nWeek means seven days", ["Day", "Week"]),
    ],
)
def test_definitions_in_law(text: str, terms: list[str]) -> None:
    assert defined(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "This means that the driver stops",
        "The firm shall use all practicable means to rest",
        "Authorized means to achieve this goal are",
        "Sent by electronic means of the agency",
        "It means the same",
        "Road means of transport are many",
    ],
)
def test_sentences_about_means_define_nothing(text: str) -> None:
    assert defined(text) == []


def test_bare_terms_need_law_a_heading_or_a_lead_in() -> None:
    assert defined("Agile means teams", "Handbook > Agile", path=("Agile",)) == []
    assert defined("Agile means teams", "Handbook > Terms", path=("Definitions",)) == ["Agile"]
    assert defined("Agile means teams", "Handbook", lead_in="As used in this policy:") == ["Agile"]


def test_a_glossary_lists_its_terms() -> None:
    text = "Minor clean: same product. Major clean: product change.\nTerm | Meaning\nQA | Quality Assurance"
    assert defined(text, PROCEDURE, path=("Definitions",)) == ["Minor clean", "Major clean", "QA"]
    assert defined(text + " It means rest.", PROCEDURE, path=("Records",)) == []


def test_a_term_is_defined_once() -> None:
    assert defined("Search means looking. Search means finding.") == ["Search"]


_PIECES = (
    "§ |§§ |395.3|(a)|(1)(i)|, | and | or | through |-|section |sections |paragraph |of this section|of the Act|49 CFR "
    "|U.S.C. |part |subpart B|of title 5|SOP-031|except as provided in |unless |subject to |“Term” |means |X |. |\n"
    "|Appendix A|5.2"
)
pieces = st.sampled_from(_PIECES.split("|"))
law = st.lists(pieces | st.text(max_size=4), max_size=40).map("".join)
cited = st.sampled_from(
    [RULE, CODE, PROCEDURE, "MS.AAD.1.1v1", "Handbook > Terms ¶2", "1 CFR 1.1 (Term)", "21 CFR 820"]
)


@given(law, cited)
@settings(deadline=None)
def test_spans_lie_in_the_text_in_order_and_apart(text: str, citation: str) -> None:
    made = section(text, citation, path=("Definitions",))
    found = links(made)
    assert found == links(made)
    assert [link.start for link in found] == sorted(link.start for link in found)
    for link in found:
        assert 0 <= link.start < link.end <= len(text)
        assert text[link.start : link.end].strip() and link.target and not link.section
    for kind in ("reference", "exception", "definition"):
        alike = [link for link in found if link.kind == kind]
        assert all(one.end <= other.start for one, other in pairwise(alike))


@pytest.mark.parametrize("citation", [RULE, PROCEDURE])
@pytest.mark.parametrize(
    "piece",
    [
        "(a)(1)",
        "§ ",
        "paragraph (a) of ",
        "§ 1.1(a)(1)",
        "“",
        "except as ",
        "1.1.",
        "A-1-",
        "section 1.1.1.1",
        "X means ",
    ],
)
def test_a_long_text_of_one_piece_is_read_to_its_end(piece: str, citation: str) -> None:
    """What grows faster than the text would not come back."""
    found = links(section(piece * (200_000 // len(piece)) + " see 21 CFR 820.30.", citation))
    assert found[-1].target == "21 CFR 820.30"


@pytest.mark.parametrize(
    "path", ["regulation/21cfr803.md", "regulation/21usc360.md", "sop/SOP-014_rev3.md", "policy/scuba_aad.md"]
)
def test_links_of_real_documents_are_the_same_twice(path: str) -> None:
    sections = read_shared(path).sections
    found = [links(each) for each in sections]
    assert any(found)
    assert found == [links(each) for each in sections]
