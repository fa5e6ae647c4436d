import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.errors import RowError
from synthforge.readers.prose import without_markup
from synthforge.readers.templated import plain
from synthforge.readers.yaml_tree import trees
from synthforge.records import Document
from tests.sources.files import read, read_shared, shared, texts

LONG = "The device must be locked after five minutes without input, because a screen that stays open shows what it "
LONG += "holds to everybody who walks past it in the yard or the office."
OTHER = "Set the timeout in the profile of the device group and wait until every device has reported the new value; "
OTHER += "a device that has not reported within a day is opened by hand."


def squeezed(text: str) -> str:
    return "".join(text.split())


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from strings(entry)


def warned(document: Document, *parts: str) -> bool:
    return any(all(part in warning for part in parts) for warning in document.warnings)


RULE = f"""id: screen_lock_enforce
title: Enforce the Screen Lock
version: 2.1
severity: no
discussion: |-
  {LONG}

  NOTE: 4.1 Laptops are exempt.

  * carts
  * gates
check: |
  if [ "$(lock get)" = on ]; then
    echo pass
  fi
fix: {OTHER}
references:
  control:
    - AC-11
    - AC-11(1)
  released: 2026-03-01
"""


def test_a_rule_is_cited_by_its_id_and_its_fields() -> None:
    document = read(RULE, "rule.yaml")
    assert texts(document) == {
        "screen_lock_enforce": "id: screen_lock_enforce\ntitle: Enforce the Screen Lock\nversion: 2.1\nseverity: no\n"
        "references.control: AC-11, AC-11(1)\nreferences.released: 2026-03-01",
        "screen_lock_enforce#discussion": f"{LONG}\nNOTE: 4.1 Laptops are exempt.\n* carts\n* gates",
        "screen_lock_enforce#check": 'if [ "$(lock get)" = on ]; then\n  echo pass\nfi',
        "screen_lock_enforce#fix": OTHER,
    }
    assert (document.id, document.title) == ("screen_lock_enforce@version 2.1", "Enforce the Screen Lock")
    assert [(s.locator.line, s.locator.pointer) for s in document.sections[1:3]] == [(5, "/discussion"), (12, "/check")]
    assert document.sections[0].id == "screen_lock_enforce#screen_lock_enforce"


WRAPPED = """title: Yard
rule: |-
  A trailer that is left in the yard overnight must be locked and its
  lights must be switched off, and the driver must leave
  the keys at the gate before he goes.

  - The gate is staffed at all hours, and whoever stands there takes
    the keys and signs for them.

  Ask for the shift lead:
  he decides.
"""


def test_lines_that_an_editor_wrapped_are_joined_and_others_are_not() -> None:
    assert read(WRAPPED, "yard.yaml").sections[1].text.splitlines() == [
        "A trailer that is left in the yard overnight must be locked and its lights must be switched off, "
        "and the driver must leave the keys at the gate before he goes.",
        "- The gate is staffed at all hours, and whoever stands there takes the keys and signs for them.",
        "Ask for the shift lead:",
        "he decides.",
    ]


KEYS = f"""title: Lock Command
payloadkeys:
- key: Lock
  type: <dictionary>
  content: {LONG}
  subkeys:
  - key: Timeout
    type: <integer>
    content: Minutes without input.
  - key: Message
    type: <string>
    content: {OTHER}
    subkeys:
    - key: Language
      type: <string>
"""


def test_keys_of_a_schema_are_cited_by_their_path() -> None:
    document = read(KEYS, "lock.yaml")
    assert {citation: text.splitlines()[0] for citation, text in texts(document).items()} == {
        "Lock Command": "title: Lock Command",
        "Lock Command#payloadkeys.Lock": "key: Lock",
        "Lock Command#payloadkeys.Lock.Timeout": "key: Timeout",
        "Lock Command#payloadkeys.Lock.Message": "key: Message",
        "Lock Command#payloadkeys.Lock.Message.Language": "key: Language",
    }
    place = document.sections[2].locator
    assert (place.line, place.pointer) == (7, "/payloadkeys/0/subkeys/0")


