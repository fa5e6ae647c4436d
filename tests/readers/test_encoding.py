import pytest

from synthforge.errors import RowError
from synthforge.readers.encoding import declared_encoding, decode

TEXT = "# FP-07 Größen\n\nAt most 10 µg — 😀 per 25 cm².\n" * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "x") == (TEXT, [])


def test_other_scripts_in_utf_16_without_a_mark() -> None:
    text = "Водитель должен отдыхать десять часов. " * 5
    assert decode(text.encode("utf-16-le"), "x") == (text, [])
    assert decode(text.encode("utf-16-be"), "x") == (text, [])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Die Größe darf höchstens 5 °C überschreiten, außer für Öle.\n"),
        ("cp1252", "The driver’s log isn’t “complete” — see § 3.\n"),
        ("cp1251", "Водитель должен отдыхать десять часов.\n"),
        ("shift_jis", "運転手は十時間休まなければならない。\n"),
        ("gb18030", "司机必须休息十个小时。\n"),
    ],
)
def test_a_legacy_encoding_is_guessed_and_the_place_is_named(encoding: str, text: str) -> None:
    found, notes = decode(b"ok\n" + (text * 5).encode(encoding), "x")
    assert found == "ok\n" + text * 5
    assert notes == [notes[0]] and f"read as {encoding}" in notes[0] and "line 2" in notes[0]


def test_a_strange_byte_far_into_a_file_is_not_lost() -> None:
    text, notes = decode(b"plain words\n" * 10_000 + b"it\x92s", "x")
    assert text.endswith("it’s")
    assert "line 10001" in notes[0]


def test_mixed_encodings_keep_what_is_utf_8() -> None:
    text, notes = decode("Grüße und Öl, ".encode() + b"it\x92s \x81", "x")
    assert text == "Grüße und Öl, it’s \x81"
    assert "is not UTF-8 throughout (at byte 20, line 1); 2 bytes were read as cp1252" in notes[0]


@pytest.mark.parametrize(
    "data", [b"\xed\xa0\x80 \xc3\xa9\xc3\xa9", ("é é " * 9 + "\ud800").encode("utf-16-le", "surrogatepass")]
)
def test_lone_surrogates_are_replaced_and_reported(data: bytes) -> None:
    text, notes = decode(data + "ab".encode("utf-16-le") * (b"\0" in data), "x")
    assert text.count("\ufffd") == 1 and text.encode()
    assert notes


def test_line_ends_are_one_kind() -> None:
    assert decode(b"a\r\nb\rc\n", "x")[0] == "a\nb\nc\n"


def test_a_declaration_counts_unless_the_bytes_say_otherwise() -> None:
    russian = "Смена длится"
    assert decode(russian.encode("koi8-r"), "x", "koi8-r")[0] == russian
    assert decode(russian.encode(), "x", "koi8-r") == (russian, ["x declares koi8-r but is UTF-8; read as UTF-8"])
    assert decode(b"it\x92s", "x", "iso-8859-1")[0] == "it’s"
    assert decode(b"it\x92s", "x", "utf-8")[0] == "it’s"


@pytest.mark.parametrize(
    "label", ["base64", "rot13", "hex", "utf-16", "unicode_escape", "utf-7", "punycode", "nonsense"]
)
def test_what_is_no_charset_is_not_used(label: str) -> None:
    assert decode(b"\\u0041 +AEE- \xe9", "x", label)[0] == "\\u0041 +AEE- é"


def test_the_declared_encoding_is_found_near_the_top() -> None:
    assert declared_encoding(b"<html><head><META charset='Windows-1251'>") == "Windows-1251"
    assert declared_encoding(b'<meta http-equiv=x content="text/html; charset=koi8-r">') == "koi8-r"
    assert declared_encoding(b'<?xml version="1.0" encoding="latin-1"?>') == "latin-1"
    assert declared_encoding(b" " * 5_000 + b"<meta charset=koi8-r>") == ""


@pytest.mark.parametrize(
    "data", [bytes(100), b"\x89PNG\r\n", b"PK\x03\x04", b"\x1f\x8b\x08", bytes(range(256)) * 4, b"\x01\x02\x03x" * 40]
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(RowError, match=r"text\.binary: x is not a text file"):
        decode(data, "x")


def test_few_nul_bytes_are_kept_and_reported() -> None:
    assert decode(b"a\nb\0c" + b"d" * 40, "x") == (
        "a\nb\0c" + "d" * 40,
        ["x, line 2: contains 1 NUL bytes; they are kept"],
    )
