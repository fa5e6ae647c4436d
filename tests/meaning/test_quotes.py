from hypothesis import given
from hypothesis import strategies as st

from synthforge.meaning.quotes import find, fold, folded, locate
from synthforge.records import Section

TEXT = "The “safe” limit is 5\u00a0°C\u2009–\u2009see ﬁle.  It must\nnot ex\u00adceed 11.5 hours."


def test_typography_is_forgiven_and_offsets_are_true() -> None:
    for quote in ('the "safe" limit is 5 °C - see file', "must not exceed 11.5 hours", "It  must not"):
        span = find(quote, TEXT)
        assert span is not None
        assert fold(TEXT[slice(*span)]).lower() == fold(quote).lower()


def test_offsets_are_the_document_s() -> None:
    section = Section(id="d#1", document="d", citation="d §1", text=TEXT, start=100, end=100 + len(TEXT))
    assert locate("must not", section) == (100 + TEXT.index("must"), 100 + TEXT.index("not") + 3)


def test_part_of_a_word_or_number_is_no_quote() -> None:
    assert find("must not exceed 11", TEXT) is None
    assert find("he limit", TEXT) is None


def test_one_changed_word_is_not_found() -> None:
    assert find("It may not exceed 11.5 hours", TEXT) is None


@given(st.text(max_size=60))
def test_folding_keeps_track_of_every_character(text: str) -> None:
    result = folded(text)
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(result.starts, result.ends, strict=True))


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
