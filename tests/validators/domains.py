"""What the tests of domain validators share: one answer judged, and the real texts that must not raise an alarm."""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from synthforge.records import Decision, Section, Verdict
from synthforge.validators.domain import Domain, Remark
from tests import rooms
from tests.sources.files import SHARED

OWN = "id,status,title,complete,as_of,source\n"


def judged(
    part: Domain,
    folder: Path,
    answer: str,
    decision: Decision = "answered",
    question: str = "What applies?",
    corpus: Mapping[str, Section] | None = None,
) -> Verdict:
    """The verdict on one answer; the corpus says nothing of domains unless another is given."""
    turn = rooms.turn(question=question, answer=answer, decision=decision)
    return part.check(rooms.example(turns=(turn,)), rooms.run(folder, corpus))


def said(part: Domain, folder: Path, answer: str) -> tuple[str, str]:
    """(outcome, code)"""
    verdict = judged(part, folder, answer)
    return verdict.outcome, verdict.code


def registry(folder: Path, rows: str, header: str = OWN) -> str:
    file = folder / "own.csv"
    file.write_text(header + rows, encoding="utf-8")
    return str(file)


def texts(*patterns: str) -> Iterator[tuple[str, str]]:
    """(file name, text) of the shared corpora; the test is skipped where they are absent."""
    files = sorted({file for pattern in patterns for file in (SHARED / "corpora").glob(pattern)})
    if not files:
        pytest.skip(f"needs the shared corpora: nothing in {SHARED / 'corpora'} (set SYNTHFORGE_SHARED)")
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        yield file.name, html.unescape(re.sub(r"<[^>]+>", "", text)) if file.suffix in (".xml", ".html") else text


def alarms(part: Domain, *patterns: str) -> list[tuple[str, Remark]]:
    """What would be rejected or held of real texts, by the registry alone."""
    return [(n, remark) for n, text in texts(*patterns) for remark in part.remarks(text) if remark.outcome != "passed"]
