from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.privacy import Redact
from synthforge.privacy.mask import Edit, Masker, Moved, replaced
from synthforge.privacy.settings import KINDS
from tests.privacy.planted import FALSE_ALARMS, TEXTS, planted

ALL = Masker(Redact(kinds=KINDS, patterns={"employee_id": r"E\d{6}", "word": "zz+[a-z]*"}))


def mask(*texts: str, redact: Redact | None = None) -> list[str]:
    return list(Masker(redact or Redact()).mask(texts).texts)


def test_the_same_value_has_the_same_label_however_it_is_written() -> None:
    said = "Write to Ada@Harborline.io or call (312) 555-0142.", "+1 312-555-0142, ada@harborline.io, bo@harborline.io"
    result = Masker(Redact()).mask(said)
    assert result.texts == ("Write to [EMAIL-1] or call [PHONE-1].", "[PHONE-1], [EMAIL-1], [EMAIL-2]")
    assert result.counts == {"email": 3, "phone": 2}
    assert result.values == {
        "[EMAIL-1]": ["Ada@Harborline.io", "ada@harborline.io"],
        "[PHONE-1]": ["(312) 555-0142", "+1 312-555-0142"],
        "[EMAIL-2]": ["bo@harborline.io"],
    }


def test_a_name_is_masked_where_no_label_stands_before_it_too() -> None:
    assert mask("Alva Lindqvist fell ill.", "Patient: Alva Lindqvist", "LINDQVIST, Alva was seen.") == [
        "[NAME-1] fell ill.",
        "Patient: [NAME-1]",
        "LINDQVIST, Alva was seen.",
    ]


def test_one_word_of_a_name_is_not_masked_elsewhere() -> None:
    assert mask("First name: Grace", "Grace periods end at noon.") == [
        "First name: [NAME-1]",
        "Grace periods end at noon.",
    ]


def test_a_password_is_masked_where_it_is_used() -> None:
    assert mask("password: n0rth-W1nd", "Type n0rth-W1nd, not n0rth-W1nds.") == [
        "password: [PASSWORD-1]",
        "Type [PASSWORD-1], not n0rth-W1nds.",
    ]


def test_labels_of_the_document_itself_are_left_alone_and_not_given_again() -> None:
    result = Masker(Redact()).mask(["[EMAIL-1] was struck out; ask ada@harborline.io", "[EMAIL-3]", "bo@harborline.io"])
    assert result.texts == ("[EMAIL-1] was struck out; ask [EMAIL-2]", "[EMAIL-3]", "[EMAIL-4]")
    assert set(result.values) == {"[EMAIL-2]", "[EMAIL-4]"}


def test_a_pattern_does_not_reach_into_a_label() -> None:
    wide = Redact(patterns={"line": ".+"})
    once = mask("call 312-555-0142 [EMAIL-7] now", "two", redact=wide)
    assert once == ["[LINE-1] [EMAIL-7] [LINE-2]", "[LINE-3]"]
    assert mask(*once, redact=wide) == once


def test_a_value_runs_over_a_line_but_not_from_one_text_into_the_next() -> None:
    assert mask("call (312)\n555-0142") == ["call [PHONE-1]"]
    assert mask("call (312)", "555-0142") == ["call (312)", "555-0142"]


def test_names_are_masked_alike_and_not_counted() -> None:
    result = Masker(Redact()).mask(["Ask ada@harborline.io"], ["Contact ada@harborline.io", "Scope"])
    assert result.texts == ("Ask [EMAIL-1]", "Contact [EMAIL-1]", "Scope")
    assert result.counts == {"email": 1}


def test_what_a_label_lays_bare_is_masked_as_well() -> None:
    glued = Redact(kinds=("card",), patterns={"lot": r"L\d{3}\."})
    assert mask("L123.4111111111111111", redact=glued) == ["[LOT-1][CARD-1]"]


@pytest.mark.parametrize("kind", TEXTS)
def test_masking_replaces_each_planted_value_and_nothing_else(kind: str) -> None:
    text, _, places = planted(TEXTS[kind])
    result = ALL.mask([text])
    assert [(edit.start, edit.end) for edit in result.edits[0]] == [(start, end) for start, end, _ in places]
    assert replaced(text, result.edits[0]) == result.texts[0]


pieces = st.sampled_from(
    [
        *(value for marked in TEXTS.values() for _, value in planted(marked)[1]),
        *(line for marked in TEXTS.values() for line in planted(marked)[0].splitlines()),
        *FALSE_ALARMS.splitlines(),
        *("E123456", "zz", "[EMAIL-1]", "[WORD-2]", "Patient: ", "password=", "\ud800", "\0", *"\n -.@7"),
    ]
)
texts = st.lists(st.lists(pieces | st.text(max_size=8), max_size=6).map("".join), max_size=4)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_masked_document_has_nothing_left_to_mask(said: list[str]) -> None:
    once = ALL.mask(said)
    again = ALL.mask(once.texts)
    assert again.texts == once.texts
    assert again.values == {}


@settings(max_examples=300, deadline=None)
@given(texts)
def test_only_values_change_and_the_mapping_brings_them_back(said: list[str]) -> None:
    result = ALL.mask(said)
    for text, new, edits in zip(said, result.texts, result.edits, strict=True):
        assert replaced(text, edits) == new
        assert all(text[edit.start : edit.end] in result.values[edit.label] for edit in edits)
        assert all(a.end <= b.start for a, b in pairwise(edits))
    assert not set(result.values) & {label for text in said for label in ("[EMAIL-1]", "[WORD-2]") if label in text}


@given(st.text(max_size=40), st.data())
def test_places_move_with_their_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    edits = [Edit(a, b, "[X-1]") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    moved, new = Moved(edits), replaced(text, edits)
    for place in range(len(text) + 1):
        if not any(edit.start < place < edit.end for edit in edits):
            assert new[: moved.end(place)] == replaced(text[:place], [e for e in edits if e.end <= place])
            assert moved.start(place) == moved.end(place)
