"""Screening: other people's rows in every form, through a recipe's checks; each comes out once, with its reason."""

import codecs
import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.__main__ import main
from synthforge.compose import load
from synthforge.execution import screened
from synthforge.pipeline.library import Library
from synthforge.progress import Lines
from synthforge.records import Document, Section
from tests.conftest import POLICY, Execute

REST = "A driver must rest for at least 8 consecutive hours before a new shift."
COLD = "The trailer temperature shall not exceed 3 °C during loading."
ASKED = "How long does a driver have to rest before a new shift?"
RESTS = "POL-1#POL-1 §1"
RECIPE = """# @package _global_
# Does the yard keep its rules?
defaults:
  - override /validators: [schema, quote, citation, facts]
  - override /filters: [exact]
  - _self_
sources:
  yard: {path: corpus/*.md, category: policy}
orders: 40
"""
Row = Mapping[str, Any]


@dataclass
class Screening:
    """What one command left behind."""

    code: int
    said: str
    summary: Mapping[str, Any]
    passed: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    held: list[dict[str, Any]]

    def codes(self) -> list[list[str]]:
        """Of each row that was rejected, all that was against it."""
        return [[verdict["code"] for verdict in row["screening"]["verdicts"]] for row in self.rejected]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe over two policies, and a cache that all tests of this module share."""
    home = tmp_path_factory.mktemp("yard")
    (home / "recipes").mkdir()
    (home / "recipes" / "yard.yaml").write_text(RECIPE)
    (home / "corpus").mkdir()
    for n in (1, 2):
        text = POLICY.format(n=n, a=7 + n, b=2 + n, c=20 + 5 * n, d=3 * n + 1, e=5 + n)
        (home / "corpus" / f"policy-{n}.md").write_text(text)
    return home


Screen = Callable[..., Screening]


@pytest.fixture
def screen(yard: Path, tmp_path: Path) -> Screen:
    return lambda content, name="data.jsonl", *overrides: command(yard, tmp_path, content, name, *overrides)


def command(yard: Path, place: Path, content: bytes | Sequence[Row], name: str, *overrides: str) -> Screening:
    """Write a file, type the command, read what came out."""
    written = content if isinstance(content, bytes) else "".join(f"{json.dumps(row)}\n" for row in content).encode()
    (place / name).write_bytes(written)
    places = [f"outputs={place}/out", f"cache_dir={yard}/cache"]
    with redirect_stdout(io.StringIO()) as said:
        code = main(["screen", str(place / name), str(yard / "recipes" / "yard.yaml"), *places, *overrides])
    folder = max((place / "out" / "yard").glob("screen-*"), key=lambda path: path.stat().st_mtime_ns)
    files = [lines(folder / f"{kind}.jsonl") for kind in ("passed", "rejected", "held")]
    return Screening(code, said.getvalue(), json.loads((folder / "summary.json").read_text()), *files)


def together(yard: Path, place: Path, rows: Mapping[str, bytes | Row]) -> dict[str, dict[str, Any]]:
    """Many rows in one file, each by its name as it came out; none is dropped for being like another."""
    content = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows.values())
    done = command(yard, place, content, "data.jsonl", "filters.exact=null")
    out = {row["screening"]["row"]: row for row in (*done.passed, *done.rejected, *done.held)}
    return {name: out[f"line {number}"] for number, name in enumerate(rows, 1)}


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def chat(*said: str, roles: Sequence[str] = ("user", "assistant"), who: str = "role", what: str = "content") -> Any:
    return [{who: roles[place % 2], what: text} for place, text in enumerate(said)]


TAGGED = f"{REST} [POL-1 §1]"
FORMS: Mapping[str, Row] = {
    "alpaca": {"instruction": ASKED, "input": "", "output": TAGGED},
    "alpaca with input": {"instruction": "Answer the driver.", "input": ASKED, "output": TAGGED},
    "question": {"question": ASKED, "answer": TAGGED},
    "prompt": {"prompt": ASKED, "completion": TAGGED},
    "response": {"prompt": ASKED, "response": TAGGED},
    "prompt as messages": {"prompt": chat(ASKED), "completion": chat(TAGGED, roles=("assistant",) * 2)},
    "messages": {"messages": [{"role": "system", "content": "Be brief."}, *chat(ASKED, TAGGED)]},
    "messages as text": {"messages": json.dumps(chat(ASKED, TAGGED))},
    "sharegpt": {"conversations": chat(ASKED, TAGGED, roles=("human", "gpt"), who="from", what="value")},
}


def test_every_form_of_row_is_read_and_leaves_as_it_came(yard: Path, tmp_path: Path) -> None:
    for name, row in together(yard, tmp_path, FORMS).items():
        said = row.pop("screening")
        assert (said["outcome"], row) == ("passed", FORMS[name]), said
        (claim,) = said["claims"]
        assert claim["text"] == claim["evidence"]["quote"] == REST, name
        assert claim["evidence"]["section"] == RESTS


def test_each_turn_of_a_conversation_is_judged(screen: Screen) -> None:
    asked = "And how warm may the trailer be while it is loaded?"
    warm = "The trailer temperature shall not exceed 9 °C during loading."
    done = screen(
        [
            {"messages": chat(ASKED, TAGGED, asked, f"{COLD} [POL-1 §2.1]")},
            {"messages": chat(ASKED, TAGGED, asked, f"{warm} [POL-1 §2.1]")},
        ]
    )
    assert (len(done.passed), done.codes()) == (1, [["number.unsupported"]])
    assert "'9 °C' stands nowhere in the source" in done.rejected[0]["screening"]["verdicts"][0]["reason"]


CITED: Mapping[str, tuple[str, Row]] = {
    "key": (REST, {"citations": [RESTS]}),
    "citation": (REST, {"sources": ["POL-1 §1"]}),
    "without the sign": (REST, {"evidence": "POL-1 1"}),
    "in words": (REST, {"citations": "section 1 of POL-1"}),
    "several in a cell": (REST, {"citations": "POL-1 §3; POL-1 §1"}),
    "several with commas": (REST, {"citations": "POL-1 §3, POL-1 §1"}),
    "document": (REST, {"citations": ["POL-1"]}),
    "file": (REST, {"citations": ["policy-1.md"]}),
    "object": (REST, {"citations": [{"section": RESTS, "quote": REST}]}),
    "object as text": (REST, {"citations": json.dumps([{"citation": "POL-1 §1"}])}),
    "claims": (REST, {"claims": [{"text": REST, "section": "POL-1 §1", "quote": REST}]}),
    "claims without a quote": (REST, {"claims": [{"text": REST, "section": "POL-1 §1"}]}),
    "bracket inside": ("A driver must rest [POL-1 §1] for at least 8 consecutive hours before a new shift.", {}),
    "bracket behind": (f"{REST} [POL-1 §1]", {}),
    "bracket before": (f"[POL-1 §1] {REST}", {}),
    "several in a bracket": (f"{REST} [POL-1 §1, §3]", {}),
    "tag of a section": (f"{REST} [#SRC:POL-1 §1]", {}),
    "tag of a document": (f"{REST} [#SRC:policy-1]", {}),
    "number in a bracket": (f"{REST} [2]", {"citations": ["POL-1 §4", "POL-1 §1"]}),
    "parenthesis behind": (f"{REST} (POL-1 §1)", {}),
}


def test_every_way_of_citing_leads_to_the_section_and_its_words(yard: Path, tmp_path: Path) -> None:
    rows = {name: {"question": ASKED, "answer": answer, **more} for name, (answer, more) in CITED.items()}
    for name, row in together(yard, tmp_path, rows).items():
        assert row["screening"]["outcome"] == "passed", (name, row)
        claims = row["screening"]["claims"]
        assert [(claim["text"], claim["evidence"]["section"]) for claim in claims] == [(REST, RESTS)], name
        assert [claim["evidence"]["quote"] for claim in claims] == [REST]


def test_every_sentence_rests_on_what_it_cites_itself(screen: Screen) -> None:
    visitors = "Visitors must not enter a spill area."
    answer = f"Yes. {REST} [POL-1 §1] {COLD} [POL-1 §2.1] {visitors} In short, no. Is there anything else?"
    done = screen([{"question": ASKED, "answer": answer, "citations": ["POL-1 §3"]}])
    claims = done.passed[0]["screening"]["claims"]
    assert [(c["text"], c["evidence"]["section"]) for c in claims] == [
        (REST, RESTS),
        (COLD, "POL-1#POL-1 §2.1"),
        (visitors, "POL-1#POL-1 §3"),
    ]


WRONG: Mapping[str, tuple[Row, str, str]] = {
    "a number": (
        {"answer": "A driver must rest for at least 7 consecutive hours before a new shift. [POL-1 §1]"},
        "number.unsupported", "'7 consecutive hours' stands nowhere in the source",
    ),
    "a section that is not there": (
        {"answer": f"{REST} [POL-9 §4]"}, "citation.unknown", "no section 'POL-9 §4' exists in the corpus",
    ),
    "a tag that names nothing": (
        {"answer": f"{REST} [#SRC:handbook]"}, "citation.unknown", "no section 'handbook' exists in the corpus",
    ),
    "one of two sections is not there": (
        {"answer": REST, "citations": ["POL-1 §1", "POL-9 §4"]}, "citation.unknown", "no section 'POL-9 §4' exists",
    ),
    "an abstention's section is not there": (
        {"answer": "That is not said.", "citations": ["POL-1 §1", "POL-9 §4"], "decision": "insufficient_information"},
        "citation.unknown", "no section 'POL-9 §4' exists",
    ),
    "a section beside claims is not there": (
        {"answer": REST, "citations": ["POL-9 §4"], "claims": [{"text": REST, "section": "POL-1 §1"}]},
        "citation.unknown", "no section 'POL-9 §4' exists",
    ),
    "a section that was not shown": (
        {"answer": REST, "citations": ["POL-1 §1"], "context_ids": ["POL-1 §3"]},
        "citation.not_shown", f"'{RESTS}' was not among the sections shown",
    ),
    "a quote that is not there": (
        {"answer": REST, "citations": [{"section": "POL-1 §1", "quote": "A driver must rest as long as needed."}]},
        "quote.not_found", f"'A driver must rest as long as needed.' does not stand in {RESTS}",
    ),
    "a claim's quote that is not there": (
        {"answer": REST, "claims": [{"text": REST, "section": "POL-1 §1", "quote": f"Mostly, {REST}"}]},
        "quote.not_found", f"does not stand in {RESTS}",
    ),
    "a sentence that nobody wrote": (
        {"answer": f"{REST} Helmets with reflectors are compulsory on every roof. [POL-1 §1]"},
        "quote.none_found", "no sentence of POL-1 §1 says: 'Helmets with reflectors are compulsory on every roof.'",
    ),
    "a sentence before one in parentheses": (
        {"answer": "Helmets with reflectors are compulsory on every roof. (POL-1 §1)"},
        "quote.none_found", "no sentence of POL-1 §1 says: 'Helmets with reflectors are compulsory on every roof.'",
    ),
    "no citation": (
        {"answer": REST}, "citation.missing", "it cites no section of the documents that it could be held against",
    ),
    "a duty turned around": (
        {"answer": "The loader must not record the temperature in the log. [POL-1 §2.1]"},
        "negation.flip", "the claim says 'must not' where the source says 'must'",
    ),
}  # fmt: skip


def test_what_is_wrong_is_rejected_for_what_is_wrong(yard: Path, tmp_path: Path) -> None:
    rows = {name: {"question": ASKED, **row} for name, (row, _, _) in WRONG.items()}
    for name, row in together(yard, tmp_path, rows).items():
        _, code, reason = WRONG[name]
        verdict = row["screening"]["verdicts"][0]
        assert (row["screening"]["outcome"], verdict["outcome"], verdict["code"]) == ("rejected", "failed", code), name
        assert reason in verdict["reason"]


def test_without_a_citation_the_checks_say_that_it_rests_on_nothing(screen: Screen) -> None:
    done = screen([{"question": ASKED, "answer": "Long enough to be fit for work."}])
    assert done.codes() == [["citation.missing", "schema.no_claims"]]
    assert done.rejected[0]["screening"]["verdicts"][1]["reason"] == "'answered' rests on no claim"
    assert "the row cites nothing that its answer could be held against" in done.said


def test_words_that_only_connect_need_no_source_and_a_bare_yes_rests_on_the_question(screen: Screen) -> None:
    asked = "Must a driver rest for at least 8 consecutive hours before a new shift?"
    done = screen(
        [
            {"question": asked, "answer": f"Yes. {REST} [POL-1 §1]"},
            {"question": asked, "answer": "Yes, that is right. [POL-1 §1]"},
        ]
    )
    assert done.codes() == []
    assert [[c["text"] for c in row["screening"]["claims"]] for row in done.passed] == [[REST], ["Yes, that is right."]]
    assert done.passed[1]["screening"]["claims"][0]["evidence"]["quote"] == REST


CASE = "A driver rested for 6 consecutive hours before a new shift. Was the rule kept?"


def test_an_answer_in_the_recipes_own_format_is_read_as_such(screen: Screen) -> None:
    def produced(quote: str, decision: str) -> Row:
        shown = f"Excerpt:\n- {REST} [POL-1 §1]\n- {COLD} [POL-1 §2.1]\n\n{CASE}"
        instruction = "Judge the case against the excerpt: quote the rule, check the case against it, decide."
        check = "6 consecutive hours is below the minimum of 8 consecutive hours"
        answer = f'Quote: "{quote}" [POL-1 §1]\nCheck: {check}\nDecision: {decision}'
        return {"messages": chat(f"{instruction}\n\n{shown}", answer), "task": "compliance_check"}

    rows = [
        produced(REST, "violation"),
        produced(REST, "compliant"),
        produced(REST.replace("8", "6"), "violation"),
        produced(REST, "insufficient information to determine compliance status"),
    ]
    done = screen(rows, "data.jsonl", "validators.schema.decisions=[violation,insufficient_information]")
    assert [row["screening"]["row"] for row in done.passed] == ["line 1", "line 4"]
    assert done.codes()[0] == ["schema.decision"] and "quote.not_found" in done.codes()[1]
    assert "decision 'compliant'" in done.rejected[0]["screening"]["verdicts"][0]["reason"]


def test_a_row_may_say_its_decision_and_an_abstention_needs_no_claims(screen: Screen) -> None:
    answer = "The report does not say how long the driver rested."
    done = screen(
        [
            {"question": CASE, "answer": answer, "citations": ["POL-1 §1"], "decision": "insufficient_information"},
            {"question": CASE, "answer": answer, "decision": "human_review"},
            {"question": "Who won the cup final?", "answer": answer, "decision": "out_of_scope", "context": "POL-1"},
            {"question": CASE, "answer": f"{REST} [POL-1 §1]", "decision": "Violation"},
            {"question": CASE, "answer": f"{REST} [POL-1 §1]", "decision": "perhaps"},
        ]
    )
    assert [row["screening"]["row"] for row in done.passed] == ["line 1", "line 3", "line 4"]
    assert done.codes() == [["schema.consulted"], ["row.decision"]]
    assert done.summary["unreadable"] == 1


def test_what_a_run_has_written_comes_out_as_the_run_judged_it(client: Path, runs: Execute, tmp_path: Path) -> None:
    made = Path(runs("until=filter", "orders=40").folder)
    kept = (made / "round-1" / "4-filtered" / "kept.jsonl").read_bytes()
    for content in (kept, (made / "dataset" / "train.jsonl").read_bytes()):
        done = command(client, tmp_path, content, "data.jsonl")
        assert (done.codes(), len(done.passed)) == ([], content.count(b"\n"))
        assert len(command(client, tmp_path, done.passed, "again.jsonl").passed) == len(done.passed)
    rejected = made / "round-1" / "4-filtered" / "rejected.jsonl"
    before = {row["id"]: verdicts(row["verdicts"]) for row in lines(rejected)}
    done = command(client, tmp_path, rejected.read_bytes(), "data.jsonl")
    after = {row["id"]: verdicts(row["screening"]["verdicts"]) for row in done.rejected}
    checked = {id: said for id, said in before.items() if said and said[0][0] == "check"}
    assert checked and {id: after[id] for id in checked} == checked


def verdicts(said: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What was said against it, but for the rank of what it cites: a screen knows the documents that a run held out."""
    found = [(verdict["stage"], verdict["code"]) for verdict in said if verdict["outcome"] != "passed"]
    return [each for each in found if each[1] != "citation.outranked"]


