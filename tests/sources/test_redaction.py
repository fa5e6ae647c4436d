from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.links.links import links
from synthforge.privacy import Redact
from synthforge.records import Account, Document, Link
from synthforge.sources.redaction import masked
from tests.sources.files import checked, read

POLICY = """\
# POL-007 Incident contacts

## 1. Reporting to ada@harborline.io

The driver calls (312) 555-0142 at once, except as provided in section 2. Prepared by: Nils Aberg

## 2. Records

Ada@harborline.io keeps each report for 3 years. Nils Aberg signs it. See section 1.

## 3. Scope

All vehicles over 10,000 lb.
"""


def test_text_sections_and_headings_are_masked_together() -> None:
    before = read(POLICY)
    after, values = masked(before, Redact())
    checked(after)
    assert "ada@" not in after.model_dump_json().lower() and "Aberg" not in after.model_dump_json()
    assert [s.text for s in after.sections] == [
        "The driver calls [PHONE-1] at once, except as provided in section 2. Prepared by: [NAME-1]",
        "[EMAIL-1] keeps each report for 3 years. [NAME-1] signs it. See section 1.",
        "All vehicles over 10,000 lb.",
    ]
    assert after.sections[0].path[-1].endswith("Reporting to [EMAIL-1]")
    assert values["[EMAIL-1]"] == ["ada@harborline.io", "Ada@harborline.io"]
    assert after.account.masked == {"email": 2, "name": 2, "phone": 1}


def test_sections_without_values_keep_their_hash_and_citation() -> None:
    before = read(POLICY)
    after, _ = masked(before, Redact())
    assert after.sections[2].hash == before.sections[2].hash
    assert [s.citation for s in after.sections] == [s.citation for s in before.sections]


def test_links_still_point_at_their_words() -> None:
    before = read(POLICY)
    linked = before.model_copy(
        update={"sections": tuple(s.model_copy(update={"links": links(s)}) for s in before.sections)}
    )
    after, _ = masked(linked, Redact())
    pairs = [
        (old.text[a.start : a.end], new.text[b.start : b.end])
        for old, new in zip(linked.sections, after.sections, strict=True)
        for a, b in zip(old.links, new.links, strict=True)
    ]
    assert pairs and all(was == now for was, now in pairs)


def test_a_link_within_a_value_covers_its_label() -> None:
    before = read("# T\n\n## 1. A\n\nAsk ada@harborline.io now.\n")
    section = before.sections[0]
    link = Link(kind="definition", start=6, end=10, target="ada@harborline.io")
    before = before.model_copy(update={"sections": (section.model_copy(update={"links": (link,)}),)})
    after = masked(before, Redact())[0].sections[0]
    assert after.text[after.links[0].start : after.links[0].end] == after.links[0].target == "[EMAIL-1]"


def test_places_move_with_their_blocks() -> None:
    before = read(POLICY)
    after, _ = masked(before, Redact())
    last = before.text.index("All vehicles")
    assert after.place(after.text.index("All vehicles")) == before.place(last)
    assert len(after.places) == len(before.places)


def test_messages_are_masked_and_the_path_to_the_original_is_not() -> None:
    name = "ada@harborline.io.md"
    before = read("", name).model_copy(update={"warnings": ("line 3: 'bo@harborline.io' is out of sequence",)})
    after, _ = masked(before, Redact())
    assert after.uri == name
    assert "bo@" not in after.warnings[0] and "is out of sequence" in after.warnings[0]


def test_a_document_without_values_stays_what_it_is() -> None:
    before = read("# Brakes\n\nThe driver checks the brakes.\n")
    assert masked(before, Redact()) == (before, {})


def test_what_was_counted_of_the_file_stays() -> None:
    before = read(POLICY).model_copy(update={"account": Account(visible=300, extracted=290)})
    after, _ = masked(before, Redact())
    assert (after.account.visible, after.account.extracted) == (300, 290)


words = st.sampled_from(
    "# A|## 1. Scope|- item|| |ada@harborline.io|(312) 555-0142|Patient: Alva Berg|Alva Berg|plain words.|E1".split("|")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=14).map("\n\n".join))
def test_masked_documents_are_whole_and_masked_for_good(text: str) -> None:
    before: Document = read(f"# T\n\n{text}\n")
    after, _ = masked(before, Redact())
    checked(after)
    assert len(after.sections) == len(before.sections)
    assert masked(after, Redact()) == (after, {})
