"""On real documents: a sentence that is claimed, quoted and answered as it stands is never dropped."""

import os
import re
from pathlib import Path

import pytest

from synthforge.meaning.sentences import sentences
from synthforge.records import Claim, Evidence, Example, Section
from synthforge.validators import Citation, Facts, Quote, Schema
from tests import rooms

SHARED = Path(os.environ.get("SYNTHFORGE_SHARED", Path(__file__).parents[3] / "shared"))
FILES = (
    "sop/SOP-014_rev3.md", "regulation/21cfr820.md", "policy/scuba_aad.md",
    "policy/comply/policies_access.md",
    "regulation/fmcsa-hos-395-drivers-guide-2022-04-28.md", "manual/openflexure_1_actuator_assembly.md",
)  # fmt: skip
ALLOWED = 0.05


def cut(path: Path) -> dict[str, Section]:
    text = path.read_text(encoding="utf-8", errors="replace")
    starts = sorted({0, *(match.start() + 1 for match in re.finditer(r"\n#", text))})
    made = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        citation = f"{path.stem} §{number}"
        made[f"{path.stem}#{citation}"] = Section(
            id=f"{path.stem}#{citation}",
            document=path.stem,
            citation=citation,
            text=text[start:end],
            start=start,
            end=end,
        )
    return made


def examples(corpus: dict[str, Section]) -> list[Example]:
    made = []
    for section in corpus.values():
        spans = [(a, b) for a, b in sentences(section.text) if 6 <= len(section.text[a:b].split()) <= 80]
        for a, b in spans[:4]:
            said = section.text[a:b]
            claim = Claim(text=said, evidence=Evidence(section=section.id, quote=said))
            turn = rooms.turn(
                question="What does this section say?",
                claims=(claim,),
                answer=said,
                reasoning="",
                decision="answered",
            )
            made.append(rooms.example(order=rooms.order(section.id, excerpt=(section.id,)), turns=(turn,)))
    return made


@pytest.mark.parametrize("name", FILES)
def test_true_statements_pass(tmp_path: Path, name: str) -> None:
    path = SHARED / "corpora" / name
    if not path.exists():
        pytest.skip(f"real documents are not here: {path}")
    corpus = cut(path)
    run = rooms.run(tmp_path, corpus)
    drafts = examples(corpus)
    checks = (Schema(), Quote(), Citation(), Facts())
    verdicts = [check.check(draft, run) for draft in drafts for check in checks]
    dropped = [f"{verdict.code}: {verdict.reason}" for verdict in verdicts if verdict.outcome != "passed"]
    assert len(drafts) >= 5
    assert len(dropped) <= ALLOWED * len(drafts), dropped