UNREADABLE: Mapping[str, tuple[bytes, str, str]] = {
    "no JSON": (b"{'question': 1}", "row.not_json", "is no JSON"),
    "no object": (b'["a", "b"]', "row.not_object", "is a list and no object"),
    "nested": (b'{"a":' + b"[" * 400 + b"]" * 400 + b"}", "row.nested", "nested more than 50 deep"),
    "nested beyond reading": (b"[" * 100_000, "row.not_json", "is no JSON"),
    "no known names": (b'{"q": "x", "a": "y"}', "row.form", "holds 'q', 'a', which is no question with an answer"),
    "empty": (b'{"question": "x", "answer": " "}', "row.empty", "'answer' is empty"),
    "no text": (b'{"question": "x", "answer": 7}', "row.text", "'answer' is 7 and no text"),
    "half a character": (b'{"question": "x", "answer": "\\ud83d"}', "row.text", "holds half a character ('\\ud83d')"),
    "a book": (b'{"question": "x", "answer": "' + b"y" * 100_001 + b'"}', "row.long", "has 100,001 characters"),
    "no messages": (b'{"messages": {"role": "user"}}', "row.messages", "'messages' is no list of messages"),
    "a tool speaks": (
        json.dumps({"messages": chat("x", "y", roles=("user", "tool"))}).encode(), "row.role",
        "message 2 of 'messages' is by 'tool'",
    ),
    "nobody answers": (
        json.dumps({"messages": chat("x", "y", "z")}).encode(), "row.order", "(they are: user, assistant, user)",
    ),
    "a citation of nothing": (
        b'{"question": "x", "answer": "y", "citations": [{"page": 3}]}', "row.citation",
        "entry 1 of 'citations' names no section",
    ),
    "half an example": (b'{"order": {}, "turns": []}', "row.example", "has order and turns, and is no example"),
}  # fmt: skip


