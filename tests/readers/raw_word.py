"""Word files written part by part, for what no library would write: revisions, notes, text boxes, damage."""

import io
import zipfile
from collections.abc import Mapping

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def p(*runs: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def note(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def notes(kind: str, **texts: str) -> str:
    """A notes part; separators are there in every real file."""
    real = "".join(f'<w:{kind} w:id="{number[1:]}">{p(r(text))}</w:{kind}>' for number, text in texts.items())
    return f'<w:{kind}s {NS}><w:{kind} w:id="0" w:type="separator">{p(r("---"))}</w:{kind}>{real}</w:{kind}s>'


def made(body: str, **parts: str) -> bytes:
    """A Word file of those parts, by the names that relations call them."""
    document = f"<w:document {NS}><w:body>{body}</w:body></w:document>"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{office}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>'
        for i, kind in enumerate(parts)
    )
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    main = f'<Relationship Id="r0" Type="{office}/officeDocument" Target="word/document.xml"/>'
    return packed(
        {
            "_rels/.rels": f"{head}{main}</Relationships>",
            "word/document.xml": document,
            "word/_rels/document.xml.rels": f"{head}{relations}</Relationships>",
            **{f"word/{kind}.xml": xml for kind, xml in parts.items()},
        }
    )


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()
