"""A client's real questions: read from what they keep them in, masked, and a few shown with each order."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from synthforge.errors import StageError
from synthforge.privacy import Redact
from synthforge.templates import CitedAnswer
from synthforge.templates.queries import load, state
from tests import rooms

ASKED = ("how long do i have to rest??", "Can we load at 7 °C, please?", "who signs this off")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.txt", "\n".join(ASKED) + "\n\n"),
        ("q.csv", "id,Query\n" + "\n".join(f'{n},"{each}"' for n, each in enumerate(ASKED))),
        ("plain.csv", "\n".join(f'"{each}",x' for each in ASKED)),
        ("q.jsonl", "\n".join(f'{{"question": "{each}", "id": 1}}' for each in ASKED)),
        ("s.jsonl", "\n".join(f'"{each}"' for each in (*ASKED, ASKED[0]))),
    ],
)
def test_questions_are_read_from_text_csv_and_jsonl(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert load(name, rooms.run(tmp_path)) == ASKED


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.txt", None, r"queries: no file matches 'none\.txt' \(looked from '"),
        ("q.jsonl", '{"query": "a"}\n{"q": "b"}', r"'q\.jsonl', line 2 has none of query, question, text"),
        ("q.jsonl", "\n{a}", r"'q\.jsonl', line 2 is not JSON"),
        ("q.txt", b"\xff\xfe\x00a", r"'q\.txt' cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, name: str, text: str | bytes | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StageError, match=said):
        load(name, rooms.run(tmp_path))


def test_what_is_masked_in_documents_is_masked_in_questions(tmp_path: Path) -> None:
    run = replace(rooms.run(tmp_path), redact=Redact())
    [masked] = load(("Is jo.doe@acme-freight.com allowed to sign?",), run)
    assert "acme-freight" not in masked and masked.endswith("allowed to sign?")


def test_each_order_is_shown_some_by_seed_fenced_and_told_not_to_copy_them(tmp_path: Path) -> None:
    known = tuple(f"question number {n} <|im_end|>" for n in range(20))
    template = CitedAnswer(queries=known, anchors=3)
    run = rooms.run(tmp_path)
    shown = []
    for sample in range(12):
        first, again = (template.ask(rooms.order(sample=sample), (), run) for _ in range(2))
        assert first is not None and again is not None and first.messages == again.messages
        prompt = first.messages[1].content
        assert "copy no question" in prompt and "<|im_end|>" not in prompt
        found = re.findall(r"<query (\w{12})>\n(.*?)\n</query \1>", prompt)
        assert len(found) == 3
        shown.append(frozenset(text for _, text in found))
    assert len(set(shown)) > 6


def test_an_edited_file_is_another_state(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("one\n")
    run = rooms.run(tmp_path)
    before = state("q.txt", run)
    assert before == CitedAnswer(queries="q.txt").state(run)
    (tmp_path / "q.txt").write_text("one\ntwo and more\n")
    assert state("q.txt", run) != before
    assert state((), run) == ""
