"""JSON, JSON lines and YAML to blocks: a list of objects is records, one object a tree cited by its key paths."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from synthforge.readers.encoding import decode
from synthforge.readers.fields import Citation, Fields, is_long, is_small
from synthforge.readers.json_tree import json_file, json_lines
from synthforge.readers.naming import name_in, naming
from synthforge.readers.values import Place, Root, Value, records
from synthforge.readers.yaml_text import yaml_file
from synthforge.sections.blocks import Reading, fold
from synthforge.sections.stated import identify

_PARSERS = {".jsonl": json_lines, ".ndjson": json_lines, ".yaml": yaml_file, ".yml": yaml_file}
_NOUNS = {".jsonl": "line", ".ndjson": "line", ".yaml": "document", ".yml": "document"}
_IDS = "id identifier document_id doc_id document_number rule_id policy_id control_id".split()
_TITLES = "title name".split()


def read(data: bytes, name: str) -> Reading:
    """What a reader sees of such a file are its texts, numbers and booleans; field names count where they are shown.

    Raises:
        RowError: the file cannot be read, or is nested deeper than any document.
    """
    text, warnings = decode(data, name)
    reading = Reading(warnings=warnings, stated=True)
    suffix = PurePosixPath(name).suffix.lower()
    roots = _PARSERS.get(suffix, json_file)(text, name, reading)
    fields = Fields(reading)
    if len(roots) == 1 and roots[0].place.line is None:
        _one(roots[0], name, fields)
    else:
        fields.records(roots, identify({}, name).root, _NOUNS.get(suffix, "line"))
    fields.report()
    return reading


def _one(root: Root, name: str, fields: Fields) -> None:
    """One value: records, one object with its identity, or a list or text without any."""
    value = root.value
    if isinstance(value, dict):
        fields.reading.metadata = _metadata(value)
    title = identify(fields.reading.metadata, name).root
    if found := records(value):
        fields.records(_entries(found, root.place), title)
    elif isinstance(value, dict) and (key := _envelope(value)):
        around = {name: entry for name, entry in value.items() if name != key}
        fields.record(around, Citation(title), root.place, 0)
        fields.records(_entries(records(value[key]), root.place.into(key)), title)
    else:
        fields.body(fields.plain(value) if isinstance(value, str) else value, Citation(title), root.place, 0)


def _entries(values: Sequence[Value], place: Place) -> list[Root]:
    return [Root(n + 1, value, place.into(n)) for n, value in enumerate(values)]


def _envelope(value: Mapping[str, Value]) -> str:
    """The key of the only long entry, if it holds records with names of their own and the object has none."""
    long = [key for key, entry in value.items() if not is_small(entry)]
    if len(long) != 1 or any(name_in(value, key) for key in (*_IDS, *_TITLES)):
        return ""
    return long[0] if naming(records(value[long[0]])) else ""


def _metadata(value: Mapping[str, Value]) -> dict[str, str]:
    """An object's own short fields: its identifier, title, version and dates are among them."""
    texts = {
        key.strip().lower().replace("-", "_").replace(" ", "_"): fold(entry)
        for key, entry in value.items()
        if isinstance(entry, str) and not is_long(entry)
    }
    identifier = next((texts[key] for key in _IDS if _is_identifier(texts.get(key, ""))), "")
    title = next((texts[key] for key in _TITLES if texts.get(key)), "")
    return texts | {"id": identifier, "title": title}


def _is_identifier(text: str) -> bool:
    """`os_gatekeeper_enable`, `SOP-014`: one word that is more than a number."""
    return bool(text) and len(text.split()) == 1 and any(map(str.isalpha, text)) and len(text) <= 80
