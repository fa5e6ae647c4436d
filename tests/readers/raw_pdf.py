"""PDF files written object by object, for what no library would write: pictures, odd fonts, lies and loops."""

import zlib
from collections.abc import Sequence

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
PIXEL = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"


def file(objects: Sequence[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """The objects numbered from 1; the first is the catalog."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def packed(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, b"/Filter [%s]" % (b"/FlateDecode " * times))


def text(*lines: str, left: float = 72, top: float = 700, size: float = 12, matrix: str = "1 0 0 1") -> bytes:
    """Lines one below the other; `matrix` turns each of them where it stands."""
    return b"".join(
        b"BT /F0 %g Tf %s %g %g Tm (%s) Tj ET\n" % (size, matrix.encode(), left, top - 14 * n, line.encode("cp1252"))
        for n, line in enumerate(lines)
    )


def pages(
    *contents: bytes,
    font: bytes = HELVETICA,
    entries: bytes = b"",
    catalog: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """A file of pages with those content streams; font F0 is object 3, picture I0 object 4, `more` from 5 on.

    A content is a stream object, or the bytes of one.
    """
    first = 5 + len(more)
    kids, bodies = [], []
    for n, content in enumerate(contents):
        kids.append(b"%d 0 R" % (first + 2 * n + 1))
        bodies.append(content if content.endswith(b"endstream") else stream(content))
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F0 3 0 R >> /XObject << /I0 4 0 R /X0 5 0 R >> >> %s >>"
            % (first + 2 * n, entries)
        )
    picture = PIXEL + b"\nstream\n\x80\nendstream"
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return file([b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, tree, font, picture, *more, *bodies])


def picture(width: float = 612, height: float = 792) -> bytes:
    """A picture of that size in points in the page's lower left corner."""
    return b"q %g 0 0 %g 0 0 cm /I0 Do Q\n" % (width, height)
