"""XML to blocks: the file parsed with nothing fetched and nothing expanded, then read by the profile it follows."""

import importlib
import re
from collections.abc import Callable

from synthforge.errors import RowError
from synthforge.readers import xml_cfr, xml_generic, xml_register, xml_spl, xml_uslm
from synthforge.readers.xml_blocks import Writer, local
from synthforge.readers.xml_tree import Element, parse
from synthforge.sections.blocks import Reading

_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 4096

Profile = Callable[[Element, Writer], None]


def read(data: bytes, name: str) -> Reading:
    if _HTML.match(data[:_SNIFFED]):
        return _as_html(data, name)
    root, warnings = parse(data, name)
    reading = Reading(warnings=warnings)
    writer = Writer(reading, name)
    reading.visible = writer.count(root)
    profile(root)(root, writer)
    writer.finish()
    if not reading.blocks:
        said = f" ({'; '.join(warnings)})" if warnings else ""
        raise RowError("file.no_text", f"{name} has no text that could be cited{said}")
    return reading


def profile(root: Element) -> Profile:
    """By the vocabulary of the file: what its root is called, what namespace it has, what it holds."""
    tag, namespace = local(root), str(root.tag).partition("}")[0].lstrip("{")
    if "uslm" in namespace.lower() or root.find(".//{*}section[@identifier]") is not None:
        return xml_uslm.write
    if namespace == "urn:hl7-org:v3" and tag == "document":
        return xml_spl.write
    if tag in xml_register.ROOTS:
        return xml_register.write
    if root.find(".//SECTNO") is not None or next(xml_cfr.divisions(root), None) is not None:
        return xml_cfr.write
    return xml_generic.write


def _as_html(data: bytes, name: str) -> Reading:
    """A page saved under the wrong suffix, or XHTML."""
    reader: Callable[[bytes, str], Reading] = importlib.import_module("synthforge.readers.html").read
    return reader(data, name)
