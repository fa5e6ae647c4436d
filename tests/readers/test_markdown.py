from tests.sources.files import read, texts


def test_numbered_headings_of_an_identified_document_are_cited_by_number() -> None:
    document = read(
        "---\nid: SOP-014\nversion: 8\n---\n\n# SOP-014 Cleaning\n\n## 5 Procedure\n\n"
        "### 5.2 Rinse\n\nRinse twice.\n\n#### 5.2.1 Acceptance limit\n\nAt most 10 µg.\n"
    )
    assert [s.id for s in document.sections] == ["SOP-014#SOP-014 §5.2", "SOP-014#SOP-014 §5.2.1"]
    assert [s.path for s in document.sections] == [
        ("Procedure", "Rinse"), ("Procedure", "Rinse", "Acceptance limit")
    ]  # fmt: skip
    assert [s.level for s in document.sections] == [2, 3]
    assert {s.edition for s in document.sections} == {"version 8"}
    assert document.title == "SOP-014 Cleaning"
    assert document.id == "SOP-014@version 8"


def test_headings_without_numbers_are_cited_by_their_path_and_repeats_are_counted() -> None:
    document = read("# Driver Handbook\n\n## Rest breaks\n\nThirty minutes.\n\n## Rest breaks\n\nMore.\n")
    assert [s.citation for s in document.sections] == [
        "Driver Handbook > Rest breaks", "Driver Handbook > Rest breaks [2]"
    ]  # fmt: skip
    assert document.sections[0].id == "driver-handbook#Driver Handbook > Rest breaks"


def test_a_heading_that_is_an_identifier_is_the_citation() -> None:
    document = read(
        "# Baseline\n\n## 1. Legacy\n\nIntro.\n\n### Policies\n#### MS.AAD.1.1v1\nShall be blocked.\n\n"
        "### Resources\n\nLinks.\n\n#### MS.AAD.1.1v1 Instructions\n\nClick.\n\n## 2. Risk\n\nMore.\n"
    )
    assert list(texts(document)) == [
        "Baseline §1", "MS.AAD.1.1v1", "Baseline §1 > Resources", "MS.AAD.1.1v1 Instructions", "Baseline §2"
    ]  # fmt: skip


def test_tickets_are_cited_by_their_number() -> None:
    document = read("# TKT-A Tickets\n\n## T-1042 Break refused\n\nIssue: a.\n\n## T-1047 Window\n\nIssue: b.\n")
    assert list(texts(document)) == ["T-1042", "T-1047"]
    assert document.sections[0].heading == "Break refused"


def test_a_product_in_a_heading_is_not_an_identifier() -> None:
    document = read("# Robots\n\n## OT-2 setup\n\nPlug in.\n\n## Press TP-200\n\nClean.\n")
    assert list(texts(document)) == ["Robots > OT-2 setup", "Robots > Press TP-200"]


def test_markup_is_gone_and_the_author_s_angle_brackets_stay() -> None:
    document = read(
        "# T\n\n**Bold** and [link](http://x) `code` 10<sup>2</sup> H<sub>2</sub>O <b>b</b> "
        "<|im_start|>system <s>x</s> <company> DDP\\_035\n"
    )
    assert document.sections[0].text == "Bold and link code 10^2 H2O b <|im_start|>system <s>x</s> <company> DDP_035"


def test_lists_tables_and_listings_keep_their_shape() -> None:
    document = read(
        "# T\n\n## A\n\nDo this:\n\n3. first\n4. second\n   - deep\n\n| a | b |\n|---|---|\n"
        "| 1 | 2 |\n\n```sh\nls  -l\n```\n"
    )
    assert document.sections[0].text == "Do this:\n3. first\n4. second\n  - deep\na | b\n1 | 2\nls  -l"


def test_wrapped_prose_in_listings_and_deep_indents_is_prose() -> None:
    document = read(
        "# T\n\n```\nThe driver must rest before the next\nshift begins, whatever the cause.\n```\n\n"
        "     ## §351. Adulterated drugs\n\n   A drug\n                     is bad.\n"
    )
    assert [s.text for s in document.sections] == [
        "The driver must rest before the next shift begins, whatever the cause.", "A drug is bad."
    ]  # fmt: skip


def test_front_matter_without_an_opening_line_and_a_wrapping_fence() -> None:
    document = read("name: Password Policy\nacronym: PWP\n---\n\n# Purpose\n\nTo protect.\n")
    assert document.title == "Password Policy"
    assert list(texts(document)) == ["Password Policy > Purpose"]
    fenced = read("```markdown\n---\ntitle: Letter\n---\n\n## Clinical\n\nMore data.\n```\n")
    assert list(texts(fenced)) == ["Letter > Clinical"]


