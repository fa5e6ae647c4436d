from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.files import checked, page, pdf, read

word = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
number = st.from_regex(r"\A[1-9](\.[1-9]){0,3}\.?\Z")
heading = st.builds(lambda n, num, w: f"{'#' * n} {num} {w}", st.integers(1, 6), number | st.just(""), word)
item = st.builds(lambda mark, w: f"{mark} {w}", st.sampled_from(["-", "1.", "(a)", "(i)", "  *", "> -"]), word)
law = st.sampled_from(
    ["# 21 CFR Part 820", "### §\u2009820.1 Scope.", "(a) Rule one.", "(1) Shall:", "(i) x;", "(A) y."]
)
odd = st.sampled_from(
    [
        "---",
        "===",
        "```",
        "|a|b|",
        "|-|-|",
        "<!-- x",
        "<table><tr><td>1</td></tr></table>",
        "Version: 3",
        "\f",
        "\ufeff",
    ]
)
markdown = st.lists(heading | item | law | odd | word | st.just(""), max_size=25).map("\n".join)


@given(markdown | st.text())
@settings(deadline=None)
def test_any_markdown_keeps_its_offsets(text: str) -> None:
    assert read(text) == read(text)


@given(markdown | st.text(), st.sampled_from(["a.txt", "a.rst"]))
@settings(deadline=None)
def test_any_text_keeps_its_offsets(text: str, name: str) -> None:
    read(text, name)


@given(st.binary(max_size=400), st.sampled_from(["a.md", "a.txt", "a.rst", "a.pdf", "a.docx"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_reported(data: bytes, name: str) -> None:
    read(data, name)


@given(st.lists(st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), max_size=40), max_size=12))
@settings(deadline=None, max_examples=30)
def test_any_drawn_page_keeps_its_offsets(lines: list[str]) -> None:
    checked(read(pdf([page(*lines)]), "a.pdf"))