def test_a_row_that_cannot_be_read_says_what_to_do_and_stops_no_other(yard: Path, tmp_path: Path) -> None:
    rows: dict[str, bytes | Row] = {name: line for name, (line, _, _) in UNREADABLE.items()}
    for name, row in together(yard, tmp_path, {**rows, "good": FORMS["question"]}).items():
        _, code, reason = UNREADABLE.get(name, (b"", "", ""))
        said = row["screening"]
        assert said["outcome"] == ("unreadable" if code else "passed"), name
        assert [verdict["code"] for verdict in said["verdicts"]] == [code] * bool(code)
        assert not code or reason in said["verdicts"][0]["reason"]


def test_the_sum_is_told_with_an_example_of_each_reason(screen: Screen) -> None:
    rows = [{"q": "x"}, FORMS["question"], {"question": ASKED, "answer": REST}]
    done = screen("\n\n".join(map(json.dumps, rows)).encode())
    assert "\n3 rows = 1 passed + 1 rejected + 0 held + 1 unreadable (33 % passed)\n" in done.said
    assert "\n      1  row.form          the row has no question and answer under any known name\n" in done.said
    assert f"\nline 5, rejected by screen: citation.missing\n    {ASKED}\n    it cites no section" in done.said
    assert "\nline 1, unreadable by screen: row.form\n    holds 'q', which is no question" in done.said
    assert done.summary["codes"] == {"citation.missing": 1, "row.form": 1}