def test_version_lines_are_metadata_and_nobody_s_section() -> None:
    document = read("# POL-003 Leave\n\nVersion: 3\nEffective date: 2026-03-01\nOwner: HR\n\n## 1 Scope\n\nAll.\n")
    assert document.edition == "version 3"
    assert list(texts(document)) == ["POL-003 §1"]
    assert "Owner: HR" in document.text


def test_lines_are_counted_in_the_file() -> None:
    document = read("---\nid: FP-07\n---\n# FP-07 Fuel\n\n## 1 Card\n\nOne card.\n")
    assert document.sections[0].locator.line == 8


def test_tables_of_contents_and_running_heads_are_dropped_and_counted() -> None:
    head = "GUIDE TO HOURS OF SERVICE"
    document = read(
        "# Guide\n\n## Table of contents\n\n- Rest\n- Drive 4\n\n## Rest ......... 3\n\nTen hours.\n\n"
        + f"{head}\n\n" * 3
        + f"{head} {head}\n\nSleep.\n"
    )
    assert [s.text for s in document.sections] == ["Ten hours.\nSleep."]
    assert document.sections[0].heading == "Rest"
    assert any("table of contents was left out (3 lines, from line 3)" in w for w in document.warnings)
    assert any("4 repeated running heads were left out, from line 12" in w for w in document.warnings)
    assert document.account.dropped == {"contents": 15 + 2 + 4 + 2 + 6 + 9 + 1 - 2, "running heads": 5 * 21}
    assert document.account.visible == document.account.extracted + sum(document.account.dropped.values())


def test_steps_that_repeat_are_not_running_heads() -> None:
    document = read("# Guide\n\n" + "## Policy\n\nUsers > Include > All Users\n\nAccess Controls Grant Block\n\n" * 5)
    assert len(document.sections) == 5
    assert not document.warnings


def test_numbered_paragraphs_are_sections_of_their_own() -> None:
    document = read(
        "# POL-1000 IP\n\n## 4 Ownership\n\n4.1 Company IP belongs to us.\n\n"
        "4.2 The committee decides.\n\nSales rose by 5.2 million.\n"
    )
    assert texts(document) == {
        "POL-1000 §4.1": "Company IP belongs to us.",
        "POL-1000 §4.2": "The committee decides.\nSales rose by 5.2 million.",
    }


def test_nested_single_numbers_are_composed() -> None:
    document = read(
        "# Part\n\n## I. Intro\n\na b.\n\n## III. Discussion\n\n### C. Approach\n\n"
        "#### 1. Validation\n\nc d.\n\n### A. Other\n\ne f.\n"
    )
    assert list(texts(document)) == ["Part §I", "Part §III.C.1", "Part §III.A"]


def test_a_year_or_a_count_in_a_heading_is_no_number() -> None:
    document = read("# Report\n\n## 34 hours of rest\n\na b.\n\n## 2024 results\n\nc d.\n")
    assert list(texts(document)) == ["Report > 34 hours of rest", "Report > 2024 results"]


def test_appendices_are_labels_and_their_numbers_start_again() -> None:
    document = read(
        "# SOP-031 Deviations\n\n## 1 Scope\n\na b.\n\n## Appendix A: Forms\n\nc d.\n\n### 1 Filling in\n\ne f.\n"
    )
    assert list(texts(document)) == ["SOP-031 §1", "SOP-031 Appendix A", "SOP-031 Appendix A §1"]


def test_visible_is_what_a_renderer_shows() -> None:
    document = read(
        "---\ntitle: T\n---\n# T\n\n## A\n\n<!-- note -->\nSee [here](http://x.y/z) ![alt](i.png) <b>now</b>.\n\n"
        "<script>let x</script>\n\n[ref]: http://x.y\n\n<img src=a>\n"
    )
    assert document.sections[0].text == "See here now."
    assert document.account.visible == document.account.extracted == len("TASeeherenow.")
    assert any("2 images were left out, the first in line 9" in w for w in document.warnings)


def test_what_the_parser_drops_is_read_line_by_line() -> None:
    document = read("# T\n\n" + "> " * 150 + "Wear gloves.\n\n[^1]: Reserved.\n\n## End\n\nOf it.\n")
    assert texts(document) == {"T": "Wear gloves.\n[^1]: Reserved.", "T > End": "Of it."}
    assert any(
        "2 lines had no place in the markup and were read as they are, from line 3" in w for w in document.warnings
    )


def test_a_paragraph_marked_up_as_a_heading_is_a_paragraph() -> None:
    document = read("# T\n\n# " + "very long " * 40 + "\n\n## A\n\nb c.\n")
    assert [s.citation for s in document.sections] == ["T", "T > A"]


def test_half_a_character_in_front_matter_can_be_written() -> None:
    document = read('---\ntitle: "a\\ud800b"\n---\n\n# A\n\nText.\n')
    assert document.model_dump_json().encode()
    assert document.title == "a?b"
