"""Bytes to text: byte-order mark, what the file declares, NUL pattern, UTF-8, then a reported guess."""

import codecs
import re

from charset_normalizer import from_bytes

from synthforge.errors import RowError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x7fELF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
NULS_KEPT = "NUL bytes; they are kept"
"""What is warned of them; a format that allows none says something else."""
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
_CONTROLS = bytes({*range(9), *range(14, 27), *range(28, 32), 127} - {0})
_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)


def decode(data: bytes, name: str, declared: str = "") -> tuple[str, list[str]]:
    """The text with `\\n` line ends, and a warning for every guess or replacement.

    `declared` is the encoding that the file says it has. A mark comes before it, and so does UTF-8 where the bytes
    can be nothing else: a page is often saved again without anyone changing its declaration.

    Raises:
        RowError: the bytes are not text.
    """
    if data.startswith(_BINARY):
        raise RowError("text.binary", f"{name} is not a text file, whatever its suffix; give it the right suffix")
    encoding = _marked(data) or _wide(data)
    if encoding:
        return _unicode(data, name, encoding)
    notes = _controls(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text, note = _other(data, name, error.start, declared)
        return _lines(text), [*notes, note]
    if declared and not text.isascii() and _codec(declared) not in ("utf-8", ""):
        notes.append(f"{name} declares {declared} but is UTF-8; read as UTF-8")
    return _lines(text), notes


def declared_encoding(data: bytes) -> str:
    """The encoding that a page names in its first bytes, as it names it, else empty."""
    found = _DECLARED.search(data[:4096])
    return (found.group(1) or found.group(2)).decode("ascii", "ignore") if found else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _controls(data: bytes, name: str) -> list[str]:
    """Refuse what has too many NUL and control bytes to be text; report the few that a text may have."""
    nuls = data.count(0)
    others = len(data) - len(data.translate(None, _CONTROLS))
    if nuls > len(data) // 10 or (len(data) >= 64 and others > len(data) // 20):
        what = f"{nuls} of {len(data)} bytes are NUL" if nuls > others else f"{others} of {len(data)} are control codes"
        raise RowError("text.binary", f"{name} is not a text file: {what}; convert it to text")
    return [f"{name}, line {_line(data, data.index(0))}: contains {nuls} {NULS_KEPT}"] if nuls else []


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


_NULS = 4


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: in every unit the same bytes are often NUL, the others hardly ever."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    if sample.count(0) < _NULS:  # a stray one in a short file is no encoding
        return None
    a, b, c, d = (sample[i::4].count(0) / len(sample[i::4]) for i in range(4))
    if min(b, c, d) > 0.9 and a < 0.05 and len(data) % 4 == 0:
        return "utf-32-le"
    if min(a, b, c) > 0.9 and d < 0.05 and len(data) % 4 == 0:
        return "utf-32-be"
    even, odd = (a + c) / 2, (b + d) / 2
    for quiet, full, encoding in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        if (full > 0.3 and quiet < 0.05) or (full > 0.1 and quiet < 0.002 and _reads(sample, encoding)):
            return encoding
    return None


def _reads(sample: bytes, encoding: str) -> bool:
    """Whether a sample is text in this encoding; a character may be cut at its end."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _unicode(data: bytes, name: str, encoding: str) -> tuple[str, list[str]]:
    try:
        return _lines(data.decode(encoding)), []
    except UnicodeDecodeError:
        text = _lines(data.decode(encoding, errors="replace"))
        lost, line = text.count("\ufffd"), text.count("\n", 0, text.find("\ufffd")) + 1
        return text, [f"{name}: {lost} characters are not valid {encoding} and were replaced, the first in line {line}"]


def _other(data: bytes, name: str, position: int, declared: str) -> tuple[str, str]:
    """Text that is not all UTF-8: most of it, or what it declares to be, or a guess; and the warning that says so."""
    place = f"at byte {position + 1}, line {_line(data, position)}"
    valid = data.decode("utf-8", "ignore")
    mixed = data.decode("utf-8", _MIXED)
    strange = len(mixed) - len(valid)
    if strange <= len(valid) - len(valid.encode("ascii", "ignore")):
        return mixed, f"{name} is not UTF-8 throughout ({place}); {strange} bytes were read as cp1252: check them"
    stated = _codec(declared)
    if stated and _reads(data, stated):
        return data.decode(stated, "replace"), f"{name} is not UTF-8 ({place}); read as {declared}, as it declares"
    encoding = _guess(data[max(0, position - 1024) : position + _SAMPLE])
    text = data.decode(encoding, _MIXED if encoding == "cp1252" else "replace")
    return text, f"{name} is not UTF-8 ({place}); read as {encoding}: save it as UTF-8 to be sure"


_MIXED = "synthforge.cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that does not fit is most often from a Windows program; a surrogate's three bytes are one lost sign."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    found, start = error.object, error.start
    if found[start] == 0xED and re.match(rb"[\xa0-\xbf][\x80-\xbf]", found[start + 1 : start + 3]):
        return "\ufffd", start + 3
    return found[start : start + 1].decode("cp1252", "ignore") or chr(found[start]), start + 1


codecs.register_error(_MIXED, _as_cp1252)


_NO_CHARSETS = ("utf-7", "utf-16", "utf-32", "unicode", "raw", "idna", "punycode")


def _codec(label: str) -> str:
    """Python's name for a declared encoding: Latin-1 is read as cp1252, as browsers do; empty when unknown.

    A page whose first bytes can be read as ASCII is not UTF-16, whatever it says.
    """
    try:
        name = codecs.lookup(label).name if label else ""
        "".encode(name or "ascii")
    except (LookupError, ValueError):
        return ""
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, "" if name.startswith(_NO_CHARSETS) else name)


def _guess(sample: bytes) -> str:
    """Rare strange bytes, each alone, are a Western text's letters and punctuation; else what the detector says."""
    strange = len(sample.translate(None, bytes(range(128))))
    if (strange < 10 or strange < len(sample) / 200) and not re.search(rb"[\x80-\xff]{2}", sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    if best is None or best.encoding == "ascii" or "cp1252" in best.could_be_from_charset:
        return "cp1252"
    return best.encoding
