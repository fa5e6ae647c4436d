"""Numbered paragraphs become sections whatever they open with; numbers of ordinary text cut nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.raw_word import NS, made, p, r
from tests.sources.files import read, texts

OPENINGS = (
    "Änderungen werden am selben Tag nachgetragen.",
    "the shift lead signs the log before handover.",
    "棚は毎朝点検する。",
    "“quoted” words are defined in the annex.",
    "`lockdown` is run after every visit.",
    "24 hours is the longest gap between two readings.",
    "„fertig“ heißt geprüft und gezählt.",
    "сначала проверяют пломбу, затем дверь.",
    "يجب تسجيل كل قراءة في السجل.",
    "문은 항상 닫아 둔다.",
    "[reserved for the second site]",
    "– the dash belongs to the style of the house.",
    "€500 is the limit for petty cash.",
    "day-to-day cleaning is logged too.",
    "l'opérateur ferme la vanne.",
    "a 24-hour log is kept.",
    "<company> names a deputy.",
    "с понедельника журнал ведёт смена.",
)
"""Every way to start that is no capital of the Latin alphabet's first 26, and some that only look like a unit."""

UNITS_FIRST = ("hours of driving count from the first turn of the key.", "% marks stand without a blank.")


def body(paragraphs: list[str], name: str, title: str = "1 Scope") -> str:
    heading, section = ("# SOP-100 Logs", f"## {title}") if name.endswith(".md") else ("SOP-100 Logs", title)
    return "\n\n".join([heading, section, *paragraphs]) + "\n"


def numbered(rests: list[str], parent: str = "1", first: int = 1) -> list[str]:
    return [f"{parent}.{n} {rest}" for n, rest in enumerate(rests, first)]


@pytest.mark.parametrize("name", ["doc.md", "doc.txt"])
@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_paragraph_in_sequence_is_a_section_whatever_it_opens_with(opening: str, place: int, name: str) -> None:
    rests = ["The first rule of the site is short.", "The second rule of the site is short."]
    rests.insert(place, opening)
    cited = texts(read(body(numbered(rests), name), name))
    said = opening.replace("`", "") if name == "doc.md" else opening
    assert list(cited) == ["SOP-100 §1.1", "SOP-100 §1.2", "SOP-100 §1.3"]
    assert cited[f"SOP-100 §1.{place + 1}"] == said


@pytest.mark.parametrize("name", ["doc.md", "doc.txt"])
def test_a_sequence_needs_no_capital_anywhere(name: str) -> None:
    document = read(body(numbered(list(OPENINGS)), name), name)
    assert [s.citation for s in document.sections] == [f"SOP-100 §1.{n}" for n in range(1, len(OPENINGS) + 1)]
    assert not [w for w in document.warnings if "1." in w]


def test_word_files_are_read_the_same_way_typed_or_computed() -> None:
    rests = ["The first rule.", "the second rule.", "棚は毎朝点検する。", "24 hours is the limit."]
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="1.%1"/></w:lvl>'
    numbering = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="9">{level}</w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="9"/></w:num></w:numbering>'
    )
    number = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr></w:pPr>'
    typed = made("".join(p(r(text)) for text in numbered(rests)))
    computed = made("".join(f"<w:p>{number}{r(rest)}</w:p>" for rest in rests), numbering=numbering)
    for data in (typed, computed):
        cited = texts(read(data, "rules.docx"))
        assert cited == {f"Rules §1.{n}": rest for n, rest in enumerate(rests, 1)}


def test_an_ideographic_space_separates_as_well() -> None:
    cited = texts(read(body(["1.1\u3000棚は毎朝点検する。", "1.2\u3000扉は閉める。"], "doc.md")))
    assert cited == {"SOP-100 §1.1": "棚は毎朝点検する。", "SOP-100 §1.2": "扉は閉める。"}


def test_deeper_numbers_and_a_new_chapter_go_on() -> None:
    paragraphs = [
        "1.1 the door is shut.",
        "1.1.1 the key is kept.",
        "1.1.2 the key is signed for.",
        "1.2 the log is read.",
    ]
    text = body(paragraphs, "doc.md") + "\n## Storage\n\n2.1 the shelf is dry.\n\n2.2 the shelf is dark.\n"
    cited = [s.citation for s in read(text).sections]
    assert cited == [f"SOP-100 §{n}" for n in ("1.1", "1.1.1", "1.1.2", "1.2", "2.1", "2.2")]


