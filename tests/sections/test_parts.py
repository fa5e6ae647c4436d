from hypothesis import given
from hypothesis import strategies as st

from tests.sources.files import read

LONG = "The operator must record the value and the time of every reading in the log. "


def test_a_long_body_is_cut_between_paragraphs() -> None:
    document = read("# SOP-100 Logs\n\n## 1 Scope\n\n## 5 Steps\n\n" + (LONG * 5 + "\n\n") * 8)
    assert [s.citation for s in document.sections] == [f"SOP-100 §5 ¶{n}" for n in range(1, len(document.sections) + 1)]
    assert len(document.sections) == 4
    assert all(s.text.endswith("log.") for s in document.sections)


def test_a_list_cut_in_two_keeps_its_lead_in() -> None:
    items = "".join(f"- {LONG}\n" for _ in range(30))
    document = read(f"# SOP-100 Logs\n\n## 1 Scope\n\n## 5 Steps\n\nThe operator must:\n\n{items}")
    first, *others = document.sections
    assert first.text.startswith("The operator must:\n- The operator") and first.lead_in == ""
    assert others and all(s.lead_in == "The operator must:" for s in others)


def test_a_table_cut_in_two_keeps_its_header() -> None:
    rows = "".join(f"| {n} | {LONG.strip()} |\n" for n in range(30))
    document = read(f"# SOP-100 Logs\n\n## 1 Scope\n\n## 5 Steps\n\n| No | Rule |\n|---|---|\n{rows}")
    assert document.sections[0].text.startswith("No | Rule\n0 | ")
    assert all(s.lead_in == "No | Rule" for s in document.sections[1:])


def test_a_lead_in_is_not_left_behind() -> None:
    document = read(
        "# SOP-100 Logs\n\n## 1 Scope\n\n## 5 Steps\n\n" + LONG * 12 + "\n\nThe operator must:\n\n" + f"- {LONG}\n" * 8
    )
    assert [s.text.splitlines()[0][:18] for s in document.sections] == [
        "The operator must ",
        "The operator must:",
    ]


@given(st.lists(st.integers(1, 120), min_size=1, max_size=30))
def test_no_part_ends_inside_a_sentence_and_nothing_is_lost(sizes: list[int]) -> None:
    body = "\n\n".join(" ".join(["word"] * size) + "." for size in sizes)
    document = read(f"# SOP-100 Logs\n\n## 1 Scope\n\n## 5 Steps\n\n{body}\n")
    assert sum(len(s.text.split()) for s in document.sections) == sum(sizes)
    assert all(s.text.endswith(".") for s in document.sections)
    assert all(len(s.text.split()) <= 260 for s in document.sections)