def test_the_only_long_text_of_a_nested_record_stays_with_its_fields() -> None:
    section = read(KEYS, "lock.yaml").sections[1]
    assert section.text == f"key: Lock\ntype: <dictionary>\ncontent: {LONG}"


def test_a_list_of_objects_is_records() -> None:
    rows = [{"id": "T-104", "site": "east", "resolution": LONG}, {"id": "T-105", "site": "west", "resolution": "None."}]
    document = read(json.dumps(rows), "tickets.json")
    assert texts(document) == {
        "T-104": "id: T-104\nsite: east",
        "T-104#resolution": LONG,
        "T-105": "id: T-105\nsite: west\nresolution: None.",
    }
    assert [s.locator.pointer for s in document.sections] == ["/0", "/0/resolution", "/1"]
    assert document.title == "Tickets"


def test_records_in_an_envelope_are_cited_like_those_without() -> None:
    rows = [{"id": f"T-{n}", "note": "Checked and found in order by the night shift."} for n in range(104, 110)]
    document = read(json.dumps({"version": "1.2", "tickets": rows}), "tickets.json")
    assert [s.citation for s in document.sections] == ["Tickets", *(f"T-{n}" for n in range(104, 110))]
    assert document.sections[1].locator.pointer == "/tickets/0"
    assert document.edition == "version 1.2"


def test_records_without_a_name_are_cited_by_number() -> None:
    pairs = [{"instruction": LONG, "output": "Yes."}, {"instruction": "Why?", "output": OTHER}]
    document = read(json.dumps(pairs), "p.json")
    assert list(texts(document)) == ["P row 1", "P row 1#instruction", "P row 2", "P row 2#output"]


def test_a_record_that_is_a_section_of_its_own_keeps_its_citation_and_text() -> None:
    lines = [{"section": f"SOP-021 §{n}", "heading": "Rinse", "text": LONG} for n in (1, 2)]
    document = read("\n".join(map(json.dumps, lines)), "sop.jsonl")
    assert texts(document)["SOP-021 §2"] == f"section: SOP-021 §2\nheading: Rinse\ntext: {LONG}"
    assert [s.locator.line for s in document.sections] == [1, 2]


def test_messages_are_one_section_with_their_speakers() -> None:
    line = {"messages": [{"role": "user", "content": "How?\n\n1. Purpose"}, {"role": "assistant", "content": OTHER}]}
    document = read("\n".join([json.dumps(line)] * 2), "chat.jsonl")
    assert texts(document)["Chat line 2#messages"] == f"user: How?\n1. Purpose\nassistant: {OTHER}"


def test_broken_lines_are_reported_by_number_and_the_others_kept() -> None:
    document = read('{"id": "A-1"}\n{"id": \n\n{"id": "A-2"}\nnot json\n' + "[" * 5_000 + "\n", "a.jsonl")
    assert list(texts(document)) == ["A-1", "A-2"]
    assert warned(document, "3 lines are not JSON", "2, 5, 6")
    assert document.account.dropped["broken lines"] == len('{"id":') + len("notjson") + 5_000


def test_json_lines_under_the_wrong_suffix_and_json_under_theirs_are_read() -> None:
    lines = read('{"id": "A-1"}\n{"id": "A-2"}\n', "a.json")
    assert list(texts(lines)) == ["A-1", "A-2"]
    assert warned(lines, "JSON lines")
    assert list(texts(read(json.dumps([{"id": "A-1"}, {"id": "A-2"}], indent=1), "a.jsonl"))) == ["A-1", "A-2"]


def test_a_large_object_is_a_tree_of_its_key_paths() -> None:
    tree = {"title": "Limits", "axle": {"single": {"note": LONG, "max": 20000}, "tandem": OTHER}, "a/b": {"c~d": LONG}}
    document = read(json.dumps(tree), "limits.json")
    assert texts(document) == {
        "Limits": "title: Limits",
        "Limits#axle.tandem": OTHER,
        "Limits#axle.single": f"max: 20000\nnote: {LONG}",
        "Limits#a/b": f"c~d: {LONG}",
    }
    assert document.sections[-1].locator.pointer == "/a~1b/c~0d"