def test_one_number_left_out_does_not_end_the_sequence() -> None:
    cited = texts(read(body(["1.1 The door is shut.", "1.3 the log is read.", "1.4 the log is kept."], "doc.md")))
    assert list(cited) == ["SOP-100 §1.1", "SOP-100 §1.3", "SOP-100 §1.4"]


def test_a_numbered_paragraph_stands_beside_the_heading_before_it() -> None:
    text = (
        "# SOP-100 Logs\n\n## 1 Scope\n\n### 1.1 Doors\n\nDoors are shut.\n\n1.2 the log is read.\n\n1.3 it is kept.\n"
    )
    assert [s.path for s in read(text).sections] == [("Scope", "Doors"), ("Scope", "1.2"), ("Scope", "1.3")]


FALSE_FRIENDS = (
    "1.3 mg of the product is weighed twice.",
    "1.3 hours later the sample is drawn again.",
    "1.3 % of the batch is kept back.",
    "1.3 °C is the widest drift.",
    "1.3 to 2.5 bar is the usual range.",
    "1.3 – 2.5 bar is the usual range.",
    "1.3 × 10 is the count.",
    "1.3 million records are kept.",
    "1.3 GB of memory is enough.",
    "1.3 Stunden später wird erneut gemessen.",
    "1.3 часа спустя берут пробу.",
    "1.3 時間後に再び測る。",
    "1.3 € is charged for each copy.",
    "1.3 0.4 0.5 mg",
    "1.3.2026 is the day of the audit.",
    "2.4 is the version that the plant runs.",
    "1.7 the number comes from elsewhere.",
    "1.7 The number comes from elsewhere.",
)


@pytest.mark.parametrize("name", ["doc.md", "doc.txt"])
@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_a_number_of_ordinary_text_cuts_nothing(text: str, name: str) -> None:
    paragraphs = [*numbered(["The door is shut.", "the log is read."]), text]
    cited = texts(read(body(paragraphs, name), name))
    assert cited == {"SOP-100 §1.1": "The door is shut.", "SOP-100 §1.2": f"the log is read.\n{text}"}


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_a_number_of_ordinary_text_does_not_take_the_place_of_the_paragraph_behind_it(text: str) -> None:
    paragraphs = [*numbered(["The door is shut.", "the log is read."]), text, *numbered(["it is kept."], first=3)]
    cited = texts(read(body(paragraphs, "doc.md")))
    assert list(cited) == ["SOP-100 §1.1", "SOP-100 §1.2", "SOP-100 §1.3"]
    assert cited["SOP-100 §1.2"].endswith(text) and cited["SOP-100 §1.3"] == "it is kept."


@pytest.mark.parametrize(
    "text", ["1.1 is the version that the plant runs.", "1.2 mg is weighed.", "2.1 times is enough."]
)
def test_a_number_without_a_neighbour_cuts_nothing(text: str) -> None:
    cited = texts(read(body(["The plant keeps a log.", text], "doc.md")))
    assert cited == {"SOP-100 §1": f"The plant keeps a log.\n{text}"}


def test_a_number_of_an_earlier_chapter_cuts_nothing() -> None:
    paragraphs = numbered(["The door is shut.", "The log is read."])
    text = body(paragraphs, "doc.md") + "\n## 2 Steps\n\n1.3 is the release that the plant runs.\n"
    assert texts(read(text))["SOP-100 §2"] == "1.3 is the release that the plant runs."


@pytest.mark.parametrize("unit", UNITS_FIRST)
def test_between_two_neighbours_even_a_unit_opens_a_paragraph(unit: str) -> None:
    cited = texts(read(body(numbered(["The door is shut.", unit, "the log is read."]), "doc.md")))
    assert list(cited) == ["SOP-100 §1.1", "SOP-100 §1.2", "SOP-100 §1.3"]


def test_what_the_number_says_and_the_wording_denies_is_reported() -> None:
    document = read(body(["1.1 The door is shut.", *["1.2 hours of rest are due."] * 2], "doc.md"))
    assert texts(document) == {"SOP-100 §1.1": "The door is shut." + "\n1.2 hours of rest are due." * 2}
    assert [w for w in document.warnings if "'1.2 hours of rest" in w] == [
        "doc.md: line 7: '1.2 hours of rest are due.' may be a paragraph of its own or a measurement; "
        "it was read as text of 1.1"
    ]


