"""Bytes to text: byte-order mark, then NUL pattern, then UTF-8, then a reported guess."""

import codecs

from charset_normalizer import from_bytes

from synthforge.errors import RowError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_LEGACY = [
    "cp1252",
    "latin_1",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp437",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
]


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text with `\\n` line ends, and a warning for every guess or replacement.

    Raises:
        RowError: the bytes are not text.
    """
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x7fELF")):
        raise RowError("text.binary", f"{name} is not a text file, whatever its suffix; give it the right suffix")
    encoding = _marked(data) or _wide(data)
    if encoding is None:
        try:
            return _lines(data.decode("utf-8")), _nuls(data, name)
        except UnicodeDecodeError as error:
            encoding, guess = _guess(data), f"at byte {error.start + 1}"
        text = data.decode(encoding, errors="replace")
        return _lines(text), [f"{name} is not UTF-8 ({guess}); read as {encoding}: save it as UTF-8 to be sure"]
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    return _lines(text), [f"{name}: {lost} characters are not valid {encoding} and were replaced"] if lost else []


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _nuls(data: bytes, name: str) -> list[str]:
    count = data.count(0)
    if count > len(data) // 10:
        raise RowError(
            "text.binary",
            f"{name} is not a text file: {count} of {len(data)} bytes are NUL; convert it to text",
        )
    return [f"{name} contains {count} NUL bytes; they are kept"] if count else []


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: one of every two bytes is mostly NUL, the other hardly ever."""
    sample = data[:_SAMPLE]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0) / len(sample[0::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else None


def _guess(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE], cp_isolation=_LEGACY).best()
    return best.encoding if best is not None else "cp1252"