def test_lists_of_texts_and_of_rows_are_one_section() -> None:
    steps = [f"Turn valve {n} to the left until it stops and read the gauge." for n in range(60)]
    listed = read(json.dumps(steps), "steps.json")
    assert [s.citation for s in listed.sections] == [f"Steps ¶{n}" for n in range(1, len(listed.sections) + 1)]
    assert listed.text.splitlines()[3] == f"- {steps[3]}"
    table = read(json.dumps({"rows": [["P-01", "ok"], ["P-02", "worn"], *([["P-03", "ok"]] * 12)]}), "t.json")
    assert table.sections[0].text.startswith("P-01 | ok\nP-02 | worn\n")


def test_long_arrays_of_numbers_are_left_out_and_counted_but_texts_never_are() -> None:
    place = {"type": "Feature", "properties": {"name": "Yard"}, "geometry": {"coordinates": [[[1.25, 2.5]] * 150]}}
    document = read(json.dumps({"type": "FeatureCollection", "features": [place]}), "yards.json")
    assert "name: Yard" in document.text
    assert document.account.dropped == {"numbers": 150 * 7}
    assert warned(document, "arrays of more than 200 numbers", "/features/0/geometry/coordinates")
    codes = read(json.dumps({"codes": [str(n) for n in range(300)]}), "codes.json")
    assert not codes.account.dropped
    assert "- 299" in codes.text


def test_numbers_booleans_and_dates_stay_as_written() -> None:
    digits = "9" * 5_000
    document = read(f'{{"a": 1.50, "b": 1e5, "c": true, "d": null, "e": NaN, "f": {digits}}}', "a.json")
    assert document.sections[0].text == f"a: 1.50\nb: 1e5\nc: true\ne: NaN\nf: {digits}"
    assert warned(document, "NaN is not JSON")
    text = read("on: off\nyes: 2026-03-01\nday: 1_000\nhour: 12:30\nnone: ~\nempty:\nquoted: '~'\n", "a.yaml")
    assert text.sections[0].text == "on: off\nyes: 2026-03-01\nday: 1_000\nhour: 12:30\nquoted: ~"


def test_keys_that_come_twice_are_all_kept() -> None:
    document = read('{"a": "one", "a": "two", "a [2]": "three", "a": "four"}', "a.json")
    assert document.sections[0].text == "a: one\na [2]: two\na [2] [2]: three\na [3]: four"
    assert warned(document, "'a'")
    assert read("a: one\nb: x\na: two\n", "a.yaml").sections[0].text == "a: one\nb: x\na [2]: two"


def test_json_faults_are_one_error_with_line_and_column() -> None:
    assert "json.invalid: a.json, line 2, column 7" in read('{"a": 1,\n "b": }', "a.json").error
    assert "tree.too_deep" in read("[" * 100_000 + "]" * 100_000, "a.json").error
    assert "tree.too_deep" in read('{"a":' * 100_000 + "1" + "}" * 100_000, "a.json").error
    assert "tree.too_deep" in read("[" * 120 + "]" * 120, "a.json").error
    assert read("[" * 90 + '"x"' + "]" * 90, "a.json").sections
    assert "json.invalid" in read("nothing\nof json\n", "a.jsonl").error


def test_half_characters_are_replaced_and_counted() -> None:
    document = read('{"a": "x\\ud800y", "\\udfff": "\\ud83d\\ude00"}', "a.json")
    assert document.sections[0].text == "a: x\ufffdy\n\ufffd: \U0001f600"
    assert warned(document, "2 halves of a character")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_any_encoding_is_read(encoding: str) -> None:
    text = '{"größe": "acht Meter über dem Boden", "ort": "Zürich", "straße": "Hof hinter der Halle"}'
    assert "größe: acht Meter" in read(text.encode(encoding), "a.json").text


TEMPLATE = """title: 'Record {{{ NAME }}}'
description: |-
    Add this line:
{{%- if product == "x" %}}
    -w /etc -p wa
{{%- endif %}}
    {{{ macro("a") }}}
{{{ top("b") }}}
count: {{ replicas }}
names:
  - chmod
{{% if old %}}
  - chown
{{% endif %}}
"""


