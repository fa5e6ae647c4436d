from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.links.directory import Directory
from synthforge.links.links import links
from synthforge.records import Link, Section


def section(
    citation: str,
    text: str = "Text.",
    *,
    family: str = "49 CFR 395",
    edition: str = "",
    versioned: bool = False,
    path: tuple[str, ...] = (),
    introduces: bool = False,
) -> Section:
    made = Section(
        id=f"{family}#{citation}",
        document=f"{family}@{edition}" if edition else family,
        citation=citation,
        edition=edition,
        versioned=versioned,
        path=path,
        text=text,
        start=0,
        end=len(text),
        introduces=introduces,
    )
    return made.model_copy(update={"links": links(made)})


def sop(
    number: str, text: str = "Text.", edition: str = "rev 3", name: str = "SOP-014", versioned: bool = False
) -> Section:
    return section(f"{name} §{number}", text, family=name, edition=edition, versioned=versioned)


def filled(*sections: Section) -> Directory:
    directory = Directory()
    for each in sections:
        directory.add(each)
    return directory


HERE = section("49 CFR 395.8")
LAW = (
    section("49 CFR 395 > Authority"),
    section("49 CFR 395.1(a)", path=("Part 395 Hours", "Subpart A—General")),
    section("49 CFR 395.3(a)", introduces=True, path=("Part 395 Hours", "Subpart B—Limits")),
    section("49 CFR 395.3(a)(1)", path=("Part 395 Hours", "Subpart B—Limits")),
    section("49 CFR 395.3(a)(2)", "(2) Rest: (i) at once;\n(ii) later, see paragraph (iv); or (iii) never."),
    section("49 CFR 395.5 ¶1"),
    section("49 CFR 395.5 ¶2", "One.\n(b) Two."),
    section("49 CFR 395.7(b)(1)"),
    HERE,
)


def found(target: str, *sections: Section, here: Section = HERE) -> str:
    return filled(*(sections or LAW)).find(target, here).partition("#")[2]


def test_the_section_itself() -> None:
    assert found("49 CFR 395.3(a)(1)") == "49 CFR 395.3(a)(1)"
    assert found("49 CFR 395.3(a)") == "49 CFR 395.3(a)"


def test_the_first_section_below() -> None:
    assert found("49 CFR 395.3") == "49 CFR 395.3(a)"
    assert found("49 CFR 395.7(b)") == "49 CFR 395.7(b)(1)"
    assert found("49 CFR 395.5") == "49 CFR 395.5 ¶1"


def test_a_part_starts_with_its_first_rule_not_with_its_notes() -> None:
    assert found("49 CFR 395") == "49 CFR 395.1(a)"
    assert found("49 CFR 395 Subpart B") == "49 CFR 395.3(a)"


def test_a_leaf_holds_what_its_text_prints() -> None:
    assert found("49 CFR 395.3(a)(2)(iii)") == "49 CFR 395.3(a)(2)"
    assert found("49 CFR 395.5(b)") == "49 CFR 395.5 ¶2"


def test_a_place_that_no_text_prints_is_a_miss() -> None:
    assert found("49 CFR 395.3(a)(2)(iv)") == ""  # only mentioned there
    assert found("49 CFR 395.3(b)") == ""
    assert found("49 CFR 395.9") == ""
    assert found("49 CFR 39") == ""
    assert found("49 CFR 395.3(A)") == ""
    nested = (section("49 CFR 395.4", "One.\n(a) Two: (1) three."), section("49 CFR 395.4(a)", "(a) Two."))
    assert found("49 CFR 395.4(a)(1)", *nested) == ""
    assert found("49 CFR 395.4(b)", section("49 CFR 395.4", "Shall:\n(b) x.", introduces=True)) == ""


def test_documents_by_identifier_and_number() -> None:
    corpus = (sop("1"), sop("5.2.1"), sop("4", name="SOP-031"), sop("5.1", name="SOP-031"))
    assert found("SOP-031", *corpus) == "SOP-031 §4"
    assert found("SOP-031 §5", *corpus) == "SOP-031 §5.1"
    assert found("SOP-014 §5.2", *corpus) == "SOP-014 §5.2.1"
    assert found("SOP-03", *corpus) == ""


def test_labels_in_any_case_and_dashes_of_any_kind() -> None:
    corpus = (section("SOP-014 APPENDIX A", family="SOP-014"), section("21 U.S.C. 360e–4", family="21 U.S.C. 360e–4"))
    assert found("SOP-014 Appendix A", *corpus) == "SOP-014 APPENDIX A"
    assert found("21 U.S.C. 360e-4", *corpus) == "21 U.S.C. 360e–4"


def editions(*names: str) -> list[Section]:
    return [sop("5", edition=name, versioned=True) for name in names]


def test_the_own_edition_comes_first_then_the_newest() -> None:
    corpus = [*editions("rev 2", "rev 10", "rev 9"), sop("5", edition="rev 2", name="SOP-031")]
    directory = filled(*corpus)
    assert directory.find("SOP-014 §5", corpus[0]) == "SOP-014#SOP-014 §5 (rev 2)"
    assert directory.find("SOP-014 §5", corpus[3]) == "SOP-014#SOP-014 §5 (rev 10)"


