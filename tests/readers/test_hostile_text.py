"""Hostile text ends in a document or in one reported error: no hang, no crash, nothing lost silently.

Sizes are what a reader with a superlinear step would not finish; nothing is timed.
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.records import Document
from tests.sources.files import read

NAMES = ("a.md", "a.txt", "a.rst", "a.html")


def accounted(document: Document) -> Document:
    """What a reader of the file sees is in the text or counted as dropped."""
    account = document.account
    assert account.extracted + sum(account.dropped.values()) >= 0.99 * account.visible, account
    assert document.model_dump_json().encode()
    return document


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "data",
    [b"", b" \r\n\f", bytes(50), bytes(5_000), b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\0\0", b"---\n", b"<", b"<!--",
     b"\x89PNG\r\n\x1a\n123"],
)  # fmt: skip
def test_what_holds_nothing_is_one_error(data: bytes, name: str) -> None:
    document = read(data, name)
    assert bool(document.error) != bool(document.sections)


def test_only_front_matter_is_an_error() -> None:
    assert read("---\ntitle: T\nversion: 2\n---\n").error.startswith("file.no_text")


@pytest.mark.parametrize("name", NAMES)
def test_bidi_emoji_and_odd_blanks_stay(name: str) -> None:
    sentence = "Use \u202eone\u202c 👩‍🔧 card\u200b, \u2066two\u2069 at most: 5\u202f°C."
    assert sentence in accounted(read(f"{sentence}\n", name)).text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_make_no_difference(name: str, ends: str) -> None:
    text = "Manual\n======\n\nSafety\n------\n\nWear\ngloves.\n"
    assert read(text.replace("\n", ends), name).text == read(text, name).text


@pytest.mark.parametrize("name", NAMES)
def test_thirty_megabytes_on_one_line_are_read(name: str) -> None:
    document = read("a" * 10_000_000 + " The card is blue. " + "b" * 20_000_000, name)
    assert document.account.extracted == document.account.visible == 30_000_000 + 14


SHAPES: dict[str, tuple[str, Callable[[], str]]] = {
    "sentences on one line": ("a.md a.txt a.rst a.html", lambda: "The card is blue. " * 20_000),
    "headings": ("a.md", lambda: "# Rule\n\nWear gloves.\n\n" * 5_000),
    "empty headings": ("a.md", lambda: "#\n" * 20_000 + "x"),
    "headings that skip levels": ("a.md", lambda: "".join(f"{'#' * (1 + i * 5 % 6)} R\n\nx\n\n" for i in range(2_000))),
    "headings that go on": ("a.md", lambda: "# Rules of\n\n" * 10_000 + "x"),
    "underlined headings": ("a.rst a.txt", lambda: "Rule\n====\n\nWear gloves.\n\n" * 3_000),
    "block quotes": ("a.md", lambda: "# T\n\n" + ">" * 100_000 + " x"),
    "nested lists": ("a.md", lambda: "# T\n\n" + "- " * 100_000 + "x"),
    "indented lists": ("a.md", lambda: "# T\n\n" + "".join(f"{'  ' * i}- x{i}\n" for i in range(500))),
    "brackets": ("a.md a.rst", lambda: "# T\n\nx " + "[" * 10_000 + "]" * 10_000),
    "too many signs": ("a.md", lambda: "# T\n\n" + "[*_" * 400_000),
    "spaces in a fence": ("a.md", lambda: "```markdown\n# T\n\nx" + " " * 500_000 + "y\n```\n"),
    "spaces in a role": ("a.rst", lambda: "`x" + " " * 500_000 + ":a" * 100_000),
    "fields": ("a.rst", lambda: ":a:\n" * 50_000 + "x"),
    "lines of one paragraph": ("a.txt", lambda: "some words on a line\n" * 50_000),
    "divs": ("a.html", lambda: "<div>" * 50_000 + "x" + "</div>" * 50_000),
    "lists that never end": ("a.html", lambda: "<ul><li>x" * 10_000),
    "tags that never end": ("a.html a.md", lambda: "# T\n\nx " + "<a " * 50_000),
    "attributes": ("a.html", lambda: "<p " + " ".join(f"a{i}" for i in range(200_000)) + ">x"),
    "a long attribute": ("a.html", lambda: f"<p title='{'x' * 10_000_000}'>x"),
    "options": ("a.html", lambda: "<p>x<select>" + "<option>y" * 100_000),
    "nested tables": ("a.html", lambda: "<table><tr><td>x" * 10_000),
    "a long table": ("a.html", lambda: "<table><tr><th>a<th>b" + "<tr><td>1<td>2" * 5_000 + "</table>"),
    "a long table in Markdown": ("a.md", lambda: "# T\n\n|a|b|\n|-|-|\n" + "|1|2|\n" * 5_000),
    "cells that ask for more": ("a.html", lambda: "<table>" + ("<tr><td rowspan=6000 colspan=900>" + "x" * 99) * 3_000),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_shapes_are_read_in_linear_time(shape: str) -> None:
    names, make = SHAPES[shape]
    text = make()
    for name in names.split():
        document = accounted(read(text, name))
        assert document.sections
        assert len(document.text) < 3 * len(text) + 1_000_000


PIECES = st.sampled_from(
    "# A|## 1.2 B|- x|> y|| a | b |||-|-||<div>|</div>|<p hidden>|<table><tr><td rowspan=2>|</table>|<pre>|</pre>|<li>|"
    "<h2>|</h2>|<dl><dt>|<dd>|<!--|-->|<script>|</script>|<a id=x>|<br>|&#xd800;|&nbsp;|```|---|===|.. note:: x|"
    "   :a: b|.. list-table::|   * - a|     - b|x::|``y``|[a](b)|[^1]: c|\ufeff|\u00ad|\0|\f|\r|\n|Version: 3".split(
        "|"
    )
)
SNIPPETS = st.lists(PIECES | st.text(max_size=8), max_size=30).map("\n".join)
BYTES = st.binary(max_size=300) | st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    SNIPPETS,
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32-be", "latin-1", "cp1252", "koi8-r", "shift_jis"]),
)


@pytest.mark.parametrize("name", NAMES)
@given(data=BYTES)
@settings(deadline=None, max_examples=150)
def test_any_bytes_become_a_document(name: str, data: bytes) -> None:
    accounted(read(data, name))