def test_template_code_is_kept_in_texts_and_left_out_and_counted_elsewhere() -> None:
    document = read(TEMPLATE, "rule.yml")
    assert texts(document)["Record {{{ NAME }}}#description"].splitlines() == [
        "Add this line:", '{{%- if product == "x" %}}', "-w /etc -p wa", "{{%- endif %}}", '{{{ macro("a") }}}',
    ]  # fmt: skip
    assert document.sections[0].text.splitlines()[1:] == ["count: {{ replicas }}", "names: chmod, chown"]
    assert warned(document, "left out in line 8, 12, 14")
    assert document.account.dropped["template"] == len('{{{top("b")}}}{{%ifold%}}{{%endif%}}')
    assert document.sections[1].locator.line == 2


def test_a_template_keeps_its_lines() -> None:
    text, gone = plain("a:\n  - |\n    x\n{{ y }}\n  - {{ z }}\n  - |\n   {% if a %}\n   b\n{% endif %}\nc: 1")
    assert text.split("\n")[3:5] == ["", "  - '{{ z }}'"]
    assert text.split("\n")[8] == "   {% endif %}"
    assert gone == [(4, "{{ y }}")]


def test_what_is_no_yaml_is_kept_as_text_and_the_rest_is_read() -> None:
    document = read(f"title: Rules\ngood: yes\nbad: [one, two\n  three}}: 4\nlong: {LONG}\n", "rules.yaml")
    assert texts(document)["Rules#long"] == LONG
    assert "three}: 4" in document.text
    assert warned(document, "'bad' in line 3", "line 4 is not YAML")


def test_tabs_are_read_and_reported_and_aliases_are_not_followed() -> None:
    tabs = read("a:\n\tb: one\n\tc: two\n", "a.yaml")
    assert tabs.sections[0].text == "a.b: one\na.c: two"
    assert warned(tabs, "line 2", "tabs")
    bomb = "b0: &b0 [lol, lol]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 60))
    assert len(read(bomb, "a.yaml").text) < 5_000
    assert read("s: &s high\nt: *s\nu: !Ref Bucket\n", "a.yaml").sections[0].text == "s: high\nt: high\nu: !Ref Bucket"


def test_documents_of_one_file_are_records() -> None:
    document = read("id: A-1\nx: one\n---\nid: A-2\nx: two\n...\n---\n", "a.yaml")
    assert texts(document) == {"A-1": "id: A-1\nx: one", "A-2": "id: A-2\nx: two"}
    assert [s.locator.line for s in document.sections] == [1, 4]


def test_yaml_that_holds_nothing_readable_is_one_error() -> None:
    assert "yaml.invalid: a.yaml, line 1" in read('"open and never closed', "a.yaml").error
    with pytest.raises(RowError, match="too_deep"):
        next(trees("[" * 150 + "]" * 150, "a.yaml"))
    assert "tree.too_deep" in read("\n".join(" " * n + "a:" for n in range(300)), "a.yaml").error
    assert read("[" * 100_000, "a.yaml").error
    assert read("just a sentence", "a.yaml").sections[0].text == "just a sentence"
    assert "x\ufffdy" in read("a: x\x07y", "a.yaml").text


HOSTILE = {
    "a.json": [
        json.dumps({"t": "word " * 400_000}),
        json.dumps([[]] * 50_000 + ["x"]),
        json.dumps({f"key {n}": "v" for n in range(5_000)}),
        "{" + ",".join('"a":1' for _ in range(5_000)) + "}",
        json.dumps({"t": "\n" * 50_000 + "x\ny", "u": "<pre" * 20_000 + "</b>", "v": "- a\n" * 5_000}),
        json.dumps({"t": "lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy\n" * 5_000}),
    ],
    "a.jsonl": ['{"a":1}\n{broken\n' * 5_000],
    "a.yaml": [
        "ok: 1\n" + "a: b: c\n" * 2_000,
        "- ok: 1\n" + "- {\n" * 2_000,
        "a: |\n  x\n" + "{{% if x %}}\n" * 10_000,
        "a: " + "{{" * 50_000,
        "- " * 50_000 + " {{ x",
        "a:" * 50_000 + " {{ x }}",
        "k: v\n" * 5_000,
        "a: 1\n---\n" * 1_000,
        "a: x\0y\n" * 1_000,
        'a: "' + "x " * 100_000,
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in HOSTILE.items() for text in texts])
def test_hostile_files_end_in_sections_or_one_error(name: str, text: str) -> None:
    document = read(text, name)
    assert document.sections or document.error