def test_two_editions_in_one_document() -> None:
    old = section("49 CFR 395.1", versioned=True)
    new = section("49 CFR 395.1", edition="2026-02-02", versioned=True).model_copy(update={"document": old.document})
    directory = filled(old, HERE, new)
    assert directory.find("49 CFR 395.1", HERE) == old.key
    assert directory.find("49 CFR 395", section("40 CFR 1.1", family="40 CFR 1")) == new.key


def test_a_date_of_amendment_is_no_version() -> None:
    """Every section of a code has its own date; the first below a part is still the first in the document."""
    first = section("1 CFR 2.1", family="1 CFR", edition="1972-11-04")
    later = section("1 CFR 2.2", family="1 CFR", edition="2022-12-29").model_copy(update={"document": first.document})
    assert filled(first, later).find("1 CFR 2", later) == first.key


def test_the_own_document_comes_before_another() -> None:
    mine = section("Handbook §2", family="handbook")
    other = section("Handbook §2", family="handbook-2")
    assert filled(other, mine).find("Handbook §2", mine) == mine.key
    copy = mine.model_copy(update={"document": "handbook [2]", "id": "handbook#Handbook §2 [2]"})
    assert filled(mine, copy).find("Handbook §2", copy) == copy.key


def test_a_draft_in_the_register_is_read_before_the_code() -> None:
    code = section("24 CFR 1006.10", family="24 CFR 1006")
    draft = section("89 FR 9757, 24 CFR 1006.10", family="89 FR")
    rule = section("89 FR 9757, 24 CFR 1006.20", family="89 FR")
    assert filled(code, draft, rule).find("24 CFR 1006.10", rule) == draft.key
    assert filled(code, draft, rule).find("24 CFR 1006.10", HERE) == code.key
    assert filled(code, rule).find("89 FR 9757, 24 CFR 1006.10", rule) == code.key  # what the rule leaves as it is


def resolved(*sections: Section) -> Sequence[Link]:
    return filled(*sections).resolved(sections[-1])


def test_links_get_the_keys_of_their_sections() -> None:
    text = "“Rest” means § 395.3. Except as provided in § 395.1(a), see 21 CFR 820."
    links = resolved(*LAW[:-1], section("49 CFR 395.8", text))
    assert [(link.kind, link.target, link.section.partition("#")[2]) for link in links] == [
        ("definition", "Rest", ""),
        ("reference", "49 CFR 395.3", "49 CFR 395.3(a)"),
        ("exception", "49 CFR 395.1(a)", "49 CFR 395.1(a)"),
        ("reference", "21 CFR 820", ""),
    ]


def test_a_link_that_leads_back_is_left_out() -> None:
    assert resolved(section("49 CFR 395.8", "See 49 CFR part 395.")) == ()


def test_a_section_sign_takes_the_title_that_its_document_names_for_the_part() -> None:
    guide = [
        section("Guide > Scope", "Limits are in 49 CFR part 395.", family="guide"),
        section("Guide > Rest", "See § 395.3(a) and § 601.2(g).", family="guide"),
    ]
    links = resolved(*LAW, *guide)
    assert [(link.target, link.section.partition("#")[2]) for link in links] == [
        ("49 CFR 395.3(a)", "49 CFR 395.3(a)"),
        ("§ 601.2(g)", ""),
    ]
    assert resolved(*LAW, guide[1])[0].target == "§ 395.3(a)"


def test_two_titles_with_that_part_are_one_too_many() -> None:
    guide = [
        section("Guide > Scope", "See 49 CFR part 395 and 21 CFR part 395.", family="guide"),
        section("Guide > Rest", "See § 395.3(a).", family="guide"),
    ]
    assert resolved(*LAW, *guide)[0].target == "§ 395.3(a)"


def test_a_title_of_the_code_is_none_of_the_regulations() -> None:
    guide = [
        section("Guide > Scope", "See 49 U.S.C. 395.", family="guide"),
        section("Guide > A", "See § 395.3(a).", family="guide"),
    ]
    assert resolved(*LAW, *guide)[0].target == "§ 395.3(a)"


def test_what_the_corpus_holds() -> None:
    directory = filled(*LAW, sop("5"))
    assert directory.holds("49 CFR 395.99") and directory.holds("SOP-014 §99")
    assert not directory.holds("49 CFR 396.1") and not directory.holds("SOP-031 §5")


steps = st.lists(st.sampled_from(["(a)", "(1)", "(i)", "(A)"]), max_size=3).map("".join)
citations = st.builds("49 CFR 395.{}{}".format, st.integers(1, 5), steps)


@given(st.lists(citations, min_size=1, max_size=12, unique=True), citations)
@settings(deadline=None)
def test_what_is_found_is_the_place_or_the_first_below_it(corpus: list[str], target: str) -> None:
    """No text here prints a designator, so nothing else can hold the place."""
    got = found(target, *(section(citation) for citation in corpus))
    below = [citation for citation in corpus if citation == target or citation.startswith(f"{target}(")]
    assert got == (target if target in corpus else below[0] if below else "")
