import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.summary import Fates, Scores, StageCount, Summary
from synthforge.records import Document, Example
from synthforge.report import words, write_report
from synthforge.report.funnel import as_csv, unaccounted
from synthforge.report.hints import hints
from synthforge.report.page import outcome, page

GOLDEN = Path(__file__).parents[1] / "golden" / "report.md"
Make = Callable[..., Summary]


def tables(markdown: str) -> list[list[list[str]]]:
    """Every table as its reader sees it: rows of cells, unescaped."""
    found: list[list[list[str]]] = []
    cell = False
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("td_open", "th_open"):
            cell = True
        elif token.type == "inline" and cell:
            found[-1][-1].append("".join(child.content for child in token.children or []))
            cell = False
    return found


def section(markdown: str, title: str) -> str:
    return markdown.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_golden(summary: Summary, examples: list[Example], corpus: list[Document]) -> None:
    written = page(summary, examples, corpus)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(written, encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 pytest tests/report writes it anew"


def test_the_files_and_the_terminal(
    summary: Summary, examples: list[Example], corpus: list[Document], tmp_path: Path
) -> None:
    shown = write_report(summary, examples, corpus, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files.csv", "funnel.csv", "report.md", "strata.csv"]
    assert re.search(r"^generate +8 +7 +1 +3\.2 +computed$", shown, re.M)
    assert "kept 3 + rejected 3 + held 1 + failed 1 = 8 orders" in shown
    assert re.search(r"^decision accuracy +3 % \[1-6\] +82 % \[75-88\] +\+79 \[\+72 to \+86\]$", shown, re.M)
    assert not [line for line in shown.splitlines() if len(line) > 110]


def test_the_outcome_in_a_sentence(summary: Summary, corpus: list[Document]) -> None:
    assert outcome(summary, corpus) == (
        "Of 8 orders 3 examples survived (38 %); the tuned student decides 82 % [75-88] of 152 held-out "
        "cases right, its base 3 % [1-6]."
    )


@pytest.mark.parametrize(
    ("until", "orders", "said"),
    [
        ("collect", 0, "2 documents were read into 4 sections; no example was ordered (until=collect)."),
        ("generate", 5, "Of 5 orders 4 examples have a usable draft (80 %); no tuned student was evaluated "
                        "(until=generate)."),
        ("check", 5, "Of 5 orders 4 examples passed every check (80 %); no tuned student was evaluated "
                     "(until=check)."),
    ],
)  # fmt: skip
def test_a_run_that_was_stopped_early(bare: Make, corpus: list[Document], until: str, orders: int, said: str) -> None:
    fates = Fates(orders=orders, kept=4, failed=1) if orders else Fates()
    summary = bare(until=until, fates=fates)
    assert outcome(summary, corpus) == said
    assert f"The run stopped after {until}" in page(summary, [], corpus)


def test_every_number_of_the_funnel_is_the_summarys(
    summary: Summary, examples: list[Example], corpus: list[Document]
) -> None:
    rows = tables(section(page(summary, examples, corpus), "Funnel"))[0][1:]
    assert [(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows] == [
        (s.name, s.came_in, s.went_out, sum(s.dropped.values())) for s in summary.stages
    ]
    assert rows[1][6] == "computed" and rows[0][6] == "from cache"


def test_drops_say_in_words_what_their_code_means(
    summary: Summary, examples: list[Example], corpus: list[Document]
) -> None:
    rows = tables(section(page(summary, examples, corpus), "What was dropped, and why"))[0][1:]
    counts = [sum(stage.dropped.values()) for stage in summary.stages]
    assert sum(int(row[2]) for row in rows) == sum(counts) == summary.fates.orders - summary.fates.kept
    assert all(row[4] and row[4] != row[1] for row in rows)
    assert ["filter", "near.duplicate", "1", "25 %", words.FAMILIES["near"]] in rows


def test_strata_add_up(summary: Summary, examples: list[Example], corpus: list[Document]) -> None:
    for table in tables(section(page(summary, examples, corpus), "Asked, made, kept")):
        if table[0][0] == "Length":  # it means something to one of the two tasks
            assert table[2][1:4] + table[2][8:] == ["1", "1", "1", "75 %", "100 %"]
            continue
        columns = list(zip(*[row[1:7] for row in table[1:]], strict=True))
        asked, made, kept, rejected, held, failed = (sum(map(int, column)) for column in columns)
        assert asked == summary.fates.orders == kept + rejected + held + failed
        assert made == asked - failed


def test_counts_that_do_not_add_up_are_not_hidden(bare: Make, examples: list[Example]) -> None:
    uneven = bare(fates=Fates(orders=9, kept=3, rejected=3, held=1, failed=1), until="filter")
    assert "≠ 9 orders: this does not add up" in page(uneven, examples, [])
    other = bare(fates=Fates(orders=4, kept=4), until="filter")
    assert "but the examples of this run count as 3 kept of 8" in page(other, examples, [])
    lossy = StageCount(name="check (round 2)", came_in=7, went_out=4, dropped={"a": 1}, seconds=1, cached=False)
    assert unaccounted(lossy) == "check (round 2) does not add up: 7 in, 4 out, 1 dropped"
    assert unaccounted(lossy.model_copy(update={"dropped": {"a": 3}})) == ""
    assert unaccounted(lossy.model_copy(update={"name": "collect"})) == ""


def test_faults_and_their_caveat_only_when_some_were_planted(
    summary: Summary, examples: list[Example], corpus: list[Document]
) -> None:
    said = section(page(summary, examples, corpus), "Planted faults")
    rows = tables(said)[0][1:]
    assert ["wrong number", "extractive", "40", "40", "100 %", "numbers 38, quote 2", "0"] in rows
    assert ["all kinds", "paraphrased", "29", "20", "69 %", "–", "9"] in rows
    assert "stand-in for trying recipes, not a source of production data" in said
    assert "Of 90 examples without a planted fault the checks dropped 2 (2 %)." in said
    without = page(summary.model_copy(update={"faults": None}), examples, corpus)
    assert "Planted faults" not in without and "stand-in" not in without


def test_a_metric_without_items_is_left_out(bare: Make) -> None:
    nothing = Interval(value=None, low=None, high=None, n=0)
    half = Interval(value=0.5, low=0.4, high=0.6, n=90)
    base = Scores(student="base", metrics={"decision_accuracy": half, "abstention_precision": nothing})
    tuned = Scores(student="tuned", metrics={"decision_accuracy": half, "abstention_precision": half})
    summary = bare(
        until="evaluate",
        evaluation=[base, tuned],
        differences={"abstention_precision": nothing},
        fates=Fates(orders=1),
    )
    rows = tables(section(page(summary, [], []), "Evaluation"))[0][1:]
    assert rows[1][1:] == ["–", "50 % [40-60]", "–", "–", "0-90"]
    both = summary.model_copy(update={"evaluation": [base]})
    assert len(tables(section(page(both, [], []), "Evaluation"))[0]) == 2


def test_a_lower_share_of_false_abstentions_is_better(bare: Make) -> None:
    fewer = Interval(value=-0.3, low=-0.4, high=-0.2, n=90)
    some = Interval(value=0.1, low=0.05, high=0.2, n=90)
    students = [Scores(student=name, metrics={"false_abstention": some}) for name in ("base", "tuned")]
    summary = bare(until="evaluate", evaluation=students, differences={"false_abstention": fewer})
    assert "| -30 [-40 to -20] | tuned is better |" in page(summary, [], [])
    assert not any("worse" in hint for hint in hints(summary))


def test_text_of_documents_breaks_nothing(summary: Summary, examples: list[Example], corpus: list[Document]) -> None:
    written = page(summary, examples, corpus)
    html = MarkdownIt("commonmark").enable("table").render(written)
    assert "<script" not in html and "<i>" not in html and "<b>" not in html
    assert 'href="javascript' not in html and "\u202e" not in written
    for table in tables(written):
        assert {len(row) for row in table} == {len(table[0])}
    documents = tables(section(written, "Documents"))[2]
    assert documents[1][0] == "MAN-2 | rest <i>rules</i>"
    titles = re.findall(r"^## (.*)$", "\n".join(outside_of_fences(written)), re.M)
    assert titles[0] == "Funnel" and titles[-1] == "Running it again" and len(titles) == 14


def outside_of_fences(markdown: str) -> list[str]:
    open_fence, lines = "", []
    for line in markdown.splitlines():
        mark = re.match(r"`{3,}", line)
        if open_fence:
            open_fence = "" if line == open_fence else open_fence
        elif mark:
            open_fence = mark[0]
        else:
            lines.append(line)
    return lines


def test_long_lists_say_what_they_leave_out(bare: Make, corpus: list[Document]) -> None:
    many = [corpus[0].model_copy(update={"id": f"D{n}", "uri": f"D{n}.md"}) for n in range(27)]
    said = section(page(bare(), [], many), "Documents")
    assert "… and 7 more, left out here." in said and "27 warnings" in said
    assert "… and 17 more, left out here." in said


def test_rejected_examples_give_the_checks_reason(
    summary: Summary, examples: list[Example], corpus: list[Document]
) -> None:
    said = section(page(summary, examples, corpus), "Examples that were kept out")
    assert re.findall(r"^### `(.*?)`, (\d+)", said, re.M) == [
        ("number.unsupported", "2"), ("logic.open", "1"), ("near.duplicate", "1"), ("reply.schema", "1"),
    ]  # fmt: skip
    assert "0.93 like a1" in said and "decision: Field required" in said


def test_notes_do_not_repeat_the_documents_warnings(
    summary: Summary, examples: list[Example], corpus: list[Document]
) -> None:
    repeated = f"{corpus[0].uri}: {corpus[0].warnings[0]}"
    noted = summary.model_copy(update={"notes": [repeated, "held out for the evaluation: MAN-2"]})
    said = section(page(noted, examples, corpus), "Notes")
    assert said.strip() == "- held out for the evaluation: MAN-2"


def test_funnel_csv_counts_every_drop(summary: Summary) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(summary))))
    stages = [row for row in rows if not row["code"]]
    assert [row["stage"] for row in stages] == [stage.name for stage in summary.stages]
    for row in stages:
        by_code = [int(each["dropped"]) for each in rows if each["stage"] == row["stage"] and each["code"]]
        assert sum(by_code) == int(row["dropped"])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("quote.not_found", words.CODES["quote.not_found"]),
        ("quote.shortened", words.FAMILIES["quote"]),
        ("near.duplicate_of:3f2a", words.FAMILIES["near"]),
        ("acme.house_rule", "acme.house_rule"),
        ("", ""),
    ],
)
def test_codes_in_words(code: str, said: str) -> None:
    assert words.meaning(code) == said


@pytest.mark.parametrize(
    ("kept", "dropped", "said"),
    [
        (
            20,
            {"quote.not_found": 80},
            ["Only 20 % of the orders", "quote.not_found makes up 100 % of all drops"],
        ),
        (70, {"quote.x": 15, "near.y": 15}, ["70 % of the orders survived"]),
        (35, {"quote.x": 30, "near.y": 30, "unit.z": 5}, []),
    ],
)
def test_hints_follow_the_numbers(bare: Make, kept: int, dropped: dict[str, int], said: list[str]) -> None:
    stage = StageCount(name="check", came_in=100, went_out=kept, dropped=dropped, seconds=1, cached=False)
    fates = Fates(orders=100, kept=kept, rejected=100 - kept)
    given = hints(bare(until="evaluate", fates=fates, stages=[stage]))
    assert len(given) == len(said)
    assert all(any(hint.startswith(start) for hint in given) for start in said)


def test_losses_of_the_evaluation_set_do_not_pass_for_the_trainings(bare: Make) -> None:
    stage = StageCount(
        name="check (evaluation)", came_in=90, went_out=10, dropped={"unit.z": 80}, seconds=1, cached=False
    )
    assert hints(bare(until="evaluate", stages=[stage])) == []
