"""PDF files whose streams unpack to more than a page can hold, found before pdfium unpacks them into memory."""

import re
import zlib
from collections.abc import Iterable, Iterator

from synthforge.errors import RowError

_MOST = 50_000_000
"""Bytes of one unpacked stream. A page of text has some 20 thousand, the largest drawings stay below the limit, and
pdfium takes up to twenty times as much memory for what it draws; alone it would stop at a thousand million."""
_SMALL = 48_000
"""Packed bytes that cannot become more than the limit: deflate packs 1,032 to 1 at best."""
_STREAM = re.compile(rb"stream\r?\n")
_CHAIN = re.compile(rb"/F(?:ilter)?\s*\[\s*/[^\]/]*/")
_DICTIONARY = 1_000
"""Bytes before a stream in which its dictionary stands."""
_CHUNK = 1 << 20


def refuse_bombs(data: bytes, name: str) -> None:
    """Pictures are not unpacked for their text, and not looked at.

    Raises:
        RowError: a stream, or a chain of packed ones, unpacks to more than the limit.
    """
    start = 0
    while (found := _STREAM.search(data, start)) is not None:
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        head = data[max(start, found.start() - _DICTIONARY) : found.start()]
        chained = _CHAIN.search(head) is not None
        if (chained or end - found.end() > _SMALL) and b"/Image" not in head:
            chunks: Iterator[bytes] = _inflated([data[found.end() : end]])
            if _exceeds(_inflated(chunks) if chained else chunks):
                raise RowError(
                    "pdf.bomb", f"{name} has a page that unpacks to more than {_MOST:,} bytes; print it to a new file"
                )
        start = end + len(b"endstream")


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Nothing, or what came so far, where the bytes are not deflated ones."""
    stream = zlib.decompressobj()
    try:
        for chunk in chunks:
            while chunk and not stream.eof:
                yield stream.decompress(chunk, _CHUNK)
                chunk = stream.unconsumed_tail
    except zlib.error:
        return


def _exceeds(chunks: Iterator[bytes]) -> bool:
    total = 0
    return any((total := total + len(chunk)) > _MOST for chunk in chunks)