def test_a_file_of_nothing_but_unreadable_rows_is_a_failure(screen: Screen) -> None:
    done = screen([{"q": "x"}, {"q": "y"}])
    assert (done.code, done.summary["unreadable"], len(done.rejected)) == (1, 2, 2)


def table(rows: Sequence[Row], mark: str = ",") -> str:
    cells = [[f'"{cell}"'.replace("\n", "\r\n") for cell in row.values()] for row in rows]
    return "\r\n".join(mark.join(each) for each in [list(rows[0]), *cells]) + "\r\n"


PAIR = [
    {"question": ASKED, "answer": REST, "citations": "POL-1 §1"},
    {"question": "How warm may the trailer be during loading?", "answer": COLD, "citations": "POL-1 §2.1"},
]
PAIR[0]["question"] += "\u2028Please."
JSON_LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in PAIR)
FILES = {
    "json": ("data.json", json.dumps(PAIR, indent=1).encode(), "row 2"),
    "json that is lines": ("data.json", JSON_LINES.encode(), "line 2"),
    "byte order mark": ("data.jsonl", codecs.BOM_UTF8 + JSON_LINES.encode(), "line 2"),
    "utf-16": ("data.jsonl", JSON_LINES.encode("utf-16"), "line 2"),
    "windows line ends": ("data.jsonl", JSON_LINES.replace("\n", "\r\n").encode(), "line 2"),
    "windows letters": ("data.jsonl", JSON_LINES.replace("\u2028", " ").encode("cp1252"), "line 2"),
    "csv": ("data.csv", table(PAIR).encode(), "row 3"),
    "csv of a spreadsheet": ("data.csv", codecs.BOM_UTF8 + table(PAIR, ";").encode(), "row 3"),
    "tsv": ("data.TSV", table(PAIR, "\t").encode(), "row 3"),
}


