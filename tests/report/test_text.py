import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from synthforge.evaluation.intervals import Interval
from synthforge.report import text as t

MARKDOWN = MarkdownIt("commonmark").enable("table").enable("strikethrough")
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MARKUP = st.text(st.sampled_from(list("`|\\*_[](){}<>#!~$&-+=.:1a \n\t")), max_size=40)


def said(markdown: str) -> list[str]:
    """The text of each inline block, as a reader sees it; markup of any kind would be another token."""
    blocks = [token for token in MARKDOWN.parse(markdown) if token.type == "inline"]
    for block in blocks:
        kinds = {child.type for child in block.children or []}
        assert kinds <= {"text", "text_special"}, (markdown, kinds)
    return ["".join(child.content for child in block.children or []) for block in blocks]


@given(ANY | MARKUP)
def test_a_cell_shows_its_text_literally(text: str) -> None:
    table = t.table(("a", "b"), [[text, "end"]])
    assert said(table) == ["a", "b", t.flat(text), "end"]


@given((ANY | MARKUP).filter(lambda text: t.flat(text) != ""))
def test_a_bullet_shows_its_text_literally(text: str) -> None:
    assert said(t.bullets([text])) == [t.flat(text)]


@given(ANY | MARKUP)
def test_a_fence_holds_any_text(text: str) -> None:
    tokens = MARKDOWN.parse(f"before\n\n{t.fenced(text)}\n\nafter")
    assert [token.type for token in tokens] == [
        "paragraph_open", "inline", "paragraph_close", "fence", "paragraph_open", "inline", "paragraph_close",
    ]  # fmt: skip


@given(ANY, st.integers(1, 30))
def test_a_clipped_text_says_how_much_was_cut(text: str, at_most: int) -> None:
    line, clipped = t.flat(text), t.clip(text, at_most)
    if len(line) <= at_most:
        assert clipped == line
    else:
        assert clipped.endswith(f"({len(line) - at_most} more characters)")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 %"),
        (0.004, "0.4 %"),
        (0.0099, "1 %"),
        (0.5, "50 %"),
        (0.994, "99 %"),
        (0.996, "99.6 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_not_rounded_to_certainty(value: float, shown: str) -> None:
    assert t.percent(value) == shown


def test_intervals() -> None:
    assert t.interval(Interval(value=0.82, low=0.75, high=0.88, n=9)) == "82 % [75-88]"
    assert t.points(Interval(value=-0.001, low=-0.2, high=0.15, n=9)) == "+0 [-20 to +15]"
    assert t.interval(None) == t.interval(Interval(value=None, low=None, high=None, n=0)) == "–"


def test_counted() -> None:
    assert [t.counted(n, "category") for n in (0, 1, 1200)] == [
        "0 categories",
        "1 category",
        "1,200 categories",
    ]


def test_a_plain_table_cannot_steer_the_terminal() -> None:
    shown = t.plain_table(("name", "n"), [["a\x1b[31m\nb", "10"], ["c", "2"]])
    assert shown.splitlines() == ["name      n", "a[31m b  10", "c         2"]