@given(st.binary(max_size=300), st.sampled_from(["a.json", "a.jsonl", "a.yaml"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_reported(data: bytes, name: str) -> None:
    document = read(data, name)
    assert document == read(data, name)


said = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | said,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(said, inner, max_size=4),
    max_leaves=20,
)


def holds_all(document: Document, loaded: object) -> None:
    told = squeezed(" ".join(f"{s.citation} {' '.join(s.path)} {s.text}" for s in document.sections))
    for text in strings(loaded):
        shown = squeezed(without_markup(text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)))
        assert not any(map(str.isalnum, shown)) or document.error or shown in told, text


@given(value, st.booleans())
@settings(deadline=None)
def test_every_text_of_any_json_is_in_a_section(loaded: object, indented: bool) -> None:
    text = json.dumps(loaded, indent=1 if indented else None)
    holds_all(read(text, "a.json"), loaded)
    holds_all(read(json.dumps(loaded), "a.jsonl"), loaded)


@given(st.lists(st.sampled_from(TEMPLATE.splitlines() + RULE.splitlines()), max_size=20))
@settings(deadline=None)
def test_any_lines_of_yaml_are_read_or_reported(lines: list[str]) -> None:
    read("\n".join(lines) or "-", "a.yaml")


REAL = [
    ("regulation/arizona_oversize_permits.json", "Arizona oversize permits#Speed limit or restrictions"),
    ("qa/ObliQA_MultiPassage_val.json", "a07c2b98-011b-44fd-aca0-bdd3e834003e"),
    ("qa/PolicyQA_dev.json", "ticketmaster.com#paragraphs[1].qas.ctnk84gy3t6wdijv"),
    ("synthetic/ultrachat_ultra_eval.json", "Ultrachat ultra eval row 3"),
    ("synthetic/gpteacher_toolformer-0.6.json", "Gpteacher toolformer-0.6 row 2#instruction"),
]


@pytest.mark.parametrize(("path", "citation"), REAL)
def test_real_json_keeps_every_text(path: str, citation: str) -> None:
    document = read_shared(path)
    assert citation in texts(document)
    assert not document.warnings
    known = list(strings(json.loads(shared(path).read_text("utf-8"))))
    whole = squeezed(document.text)
    assert all(squeezed(without_markup(text)) in whole for text in known[:: max(1, len(known) // 500)])


def test_the_sections_of_sop_014_are_cited_as_they_say() -> None:
    document = read_shared("sop/SOP-014_rev3.sections.jsonl")
    rows = [json.loads(line) for line in shared("sop/SOP-014_rev3.sections.jsonl").read_text("utf-8").splitlines()]
    assert [s.citation for s in document.sections] == [row["section"] for row in rows]


def test_real_rules_and_schemas_are_cited_by_their_keys() -> None:
    rule = texts(read_shared("policy/macos_rules/os_airdrop_disable.yaml"))
    assert {"os_airdrop_disable#discussion", "os_airdrop_disable#platforms.macOS.enforcement_info.check"} <= set(rule)
    schema = texts(read_shared("manual/apple_mdm/settings.yaml"))
    assert "Settings Command#payloadkeys.Settings.Wallpaper.Where" in schema
    assert len(schema) == len(read_shared("manual/apple_mdm/settings.yaml").sections)


def test_every_real_rule_keeps_every_text() -> None:
    for file in sorted(shared("policy/macos_rules").iterdir()):
        document = read_shared(f"policy/macos_rules/{file.name}")
        holds_all(document, yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader))
        assert document.id == file.stem
        assert not document.warnings
    for file in sorted(shared("policy/cac_rules").iterdir()):
        document = read_shared(f"policy/cac_rules/{file.name}")
        assert any(citation.endswith(("#rationale", "#description")) for citation in texts(document))
        assert all("left out in line" in warning for warning in document.warnings)