@pytest.mark.parametrize(("name", "content", "place"), FILES.values(), ids=FILES.keys())
def test_every_kind_of_file_is_read(screen: Screen, name: str, content: bytes, place: str) -> None:
    done = screen(content, name)
    assert (done.code, done.codes()) == (0, [])
    assert [row["answer"] for row in done.passed] == [REST, COLD]
    assert done.passed[1]["screening"]["row"] == place
    assert ("is not UTF-8" in done.said) == (content == FILES["windows letters"][1])


def test_parquet_is_read_with_its_lists(screen: Screen, tmp_path: Path) -> None:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    rows = [{**row, "citations": [row["citations"]]} for row in PAIR]
    Dataset.from_list([*rows, {"question": None, "answer": REST, "citations": None}]).to_parquet(tmp_path / "a.parquet")
    done = screen((tmp_path / "a.parquet").read_bytes(), "b.parquet")
    assert (len(done.passed), done.codes()) == (2, [["row.form"]])


def test_a_cell_too_many_is_no_row(screen: Screen) -> None:
    done = screen(f"question,answer,citations\nx,y,POL-1 §1\n{ASKED},{REST},POL-1 §1,more\n".encode(), "data.csv")
    assert done.codes()[1] == ["row.cells"]
    assert done.rejected[1]["row"] == [ASKED, REST, "POL-1 §1", "more"]