def test_wrapped_lines_items_tables_and_listings_stay_whole() -> None:
    rule = (
        "1.1 The door is shut, the lamp is lit, the log is open for at least\n1.2 hours, no longer than\n1.3 times it."
    )
    rest = (
        "- the tank holds\n  1.2 the usual volume\n\n  1.5 mg of it\n\n| Value | Meaning |\n|---|---|\n| 1.2 | low |\n"
    )
    listing = "\n```\n1.2 the first\n1.3 the second\n```\n"
    for name, paragraphs in (("doc.md", [rule, rest + listing]), ("doc.txt", [rule, rest])):
        first, *others = read(body(paragraphs, name), name).sections
        assert not others and "at least 1.2 hours, no longer than 1.3 times it." in first.text


def test_the_first_line_of_a_wrapped_paragraph_is_no_heading() -> None:
    rules = ["1.1 The driver rests for at least\nthirty minutes.", "1.2 Doors\nDoors are shut."]
    cited = texts(read(body(rules, "doc.txt"), "doc.txt"))
    assert cited == {
        "SOP-100 §1.1": "The driver rests for at least thirty minutes.",
        "SOP-100 §1.2": "Doors are shut.",
    }


@pytest.mark.parametrize("title", ["1 Scope", "Limits"])
def test_thresholds_below_one_are_no_paragraphs(title: str) -> None:
    text = body(["- 0.1 is low", "- 0.2 is usual", "- 0.3 is high"], "doc.md", title)
    assert len(read(text).sections) == 1


def test_a_number_gives_way_to_a_better_one_behind_it() -> None:
    paragraphs = [*numbered(["The door is shut.", "The log is read."]), "1.3 is the version in use.", "1.3 It is kept."]
    cited = texts(read(body(paragraphs, "doc.md")))
    assert cited["SOP-100 §1.2"] == "The log is read.\n1.3 is the version in use."
    assert cited["SOP-100 §1.3"] == "It is kept."


def test_a_chapter_that_is_past_opens_no_row() -> None:
    releases = "\n\n".join(numbered(["is the old release.", "is the new release."], "2"))
    text = body(["The plant keeps a log."], "doc.md") + f"\n## 5 Steps\n\n{releases}\n"
    assert texts(read(text)) == {"SOP-100 §1": "The plant keeps a log.", "SOP-100 §5": releases.replace("\n\n", "\n")}


def test_a_row_that_starts_again_takes_nothing_from_the_first() -> None:
    paragraphs = numbered(["The door is shut.", "the log is read.", "The lamp is lit.", "The log is kept."])
    first, second = paragraphs[:2], [text.replace("1.3", "1.1").replace("1.4", "1.2") for text in paragraphs[2:]]
    cited = texts(read(body([*first, "The annex counts anew.", *second], "doc.md")))
    assert cited["SOP-100 §1.1"] == "The door is shut."
    assert cited["SOP-100 §1.2"].startswith("the log is read.\nThe annex counts anew.")


def test_two_neighbours_far_from_the_row_cut_nothing() -> None:
    far = numbered(["is the old release.", "is the new release."], first=7)
    cited = texts(read(body([*numbered(["The door is shut.", "The log is read."]), *far], "doc.md")))
    assert list(cited) == ["SOP-100 §1.1", "SOP-100 §1.2"]


def test_a_chapter_number_that_comes_anew_starts_its_row_again() -> None:
    rules = numbered(["the door is shut.", "the log is read."])
    text = body(rules, "doc.md") + "\n## 1 Annex\n\n" + "\n\n".join(rules) + "\n"
    cited = [s.citation for s in read(text).sections]
    assert cited == ["SOP-100 §1.1", "SOP-100 §1.2", "SOP-100 §1.1 [2]", "SOP-100 §1.2 [2]"]


def test_what_a_real_paragraph_settles_is_not_reported() -> None:
    document = read(body(["1.1 The door is shut.", "1.2 hours pass.", "1.2 The log is read."], "doc.md"))
    assert texts(document)["SOP-100 §1.2"] == "The log is read."
    assert not [w for w in document.warnings if "measurement" in w]


@given(st.lists(st.sampled_from(OPENINGS), min_size=2, max_size=12))
def test_every_paragraph_of_a_sequence_is_cited_by_its_own_number(rests: list[str]) -> None:
    document = read(body(numbered(rests), "doc.txt"), "doc.txt")
    assert texts(document) == {f"SOP-100 §1.{n}": rest for n, rest in enumerate(rests, 1)}