NO_DATA: Mapping[str, tuple[str, bytes | None, int, str]] = {
    "missing": ("data.jsonl", None, 2, "there is no dataset '{file}'"),
    "empty": ("data.jsonl", b" \n", 1, "'{file}' has no row"),
    "header alone": ("data.csv", b"question,answer\n", 1, "'{file}' has no row"),
    "two of a name": ("data.csv", b"a,a\nx,y\n", 1, "'{file}' has columns of the same name: a, a"),
    "broken list": ("data.json", b'[{"question": "x"', 1, "'{file}' is no JSON"),
    "broken parquet": ("data.parquet", b"PAR1", 1, "'{file}' is no Parquet"),
    "archive": ("data.jsonl", b"\x1f\x8b\x08\x00", 2, "data.jsonl is not a text file"),
    "text": ("data.txt", b"x", 2, "say a dataset (.jsonl, .ndjson, .json, .csv, .tsv, .parquet) and a recipe"),
}


@pytest.mark.parametrize(("name", "content", "code", "said"), NO_DATA.values(), ids=NO_DATA.keys())
def test_a_file_that_is_no_dataset_is_one_message(
    yard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    name: str, content: bytes | None, code: int, said: str,
) -> None:  # fmt: skip
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    places = [f"outputs={tmp_path}/out", f"cache_dir={yard}/cache"]
    assert main(["screen", str(file), str(yard / "recipes" / "yard.yaml"), *places]) == code
    error = capsys.readouterr().err
    assert said.format(file=file) in error and "Traceback" not in error


def test_a_name_stands_for_what_it_says_and_else_for_what_is_above_and_below_it() -> None:
    cited = ("49 CFR 395.3(a)", "49 CFR 395.3(a)(1)", "49 CFR 395.3(b)", "TKT-1042", "TKT-1043")
    sections = [
        Section(id=f"HOS#{each}", document="HOS", citation=each, path=("Rest",), text="x", start=0, end=1)
        for each in cited
    ]
    law = Document(id="HOS@2026", uri="law/hours.md", title="Hours", category="law", text="x", sections=tuple(sections))
    library = Library([law])
    found = {
        "§ 395.3(a)": cited[:1],
        "395.3(a)(1)(iv)": cited[:2],
        "49 CFR 395.3": cited[:3],
        "see TKT-1042": cited[3:4],
        "hours": cited,
        "HOS 2026": (),
        "Rest": (),
        "": (),
    }
    assert {name: tuple(section.citation for section in library.find(name)) for name in found} == found


def test_of_rows_that_say_the_same_the_first_stays(screen: Screen) -> None:
    done = screen([FORMS["question"]] * 3)
    assert [row["screening"]["row"] for row in done.passed] == ["line 1"]
    assert done.codes() == [["exact.duplicate"]] * 2
    reasons = {row["screening"]["verdicts"][0]["reason"] for row in done.rejected}
    assert reasons == {"says word for word what line 000001 says"}


def test_a_screened_file_can_be_screened_again(screen: Screen) -> None:
    rows = [FORMS["question"], {"question": ASKED, "answer": REST}]
    first = screen(rows)
    again = screen([*first.passed, *first.rejected])
    assert (again.passed, again.rejected) == (first.passed, first.rejected)


def test_the_recipe_decides_who_judges(screen: Screen) -> None:
    wrong = {"question": ASKED, "answer": f"{REST.replace('8', '7')} [POL-1 §1]"}
    done = screen([wrong], "data.jsonl", "validators.facts=null", "filters.exact=null")
    assert len(done.passed) == 1
    assert (set(done.summary["checks"]), done.summary["filters"]) == ({"schema", "quote", "citation"}, [])


GOOD = list(FORMS.values())
BAD = [row for row, _, _ in WRONG.values()]
ROWS = st.one_of(
    st.sampled_from([json.dumps(row) for row in [*GOOD, *({"question": ASKED, **row} for row in BAD)]]),
    st.sampled_from([line.decode() for line, _, _ in UNREADABLE.values() if len(line) < 1000]),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), lambda each: st.lists(each, max_size=3)
                 | st.dictionaries(st.sampled_from(["messages", "question", "answer", "citations", "claims", "role",
                                                    "content", "section", "quote", "order", "turns", "decision"]),
                                   each, max_size=4), max_leaves=12).map(json.dumps),
    st.text(max_size=40).map(lambda text: text.replace("\n", " ") or "x"),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_every_row_comes_out_exactly_once_whatever_it_holds(
    yard: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(ROWS, min_size=1, max_size=12))
    if cut := data.draw(st.booleans()):
        rows[0] = rows[0][: max(1, len(rows[0]) // 2)]
    given = [(n, row) for n, row in enumerate(rows, 1) if row.strip()]
    if not given or (cut and not rows[0].strip()):
        return
    folder = tmp_path_factory.mktemp("screen")
    (folder / "data.jsonl").write_text("\n".join(rows), encoding="utf-8", errors="surrogatepass", newline="")
    composed = load(yard / "recipes" / "yard.yaml", [f"outputs={folder}", f"cache_dir={yard}/cache"])
    summary = screened(composed, Lines(io.StringIO()), folder / "data.jsonl", folder / "out")
    out = {kind: lines(folder / "out" / f"{kind}.jsonl") for kind in ("passed", "rejected", "held")}
    places = [row["screening"]["row"] for kind in out.values() for row in kind]
    numbers = [len(out["passed"]), len(out["rejected"]) - summary.unreadable, len(out["held"]), summary.unreadable]
    assert numbers == [summary.passed, summary.rejected, summary.held, summary.unreadable]
    assert len(places) == len(set(places)) == summary.rows == sum(numbers)
    assert sum(summary.codes.values()) == summary.rows - summary.passed
    for kind in out.values():
        at = [int(row["screening"]["row"].split()[1]) for row in kind]
        assert at == sorted(at)
